"""Whether a run is green, and what it came to in numbers. Adding a kind of ending stops the type check here."""

from typing import NamedTuple

from ftaction.model.check import Mode
from ftaction.model.ending import Blocked, Unanswered, green
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.record import Record
from ftaction.model.run import Report, Result

_HANDOVER = 0.001  # seconds between one check's end and the start of the next that are still no pause


class Totals(NamedTuple):
    """Names by what came of them; times in seconds. `saved`: what the replayed and unaffected checks took when they ran."""

    ran: tuple[str, ...]
    replayed: tuple[str, ...]
    unaffected: tuple[str, ...]
    unasked: tuple[str, ...]
    failed: tuple[str, ...]
    blocked: tuple[str, ...]
    saved: float
    alone: float  # the commands' times, one after the other
    uncached: float  # the same, had nothing been left out


class Skips(NamedTuple):
    """What would have been skipped and ran all the same, observed or audited.

    `right` and `wrong` are of those that came to something that says so. Seconds are of this run: theirs, and of all commands.
    """

    would: tuple[Result, ...]
    right: tuple[Result, ...]
    wrong: tuple[Result, ...]
    seconds: float
    of_seconds: float


def unasked(of: Result) -> bool:
    """Whether it is of a check that asks, and nobody was."""
    return isinstance(of.ending, Unanswered) and not (of.account and of.account.spent)


def passed(report: Report) -> bool:
    """Green only when something was proved, nothing ended badly, and the files that were judged are still there."""
    return bool(report.results) and not report.interrupted and not report.lost and all(green(result.ending) for result in report.results)


def flaky(report: Report) -> tuple[str, ...]:
    """Names of checks that passed only when they were tried again, or passed and failed on the same inputs lately."""
    return tuple(dict.fromkeys([*(result.check for result in report.results if result.flaky), *(one.check for one in report.suspects)]))


def totals(report: Report) -> Totals:
    """The run in numbers."""
    standing = {result.check: record for result in report.results if (record := stood(result)) is not None}
    saved = sum(record.seconds for record in standing.values())
    alone = sum(result.seconds for result in report.results)
    return Totals(
        ran=tuple(
            result.check for result in report.results if isinstance(result.decision, Run) and not isinstance(result.ending, Blocked) and not unasked(result)
        ),
        replayed=tuple(result.check for result in report.results if result.check in standing and isinstance(result.decision, Replay)),
        unaffected=tuple(result.check for result in report.results if result.check in standing and isinstance(result.decision, Unaffected)),
        unasked=tuple(result.check for result in report.results if unasked(result)),
        failed=tuple(result.check for result in report.results if not green(result.ending) and not isinstance(result.ending, Blocked)),
        blocked=tuple(result.check for result in report.results if isinstance(result.ending, Blocked)),
        saved=saved,
        alone=alone,
        uncached=alone + saved,
    )


def stood(result: Result) -> Record | None:
    """The record that stands for a check which did not run and is green."""
    match result.decision:
        case Replay(record=record) | Unaffected(base=record) if green(result.ending):
            return record
        case _:
            return None


def skips(report: Report) -> Skips:
    """Of one run."""
    would = tuple(filter(instead, report.results))
    return Skips(
        would=would,
        right=tuple(result for result in would if result.agreed),
        wrong=tuple(result for result in would if result.agreed is False),
        seconds=sum(result.seconds for result in would),
        of_seconds=sum(result.seconds for result in report.results),
    )


def instead(result: Result) -> Replay | Unaffected | None:
    """What it would have been; None where it had to run, or was skipped."""
    return result.decision.instead if isinstance(result.decision, Run) else None


def observing(report: Report) -> bool:
    """Whether everything ran to be observed."""
    return report.config.verification.mode is Mode.OBSERVE


def critical_path(report: Report) -> tuple[tuple[str, ...], float]:
    """The chain of checks, each begun when the one before it ended, that the run's time hangs on; and its seconds.

    Walked backwards from the check that ended last: what it waited for is the one that ended last before it began.
    """
    ran = sorted((result for result in reversed(report.results) if result.seconds > 0), key=_end)  # of those that end together the first comes last
    chain: list[Result] = []
    while ran:
        chain.append(ran.pop())
        while ran and _end(ran[-1]) > chain[-1].started + _HANDOVER:
            ran.pop()
    return tuple(result.check for result in reversed(chain)), sum(result.seconds for result in chain)


def _end(result: Result) -> float:
    return result.started + result.seconds

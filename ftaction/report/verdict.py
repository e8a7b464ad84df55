"""Whether a run is green, and what it came to in numbers. Adding a kind of ending stops the type check here."""

from typing import NamedTuple, assert_never

from ftaction.model.ending import Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.run import Report, Result

_HANDOVER = 0.001  # seconds between one check's end and the start of the next that are still no pause


class Totals(NamedTuple):
    """Names by what came of them; times in seconds. `saved`: what the replayed checks took when they ran."""

    ran: tuple[str, ...]
    replayed: tuple[str, ...]
    failed: tuple[str, ...]
    blocked: tuple[str, ...]
    saved: float
    alone: float  # the commands' times, one after the other
    uncached: float  # the same, had nothing been replayed


def green(ending: Ending) -> bool:
    """Whether this ending leaves a run green."""
    match ending:
        case Passed():
            return True
        case Failed() | TimedOut() | Cancelled() | CouldNotStart() | Blocked():
            return False
        case _:
            assert_never(ending)


def passed(report: Report) -> bool:
    """Green only when something was proved, nothing ended badly, and the files that were judged are still there."""
    return bool(report.results) and not report.interrupted and not report.lost and all(green(result.ending) for result in report.results)


def totals(report: Report) -> Totals:
    """The run in numbers."""
    replays = [result for result in report.results if _replayed(result)]
    saved = sum(result.decision.record.seconds for result in replays if isinstance(result.decision, Replay))
    alone = sum(result.seconds for result in report.results)
    return Totals(
        ran=tuple(result.check for result in report.results if isinstance(result.decision, Run) and not isinstance(result.ending, Blocked)),
        replayed=tuple(result.check for result in replays),
        failed=tuple(result.check for result in report.results if not green(result.ending) and not isinstance(result.ending, Blocked)),
        blocked=tuple(result.check for result in report.results if isinstance(result.ending, Blocked)),
        saved=saved,
        alone=alone,
        uncached=alone + saved,
    )


def _replayed(result: Result) -> bool:
    return isinstance(result.decision, Replay | Unaffected) and green(result.ending)


def critical_path(report: Report) -> tuple[tuple[str, ...], float]:
    """The chain of checks, each begun when the one before it ended, that the run's time hangs on; and its seconds.

    Walked backwards from the check that ended last: what it waited for is the one that ended last before it began.
    """
    ran = [result for result in report.results if result.seconds > 0]
    chain: list[Result] = []
    current = max(ran, key=_end, default=None)
    while current is not None:
        chain.append(current)
        began = current.started
        ran = [result for result in ran if _end(result) <= began + _HANDOVER and result is not current]
        current = max(ran, key=_end, default=None)
    return tuple(result.check for result in reversed(chain)), sum(result.seconds for result in chain)


def _end(result: Result) -> float:
    return result.started + result.seconds

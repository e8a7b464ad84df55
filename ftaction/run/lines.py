"""One line of a check's history: how one run of it went. Written by many hands over a long time, so whatever is no line is left out.

Lines of an older make have neither tries nor branch nor audit, and the oldest no time.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from ftaction.model.ending import Passed
from ftaction.model.record import Record, Tally
from ftaction.plan.tally import Outcome, counted, joined, proven, suspect
from ftaction.run.records import amount
from ftaction.run.records import outcome as outcome_of

RECENT = 20  # lines that a bundle keeps of a check, and in which suspects are looked for
_MOST_TRIES = 1000  # that are believed of one line, so that all of a history come to what a record may count


class Line(NamedTuple):
    """One run. `outcome` is what it says of its inputs; `passed` that it ended green; `branch` and `audited` are `short` ones."""

    fingerprint: str
    passed: bool
    seconds: float
    outcome: Outcome
    branch: str = ""
    audited: str = ""  # the commit, where it was run only to see whether a skip would be right, and it would


def short(text: str) -> str:
    """A branch or commit in a line, whose length is limited; empty where there is none."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12] if text else ""


def line_of(record: Record, failed: int) -> Line:
    """The line of a run. `failed`: tries that failed before the last."""
    told = outcome_of(record.ending, failed, round(record.ended, 3))
    return Line(record.fingerprint, isinstance(record.ending, Passed), record.seconds, told, short(record.origin.ref))


def written(line: Line) -> bytes:
    """As it stands in a store."""
    told: dict[str, object] = {
        "fingerprint": line.fingerprint, "passed": line.passed, "seconds": round(line.seconds, 4), "ended": line.outcome.ended, "branch": line.branch,
    }  # fmt: skip
    outcome = (line.outcome.passed, line.outcome.failed)
    told |= {"outcome": list(map(int, outcome))} if outcome != _plain(line.passed) else {}  # a shared store has room for so many bytes
    told |= {"audited": line.audited} if line.audited else {}
    return json.dumps(told, separators=(",", ":")).encode()


def read(content: Iterable[bytes]) -> Iterator[Line]:
    """What can be read of them, in their order."""
    for one in content:
        try:
            data = json.loads(one)
            passed = bool(data["passed"])
            ended_well, failed = data.get("outcome") or _plain(passed)
            told = Outcome(bool(ended_well), min(int(amount(failed)), _MOST_TRIES), amount(data.get("ended", 0.0)))
            yield Line(str(data["fingerprint"]), passed, amount(data["seconds"]), told, str(data.get("branch", "")), str(data.get("audited", "")))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            continue


def _plain(passed: bool) -> tuple[bool, int]:
    """The outcome of a run with one try."""
    return passed, int(not passed)


def failed_last(lines: Iterable[Line], branch: str) -> bool:
    """Whether it failed when it last ran on this branch; where it never did, when it last ran anywhere. `branch`: not `short`."""
    known = sorted(lines, key=lambda line: line.outcome.ended)
    own = [line for line in known if line.branch and line.branch == short(branch)]
    return bool(known) and not (own or known)[-1].passed


def tallies(lines: Iterable[Line]) -> dict[str, Tally]:
    """By fingerprint."""
    outcomes: dict[str, list[Outcome]] = {}
    for line in lines:
        outcomes.setdefault(line.fingerprint, []).append(line.outcome)
    return {fingerprint: counted(found) for fingerprint, found in outcomes.items()}


def rate(lines: Iterable[Line], now: Mapping[str, Tally]) -> tuple[int, int] | None:
    """How often it failed, of how many runs of inputs that passed and failed lately; None where there are no such inputs.

    `now`: what is known beyond the lines of fingerprints of this run. One that passed often enough since is no longer counted.
    """
    recent = sorted(lines, key=lambda line: line.outcome.ended)[-RECENT:]
    found = tallies(recent)
    found |= {fingerprint: joined(tally, found.get(fingerprint, Tally())) for fingerprint, tally in now.items()}
    flaky = [tally for fingerprint, tally in found.items() if (suspect(tally) if fingerprint in now else proven(tally))]
    failed = sum(tally.failed for tally in flaky)
    return (failed, failed + sum(tally.passed for tally in flaky)) if flaky else None

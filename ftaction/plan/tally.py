"""Flaky: the same inputs passed and failed. What is counted, and when a pass is believed again.

Everything is of one name's runs of the same inputs, whatever the name stands for: a check's fingerprint today. Counts are at least so
many, never more, so that what is told of a rate is true; and a failure is never forgotten by counting.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ftaction.model.record import CLEAN, Tally


class Outcome(NamedTuple):
    """One run of the same inputs. `failed`: tries that failed; `passed`: the last one did not; `ended`: epoch, 0 where it is not known."""

    passed: bool
    failed: int
    ended: float


def after(earlier: Tally, outcome: Outcome) -> Tally:
    """With one more run, later than all that was counted."""
    clean = outcome.passed and not outcome.failed
    return Tally(
        passed=earlier.passed + outcome.passed,
        failed=earlier.failed + outcome.failed,
        streak=earlier.streak + 1 if clean else 0 if outcome.failed else earlier.streak,
        failed_at=outcome.ended if outcome.failed else earlier.failed_at,
    )


def counted(outcomes: Iterable[Outcome]) -> Tally:
    """All of them, in whatever order they come."""
    tally = Tally()
    for outcome in sorted(outcomes, key=lambda one: one.ended):
        tally = after(tally, outcome)
    return tally


def joined(one: Tally, other: Tally) -> Tally:
    """What two memories know that may have counted some of the same runs; the passes since it failed count as whoever saw it fail last has them."""
    streak = max(one.streak, other.streak) if one.failed_at == other.failed_at else max(one, other, key=lambda tally: tally.failed_at).streak
    return Tally(max(one.passed, other.passed), max(one.failed, other.failed), streak, max(one.failed_at, other.failed_at))


def proven(tally: Tally) -> bool:
    """Whether the same inputs passed and failed."""
    return tally.passed > 0 and tally.failed > 0


def suspect(tally: Tally) -> bool:
    """Whether a pass of these inputs says too little."""
    return proven(tally) and tally.streak < CLEAN

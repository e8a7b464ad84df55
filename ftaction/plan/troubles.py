"""Tests that failed lately: what is counted of each, which of them are flaky, and what of that goes from one run to the next.

As for checks (`plan/tally.py`), a failure and a pass of the same inputs are the proof. But a test is found again on other inputs of its check,
and is believed again after so many clean passes in a row, on whatever inputs: nobody can tell which of them it depends on.
"""

from collections.abc import Iterable, Mapping

from ftaction.model.record import CLEAN, Trouble
from ftaction.plan.tally import Outcome

MOST = 100
"""Tests that a record names, those that are flaky before others."""
MOST_TEXT = 32 << 10
"""Characters of their names together: a record is read as a whole, and there are many."""
FORGIVEN = 10
"""Clean passes in a row after which a test that failed begins no more."""
REMEMBERED = 2 * FORGIVEN
"""And after which it is no longer named: later, so that no older record seems to know better."""

Troubles = Mapping[str, Trouble]
"""By the test's id."""


def after(earlier: Trouble, outcome: Outcome) -> Trouble:
    """With one more run on the same inputs, later than all that was counted."""
    return earlier._replace(
        passed=earlier.passed + outcome.passed,
        failed=earlier.failed + outcome.failed,
        failures=earlier.failures + bool(outcome.failed),
        streak=0 if outcome.failed else earlier.streak + 1,
        failed_at=outcome.ended if outcome.failed else earlier.failed_at,
    )


def elsewhere(of: Trouble) -> Trouble:
    """The same, seen from other inputs."""
    passed, failed = max(_proven(of), (of.passed, of.failed) if of.passed and of.failed else (0, 0), key=sum)
    return of._replace(passed=0, failed=0, proven_passed=passed, proven_failed=failed)


def _proven(of: Trouble) -> tuple[int, int]:
    return of.proven_passed, of.proven_failed


def joined(one: Iterable[Trouble], other: Iterable[Trouble]) -> dict[str, Trouble]:
    """What two memories know of the same inputs, which may have counted some of the same runs."""
    found = {trouble.test: trouble for trouble in one}
    for trouble in other:
        found[trouble.test] = _joined(found[trouble.test], trouble) if trouble.test in found else trouble
    return found


def _joined(one: Trouble, other: Trouble) -> Trouble:
    latest = max(one, other, key=lambda trouble: (trouble.failed_at, trouble.streak))
    proven_passed, proven_failed = max(_proven(one), _proven(other), key=sum)
    return Trouble(
        test=one.test,
        passed=max(one.passed, other.passed),
        failed=max(one.failed, other.failed),
        proven_passed=proven_passed,
        proven_failed=proven_failed,
        failures=max(one.failures, other.failures),
        streak=latest.streak,
        failed_at=latest.failed_at,
    )


def flaky(of: Trouble) -> bool:
    """Whether it passed and failed on the same inputs, whichever, and did not pass often enough since."""
    return (flaky_here(of) or of.proven_failed > 0) and of.streak < CLEAN


def flaky_here(of: Trouble) -> bool:
    """The same, of the inputs that the record is of."""
    return of.passed > 0 and of.failed > 0 and of.streak < CLEAN


def rate(of: Trouble) -> tuple[int, int]:
    """How often it failed, of how many runs of the same inputs: those on which it did both, of several the ones it ran on most often."""
    passed, failed = _proven(elsewhere(of))
    return failed, passed + failed


def explained(troubles: Iterable[Trouble], failed: int) -> bool:
    """Whether so many failures of a check may all be those of flaky tests: then only they say too little, and not the whole suite."""
    here = [trouble for trouble in troubles if flaky_here(trouble)]
    return bool(here) and sum(trouble.failed for trouble in here) >= failed


def kept(troubles: Iterable[Trouble]) -> tuple[Trouble, ...] | None:
    """What a record names: flaky ones first, then by failures. None where not even those that are flaky have room."""
    worth = [trouble for trouble in troubles if trouble.streak < REMEMBERED]
    worth.sort(key=lambda trouble: (not flaky(trouble), -trouble.failures, -trouble.failed_at, trouble.test))
    found: list[Trouble] = []
    room = MOST_TEXT
    for trouble in worth[:MOST]:
        room -= len(trouble.test)
        found += [trouble] if room >= 0 else []
    left = len(found) < len(worth) and any(flaky(trouble) for trouble in worth if trouble not in found)
    return None if left else tuple(found)

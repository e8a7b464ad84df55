"""Flaky by counting: each order of events, what two memories make of it together, and that a failure is never forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.model.record import Tally
from ftaction.plan.tally import Outcome, after, counted, joined, proven, suspect


def told(events: str, start: int = 1) -> list[Outcome]:
    """`P` passed, `F` failed, `R` passed at the second try; a second apart."""
    return [Outcome(event != "F", int(event != "P"), float(start + number)) for number, event in enumerate(events)]


ORDERS = [
    # events, passed, failed, streak, proven, suspect
    ("", 0, 0, 0, False, False, "nothing is known"),
    ("P", 1, 0, 1, False, False, "one clean pass is believed: flakiness has to be proven"),
    ("PPP", 3, 0, 3, False, False, "and so are more"),
    ("F", 0, 1, 0, False, False, "what only fails is broken, not flaky"),
    ("FF", 0, 2, 0, False, False, "however often"),
    ("PF", 1, 1, 0, True, True, "a pass that is followed by a failure"),
    ("FP", 1, 1, 1, True, True, "a failure that is followed by a pass"),
    ("R", 1, 1, 0, True, True, "both in one run, and that pass is not a clean one"),
    ("FPPPP", 4, 1, 4, True, True, "one clean pass too few"),
    ("FPPPPP", 5, 1, 5, True, False, "five in a row"),
    ("PPPPPF", 5, 1, 0, True, True, "those before the failure say nothing of it"),
    ("PPPPPFPP", 7, 1, 2, True, True, "nor do they count afterwards"),
    ("FPPPFPP", 5, 2, 2, True, True, "another failure, and all begins anew"),
    ("FPPPPRPPPP", 9, 2, 4, True, True, "a pass at the second try is a failure too"),
    ("FPPPPRPPPPP", 10, 2, 5, True, False, "and five clean ones after it are enough"),
]


@pytest.mark.parametrize(("events", "passed", "failed", "streak", "flaky", "doubted", "reason"), ORDERS, ids=[row[-1] for row in ORDERS])
def test_an_order_of_events(events: str, passed: int, failed: int, streak: int, flaky: bool, doubted: bool, reason: str) -> None:
    tally = counted(told(events))
    assert (tally.passed, tally.failed, tally.streak) == (passed, failed, streak)
    assert (proven(tally), suspect(tally)) == (flaky, doubted)
    assert tally.failed_at == max((one.ended for one in told(events) if one.failed), default=0.0)


def test_a_command_that_ended_well_in_a_red_run_breaks_no_streak() -> None:
    """A formatter that changed files where that is red passed, as a command."""
    assert after(counted(told("FP")), Outcome(passed=True, failed=0, ended=9.0)).streak == 2


JOINED = [
    # what one saw, what the other saw later, passed, failed, streak
    ("P", "F", 1, 1, 0, "each saw one"),
    ("F", "P", 1, 1, 0, "whoever only saw it pass does not know since when"),
    ("FPP", "", 2, 1, 2, "the other knows nothing"),
    ("FPP", "F", 2, 1, 0, "the later failure begins anew; that there were two can't be told from one seen twice"),
    ("PPPPP", "R", 5, 1, 0, "the same with a second try"),
]


@pytest.mark.parametrize(("one", "other", "passed", "failed", "streak", "reason"), JOINED, ids=[row[-1] for row in JOINED])
def test_two_memories(one: str, other: str, passed: int, failed: int, streak: int, reason: str) -> None:
    first, second = counted(told(one)), counted(told(other, start=100))
    together = joined(first, second)
    assert together[:3] == (passed, failed, streak)
    assert together == joined(second, first)


EVENTS = st.text("PFR", max_size=12)


@given(EVENTS, EVENTS, EVENTS)
def test_what_both_saw_counts_once_and_no_failure_is_forgotten(common: str, mine: str, theirs: str) -> None:
    """Two memories that went the same way for a while and then each its own."""
    one, other = counted(told(common + mine)), counted([*told(common), *told(theirs, start=100)])
    together, truth = joined(one, other), counted([*told(common + mine), *told(theirs, start=100)])
    assert together.passed <= truth.passed
    assert together.failed <= truth.failed
    assert together.streak <= truth.streak
    assert together.failed_at == truth.failed_at
    assert proven(together) == proven(truth)


@given(EVENTS)
def test_the_same_twice_is_the_same(events: str) -> None:
    tally = counted(told(events))
    assert joined(tally, tally) == joined(tally, Tally()) == tally


@given(st.permutations(told("FPPRPF")))
def test_the_order_they_come_in_is_nothing(outcomes: list[Outcome]) -> None:
    assert counted(outcomes) == counted(told("FPPRPF"))

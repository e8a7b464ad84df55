"""Tests that failed lately: each order of events, on the same inputs and on others, and what of many has room in a record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.model.record import Trouble
from ftaction.plan.tally import Outcome
from ftaction.plan.troubles import MOST, MOST_TEXT, REMEMBERED, after, elsewhere, explained, flaky, flaky_here, joined, kept, rate


def told(events: str) -> Trouble:
    """`P` passed, `F` failed, `R` passed when tried again, `|` what follows is of other inputs; a second apart."""
    found = Trouble("t")
    for second, event in enumerate(events, 1):
        found = elsewhere(found) if event == "|" else after(found, Outcome(event != "F", int(event != "P"), float(second)))
    return found


ORDERS = [
    # events, flaky here, flaky, failed of runs, failures, streak, reason
    ("F", False, False, (0, 0), 1, 0, "what only fails is broken"),
    ("FFF", False, False, (0, 0), 3, 0, "however often"),
    ("PF", True, True, (1, 2), 1, 0, "a pass and a failure of the same inputs"),
    ("FP", True, True, (1, 2), 1, 1, "in whatever order"),
    ("R", True, True, (1, 2), 1, 0, "both in one run"),
    ("F|P", False, False, (0, 0), 1, 1, "what was mended is not flaky"),
    ("P|F", False, False, (0, 0), 1, 0, "nor what was broken"),
    ("FP|", False, True, (1, 2), 1, 1, "of other inputs it is known, but these may be replayed"),
    ("FP|P", False, True, (1, 2), 1, 2, "a pass of others counts"),
    ("FP|P|P|P", False, True, (1, 2), 1, 4, "four in a row, whatever the inputs"),
    ("FP|P|P|P|P", False, False, (1, 2), 1, 5, "five: it may be left out again"),
    ("FP|P|F", False, True, (1, 2), 2, 0, "a failure of others is none of the rate, and begins anew"),
    ("FP|PF", True, True, (1, 2), 2, 0, "proven twice: the rate is of one set of inputs, not of a sum that may count runs twice"),
    ("FP|PPF", True, True, (1, 3), 2, 0, "of that on which it ran most often"),
    ("FPPPPP", False, False, (1, 6), 1, 5, "five on the very same"),
]


@pytest.mark.parametrize(("events", "here", "anywhere", "share", "failures", "streak", "reason"), ORDERS, ids=[row[-1] for row in ORDERS])
def test_an_order_of_events(
    events: str, here: bool, anywhere: bool, share: tuple[int, int], failures: int, streak: int, reason: str
) -> None:  # fmt: skip
    trouble = told(events)
    assert (flaky_here(trouble), flaky(trouble), rate(trouble)) == (here, anywhere, share)
    assert (trouble.failures, trouble.streak) == (failures, streak)


JOINED = [
    # what one saw, what the other saw, failed of runs, streak, reason
    ("FP", "FPP", (1, 3), 2, "the other went on from the same"),
    ("FP", "FPF", (2, 3), 0, "and saw it fail again"),
    ("FP|", "FP|P", (1, 2), 2, "on other inputs"),
    ("P", "PF", (1, 2), 0, "the one knows nothing of the failure"),
]


@pytest.mark.parametrize(("one", "other", "share", "streak", "reason"), JOINED, ids=[row[-1] for row in JOINED])
def test_what_two_memories_know(one: str, other: str, share: tuple[int, int], streak: int, reason: str) -> None:
    for pair in ((one, other), (other, one)):
        found = joined([told(pair[0])], [told(pair[1])])["t"]
        assert (rate(found), found.streak) == (share, streak)


@given(st.text("PFR|", max_size=12), st.text("PFR|", max_size=12))
def test_joining_never_makes_more_of_it_than_one_of_them_saw(one: str, other: str) -> None:
    first, second = told(one), told(other)
    found = joined([first], [second])["t"]
    assert found.failures == max(first.failures, second.failures)
    assert rate(found)[1] <= max(rate(first)[1], rate(second)[1], found.passed + found.failed)
    assert joined([found], [first])["t"] == found


EXPLAINED = [
    (["FP"], 1, True, "the one failure of the check is that of its test"),
    (["FP", "F"], 1, True, "a broken test beside it changes nothing"),
    (["FP"], 2, False, "the check failed once more than the test did: something else may be flaky"),
    (["FP|"], 1, False, "what is known of other inputs explains nothing here"),
    ([], 0, False, "no test is known"),
    (["R"], 0, True, "the check never failed"),
]


@pytest.mark.parametrize(("events", "failed", "expected", "reason"), EXPLAINED, ids=[row[-1] for row in EXPLAINED])
def test_whether_tests_explain_a_flaky_check(events: list[str], failed: int, expected: bool, reason: str) -> None:
    assert explained([told(one)._replace(test=str(number)) for number, one in enumerate(events)], failed) is expected


def many(events: str, number: int, name: str = "t") -> list[Trouble]:
    return [told(events)._replace(test=f"{name}{one:04}") for one in range(number)]


ROOM = [
    (many("F", MOST + 50), MOST, "failures of a broken suite: there is room for some, and that is enough"),
    ([*many("F", MOST), *many("FP", 3, "flaky")], MOST, "flaky ones go before"),
    (many("FP", MOST), MOST, "as many flaky ones as there is room for"),
    (many("FP", MOST + 1), None, "one more"),
    ([told("FP")._replace(test="t" * (MOST_TEXT + 1))], None, "a name that is too long"),
    ([told("F" + "P" * REMEMBERED)], 0, "what passed so often since is like any other"),
]


@pytest.mark.parametrize(("troubles", "expected", "reason"), ROOM, ids=[row[-1] for row in ROOM])
def test_what_has_room(troubles: list[Trouble], expected: int | None, reason: str) -> None:
    found = kept(troubles)
    assert (None if found is None else len(found)) == expected
    flaky_ones = {trouble for trouble in troubles if flaky(trouble)}
    assert found is None or flaky_ones <= set(found)

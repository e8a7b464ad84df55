"""Which of what would be skipped is run all the same, and what the run says of the skip."""

import pytest

from ftaction.model import trace as model
from ftaction.model.check import Check, Shell
from ftaction.model.ending import Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.model.plan import Replay, Unaffected
from ftaction.model.record import Origin, OriginKind, Patched, Record
from ftaction.model.run import Judged
from ftaction.model.selection import Cause, Right, Selected
from ftaction.model.trace import Outcome
from ftaction.plan.audit import agrees, drawn, judge, named, named_within, sampled
from tests.plan.selection.traced import trace

NAMES = [f"{number:064x}" for number in range(20_000)]


def test_no_share_is_nothing_and_all_is_all() -> None:
    assert not any(sampled(0.0, "commit", name) for name in NAMES[:1000])
    assert all(sampled(1.0, "commit", name) for name in NAMES[:1000])


def test_the_share_is_what_was_asked_for() -> None:
    """400 are expected, and 20 are one standard deviation; the sample never changes, so this never fails by chance."""
    assert 320 < sum(sampled(0.02, "commit", name) for name in NAMES) < 480


def test_trying_again_chooses_the_same_and_another_commit_others() -> None:
    one, again, other = ({name for name in NAMES if sampled(0.02, commit, name)} for commit in ("one", "one", "other"))
    assert one == again
    assert len(one & other) < 30, "two samples of 400 have 8 in common by chance"


def test_more_is_the_same_and_more() -> None:
    assert {name for name in NAMES if sampled(0.02, "c", name)} < {name for name in NAMES if sampled(0.1, "c", name)}


RECORD = Record("a", "f" * 64, Passed(), 1.0, 1.0, Origin(OriginKind.PROTECTED, "r", "main", "c"))
PATCH, OTHER = (Patched("a.py", "1", "2"),), (Patched("a.py", "1", "3"),)
AGREES = [
    # remembered ending and patch, ending and patch now, whether the skip would have been right
    (Passed(), (), Passed(), (), True, "it passes as it did"),
    (Passed(), (), Failed(1), (), False, "it fails"),
    (Passed(), (), Failed(0), PATCH, False, "it changes files where that is red"),
    (Passed(), (), TimedOut(1.0), (), False, "it does not come to its end"),
    (Passed(), PATCH, Passed(), PATCH, True, "it changes files as it did"),
    (Passed(), PATCH, Passed(), OTHER, False, "it changes them otherwise: a replay would have left others behind"),
    (Passed(), PATCH, Passed(), (), False, "it no longer changes them"),
    (Failed(1), (), Failed(2), (), True, "a failure that was to be replayed fails"),
    (Failed(1), (), Passed(), (), False, "and passes"),
    (Passed(), (), Cancelled(), (), None, "it was ended by us"),
    (Passed(), (), Blocked(("b",)), (), None, "what it needs did not pass"),
    (Passed(), (), CouldNotStart("x"), (), None, "it never ran"),
]


@pytest.mark.parametrize(("was", "before", "now", "patched", "right", "reason"), AGREES, ids=[row[-1] for row in AGREES])
def test_whether_a_skip_would_have_been_right(
    was: Ending, before: tuple[Patched, ...], now: Ending, patched: tuple[Patched, ...], right: bool | None, reason: str
) -> None:
    record = RECORD._replace(ending=was, patched=before)
    assert agrees(Replay(record), now, patched) is right
    assert agrees(Unaffected(record), now, patched) is right


CHECK = Check(name="a", run="x", inputs=("*.py",))
OTHERS = [
    (CHECK._replace(run="y"), "another command"),
    (CHECK._replace(inputs=("*.py", "data")), "more inputs: what was missing may be there now"),
    (CHECK._replace(env=("HOME",)), "a variable"),
    (CHECK._replace(needs=("b",)), "a need"),
    (CHECK._replace(outputs=("out",)), "an output"),
    (CHECK._replace(shell=Shell.SH), "another shell"),
    (CHECK._replace(working_directory="src"), "another folder"),
    (CHECK._replace(tool="none"), "no tool"),
    (CHECK._replace(name="b"), "another check"),
]
SAME = [(CHECK._replace(timeout=5.0), "a longer time"), (CHECK._replace(weight=2), "more slots"), (CHECK._replace(retries=3), "more tries")]


@pytest.mark.parametrize(("check", "reason"), OTHERS, ids=[row[1] for row in OTHERS])
def test_a_check_that_says_something_else_is_believed_anew(check: Check, reason: str) -> None:
    assert named(check) != named(CHECK)


@pytest.mark.parametrize(("check", "reason"), SAME, ids=[row[1] for row in SAME])
def test_how_it_is_run_is_no_reason_to_believe_it(check: Check, reason: str) -> None:
    assert named(check) == named(CHECK)


CHOSEN = Selected(
    {"a::one": Cause(Right.RAN, "x.py")}, frozenset(f"b::{name}" for name in ("two", "three")), frozenset(["b"]), 1.0, 3.0
)  # fmt: skip
GOOD, BAD, AGAIN = Outcome(True, 1.0), Outcome(False, 1.0), Outcome(False, 1.0, again=2)
JUDGED = [
    # how tests ended, the check, doubt; tests seen, wrong, right, reason
    ({"a::one": GOOD, "b::two": GOOD}, Passed(), "", 1, (), True, "it passes"),
    ({"a::one": BAD, "b::two": GOOD}, Failed(1), "", 1, (), True, "what runs anyway fails"),
    ({"a::one": GOOD, "b::two": BAD}, Failed(1), "", 1, ("b::two",), False, "what is left out fails"),
    ({"a::one": BAD, "b::two": BAD, "b::three": GOOD}, Failed(1), "", 2, ("b::two",), False, "beside another one"),
    ({"a::one": GOOD, "b::two": AGAIN}, Passed(), "", 1, (), True, "it passed when it was tried again: the run is as green as without it"),
    ({"b": BAD}, Failed(2), "pytest ended with 2", 0, ("b",), False, "a file that need not be loaded can't be loaded"),
    ({"a": BAD}, Failed(2), "pytest ended with 2", 0, (), None, "one that had to be can't, and so nothing ran"),
    ({"b::new": BAD}, Failed(1), "", 0, ("b::new",), False, "a test that nobody knew, in a file that would not have been loaded"),
    ({"c::new": BAD}, Failed(1), "", 0, (), True, "one in another file, which would have run"),
    ({"a::one": GOOD, "b::two": GOOD}, Failed(1), "", 1, (), None, "no test failed: what did may have come from one that is left out"),
    ({"a::one": GOOD, "b::two": GOOD}, TimedOut(1.0), "", 1, (), None, "it did not come to its end"),
    ({"a::one": GOOD, "b::two": GOOD}, Passed(), "a worker died", 1, (), None, "not all was seen"),
]


@pytest.mark.parametrize(("ended", "ending", "doubt", "seen", "wrong", "right", "reason"), JUDGED, ids=[row[-1] for row in JUDGED])
def test_whether_leaving_tests_out_would_have_been_right(
    ended: dict[str, Outcome], ending: Ending, doubt: str, seen: int, wrong: tuple[str, ...], right: bool | None, reason: str
) -> None:
    of = trace({}, doubt=doubt)._replace(tests=tuple(model.Test(name, name.partition("::")[0], 0, outcome) for name, outcome in ended.items()))
    assert judge(CHOSEN, of, ending) == Judged(seen, float(seen), wrong, right)


def test_a_sample_is_of_what_is_left_out_with_its_files() -> None:
    many = CHOSEN._replace(left_out=frozenset(NAMES[:2000]))
    files = {name: f"{name[-1]}.py" for name in NAMES}
    one, again, inputs, commit = (
        drawn(many, 0.02, commit, suite, files).audited for commit, suite in (("c", "unit\nf"), ("c", "unit\nf"), ("c", "unit\ng"), ("d", "unit\nf"))
    )
    assert 20 < len(one) < 60, "40 are expected"
    assert all(path == files[name] for name, path in one.items())
    assert one == again
    assert one.keys() != inputs.keys() != commit.keys() != one.keys()
    assert drawn(many, 1.0, "c", "unit", files).audited.keys() == many.left_out
    assert drawn(many, 0.0, "c", "unit", {}) == many


def test_that_tests_may_be_left_out_is_distrusted_apart() -> None:
    check = Check("unit", "pytest")
    assert named_within(check) != named(check)
    assert named_within(check) != named_within(check._replace(inputs=("src",))), "a check that says what it depends on is believed anew"

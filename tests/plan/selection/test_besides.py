"""Tests that run besides those that a change selects."""

import pytest

from ftaction.model import trace as model
from ftaction.model.record import Trouble
from ftaction.model.selection import Cause, Right, Selected
from ftaction.model.trace import Outcome
from ftaction.plan.selection.besides import besides

NAMES = ("a::one", "a::two", "b::three")
CHOSEN = Selected({"a::one": Cause(Right.RAN, "x.py")}, frozenset(["a::two", "b::three"]), frozenset(["b"]), 1.0, 3.0)
FLAKY = Trouble("b::three", passed=1, failed=1, streak=1, failed_at=1.0)


def newest(**failed: str) -> dict[str, model.Test]:
    return {name: model.Test(name, name[0], 0, Outcome(name not in failed.values(), 1.0)) for name in NAMES}


ROWS = [
    # troubles, failed when last seen, chosen, reason
    ([], {}, {"a::one": Right.RAN}, "nothing is known of any"),
    ([FLAKY], {}, {"a::one": Right.RAN, "b::three": Right.FLAKY}, "flaky, and so is its file collected"),
    ([FLAKY._replace(streak=5)], {}, {"a::one": Right.RAN}, "that passed often enough since"),
    ([FLAKY._replace(passed=0, streak=0)], {}, {"a::one": Right.RAN, "b::three": Right.FAILED}, "failed when it last ran, wherever that was"),
    ([FLAKY._replace(passed=0, streak=1)], {}, {"a::one": Right.RAN}, "failed once and passed since"),
    ([], {"failed": "a::two"}, {"a::one": Right.RAN, "a::two": Right.FAILED}, "failed in the newest run that had it, though an older one would do without it"),
    ([FLAKY._replace(test="a::one")], {}, {"a::one": Right.RAN}, "runs anyway"),
    ([FLAKY._replace(test="c::gone")], {}, {"a::one": Right.RAN}, "no longer there"),
]


@pytest.mark.parametrize(("troubles", "failed", "expected", "reason"), ROWS, ids=[row[-1] for row in ROWS])
def test_what_runs_too(troubles: list[Trouble], failed: dict[str, str], expected: dict[str, Right], reason: str) -> None:
    found = besides(CHOSEN, {one.test: one for one in troubles}, newest(**failed))
    assert {name: cause.right for name, cause in found.tests.items()} == expected
    assert found.left_out == set(NAMES) - expected.keys()
    assert found.skipped == (frozenset() if "b::three" in expected else frozenset(["b"]))
    assert found.seconds == len(expected)


def test_what_failed_and_is_flaky_is_told_as_flaky() -> None:
    chosen = CHOSEN._replace(tests={"a::one": Cause(Right.FAILED, "a")})
    assert besides(chosen, {"a::one": FLAKY._replace(test="a::one")}, newest()).tests == {"a::one": Cause(Right.FLAKY, "a")}

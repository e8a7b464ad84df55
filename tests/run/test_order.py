"""What failed last on this branch starts first within its step; then the longest road, as ever. Which line of a history says so, and what it leads to."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftaction.model.check import Check
from ftaction.model.ending import Blocked, Failed, Passed
from ftaction.model.plan import Run
from ftaction.model.record import Origin, OriginKind, Record
from ftaction.plan.schedule import order
from ftaction.plan.tally import Outcome
from ftaction.run import lines
from ftaction.run.lines import Line, short
from ftaction.run.records import dump, load
from tests.support.rig import Rig, check, config, endings

A, B, C, D = (check(name, "true") for name in "abcd")
TIMES = {"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0}


def needs(one: Check, *names: str) -> Check:
    return one._replace(needs=names)


ORDERS = [
    # checks, failed last, order
    ((A, B, C), (), "abc", "the longest first"),
    ((A, B, C), ("c",), "cab", "failed, so before longer ones"),
    ((A, B, C), ("c", "b"), "bca", "two that failed, the longer one first"),
    ((A, B, C, D), ("gone",), "abcd", "of another step"),
    ((A, B, needs(D, "c"), C), ("d",), "cdab", "what it needs comes before it, and so before others"),
    ((A, needs(D, "c"), needs(C, "b"), B), ("d",), "bcda", "also by way of another one"),
    ((A, needs(D, "c"), C), ("c",), "cad", "what only needs it waits in its own place"),
]


@pytest.mark.parametrize(("checks", "failed", "expected", "reason"), ORDERS, ids=[row[-1] for row in ORDERS])
def test_the_order(checks: tuple[Check, ...], failed: tuple[str, ...], expected: str, reason: str) -> None:
    assert "".join(order(checks, TIMES, failed)) == expected


def line(passed: bool, ended: float, branch: str = "") -> Line:
    return Line("f" * 64, passed, 1.0, Outcome(passed, int(not passed), ended), short(branch))


HISTORIES = [
    # lines, branch, whether it failed last
    ([], "mine", False, "nothing is known"),
    ([line(False, 1, "mine")], "mine", True, "it failed here"),
    ([line(False, 1, "mine"), line(True, 2, "mine")], "mine", False, "and passed since"),
    ([line(True, 3, "mine"), line(False, 2, "mine")], "mine", False, "lines of several stores come in any order"),
    ([line(False, 1, "mine"), line(True, 2, "main")], "mine", True, "that another branch passes says nothing of this one"),
    ([line(True, 1, "mine"), line(False, 2, "main")], "mine", False, "nor that it fails"),
    ([line(True, 1, "other"), line(False, 2, "main")], "mine", True, "of a branch that is new, whatever came last"),
    ([line(False, 1), line(True, 2)], "mine", False, "lines that name no branch are of none"),
    ([line(True, 2, "main"), line(False, 1)], "", False, "and where none is checked out, none is this one"),
]


@pytest.mark.parametrize(("history", "branch", "failed", "reason"), HISTORIES, ids=[row[-1] for row in HISTORIES])
def test_which_line_says_so(history: list[Line], branch: str, failed: bool, reason: str) -> None:
    assert lines.failed_last(history, branch) is failed


OLD = [
    ({"fingerprint": "f", "passed": True, "seconds": 1.5, "ended": 7.0}, Line("f", True, 1.5, Outcome(True, 0, 7.0)), "before tries and branches"),
    ({"fingerprint": "f", "passed": False, "seconds": 1.5}, Line("f", False, 1.5, Outcome(False, 1, 0.0)), "before times"),
]


@pytest.mark.parametrize(("told", "expected", "reason"), OLD, ids=[row[-1] for row in OLD])
def test_a_line_of_an_older_make(told: dict[str, object], expected: Line, reason: str) -> None:
    assert list(lines.read([json.dumps(told).encode()])) == [expected]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"7", b"null", b"{", b'{"fingerprint":"f","passed":true,"seconds":"x"}', b'{"fingerprint":"f","passed":true,"seconds":1,"outcome":7}',
     b'{"fingerprint":"f","passed":true,"seconds":NaN}', b'{"fingerprint":"f","passed":false,"seconds":1,"ended":NaN}',
     b'{"fingerprint":"f","passed":false,"seconds":-1}', b'{"fingerprint":"f","passed":false,"seconds":1,"outcome":[0,-1]}',
     b'{"fingerprint":"f","passed":true,"seconds":1,"outcome":[1]}', b'{"fingerprint":"f","passed":true,"seconds":1,"ended":[]}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_line_is_left_out(content: bytes) -> None:
    good = lines.written(line(True, 1.0, "main"))
    assert list(lines.read([content, good])) == [line(True, 1.0, "main")]


def test_a_line_is_short_whatever_the_branch_is_called() -> None:
    """A bundle takes lines of up to a thousand bytes."""
    assert len(lines.written(line(True, 1e9, "é" * 255)._replace(audited=short("c" * 64)))) < 300


FAST, SLOW = "true", "sleep 0.3"


def test_what_failed_starts_first_and_fail_fast_stops_early(rig: Rig) -> None:
    """One after the other, so that what was not started is exactly what came behind."""
    bad = rig.folder / "bad"
    checks = [check("long", SLOW), check("broken", f"cd {rig.folder}; ! test -e bad"), check("other", FAST)]
    line = config(*checks, max_workers=1, fail_fast="all")
    rig.run(line)
    assert rig.surface.of("started") == ["long", "broken", "other"], "nothing is known, so as they stand"
    bad.touch()
    rig.run(line, run_all=True)
    assert rig.surface.of("started")[0] == "long", "it did not fail yet"
    report = rig.run(line, run_all=True)
    assert rig.surface.of("started") == ["broken"]
    assert endings(report)["broken"] == Failed(1)
    assert isinstance(endings(report)["long"], Blocked)
    bad.unlink()
    rig.run(line, run_all=True)
    assert rig.surface.of("started")[0] == "broken"
    rig.run(line, run_all=True)
    assert rig.surface.of("started")[0] == "long", "it passed since"


def test_groups_keep_their_order(rig: Rig) -> None:
    checks = [check("first", FAST), check("second", "exit 1")]
    line = config(*checks, parallel_groups=(("first",), ("second",)), fail_fast="never")
    rig.run(line)
    rig.run(line, run_all=True)
    assert rig.surface.of("started") == ["first", "second"]


def test_another_branch_does_not_begin_with_it(rig: Rig) -> None:
    """Where it passed itself."""
    line = config(check("long", SLOW), check("sometimes", f"cd {rig.folder}; ! test -e bad"), max_workers=1, fail_fast="never")
    rig.run(line)
    rig.repository.git("switch", "--quiet", "--create", "other")
    (rig.folder / "bad").touch()
    rig.run(line, run_all=True)
    plan = rig.plan(line)
    assert {name: one.failed_last for name, one in plan.items() if isinstance(one, Run)} == {"sometimes": True}
    rig.repository.git("switch", "--quiet", "main")
    rig.run(line, run_all=True)
    assert rig.surface.of("started") == ["long", "sometimes"]
    rig.repository.git("switch", "--quiet", "other")
    (rig.folder / "bad").unlink()
    assert endings(rig.run(line, run_all=True))["sometimes"] == Passed()
    assert rig.surface.of("started") == ["sometimes", "long"]


@example({"ended": 0.0625})  # more digits than a history line of ours has
@given(
    st.dictionaries(
        st.sampled_from(["fingerprint", "passed", "seconds", "ended", "outcome", "branch", "audited"]),
        st.none() | st.integers() | st.floats() | st.text() | st.lists(st.floats() | st.integers(), max_size=3),
    )
)
def test_whatever_a_line_holds_what_is_counted_of_it_can_be_kept(told: dict[str, object]) -> None:
    """A record with a number that none may hold would be a miss for ever."""
    content = json.dumps({"fingerprint": "f" * 64, "passed": False, "seconds": 1.0} | told).encode()
    for fingerprint, tally in lines.tallies(lines.read([content])).items():
        record = Record("a", "f" * 64, Failed(1), 1.0, 1.0, Origin(OriginKind.LAPTOP, "r", "", ""), tally=tally)
        assert load(dump(record)) == record, fingerprint

"""What is remembered of tests: how they ended on the same inputs, which run stands for these, and which tests begin."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ftaction.edge.disk import DiskStore
from ftaction.model.ending import Ending, Failed, Passed
from ftaction.model.manifest import Manifest
from ftaction.model.plan import Reason, Run, Why
from ftaction.model.record import Origin, OriginKind, Record, Tally, Trouble
from ftaction.model.run import Result
from ftaction.model.trace import Outcome, Trace
from ftaction.model.trace import Test as Seen
from ftaction.plan.fingerprint import narrowed
from ftaction.plan.troubles import MOST, flaky, kept, rate
from ftaction.run.memory import Memory
from ftaction.run.past import Past, counted, order, past
from ftaction.run.records import dump
from ftaction.run.seen_tests import pack
from tests.plan.selection.traced import trace

SECONDS = {"a": 3.0, "b": 1.0, "c": 2.0}
HERE = Origin(OriginKind.LAPTOP, "r", "main", "c")
MANIFEST = Manifest("command\trun\tx\n", "100644 a\ta.py\n", "b" * 64)
SAME, OTHER = "a" * 64, "b" * 64


def trouble(test: str, failures: int = 1, streak: int = 1) -> Trouble:
    return Trouble(test, failed=failures, failures=failures, streak=streak, failed_at=1.0)


ROWS = [
    # troubles, failed last, changed, order, reason
    ([], (), ["x", "y"], "xy", "what changed, as it is given"),
    ([trouble("a")], ("a",), ["x"], "ax", "what failed last comes before what changed"),
    ([trouble("a"), trouble("b")], ("a", "b"), [], "ba", "of several the quickest, so that the first answer comes soon"),
    ([trouble("a"), trouble("b")], ("b",), ["x"], "bxa", "what failed before comes behind what changed"),
    ([trouble("b"), trouble("a", 3)], (), [], "ab", "what failed most often first"),
    ([trouble("a"), trouble("c"), trouble("b")], (), [], "bca", "and of those the quickest"),
    ([trouble("a")], ("a",), ["a"], "a", "each once, where it is named first"),
    ([], ("a",), [], "", "nothing is known of it any more"),
    ([trouble("z")], (), [], "z", "one whose time nobody knows"),
    ([trouble("a", streak=9), trouble("b", streak=10)], (), [], "a", "not what passed ten times in a row since"),
]


@pytest.mark.parametrize(("troubles", "last", "changed", "expected", "reason"), ROWS, ids=[row[-1] for row in ROWS])
def test_what_begins(troubles: list[Trouble], last: tuple[str, ...], changed: list[str], expected: str, reason: str) -> None:
    assert "".join(order(Past({one.test: one for one in troubles}, last), changed, SECONDS)) == expected


STANDS = [
    # ending, end and tally of the whole; of the run with tests left out; which stands, reason
    ((Failed(1), 1.0, Tally(0, 1)), (Passed(), 2.0, Tally(1, 1, 1)), "part", "what failed passed since"),
    ((Failed(1), 1.0, Tally(0, 1)), (Passed(), 2.0, Tally(1, 0, 1)), "whole", "who passed had not heard of the failure"),
    ((Failed(1), 3.0, Tally(1, 2)), (Passed(), 2.0, Tally(1, 1, 1)), "whole", "it failed since"),
    ((Passed(), 3.0, Tally(1, 1)), (Failed(1), 2.0, Tally(0, 1)), "whole", "all of it passed since"),
    (None, (Passed(), 2.0, Tally(1, 0, 1)), "part", "the whole never ran on these inputs"),
    ((Passed(), 3.0, Tally(1, 1)), None, "whole", "nothing was ever left out"),
]
Told = tuple[Ending, float, Tally] | None


@pytest.mark.parametrize(("whole", "part", "expected", "reason"), STANDS, ids=[row[-1] for row in STANDS])
def test_which_run_stands_for_the_inputs(tmp_path: Path, whole: Told, part: Told, expected: str, reason: str) -> None:
    store = DiskStore(str(tmp_path))
    for name, told in ((SAME, whole), (narrowed(SAME), part)):
        if told:
            store.put_record(name, dump(Record("unit", name, told[0], 1.0, told[1], HERE, tally=told[2])))
    found = Memory(store, "r").latest(SAME)
    assert found is not None
    assert found.fingerprint == {"whole": SAME, "part": narrowed(SAME)}[expected]


class Line:
    """A check `unit` that runs, run after run. Each `run` names the tests that it fails, of those that run."""

    def __init__(self, folder: Path) -> None:
        self.memory = Memory(DiskStore(str(folder)), "r")
        self.now = 1_700_000_000.0

    def run(self, tests: Sequence[str], failing: Sequence[str] = (), fingerprint: str = SAME, left_out: int = 0, ref: str = "main") -> dict[str, Trouble]:
        self.now += 1
        seen = self.trace(tests, failing)
        ending: Ending = Failed(1) if failing else Passed()
        decision = Run(Why(Reason.CHANGED), fingerprint, MANIFEST)
        found = counted(self.memory, fingerprint, seen, Result("unit", "slow", decision, ending), self.now)
        name = narrowed(fingerprint) if left_out else fingerprint
        record = Record(
            "unit", name, ending, 1.0, self.now, HERE._replace(ref=ref), tests=self.memory.keep(pack(seen, {})), left_out=left_out,
            troubles=kept(found.values()) or (),
        )  # fmt: skip
        assert self.memory.remember(record, MANIFEST, same=(fingerprint, narrowed(fingerprint)))
        return found

    def trace(self, tests: Sequence[str], failing: Sequence[str]) -> Trace:
        return trace({})._replace(tests=tuple(Seen(name, name, 0, Outcome(name not in failing, 1.0)) for name in tests))


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


def test_each_clean_pass_of_the_whole_is_one_of_each_test(line: Line) -> None:
    assert line.run(["a", "b"]) == {}
    assert line.run(["a", "b"]) == {}
    assert {name: rate(one) for name, one in line.run(["a", "b"], ["a"]).items()} == {"a": (1, 3)}


def test_a_pass_with_tests_left_out_is_one_of_those_that_ran(line: Line) -> None:
    line.run(["a"], left_out=1)
    line.run(["b"], left_out=1)
    assert {name: rate(one) for name, one in line.run(["a", "b"], ["a", "b"]).items()} == {"a": (0, 0), "b": (1, 2)}, "of `a` no trace is left"


def test_more_failures_than_a_record_names_are_found_in_what_was_seen(line: Line) -> None:
    many = [f"t{number:03}" for number in range(MOST + 20)]
    line.run([*many, "z"], many)
    found = line.run([*many, "z"])
    assert {name for name, one in found.items() if flaky(one)} == set(many)
    assert kept(found.values()) is None


def test_on_other_inputs_it_is_known_but_not_of_these(line: Line) -> None:
    line.run(["a"], ["a"])
    assert rate(line.run(["a"])["a"]) == (1, 2)
    there = line.run(["a"], fingerprint=OTHER)["a"]
    assert (there.passed, there.failed, there.streak, flaky(there)) == (1, 0, 2, True)


def test_what_failed_last_is_of_this_branch(line: Line) -> None:
    line.run(["a", "b"], ["a"])
    line.run(["a", "b"], ["b"], fingerprint=OTHER, ref="topic")
    assert [past(line.memory, "unit", ref).last for ref in ("main", "topic", "new")] == [("a",), ("b",), ("b",)]


def test_what_passed_so_often_since_is_forgotten(line: Line) -> None:
    line.run(["a"], ["a"])
    begins = []
    for number in range(45):
        line.run(["a"], fingerprint=f"{number:064}")
        begins.append(order(past(line.memory, "unit", "main"), (), {}))
    assert begins == [("a",)] * 9 + [()] * 36

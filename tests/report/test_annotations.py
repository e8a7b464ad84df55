"""What stands in the diff: within GitHub's budgets, the most important first, nothing injected."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.ending import Blocked, Ending, Failed, Passed, TimedOut
from ftaction.model.finding import Finding, Level
from ftaction.model.run import Report
from ftaction.report.annotations import MOST, annotations
from tests.report.runs import HOSTILE, LOGS, RUNS, report, result
from tests.support.golden import Golden


@pytest.mark.parametrize("name", RUNS)
def test_annotations(name: str, golden: Golden) -> None:
    told = annotations(RUNS[name], LOGS)
    golden(f"annotations-{name}.txt", "".join(f"{line}\n" for line in told.lines) + f"left out: {told.left_out}\n")


def test_of_five_thousand_findings_those_of_touched_lines_are_told_and_the_rest_is_counted() -> None:
    findings = tuple(Finding(f"src/{number % 50}.py", number, Level.ERROR, f"number {number}") for number in range(1, 5001))
    run = report(result("lint", ending=Failed(1), findings=findings), lines={"src/7.py": ((4957, 4957),), "src/8.py": ((2, 3),)})
    told = annotations(run, {})
    assert len(told.lines) == MOST
    assert told.left_out == 5000 - MOST
    assert "number 4957" in told.lines[0]
    assert all("file=src/8.py" in line or "file=src/7.py" in line for line in told.lines), "then what is of touched files"


def test_each_check_gets_its_turn() -> None:
    many = tuple(Finding("a.py", number, Level.ERROR, "m") for number in range(1, 100))
    run = report(result("lint", ending=Failed(1), findings=many), result("types", ending=Failed(1), findings=many[:3]), result("test", ending=Failed(1)))
    names = Counter(line.partition("FirstTry / ")[2].partition("::")[0].partition(",")[0] for line in annotations(run, {}).lines)
    assert names == {"lint": 6, "types": 3, "test": 1}


NAMED = [
    (4, Failed(1), 4, "a few checks get a line each"),
    (5, Failed(1), 1, "more share one, so that findings have room"),
    (1, Blocked(("a",)), 1, "one that waited for another"),
    (2000, TimedOut(1.0), 1, "of very many the first are named"),
    (2000, Blocked(("a",)), 1, "likewise"),
    (3, Passed(), 0, "what is green is no error"),
]


@pytest.mark.parametrize(("many", "ending", "lines", "reason"), NAMED, ids=[row[3] for row in NAMED])
def test_checks_that_say_nothing_themselves(many: int, ending: Ending, lines: int, reason: str) -> None:
    told = annotations(report(*(result(f"check {number}", ending=ending) for number in range(many))), {}).lines
    assert len(told) == lines, reason
    assert all(len(line) < 5000 for line in told)
    assert not told or "check 0" in told[0]


_TEXT = st.text(max_size=40) | st.just(HOSTILE)
_FINDINGS = st.builds(
    Finding, path=_TEXT, line=st.integers(0, 10**7), level=st.sampled_from(Level), message=_TEXT, column=st.integers(0, 10**7), end_line=st.integers(0, 10**7),
    end_column=st.integers(0, 10**7), rule=_TEXT, detail=_TEXT,
)  # fmt: skip
_RESULTS = st.builds(
    lambda name, ending, found, unread: result(name, ending=ending, findings=tuple(found), unread=unread),
    st.text(min_size=1, max_size=10), st.sampled_from([Passed(), Failed(1), Blocked(("x",))]), st.lists(_FINDINGS, max_size=15), st.integers(0, 5),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_RESULTS, max_size=6).map(lambda found: report(*found)))
def test_whatever_is_said_it_is_one_command_a_line_within_the_budgets(run: Report) -> None:
    told = annotations(run, {})
    levels = Counter(line[2:].partition(" ")[0] for line in told.lines)
    assert all(number <= MOST for number in levels.values())
    assert levels.keys() <= {"error", "warning", "notice"}
    assert all("\n" not in line and "\r" not in line and "##[" not in line for line in told.lines)
    findings = sum(len(one.findings) + one.unread for one in run.results)
    assert 0 <= told.left_out <= findings
    assert sum(levels.values()) >= min(findings - told.left_out, 1)

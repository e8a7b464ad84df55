"""The terminal's table and lists, plans and explanations, as whole outputs."""

import pytest

from ftaction.errors import ConfigError, Mistake, Stop
from ftaction.model.check import Check
from ftaction.model.ending import Blocked
from ftaction.model.plan import Decision, Plan, Reason, Replay, Run, Step, Unaffected
from ftaction.report import table
from ftaction.report.mistakes import error_commands, error_lines
from ftaction.report.plans import plan_lines
from tests.report.runs import CHANGED, HOSTILE, LOGS, RECORD, RUNS, run
from tests.support.golden import Golden


def told(name: str, width: int) -> str:
    report = RUNS[name]
    lines = [*map(table.line, report.results), "", *table.table(report, width)]
    for result in report.results:
        if result.check in LOGS and table.mark(result) == "FAIL":
            lines += table.failure(result, LOGS[result.check])
    return "\n".join([*lines, "", table.last_line(report)]) + "\n"


@pytest.mark.parametrize("name", RUNS)
def test_a_run(name: str, golden: Golden) -> None:
    golden(f"terminal-{name}.txt", told(name, 200))


@pytest.mark.parametrize("width", [1, 40, 60, 80])
def test_a_narrow_terminal(width: int, golden: Golden) -> None:
    golden(f"terminal-{width}-columns.txt", "\n".join(table.table(RUNS["failed"], width)) + "\n")
    assert all(len(line) <= max(width, 40) for line in table.table(RUNS["failed"], width))


@pytest.mark.parametrize("name", RUNS)
def test_nothing_moves_the_cursor(name: str) -> None:
    assert all(char.isprintable() or char in "\n\t" for char in told(name, 200))


CHECKS: list[tuple[Check, Decision]] = [
    (Check(name="lint", run="ruff check ."), run()),
    (Check(name="types", run=("mypy", "src dir")), Run(why=CHANGED, expected=12.0)),
    (Check(name="test", run="\npytest\npytest --slow\n"), Replay(record=RECORD)),
    (Check(name="docs", run="make docs"), Unaffected(base=RECORD, moved=CHANGED.differences[4:])),
    (Check(name="again", run="y"), run(Reason.AUDITED, instead=Replay(RECORD), failed_last=True)),
    (Check(name="late", run="x"), Blocked(("lint", "types"))),
    (Check(name=HOSTILE, run=HOSTILE), run(Reason.UNSTABLE, details=(HOSTILE,))),
]


def test_a_plan(golden: Golden) -> None:
    first = Plan(step=Step(title="fast", checks=tuple(check for check, _ in CHECKS[:2])), decisions={check.name: decision for check, decision in CHECKS[:2]})
    second = Plan(
        step=Step(title="group 1", checks=tuple(check for check, _ in CHECKS[2:])), decisions={check.name: decision for check, decision in CHECKS[2:]}
    )
    golden("plan.txt", "\n".join(plan_lines((first, second), {"lint": "ruff.toml", HOSTILE: HOSTILE})) + "\n")


ERRORS = {
    "stop": Stop("there is no check `x`", "The checks are: a, b."),
    "bare": Stop("nothing to do"),
    "hostile": Stop(HOSTILE, HOSTILE),
    "config": ConfigError(
        "f.yml has 3 mistakes",
        mistakes=(
            Mistake(file="f.yml", line=0, column=0, message="the file is empty"),
            Mistake(file="f.yml", line=3, column=7, message="checks.a: there is no key `runn`", text="runn", nearest="run"),
            Mistake(file="a,b:c%.yml", line=4, column=1, message="a number\nis expected", text=HOSTILE, nearest="x"),
        ),
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error(name: str, golden: Golden) -> None:
    golden(f"error-{name}.txt", "\n".join([*error_lines(ERRORS[name]), "", *error_commands(ERRORS[name])]) + "\n")

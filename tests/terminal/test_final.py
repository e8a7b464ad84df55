"""What stands on the screen when a run has ended, as whole outputs: as much as happened, and no more."""

import pytest

from ftaction.model.ending import Failed
from ftaction.model.finding import Finding, Level
from ftaction.model.plan import Unaffected
from ftaction.model.run import Otherwise, Report, Result
from ftaction.report.final import screen
from tests.report.runs import HOSTILE, HOSTILE_LOG, LOGS, RECORD, RUNS, replayed, report, result
from tests.support.golden import Golden

FINDINGS = tuple(
    Finding(f"src/{number}.py", number, Level.ERROR, f"name `x{number}` is not defined", column=number, rule="name-defined", detail="note\n" * number)
    for number in range(12)
)
HUNDREDS = tuple(replayed(f"check {number}", ended=RECORD.ended + number) for number in range(500))
ENDED: dict[str, Report] = {
    "hundreds-replayed": report(*HUNDREDS, seconds=0.4),
    "hundreds-skipped": report(*HUNDREDS[:300], *(Result(f"u {n}", "slow", Unaffected(RECORD), RECORD.ending) for n in range(20)), seconds=0.4),
    "one-of-hundreds": report(*HUNDREDS, result("new", seconds=3.0)),
    "hundreds-ran": report(*(result(f"check {number}", seconds=1 + number % 7) for number in range(500)), seconds=500.0),
    "findings": report(
        result("types", ending=Failed(1), findings=FINDINGS, unread=30, log="/logs/types.log"),
        result("test", ending=Failed(1), findings=(Finding("", 0, Level.ERROR, "no place", rule="R1"),), log="/logs/test.log"),
        result(HOSTILE, ending=Failed(1), findings=(Finding(HOSTILE, 3, Level.ERROR, HOSTILE, rule=HOSTILE, detail=HOSTILE_LOG),)),
    ),
    "waited": report(
        result("a", seconds=10.0, ready=0.1, started=0.1),
        result("b", seconds=5.0, ready=0.1, started=10.1),
        result("c", seconds=7.0, ready=0.1, started=15.1, locked_by=("b",)),
        slots=1, seconds=22.1, otherwise=(Otherwise(2, 15.1), Otherwise(3, 12.2)),
    ),
}  # fmt: skip
LONG = {**LOGS, "types": "".join(f"line {number}\n" for number in range(100)), "slow one": "".join(f"line {number}\n" for number in range(100))}


def shown(of: Report, columns: int = 100, whole: bool = False) -> str:
    return "\n".join(screen(of, columns, lambda result: LONG.get(result.check, ""), whole=whole)) + "\n"


@pytest.mark.parametrize("name", [*RUNS, *ENDED])
def test_a_run(name: str, golden: Golden) -> None:
    text = shown({**RUNS, **ENDED}[name])
    golden(f"final-{name}.txt", text)
    assert all(char.isprintable() or char in "\n\t" for char in text)


def test_a_log_is_whole_where_nobody_can_open_its_file(golden: Golden) -> None:
    golden("final-whole.txt", shown(RUNS["failed"], whole=True))


def test_everything_replayed_is_two_lines() -> None:
    assert shown(ENDED["hundreds-replayed"]).count("\n") == 2
    assert shown(RUNS["replayed"]).count("\n") == 2

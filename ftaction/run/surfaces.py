"""Where a run is told: a plain log, or hardly at all. They write; `report/` makes the words. What is watched is `run/live.py`."""

from collections.abc import Callable

from ftaction.model.plan import Plan, Run, Step
from ftaction.model.run import Move, Report, Result
from ftaction.plan.environment import secrets
from ftaction.report import table
from ftaction.report.verdict import passed
from ftaction.run.logs import read_log

Write = Callable[[str], None]
Logs = Callable[[Result], str]


def log_reader(variables: dict[str, str]) -> Logs:
    """Reads a result's log as text, cut to what is worth showing, secrets masked; empty where there is none."""
    hidden = secrets(variables)

    def read(result: Result) -> str:
        try:
            return read_log(result.log, hidden).decode("utf-8", "replace") if result.log else ""
        except OSError:
            return ""

    return read


class Plain:
    """One line as each check ends; at the end what happened, the failures, the verdict. `watched`: somebody reads it on a terminal."""

    watched = False

    def __init__(self, write: Write, logs: Logs, width: int) -> None:
        self._write = write
        self._logs = logs
        self._width = width

    def begun(self, began: float, steps: tuple[Step, ...], slots: int, expected: Callable[[str], float | None]) -> None:
        """Says nothing."""

    def planned(self, plan: Plan) -> None:
        """Says nothing: what runs is told when it ended."""

    def started(self, check: str) -> None:
        """Says nothing."""

    def again(self, check: str) -> None:
        """Says nothing."""

    def moving(self, move: Move) -> None:
        """Says nothing."""

    def finished(self, result: Result) -> None:
        """A line for what ran; what was replayed is told at the end."""
        if line := self._line(result):
            self._write(line)

    def done(self, report: Report) -> None:
        """What happened, then each failure with its log, then the verdict."""
        from ftaction.report.final import screen  # imported where used: a workflow's log is another one

        self._write("\n".join(screen(report, self._width, self._logs, whole=not self.watched)) + "\n")

    def close(self) -> None:
        """Nothing is open."""

    def _line(self, result: Result) -> str:
        return table.line(result) + "\n" if isinstance(result.decision, Run) else ""


class Quiet(Plain):
    """The failures and the verdict; where all is green the verdict alone."""

    def finished(self, result: Result) -> None:
        """Says nothing."""

    def done(self, report: Report) -> None:
        """As much as there is to do."""
        from ftaction.report.final import failures

        failed = [] if passed(report) else failures(report, self._logs, whole=True)
        self._write("\n".join([*failed, *([""] if failed else []), table.last_line(report)]).lstrip("\n") + "\n")

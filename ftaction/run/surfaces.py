"""Where a run is told: a terminal that is watched, a plain log, a workflow's log. They write; `report/` makes the words."""

import os
from collections.abc import Callable

from ftaction.model.plan import Plan, Run
from ftaction.model.run import Report, Result
from ftaction.plan.environment import secrets
from ftaction.report import commands, table, words
from ftaction.report.verdict import green, skips
from ftaction.run.keep import read_log

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
    """One line as each check ends; at the end the table, the failures, the verdict."""

    live = False

    def __init__(self, write: Write, logs: Logs, width: int) -> None:
        self._write = write
        self._logs = logs
        self._width = width

    def planned(self, plan: Plan) -> None:
        """Says nothing: what runs is told when it ended."""

    def started(self, check: str) -> None:
        """Says nothing."""

    def tick(self) -> None:
        """Says nothing."""

    def finished(self, result: Result) -> None:
        """A line for what ran; what was replayed stands in the table."""
        if isinstance(result.decision, Run):
            self._write(table.line(result) + "\n")

    def done(self, report: Report) -> None:
        """The table, then each failure with its log, then the verdict."""
        lines = ["", *table.table(report, self._width)]
        for result in report.results:
            if not green(result.ending) and isinstance(result.decision, Run):
                lines += table.failure(result, self._logs(result))
        self._write("\n".join([*lines, "", table.last_line(report)]) + "\n")


class Live(Plain):
    """The same, with what is running and waiting below it, redrawn in place."""

    live = True

    def __init__(self, write: Write, logs: Logs, width: int, clock: Callable[[], float]) -> None:
        super().__init__(write, logs, width)
        self._clock = clock
        self._running: dict[str, float] = {}
        self._waiting: set[str] = set()
        self._drawn = 0

    def planned(self, plan: Plan) -> None:
        """Remember who waits."""
        self._waiting = {name for name, decision in plan.decisions.items() if isinstance(decision, Run)}

    def started(self, check: str) -> None:
        """From waiting to running."""
        self._waiting.discard(check)
        self._running[check] = self._clock()

    def finished(self, result: Result) -> None:
        """Its line stays; what still runs is drawn below."""
        self._running.pop(result.check, None)
        self._waiting.discard(result.check)
        self._erase()
        super().finished(result)

    def tick(self) -> None:
        """Draw what is going on."""
        now = self._clock()
        rows = [f"run  {words.printable(name)}  {words.duration(now - since)}" for name, since in self._running.items()]
        rows += [f"     {words.count(len(self._waiting), 'check')} waiting"] if self._waiting else []
        self._erase()
        self._write("".join(row[: self._width - 1] + "\n" for row in rows))
        self._drawn = len(rows)

    def done(self, report: Report) -> None:
        """Nothing live remains."""
        self._erase()
        super().done(report)

    def _erase(self) -> None:
        if self._drawn:
            self._write(f"\x1b[{self._drawn}F\x1b[J")
        self._drawn = 0


class Workflow(Plain):
    """A workflow's log: passed checks folded, failed ones open at the end with an annotation each; untrusted text fenced off."""

    def finished(self, result: Result) -> None:
        """A folded log for what passed."""
        if isinstance(result.decision, Run) and green(result.ending):
            title = words.printable(f"{result.check} {words.ending(result.ending, result.flaky)} in {words.duration(result.seconds)}")
            self._write(f"{commands.command('group', title)}\n{self._fenced(self._logs(result))}\n{commands.command('endgroup', '')}\n")

    def done(self, report: Report) -> None:
        """The table; failures with annotation and open log; the verdict."""
        self._write(self._fenced("\n".join(table.table(report, 200))) + "\n")
        for result in report.results:
            if not green(result.ending):
                message = f"{result.check} {words.ending(result.ending)}: {words.result_reason(result)}"
                self._write(commands.command("error", message, title=f"FirstTry / {result.check}") + "\n")
                self._write(self._fenced("\n".join(table.failure(result, self._logs(result)))) + "\n")
        for result in skips(report).wrong:
            if green(result.ending):
                self._write(commands.command("warning", f"{result.check}: {words.result_reason(result)}", title="FirstTry / a skip would be wrong") + "\n")
        self._write(self._fenced(table.last_line(report)) + "\n")

    def _fenced(self, text: str) -> str:
        return commands.fenced(text, os.urandom(16).hex())

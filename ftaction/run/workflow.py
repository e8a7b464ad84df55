"""A run told in a workflow's log."""

import os

from ftaction.model.ending import green
from ftaction.model.plan import Run
from ftaction.model.run import Report, Result
from ftaction.report import commands, table, words
from ftaction.report.annotations import annotations
from ftaction.run.surfaces import Plain


class Workflow(Plain):
    """A workflow's log: passed checks folded, failed ones open at the end with an annotation each; untrusted text fenced off."""

    def finished(self, result: Result) -> None:
        """A folded log for what passed."""
        if isinstance(result.decision, Run) and green(result.ending):
            title = words.printable(f"{result.check} {words.ending(result.ending, result.flaky)} in {words.duration(result.seconds)}")
            self._write(f"{commands.command('group', title)}\n{self._fenced(self._logs(result))}\n{commands.command('endgroup', '')}\n")

    def done(self, report: Report) -> None:
        """The table; failures with open log; annotations; the verdict."""
        self._write(self._fenced("\n".join(table.table(report, 200))) + "\n")
        logs = {result.check: self._logs(result) for result in report.results if not green(result.ending)}
        for result in report.results:
            if result.check in logs:
                self._write(self._fenced("\n".join(table.failure(result, logs[result.check]))) + "\n")
        told = annotations(report, logs)
        self._write("".join(f"{line}\n" for line in told.lines))
        self._write(f"{words.count(told.left_out, 'more finding')}: see the summary.\n" if told.left_out else "")
        self._write(self._fenced(table.last_line(report)) + "\n")

    def _fenced(self, text: str) -> str:
        return commands.fenced(text, os.urandom(16).hex())

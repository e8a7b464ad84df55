"""What stands in the diff and above the log: at most ten of each level, the most important ones.

GitHub keeps ten errors, ten warnings and ten notices of a step and fifty of a job, and shows none of the rest
(actions/runner, `ExecutionContext.cs`; https://github.com/orgs/community/discussions/26680).
"""

from collections.abc import Mapping
from typing import NamedTuple

from ftaction.model.ending import Blocked
from ftaction.model.finding import Finding, Level
from ftaction.model.run import Report, Result
from ftaction.report import commands, words
from ftaction.report.findings import of_run, said, speechless, title
from ftaction.report.verdict import skips

MOST = 10
_CHECKS = 4  # of them that may take an annotation each; more share one
_NAMED = 20


class Annotations(NamedTuple):
    """`lines`: one workflow command each. `left_out`: findings that are not among them."""

    lines: tuple[str, ...]
    left_out: int


def annotations(report: Report, tails: Mapping[str, str]) -> Annotations:
    """Of one run. `tails`: a failed check's log by its name."""
    lines = {Level.ERROR: _checks(report, tails), Level.WARNING: _skips(report), Level.NOTICE: list[str]()}
    left_out = sum(result.unread for result in report.results)
    for result, finding in of_run(report):
        if len(lines[finding.level]) < MOST:
            lines[finding.level].append(_line(result, finding))
        else:
            left_out += 1
    return Annotations(tuple(line for level in Level for line in lines[level]), left_out)


def _checks(report: Report, tails: Mapping[str, str]) -> list[str]:
    """Checks that ended badly and whose output says no more than that; what was blocked by others shares one line."""
    silent = speechless(report.results)
    blocked = [one for one in report.results if isinstance(one.ending, Blocked)]
    lines = [_check(one, tails) for one in silent] if len(silent) <= _CHECKS else [_together("did not pass", silent)]
    return lines + ([_together("blocked", blocked)] if len(blocked) > 1 else [_check(one, tails) for one in blocked])


def _check(result: Result, tails: Mapping[str, str]) -> str:
    message = f"{result.check} {words.ending(result.ending)}: {said(result, tails.get(result.check, ''))}"
    return commands.command("error", message, title=f"FirstTry / {result.check}")


def _together(what: str, results: list[Result]) -> str:
    names = ", ".join(result.check for result in results[:_NAMED]) + (f" and {len(results) - _NAMED:,} more" if len(results) > _NAMED else "")
    return commands.command("error", f"{words.count(len(results), 'check')} {what}: {names}", title="FirstTry")


def _skips(report: Report) -> list[str]:
    title = "FirstTry / a skip would be wrong"
    return [commands.command("warning", f"{one.check}: {words.result_reason(one)}", title=title) for one in skips(report).wrong][:MOST]


def _line(result: Result, finding: Finding) -> str:
    """`endLine` takes the columns away where it is another line (actions/runner, `ActionCommandManager.cs`)."""
    place: dict[str, str | int] = {"file": finding.path, "line": finding.line, "col": finding.column} if finding.path else {}
    if finding.path and finding.end_line > finding.line:
        place |= {"endLine": finding.end_line}
    elif finding.path and finding.end_column:
        place |= {"endColumn": finding.end_column}
    text = words.log(f"{finding.message}\n{finding.detail}".strip())
    return commands.command(finding.level.value, text, title=words.printable(f"FirstTry / {title(result, finding)}"), **place)

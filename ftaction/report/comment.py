"""The comment of a pull request: the verdict, what did not pass and why, everything else folded away."""

from ftaction.model.ending import Blocked, CouldNotStart, Unanswered, green
from ftaction.model.finding import Finding
from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.findings import place, ranked
from ftaction.report.headline import headline
from ftaction.report.markdown import linked, proof
from ftaction.report.quiet import quiet

_MOST = 60_000  # characters; GitHub takes 65,536
_FOLDED = 30_000  # of them for the table of all checks
_FINDINGS = 10  # of one check


def mark(job: str) -> str:
    """The first line, by which the comment is known again: nobody sees it."""
    return f"<!-- firsttry:{job} -->"


def comment(report: Report, job: str, title: str, commit: str) -> str:
    """`title`: what the status checks are called; `commit`: the one that was proved."""
    run = linked("the run", report.context.origin.run)
    head = [mark(job), f"### {quiet(title)} {headline(report)}", "", f"Of {quiet(commit[:9])}; {run} has the logs.", ""]
    table = _table(report)
    folded = ["", "<details><summary>All checks</summary>", "", *table, "", "</details>"] if table else []
    bad = [result for result in report.results if not green(result.ending)]
    lines = _within([line for result in bad for line in _failure(report, result)], _MOST - _size(head) - _size(folded))
    return "\n".join([*head, *lines, *folded])


def _failure(report: Report, result: Result) -> list[str]:
    why = f": {quiet(words.result_reason(result))}" if isinstance(result.ending, Blocked | CouldNotStart | Unanswered) else ""
    lines = [f"- **{quiet(result.check)}** {words.ending(result.ending)}{why}"]
    lines += [f"  - {quiet(path)}" for path in result.changed[:_FINDINGS]]
    lines += [f"  - {_finding(one)}" for one in ranked(report, result)[:_FINDINGS]]
    more = max(0, len(result.changed) - _FINDINGS) + max(0, len(result.findings) - _FINDINGS) + result.unread
    return [*lines, *([f"  - and {more:,} more"] if more else [])]


def _finding(of: Finding) -> str:
    where = f"{place(of)}: " if of.path else ""
    rule = f" ({of.rule})" if of.rule else ""
    return quiet(f"{where}{of.message}{rule}")


def _table(report: Report) -> list[str]:
    rows = [_row(result) for result in report.results]
    return _within(["| Check | Result | Time | Source | Why |", "| --- | --- | ---: | --- | --- |", *rows], _FOLDED)


def _row(result: Result) -> str:
    time = words.duration(result.seconds) if result.seconds else ""
    cells = (result.check, words.ending(result.ending, result.flaky), time, words.source(result.decision))
    return "| " + " | ".join([*map(quiet, cells), proof(quiet(words.result_reason(result)), result)]) + " |"


def _within(lines: list[str], room: int) -> list[str]:
    size = 0
    for number, line in enumerate(lines):
        size += len(line) + 1
        if size > room - 50:
            return [*lines[:number], "", f"{len(lines) - number:,} more lines: see the run."]
    return lines


def _size(lines: list[str]) -> int:
    return sum(len(line) + 1 for line in lines)

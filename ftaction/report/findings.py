"""Which findings come first, and what each says on one line: shared by all who tell them."""

from collections.abc import Iterable
from itertools import chain, zip_longest

from ftaction.model.ending import Blocked, CouldNotStart, Unanswered, green
from ftaction.model.finding import Finding, Level
from ftaction.model.run import Report, Result
from ftaction.report import words

_SHOWN = 3  # changed files that are named
_LAST = 2000  # characters of a log in which its last line is looked for
_LEVELS = {level: number for number, level in enumerate(Level)}


def in_change(report: Report, finding: Finding) -> bool:
    """Whether it is of lines that were touched."""
    first, last = finding.line or 1, max(finding.end_line, finding.line) or 1 << 30
    return any(begin <= last and first <= end for begin, end in report.lines.get(finding.path, ()))


def ranked(report: Report, result: Result) -> list[Finding]:
    """The most important first: errors, then what is of touched lines, then of touched files, then in the tool's own order."""
    return sorted(result.findings, key=lambda one: (_LEVELS[one.level], not in_change(report, one), one.path not in report.lines, not one.path))


def of_run(report: Report) -> list[tuple[Result, Finding]]:
    """All of them by level and closeness to what was touched; among equals each check in turn, those that failed first."""
    checks = sorted(report.results, key=lambda one: green(one.ending))
    mine = [[(result, finding) for finding in ranked(report, result)] for result in checks if result.findings]
    turns = [pair for pair in chain.from_iterable(zip_longest(*mine)) if pair is not None]
    return sorted(turns, key=lambda pair: (_LEVELS[pair[1].level], not in_change(report, pair[1]), pair[1].path not in report.lines))


def place(finding: Finding) -> str:
    """`path:line:column`, as far as it is known; empty where it is not."""
    parts = [finding.path, *(str(number) for number in (finding.line, finding.column) if number)] if finding.path else []
    return ":".join(parts)


def title(result: Result, finding: Finding) -> str:
    """Whose it is."""
    return f"{result.check}: {finding.rule}" if finding.rule else result.check


def last_line(log: str) -> str:
    """The last thing that a log says; empty where it says nothing."""
    return words.log(log[-_LAST:]).rstrip().rpartition("\n")[2].strip()


def said(result: Result, log: str) -> str:
    """In a few words, of a check that did not pass and whose tool's findings say nothing."""
    match result.ending:
        case Blocked() | CouldNotStart() | Unanswered():
            return words.result_reason(result)
        case _ if result.changed:
            return ", ".join(result.changed[:_SHOWN]) + (f" and {len(result.changed) - _SHOWN:,} more" if len(result.changed) > _SHOWN else "")
        case _:
            return last_line(log) or "it printed nothing"


def speechless(results: Iterable[Result]) -> list[Result]:
    """Those that ended badly and of which no error tells more; what only waited for others is not among them."""
    return [one for one in results if not green(one.ending) and not isinstance(one.ending, Blocked) and all(f.level is not Level.ERROR for f in one.findings)]

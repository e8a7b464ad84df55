"""The run on a terminal: a line as each check ends, the table when all have, the failures last with their logs."""

from ftaction.model.ending import green
from ftaction.model.finding import Finding
from ftaction.model.plan import earlier
from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.headline import headline
from ftaction.report.notes import notes, spent
from ftaction.report.verdict import critical_path, totals

_NARROWEST = 40
_MOST_FINDINGS = 10  # of a check that asks, above its log, which is a line for each call
_DETAIL = 4  # lines of what a finding says beside its message


def line(result: Result) -> str:
    """One check that ended."""
    time = words.duration(result.seconds) if result.seconds else ""
    return f"{mark(result)} {words.printable(result.check)}  {words.ending(result.ending, result.flaky)}  {time or words.result_source(result)}"


def mark(result: Result) -> str:
    """A word's first glance, never the only sign."""
    return "ok  " if green(result.ending) else "FAIL"


def table(report: Report, width: int) -> list[str]:
    """Check, result, time, source and reason, cut to the terminal's width; then what it came to."""
    rows = [row(result) for result in report.results]
    columns = [max(len(row[index]) for row in rows) for index in range(4)] if rows else []
    lines = ["  ".join(cell.ljust(size) for cell, size in zip(row, columns, strict=False)) + f"  {row[4]}" for row in rows]
    chain, seconds = critical_path(report)
    sums = totals(report)
    if chain:
        lines += ["", f"Critical path: {' → '.join(words.printable(name) for name in chain)} ({words.duration(seconds)})"]
        lines += [f"One after the other and without memory: {words.duration(sums.uncached)}"]
    lines += spent(report)
    lines += [words.printable(note) for note in notes(report)]
    return [_cut(line, width) for line in lines]


def failure(result: Result, log: str) -> list[str]:
    """A failed check with its log open."""
    title = f"── {words.printable(result.check)}: {words.ending(result.ending)} ──"
    changed = [f"  changed {words.printable(path)}" for path in result.changed]
    patch = [f"  the patch is {words.printable(result.patch)}"] if result.patch else []
    found = [line for finding in result.findings[:_MOST_FINDINGS] for line in said(finding)] if result.account else []
    text = words.log(log)
    why = [] if text else [f"  {words.printable(words.result_reason(result))}"]
    return ["", title, *changed, *patch, *found, *(text.split("\n") if text else []), *why]


def said(of: Finding) -> list[str]:
    """One finding with the beginning of its detail."""
    place = ":".join(filter(None, (of.path, str(of.line or ""), str(of.column or "") if of.line else "")))
    rule = f" [{of.rule}]" if of.rule and of.rule not in of.message else ""
    detail = words.log(of.detail).split("\n") if of.detail else []
    more = [f"      … {words.count(len(detail) - _DETAIL, 'more line')}"] if len(detail) > _DETAIL else []
    return [words.printable(f"  {place}{': ' if place else ''}{of.message}{rule}"), *(f"      {line}" for line in detail[:_DETAIL]), *more]


def last_line(report: Report) -> str:
    """The verdict."""
    return f"FirstTry {headline(report)}"


def row(result: Result) -> tuple[str, str, str, str, str]:
    """Its cells. A time in brackets is that of the run which stands for it."""
    record = earlier(result.decision)
    time = f"({words.duration(record.seconds)})" if record else words.duration(result.seconds) if result.seconds else ""
    ending = words.ending(result.ending, result.flaky)
    return words.printable(result.check), ending, time, words.result_source(result), words.printable(words.result_reason(result))


def _cut(text: str, width: int) -> str:
    width = max(width, _NARROWEST)
    return text if len(text) <= width else text[: width - 1] + "…"

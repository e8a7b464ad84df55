"""What a terminal shows when a run has ended: as much as happened, the failures last, with what matters of them first."""

from collections.abc import Callable, Sequence

from ftaction.model.ending import green
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.run import Report, Result
from ftaction.report import whatif, words
from ftaction.report.columns import cut, fill, width
from ftaction.report.notes import notes, spent
from ftaction.report.table import last_line, row, said
from ftaction.report.verdict import critical_path, stood, totals

_NARROWEST = 40
_MOST_SKIPPED = 10  # checks that were skipped and have a line each, beside others that ran; and names in one line
_MOST_PASSED = 30  # checks that ran and passed and have a line each; of more
_MOST_SLOW = 10  # the slowest
_MOST_FINDINGS = 10
_TAIL = 30  # lines of a log's end on a terminal,
_SHORT_TAIL = 12  # and below findings


def screen(report: Report, columns: int, log: Callable[[Result], str], *, whole: bool) -> list[str]:
    """`columns`: lines are cut to it, but for failures. `log`: of a check that failed; `whole`: nothing of it is left out."""
    lines = [*overview(report, columns), *advice(report), *failures(report, log, whole=whole)]
    return ["", *lines, "", last_line(report)] if len(lines) > 1 else [*lines, last_line(report)]


def overview(report: Report, columns: int) -> list[str]:
    """What happened, without the failures' logs and the verdict."""
    told = [result for result in report.results if isinstance(result.decision, Run) or not green(result.ending)]
    skipped = [result for result in report.results if isinstance(result.decision, Replay | Unaffected) and green(result.ending)]
    folded = skipped if not told or len(skipped) > _MOST_SKIPPED else []
    shown = _chosen(told)
    names = {result.check for result in (*shown, *([] if folded else skipped))}
    table = [row(result) for result in report.results if result.check in names]
    lines = [*_aligned(table, max(columns // 2, _NARROWEST)), *_passed(told, shown), *_skipped(folded), *_times(report)]
    return [cut(line, max(columns, _NARROWEST)) for line in [*lines, *spent(report), *map(words.printable, notes(report))]]


def advice(report: Report) -> list[str]:
    """What models found, where that leaves the run green: nobody else tells it on a terminal."""
    lines: list[str] = []
    for result in [result for result in report.results if result.account and result.findings and green(result.ending)]:
        lines += ["", f"── {words.printable(result.check)}: advice ──", *_said(result)]
    return lines


def failures(report: Report, log: Callable[[Result], str], *, whole: bool) -> list[str]:
    """Each check that ran and ended badly, or whose answers say so."""
    failed = [result for result in report.results if not green(result.ending) and (isinstance(result.decision, Run) or result.account)]
    return [line for result in failed for line in failure(result, log(result), whole=whole)]


def failure(result: Result, log: str, *, whole: bool) -> list[str]:
    """What its tool says, place by place; then the end of its log, and where all of it is."""
    lines = ["", f"── {words.printable(result.check)}: {words.ending(result.ending)} ──"]
    lines += [f"  changed {words.printable(path)}" for path in result.changed]
    lines += [f"  the patch is {words.printable(result.patch)}"] if result.patch else []
    lines += _said(result)
    text = words.log(log)
    tail = text.split("\n") if text else []
    most = len(tail) if whole else _SHORT_TAIL if result.findings else _TAIL
    if len(tail) > most:
        where = f": all of them stand in {words.printable(result.log)}" if result.log else ""
        lines += [f"  … {words.count(len(tail) - most, 'line')} before these{where}"]
    return [*lines, *tail[-most:]] if tail else [*lines, f"  {words.printable(words.result_reason(result))}"]


def _said(result: Result) -> list[str]:
    """Its findings, the first ones of them."""
    more = max(len(result.findings) - _MOST_FINDINGS, 0) + result.unread
    rest = [f"  and {words.count(more, 'more finding')}"] if more else []
    return [*(line for finding in result.findings[:_MOST_FINDINGS] for line in said(finding)), *rest]


def _chosen(ran: Sequence[Result]) -> list[Result]:
    """All that did not pass, and the slowest of what did."""
    passed = sorted((result for result in ran if green(result.ending)), key=lambda one: -one.seconds)
    slow = {result.check for result in passed[: _MOST_PASSED if len(passed) <= _MOST_PASSED else _MOST_SLOW]}
    return [result for result in ran if not green(result.ending) or result.check in slow]


def _passed(ran: Sequence[Result], shown: Sequence[Result]) -> list[str]:
    more = len(ran) - len(shown)
    return [f"{words.count(more, 'more check')} passed in less time"] if more else []


def _skipped(of: Sequence[Result]) -> list[str]:
    """One line for all that was replayed, one for what models answered, one for all that nothing affects."""
    lines = []
    for kind, asks, word in ((Replay, False, "proved"), (Replay, True, "answered"), (Unaffected, False, "not affected, and passed")):
        found = [result for result in of if isinstance(result.decision, kind) and (result.account is not None) is asks]
        names = ", ".join(words.printable(result.check) for result in found[:_MOST_SKIPPED])
        rest = f" and {len(found) - _MOST_SKIPPED:,} more" if len(found) > _MOST_SKIPPED else ""
        newest = max(filter(None, map(stood, found)), key=lambda one: one.ended, default=None)
        lines += [f"{word} {words.printable(words.by_whom(newest))}{', or before' if len(found) > 1 else ''}: {names}{rest}"] if newest else []
    return lines


def _times(report: Report) -> list[str]:
    chain, seconds = critical_path(report)
    if not chain:
        return []
    return [
        "",
        f"Critical path: {' → '.join(words.printable(name) for name in chain)} ({words.duration(seconds)})",
        *whatif.waits(report),
        *whatif.slots(report),
        f"One after the other and without memory: {words.duration(totals(report).uncached)}",
    ]


def _aligned(rows: Sequence[tuple[str, ...]], longest: int) -> list[str]:
    """`longest`: columns that a name may take, so that one long name does not hide what came of all checks."""
    rows = [(cut(row[0], longest), *row[1:]) for row in rows]
    sizes = [max(width(row[index]) for row in rows) for index in range(4)] if rows else []
    return ["  ".join(fill(cell, size) for cell, size in zip(row, sizes, strict=False)) + f"  {row[4]}" for row in rows]

"""The job summary: GitHub-flavoured Markdown, within the megabyte that a step may have. What failed comes first, what explains it last."""

from ftaction.model.ending import green
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.run import Report, Result
from ftaction.report import whatif, words
from ftaction.report.failures import failures, overview, warnings
from ftaction.report.headline import facts, saved, verdict
from ftaction.report.markdown import cell, fenced, proof, size
from ftaction.report.notes import notes
from ftaction.report.since import since
from ftaction.report.timeline import timeline
from ftaction.report.verdict import Totals, critical_path, totals

_MOST_BYTES = 1_000_000  # GitHub drops the whole summary above 1,048,576
_TABLE_BYTES = 500_000
_NOTES_BYTES = 100_000
_MANY = 1000  # checks; beyond, those that did not pass come first
_SLOWEST = 10  # tests


def summary(report: Report, tails: dict[str, str]) -> str:
    """`tails`: a failed check's log by its name."""
    sums = totals(report)
    first = [f"## FirstTry {verdict(report)}{saved(sums)}\n\n{facts(report, sums)}.\n", overview(report, tails), _table(report)]
    last = [warnings(report), _asked(report), _times(report, sums), _since(report), _slowest(report), _notes(report)]
    told = failures(report, tails, _MOST_BYTES - size(*first, *last))
    return "\n".join(part for part in (*first, told, *last) if part)


def _table(report: Report) -> str:
    lines = ["| Check | Result | Source | Time | Expected | Why |", "| --- | --- | --- | ---: | ---: | --- |"]
    left = _TABLE_BYTES
    for number, result in enumerate(sorted(report.results, key=lambda one: green(one.ending)) if len(report.results) > _MANY else report.results):
        lines.append(_row(result))
        left -= size(lines[-1])
        if left < 0:
            return "\n".join(lines[:-1]) + f"\n\n{words.count(len(report.results) - number, 'more check')}: see `report.json`.\n"
    return "\n".join(lines) + "\n"


def _row(result: Result) -> str:
    ending = words.ending(result.ending, result.flaky)
    time = words.duration(result.seconds) if result.seconds else ""
    cells = (result.check, words.result_source(result), time, _expected(result))
    name, source, *times = map(cell, cells)
    times = [time.replace(" ", "&nbsp;") for time in times]  # which a narrow column would break
    shown = ending if green(result.ending) and not result.flaky else f"**{ending}**"
    return "| " + " | ".join([name, shown, source, *times, proof(cell(words.result_reason(result)), result)]) + " |"


def _expected(result: Result) -> str:
    """What running it takes, from history: of what did not run, what that saved."""
    match result.decision:
        case Run(expected=expected):
            return words.duration(expected) if expected else ""
        case Replay(record=record) | Unaffected(base=record):
            return words.duration(record.seconds)
        case _:
            return ""


def _times(report: Report, sums: Totals) -> str:
    chain, seconds = critical_path(report)
    if not chain:
        return ""
    lines = timeline(report)
    bars = f"### Time line\n\n{fenced(chr(10).join(lines))}\n" if lines else ""
    star = " (marked \\*)" if lines else ""
    path = f"Critical path{star}: {' → '.join(cell(name) for name in chain)} ({words.duration(seconds)})."
    alone = f" One after the other: {words.duration(sums.alone)}." if len(sums.ran) > 1 else ""
    uncached = f" One after the other and without memory: {words.duration(sums.uncached)}." if sums.saved else ""
    slots = "".join(f" {cell(one)}" for one in whatif.slots(report))
    waits = "".join(f" {cell(one)}." for one in whatif.waits(report))
    return f"{bars}{path}{alone}{uncached}{waits}{slots}\n"


def _asked(report: Report) -> str:
    if not any(result.account for result in report.results):
        return ""
    from ftaction.report.account import section  # imported where used: most runs ask nothing

    return section(report)


def _since(report: Report) -> str:
    found = since(report)
    lines = [f"- Newly failing: {_names(found.failing)}\n"] if found.failing else []
    lines += [f"- Fixed: {_names(found.fixed)}\n"] if found.fixed else []
    lines += [f"- Slower: {cell(one.check)} took {words.duration(one.seconds)}, usually {words.duration(one.usual)}\n" for one in found.slower[:_SLOWEST]]
    return f"### Since the last run\n\n{''.join(lines)}" if lines else ""


def _names(of: tuple[str, ...]) -> str:
    shown = ", ".join(map(cell, of[:_SLOWEST]))
    return f"{shown} and {len(of) - _SLOWEST:,} more" if len(of) > _SLOWEST else shown


def _slowest(report: Report) -> str:
    found = sorted(((seconds, test, result.check) for result in report.results for test, seconds in result.slowest), reverse=True)[:_SLOWEST]
    rows = [f"| {cell(test)} | {cell(check)} | {words.duration(seconds)} |\n" for seconds, test, check in found]
    return f"### Slowest tests\n\n| Test | Check | Time |\n| --- | --- | ---: |\n{''.join(rows)}" if rows else ""


def _notes(report: Report) -> str:
    parts: list[str] = []
    for note in notes(report):
        parts.append(f"- {cell(note)}\n")
        if size(*parts) > _NOTES_BYTES:
            parts[-1] = "- There are more notes: see `report.json`.\n"
            break
    return f"### Notes\n\n{''.join(parts)}" if parts else ""

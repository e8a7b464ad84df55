"""Failed checks in the job summary: findings with their places, then the log, folded."""

from ftaction.model.ending import Blocked, green
from ftaction.model.finding import Finding, Level
from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.findings import place, ranked, said
from ftaction.report.markdown import address, cell, fenced, folded, quoted, size, tail

_SHORTEST_LOG = 500  # bytes; less of a log than this tells nothing
_FAIR_SHARE = 4000  # bytes that the first of too many failures may take of the room for all
_MOST_CHANGED = 50  # files named for one mutating check
_MOST_FINDINGS = 50  # in the table of one check,
_MOST_DETAILS = 5  # and those told with all that their tool said
_DETAIL_BYTES = 3000
_CELL = 300  # characters of a message


def failures(report: Report, tails: dict[str, str], budget: int) -> str:
    """Each with its share of what room is left. `tails`: a failed check's log by its name."""
    failed = [result for result in report.results if _tells(result, tails)]
    parts: list[str] = []
    for number, result in enumerate(failed):
        part = _failure(report, result, words.log(tails.get(result.check, "")), max(budget // (len(failed) - number), min(budget, _FAIR_SHARE)))
        budget -= size(part)
        if not part:
            parts.append(f"{words.count(len(failed) - number, 'more failed check')}: see the log.\n")
            break
        parts.append(part)
    return "\n".join(parts)


def _tells(result: Result, tails: dict[str, str]) -> bool:
    return not green(result.ending) and not isinstance(result.ending, Blocked) and (result.check in tails or bool(result.findings))


def overview(report: Report, tails: dict[str, str], most: int = 10) -> str:
    """What did not pass, a line each, with the first thing that its tool said, or the last line of its log."""
    bad = [result for result in report.results if not green(result.ending)]
    lines = [_line(report, result, tails.get(result.check, "")) for result in bad[:most]]
    lines += [f"- and {len(bad) - most:,} more\n"] if len(bad) > most else []
    return "".join(lines)


def warnings(report: Report, most: int = 20) -> str:
    """What was said of checks that passed."""
    said = [(result, finding) for result in report.results if green(result.ending) for finding in ranked(report, result) if finding.level is not Level.NOTICE]
    if not said:
        return ""
    rows = [f"| {cell(result.check)} | {_where(report, finding)} | {_what(finding)} |\n" for result, finding in said[:most]]
    rest = len(said) - most + sum(result.unread for result in report.results if green(result.ending))
    more = f"\nand {words.count(rest, 'more warning')}: see `report.json`\n" if rest > 0 else ""
    return f"### Warnings\n\n| Check | Where | What |\n| --- | --- | --- |\n{''.join(rows)}{more}"


def _line(report: Report, result: Result, log: str) -> str:
    found = ranked(report, result)
    if not found:
        return f"- **{cell(result.check)}** {words.ending(result.ending)}: {cell(said(result, log), _CELL)}\n"
    rest = len(found) + result.unread - 1
    more = f", and {words.count(rest, 'more finding')}" if rest else ""
    where = _where(report, found[0])
    return f"- **{cell(result.check)}** {words.ending(result.ending)}: {where}{' ' if where else ''}{_what(found[0])}{more}\n"


def _failure(report: Report, result: Result, log: str, room: int) -> str:
    """Empty where there is no room to tell anything."""
    changed = "".join(f"- {cell(path)}\n" for path in result.changed[:_MOST_CHANGED])
    changed += f"- and {len(result.changed) - _MOST_CHANGED:,} more\n" if len(result.changed) > _MOST_CHANGED else ""
    title = f"### {cell(result.check)}: {words.ending(result.ending)}\n\n{changed}{chr(10) if changed else ''}"
    found = _findings(report, result)
    room -= size(title, found) + _SHORTEST_LOG
    if room < 0 and found:
        room, found = room + size(found), ""
    if room < 0:
        return ""
    if not log:
        return f"{title}{found}" if changed or found else f"{title}{cell(said(result, log))}\n"
    shown = fenced(tail(log, room + _SHORTEST_LOG // 2))
    return f"{title}{found}{folded('The log', shown)}" if found else f"{title}{shown}"


def _findings(report: Report, result: Result) -> str:
    found = ranked(report, result)
    if not found:
        return ""
    rows = [f"| {_where(report, one)} | {one.level.value} | {_what(one)} |\n" for one in found[:_MOST_FINDINGS]]
    rest = len(found) - len(rows) + result.unread
    more = f"\nand {words.count(rest, 'more finding')}\n" if rest else ""
    details = [one for one in found if one.detail][:_MOST_DETAILS]
    told = [f"{_where(report, one) or 'Somewhere'}:\n\n{fenced(tail(words.log(one.detail), _DETAIL_BYTES))}\n" for one in details]
    return f"| Where | Level | What |\n| --- | --- | --- |\n{''.join(rows)}{more}\n{''.join(told)}"


def _where(report: Report, finding: Finding) -> str:
    """Linked to the file as it was judged, where the host and the commit are known."""
    text = cell(place(finding))
    base = address(report.context.origin.run).partition("/actions/")[0]
    commit = report.context.origin.commit or report.snapshot.commit
    if not text or not base or not commit.isalnum():
        return text
    line = f"#L{finding.line}" if finding.line else ""
    return f"[{text}]({base}/blob/{commit}/{quoted(finding.path)}{line})"


def _what(finding: Finding) -> str:
    first = finding.message.strip().partition("\n")[0]
    return f"{cell(first, _CELL)} ({cell(finding.rule)})" if finding.rule else cell(first, _CELL)

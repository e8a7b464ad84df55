"""The job summary: GitHub-flavoured Markdown, within the megabyte that a step may have."""

import re

from ftaction.model.plan import Replay, Unaffected
from ftaction.model.run import Report, Result
from ftaction.report import judged, words
from ftaction.report.notes import notes
from ftaction.report.verdict import critical_path, green, passed, skips, totals

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]{1,200}/[A-Za-z0-9._/-]{1,200}")
_MOST_BYTES = 1_000_000  # GitHub drops the whole summary above 1,048,576
_TABLE_BYTES = 500_000
_NOTES_BYTES = 100_000
_SHORTEST_LOG = 500  # bytes; less of a log than this tells nothing
_FAIR_SHARE = 4000  # bytes that the first of too many failures may take of the room for all
_LONGEST_CELL = 500  # characters
_MANY = 1000  # checks; beyond, those that did not pass come first
_MOST_CHANGED = 50  # files named for one mutating check


def summary(report: Report, tails: dict[str, str]) -> str:
    """Headline, table, critical path, failures with the end of their logs. `tails`: a failed check's log by its name."""
    parts = [_headline(report), _table(report), _path(report), _notes(report)]
    parts.append(_failures([result for result in report.results if result.check in tails and not green(result.ending)], tails, _MOST_BYTES - _size(parts)))
    return "\n".join(part for part in parts if part)


def _failures(failed: list[Result], tails: dict[str, str], budget: int) -> str:
    """Each with its share of what room is left, cut at the beginning: the end says what went wrong."""
    parts: list[str] = []
    for number, result in enumerate(failed):
        part = _failure(result, words.log(tails[result.check]), max(budget // (len(failed) - number), min(budget, _FAIR_SHARE)))
        budget -= _size([part])
        if not part:
            parts.append(f"{words.count(len(failed) - number, 'more failed check')}: see the log.\n")
            break
        parts.append(part)
    return "\n".join(parts)


def headline(report: Report) -> str:
    """The verdict and what it rests on, in one line."""
    sums = totals(report)
    verdict = "interrupted" if report.interrupted else "passed" if passed(report) else "failed"
    facts = [words.count(len(report.results), "check"), f"{len(sums.ran)} ran", f"{len(sums.replayed)} replayed"]
    facts += [f"{len(sums.unaffected)} unaffected"] if sums.unaffected else []
    facts += [f"{len(sums.failed)} failed"] if sums.failed else []
    facts += [f"{len(sums.blocked)} blocked"] if sums.blocked else []
    facts += [f"{words.count(len(wrong), 'skip')} WRONG"] if (wrong := skips(report).wrong) else []
    facts += [f"{words.count(missed, 'left-out test')} WRONG"] if (missed := sum(len(judged.wrong(result)) for result in report.results)) else []
    saved = f", saved {words.duration(sums.saved)}" if sums.replayed or sums.unaffected else ""
    return f"{verdict} in {words.duration(report.seconds)}: {', '.join(facts)}{saved}"


def _headline(report: Report) -> str:
    return f"## FirstTry {headline(report)}\n"


def _table(report: Report) -> str:
    lines = ["| Check | Result | Time | Source | Why |", "| --- | --- | ---: | --- | --- |"]
    left = _TABLE_BYTES
    for number, result in enumerate(sorted(report.results, key=lambda one: green(one.ending)) if len(report.results) > _MANY else report.results):
        lines.append(_row(result))
        left -= _size(lines[-1:])
        if left < 0:
            return "\n".join(lines[:-1]) + f"\n\n{words.count(len(report.results) - number, 'more check')}: see `report.json`.\n"
    return "\n".join(lines) + "\n"


def _row(result: Result) -> str:
    time = words.duration(result.seconds) if result.seconds else ""
    cells = (result.check, words.ending(result.ending, result.flaky), time, words.source(result.decision))
    return "| " + " | ".join([*map(_cell, cells), _linked(_cell(words.result_reason(result)), result)]) + " |"


def _linked(reason: str, result: Result) -> str:
    """The run that proved it, where its address is one that can't say more than that: a record comes from a store."""
    match result.decision:
        case Replay(record=record) | Unaffected(base=record):
            address = record.origin.run
        case _:
            address = ""
    return f"[{reason}]({address})" if _ADDRESS.fullmatch(address) else reason


def _path(report: Report) -> str:
    chain, seconds = critical_path(report)
    if not chain:
        return ""
    sums = totals(report)
    saving = f" One after the other and without memory: {words.duration(sums.uncached)}."
    return f"Critical path: {' → '.join(_cell(name) for name in chain)} ({words.duration(seconds)}).{saving}\n"


def _notes(report: Report) -> str:
    parts: list[str] = []
    for note in notes(report):
        parts.append(f"> {_cell(note)}\n")
        if _size(parts) > _NOTES_BYTES:
            return "\n".join([*parts[:-1], "> There are more notes: see `report.json`.\n"])
    return "\n".join(parts)


def _failure(result: Result, log: str, room: int) -> str:
    """Empty where there is no room to tell anything."""
    fence = "`" * max(3, _longest_ticks(log) + 1)
    changed = "".join(f"- {_cell(path)}\n" for path in result.changed[:_MOST_CHANGED])
    changed += f"- and {len(result.changed) - _MOST_CHANGED:,} more\n" if len(result.changed) > _MOST_CHANGED else ""
    title = f"### {_cell(result.check)}: {words.ending(result.ending)}\n\n{changed}{chr(10) if changed else ''}"
    room -= _size([title, fence, fence]) + _SHORTEST_LOG
    if room < 0:
        return ""
    if not log:
        return title if changed else f"{title}{_cell(words.result_reason(result))}\n"
    content = log.encode("utf-8", "replace")
    if len(content) > room + _SHORTEST_LOG:
        cut = content[-room - _SHORTEST_LOG // 2 :].decode("utf-8", "ignore")
        cut = cut.partition("\n")[2] or cut
        log = f"… {len(content) - len(cut.encode()):,} bytes left out …\n{cut}"
    return f"{title}{fence}text\n{log}\n{fence}\n"


def _longest_ticks(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest


def _size(parts: list[str]) -> int:
    return sum(len(part.encode("utf-8", "replace")) + 1 for part in parts)


def _cell(text: str) -> str:
    """Untrusted text inside a table or a line: no markup, no cell border, no new line, no mention."""
    text = words.printable(text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…")
    text = text.replace("&", "&#38;")
    for char in "\\`*_[]<>|~$@":
        text = text.replace(char, f"&#{ord(char)};" if char in "<>|$@" else f"\\{char}")
    text = re.sub(r"(?<!&)#", "&#35;", text)
    text = re.sub(r"^ +| +$", lambda blank: "&#32;" * len(blank[0]), text)
    return re.sub(r"^([0-9]{0,9})([-+.)](?= |$)|=)", r"\1\\\2", text)  # what would begin a list or underline a title

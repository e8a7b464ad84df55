"""The job summary: GitHub-flavoured Markdown, within the megabyte that a step may have."""

from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.verdict import critical_path, green, passed, totals

_MOST_BYTES = 1_000_000  # GitHub drops the whole summary above 1,048,576


def summary(report: Report, tails: dict[str, str]) -> str:
    """Headline, table, critical path, failures with the end of their logs. `tails`: a failed check's log by its name."""
    parts = [_headline(report), _table(report), _path(report), *_notes(report)]
    budget = _MOST_BYTES - sum(len(part.encode()) for part in parts)
    for result in report.results:
        if result.check in tails and not green(result.ending):
            part = _failure(result, tails[result.check])
            size = len(part.encode("utf-8", "replace"))
            if size > budget:
                parts.append(f"The log of {_cell(result.check)} is too long to show here.\n")
                continue
            budget -= size
            parts.append(part)
    return "\n".join(part for part in parts if part)


def headline(report: Report) -> str:
    """The verdict and what it rests on, in one line."""
    sums = totals(report)
    verdict = "interrupted" if report.interrupted else "passed" if passed(report) else "failed"
    facts = [words.count(len(report.results), "check"), f"{len(sums.ran)} ran", f"{len(sums.replayed)} replayed"]
    facts += [f"{len(sums.failed)} failed"] if sums.failed else []
    facts += [f"{len(sums.blocked)} blocked"] if sums.blocked else []
    saved = f", saved {words.duration(sums.saved)}" if sums.replayed else ""
    return f"{verdict} in {words.duration(report.seconds)}: {', '.join(facts)}{saved}"


def _headline(report: Report) -> str:
    return f"## FirstTry {headline(report)}\n"


def _table(report: Report) -> str:
    lines = ["| Check | Result | Time | Source | Why |", "| --- | --- | ---: | --- | --- |"]
    for result in report.results:
        time = words.duration(result.seconds) if result.seconds else ""
        cells = (result.check, words.ending(result.ending, result.flaky), time, words.source(result.decision), words.result_reason(result))
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _path(report: Report) -> str:
    chain, seconds = critical_path(report)
    if not chain:
        return ""
    sums = totals(report)
    saving = f" One after the other and without memory: {words.duration(sums.uncached)}."
    return f"Critical path: {' → '.join(_cell(name) for name in chain)} ({words.duration(seconds)}).{saving}\n"


def _notes(report: Report) -> list[str]:
    return [f"> {_cell(note)}\n" for note in (*words.changes(report.changes), *report.notes)]


def _failure(result: Result, log: str) -> str:
    fence = "`" * max(3, _longest_ticks(log) + 1)
    title = f"{_cell(result.check)}: {words.ending(result.ending)}"
    changed = "".join(f"- {_cell(path)}\n" for path in result.changed)
    return f"### {title}\n\n{changed}\n{fence}text\n{_plain(log)}\n{fence}\n"


def _longest_ticks(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char in "\n\t")


def _cell(text: str) -> str:
    """Untrusted text inside a table or a line: no markup, no cell border, no new line, no mention."""
    text = words.printable(text)
    for char in "\\`*_[]<>|~#@":
        text = text.replace(char, f"&#{ord(char)};" if char in "<>|@#" else f"\\{char}")
    return text

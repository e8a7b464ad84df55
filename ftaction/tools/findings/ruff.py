"""What ruff says: `check` and `format`, full, concise, grouped, diffs, JSON and JSON lines, and lines of versions before these looked so."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.diffs import diffs
from ftaction.tools.findings.documents import count, documents, objects, rows, word
from ftaction.tools.findings.lines import number, some

_RULE = r"(?:(?P<rule>[A-Z]{1,6}\d{1,4})|(?P<name>[a-z]+(?:-[a-z]+)+|unformatted|SyntaxError):)(?: \[\*\])? (?P<message>.*)"
_CONCISE = re.compile(rf"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?P<column>\d+): {_RULE}$", re.MULTILINE)
_FULL = re.compile(rf"^{_RULE}\n +--> (?P<path>\S.*?):(?P<line>\d+):(?P<column>\d+)$(?P<detail>(?:\n(?! *--> ).+){{0,200}})", re.MULTILINE)
_GROUPED = re.compile(rf"^ +(?P<line>\d+):(?P<column>\d+) +{_RULE}$")
_ROW = re.compile(r"^ +\d+:\d+ +(?:[A-Z]+\d|[a-z]+-)", re.MULTILINE)
_PYLINT = re.compile(r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+): \[(?P<rule>[A-Z]{1,6}\d{1,4}|[a-z]+(?:-[a-z]+)+)\] (?P<message>\S.*)$", re.MULTILINE)
_OLD = re.compile(r"^Would reformat: (\S.*)$", re.MULTILINE)
_UNREAD = re.compile(r"^error: Failed to (?:parse|lint|format|read) (?P<path>\S[^:\n]*):(?:(?P<line>\d+):(?P<column>\d+):)? (?P<message>.*)$", re.MULTILINE)
_FIXES = re.compile(r"^Would fix \d+ error", re.MULTILINE)
_READ = (".py", ".pyi", ".ipynb", ".md")
_HELP = re.compile(r"^ *=? ?help: .*$", re.MULTILINE)
_REFORMATTED = "File would be reformatted"  # ruff's own words since 0.12


def read(text: str) -> Iterator[Finding]:
    """As each form of it has them, in the order of the text."""
    yield from _objects(text)
    found = [(match.start(), _finding(match, match["path"])) for form in (_CONCISE, _PYLINT, _UNREAD) for match in form.finditer(text)]
    found += [(match.start(), _full(match)) for match in _FULL.finditer(text)]
    found += [(match.start(), Finding(match[1], 0, Level.ERROR, _REFORMATTED, rule="unformatted")) for match in _OLD.finditer(text)]
    found += _grouped(text)
    yield from (one for _, one in sorted(found, key=lambda pair: pair[0]))
    yield from _diffs(text)


def _finding(match: re.Match[str], path: str, detail: str = "") -> Finding:
    groups = match.groupdict()
    rule, message = groups.get("rule") or groups.get("name") or "", match["message"].removeprefix("[*] ")
    return Finding(path, number(match["line"]), Level.ERROR, message, number(groups.get("column")), rule=rule, detail=detail)


def _full(match: re.Match[str]) -> Finding:
    """What would help; of a file that would be reformatted the lines that would differ."""
    detail = match["detail"]
    whole = match["name"] == "unformatted"
    return _finding(match, match["path"], some(detail.split("\n")) if whole else "\n".join(line.strip(" =") for line in _HELP.findall(detail)))


def _grouped(text: str) -> list[tuple[int, Finding]]:
    found, path, at = [], "", 0
    for line in text.split("\n") if _ROW.search(text) else ():
        match = _GROUPED.match(line) if path else None
        if match:
            found.append((at, _finding(match, path)))
        else:
            path = line[:-1] if line.endswith(":") and line[:1].strip() else ""
        at += len(line) + 1
    return found


def _objects(text: str) -> Iterator[Finding]:
    if '"noqa_row"' not in text:
        return
    listed = [one for value in documents(text) for one in rows(value)]
    for one in listed or objects(text):
        start, end, fix = one.get("location"), one.get("end_location"), word(one, "fix", "message")
        yield Finding(
            word(one.get("filename")), count(start, "row"), Level.ERROR, word(one.get("message")), count(start, "column"),
            count(end, "row"), count(end, "column"), word(one.get("code")), f"help: {fix}" if fix else "",
        )  # fmt: skip


def _diffs(text: str) -> Iterator[Finding]:
    """Those of other tools say more of a file than its path, or are of other files."""
    message, rule = ("File would be fixed", "") if _FIXES.search(text) else (_REFORMATTED, "unformatted")
    for one in diffs(text):
        if one.label.endswith(_READ):
            yield Finding(one.label, one.line, Level.ERROR, message, rule=rule, detail=some(one.text.split("\n")))


READER = Reader(
    re.compile(
        r"^[^\s:][^:\n]*:\d+:\d+: (?:[A-Z]{1,6}\d{1,4} \[\*\] |invalid-syntax: )|^ +\d+:\d+ +[A-Z]{1,6}\d{1,4} |\"noqa_row\":"
        r"|^(?:[A-Z]{1,6}\d{1,4}|[a-z]+(?:-[a-z]+)+:|unformatted:)(?: \[\*\])? .*\n +--> \S.*:\d+:\d+$"
        r"|^Would reformat: \S|^\d+ files? would be reformatted(?:, \d+ files? already formatted)?$|^Would fix \d+ errors?\b",
        re.MULTILINE,
    ),
    read,
)

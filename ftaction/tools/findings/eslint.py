"""eslint's formatters: stylish, which groups by file, unix, compact and JSON."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.documents import count, documents, items, word
from ftaction.tools.findings.lines import number

_ROW = re.compile(r"^  +(?P<line>\d+):(?P<column>\d+)  +(?P<level>error|warning)  +(?P<rest>\S.*)$")
_RULE = re.compile(r"[\w@][\w@/.-]*$")
_LINE = re.compile(
    r"^(?P<path>[^\s:][^:]*):(?:(?P<line>\d+):(?P<column>\d+): (?P<message>.*?) \[(?P<level>Error|Warning)(?:/(?P<rule>[^\]\s]+))?\]"
    r"| line (?P<line2>\d+), col (?P<column2>\d+), (?P<level2>Error|Warning) - (?P<message2>.*?)(?: \((?P<rule2>[\w@][\w@/.-]*)\))?)$"
)
_LONG = 4000  # of what goes on with a message
_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING}


def read(text: str) -> Iterator[Finding]:
    """Full stops at the end of messages are left out, as stylish does."""
    if '"filePath"' in text and (found := list(_json(text))):
        yield from found
        return
    lines = text.split("\n")
    yield from _stylish(lines)
    for one in filter(None, map(_LINE.match, lines)):
        two = "" if one["line"] else "2"
        yield _finding(one["path"], tuple(one[key + two] for key in ("line", "column", "level", "message", "rule")))


def _stylish(lines: list[str]) -> Iterator[Finding]:
    """The name of a file stands behind an empty line; any other text goes on with the message of the row above it."""
    path, before, last = "", "", None
    for line in [*lines, ""]:
        row = _ROW.match(line)
        if last is not None and line and not row:
            more, rule = _ruled(line)
            last = last._replace(detail=f"{last.detail}\n{more[:_LONG]}".strip() if len(last.detail) < _LONG else last.detail, rule=last.rule or rule)
            continue
        if last is not None:
            yield last
        last = _finding(path, (row["line"], row["column"], row["level"], *_ruled(row["rest"]))) if row and path else None
        if not row and not (before and line):
            path = line if line and not line[0].isspace() else ""
        before = line


def _ruled(text: str) -> tuple[str, str]:
    """What is said and the rule, which stands behind several spaces."""
    message, gap, rule = text.rpartition("  ")
    return (message.rstrip(), rule) if gap and _RULE.match(rule) else (text, "")


def _finding(path: str, found: tuple[str, ...]) -> Finding:
    line, column, level, message, rule = found
    return Finding(path, number(line), _LEVELS[level.lower()], _plain(message), number(column), rule=rule or "")


def _plain(message: str) -> str:
    return message[:-1] if len(message) > 1 and message.endswith(".") and not message.endswith("..") else message


def _json(text: str) -> Iterator[Finding]:
    for document in documents(text):
        for file in items(document) or items(document, "results"):
            for one in (one for one in items(file, "messages") if word(one, "message")):
                yield Finding(
                    word(file, "filePath"), count(one, "line"), Level.ERROR if one.get("severity") == 2 else Level.WARNING, _plain(word(one, "message")),
                    count(one, "column"), count(one, "endLine"), count(one, "endColumn"), word(one, "ruleId"),
                )  # fmt: skip


READER = Reader(
    re.compile(
        r"^✖ \d+ problems? \(\d+ errors?, \d+ warnings?\)$|^(?:\{\"results\":)?\[\{\"filePath\":\"[^\"\n]*\",\"messages\":\["
        r"|^[^\s:][^:\n]*:\d+:\d+: [^\n]* \[(?:Error|Warning)(?:/[^\]\s]+)?\]$|^[^\s:][^:\n]*: line \d+, col \d+, (?:Error|Warning) - ",
        re.MULTILINE,
    ),
    read,
)

"""Workflow commands of GitHub in a log, `::error file=...::message` and `##[error]message`.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions; the runner's own reading of them is actions/runner's ActionCommand.cs.
"""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.lines import number, some

_Escapes = tuple[tuple[str, str], ...]
_COMMAND = re.compile(r"^[ \t]*::(?P<level>error|warning|notice)(?: (?P<properties>[^\n]*?))?::(?P<message>.*)$", re.MULTILINE | re.IGNORECASE)
_OLD = re.compile(r"##\[(?P<level>error|warning|notice)(?: (?P<properties>[^\[\]\n]*))?\](?P<message>.*)$", re.MULTILINE | re.IGNORECASE)
_NAMED = re.compile(r"\(([\w-]+)\)$")  # ruff's title is `ruff (F401)`
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_EITHER = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))


def read(text: str) -> Iterator[Finding]:
    """A message of several lines says what is wrong in its first."""
    found = [(match.start(), _finding(match, ",", _PROPERTY, _DATA)) for match in _COMMAND.finditer(text)]
    found += [(match.start(), _finding(match, ";", _EITHER, _EITHER)) for match in _OLD.finditer(text)]
    yield from (one for _, one in sorted(found, key=lambda pair: pair[0]))


def _finding(match: re.Match[str], between: str, escapes: _Escapes, of_data: _Escapes) -> Finding:
    """Place and rule, which tools repeat in the message for the log, are taken off it. Names of properties are in any case."""
    pairs = (one.partition("=") for one in (match["properties"] or "").split(between))
    given = {name.strip().lower(): _plain(value.strip(), escapes) for name, _, value in pairs}
    message, *more = _plain(match["message"], of_data).splitlines() or [""]
    line = number(given.get("line"))
    message = re.sub(rf"^[^\s:]*:{line}:\d+: ", "", message) if line else message
    named = _NAMED.search(given.get("title", ""))
    message = re.sub(rf"^{re.escape(named[1])}:? ", "", message) if named else message
    return Finding(
        given.get("file", ""), line, Level(match["level"].lower()), message.strip(), number(given.get("col")),
        number(given.get("endline")), number(given.get("endcolumn")), given.get("title", ""), some(more),
    )  # fmt: skip


def _plain(text: str, escapes: _Escapes) -> str:
    for escape, char in escapes:
        text = text.replace(escape, char)
    return text


READER = Reader(re.compile(r"^[ \t]*::(?:error|warning|notice)(?: [^\n]*?)?::|##\[(?:error|warning|notice)[ \]]", re.MULTILINE), read)

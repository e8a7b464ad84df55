"""yamllint's formats: standard, which groups by file, parsable, and GitHub's, which it chooses itself in a workflow."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.lines import number

_ROW = re.compile(r"^  (?P<line>\d+):(?P<column>\d+) +(?P<level>error|warning)  +(?P<message>\S.*)$")
_LINE = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+):(?P<column>\d+): \[(?P<level>error|warning)\] (?P<message>\S.*)$")
_COMMAND = re.compile(
    r"^::(?P<level>error|warning) file=(?P<path>[^,]+),line=(?P<line>\d+),col=(?P<column>\d+)::\d+:\d+ (?:\[(?P<rule>[\w-]+)\] )?(?P<message>\S.*)$"
)
_RULE = re.compile(r" \((?P<rule>[a-z][a-z-]*)\)$")
_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING}


def read(text: str) -> Iterator[Finding]:
    path = ""
    for line in text.split("\n"):
        row = _ROW.match(line)
        if row and path:
            yield _finding(path, row, "")
        elif one := _LINE.match(line):
            yield _finding(one["path"], one, "")
        elif one := _COMMAND.match(line):
            yield _finding(one["path"], one, one["rule"] or "")
        elif not row:
            path = line if line and not line[0].isspace() else ""


def _finding(path: str, found: re.Match[str], rule: str) -> Finding:
    message = found["message"]
    told = None if rule else _RULE.search(message)
    if told:
        message, rule = message[: told.start()].rstrip(), told["rule"]
    return Finding(path, number(found["line"]), _LEVELS[found["level"]], message, number(found["column"]), rule=rule)


READER = Reader(
    re.compile(
        r"^  \d+:\d+ +(?:error|warning)  +\S[^\n]* \([a-z][a-z-]*\)$|^[^\s:][^:\n]*:\d+:\d+: \[(?:error|warning)\] \S[^\n]* \([a-z][a-z-]*\)$",
        re.MULTILINE,
    ),
    read,
)

"""gofmt, gofumpt and goimports: `-l` names files, `-d` shows the difference, and what can't be parsed has a place."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.hunks import changed
from ftaction.tools.findings.lines import number

_DIFF = re.compile(r"^diff (?:-u )?(?P<old>\S.*)\.orig (?P<path>\S.*)$")
_HUNK = re.compile(r"^@@ -(?P<line>\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")
_BROKEN = re.compile(r"^(?P<path>[^\s:][^:\n]*\.go):(?P<line>\d+):(?P<column>\d+): (?P<message>\S.*)$")
_LISTED = re.compile(r"^[^\s:>+@-][^:\n]*\.go$")
_MESSAGE = "Not formatted as gofmt would"


def read(text: str) -> Iterator[Finding]:
    """A difference is told for each place of it; a file that is named, and shown too, is told once."""
    lines = text.split("\n")
    shown = {found["path"] for found in (_DIFF.match(line) for line in lines if line.startswith("diff ")) if found}
    path, start, hunk = "", 0, list[str]()
    for line in [*lines, ""]:
        if start and line[:1] in ("-", "+", " ", "\\"):
            hunk.append(line)
            continue
        if start:
            yield _differs(path, start, hunk)
        start, hunk = 0, []
        if line.startswith("diff ") and (found := _DIFF.match(line)):
            path = found["path"]
        elif path and (found := _HUNK.match(line)):
            start = number(found["line"]) or 1
        elif ".go" not in line:
            continue
        elif found := _BROKEN.match(line):
            yield Finding(found["path"], number(found["line"]), Level.ERROR, found["message"], number(found["column"]))
        elif _LISTED.match(line) and not line.startswith("diff ") and line not in shown:
            yield Finding(line, 0, Level.ERROR, _MESSAGE)


def _differs(path: str, start: int, hunk: list[str]) -> Finding:
    first, last, detail = changed(start, hunk)
    return Finding(path, first, Level.ERROR, _MESSAGE, end_line=last, detail=detail)


READER = Reader(re.compile(r"^diff (?:-u )?\S[^\n]*\.go\.orig ", re.MULTILINE), read)

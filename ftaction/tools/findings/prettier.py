"""`prettier --check` and `--list-different`: a finding for each file that is not formatted, and for each that can't be read."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import bounded
from ftaction.tools.findings.lines import number

_CHECKING = "Checking formatting..."
_BROKEN = re.compile(r"^\[error\] (?P<path>\S.*?): (?P<message>\w*Error: .*?)(?: \((?P<line>\d+):(?P<column>\d+)\))?$")
_LISTED = re.compile(r"^[^\s:>\[{][^:]*\.[A-Za-z0-9]{1,10}$")


def read(text: str) -> Iterator[Finding]:
    """What stands in the margin below an error is its code frame."""
    checking, broken, frame = _CHECKING in text, None, list[str]()
    for line in text.split("\n"):
        if broken is not None and line.startswith("[error] ") and not _BROKEN.match(line):
            frame.append(line.removeprefix("[error] "))
            continue
        if broken is not None:
            yield broken._replace(detail=bounded(frame))
        broken, frame = None, []
        found = _BROKEN.match(line)
        if found:
            broken = Finding(found["path"], number(found["line"]), Level.ERROR, found["message"], number(found["column"]))
        elif line.startswith("[error] No files matching"):
            yield Finding("", 0, Level.ERROR, line.removeprefix("[error] "))
        elif path := _unformatted(line, checking):
            yield Finding(path, 0, Level.ERROR, "Not formatted as Prettier would")
    if broken is not None:
        yield broken._replace(detail=bounded(frame))


def _unformatted(line: str, checking: bool) -> str:
    if not checking:
        return line if _LISTED.match(line) else ""
    path = line.removeprefix("[warn] ")
    return "" if path == line or path.startswith(("Code style issues found", "Ignored ")) else path


READER = Reader(
    re.compile(
        r"^\[warn\] Code style issues found in |^Error occurred when checking code style in "
        r"|^\[error\] (?:No files matching the pattern|[^\n]*: SyntaxError: )",
        re.MULTILINE,
    ),
    read,
)

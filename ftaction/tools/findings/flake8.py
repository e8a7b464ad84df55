"""flake8's `path:line:column: CODE message`, and its `--format pylint`."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.lines import number

_LINE = re.compile(
    r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):"
    r"(?:(?P<column>\d+): (?P<rule>[A-Z]{1,3}\d{1,4}) | \[(?P<code>[A-Z]{1,3}\d{1,4}|[a-z]+(?:-[a-z]+)+)\] )(?P<message>\S.*)$",
    re.MULTILINE,
)
_RUFF = r"(?:: [A-Z]+\d+ \[\*\] |: invalid-syntax: |^Found \d+ errors?\.$)"  # whose lines are the same


def read(text: str) -> Iterator[Finding]:
    for match in _LINE.finditer(text):
        yield Finding(match["path"], number(match["line"]), Level.ERROR, match["message"], number(match["column"]), rule=match["rule"] or match["code"])


READER = Reader(re.compile(rf"\A(?![\s\S]*{_RUFF})[\s\S]*?{_LINE.pattern}", re.MULTILINE), read)

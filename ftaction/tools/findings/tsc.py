"""The TypeScript compiler, `path(line,column): error TS1234: message`, or `path:line:column - error TS1234: message` where it is pretty."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import bounded
from ftaction.tools.findings.lines import number

_LINE = re.compile(
    r"^(?:(?P<path>\S.*?)(?:\((?P<line>\d+),(?P<column>\d+)\):|:(?P<line2>\d+):(?P<column2>\d+) -) )?"
    r"(?P<level>error|warning) (?P<rule>TS\d+): (?P<message>\S.*)$"
)
_RELATED = re.compile(r"^  \S.*:\d+:\d+(?: - |$)")  # a place that the compiler points to besides
_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING}


def read(text: str) -> Iterator[Finding]:
    """What is indented directly below a message goes on with it."""
    last: Finding | None = None
    more: list[str] = []
    open_ = False
    for line in text.split("\n"):
        match = _LINE.match(line)
        if match:
            if last is not None:
                yield last._replace(detail=bounded(more))
            place = number(match["line"] or match["line2"]), number(match["column"] or match["column2"])
            last = Finding(match["path"] or "", place[0], _LEVELS[match["level"]], match["message"], place[1], rule=match["rule"])
            more, open_ = [], True
        elif open_ and line.startswith("  ") and not _RELATED.match(line):
            more.append(line)
        else:
            open_ = False
    if last is not None:
        yield last._replace(detail=bounded(more))


READER = Reader(re.compile(r"^(?:\S[^\n]*\(\d+,\d+\): |\S[^\n]*:\d+:\d+ - )?(?:error|warning) TS\d+: ", re.MULTILINE), read)

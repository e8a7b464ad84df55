"""gcc, clang and whoever writes as they do, `path:line:column: error: message [-Wflag]`, and their linkers."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import bounded
from ftaction.tools.findings.lines import number

_LINE = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<level>fatal error|error|warning|note): (?P<message>\S.*)$")
_FLAG = re.compile(r" \[(?P<rule>-W[^\]\s]*)\]$")
_DRIVER = re.compile(r"^(?:cc1|cc1plus|cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(?:-\d+)?: (?:fatal )?error: (?P<message>\S.*)$")
_LINKER = re.compile(
    r"^(?:[^\s:]*\bld(?:\.\w+)?: )?(?:(?P<path>[^\s:][^:]*):(?:(?P<line>\d+)|\([^()]*\)): )?"
    r"(?P<message>(?:undefined reference to|multiple definition of|cannot find -l)\S*.*)$"
)
_LEVELS = {"fatal error": Level.ERROR, "error": Level.ERROR, "warning": Level.WARNING}


def read(text: str) -> Iterator[Finding]:
    """Notes belong to the message above them and become its detail, with their places."""
    last: Finding | None = None
    notes: list[str] = []
    for line in text.split("\n"):
        match = _LINE.match(line)
        if match and match["level"] == "note":
            notes.append(line.replace(" note: ", " ", 1))
            continue
        found = _finding(match) if match else _placeless(line)
        if found is not None:
            if last is not None:
                yield last._replace(detail=bounded(notes))
            last, notes = found, []
    if last is not None:
        yield last._replace(detail=bounded(notes))


def _finding(match: re.Match[str]) -> Finding:
    message, flag = match["message"], _FLAG.search(match["message"])
    if flag:
        message = message[: flag.start()]
    return Finding(match["path"], number(match["line"]), _LEVELS[match["level"]], message, number(match["column"]), rule=flag["rule"] if flag else "")


def _placeless(line: str) -> Finding | None:
    """Of the driver or the linker."""
    driver = _DRIVER.match(line)
    if driver:
        return None if driver["message"].startswith(("linker command failed", "ld returned")) else Finding("", 0, Level.ERROR, driver["message"])
    linker = _LINKER.match(line)
    return Finding(linker["path"] or "", number(linker["line"]), Level.ERROR, linker["message"]) if linker else None


READER = Reader(
    re.compile(
        r"^[^\s:][^:\n]*\.(?:c|C|cc|cpp|cxx|c\+\+|h|H|hh|hpp|hxx|h\+\+|inc|inl|ipp|tcc|tpp|m|mm|cu|cuh|S|s):\d+:(?:\d+:)? (?:fatal error|error|warning): "
        r"|^(?:cc1|cc1plus|cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(?:-\d+)?: (?:fatal )?error: |^collect2: error: ld returned \d",
        re.MULTILINE,
    ),
    read,
)

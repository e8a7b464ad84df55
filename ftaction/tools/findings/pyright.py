"""pyright's and basedpyright's `path:line:column - level: message (rule)`, and `--outputjson`."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.documents import count, documents, inside, rows, word
from ftaction.tools.findings.lines import number, some

_PLACE = r"^ *(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?P<column>\d+) - (?P<level>error|warning|information|note): "
_MORE = r"(?:\n[ \xa0]{2,}(?=\S)(?![^:\n]*:\d+:\d+ - ).*){0,60}"  # indented by spaces that a cleaned log has not
_LINE = re.compile(rf"{_PLACE}(?P<message>.*{_MORE})$|^(?P<none>File or directory .* does not exist)\.?$", re.MULTILINE)
_RULE = re.compile(r" \((report\w+)\)$")


def read(text: str) -> Iterator[Finding]:
    """The first line is what is wrong, those below say why. JSON counts lines and columns from 0."""
    values = documents(text) if '"generalDiagnostics"' in text else ()
    yield from (_object(one) for value in values for one in rows(value, "generalDiagnostics"))
    for match in _LINE.finditer(text):
        if match["none"]:
            yield Finding("", 0, Level.ERROR, match["none"])
            continue
        rule = _RULE.search(match["message"])
        message, detail = _message(match["message"][: rule.start()] if rule else match["message"])
        yield Finding(
            match["path"], number(match["line"]), _level(match["level"]), message, number(match["column"]), rule=rule[1] if rule else "", detail=detail
        )


def _object(one: dict[str, object]) -> Finding:
    start, end = inside(one, "range", "start"), inside(one, "range", "end")
    message, detail = _message(word(one.get("message")))
    return Finding(
        word(one.get("file")), count(start, "line", more=1), _level(word(one.get("severity"))), message, count(start, "character", more=1),
        count(end, "line", more=1), count(end, "character", more=1), word(one.get("rule")), detail,
    )  # fmt: skip


def _message(text: str) -> tuple[str, str]:
    first, *more = (line.strip("\xa0 ") for line in text.split("\n"))
    return first, some(more)


def _level(name: str) -> Level:
    return {"error": Level.ERROR, "warning": Level.WARNING}.get(name, Level.NOTICE)


READER = Reader(re.compile(rf'{_PLACE}|^ +"generalDiagnostics": \[$|^File or directory "file://.*" does not exist', re.MULTILINE), read)

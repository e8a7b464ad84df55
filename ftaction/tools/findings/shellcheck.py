"""ShellCheck's formats: for a terminal, gcc's, and JSON."""

import re
from collections.abc import Iterator
from typing import Any

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.documents import count, documents, items, word
from ftaction.tools.findings.lines import number

_PLACE = re.compile(r"^In (?P<path>\S.*) line (?P<line>\d+):$")
_SAID = re.compile(r"^(?P<before> *)(?P<mark>\^-*(?:\^|-)) (?P<rule>SC\d+) \((?P<level>error|warning|info|style)\): (?P<message>\S.*)$")
_LINE = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+):(?P<column>\d+): (?P<level>error|warning|note|style): (?P<message>\S.*) \[(?P<rule>SC\d+)\]$")
_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING}


def read(text: str) -> Iterator[Finding]:
    """What is `info`, `style` or `note` is a notice."""
    if '"endColumn":' in text and (found := list(_json(text))):
        yield from found
        return
    place: re.Match[str] | None = None
    for line in text.split("\n"):
        said = _SAID.match(line) if place else None
        if said and place:
            yield _finding(place, said)
        elif one := _LINE.match(line):
            yield Finding(one["path"], number(one["line"]), _level(one["level"]), one["message"], number(one["column"]), rule=one["rule"])
        else:
            place = _PLACE.match(line) or place


def _finding(place: re.Match[str], said: re.Match[str]) -> Finding:
    """The mark stands below the code that is meant; `^--` says only where that starts."""
    line, column = number(place["line"]), len(said["before"]) + 1
    whole = said["mark"].endswith("^")
    return Finding(
        place["path"], line, _level(said["level"]), said["message"], column, line if whole else 0, column + len(said["mark"]) if whole else 0, said["rule"]
    )


def _json(text: str) -> Iterator[Finding]:
    for document in documents(text):
        for one in items(document) or items(document, "comments"):
            if isinstance(one, dict) and word(one, "message") and (code := count(one, "code")):
                yield _commented(one, code)


def _commented(one: dict[str, Any], code: int) -> Finding:
    return Finding(
        word(one, "file"), count(one, "line"), _level(word(one, "level")), word(one, "message"), count(one, "column"), count(one, "endLine"),
        count(one, "endColumn"), f"SC{code}",
    )  # fmt: skip


def _level(name: str) -> Level:
    return _LEVELS.get(name, Level.NOTICE)


READER = Reader(
    re.compile(
        r"^ *\^-*[\^-] SC\d+ \((?:error|warning|info|style)\): |^[^\s:][^:\n]*:\d+:\d+: (?:error|warning|note|style): [^\n]* \[SC\d+\]$"
        r"|^(?:\{\"comments\":)?\[\{\"file\":\"[^\"\n]*\",\"line\":\d+,\"endLine\":",
        re.MULTILINE,
    ),
    read,
)

"""Biome: a heading `path:line:column rule ━━━` with the message below it, and its JSON."""

import re
from collections.abc import Iterator
from typing import Any

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import bounded
from ftaction.tools.findings.documents import count, documents, items, word
from ftaction.tools.findings.lines import number

_HEADING = re.compile(r"^(?P<path>\S.*?)(?::(?P<line>\d+):(?P<column>\d+))? (?P<rule>[a-z][A-Za-z]*(?:/[A-Za-z/]+)?)(?:  FIXABLE )? +━{3,}$")
_SAID = re.compile(r"^  (?P<mark>[\u00d7✖!⚠i\u2139]) (?P<message>\S.*)$")
_LEVELS = {
    "\u00d7": Level.ERROR,
    "✖": Level.ERROR,
    "!": Level.WARNING,
    "⚠": Level.WARNING,
    "error": Level.ERROR,
    "fatal": Level.ERROR,
    "warning": Level.WARNING,
}


def read(text: str) -> Iterator[Finding]:
    """The first that is said below a heading is the message; what is said after it, its detail."""
    if '"diagnostics":' in text and (found := [_json(one) for document in documents(text) for one in items(document, "diagnostics") if word(one, "message")]):
        yield from found
        return
    heading: re.Match[str] | None = None
    said: list[tuple[str, str]] = []
    for line in text.split("\n"):
        if line.endswith("━"):
            yield from _finding(heading, said)
            heading, said = _HEADING.match(line), []
        elif heading and (found_one := _SAID.match(line)):
            said.append((found_one["mark"], found_one["message"]))
    yield from _finding(heading, said)


def _finding(heading: re.Match[str] | None, said: list[tuple[str, str]]) -> Iterator[Finding]:
    if heading and said:
        (mark, message), *rest = said
        yield Finding(
            heading["path"], number(heading["line"]), _LEVELS.get(mark, Level.NOTICE), message.removesuffix(":"), number(heading["column"]),
            rule=heading["rule"], detail=bounded(one for _, one in rest),
        )  # fmt: skip


def _json(one: dict[str, Any]) -> Finding:
    return Finding(
        word(one, "location", "path") or word(one, "location", "path", "file"), count(one, "location", "start", "line"),
        _LEVELS.get(word(one, "severity"), Level.NOTICE), word(one, "message"), count(one, "location", "start", "column"),
        count(one, "location", "end", "line"), count(one, "location", "end", "column"), word(one, "category"),
    )  # fmt: skip


READER = Reader(
    re.compile(
        r"^\S[^\n]* (?:lint/[A-Za-z/]+|assist/[A-Za-z/]+|format|parse|organizeImports)(?:  FIXABLE )? +━{3,}$|^\{\"summary\":\{\"changed\":", re.MULTILINE
    ),
    read,
)

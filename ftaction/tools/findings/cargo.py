"""cargo and rustc, clippy among them: their blocks, `--message-format` short and json; tests that failed; rustfmt's differences."""

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import bounded
from ftaction.tools.findings.documents import count, documents, items, word
from ftaction.tools.findings.lines import number
from ftaction.tools.findings.rust import formatted, tested

_HEAD = re.compile(r"^(?P<level>error|warning)(?:\[(?P<rule>[\w:]+)\])?: (?P<message>\S.*)$")
_ARROW = re.compile(r"^ *--> (?P<path>\S.*?):(?P<line>\d+):(?P<column>\d+)$")
_SHORT = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+):(?P<column>\d+): (?P<level>error|warning)(?:\[(?P<rule>[\w:]+)\])?: (?P<message>\S.*)$")
_LINT = re.compile(r"`#\[(?:warn|deny|forbid)\((?P<attribute>[\w:]+)\)\]`|requested on the command line with `-[DWF] (?P<option>[\w:-]+)`")
_LEVELS = {"error": Level.ERROR, "error: internal compiler error": Level.ERROR, "warning": Level.WARNING}
_SUMMARY = re.compile(r"could not compile|aborting due to|(?:doc)?test failed, to rerun|\d+ targets? failed|(?:process didn't|build) ")


def read(text: str) -> Iterator[Finding]:
    """What has no place, such as a lock file that is old, is told where nothing else is."""
    lines = text.split("\n")
    found = [one for _, one in sorted([*_blocks(lines), *formatted(lines), *tested(lines)], key=itemgetter(0))]
    if '"compiler-message"' in text or '"$message_type":' in text:
        found = [*dict.fromkeys(_json(text)), *found]  # a library is compiled once more for its tests
    heads = () if found else (_HEAD.match(line) for line in lines)
    yield from found or [
        Finding("", 0, Level.ERROR, head["message"], rule=head["rule"] or "")
        for head in heads
        if head and head["level"] == "error" and not _SUMMARY.match(head["message"])
    ]


def _blocks(lines: list[str]) -> Iterator[tuple[int, Finding]]:
    """With the line where each ends."""
    head: re.Match[str] | None = None
    place: re.Match[str] | None = None
    block: list[str] = []
    for at, line in enumerate([*lines, ""]):
        if not line and not head:
            continue
        if head and place and line:
            block.append(line)
            continue
        if head and place:
            yield at, _finding(head, place, block)
        arrow = _ARROW.match(line) if head else None
        head, place, block = (head, arrow, []) if arrow else (_HEAD.match(line) if line.startswith(("error", "warning")) else None, None, [])
        if (": error" in line or ": warning" in line) and (short := _SHORT.match(line)):
            yield at, _finding(short, short, [])


def _finding(head: re.Match[str], place: re.Match[str], block: list[str]) -> Finding:
    rule = head["rule"]
    if not rule and (lint := next((found for found in map(_LINT.search, block) if found), None)):
        rule = lint["attribute"] or lint["option"].replace("-", "_")
    return Finding(
        place["path"], number(place["line"]), _LEVELS[head["level"]], head["message"], number(place["column"]), rule=rule or "", detail=bounded(block)
    )


def _json(text: str) -> Iterator[Finding]:
    for document in documents(text):
        message = document.get("message") if word(document, "reason") == "compiler-message" else document
        if isinstance(message, dict) and word(message, "level") in _LEVELS and word(message, "message"):
            span = next((one for one in items(message, "spans") if isinstance(one, dict) and one.get("is_primary")), None)
            if span is not None:
                yield _spanned(message, span)


def _spanned(message: dict[str, Any], span: dict[str, Any]) -> Finding:
    block = word(message, "rendered").split("\n")
    start = next((at + 1 for at, line in enumerate(block) if _ARROW.match(line)), len(block))
    return Finding(
        word(span, "file_name"), count(span, "line_start"), _LEVELS[word(message, "level")], word(message, "message"), count(span, "column_start"),
        count(span, "line_end"), count(span, "column_end"), word(message, "code", "code"), bounded(line for line in block[start:] if line),
    )  # fmt: skip


READER = Reader(
    re.compile(
        r"^(?:error|warning)(?:\[[\w:]+\])?: \S[^\n]*\n *--> |^[^\s:][^:\n]*\.rs:\d+:\d+: (?:error|warning)|^error: could not compile `"
        r"|^\{\"reason\":\"compiler-message\"|^thread '[^'\n]*' (?:\(\d+\) )?panicked at |^test result: FAILED|^Diff in [^\n]*\.rs(?::\d+| at line \d+):$",
        re.MULTILINE,
    ),
    read,
)

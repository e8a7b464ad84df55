"""Unified diffs as formatters print them: where a file would first change, and how."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ftaction.tools.findings.lines import number

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


class Diff(NamedTuple):
    """`label`: what stands behind `--- `. `line`: the first one that would go or get company, of the file as it is."""

    label: str
    line: int
    text: str


def diffs(text: str) -> Iterator[Diff]:
    lines = text.split("\n") if "--- " in text and "@@ -" in text else []
    at = 0
    while at < len(lines) - 2:
        if lines[at].startswith("--- ") and lines[at + 1].startswith("+++ ") and _HUNK.match(lines[at + 2]):
            end, line = _hunks(lines, at + 2)
            yield Diff(lines[at][4:], line, "\n".join(lines[at + 2 : end]))
            at = end
        else:
            at += 1


def _hunks(lines: list[str], at: int) -> tuple[int, int]:
    """Where the diff ends, and the first line that it changes. A hunk says itself how long it is."""
    first = 0
    while at < len(lines) and (hunk := _HUNK.match(lines[at])):
        line, old, new = number(hunk[1]), number(hunk[2] or "1"), number(hunk[3] or "1")
        at += 1
        while at < len(lines) and (old > 0 or new > 0) and lines[at][:1] in ("", " ", "-", "+", "\\"):
            kind = lines[at][:1]
            if kind in ("-", "+"):
                first = first or max(line, 1)
            old -= kind in ("", " ", "-")
            new -= kind in ("", " ", "+")
            line += kind in ("", " ", "-")
            at += 1
    return at, first

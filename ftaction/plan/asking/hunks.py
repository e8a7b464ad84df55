"""The pieces of a file that a pull request touched, as items: https://git-scm.com/docs/diff-format (unified format)."""

import re
from collections.abc import Iterator

from ftaction.model.asking import Item

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def hunks(path: str, diff: str) -> Iterator[Item]:
    """Each piece of one file's diff. Where it stands in the file is in its name and `lines` only, so that it is the same piece when it moves."""
    lines = diff.split("\n")
    heads = [number for number, line in enumerate(lines) if _HUNK.match(line)]
    for number, end in zip(heads, [*heads, len(lines)][1:], strict=True):  # none where only a mode differs, or bytes that are no text
        match = _HUNK.match(lines[number])
        assert match is not None
        yield _item(path, int(match[2]), _body(lines[number + 1 : end], int(match[1] or 1), int(match[3] or 1)))


def _body(lines: list[str], old: int, new: int) -> list[str]:
    """As many as its head says: behind them may stand the head of another file."""
    body: list[str] = []
    for line in lines:
        if old + new > 0 and line.startswith((" ", "+", "-")):
            body.append(line)
            old -= not line.startswith("+")
            new -= not line.startswith("-")
    return body


def whole(path: str, text: str) -> Item:
    """A file that was not there before, as one piece."""
    return _item(path, 1, [f"+{line}" for line in text.removesuffix("\n").split("\n")])


def _item(path: str, first: int, body: list[str]) -> Item:
    places: list[int] = []
    line = first
    for text in body:
        gone = text.startswith("-")
        places.append(0 if gone else line)
        line += not gone
    last = max(first, line - 1)
    return Item(f"{path}:{first}-{last}" if last > first else f"{path}:{first}", path, "\n".join(body), tuple(places))

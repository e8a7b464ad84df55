"""What an answer says of files: findings, and files that it makes. An answer fits its schema by now, but that may be anybody's."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from ftaction.model.asking import Item
from ftaction.model.finding import Finding, Level

DEFAULT = json.dumps({
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "line": {"type": "integer", "minimum": 1, "description": "the number before the line"},
                    "level": {"enum": [level.value for level in Level]},
                    "message": {"type": "string", "minLength": 1},
                    "path": {"type": "string", "description": "only where no item is asked about"},
                    "rule": {"type": "string"},
                },
                "required": ["level", "message"],
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
    "minProperties": 1,
})  # fmt: skip
"""The schema of an answer where a check names none."""

_MOST = 200  # findings of one answer
_LAST = 10_000_000  # line that may be meant
_LEVELS = frozenset(level.value for level in Level)


def findings(answer: str, item: Item, files: Collection[str]) -> Iterator[Finding]:
    """Those of an answer, as JSON. One about an item is of that item's file, whatever path it names. `files`: all of the repository."""
    for row in _rows(answer, "findings")[:_MOST]:
        level, message, path, line = row.get("level"), row.get("message"), row.get("path"), row.get("line")
        if not isinstance(level, str) or level not in _LEVELS or not isinstance(message, str) or not message:
            continue
        where = item.path or (path if isinstance(path, str) else "")
        place = line if isinstance(line, int) and not isinstance(line, bool) and where in files else 0
        rule = row.get("rule")
        yield Finding(where if where in files else "", _line(place, item), Level(level), message, rule=rule if isinstance(rule, str) else "")


def files(answer: str, outputs: Collection[str]) -> Iterator[tuple[str, str]]:
    """Paths and contents of files that an answer makes, as far as they are or lie below what the check may make."""
    for row in _rows(answer, "files"):
        path, content = row.get("path"), row.get("content")
        if isinstance(path, str) and isinstance(content, str) and _within(path, outputs):
            yield path, content


def _within(path: str, outputs: Collection[str]) -> bool:
    plain = path.isprintable() and "\\" not in path and not {"", ".", "..", ".git"} & set(path.lower().split("/"))
    return plain and any(path == output or path.startswith(f"{output.rstrip('/')}/") for output in outputs)


def _line(line: int, item: Item) -> int:
    """In the file: the number that stood before it in the call counts from the item's first line. Of a line that is gone, the next one."""
    if not item.name:
        return line if 0 < line <= _LAST else 0
    if not item.lines:
        return line if 0 < line <= item.text.count("\n") + 1 else 0
    return next((place for place in item.lines[line - 1 :] if place), 0) if 0 < line <= len(item.lines) else 0


def _rows(answer: str, name: str) -> list[dict[str, Any]]:
    data = json.loads(answer)
    rows = data.get(name) if isinstance(data, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

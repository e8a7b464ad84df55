"""What was touched, for people, programs and workflows. In doubt every file counts, so every file is named: nobody takes a doubt for nothing."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from ftaction.model.change import ChangeSet
from ftaction.report import words

VERSION = 1
UNKNOWN = "unknown"
_MOST_OUTPUT = 400_000  # characters: a job's outputs may take 1 MB, counted as UTF-16 (GitHub's "Workflow syntax", jobs.<job_id>.outputs)
_SIGNS = {"added": "A", "modified": "M", "deleted": "D", UNKNOWN: "?"}


class Line(NamedTuple):
    """One path, and what happened to it: `added`, `modified`, `deleted`, or `unknown` in doubt."""

    path: str
    kind: str


def lines_of(of: ChangeSet, files: Iterable[str]) -> list[Line]:
    """All that counts as changed, sorted. `files`: all there are."""
    return [Line(path, kind.value) for path, kind in of.touched] if of.complete else [Line(path, UNKNOWN) for path in sorted(files)]


def changed_lines(lines: Iterable[Line]) -> list[str]:
    """For a terminal: a name can neither move its cursor nor begin a line."""
    return [f"{_SIGNS[kind]} {words.printable(path)}" for path, kind in lines]


def changed_document(of: ChangeSet, lines: Iterable[Line]) -> dict[str, object]:
    """`ftaction changed --json`."""
    files = [{"path": _text(path), "kind": kind, **({} if _is_text(path) else {"hex": _hex(path)})} for path, kind in lines]
    return {"version": VERSION, "base": of.base, "complete": of.complete, "doubt": of.doubt, "files": files}


def changed_outputs(of: ChangeSet | None, files: Iterable[str]) -> dict[str, str]:
    """The action's outputs. A list that would be cut, or holds a name that JSON can't, is left out: `fromJSON` of nothing fails, of a part it does not."""
    lines = lines_of(of, files) if of else []
    listed = json.dumps([path for path, _ in lines], separators=(",", ":")) if of and all(_is_text(path) for path, _ in lines) else ""
    fits = bool(listed) and len(listed) <= _MOST_OUTPUT
    complete = bool(of and of.complete and fits)
    return {"changed": listed if fits else "", "changed-complete": str(complete).lower(), "changed-base": of.base if of else ""}


def _is_text(path: str) -> bool:
    return not any("\udc80" <= char <= "\udcff" for char in path)


def _text(path: str) -> str:
    """Bytes that are not UTF-8 stand as U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _hex(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").hex()

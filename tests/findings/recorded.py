"""Real output of real tools, kept with the tool's version, and what a careful reader finds in it.

`recorded/TOOL/CASE.txt` is the output as a check's log has it, `CASE.toml` says who made it and what is to be found:

    version = "mypy 1.18.2"
    command = "mypy src"
    [[finding]]
    path = "src/app.py"
    line = 3
    ...

Keys that a finding does not name are as in `Finding`'s defaults; `detail`, where it is named, must be equal, else it may be anything.
`quotes = true` says that a test wrote lines that look like another tool's.
`missed = "reason"` on a finding says that it is known not to be found; there are to be none without one. Above all findings
`signed = "READER"` says that it is the format of another reader, `unsigned = "reason"` that nobody could tell from the text alone which tool wrote it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from ftaction.model.finding import Finding, Level
from ftaction.report.words import log

FOLDER = Path(__file__).with_name("recorded")


class Recorded(NamedTuple):
    """One output. `expected`: by hand; `detailed`: the places in it of findings whose detail is judged. `quotes`: others' lines stand in it."""

    tool: str
    case: str
    version: str
    text: str
    expected: tuple[Finding, ...]
    detailed: frozenset[int]
    missed: dict[int, str]
    unsigned: str = ""
    signed: str = ""
    quotes: bool = False


def all_recorded() -> list[Recorded]:
    return [_read(path, log(_text(path.with_suffix(".txt")))) for path in sorted(FOLDER.glob("*/*.toml"))]


def all_files() -> list[Recorded]:
    """Files that tools wrote for others to read, in `files/FORMAT/CASE.*`; nothing in them is cleaned."""
    return [_read(path, _text(next(path.parent.glob(f"{path.stem}.[!t]*")))) for path in sorted(FOLDER.with_name("files").glob("*/*.toml"))]


def plain(finding: Finding) -> Finding:
    return finding._replace(detail="")


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _read(path: Path, text: str) -> Recorded:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    findings: list[dict[str, Any]] = data.get("finding", [])
    expected = tuple(Finding(**{"level": Level(one["level"])} | {k: v for k, v in one.items() if k not in ("level", "missed")}) for one in findings)
    return Recorded(
        path.parent.name, path.stem, data["version"], text, expected,
        frozenset(number for number, one in enumerate(findings) if "detail" in one),
        {number: one["missed"] for number, one in enumerate(findings) if "missed" in one},
        data.get("unsigned", ""), data.get("signed", ""), data.get("quotes", False),
    )  # fmt: skip

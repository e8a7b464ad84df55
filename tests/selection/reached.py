"""Small projects, each with an edit that reaches a test in a way that is hard to see.

Each is a text: a sentence that says how, and the files with all of their lines, those of before the edit marked `-`, those of after it `+`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("reached")

BESIDE = {"tests/__init__.py": "", "tests/test_zz_control.py": "def test_control():\n    assert True\n"}
"""Stands in each of them. Nothing ever reaches it."""


class Reached(NamedTuple):
    """`before` and `after`: texts of the files that the edit finds, and that it leaves."""

    name: str
    why: str
    before: dict[str, str]
    after: dict[str, str]


def every() -> list[Reached]:
    """Sorted by folder and name."""
    return [_read(path) for path in sorted(FOLDER.rglob("*.txt"))]


def _read(path: Path) -> Reached:
    why, *parts = path.read_text().split("\n=== ")
    files = [part.partition("\n")[::2] for part in parts]
    before, after = ({name: text for name, lines in files if (text := "".join(_kept(lines, mark))) or not lines} for mark in "-+")
    return Reached(path.stem, why.strip(), BESIDE | before, BESIDE | after)


def _kept(lines: str, mark: str) -> Iterator[str]:
    """Without the lines that stand in the other one. Empty lines have no mark."""
    return (line[1:] + "\n" for line in lines.splitlines() if line[:1] in ("", " ", mark))

"""Places in what a failed test says: whose line of a traceback is the test's own."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ftaction.tools.findings.lines import number

NATIVE = re.compile(r'^(?: *\|)?\s*File "(?P<path>[^"\n]+)", line (?P<line>\d+)(?:, in .*)?$')
CHAIN = re.compile(r"^(?:The above exception was the direct cause of|During handling of the above exception, another)")
_INSTALLED = re.compile(r"/site-packages/|/dist-packages/|/node_modules/|(?:^|/)lib(?:64)?/python\d[\d.]*/|^<|<frozen ")


class Frame(NamedTuple):
    """A line of a traceback."""

    path: str
    line: int


def installed(path: str) -> bool:
    return _INSTALLED.search(path) is not None


def native(line: str) -> Frame | None:
    match = NATIVE.match(line)
    return Frame(match["path"], number(match["line"])) if match else None


def same(one: str, other: str) -> bool:
    """Whether one path may be the other, seen from another folder."""
    left, right = (path.replace("../", "").removeprefix("./").split("/") for path in (one, other))
    short = min(len(left), len(right))
    return bool(one and other) and left[-short:] == right[-short:]


def own(frames: Sequence[Frame], path: str = "") -> Frame | None:
    """The last one in the test's file, else in the file of the first one that is not installed; None where nothing but others' code is seen."""
    mine = [frame for frame in frames if path and same(frame.path, path)]
    if mine:
        return mine[-1]
    here = [frame for frame in frames if not installed(frame.path)]
    return next((frame for frame in reversed(here) if frame.path == here[0].path), None)

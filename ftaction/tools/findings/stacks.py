"""Stacks of JavaScript: where in the user's own files a test failed."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ftaction.tools.findings.lines import number

_MARK = "\u276f "  # vitest's for `at`
_CRASH = re.compile(  # the place, the line of code, a mark below it, what is wrong; in TAP as comments
    r"^(?:# | Exception during run: )?(?:file://)?(?P<path>/[^\n]*?):(?P<line>\d+)\n(?:# )?[^\n]*\n(?:# )?[ \t]*\^+\n(?:\n|# ?\n)?"
    r"(?:# )?(?P<message>\w*Error\b[^\n]*)",
    re.MULTILINE,
)
_IMPORT = re.compile(r"^(?:# )?(?P<message>Error \[ERR_MODULE_NOT_FOUND\]: [^\n]* imported from (?P<path>/[^\n]*))$", re.MULTILINE)
_TOLD = re.compile(r"^ *(?:At file|File): (?P<path>/\S.*?):(?P<line>\d+):(?P<column>\d+)$")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Frame(NamedTuple):
    """One place of a stack. `name`: the function's, as far as it has one."""

    path: str
    line: int
    column: int
    name: str = ""


def frame(line: str, bare: bool = False) -> Frame | None:
    """The place that a line of a stack names; without `bare` it has a mark before it."""
    body = line.strip()
    marked = body[:3] == "at " or body[:2] == _MARK
    if not (marked or bare):
        return None
    rest, _, column = body.rstrip(" {,").removesuffix(")").rpartition(":")
    where, _, row = rest.rpartition(":")
    if not (column.isdecimal() and row.isdecimal()):
        return None
    name, bracket, path = where.rpartition("(")
    if not bracket:
        name, _, path = where.rpartition(" ")
    path = path.removeprefix("file://")
    return Frame(path, number(row), number(column), name.removeprefix("at ").removeprefix(_MARK).strip()) if path else None


def frames(lines: Iterable[str], bare: bool = False) -> list[Frame]:
    return [one for one in (frame(line, bare) for line in lines) if one is not None]


def within(stack: Iterable[Frame], file: str) -> Frame:
    """Where it failed: the innermost place in the file of the test, else in any file of the user's, else that file as a whole."""
    mine = [one for one in stack if not foreign(one.path)]
    found = next((one for one in mine if same(one.path, file)), None) or (mine[0] if mine else None)
    return found if found is not None else Frame(file, 0, 0)


def told(block: Iterable[str]) -> list[Frame]:
    """Where vitest's compiler says that a file can't be read; the paths count from the project's root."""
    return [Frame(found["path"], number(found["line"]), number(found["column"])) for found in map(_TOLD.match, block) if found]


def same(one: str, other: str) -> bool:
    """Whether two paths may be of one file, told from different folders."""
    one, other = (path.lstrip("./") for path in (one, other))
    return bool(one and other) and (one == other or one.endswith("/" + other) or other.endswith("/" + one))


def foreign(path: str) -> bool:
    return path.startswith(("node:", "<")) or "node_modules/" in path


def crashes(text: str) -> Iterator[tuple[Frame, str]]:
    """What ended a program before anybody could catch it: the place, and what is wrong."""
    for found in _CRASH.finditer(text):
        if not foreign(found["path"]):
            yield Frame(found["path"], number(found["line"]), 0), found["message"]
    for found in _IMPORT.finditer(text):
        yield Frame(found["path"], 0, 0), found["message"]


def uncoloured(text: str) -> str:
    """Text that was inside JSON, where nobody saw its colours."""
    return _COLOUR.sub("", text)

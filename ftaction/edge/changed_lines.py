"""Which lines of a file were touched since the base: what is said of them goes before what is said of the rest.

It orders what is told and decides nothing, so whatever can't be found out counts as touched as a whole.
"""

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from ftaction.edge.changes_fetch import ALONE, Bounds, FetchError, Limits, Scratch
from ftaction.edge.changes_history import remote_of
from ftaction.edge.git import Repository
from ftaction.errors import Stop
from ftaction.model.change import Pieces

ALL = ((1, 1 << 30),)
_MOST = 300  # files that are compared,
_MOST_BYTES = 200_000  # of their names, for a command takes no more
_SECTION = re.compile(rb"^diff --git .*\n", re.MULTILINE)  # lines of files begin with one of four other characters
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_DIFF = ("diff", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=", "--dst-prefix=", "--ignore-submodules=all")


def changed_lines(
    repository: Repository, base: str, paths: Iterable[str], variables: Mapping[str, str], *, limits: Limits, clock: Callable[[], float] = time.monotonic
) -> Pieces:
    """`paths`: of touched files. What the base held of them is fetched where it is not here."""
    found: Pieces = dict.fromkeys(paths, ALL)
    asked = list(found)[:_MOST]
    diff = _compared(repository, base, asked, variables, bounds=Bounds(limits, clock() + limits.seconds, clock), how=("--unified=0",))
    return found | _pieces(diff, asked) if diff is not None else found


def changed_text(
    repository: Repository, base: str, paths: Iterable[str], variables: Mapping[str, str], *, limits: Limits, clock: Callable[[], float] = time.monotonic
) -> dict[str, str] | None:
    """The diff of each of these files, three lines around what was touched; None where it can't be had. `paths`: of touched files, however many."""
    found: dict[str, str] = {}
    bounds = Bounds(limits, clock() + limits.seconds, clock)
    asked = sorted(paths)
    for first in range(0, len(asked), _MOST):
        part = asked[first : first + _MOST]
        names = _compared(repository, base, part, variables, bounds=bounds, how=("--name-status", "-z"))
        diff = _compared(repository, base, part, variables, bounds=bounds, how=("--unified=3",))
        if names is None or diff is None:
            return None
        sections = _SECTION.split(diff)[1:]
        paths_in_order = list(_of_sections(names))
        if len(sections) != len(paths_in_order):
            return None
        for path, section in zip(paths_in_order, sections, strict=True):
            found[path] = found.get(path, "") + section.decode("utf-8", "replace")
    return found


def _of_sections(names: bytes) -> Iterator[str]:
    """The path of each section, by `--name-status -z`. What became another kind of file, such as a link, has two: one that is gone, one that is new."""
    words = iter(names.split(b"\0"))
    for status, name in zip(words, words, strict=False):
        yield from [os.fsdecode(name)] * (2 if status == b"T" else 1)


def _compared(repository: Repository, base: str, asked: list[str], variables: Mapping[str, str], *, bounds: Bounds, how: tuple[str, ...]) -> bytes | None:
    """What git says; None where it can't."""
    if not asked or not base or sum(map(len, asked)) > _MOST_BYTES:
        return None
    words = ("-c", "core.quotePath=false", "--literal-pathspecs", *_DIFF, *how, base, "--", *asked)
    try:
        return repository.run(*words, extra=ALONE)
    except Stop:
        pass
    scratch = Scratch(repository, variables, bounds, len(base) == 64)
    try:
        scratch.fetch(remote_of(repository), [base], kept="blob:limit=1m", depth=1, again=True)
        return repository.run(*words, extra=scratch.objects)
    except (FetchError, Stop):
        return None
    finally:
        scratch.close()


def _pieces(diff: bytes, asked: list[str]) -> Pieces:
    lines = iter(diff.split(b"\n"))
    named = {path.encode("utf-8", "surrogateescape"): path for path in asked}  # a name with a quote in it counts as a whole
    pieces: dict[str, list[tuple[int, int]]] = {}
    path = ""
    for line in lines:
        if line.startswith(b"+++ "):
            path = named.get(line[4:].rstrip(b"\t"), "")
        elif match := _HUNK.match(line):
            gone, first, count = (int(text or 1) for text in match.groups())
            for _ in range(gone + count):  # lines of the file, which may look like any of git's
                next(lines, b"")
            pieces.setdefault(path, []).extend([(first, first + count - 1)] if count else [])
    return {path: tuple(found) for path, found in pieces.items() if path}

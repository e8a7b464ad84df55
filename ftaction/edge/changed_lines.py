"""Which lines of a file were touched since the base: what is said of them goes before what is said of the rest.

It orders what is told and decides nothing, so whatever can't be found out counts as touched as a whole.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping

from ftaction.edge.changes_fetch import ALONE, Bounds, FetchError, Limits, Scratch
from ftaction.edge.changes_history import remote_of
from ftaction.edge.git import Repository
from ftaction.errors import Stop
from ftaction.model.change import Pieces

ALL = ((1, 1 << 30),)
_MOST = 300  # files that are compared,
_MOST_BYTES = 200_000  # of their names, for a command takes no more
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_DIFF = ("diff", "--unified=0", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=", "--dst-prefix=", "--ignore-submodules=all")


def changed_lines(
    repository: Repository, base: str, paths: Iterable[str], variables: Mapping[str, str], *, limits: Limits, clock: Callable[[], float] = time.monotonic
) -> Pieces:
    """`paths`: of touched files. What the base held of them is fetched where it is not here."""
    found: Pieces = dict.fromkeys(paths, ALL)
    asked = list(found)[:_MOST]
    if not asked or not base or sum(map(len, asked)) > _MOST_BYTES:
        return found
    try:
        return found | _pieces(repository, base, asked, ALONE)
    except Stop:
        pass
    scratch = Scratch(repository, variables, Bounds(limits, clock() + limits.seconds, clock), len(base) == 64)
    try:
        scratch.fetch(remote_of(repository), [base], kept="blob:limit=1m", depth=1, again=True)
        return found | _pieces(repository, base, asked, scratch.objects)
    except (FetchError, Stop):
        return found
    finally:
        scratch.close()


def _pieces(repository: Repository, base: str, asked: list[str], extra: Mapping[str, str]) -> Pieces:
    """Raises `Stop` where something is not here."""
    lines = iter(repository.run("-c", "core.quotePath=false", "--literal-pathspecs", *_DIFF, base, "--", *asked, extra=extra).split(b"\n"))
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

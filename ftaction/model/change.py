"""What a pull request touched."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What happened to one path. A rename is a deletion and an addition; another mode alone is a modification."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"


class Touched(NamedTuple):
    """One path that differs, from the root of the repository."""

    path: str
    kind: Kind


class ChangeSet(NamedTuple):
    """What differs between the commit `base` and the files as they are, sorted by path, each path once.

    Where it is not `complete` everything counts as changed, and `doubt` says why; what `touched` holds then is no more than a hint.
    """

    base: str
    touched: tuple[Touched, ...]
    complete: bool
    doubt: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them, whatever happened to each."""
        return tuple(one.path for one in self.touched)


Pieces = dict[str, tuple[tuple[int, int], ...]]
"""Of files by path: the first and last line of each piece that was touched, from 1."""

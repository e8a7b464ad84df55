"""What a pull request touched."""

from typing import NamedTuple


class ChangeSet(NamedTuple):
    """Paths added, modified or deleted between `base` and the files as they are; a rename is a deletion and an addition.

    Where it is not `complete` everything counts as changed, and `doubt` says why.
    """

    base: str
    paths: tuple[str, ...]
    complete: bool
    doubt: str = ""

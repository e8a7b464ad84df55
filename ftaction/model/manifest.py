"""The readable list behind a fingerprint. `plan/fingerprint.py` says why each section is in it."""

from enum import StrEnum
from typing import NamedTuple

FORMAT = 1  # raised whenever the same facts would be written another way; every older record is then a miss
"""History: 1 is the first."""


class Section(StrEnum):
    """The parts of a manifest, in their order."""

    FORMAT = "format"
    COMMAND = "command"
    INPUT = "input"
    ENV = "env"
    TOOLCHAIN = "toolchain"
    PLATFORM = "platform"
    NEED = "need"


class Manifest(NamedTuple):
    """`head`: the lines that are not files, each `section TAB name TAB value`. `inputs`: a line `mode digest TAB path` a file.

    The fingerprint is the SHA-256 of `head` and of the digest of `inputs`, so many checks over the same files share one list.
    """

    head: str
    inputs: str
    inputs_digest: str


class Change(StrEnum):
    """What happened to one line of a manifest since an earlier one."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"


class Difference(NamedTuple):
    """One line that differs between two manifests of one check."""

    section: Section
    name: str
    change: Change

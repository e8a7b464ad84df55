"""What is remembered of one run of one check."""

from dataclasses import dataclass
from enum import StrEnum

from ftaction.model.ending import Ending


class OriginKind(StrEnum):
    """Where a record was made."""

    PROTECTED = "protected"
    PULL_REQUEST = "pull_request"
    FORK = "fork"
    LAPTOP = "laptop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who proved it: enough to find the run again."""

    kind: OriginKind
    repository: str
    ref: str
    commit: str
    run: str = ""  # a URL where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Patched:
    """One file a mutating check changed: git blob digests before and after, empty where the file was not there."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One run of one check. Times are seconds; `ended` since the epoch. Digests are SHA-256 of blobs in the store."""

    check: str
    fingerprint: str
    ending: Ending
    seconds: float
    ended: float
    origin: Origin
    flaky: bool = False
    head: str = ""  # digest of the manifest's head
    inputs: str = ""  # digest of its list of files
    log: str = ""  # digest of the log, cut to what is worth keeping
    outputs: str = ""  # digest of the archive of declared outputs
    patch: str = ""  # digest of the patch a mutating check made
    patched: tuple[Patched, ...] = ()

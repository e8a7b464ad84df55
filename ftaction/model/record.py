"""What is remembered of one run of one check."""

from enum import StrEnum
from typing import NamedTuple

from ftaction.model.ending import Ending


class OriginKind(StrEnum):
    """Where a record was made."""

    PROTECTED = "protected"
    PULL_REQUEST = "pull_request"
    FORK = "fork"
    LAPTOP = "laptop"


class Origin(NamedTuple):
    """Who proved it: enough to find the run again."""

    kind: OriginKind
    repository: str
    ref: str
    commit: str
    run: str = ""  # a URL where there is one


class Patched(NamedTuple):
    """One file a mutating check changed: git blob digests before and after, empty where the file was not there."""

    path: str
    before: str
    after: str


CLEAN = 5
"""Passes in a row after which what is proven flaky counts as passed. The least proof is one failure and one pass, a rate of a half; then so
many passes in a row come about by chance once in 32 times."""


class Tally(NamedTuple):
    """How runs of the very same inputs ended, each try counted: at least so often, for memory may have lost some.

    `streak`: clean passes in a row since it failed, at `failed_at` (epoch; 0 where it never did).
    """

    passed: int = 0
    failed: int = 0
    streak: int = 0
    failed_at: float = 0.0


class Trouble(NamedTuple):
    """A test that failed lately. Counted over runs in which it ran: at least so often, for memory may have lost some.

    `passed` and `failed` are of the very inputs of the check that the record is of, `proven_passed` and `proven_failed` of those other ones on
    which it did both most often. `failures`: runs in which it failed, whatever the inputs. `streak`: clean passes in a row since, at `failed_at` (epoch).
    """

    test: str
    passed: int = 0
    failed: int = 0
    proven_passed: int = 0
    proven_failed: int = 0
    failures: int = 0
    streak: int = 0
    failed_at: float = 0.0


class Record(NamedTuple):
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
    findings: str = ""  # digest of what its tool said, where it said anything
    answer: str = ""  # digest of what a model answered: such a record is of one item, whichever check asks about it
    outputs: str = ""  # digest of the archive of declared outputs
    patch: str = ""  # digest of the patch a mutating check made
    patched: tuple[Patched, ...] = ()
    tests: str = ""  # digest of what was seen of its tests
    left_out: int = 0  # tests that others had proved: such a pass stands for the whole only where tests may be left out
    tally: Tally = Tally()  # of all runs of these inputs, this one among them
    troubles: tuple[Trouble, ...] = ()  # of its tests

"""The plan: for every check one decision with its reason. Dry run, explain, the executor and the summary read this same value."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ftaction.model.check import Check
from ftaction.model.ending import Blocked
from ftaction.model.manifest import Difference, Manifest
from ftaction.model.record import Record
from ftaction.model.selection import Selected, Selection

if TYPE_CHECKING:
    from ftaction.model.asking import Asking


class Reason(StrEnum):
    """Why a check must run."""

    NEVER_PROVED = "never_proved"  # memory has nothing of this check
    CHANGED = "changed"  # something it depends on differs from the nearest earlier record
    FAILED_LAST = "failed_last"  # the same fingerprint is remembered, but not as a pass
    FLAKY = "flaky"  # the same inputs passed and failed, and did not pass often enough since
    DISTRUSTED = "distrusted"  # a skip of this check turned out to be wrong, and nobody has said since that it counts again
    OBSERVED = "observed"  # it would be skipped, but everything runs to see whether that would be right
    AUDITED = "audited"  # the same, for a sample
    NO_INPUTS = "no_inputs"  # its globs match no file: nothing could ever make it run again
    UNSTABLE = "unstable"  # a file could not be read, or a program that it calls could not be identified
    MUST_PATCH = "must_patch"  # a mutating check whose patch is not to be kept, or no longer fits
    UNTRUSTED = "untrusted"  # proved where the trust setting does not believe it
    OUTPUTS_GONE = "outputs_gone"  # it is proved, but what it makes is no longer kept
    REPLANNED = "replanned"  # a mutating check changed what it had judged
    FORCED = "forced"  # asked for
    NO_MEMORY = "no_memory"  # memory is switched off
    UNANSWERED = "unanswered"  # a model is asked about what has no answer yet, or none that still counts


class Why(NamedTuple):
    """A reason with what it rests on. `details` are names: files, variables, programs."""

    reason: Reason
    differences: tuple[Difference, ...] = ()
    earlier: Record | None = None
    details: tuple[str, ...] = ()


class Replay(NamedTuple):
    """A clean pass of exactly this is remembered, or what a model answered is."""

    record: Record
    kind: str = "replay"  # tuples compare by content
    asking: "Asking | None" = None  # of a check that asks: all of it is answered, and the record stands for all answers


class Unaffected(NamedTuple):
    """Nothing that was touched can be why it would fail, and it is remembered as passed.

    Either nothing it depends on is in the change set and only tools and the machine differ: these `moved`. Or no test of it can notice what is.
    """

    base: Record
    selection: Selected | None = None  # of none
    moved: tuple[Difference, ...] = ()
    kind: str = "unaffected"


class Run(NamedTuple):
    """Run it. Without a fingerprint its outcome is not remembered.

    `failed_last`: it failed when it last ran on this branch, so it starts before others. `instead`: what it would be, were it not observed
    or audited; `would`: which of its tests would run, were it not observed.
    """

    why: Why
    fingerprint: str | None = None
    manifest: Manifest | None = None
    expected: float | None = None  # seconds, from history
    selection: Selection | None = None  # which of its tests; None where its tool has none that can be told apart
    first: tuple[str, ...] = ()  # tests, and files of tests, that begin
    failed_last: bool = False
    instead: Replay | Unaffected | None = None
    would: Selection | None = None
    rests: Record | None = None  # the whole run that leaving tests out rests on
    asking: "Asking | None" = None


Decision = Run | Replay | Unaffected | Blocked


def earlier(of: Decision) -> Record | None:
    """The record of an earlier run that stands in place of a new one; None where nothing does."""
    match of:
        case Replay(record=record) | Unaffected(base=record):
            return record
        case _:
            return None


class Step(NamedTuple):
    """Checks that may run at the same time: a stage, one mutating check, or a parallel group."""

    title: str
    checks: tuple[Check, ...]


class Plan(NamedTuple):
    """One step with its decisions, in the order of its checks."""

    step: Step
    decisions: dict[str, Decision]

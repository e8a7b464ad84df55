"""The heart: what happens to one check, and why. A table of rules; the first that holds decides."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ftaction.model.check import Check, FailFast, OnChange
from ftaction.model.ending import Barrier, Blocked, Ending, Passed
from ftaction.model.manifest import Difference, Manifest
from ftaction.model.plan import Decision, Reason, Replay, Run, Unaffected, Why
from ftaction.model.record import Record


class Known(NamedTuple):
    """All that is known of one check when it is decided. `nearest` is asked only when there is no record of exactly this."""

    manifest: Manifest | None  # None: memory is off
    fingerprint: str = ""
    record: Record | None = None
    nearest: Callable[[], tuple[Record, tuple[Difference, ...]] | None] = lambda: None
    expected: Callable[[], float | None] = lambda: None  # seconds; asked only for what runs
    base: Callable[[], Unaffected | None] = lambda: None  # asked only where nothing is known of exactly this
    no_inputs: bool = False
    unstable: tuple[str, ...] = ()
    trusted: bool = True
    patch_fits: bool = True
    outputs_kept: bool = True
    on_change: OnChange = OnChange.KEEP
    replanned: bool = False


class Rules(NamedTuple):
    """How this run decides."""

    run_all: bool = False
    replay_failures: bool = False
    fail_fast: FailFast = FailFast.GROUP


def barrier(check: Check, endings: Mapping[str, Ending], rules: Rules) -> Blocked | None:
    """What keeps a check from starting: a need that did not pass, or any failure of an earlier step when failing fast."""
    if by := tuple(need for need in check.needs if need in endings and not isinstance(endings[need], Passed)):
        return Blocked(by)
    if rules.fail_fast is FailFast.NEVER:
        return None
    bad = tuple(name for name, ending in endings.items() if not isinstance(ending, Passed))
    return Blocked(bad, Barrier.FAIL_FAST) if bad else None


def decide(known: Known, rules: Rules) -> Decision:
    """Run, replay or leave out one check that nothing keeps from starting."""
    if _may_stand(known, rules) and (unaffected := known.base()) is not None:
        return unaffected
    why = _must_run(known, rules)
    if why is None and known.record is not None:
        return Replay(record=known.record)
    remember = known.manifest is not None and not known.no_inputs and not known.unstable
    return Run(
        why=why or _changed(known),
        fingerprint=known.fingerprint if remember else None,
        manifest=known.manifest if remember else None,
        expected=known.expected(),
    )


def _may_stand(known: Known, rules: Rules) -> bool:
    """Whether an earlier pass of nearly this could stand for it: it could be remembered, nothing is known of exactly this, and nobody asked for it."""
    sound = known.manifest is not None and not known.no_inputs and not known.unstable
    return sound and known.record is None and not known.replanned and not rules.run_all


def _must_run(known: Known, rules: Rules) -> Why | None:
    record = known.record
    if known.manifest is None:
        return Why(reason=Reason.NO_MEMORY)
    if known.no_inputs:
        return Why(reason=Reason.NO_INPUTS)
    if known.unstable:
        return Why(reason=Reason.UNSTABLE, details=known.unstable)
    if rules.run_all:
        return Why(reason=Reason.FORCED)
    if record is None:
        return _changed(known)
    if (not isinstance(record.ending, Passed) and not rules.replay_failures) or record.flaky:
        return Why(reason=Reason.FAILED_LAST, earlier=record)
    if not known.trusted:
        return Why(reason=Reason.UNTRUSTED, earlier=record)
    if record.patched and (known.on_change is OnChange.FAIL or not known.patch_fits):
        return Why(reason=Reason.MUST_PATCH, earlier=record)
    if not known.outputs_kept:
        return Why(reason=Reason.OUTPUTS_GONE, earlier=record)
    return None


def _changed(known: Known) -> Why:
    if known.replanned:
        return Why(reason=Reason.REPLANNED)
    nearest = known.nearest()
    if nearest is None:
        return Why(reason=Reason.NEVER_PROVED)
    return Why(reason=Reason.CHANGED, earlier=nearest[0], differences=nearest[1])

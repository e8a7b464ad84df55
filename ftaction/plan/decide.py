"""The heart: what happens to one check, and why. A table of rules; the first that holds decides."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ftaction.model.check import Check, FailFast, OnChange
from ftaction.model.ending import Barrier, Blocked, Ending, Passed, green
from ftaction.model.manifest import Difference, Manifest
from ftaction.model.plan import Decision, Reason, Replay, Run, Unaffected, Why
from ftaction.model.record import Record
from ftaction.plan.tally import suspect
from ftaction.plan.troubles import flaky_here


class Known(NamedTuple):
    """All that is known of one check when it is decided. `nearest` is asked only when there is no record of exactly this."""

    manifest: Manifest | None  # None: memory is off
    fingerprint: str = ""
    record: Record | None = None
    nearest: Callable[[], tuple[Record, tuple[Difference, ...]] | None] = lambda: None
    expected: Callable[[], float | None] = lambda: None  # seconds; asked only for what runs
    base: Callable[[], Unaffected | None] = lambda: None  # asked only where nothing is known of exactly this
    failed_last: Callable[[], bool] = lambda: False  # on this branch; asked only for what runs
    audited: Callable[[], bool] = lambda: False  # whether it is of the sample; asked only for what would be skipped
    distrusted: Record | None = None  # what was found to be wrong of an earlier skip
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
    observe: bool = False


def barrier(check: Check, endings: Mapping[str, Ending], rules: Rules) -> Blocked | None:
    """What keeps a check from starting: a need that did not pass, or any failure of an earlier step when failing fast."""
    if by := tuple(need for need in check.needs if need in endings and not green(endings[need])):
        return Blocked(by)
    if rules.fail_fast is FailFast.NEVER:
        return None
    bad = tuple(name for name, ending in endings.items() if not green(ending))
    return Blocked(bad, Barrier.FAIL_FAST) if bad else None


def decide(known: Known, rules: Rules) -> Decision:
    """Run, replay or leave out one check that nothing keeps from starting."""
    skip = _skipped(known, rules)
    return _run(known, skip) if isinstance(skip, Why) else skipped(skip, known, rules)


def skipped(skip: Replay | Unaffected, known: Known, rules: Rules) -> Decision:
    """What stands for running it; or the run that is to tell whether that is right."""
    reason = Reason.OBSERVED if rules.observe else Reason.AUDITED if known.audited() else None
    return skip if reason is None else _run(known, Why(reason=reason), instead=skip)


def _run(known: Known, why: Why, instead: Replay | Unaffected | None = None) -> Run:
    remember = known.manifest is not None and not known.no_inputs and not known.unstable
    return Run(
        why=why,
        fingerprint=known.fingerprint if remember else None,
        manifest=known.manifest if remember else None,
        expected=known.expected(),
        failed_last=known.failed_last(),
        instead=instead,
    )


def _skipped(known: Known, rules: Rules) -> Replay | Unaffected | Why:
    """What stands for running it; else why it must run."""
    if _may_stand(known, rules) and (unaffected := known.base()) is not None:
        return unaffected
    why = _must_run(known, rules)
    if why is None and known.record is not None:
        return Replay(record=known.record)
    return why or _changed(known)


def _may_stand(known: Known, rules: Rules) -> bool:
    """Whether an earlier pass of nearly this could stand for it: it could be remembered, nothing is known of exactly this, and nobody asked for it."""
    sound = known.manifest is not None and not known.no_inputs and not known.unstable and known.distrusted is None
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
    if not isinstance(record.ending, Passed) and not rules.replay_failures:
        return Why(reason=Reason.FAILED_LAST, earlier=record)
    if doubted(record):
        return Why(reason=Reason.FLAKY, earlier=record, details=tuple(trouble.test for trouble in record.troubles if flaky_here(trouble)))
    if known.distrusted:
        return Why(reason=Reason.DISTRUSTED, earlier=known.distrusted)
    if not known.trusted:
        return Why(reason=Reason.UNTRUSTED, earlier=record)
    if record.patched and (known.on_change is OnChange.FAIL or not known.patch_fits):
        return Why(reason=Reason.MUST_PATCH, earlier=record)
    if not known.outputs_kept:
        return Why(reason=Reason.OUTPUTS_GONE, earlier=record)
    return None


def doubted(record: Record) -> bool:
    """Whether a pass says too little: its inputs, or a test on them, passed and failed, and did not pass often enough since."""
    return record.flaky or suspect(record.tally) or any(map(flaky_here, record.troubles))


def _changed(known: Known) -> Why:
    if known.replanned:
        return Why(reason=Reason.REPLANNED)
    nearest = known.nearest()
    if nearest is None:
        return Why(reason=Reason.NEVER_PROVED)
    return Why(reason=Reason.CHANGED, earlier=nearest[0], differences=nearest[1])

"""Carries one step's plan out: commands, then what became of them, then what is remembered."""

import os
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple, assert_never

from ftaction.errors import Interrupted, Stop
from ftaction.model.check import Check, OnChange, Stage
from ftaction.model.ending import Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, green
from ftaction.model.plan import Plan, Replay, Run, Unaffected, earlier
from ftaction.model.run import Restored, Result
from ftaction.run import facts, keep, mutate, watched
from ftaction.run.ground import Ground, View, look, on_change
from ftaction.run.logs import new_log
from ftaction.run.planning import identify
from ftaction.run.world import file_name

if TYPE_CHECKING:
    from ftaction.run.ask_job import Asks
    from ftaction.run.execute import Attempt, How
    from ftaction.run.job import Job
    from ftaction.run.restore import Restoring  # imported where used: a run that replays everything has no event loop


class Carried(NamedTuple):
    """What a step came to. `view` is of afterwards; None when nothing ran, and the earlier view still holds."""

    results: tuple[Result, ...]
    view: View | None = None
    signal: int = 0
    notes: tuple[str, ...] = ()
    deferred: tuple[Check, ...] = ()  # not done and not told, for they wait for outputs of
    lost: tuple[str, ...] = ()  # these replayed checks, which have to run again
    restored: tuple[Restored, ...] = ()


def carry_out(ground: Ground, view: View, plan: Plan, standing: Mapping[str, Replay | Unaffected], replanned: bool = False) -> Carried | None:
    """Do what the plan says. None where a patch that was to be replayed turned out not to be there: plan again.

    `standing`: what stands for checks of this step and earlier ones.
    """
    return _run(ground, view, plan, standing, replanned) if runs(plan) else _without_running(ground, view, plan)


def runs(plan: Plan) -> list[Check]:
    """The checks that the plan runs."""
    return [check for check in plan.step.checks if isinstance(plan.decisions[check.name], Run)]


def _without_running(ground: Ground, view: View, plan: Plan) -> Carried | None:
    """Replays and blocked checks only; a replay whose need did not pass is blocked, as it would be without memory."""
    endings: dict[str, Ending] = {}
    results: dict[str, Result] = {}
    changed = False
    waiting = list(plan.step.checks)
    while waiting:
        check = next(one for one in waiting if all(need in endings or need not in plan.decisions for need in one.needs))
        waiting.remove(check)
        decision = plan.decisions[check.name]
        assert not isinstance(decision, Run)
        bad = tuple(need for need in check.needs if need in endings and not green(endings[need]))
        ending: Ending = Blocked(bad) if bad else _fate(decision)
        if isinstance(decision, Replay) and isinstance(ending, Passed) and decision.record.patched:
            changed = True
            if not keep.apply_patch(ground, decision.record):
                return None
        endings[check.name] = ending
        results[check.name] = _replayed(ground, view, plan, check, ending)
        ground.world.surface.finished(results[check.name])
    return Carried(results=tuple(results[check.name] for check in plan.step.checks), view=look(ground, quiet=True) if changed else None)


def _fate(decision: Replay | Unaffected | Blocked) -> Ending:
    """The ending that is known without running: a replay ends as its record did."""
    match decision:
        case Replay(record=record) | Unaffected(base=record):
            return record.ending
        case Blocked():
            return decision
        case _:
            assert_never(decision)


def _replayed(ground: Ground, view: View, plan: Plan, check: Check, ending: Ending) -> Result:
    decision = plan.decisions[check.name]
    changed = tuple(one.path for one in decision.record.patched) if isinstance(decision, Replay) else ()
    now = ground.world.clock()
    result = Result(check=check.name, step=plan.step.title, decision=decision, ending=ending, started=now, changed=changed, ready=now)
    if asks := _asks(ground, view, plan) if check.ask and isinstance(decision, Replay) else None:
        return asks.ended(result)
    record = earlier(decision)
    if record is None or not record.findings:
        return result
    from ftaction.run import findings  # imported where used: most have said nothing

    return findings.told(ground, view.snapshot.files, result)


def _run(ground: Ground, view: View, plan: Plan, standing: Mapping[str, Replay | Unaffected], replanned: bool) -> Carried:
    from ftaction.run.restore import Restoring, made_anew, restores

    restoring = Restoring(ground, restores(ground, standing, runs(plan)))
    mutating = plan.step.checks[0].stage is Stage.MUTATING  # what is put back is none of its changes, so that comes first
    ready = restoring.at_once() if mutating else True
    carried = _done(ground, view, plan, restoring, replanned) if ready else Carried(results=())
    ended = {result.check for result in carried.results}
    for name in [check.name for check in runs(plan) if check.outputs and check.name in ended]:
        made_anew(ground, name)
    deferred = tuple(check for check in plan.step.checks if check.name not in ended)
    lost = restoring.lost_to({check.name for check in deferred})
    return carried._replace(deferred=deferred, lost=lost, restored=tuple(restoring.told))


def _done(ground: Ground, view: View, plan: Plan, restoring: "Restoring", replanned: bool) -> Carried:
    try:
        jobs = {check.name: _job(ground, plan, check, restoring) for check in plan.step.checks}
        watch = _watch(ground, plan)
    except (Stop, OSError) as error:  # git can't be asked, or there is no room for logs any more
        unstarted = [_could_not(plan, check, error.message if isinstance(error, Stop) else str(error)) for check in plan.step.checks]
        for result in unstarted:
            ground.world.surface.finished(result)
        return Carried(results=tuple(unstarted))
    results, signal = _executed(ground, view, plan, jobs, restoring, tell=watch is None)
    try:
        patch = watch.patch() if watch else None
        after = look(ground, quiet=True)
    except Interrupted as stop:
        results = [result._replace(ending=Cancelled()) if watch else result for result in results]
        return Carried(results=tuple(results), signal=signal or stop.signal)
    except Stop as stop:  # the folder is gone, or git's own files are damaged: nothing can be judged any more
        results = [_unjudged(result, stop.message) for result in results] if watch else results
        return Carried(results=tuple(results), signal=signal, notes=(f"after {plan.step.title}: {stop.message}",))
    if patch is not None:
        results = [_mutated(ground, results[0], patch, differing=_differing(view, after), replanned=replanned, files=after.snapshot.files)]
    return _remembered(ground, after, results, signal, tell=watch is not None)


def _executed(ground: Ground, view: View, plan: Plan, jobs: Mapping[str, "Job"], restoring: "Restoring", *, tell: bool) -> tuple[list[Result], int]:
    """What came of each command, and the signal that ended the step early or 0. `tell`: each is told as it ends."""
    from ftaction.run import commands, findings
    from ftaction.run.execute import Attempt, execute

    asks = _asks(ground, view, plan)
    jobs = asks.to_begin(jobs) if asks else jobs
    finished: dict[str, Result] = {}

    def done(name: str, attempt: Attempt) -> Ending:
        result = Result(
            check=name, step=plan.step.title, decision=commands.settled(plan.decisions[name], attempt), ending=attempt.ending, started=attempt.started,
            seconds=attempt.ended - attempt.started, log=jobs[name].log, flaky=attempt.flaky, failed=attempt.failed,
            ready=attempt.ready, locked_by=attempt.locked_by,
        )  # fmt: skip
        finished[name] = asks.ended(result) if asks and ground.recognised[name].check.ask else findings.told(ground, view.snapshot.files, result)
        if tell:
            ground.world.surface.finished(finished[name])
        return finished[name].ending

    _, signal = execute(jobs, _how(ground, done, restoring))
    return [finished[check.name] for check in plan.step.checks if check.name in finished], signal


def _asks(ground: Ground, view: View, plan: Plan) -> "Asks | None":
    if all(check.ask is None for check in plan.step.checks):
        return None
    from ftaction.run.ask_job import Asks  # imported where used: most steps ask nothing

    return Asks(ground, view)


def _remembered(ground: Ground, after: View, results: list[Result], signal: int, tell: bool) -> Carried:
    """Each result with whether it was stored; a mutating check is told only now, for what it changed is part of how it ended."""
    try:
        for number, result in enumerate(results):
            results[number] = keep.remember(ground, after, result)
    except Interrupted as stop:  # the others stand, but are not remembered
        signal = signal or stop.signal
    for result in results if tell else ():
        ground.world.surface.finished(result)
    return Carried(results=tuple(results), view=after, signal=signal)


def _how(ground: Ground, finished: Callable[[str, "Attempt"], Ending], restoring: "Restoring") -> "How":
    from ftaction.run.execute import How

    world, verification = ground.world, ground.config.verification
    return How(
        slots=ground.slots, batch_size=verification.batch_size, fail_fast=verification.fail_fast, fallback=verification.sequential_fallback,
        identity=world.identity, grace=world.grace, clock=world.clock, started=world.surface.started, finished=finished, again=world.surface.again,
        restoring=restoring,
    )  # fmt: skip


def _could_not(plan: Plan, check: Check, problem: str) -> Result:
    return Result(check=check.name, step=plan.step.title, decision=plan.decisions[check.name], ending=CouldNotStart(problem))


def _unjudged(result: Result, problem: str) -> Result:
    """A mutating check whose changes can't be told has not passed."""
    return result._replace(ending=CouldNotStart(problem)) if isinstance(result.ending, Passed) else result


def _differing(before: View, after: View) -> set[str]:
    old, new = before.snapshot.files, after.snapshot.files
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


def _watch(ground: Ground, plan: Plan) -> mutate.Watch | None:
    check = plan.step.checks[0]
    if check.stage is not Stage.MUTATING:
        return None
    return mutate.Watch(ground.world.repository, f"{ground.world.folder}/trees-{len(os.listdir(ground.world.folder))}", ground.world.identity)


def _mutated(ground: Ground, result: Result, patch: mutate.Patch, *, differing: set[str], replanned: bool, files: Collection[str]) -> Result:
    """The result with what it changed; in a second round any change means that two mutating checks disagree.

    `differing` files that are not in the patch are those of submodules, and those git was told not to look at.
    """
    changed = tuple(sorted(differing | {one.path for one in patch.files}))
    if not changed:
        return result
    path = f"{ground.world.folder}/{file_name(result.check)}.patch"
    with open(path, "wb") as file:
        file.write(patch.content)
    red = replanned or on_change(ground, ground.recognised[result.check].check) is OnChange.FAIL
    if red and isinstance(result.ending, Passed):
        from ftaction.run import findings

        result = findings.suggested(result, patch.content, files)._replace(ending=Failed(0, changed))
    return result._replace(changed=changed, patch=path, patched=patch.files)


def _job(ground: Ground, plan: Plan, check: Check, restoring: "Restoring") -> "Job":
    from ftaction.run import commands
    from ftaction.run.job import Job
    from ftaction.run.restore import held_by

    held = held_by(ground, check, restoring.all)
    world, decision = ground.world, plan.decisions[check.name]
    match decision:
        case Blocked() | Replay() | Unaffected():
            return Job(check=check, fate=_fate(decision), held_by=held)
        case Run():
            known = ground.recognised[check.name]
            job = Job(
                check=check,
                environment=_environment(ground, known, decision),
                folder=os.path.normpath(f"{world.context.root}/{check.working_directory}"),
                log=new_log(world, check.name),
                timeout=check.timeout or ground.config.verification.timeout,
                expected=decision.expected,
                failed_last=decision.failed_last,
                held_by=held,
            )
            return commands.given(job, known, decision.selection, ground)


def _environment(ground: Ground, known: facts.Known, decision: Run) -> Mapping[str, str]:
    told = dict(pair.split("=", 1) for pair in facts.slots_told(known, ground.config.verification, ground.slots))
    environment = told | facts.seen(known, ground.world.environment)
    return environment | watched.prepare(ground, known, decision, environment) if watched.is_watched(ground, known, decision) else environment


def again(ground: Ground, before: View, after: View, result: Result) -> bool:
    """Whether this verdict was of files that are no longer so, because a mutating check changed them since."""
    if not isinstance(result.ending, Passed):
        return False
    identity = identify(ground, after, result.check)
    if not identity:  # what can't be identified may depend on any file
        return bool(_differing(before, after))
    return identity != identify(ground, before, result.check)

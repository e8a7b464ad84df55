"""The line: one run from top to bottom. Read this first.

config → files and digests → memory → for each step: plan → carry out → (files changed? look again) → report → publish → save
"""

from collections.abc import Mapping

from ftaction import __version__
from ftaction.errors import Interrupted, Stop
from ftaction.model.check import Check, Config, Stage, Verification
from ftaction.model.doors import Store
from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending
from ftaction.model.manifest import Manifest
from ftaction.model.package import Affected
from ftaction.model.plan import Plan, Replay, Run, Step, Unaffected
from ftaction.model.run import Earlier, Move, Report, Request, Restored, Result, Suspect
from ftaction.plan.order import choose, steps
from ftaction.run import facts
from ftaction.run.carry import Carried, again, carry_out
from ftaction.run.ground import Ground, View, bind, branch, look
from ftaction.run.memory import Memory
from ftaction.run.planning import misspelt, plan_step
from ftaction.run.world import World


def run(world: World, config: Config, request: Request) -> Report:
    """Prove what was asked, tell it, and remember it."""
    began = world.clock()
    ground, view = _begin(world, config, request)
    if request.trust:
        _believe(ground, view, request.trust)
    course = _Course(ground, view)
    line = _steps(ground)
    world.surface.begun(began, line, ground.slots, ground.memory.expected if ground.memory else _unknown)
    for step in line:
        course.take(step)
    course.judge_again()
    if world.store and not course.signal:
        course.signal = _save(world, world.store)
    report = _report(ground, course, began)
    world.surface.done(report)
    world.digests.save()
    return report


def plan(world: World, config: Config, request: Request) -> tuple[Plan, ...]:
    """What `run` would begin with, and nothing is run. A step that waits for another is planned as if that one passes."""
    ground, view = _begin(world, config, request)
    plans = tuple(plan_step(ground, view, step, {}) for step in _steps(ground))
    world.digests.save()
    return plans


def explain(world: World, config: Config, names: tuple[str, ...]) -> tuple[tuple[Plan, ...], Mapping[str, Manifest]]:
    """What `run` would begin with, and everything that the outcome of each check depends on."""
    ground, view = _begin(world, config, Request(checks=names))
    plans = tuple(plan_step(ground, view, step, {}) for step in _steps(ground))
    world.digests.save()
    return plans, view.manifests


def affected(world: World, config: Config) -> Affected:
    """What the change set reaches: packages, and checks by what they depend on, whatever is remembered of them."""
    from ftaction.run.affected import reach

    ground = _ground(world, config, Request(use_memory=False))
    view = look(ground, packages=True)
    ground = bind(ground, view)
    found = Affected(ground.changes(), view.gatherer.packages, reach(ground, view), world.context.final)
    world.digests.save()
    return found


def trust(world: World, config: Config, names: tuple[str, ...]) -> tuple[str, ...]:
    """What is remembered of these checks counts again; those that were distrusted until now."""
    ground, view = _begin(world, config, Request(checks=names))
    return _believe(ground, view, names)


def _believe(ground: Ground, view: View, names: tuple[str, ...]) -> tuple[str, ...]:
    from ftaction.run.believe import believe

    choose(ground.config, names, None)  # which refuses names that mean no check
    return believe(ground, view, names)


def _begin(world: World, config: Config, request: Request) -> tuple[Ground, View]:
    ground = _ground(world, config, request)
    view = look(ground)
    return bind(ground, view), view


def _ground(world: World, config: Config, request: Request) -> Ground:
    from functools import cache

    verification = _verification(config.verification, request)
    recognised = {name: facts.recognise(config.checks[name]) for name in choose(config, request.checks, request.profile)}
    _refuse_mutating_groups(config, recognised)
    config = config._replace(verification=verification, checks=config.checks | {name: known.check for name, known in recognised.items()})
    slots = (verification.max_workers or world.cpus) if verification.parallel else 1
    memory = Memory(world.store, world.context.origin.repository) if world.store and request.use_memory else None
    outputs = tuple(output for known in recognised.values() for output in known.check.outputs)
    return Ground(
        outputs=outputs, world=world, config=config, request=request, recognised=recognised, memory=memory, slots=slots, standing={}, answers={}, given={},
        changes=cache(world.changes),
    )  # fmt: skip


def _refuse_mutating_groups(config: Config, recognised: Mapping[str, facts.Known]) -> None:
    """What a tool tells about a check can't be seen when the configuration is read: that it changes files beside others."""
    grouped = {name for group in config.verification.parallel_groups for name in group}
    if found := [f"`{name}`" for name, known in recognised.items() if known.check.stage is Stage.MUTATING and name in grouped]:
        raise Stop(
            f"{', '.join(found)} changes files, and mutating checks run one at a time",
            "Take it out of its group, make its command only look, or say `stage: fast` if it does change nothing.",
        )


def _verification(verification: Verification, request: Request) -> Verification:
    """What the command line says goes before what the configuration says."""
    return verification._replace(
        max_workers=request.jobs or verification.max_workers,
        parallel=verification.parallel or bool(request.jobs and request.jobs > 1),
        fail_fast=request.fail_fast or verification.fail_fast,
        mode=request.mode or verification.mode,
    )


def _steps(ground: Ground) -> tuple[Step, ...]:
    if not ground.recognised:
        raise Stop("no check was found, so nothing would be proved", "Name the checks in `.firsttry.yml`: `ftaction schema` says what it may hold.")
    return steps(ground.config, tuple(ground.recognised))


class _Course:
    """Where the run stands: the newest view of the files, and what came of each check so far."""

    def __init__(self, ground: Ground, view: View) -> None:
        self.ground = ground
        self.view = view
        self.results: dict[str, Result] = {}
        self.judged: dict[str, View] = {}
        self.signal = 0
        self.notes: list[str] = []
        self.restored: list[Restored] = []
        self.mutated = False
        self.lost = False

    def take(self, step: Step, replanned: bool = False, beside: frozenset[str] = frozenset()) -> None:
        """Plan one step, carry it out, and look again where files may have changed. `beside`: what else was in it when it was taken first."""
        try:
            if self.mutated and not replanned and step.checks[0].stage is not Stage.MUTATING:
                self.judge_again()
            self._take(step, replanned, beside)
        except Interrupted as stop:
            self.signal = self.signal or stop.signal
            self._all(step, Cancelled())

    def _take(self, step: Step, replanned: bool, beside: frozenset[str]) -> None:
        if self.signal or self.lost:
            ending: Ending = Cancelled() if self.signal else CouldNotStart("the files can no longer be read")
            self._all(step, ending)
            return
        plan = plan_step(self.ground, self.view, step, self._endings(step, beside), replanned)
        self.ground.world.surface.planned(plan)
        carried = carry_out(self.ground, self.view, plan, self._standing(plan), replanned)
        if carried is None:
            self.take(step, replanned, beside)
            return
        self._enter(carried, replanned)
        if carried.deferred:
            self._make_again(carried, step, replanned, beside | plan.decisions.keys())

    def _standing(self, plan: Plan) -> dict[str, Replay | Unaffected]:
        """What stands for the needs of this plan without having run here."""
        decisions = {name: result.decision for name, result in self.results.items()} | plan.decisions
        return {name: decision for name, decision in decisions.items() if isinstance(decision, Replay | Unaffected)}

    def _make_again(self, carried: Carried, step: Step, replanned: bool, beside: frozenset[str]) -> None:
        """What can't be restored has to run after all: needs that were told already where they stood, then what waited, planned anew."""
        earlier: dict[str, list[Check]] = {}
        for name in carried.lost:
            check = self.ground.recognised[name].check
            if check not in carried.deferred and not self.signal and not self.lost:
                earlier.setdefault(name if check.stage is Stage.MUTATING else self.results[name].step, []).append(check)
        for checks in earlier.values():
            self.take(Step(title=self.results[checks[0].name].step, checks=tuple(checks)), beside=beside)
        self.take(step._replace(checks=carried.deferred), replanned, beside)

    def judge_again(self) -> None:
        """A verdict counts for the files as they are at the end: what a mutating check changed under a verdict is planned again."""
        if not self.mutated or self.signal or self.lost:
            return
        self.mutated = False
        try:
            for name, view in list(self.judged.items()):
                if again(self.ground, view, self.view, self.results[name]):
                    self.take(Step(title="again", checks=(self.ground.recognised[name].check,)), replanned=True)
        except Interrupted as stop:
            self.signal = self.signal or stop.signal

    def _enter(self, carried: Carried, replanned: bool) -> None:
        for result in carried.results:
            self.results[result.check] = result
            mutating = self.ground.recognised[result.check].check.stage is Stage.MUTATING
            self.judged[result.check] = (carried.view or self.view) if mutating else self.view  # its own changes are its verdict
            if mutating and carried.view and not replanned:
                self.mutated = True  # also without a patch: it may have changed what git does not keep
        self.signal = self.signal or carried.signal
        self.notes += carried.notes
        self.restored += carried.restored
        self.lost = self.lost or bool(carried.notes)
        self.view = carried.view or self.view

    def _endings(self, step: Step, beside: frozenset[str]) -> dict[str, Ending]:
        """Those of earlier steps. What a check of the same step means for another one is found out when they run."""
        mine = beside | {check.name for check in step.checks}
        return {name: result.ending for name, result in self.results.items() if name not in mine}

    def _all(self, step: Step, ending: Ending) -> None:
        decision = Blocked((), Barrier.FAIL_FAST)
        for check in step.checks:
            self.results[check.name] = Result(check=check.name, step=step.title, decision=decision, ending=ending)
            self.ground.world.surface.finished(self.results[check.name])


def _suspects(ground: Ground, course: _Course) -> tuple[Suspect, ...]:
    """Of what ran, which passed and failed on the same inputs lately, each with its tests. Their histories were read when they were planned."""
    decisions = {name: course.results[name].decision for name in ground.recognised}
    ran = {name: one.fingerprint or "" for name, one in decisions.items() if isinstance(one, Run)} if ground.memory else {}
    if not ran or ground.memory is None:
        return ()
    from ftaction.run.suspects import suspects  # imported where used: what is replayed is none

    return suspects(ground.memory, ran)


def _history(ground: Ground, course: _Course) -> dict[str, tuple[Earlier, ...]]:
    """Of what ran: its lines were read when it was planned."""
    memory, here = ground.memory, branch(ground, course.view)
    ran = [name for name in ground.recognised if isinstance(course.results[name].decision, Run)]
    return {name: memory.earlier(name, here) for name in ran} if memory else {}


def _save(world: World, store: Store) -> int:
    """The signal that broke it off, or 0: what was proved is told all the same."""
    began, before = world.clock(), len(store.transfers)
    move = Move("memory", "", saved=True)
    world.surface.moving(move)
    try:
        store.save()
    except Interrupted as stop:
        return stop.signal
    finally:
        size = sum(one.size for one in store.transfers[before:] if one.saved)
        world.surface.moving(move._replace(size=size, seconds=world.clock() - began, ended=True))
    return 0


def _unknown(_check: str) -> None:
    return None


def _report(ground: Ground, course: _Course, began: float) -> Report:
    world = ground.world
    doubts = world.store.doubts if world.store else ()
    changes = None if course.lost or all(isinstance(result.decision, Replay) for result in course.results.values()) else ground.changes()
    spoken_of = {finding.path for result in course.results.values() for finding in result.findings if finding.path}
    found = (course.results[name] for name in ground.recognised)
    report = Report(
        version=__version__,
        context=world.context,
        config=ground.config,
        snapshot=course.view.snapshot,
        results=tuple(one._replace(started=max(0.0, one.started - began), ready=max(0.0, one.ready - began)) for one in found),
        seconds=world.clock() - began,
        slots=ground.slots,
        changes=changes,
        misspelt=misspelt(ground, course.view),
        restored=tuple(course.restored),
        suspects=_suspects(ground, course),
        notes=(*course.notes, *doubts),
        transfers=world.store.transfers if world.store else (),
        lines=world.lines(changes, spoken_of) if changes and spoken_of and not course.signal else {},
        history=_history(ground, course),
        lost=course.lost,
        interrupted=course.signal,
    )
    if not any(result.seconds for result in report.results):
        return report
    from ftaction.plan.whatif import otherwise  # imported where used: what is replayed waits for no slot

    return report._replace(otherwise=otherwise(report))

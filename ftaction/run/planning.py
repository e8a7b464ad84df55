"""From a step to its plan: gathers what is known of each check and has `plan/decide.py` decide. Runs nothing."""

from collections.abc import Iterator, Mapping

from ftaction.edge.links import UNREADABLE
from ftaction.edge.toolchain import inside
from ftaction.model.check import Check, Mode, OnChange, Stage, Tests
from ftaction.model.ending import Ending, Passed
from ftaction.model.plan import Decision, Plan, Reason, Run, Step, Unaffected
from ftaction.model.record import Record
from ftaction.model.selection import Selected
from ftaction.plan import globs
from ftaction.plan.decide import Known, Rules, barrier, decide, doubted, skipped
from ftaction.plan.fingerprint import fingerprint, manifest
from ftaction.plan.troubles import explained
from ftaction.plan.trust import trusted
from ftaction.run import facts, mutate
from ftaction.run.ground import Ground, View, branch, needs_of, on_change, packages_now
from ftaction.run.memory import Memory


def plan_step(ground: Ground, view: View, step: Step, endings: Mapping[str, Ending], replanned: bool = False) -> Plan:
    """One decision for each check of the step. `endings`: how the checks of earlier steps ended."""
    request, verification = ground.request, ground.config.verification
    observe = verification.mode is Mode.OBSERVE
    rules = Rules(run_all=request.run_all, replay_failures=request.replay_failures, fail_fast=verification.fail_fast, observe=observe)
    barred = {check.name: barrier(check, endings, rules) for check in step.checks}
    if ground.memory:
        ground.memory.expect([identify(ground, view, check.name) for check in step.checks if not barred[check.name] and check.ask is None])
    return Plan(step=step, decisions={check.name: barred[check.name] or _decide(ground, view, check, rules, replanned) for check in step.checks})


def _decide(ground: Ground, view: View, check: Check, rules: Rules, replanned: bool) -> Decision:
    """The decision, and for a suite that runs which of its tests do."""
    if check.ask is not None:
        from ftaction.run import asked  # imported where used: most checks run a command

        return asked.decide(ground, view, check, forced=rules.run_all)
    given = _known(ground, view, check, replanned)
    decision = decide(given, rules)
    known = ground.recognised[check.name]
    if ground.memory is None or not isinstance(decision, Run) or decision.manifest is None or rules.run_all or not facts.may_have_parts(known):
        return decision
    unclear = decision.why.reason is Reason.FLAKY and given.record and not explained(given.record.troubles, given.record.tally.failed)
    if decision.why.reason in (Reason.OBSERVED, Reason.AUDITED) or unclear:
        return decision  # of these very inputs the whole is to be seen
    from ftaction.run.narrow import Terms, has_parts, narrow  # imported where used: what is replayed has no tests to choose

    if not has_parts(ground.world, known):
        return decision
    found = narrow(ground.world, ground.memory, known, decision.manifest, Terms(
        ground.config.cache.trust, ground.world.context.final and not rules.observe, given.distrusted is not None, branch(ground, view),
        view.snapshot.commit, given.fingerprint, 0.0 if rules.observe else ground.config.verification.audit,
        view.snapshot.files, lambda: packages_now(ground, view.snapshot),
    ))  # fmt: skip
    if isinstance(found.selection, Selected) and found.base and not found.selection.tests and isinstance(found.base.ending, Passed):
        return skipped(Unaffected(found.base, found.selection), given, rules)
    chosen = decision._replace(would=found.selection) if rules.observe else decision._replace(selection=found.selection, rests=found.base)
    return chosen._replace(first=found.first)


def identify(ground: Ground, view: View, name: str) -> str:
    """The fingerprint of a check in this view; empty where it has none. Its needs are identified first."""
    for check in needs_of(ground, name):
        if check.name not in view.fingerprints:
            _identify_one(ground, view, ground.recognised[check.name])
    return view.fingerprints[name]


def _known(ground: Ground, view: View, check: Check, replanned: bool) -> Known:
    memory = ground.memory
    if memory is None:
        return Known(manifest=None)
    print_ = identify(ground, view, check.name)
    of = view.manifests[check.name]
    record = _record(ground, memory, check, print_)
    return Known(
        manifest=of,
        fingerprint=print_,
        record=record,
        nearest=lambda: memory.nearest(check.name, of),
        expected=lambda: memory.expected(check.name),
        base=lambda: next(iter(_passes(ground, view, check.name)), None),
        failed_last=lambda: memory.failed_last(check.name, branch(ground, view)),
        audited=lambda: _audited(ground, view, check.name, print_),
        distrusted=memory.marks.of(check) if memory.marks.there() else None,
        outputs_kept=record is None or not check.outputs or memory.has(record.outputs),
        no_inputs=not view.gatherer.own_inputs(ground.recognised[check.name]) and not _ignored(ground, view, check),
        unstable=view.unstable[check.name],
        trusted=record is None or trusted(record.origin, ground.world.context.origin, ground.config.cache.trust),
        patch_fits=record is None or not record.patched or _may_patch(memory, record, view, replanned),
        on_change=on_change(ground, check) if check.stage is Stage.MUTATING else OnChange.KEEP,
        replanned=replanned,
    )


def _record(ground: Ground, memory: Memory, check: Check, print_: str) -> Record | None:
    """Of exactly this; of a suite also where tests were left out that others had proved, but at a final checkpoint."""
    record = memory.find(print_) if print_ else None
    clean = record is not None and isinstance(record.ending, Passed) and not doubted(record)
    narrowable = print_ and facts.may_have_parts(ground.recognised[check.name]) and check.tests is not Tests.ALL
    if clean or not narrowable or ground.world.context.final or memory.marks.of_tests(check):
        return record
    return memory.latest(print_)


def _passes(ground: Ground, view: View, name: str) -> tuple[Unaffected, ...]:
    """Passes that may stand for a check because nothing it depends on was touched, the newest first. They are looked for once a view."""
    if name not in view.passes:
        view.passes[name] = _passes_of(ground, view, ground.recognised[name]) if _untouched(ground, view, name) else ()
    return view.passes[name]


def _passes_of(ground: Ground, view: View, known: facts.Known) -> tuple[Unaffected, ...]:
    from ftaction.run import unaffected

    assert ground.memory is not None
    check, here, trust = known.check, ground.world.context.origin, ground.config.cache.trust
    needs = [need.name for need in needs_of(ground, check.name) if need is not check and need.outputs]
    stand = {need: {one.base.fingerprint for one in _passes(ground, view, need)} for need in needs}
    return unaffected.passes(check, view.manifests[check.name], ground.memory, lambda record: trusted(record.origin, here, trust), stand)


def _untouched(ground: Ground, view: View, name: str) -> bool:
    """Whether the change set is known to hold nothing that the check depends on, and nothing that may have changed a tool."""
    from ftaction.plan.toolfiles import tool_files
    from ftaction.run.unaffected import touches

    context = ground.world.context
    if ground.memory is None or not context.in_workflow or context.final or not identify(ground, view, name):
        return False  # on a laptop tools are what its user made them: there nothing else would ever try them
    changes = ground.changes()
    if view.changed is None:
        view.changed = globs.Paths(changes.paths)
        view.tools_touched = not changes.complete or bool(tool_files(changes.paths))
    return not view.tools_touched and not touches(view.gatherer, view.snapshot, ground.recognised[name], view.changed)


def _audited(ground: Ground, view: View, name: str, print_: str) -> bool:
    share = ground.config.verification.audit
    return share > 0 and ground.memory is not None and ground.memory.draws(name, print_, share, view.snapshot.commit)


def _may_patch(memory: Memory, record: Record, view: View, replanned: bool) -> bool:
    """Whether its patch can stand for running it. Not in a second round: there only a run tells whether mutating checks disagree."""
    return not replanned and memory.has(record.patch) and mutate.fits(record.patched, view.snapshot.files)


def _identify_one(ground: Ground, view: View, known: facts.Known) -> None:
    check = known.check
    if check.ask is not None:
        from ftaction.run import asked

        view.manifests[check.name], view.fingerprints[check.name] = asked.identified(ground, view, check)
        view.unstable[check.name] = ()
        return
    needs = [need for need in needs_of(ground, check.name) if need is not check and need.outputs]
    opaque = (*(output for one in (*needs, check) for output in one.outputs), *view.gatherer.managed(known))
    found = view.gatherer.facts(
        known,
        elsewhere=ground.outputs,
        needs=[(need.name, view.fingerprints[need.name]) for need in needs],
        opaque=opaque,
        options=(*facts.share(known, ground.config.verification, ground.slots), *facts.slots_told(known, ground.config.verification, ground.slots)),
    )
    ignored = _ignored(ground, view, check)
    found = found._replace(toolchain=(*found.toolchain, *_git(ground, view, check)))
    of = manifest(check, found, view.gatherer.inputs(known, ignored))
    doubts = [path for path, content in ignored.items() if content == UNREADABLE]
    doubts += [need.name for need in needs if not view.fingerprints[need.name]]
    doubts += view.gatherer.unreadable(known)
    doubts += [name for name, identity in found.toolchain if identity.startswith("unreadable")]
    view.manifests[check.name] = of
    view.unstable[check.name] = tuple(doubts)
    view.fingerprints[check.name] = "" if doubts else fingerprint(of)


def _git(ground: Ground, view: View, check: Check) -> Iterator[tuple[str, str]]:
    """What a command that asks git may hear beside the files; asked of git only where there is such a command."""
    from ftaction.tools import history

    doors = (("git index", history.reads_index, ground.world.repository.index), ("git history", history.reads_history, ground.world.repository.history))
    for name, reads, digest in doors:
        if reads(check.run):
            if name not in view.git:
                view.git[name] = digest()
            yield name, view.git[name]


def _ignored(ground: Ground, view: View, check: Check) -> dict[str, str]:
    """Files that git ignores and a glob of the check names.

    A glob that stays within named folders means what is there. One that crosses folders, or a folder, means what git lists, but where git
    lists nothing at its literal beginning: `src` is never its compiled files, and `data` is all of an ignored folder.
    """
    made = [output for need in needs_of(ground, check.name) for output in need.outputs]
    repository, listed = ground.world.repository, view.gatherer.paths
    found: dict[str, str] = {}
    for pattern in check.inputs:
        prefix = "" if pattern.startswith("!") else globs.literal_prefix(pattern)
        if globs.stays(pattern):
            found |= {path: content for path, content in repository.ignored_by(pattern).items() if path not in view.snapshot.files}
        elif prefix and not listed.holds(prefix):
            found |= repository.ignored(prefix)
    return {path: content for path, content in found.items() if not any(inside(path, output) for output in made)}


def misspelt(ground: Ground, view: View) -> tuple[tuple[str, str], ...]:
    """Globs that mean no file, each with its check: not what git lists or ignores, nor what a need makes."""
    found = []
    for name, known in ground.recognised.items():
        unmatched = view.gatherer.misspelt(known)
        made = [output for need in needs_of(ground, name) for output in need.outputs] if unmatched else []
        there = sorted(_ignored(ground, view, known.check)) if unmatched else []  # which looks at the disk
        for pattern in unmatched:
            prefix = globs.literal_prefix(pattern)
            if not any(inside(prefix, output) for output in made) and not globs.select(there, [pattern]):
                found.append((name, pattern))
    return tuple(found)

"""What a run leaves behind: logs, patches, outputs, records."""

import os

from ftaction.errors import StoreError
from ftaction.model.check import Check, Stage
from ftaction.model.ending import Blocked, Cancelled, CouldNotStart, Passed
from ftaction.model.plan import Run
from ftaction.model.record import Origin, OriginKind, Record
from ftaction.model.run import Result
from ftaction.plan.environment import secrets
from ftaction.plan.fingerprint import narrowed
from ftaction.run import mutate
from ftaction.run.ground import Ground, View, branch
from ftaction.run.logs import read_log
from ftaction.run.planning import identify


def remember(ground: Ground, after: View, result: Result) -> Result:
    """Store what may be stored, and say of a pass that is not stored why."""
    from ftaction.plan.audit import agrees, named, named_within  # imported where used: what is replayed is not remembered
    from ftaction.run import findings
    from ftaction.run.told import tell

    decision, memory, world = result.decision, ground.memory, ground.world
    if not isinstance(decision, Run) or memory is None or decision.fingerprint is None or decision.manifest is None:
        return result
    if isinstance(result.ending, Cancelled | Blocked | CouldNotStart):
        return result
    check = ground.recognised[result.check].check
    if len(result.changed) != len(result.patched):
        return _doubted(result, "it changed files that a patch can't hold")
    if not (check.stage is Stage.MUTATING and result.changed) and identify(ground, after, check.name) != decision.fingerprint:
        return _doubted(result, "what it depends on changed while it ran")
    result = result._replace(agreed=agrees(decision.instead, result.ending, result.patched) if decision.instead else None)
    if result.agreed and not result.failed:
        memory.agreed(_record(ground, after, result), after.snapshot.commit)
        return result
    bare = _record(ground, after, result)
    told = tell(ground, result, decision, round(bare.ended, 3))  # as it is kept
    result = result._replace(unwatched=told.unwatched, judged=told.judged, slowest=told.slowest)
    if result.agreed is False or (told.judged and told.judged.wrong):
        memory.marks.put(named(check) if result.agreed is False else named_within(check), bare)
    try:
        outputs = _keep_outputs(ground, check) if isinstance(result.ending, Passed) and check.outputs else ""
        log = memory.keep(read_log(result.log, secrets(world.environment)))
        said = memory.keep(findings.dumped(result)) if result.findings else ""
    except StoreError as error:
        return _doubted(result, f"its outputs could not be kept: {error}")
    except OSError as error:
        return _doubted(result, f"its log is gone: {error.strerror}")
    if isinstance(result.ending, Passed):
        bare = bare._replace(patch=_keep_patch(ground, result), patched=result.patched)
    both = (decision.fingerprint, narrowed(decision.fingerprint))
    record = bare._replace(
        fingerprint=both[bool(told.left_out)], outputs=outputs, log=log, findings=said, tests=told.tests, left_out=told.left_out, troubles=told.troubles
    )  # fmt: skip
    return _stored(result, memory.remember(record, decision.manifest, result.failed, both if told.suite else ()))


def _record(ground: Ground, after: View, result: Result) -> Record:
    """Of a run, without what it left behind."""
    fingerprint = result.decision.fingerprint if isinstance(result.decision, Run) else None
    return Record(
        check=result.check, fingerprint=fingerprint or "", ending=result.ending, seconds=result.seconds, ended=ground.world.now(),
        origin=origin(ground, after), flaky=result.flaky,
    )  # fmt: skip


def origin(ground: Ground, view: View) -> Origin:
    """Who is proving: a workflow's own commit, or the one that is checked out here."""
    here = ground.world.context.origin
    return here if here.kind is not OriginKind.LAPTOP else here._replace(commit=view.snapshot.commit, ref=branch(ground, view))


def stands(ground: Ground, check: Check, digest: str) -> bool:
    """Whether the outputs stand on disk as they did when they were kept under this digest."""
    return ground.world.digests.mark(_key(ground, check)) == standing(ground, check, digest)


def standing(ground: Ground, check: Check, digest: str) -> str:
    """What `mark` takes: these outputs, as they stand on disk now. Reads the disk, and may do so in any thread."""
    from ftaction.edge.standing import standing as looked_at

    return digest + looked_at(ground.world.context.root, check.outputs)


def mark(ground: Ground, check: Check, how: str) -> None:
    """Remember how the outputs stood."""
    ground.world.digests.set_mark(_key(ground, check), how)


def _key(ground: Ground, check: Check) -> str:
    return f"outputs:{ground.world.context.root}:{check.name}"


def apply_patch(ground: Ground, record: Record) -> bool:
    """Replay a mutating check: its patch on the same files. A patch that can't be had or applied is not asked for again."""
    assert ground.memory is not None
    content = ground.memory.blob(record.patch)
    applied = content is not None and mutate.apply(ground.world.repository, content)
    if not applied:
        ground.memory.distrust(record.patch)
    return applied


def _keep_outputs(ground: Ground, check: Check) -> str:
    from threading import Thread

    from ftaction.edge.archive import pack  # imported where used: a run that replays everything packs nothing

    assert ground.memory is not None
    root, world = ground.world.context.root, ground.world
    if missing := [output for output in check.outputs if not os.path.lexists(f"{root}/{output}")]:
        raise StoreError(f"{', '.join(missing)} was not made")
    looked: list[str] = []  # while they are packed: what changes later, packing notices or the next run sees
    look = Thread(target=lambda: looked.append(standing(ground, check, "")), daemon=True)
    look.start()
    digest = ground.memory.keep_stream(pack(root, check.outputs, world.identity))
    look.join()
    for how in looked:
        mark(ground, check, digest + how)
    return digest


def _keep_patch(ground: Ground, result: Result) -> str:
    if not result.patch or ground.memory is None:
        return ""
    with open(result.patch, "rb") as file:
        return ground.memory.keep(file.read())


def _doubted(result: Result, doubt: str) -> Result:
    return result._replace(doubt=doubt) if isinstance(result.ending, Passed) else result


def _stored(result: Result, stored: bool) -> Result:
    return result._replace(stored=stored)

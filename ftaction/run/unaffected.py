"""Whether a check can be left out though nothing proves it as it is today: nothing it depends on was touched, only the tools moved on.

That is so where the change set is complete and holds none of its inputs and nothing that may have changed a tool, and where each remembered
run over the same files, with the same command and variables, passed. A pass that did not come clean, under whatever tools, speaks against it.
"""

from collections.abc import Callable, Collection, Mapping

from ftaction.model.check import Check
from ftaction.model.ending import Passed
from ftaction.model.manifest import Manifest
from ftaction.model.plan import Unaffected
from ftaction.model.record import Record
from ftaction.model.run import Snapshot
from ftaction.plan import globs
from ftaction.plan.decide import doubted
from ftaction.plan.fingerprint import moved
from ftaction.run import facts
from ftaction.run.memory import Memory


def touches(gatherer: facts.Gatherer, snapshot: Snapshot, known: facts.Known, changed: globs.Paths) -> list[str]:
    """Which of the touched paths are inputs of a check, also where a link of its leads to one."""
    found = set(gatherer.select(known, changed))
    if snapshot.links:
        found |= set(gatherer.select(known, gatherer.paths)) & set(changed.all)
    return sorted(found)


def passes(
    check: Check, manifest: Manifest, memory: Memory, believed: Callable[[Record], bool], stand: Mapping[str, Collection[str]]
) -> tuple[Unaffected, ...]:
    """The passes that may stand for the check, newest first; none where one run speaks against it. `stand`: the same of what it needs, by fingerprint."""
    found: list[Unaffected] = []
    for record, earlier in memory.alike(check.name, manifest):
        differences = moved(earlier, manifest, stand)
        if differences is None:
            continue
        if not isinstance(record.ending, Passed) or doubted(record):
            return ()
        if believed(record) and not record.left_out and not record.patched and (not check.outputs or memory.has(record.outputs)):
            found.append(Unaffected(record, moved=differences))
    return tuple(found)

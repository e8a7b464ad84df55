"""Which tests of a check run: looks for what was seen of them, and has `plan/selection` choose."""

from enum import Enum
from typing import NamedTuple

from ftaction.model.ending import Failed, Passed
from ftaction.model.manifest import Manifest
from ftaction.model.record import Record
from ftaction.model.selection import Rule, Selected, Selection, Whole
from ftaction.plan.fingerprint import input_files
from ftaction.plan.selection.select import Now, Then, combine, select
from ftaction.plan.trust import trusted
from ftaction.run import facts
from ftaction.run.memory import Memory
from ftaction.run.seen_tests import MOST_PACKED, Layer, unpack
from ftaction.run.world import World

_OLDEST = 30 * 86_400  # seconds; an older map says too little of the environment's slow drift


class _Sort(Enum):
    """Of remembered runs, and how many of each are looked at."""

    PASSED = 2
    FAILED = 1
    NARROWED = 3


class Narrowed(NamedTuple):
    """Which tests run, the whole run that leaving the others out rests on, and the tests that begin."""

    selection: Selection
    base: Record | None = None
    first: tuple[str, ...] = ()


class Terms(NamedTuple):
    """`trust`: whose runs count. `final`: this is a checkpoint at which everything runs."""

    trust: str
    final: bool


def narrow(world: World, memory: Memory, known: facts.Known, manifest: Manifest, terms: Terms) -> Narrowed:
    """For a check whose tool's tests can be told apart."""
    if refused := facts.refused(known, terms.final):
        return Narrowed(refused)
    layers, other = _layers(world, memory, known.check.name, manifest, terms.trust)
    whole = [layer for layer in layers if not layer.record.left_out]
    if not whole:
        return Narrowed(Whole(Rule.ENVIRONMENT if other else Rule.NO_MAP))
    if world.now() - max(layer.record.ended for layer in whole) > _OLDEST:
        return Narrowed(Whole(Rule.OLD))
    now = Now(input_files(manifest.inputs), world.repository.read_bytes, facts.installs(known))
    found = [(layer, select(Then(layer.trace, layer.files, layer.texts.get), now)) for layer in layers]
    usable = [(layer, selection) for layer, selection in found if isinstance(selection, Selected)]
    usable.sort(key=lambda one: _sort(one[0].record) is not _Sort.PASSED)
    base = next((layer.record for layer, _ in usable if not layer.record.left_out), None)
    if base is None:
        return Narrowed(next(selection for layer, selection in found if layer in whole), first=_failed(layers))
    chosen = combine([selection for _, selection in usable], [layer.trace for layer, _ in usable])
    changed = [name for name, cause in chosen.tests.items() if name.partition("::")[0] == cause.path]
    return Narrowed(chosen, base, (*_failed(layers), *changed))


def _failed(layers: list[Layer]) -> tuple[str, ...]:
    """The tests that failed when it was last run."""
    return tuple(test.id for test in layers[0].trace.tests if not test.outcome.passed)


def _layers(world: World, memory: Memory, check: str, manifest: Manifest, trust: str) -> tuple[list[Layer], bool]:
    """Runs that may be believed here, made where everything but the files was as it is now, the newest first; and whether others were passed over."""
    found: list[Layer] = []
    other = False
    for record in memory.traced(check):
        if record.flaky or not isinstance(record.ending, Passed | Failed) or not trusted(record.origin, world.context.origin, trust):
            continue
        if sum(_sort(layer.record) is _sort(record) for layer in found) >= _sort(record).value:
            continue
        earlier = memory.manifest(record, manifest)
        content = memory.whole(record.tests, MOST_PACKED) if earlier and earlier.head == manifest.head else None
        layer = unpack(record, content, earlier.inputs) if content is not None and earlier else None
        found += [layer] if layer else []
        other = other or layer is None
    return found, other


def _sort(record: Record) -> _Sort:
    return _Sort.NARROWED if record.left_out else _Sort.PASSED if isinstance(record.ending, Passed) else _Sort.FAILED

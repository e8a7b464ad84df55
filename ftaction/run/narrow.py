"""Which tests of a check run: looks for what was seen of them, and has `plan/selection` choose."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ftaction.model.check import Tests
from ftaction.model.ending import Failed, Passed
from ftaction.model.manifest import Manifest
from ftaction.model.record import Record
from ftaction.model.selection import Rule, Selection, Whole
from ftaction.plan.selection.select import Now, Then, combine, select
from ftaction.plan.trust import trusted
from ftaction.run import facts
from ftaction.run.memory import Memory
from ftaction.run.seen_tests import Layer, files_of, unpack
from ftaction.run.world import World

_OLDEST = 30 * 86_400  # seconds; an older map says too little of the environment's slow drift
_MOST_LAYERS = 3  # narrowed passes since the last whole run


class Narrowed(NamedTuple):
    """Which tests run, and the whole run that leaving the others out rests on."""

    selection: Selection
    base: Record | None = None


class Terms(NamedTuple):
    """`trust`: whose runs count. `final`: this is a checkpoint at which everything runs."""

    trust: str
    final: bool


def narrow(world: World, memory: Memory, known: facts.Known, manifest: Manifest, terms: Terms) -> Narrowed:
    """For a check whose tool's tests can be told apart."""
    if refused := _refused(known, terms.final):
        return Narrowed(refused)
    layers: list[Layer] = []
    for layer in _layers(world, memory, known.check.name, manifest, terms.trust):
        layers.append(layer)
        if not layer.record.left_out or len(layers) > _MOST_LAYERS:
            break
    if not layers or layers[-1].record.left_out:
        return Narrowed(Whole(Rule.NO_MAP))
    base = layers.pop()
    if world.now() - base.record.ended > _OLDEST:
        return Narrowed(Whole(Rule.OLD))
    now = Now(files_of(manifest.inputs), _reader(world))
    selections = [select(Then(layer.trace, layer.files, layer.texts.get), now) for layer in (base, *layers)]
    return Narrowed(combine(selections, [base.trace, *(layer.trace for layer in layers)]), base.record)


def _refused(known: facts.Known, final: bool) -> Whole | None:
    assert known.tool is not None
    if known.check.tests is Tests.ALL:
        return Whole(Rule.OFF)
    if final:
        return Whole(Rule.FINAL)
    if known.check.outputs:
        return Whole(Rule.COMMAND, ("it makes outputs",))
    problem = known.tool.narrows(known.words) if known.words else "it is not one command"
    return Whole(Rule.COMMAND, (problem,)) if problem else None


def _layers(world: World, memory: Memory, check: str, manifest: Manifest, trust: str) -> Iterator[Layer]:
    """Newest first: runs that may be believed here, made where everything but the files was as it is now."""
    here = world.context.origin
    for record, inputs in memory.traced(check, manifest.head):
        if record.flaky or not isinstance(record.ending, Passed | Failed) or not trusted(record.origin, here, trust):
            continue
        content = memory.blob(record.tests)
        layer = unpack(record, content, inputs) if content is not None else None
        if layer is not None:
            yield layer


def _reader(world: World) -> Callable[[str], bytes | None]:
    def read(path: str) -> bytes | None:
        text = world.repository.read(path)
        return text.encode("utf-8", "surrogateescape") if text is not None else None

    return read

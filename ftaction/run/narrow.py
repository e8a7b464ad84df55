"""Which tests of a check run: looks for what was seen of them, and has `plan/selection` choose."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from ftaction.model.change import Kind
from ftaction.model.ending import Failed, Passed
from ftaction.model.manifest import Manifest
from ftaction.model.package import Packages
from ftaction.model.record import Record
from ftaction.model.selection import Rule, Selected, Selection, Whole
from ftaction.model.trace import Test
from ftaction.plan.audit import drawn
from ftaction.plan.fingerprint import input_files
from ftaction.plan.selection.besides import besides
from ftaction.plan.selection.select import Now, Then, combine, differences, select
from ftaction.plan.selection.standard import standard
from ftaction.plan.trust import trusted
from ftaction.run import facts, parts
from ftaction.run.memory import Memory
from ftaction.run.past import order, past
from ftaction.run.seen_tests import MOST_PACKED, Layer, unpack
from ftaction.run.world import World

_OLDEST = 30 * 86_400  # seconds; an older map says too little of the environment's slow drift
_MOST_FIRST = 1000  # files that begin because they changed


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
    """`trust`: whose runs count. `final`: this is a checkpoint at which everything runs. `distrusted`: nothing of this check may be left out.

    `branch`: the ref that this is a run of; `commit`, `fingerprint` and `audit`, a share, say which of the tests left out run all the same.
    `files`, `packages`: all of the repository.
    """

    trust: str
    final: bool
    distrusted: bool
    branch: str
    commit: str
    fingerprint: str
    audit: float
    files: Mapping[str, str] = {}
    packages: Callable[[], Packages] = dict


def has_parts(world: World, known: facts.Known) -> bool:
    """Whether its tests can be told apart."""
    return bool(known.tool and known.tool.suite) or parts.starts(world, known)


def narrow(world: World, memory: Memory, known: facts.Known, manifest: Manifest, terms: Terms) -> Narrowed:
    """For a check that `has_parts`."""
    if known.tool and not known.tool.suite:
        if terms.distrusted or memory.marks.of_tests(known.check):
            return Narrowed(Whole(Rule.DISTRUST))
        part = parts.choose(world, memory, known, manifest, parts.Terms(terms.trust, terms.final, terms.files, terms.packages))
        return Narrowed(part.selection, part.base)
    earlier = past(memory, known.check.name, terms.branch)
    now = Now(input_files(manifest.inputs), world.repository.read_bytes, facts.installs(known))
    refused = Whole(Rule.DISTRUST) if terms.distrusted or memory.marks.of_tests(known.check) else facts.refused(known, terms.final)
    refused = refused or (Whole(Rule.STANDARD, named) if (named := standard(now.files)) else None)
    layers, other = ([], False) if refused else _layers(world, memory, known.check.name, manifest, terms.trust)
    newest = {test.id: test for layer in reversed(layers) for test in layer.trace.tests}
    found = Narrowed(refused or (Whole(Rule.ENVIRONMENT) if other else Whole(Rule.NO_MAP)))
    if any(not layer.record.left_out for layer in layers):
        found = _choose(world, layers, now)
    if isinstance(found.selection, Selected):
        found = found._replace(selection=besides(found.selection, earlier.troubles, newest))
    before = memory.manifest(earlier.newest, manifest) if earlier.newest else None
    differing = _differing(input_files(before.inputs), now.files, layers) if before else []
    seconds = {name: newest[name].outcome.seconds for name in earlier.troubles.keys() & newest.keys()}
    first = order(earlier, [*_changed(found.selection), *differing], seconds)
    return found._replace(selection=_audited(found, newest, known.check.name, terms), first=first)


def _choose(world: World, layers: list[Layer], now: Now) -> Narrowed:
    """What differences select. Of the runs that are known one at least was whole."""
    whole = [layer for layer in layers if not layer.record.left_out]
    if world.now() - max(layer.record.ended for layer in whole) > _OLDEST:
        return Narrowed(Whole(Rule.OLD))
    found = [(layer, select(Then(layer.trace, layer.files, layer.texts.get), now)) for layer in layers]
    usable = [(layer, selection) for layer, selection in found if isinstance(selection, Selected)]
    usable.sort(key=lambda one: _sort(one[0].record) is not _Sort.PASSED)
    base = next((layer.record for layer, _ in usable if not layer.record.left_out), None)
    if base is None:
        return Narrowed(next(selection for layer, selection in found if layer in whole))
    return Narrowed(combine([selection for _, selection in usable], [layer.trace for layer, _ in usable]), base)


def _audited(found: Narrowed, newest: Mapping[str, Test], check: str, terms: Terms) -> Selection:
    """Where some of its tests run, a sample of the others does so too; where none does, an audit is of the whole."""
    chosen, base = found.selection, found.base
    if isinstance(chosen, Whole) or base is None or (not chosen.tests and isinstance(base.ending, Passed)):
        return chosen
    files = {name: newest[name].path for name in chosen.left_out} if terms.audit else {}
    return drawn(chosen, terms.audit, terms.commit, f"{check}\n{terms.fingerprint}", files)


def _changed(chosen: Selection) -> list[str]:
    """Tests that are themselves what changed."""
    return [name for name, cause in chosen.tests.items() if name.partition("::")[0] == cause.path] if isinstance(chosen, Selected) else []


def _differing(then: Mapping[str, str], now: Mapping[str, str], layers: list[Layer]) -> list[str]:
    """Files that may hold tests, by their paths, for of new tests nobody knows the names."""
    touched = [one for one in differences(then, now) if one.kind is not Kind.DELETED and one.path.endswith(".py")]
    collected = {path for layer in layers for path in layer.trace.collected}
    return [one.path for one in touched if one.kind is Kind.ADDED or not layers or one.path in collected][:_MOST_FIRST]


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
        found += [layer] if layer and _accounted(layer) else []
        other = other or layer is None
    return found, other


def _accounted(layer: Layer) -> bool:
    """Whether tests say why it failed. Else what failed was something around them, which leaving them out would hide."""
    return isinstance(layer.record.ending, Passed) or any(not test.outcome.passed and not test.outcome.again for test in layer.trace.tests)


def _sort(record: Record) -> _Sort:
    return _Sort.NARROWED if record.left_out else _Sort.PASSED if isinstance(record.ending, Passed) else _Sort.FAILED

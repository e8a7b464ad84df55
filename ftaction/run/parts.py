"""Which part of a suite runs where its runner itself can be asked for one: what differs from its last whole passes decides, by content."""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ftaction.model.check import Check
from ftaction.model.ending import Passed
from ftaction.model.manifest import Manifest
from ftaction.model.narrow import Nothing, Related
from ftaction.model.narrow import Whole as Full
from ftaction.model.package import Packages
from ftaction.model.record import Record
from ftaction.model.selection import Cause, Right, Rule, Selected, Selection, Whole
from ftaction.plan.fingerprint import input_files
from ftaction.plan.selection.select import differences
from ftaction.plan.tally import suspect
from ftaction.plan.trust import trusted
from ftaction.run import facts
from ftaction.run.asking import Kind, Now
from ftaction.run.memory import Memory
from ftaction.run.scans import Scans
from ftaction.run.world import World

_LOOKED_AT = 20  # records of a check,
_PASSES = 3  # and whole passes of it that are compared: on a branch, of its base, of a day ago
_OLDEST = 30 * 86_400  # seconds; what was proved so long ago says too little of services, clocks and whatever else no file shows
_MOST_KEPT = 4 << 20  # bytes


class Terms(NamedTuple):
    """`trust`: whose runs count. `final`: this is a checkpoint at which everything runs. `files`: all of the repository, with their content."""

    trust: str
    final: bool
    files: Mapping[str, str]
    packages: Callable[[], Packages]


class Chosen(NamedTuple):
    """What runs, and the whole pass that leaving out the rest stands on."""

    selection: Selection
    base: Record | None = None


class Pass(NamedTuple):
    """A whole pass, with the files as they were, and the essence of manifests then."""

    record: Record
    files: Mapping[str, str]
    essences: Mapping[str, str]


def starts(world: World, known: facts.Known) -> bool:
    """Whether the command starts a runner that can be asked for a part."""
    return bool(known.tool and known.tool.parts) and _kind(world, known.check) is not None


def _kind(world: World, check: Check) -> tuple[Kind, Full | bool] | None:
    """With the rule by which this command always runs whole, if there is one."""
    from ftaction.run.go_tests import GO
    from ftaction.run.javascript_tests import JAVASCRIPT

    for kind in (JAVASCRIPT, GO):
        if full := kind.refused(check.run, check.working_directory, world.repository.read):
            return kind, full
    return None


def choose(world: World, memory: Memory, known: facts.Known, now: Manifest, terms: Terms) -> Chosen:
    """For a check that `starts` one."""
    found = _kind(world, known.check)
    assert found is not None
    kind, full = found
    if no := facts.refused(known, terms.final):
        return Chosen(no)
    if isinstance(full, Full):
        return Chosen(Whole(full.rule, full.because))
    passes = _passes(world, memory, known.check.name, now, terms.trust)
    if isinstance(passes, Rule):
        return Chosen(Whole(passes))
    fresh = [one for one in passes if world.now() - one.record.ended <= _OLDEST]
    return _best(kind, _now(world, known.check, kind, input_files(now.inputs), terms), fresh) if fresh else Chosen(Whole(Rule.OLD))


def _now(world: World, check: Check, kind: Kind, inputs: Mapping[str, str], terms: Terms) -> Now:
    every = {**terms.files, **inputs}
    read = world.repository.read
    scans = Scans(read, world.kept, every, kind.how._replace(place=f"{kind.how.place} {world.repository.root} {check.working_directory}"))
    return Now(check, sorted(path for path in every if not path.endswith("/")), inputs, read, scans, terms.packages)


def _best(kind: Kind, now: Now, passes: list[Pass]) -> Chosen:
    """Compared with the pass that leaves most out; the newest of equals."""
    found = [(one, kind.narrow(now, list(differences(one.files, now.inputs)), one.essences)) for one in passes]
    now.scans.save()
    base, narrowed = max(found, key=lambda pair: -1 if isinstance(pair[1], Full) else len(pair[1].left_out))
    match narrowed:
        case Full(rule=rule, because=because):
            return Chosen(Whole(rule, because))
        case Nothing(left_out=left_out):
            return Chosen(Selected({}, frozenset(left_out), frozenset(), 0.0, 0.0, kind.unit), base.record)
        case Related(tests=tests, left_out=left_out, options=options):
            causes = {test: _cause(narrowed, test, seen) for test, seen in tests.items()}
            run = kind.say(now.check.run, options) if left_out else ""  # there may be tests that only the runner knows, so that no part is the whole
            return Chosen(Selected(causes, frozenset(left_out), frozenset(), 0.0, 0.0, kind.unit, run), base.record)


def _cause(of: Related, test: str, seen: str) -> Cause:
    if seen in of.changed:
        return Cause(Right.ITSELF if test == seen else Right.SEES, seen)
    return Cause(dict(of.always)[seen][0], seen)


def _passes(world: World, memory: Memory, check: str, now: Manifest, trust: str) -> list[Pass] | Rule:
    """Whole clean passes that may be believed here, made where everything but the files was as it is now, newest first; else why there is none.

    A later whole run that did not pass speaks against them all: what failed there may be among what would be left out.
    """
    found: list[Pass] = []
    other = False
    for _, record in zip(range(_LOOKED_AT), memory.recent(check), strict=False):
        if record.left_out or not trusted(record.origin, world.context.origin, trust):
            continue
        if not isinstance(record.ending, Passed) and not found:
            return Rule.FAILED
        if not isinstance(record.ending, Passed) or record.flaky or suspect(record.tally):
            continue
        earlier = memory.manifest(record, now)
        if earlier is not None and earlier.head == now.head:
            found.append(Pass(record, input_files(earlier.inputs), _kept(memory, record)))
        other = other or earlier is None or earlier.head != now.head
        if len(found) == _PASSES:
            break
    return found or (Rule.ENVIRONMENT if other else Rule.UNPROVED)


def keep(memory: Memory, known: facts.Known, manifest: Manifest, read: Callable[[str], str | None]) -> str:
    """What a later comparison needs beside the digests of a whole pass; the digest of that."""
    from ftaction.tools.narrow import essences

    found = essences(known.check.working_directory, list(input_files(manifest.inputs)), read)
    return memory.keep(json.dumps({"essences": found}, separators=(",", ":")).encode()) if found else ""


def _kept(memory: Memory, record: Record) -> dict[str, str]:
    content = memory.whole(record.tests, _MOST_KEPT) if record.tests else None
    try:
        found = json.loads(content or b"{}")["essences"]
        return {str(path): str(essence) for path, essence in found.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def found_none(known: facts.Known, read: Callable[[str], str | None], output: str) -> bool:
    """Whether the runner says that the part it was given holds no test."""
    from ftaction.tools.narrow import is_empty

    return is_empty(known.check.run, known.check.working_directory, read, output)

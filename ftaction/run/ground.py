"""What one run stands on, and the files as they were at one moment: what planning, carrying out and telling share."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ftaction.model.change import ChangeSet
from ftaction.model.check import Check, Config, OnChange
from ftaction.model.manifest import Manifest
from ftaction.model.package import Packages
from ftaction.model.plan import Unaffected
from ftaction.model.record import OriginKind
from ftaction.model.run import Request, Snapshot
from ftaction.plan import globs
from ftaction.run import facts
from ftaction.run.memory import Memory
from ftaction.run.world import World

if TYPE_CHECKING:
    from ftaction.model.asking import Item
    from ftaction.plan.asking.prompt import Handed  # imported where used: most checks run a command
    from ftaction.run.answers import Given


class Ground(NamedTuple):
    """What one run plans on. `recognised`: every chosen check with what is known of its tool; `outputs`: what any of them makes.

    `standing`: whose outputs this run has put back or found in place, and of which archive. What changed them since would have done so
    without memory too, so they are not put back twice.
    """

    world: World
    config: Config
    request: Request
    recognised: Mapping[str, facts.Known]
    outputs: tuple[str, ...]
    memory: Memory | None
    slots: int
    standing: dict[str, str]
    changes: Callable[[], ChangeSet]  # asked once a run, and only where it matters
    answers: "dict[str, tuple[Handed, ...]]"  # of checks that asked in this run and have ended
    given: "dict[str, Given]"  # what was answered in this run, by fingerprint


class View:
    """The files and programs as they were at one moment, and what was found of each check then."""

    def __init__(self, snapshot: Snapshot, gatherer: facts.Gatherer) -> None:
        self.snapshot = snapshot
        self.gatherer = gatherer
        self.manifests: dict[str, Manifest] = {}
        self.fingerprints: dict[str, str] = {}
        self.unstable: dict[str, tuple[str, ...]] = {}
        self.git: dict[str, str] = {}
        self.passes: dict[str, tuple[Unaffected, ...]] = {}
        self.changed: globs.Paths | None = None
        self.tools_touched = True
        self.pieces: dict[str, tuple[Item, ...]] | None = None  # of touched files; found out where a check asks about them


def look(ground: Ground, quiet: bool = False, packages: bool = False) -> View:
    """A view of now. Raises `Stop` when git can't say. `packages`: find them also where no check is bound to one."""
    world = ground.world
    snapshot = world.repository.snapshot(quiet)
    wanted = packages or any(known.check.package is not None for known in ground.recognised.values())
    found = packages_now(ground, snapshot) if wanted else None
    return View(snapshot, facts.Gatherer(snapshot, world.toolchain(), world.environment, world.platform, found))


def packages_now(ground: Ground, snapshot: Snapshot) -> Packages:
    from ftaction.run.packages import packages_of

    return packages_of(ground.world.repository, ground.world.kept, ground.config.packages, snapshot)


def bind(ground: Ground, view: View) -> Ground:
    """The same with every check that names a package bound to it: its name in full, and where the check runs. Raises `Stop` for an unknown one."""
    if not any(known.check.package is not None for known in ground.recognised.values()):
        return ground
    from ftaction.run.packages import settled

    packages = view.gatherer.packages
    recognised = {name: known._replace(check=settled(known.check, packages)) for name, known in ground.recognised.items()}
    checks = ground.config.checks | {name: known.check for name, known in recognised.items()}
    return ground._replace(recognised=recognised, config=ground.config._replace(checks=checks))


def on_change(ground: Ground, check: Check) -> OnChange:
    """What it means when this check changes files."""
    return check.on_change or ground.request.on_change


def branch(ground: Ground, view: View) -> str:
    """The ref that this run is of: a workflow's own, or what is checked out here."""
    origin = ground.world.context.origin
    return view.snapshot.branch if origin.kind is OriginKind.LAPTOP else origin.ref


def needs_of(ground: Ground, name: str) -> list[Check]:
    """All that a check needs, directly or not, each behind its own needs; the check itself last."""
    ordered: dict[str, Check] = {}
    stack = [name]
    while stack:
        check = ground.recognised[stack[-1]].check
        missing = [need for need in check.needs if need not in ordered]
        if missing:
            stack.extend(missing)
        else:
            ordered.setdefault(stack.pop(), check)
    return list(ordered.values())

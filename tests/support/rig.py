"""A real world around a real repository: edge classes, a store in a temporary folder, a surface that writes down what it is told."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ftaction import app
from ftaction.edge import machine
from ftaction.edge.digests import Digests
from ftaction.edge.disk import DiskStore
from ftaction.edge.git import Repository
from ftaction.edge.toolchain import Toolchain
from ftaction.model.check import Check, Config, FailFast, Stage, Verification
from ftaction.model.doors import Store
from ftaction.model.ending import Ending
from ftaction.model.plan import Decision, Plan, Step
from ftaction.model.record import Origin, OriginKind
from ftaction.model.run import Context, Move, Report, Request, Result
from ftaction.run.world import World
from ftaction.touched import change_set
from tests.support.repository import TestRepository

TIMEOUT = 60.0  # seconds for a check where a test does not say; never reached where all is well


@dataclass(slots=True)
class Recording:
    """A surface: `events` are (what, check) in the order they were told."""

    events: list[tuple[str, str]] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    def begun(self, began: float, steps: tuple[Step, ...], slots: int, expected: Callable[[str], float | None]) -> None:
        pass

    def planned(self, plan: Plan) -> None:
        self.plans.append(plan)

    def started(self, check: str) -> None:
        self.events.append(("started", check))

    def finished(self, result: Result) -> None:
        self.events.append(("finished", result.check))
        self.results.append(result)

    def again(self, check: str) -> None:
        self.events.append(("again", check))

    def moving(self, move: Move) -> None:
        self.moves.append(move)

    def close(self) -> None:
        pass

    def done(self, report: Report) -> None:
        self.reports.append(report)

    def of(self, what: str) -> list[str]:
        return [check for event, check in self.events if event == what]


def check(name: str, run: str | Sequence[str], **more: object) -> Check:
    """A check of which nothing is guessed from its command."""
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in more.items()}
    settled = {"tool": "none", "stage": Stage.FAST} | given
    return Check(name=name, run=run if isinstance(run, str) else tuple(run), **settled)  # type: ignore[arg-type]  # keys and kinds as in `Check`


def config(*checks: Check, **verification: object) -> Config:
    """Side by side with two slots, unless told otherwise."""
    settled: dict[str, object] = {"parallel": True, "max_workers": 2, "timeout": TIMEOUT} | verification
    settled["fail_fast"] = FailFast(str(settled.get("fail_fast", FailFast.GROUP)))
    return Config(verification=Verification(**settled), checks={one.name: one for one in checks})  # type: ignore[arg-type]  # as in `Verification`


class Rig:
    """Each `run` is as a process of its own: nothing but the store and the files goes from one to the next."""

    def __init__(self, repository: TestRepository, store: Path | None = None) -> None:
        self.repository = repository
        self.folder = repository.root.parent
        self.store_folder = store or self.folder / "store"
        self.variables: dict[str, str] = dict(repository.environment)
        self.surface = Recording()
        self.grace = 0.5
        self.layers: Callable[[DiskStore, str], Store] = lambda disk, _folder: disk
        self.origin = Origin(kind=OriginKind.LAPTOP, repository="rig", ref="", commit="")

    def run(self, configuration: Config, **request: object) -> Report:
        self.surface = Recording()
        return app.run(self.world(), configuration, Request(**request))  # type: ignore[arg-type]  # keys as in `Request`

    def plan(self, configuration: Config, **request: object) -> dict[str, Decision]:
        plans = app.plan(self.world(), configuration, Request(**request))  # type: ignore[arg-type]  # keys as in `Request`
        return {name: decision for plan in plans for name, decision in plan.decisions.items()}

    def store(self) -> DiskStore:
        return DiskStore(str(self.store_folder))

    def later(self) -> int:
        """An hour from now, in nanoseconds: every file counts as old enough for its digest to be remembered."""
        return time.time_ns() + 3_600_000_000_000

    def world(self) -> World:
        folder = self.folder / f"logs-{1 + len(list(self.folder.glob('logs-*')))}"
        folder.mkdir()
        root = str(self.repository.root)
        digests = Digests(f"{self.store_folder}/digests/rig.json", self.later)
        repository = Repository(root, digests, self.repository.environment)
        return World(
            context=Context(root=root, origin=self.origin),
            repository=repository,
            store=self.layers(self.store(), str(folder)),
            digests=digests,
            toolchain=lambda: Toolchain(root, self.variables["PATH"], digests),
            environment=self.variables,
            platform=machine.platform(),
            identity=None,
            cpus=2,
            surface=self.surface,
            folder=str(folder),
            clock=time.monotonic,
            now=time.time,
            changes=lambda: change_set(repository, {}, {}),
            grace=self.grace,
        )


def endings(report: Report) -> dict[str, Ending]:
    return {result.check: result.ending for result in report.results}


def decisions(report: Report) -> dict[str, str]:
    """`Run`, `Replay`, `Blocked` or `Unaffected` by check."""
    return {result.check: type(result.decision).__name__ for result in report.results}


def result(report: Report, name: str) -> Result:
    return next(one for one in report.results if one.check == name)


def log(report: Report, name: str) -> str:
    return Path(result(report, name).log).read_text(errors="replace")

"""Everything outside that a run uses, made once by `cli.py` from the real environment, or by a test."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol

from ftaction.edge.digests import Digests
from ftaction.edge.disk import DiskStore
from ftaction.edge.git import Repository
from ftaction.edge.machine import Identity
from ftaction.edge.toolchain import Toolchain
from ftaction.model.change import ChangeSet, Pieces
from ftaction.model.doors import Store
from ftaction.model.plan import Plan, Step
from ftaction.model.run import Context, Move, Report, Result


class Surface(Protocol):
    """Where a run is told while it goes on, and when it is done. All but `moving` is said by the main thread."""

    def begun(self, began: float, steps: tuple[Step, ...], slots: int, expected: Callable[[str], float | None]) -> None:
        """What will be looked at, in this order; the run `began` on the clock of the world.

        `expected`: seconds that a check will likely take; asking reads its history.
        """

    def planned(self, plan: Plan) -> None:
        """A step begins."""

    def started(self, check: str) -> None:
        """A check's command begins."""

    def again(self, check: str) -> None:
        """A check failed beside others: it waits to be tried alone."""

    def finished(self, result: Result) -> None:
        """A check ended."""

    def moving(self, move: Move) -> None:
        """Something is on its way from memory or to it. Said by any thread."""

    def done(self, report: Report) -> None:
        """Everything ended."""

    def close(self) -> None:
        """Whatever happened, nothing more will be told. May be called again."""


class World(NamedTuple):
    """The doors of one run. `clock` counts seconds from any start; `now` is seconds since the epoch."""

    context: Context
    repository: Repository
    store: Store | None
    digests: Digests
    toolchain: Callable[[], Toolchain]  # a new one whenever programs may have changed
    environment: Mapping[str, str]
    platform: tuple[tuple[str, str], ...]
    identity: Identity | None
    cpus: int
    surface: Surface
    folder: str  # of this run alone: logs and patches
    clock: Callable[[], float]
    now: Callable[[], float]
    changes: Callable[[], ChangeSet]
    lines: Callable[[ChangeSet, Collection[str]], Pieces] = lambda _changes, _paths: {}  # of these files, which were touched
    diffs: Callable[[ChangeSet, Collection[str]], Mapping[str, str] | None] = lambda _changes, _paths: None  # of these files
    kept: DiskStore | None = None  # what can be found out again, for this machine alone
    grace: float = 5.0  # seconds between asking a process to end and ending it


def file_name(check: str) -> str:
    """A file's name for a check's name; two checks never share one."""
    plain = re.sub(r"[^A-Za-z0-9._-]", lambda match: f"%{ord(match[0]):x}", check)
    return plain if not plain.startswith(".") else f"%2e{plain[1:]}"

"""Who chooses tests: each learns from a full run on the base, and then runs what it would run for a pull request on it."""

import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from . import told
from .places import Place
from .prepare import TESTMON
from .process import Ended, run
from .repositories import Repository
from .told import Tests
from .tree import Tree


class BrokeError(Exception):
    """A selector ended in a way that is neither green nor red; the text is the end of its output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One run. `ran` is what really ran, as the plug-in in pytest saw it; `said` what the selector tells of it: a rule's name; `detail` more."""

    red: bool
    ran: Tests
    seconds: float
    cpu: float
    said: str
    detail: str
    out: str


class Went(NamedTuple):
    """How it ended, whether that is red, what the selector says, and in more words."""

    ended: Ended
    red: bool
    said: str
    detail: str = ""


class Selector(ABC):
    """`options` go before the suite's own arguments, as `-x` does."""

    name = ""

    def __init__(self, repository: Repository, place: Place, limit: float = 3600.0, options: tuple[str, ...] = ()) -> None:
        self.repository = repository
        self.place = place
        self.limit = limit
        self.options = options
        self.folder = place.memory(self.name + "".join(options))

    def learn(self, tree: Tree) -> Verdict:
        """The full suite at a commit, as main's push runs it. What was learnt at an earlier commit is there, nothing of later ones is."""
        if not tree.is_before(self.learnt):
            shutil.rmtree(self.folder, ignore_errors=True)
        elif self._kept.exists():
            self._as_learnt()
        self._marker.unlink(missing_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        verdict = self._heard(tree, learning=True)
        self._marker.write_text(tree.commit)
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self.folder, self._kept, symlinks=True)
        return verdict

    def run(self, tree: Tree) -> Verdict:
        """As a pull request on what was learnt; nothing that this run remembers stays."""
        self._as_learnt()
        return self._heard(tree, learning=False)

    def _as_learnt(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._kept, self.folder, symlinks=True)

    @property
    def by(self) -> str:
        """Which version of it."""
        return ""

    @property
    def learnt(self) -> str:
        """The commit of the last whole learning."""
        return self._marker.read_text() if self._marker.exists() else ""

    @property
    def _marker(self) -> Path:
        return self.folder.with_suffix(".learnt")

    @property
    def _kept(self) -> Path:
        return self.folder.with_suffix(".kept")

    def _heard(self, tree: Tree, *, learning: bool) -> Verdict:
        with told.listening(self.place) as report:
            went = self._go(tree, learning=learning)
        seconds, cpu = round(went.ended.seconds, 3), round(went.ended.cpu, 3)
        return Verdict(red=went.red, ran=told.read(report), seconds=seconds, cpu=cpu, said=went.said, detail=went.detail, out=went.ended.out[-4000:])

    def _process(self, command: list[str], tree: Tree, env: dict[str, str]) -> Ended:
        return run(command, tree.folder, {**self.place.environment(), **env, **tree.variables}, self.limit)

    @abstractmethod
    def _go(self, tree: Tree, *, learning: bool) -> Went:
        """Raises BrokeError."""


class Everything(Selector):
    """The full suite, always: what all others are compared with."""

    name = "everything"

    def _go(self, tree: Tree, *, learning: bool) -> Went:
        ended = self._process([str(self.place.python), "-m", "pytest", "-q", *self.options, *self.repository.arguments], tree, {})
        return Went(ended, ended.code != 0, "everything")


class Testmon(Selector):
    """pytest-testmon. Forced, for it chooses nothing by itself where a suite's own options choose; its code 5 means that nothing was to be run."""

    name = "testmon"

    @property
    def by(self) -> str:
        return TESTMON

    def _go(self, tree: Tree, *, learning: bool) -> Went:
        how = "--testmon-noselect" if learning else "--testmon-forceselect"
        command = [str(self.place.python), "-m", "pytest", "-q", "--testmon", how, *self.options, *self.repository.arguments]
        ended = self._process(command, tree, {"TESTMON_DATAFILE": str(self.folder / "testmondata")})
        return Went(ended, ended.code not in (0, 5), "learnt" if learning else "chosen")

"""What the full suite says of one state of the files: found out once, kept on disk."""

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from . import process, told
from .places import Place
from .prepare import environment_digest
from .repositories import Repository
from .told import Tests
from .tree import Tree

CRASHED = 70  # Python ends with 1 as well where pytest itself can't be imported: no test failed, and nothing was proved


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """`code` of pytest, None where the limit ended it. `whole`: it did not stop at its first failure."""

    code: int | None
    seconds: float
    cpu: float
    tests: Tests
    whole: bool = True

    @property
    def red(self) -> bool:
        """As a check would be. One test that failed is code 1; anything else that is not 0 is no proof either (pytest's documented exit codes)."""
        return bool(self.failing) if self.code == 1 else self.code != 0

    def but(self, without: Iterable[str]) -> "Truth":
        """As if these tests were not there."""
        left_out = frozenset(without)
        return replace(self, tests={name: told for name, told in self.tests.items() if name not in left_out})

    @property
    def failing(self) -> frozenset[str]:
        return frozenset(name for name, (outcome, _) in self.tests.items() if outcome in ("failed", "uncollected"))


class Truths:
    """For one repository in one environment."""

    def __init__(self, repository: Repository, place: Place) -> None:
        self.repository = repository
        self.place = place
        self.environment = environment_digest(place)
        self._last: tuple[Path, Truth] | None = None

    def of(self, tree: Tree, *, take: int = 1, limit: float = 3600.0) -> Truth:
        """Of the state that the tree is in. `take` 2 is a second look at the same state: where it differs, a test is flaky."""
        truth = self._kept(tree, f"whole{'' if take == 1 else take}", self.repository.tests, limit)
        return truth.but(self.repository.without)

    def killed(self, tree: Tree, *, limit: float, take: int = 1) -> Truth:
        """Whether the full suite goes red at all: it stops at its first failure."""
        if take == 1 and self.known(tree):
            return self.of(tree)
        return self._kept(tree, f"first{'' if take == 1 else take}", ("-x", *self.repository.arguments), limit)

    def known(self, tree: Tree) -> bool:
        return self._path(tree, "whole").exists()

    def _kept(self, tree: Tree, kind: str, arguments: tuple[str, ...], limit: float) -> Truth:
        path = self._path(tree, kind)
        if not path.exists():
            truth = self._run(tree, arguments, limit)
            if truth.whole and truth.code is None:
                return truth  # a machine that slept, more likely than a suite without end: asked again the next time
            _save(path, truth)
        if not self._last or self._last[0] != path:
            self._last = path, _load(path)
        return self._last[1]

    def _run(self, tree: Tree, arguments: tuple[str, ...], limit: float) -> Truth:
        command = [str(self.place.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        with told.listening(self.place) as report:
            ended = process.run(command, tree.folder, {**self.place.environment(), **tree.variables}, limit)
        tests = told.read(report)
        truth = Truth(code=ended.code, seconds=round(ended.seconds, 3), cpu=round(ended.cpu, 3), tests=tests, whole="-x" not in arguments)
        return replace(truth, code=CRASHED) if truth.code == 1 and not truth.failing else truth

    def _path(self, tree: Tree, kind: str) -> Path:
        key = f"{self.environment} {' '.join(self.repository.tests)} {tree.digest}"
        return self.place.truths / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.{kind}.json.gz"


def _save(path: Path, truth: Truth) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with gzip.open(part, "wt", encoding="ascii") as file:
        json.dump(asdict(truth), file)
    part.replace(path)


def _load(path: Path) -> Truth:
    with gzip.open(path, "rt", encoding="ascii") as file:
        data = json.load(file)
    data["tests"] = {name: (str(outcome), float(seconds)) for name, (outcome, seconds) in data["tests"].items()}
    return Truth(**data)

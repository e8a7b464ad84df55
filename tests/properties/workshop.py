"""A repository to do things to, and the line run on it in this process: real git, real commands, a real store."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ftaction import app
from ftaction.edge import machine
from ftaction.edge.digests import Digests
from ftaction.edge.disk import DiskStore
from ftaction.edge.git import Repository
from ftaction.edge.toolchain import Toolchain
from ftaction.model.check import Check, Config, FailFast, Verification
from ftaction.model.plan import Plan, Run
from ftaction.model.record import Origin, OriginKind
from ftaction.model.run import Context, Report, Request, Result
from ftaction.report.verdict import passed
from ftaction.run.world import World
from ftaction.wiring import git_environment

SOON = 10_000_000_000  # nanoseconds: as if every file were old enough for its digest to be remembered


class Silent:
    """A surface that tells nobody."""

    live = False

    def planned(self, plan: Plan) -> None: ...
    def started(self, check: str) -> None: ...
    def finished(self, result: Result) -> None: ...
    def tick(self) -> None: ...
    def done(self, report: Report) -> None: ...


@dataclass(frozen=True, slots=True)
class Ran:
    """What the program says of one run."""

    report: Report

    @property
    def ran(self) -> set[str]:
        return {result.check for result in self.report.results if isinstance(result.decision, Run)}

    @property
    def green(self) -> bool:
        return passed(self.report)

    def why(self) -> str:
        return "\n".join(f"{one.check}: {one.decision} {one.ending} {one.doubt}" for one in self.report.results)


@dataclass(slots=True)
class Workshop:
    """`folder` is empty and the test's own; the repository, the store, programs and the home folder stand in it."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    runs: int = 0

    def __post_init__(self) -> None:
        for name in ("repository", "bin", "home", "runs"):
            (self.folder / name).mkdir(parents=True)
        self.variables = {"PATH": f"{self.folder}/bin:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.folder / "home")} | self.variables
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "A")
        self.git("config", "user.email", "a@example.org")
        if self.ignored:
            self.write(".gitignore", "".join(f"{line}\n" for line in self.ignored))

    @property
    def root(self) -> Path:
        return self.folder / "repository"

    @property
    def log(self) -> Path:
        """Where commands write that they ran; outside the repository."""
        return self.folder / "log"

    def logged(self) -> list[str]:
        """What ran since the last time of asking."""
        lines = self.log.read_text().split() if self.log.exists() else []
        self.log.write_text("")
        return sorted(lines)

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        environment = git_environment(self.variables)
        done = subprocess.run(["git", *arguments], cwd=folder or self.root, env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    def commit(self, message: str = "more") -> None:
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def write(self, path: str, text: str, executable: bool = False) -> Path:
        """A file of the repository."""
        return put(self.root / path, text, executable)

    def program(self, name: str, text: str) -> Path:
        """An executable on PATH."""
        return put(self.folder / "bin" / name, text, executable=True)

    def world(self, now: Callable[[], int] | None = None) -> World:
        root, store = str(self.root), DiskStore(str(self.folder / "store"))
        digests = Digests(f"{store.folder}/digests.json", now or (lambda: time.time_ns() + SOON))
        self.runs += 1
        folder = self.folder / "runs" / str(self.runs)
        folder.mkdir()
        repository = Repository(root, digests, git_environment(self.variables))
        return World(
            context=Context(root=root, origin=Origin(kind=OriginKind.LAPTOP, repository=root, ref="", commit="")),
            repository=repository, store=store, digests=digests, toolchain=lambda: Toolchain(root, self.variables["PATH"], digests),
            environment=dict(self.variables), platform=machine.platform(), identity=None, cpus=2, surface=Silent(), folder=str(folder),
            clock=time.monotonic, now=time.time, read=repository.read,
        )  # fmt: skip

    def run(self, checks: Mapping[str, Check], request: Request | None = None) -> Ran:
        config = Config(checks=dict(checks), verification=Verification(parallel=True, fail_fast=FailFast.NEVER, sequential_fallback=False))
        return Ran(app.run(self.world(), config, request or Request()))


def put(path: Path, text: str, executable: bool = False) -> Path:
    """A file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.chmod(path, 0o755 if executable else 0o644)
    return path

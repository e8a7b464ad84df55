"""A repository to do things to, and the line run on it in this process: real git, real commands, a real store."""

import contextlib
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ftaction import app
from ftaction.edge.digests import Digests
from ftaction.edge.git import Repository
from ftaction.model.check import Check, Config, FailFast, Verification
from ftaction.model.plan import Run
from ftaction.model.run import Report, Request
from ftaction.report.verdict import passed
from ftaction.report.words import reason
from ftaction.run.world import World
from ftaction.wiring import Options, Wiring, git_environment
from tests.support.rig import Recording

SOON = 10_000_000_000  # nanoseconds: as if every file were old enough for its digest to be remembered


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
        return "\n".join(f"{one.check}: {reason(one.decision)} {one.ending} {one.doubt}" for one in self.report.results)


@dataclass(slots=True)
class Workshop:
    """`folder` is empty and the test's own; the repository, the store, programs and the home folder stand in it."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name in ("repository", "bin", "home"):
            (self.folder / name).mkdir(parents=True)
        self.variables = {"PATH": f"{self.folder}/bin:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.folder / "home")} | self.variables
        for name in ("python3", "node"):  # so that those of the machine, with all their packages, need not be looked at each time
            self.program(name, "#!/bin/sh\nexit 0\n")
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

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def wiring(self) -> Wiring:
        """As the command line makes it, but every file counts as old enough for its digest to be remembered."""
        with contextlib.chdir(self.root):
            wiring = Wiring(self.variables, Options(store=str(self.store)))
        wiring.digests = Digests(f"{self.folder}/digests.json", lambda: time.time_ns() + SOON)
        wiring.repository = Repository(wiring.root, wiring.digests, git_environment(self.variables))
        return wiring

    def world(self) -> World:
        """Of one run."""
        return self.wiring().world(Recording(), Config())

    def run(self, checks: Mapping[str, Check], request: Request | None = None) -> Ran:
        """These checks, none of which stops another."""
        config = Config(checks=dict(checks), verification=Verification(parallel=True, fail_fast=FailFast.NEVER, sequential_fallback=False))
        return Ran(app.run(self.world(), config, request or Request()))

    def run_as_configured(self) -> Ran:
        """What the repository's own configuration says."""
        wiring = self.wiring()
        config = wiring.find_config().config
        return Ran(app.run(wiring.world(Recording(), config), config, Request()))


def put(path: Path, text: str, executable: bool = False) -> Path:
    """A file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.chmod(path, 0o755 if executable else 0o644)
    return path

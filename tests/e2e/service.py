"""The cache service as a process of its own, and jobs of GitHub's events that use it, each in a fresh clone on a fresh runner."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.e2e import runner
from tests.e2e.repository import PROJECT, clone
from tests.e2e.runner import Event, Job, Owner
from tests.support.cache_entries import MAIN, READ, WRITE, Entries, token

RUNNER = Owner(uid=1001, gid=1001)
REPOSITORY = "example/repository"
SECRET = "e2e-token-" + 4 * "89ef0123"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What starts a job: the event, the variables that tell of it, and what its token may do."""

    event: Event
    variables: Mapping[str, str]
    scopes: tuple[tuple[str, int], ...]


PUSH = Started(event={"ref": MAIN, "repository": {"default_branch": "main"}}, variables={}, scopes=((MAIN, READ | WRITE),))


def pull_request(number: int, head: str = REPOSITORY) -> Started:
    """GitHub lets each read and write its own scope and read that of its base, a fork's too."""
    ref = f"refs/pull/{number}/merge"
    return Started(
        event={
            "repository": {"default_branch": "main"},
            "pull_request": {"head": {"repo": {"full_name": head}}, "base": {"repo": {"full_name": REPOSITORY}}},
        },
        variables={"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": ref, "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "topic"},
        scopes=((ref, READ | WRITE), (MAIN, READ)),
    )


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Its address, on loopback."""
    command = [sys.executable, "-B", "-m", "tests.support.cache_server", "--port", "0", "--protocol", "v2", "--folder", str(folder)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Jobs of one repository, and where they keep what they proved; without `url` there is no cache service."""

    folder: Path
    url: str
    image: str
    repository: Path
    numbers: Iterator[int] = field(default_factory=count)

    def job(self, started: Started = PUSH, inputs: Mapping[str, str] = {}) -> Job:
        """A fresh one. On the host's network, where the service is; its address and token are those of GitHub's runner."""
        number = next(self.numbers)
        workspace = clone(self.repository, self.folder / f"workspace-{number}")
        variables = {
            **started.variables,
            **({"ACTIONS_RESULTS_URL": f"{self.url}/"} if self.url else {}),
            "ACTIONS_RUNTIME_TOKEN": secret_token(started.scopes),
            **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
        }
        return runner.prepare(self.folder / f"job-{number}", workspace, RUNNER, self.image, variables, event=started.event, options=("--network", "host"))

    def saved(self) -> list[str]:
        """The scope of every entry, oldest first."""
        return [entry.scope.partition(" ")[2] for entry in Entries(self.folder / "server").all()]


def secret_token(scopes: tuple[tuple[str, int], ...]) -> str:
    """With a signature that a hunt can look for; the server leaves it to others to check it."""
    return f"{token(*scopes).rpartition('.')[0]}.{SECRET}"


@contextmanager
def service(folder: Path, image: str, repository: Path) -> Iterator[Service]:
    with serving(folder / "server") as url:
        yield Service(folder=folder, url=url, image=image, repository=repository)

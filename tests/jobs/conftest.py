"""Jobs stand in a folder that another user may reach, which pytest's own are not."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.cache_entries import MAIN, READ, WRITE, token
from tests.support.cache_server import CacheServer
from tests.support.gates import Gates
from tests.support.job import Job
from tests.support.repository import TestRepository, committed

CHECKS = {
    "a": {"run": "cat a.txt", "inputs": ["a.txt"]},
    "b": {"run": "cat b.txt", "inputs": ["b.txt"]},
}
TOKEN = token((MAIN, READ | WRITE))
Start = Callable[..., Job]


@pytest.fixture
def repository(ground: Path) -> TestRepository:
    files = {"a.txt": "a\n", "b.txt": "b\n", ".firsttry.json": json.dumps({"version": 1, "checks": CHECKS})}
    return committed(ground / "repository", files)


@pytest.fixture
def gates(ground: Path) -> Gates:
    return Gates(ground / "gates")


@pytest.fixture
def server(ground: Path) -> Iterator[CacheServer]:
    with CacheServer(ground / "server") as server:
        yield server


@pytest.fixture(params=["v1", "v2"])
def job(request: pytest.FixtureRequest, ground: Path, repository: TestRepository, server: CacheServer) -> Start:
    """Makes one job after the other; what is given goes over the variables of a push to the default branch."""
    count = iter(range(100))

    def start(event: dict[str, object] | None = None, **variables: str) -> Job:
        addresses = {"ACTIONS_CACHE_URL": f"{server.url}/"} if request.param == "v1" else {"ACTIONS_RESULTS_URL": f"{server.url}/"}
        return Job(ground / f"job-{next(count)}", repository, {**addresses, "ACTIONS_RUNTIME_TOKEN": TOKEN, **variables}, event or {})

    return start

"""Whole runs of a workflow, one after the other on machines that know nothing, and what each asks for the folder's own entry."""

import json
import shutil
import time
from pathlib import Path
from typing import NamedTuple

from tests.support.cache_entries import MAIN, READ, WRITE, token
from tests.support.cache_server import CacheServer
from tests.support.job import Job
from tests.support.repository import TestRepository, committed

from .clock import NotMeasuredError
from .table import Row

_LARGE = "ft-cas-"


class Asked(NamedTuple):
    """One run: its wall seconds, and the requests for the folder's own entry, of whatever kind."""

    seconds: float
    requests: int


def rows(folder: Path, dependencies: Path, output: str) -> list[Row]:
    """`dependencies/output` is what a check makes and two others need."""
    make = f"cp -al {dependencies}/{output} {output}"
    checks = {
        "deps": {"run": make, "inputs": ["lock.txt"], "outputs": [output]},
        **{name: {"run": f"test -d {output} && cat {name}.txt", "inputs": [f"{name}.txt"], "needs": ["deps"]} for name in ("a", "b")},
    }
    files = {"lock.txt": "1\n", "a.txt": "a\n", "b.txt": "b\n", ".gitignore": f"{output}/\n", ".firsttry.json": json.dumps({"version": 1, "checks": checks})}
    repository = committed(folder / "repository", files)
    with CacheServer(folder / "service") as server:
        _run(server, repository, folder / "1", ["a", "b", "deps"])
        nothing = _run(server, repository, folder / "2", [])
        repository.write("a.txt", "changed\n")
        repository.commit()
        one = _run(server, repository, folder / "3", ["a"])
    if not one.requests:
        raise NotMeasuredError("no request for the large entry was seen where it was needed")
    return [
        Row(name="all replayed, requests for the folder", value=nothing.requests, unit="", budget=0, note=f"whole run {nothing.seconds:.2f} s"),
        Row(name="one check that needs it runs, requests", value=one.requests, unit="", note=f"whole run {one.seconds:.2f} s"),
    ]


def _run(server: CacheServer, repository: TestRepository, folder: Path, ran: list[str]) -> Asked:
    """On a fresh checkout: what a check made before is not there."""
    shutil.rmtree(repository.root / "packages", ignore_errors=True)
    variables = {"ACTIONS_RESULTS_URL": f"{server.url}/", "ACTIONS_RUNTIME_TOKEN": token((MAIN, READ | WRITE))}
    before = len(server.seen)
    begun = time.perf_counter()
    done = Job(folder, repository, variables).run()
    seconds = time.perf_counter() - begun
    if done.status or done.names("ran") != ran:
        raise NotMeasuredError(f"the run ended with {done.status} and ran {done.outputs.get('ran')}, not {ran}:\n{done.out}{done.err}")
    large = {f"/blobs/{entry.number}" for entry in server.entries.all() if entry.key.startswith(_LARGE)}
    return Asked(seconds, sum(one.path in large or _LARGE.encode() in one.body for one in server.seen[before:]))

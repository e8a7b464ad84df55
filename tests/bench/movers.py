"""Processes that save and restore a folder through a cache service, ours and that of @actions/cache, and the service itself.

A process is told a job in one line of JSON and answers in one, so that no start of an interpreter is in what is measured.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests.interop.node import install

from .clock import NotMeasuredError

OURS, RANGES, STREAM = "FirstTry", "@actions/cache, by ranges", "@actions/cache, one stream"

_TICK = os.sysconf("SC_CLK_TCK")


class Moved(NamedTuple):
    """One save or one restore: wall seconds of all and of the parts, CPU seconds of the process with its children, and of the server.

    `key`: what to restore. `others`: CPU seconds that everything else on the machine used meanwhile.
    """

    key: str
    seconds: float
    parts: Mapping[str, float]
    cpu: float
    server: float
    others: float


class Service:
    """The cache server as a process of its own, its entries in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        command = [sys.executable, "-m", "tests.support.cache_server", "--port", "0", "--folder", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    @property
    def cpu(self) -> float:
        return cpu(self.process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate()


class Mover:
    """`start`: seconds until the process could take a job, its modules imported."""

    def __init__(self, service: Service, command: list[str], variables: Mapping[str, str]) -> None:
        begun = time.perf_counter()
        self._process = subprocess.Popen(command, env={**_environment(), **variables}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._service = service
        self._said()
        self.start = time.perf_counter() - begun

    def move(self, job: Mapping[str, str]) -> Moved:
        assert self._process.stdin is not None
        before = self._used()
        begun = time.perf_counter()
        print(json.dumps(dict(job)), file=self._process.stdin, flush=True)
        answer = self._said()
        seconds = time.perf_counter() - begun
        if not answer["returned"]:
            raise NotMeasuredError(f"nothing was moved by {self._process.args!r}")
        own, server, all_ = (now - then for now, then in zip(self._used(), before, strict=True))
        return Moved(answer["returned"], seconds, answer["parts"], own, server, max(0.0, all_ - own - server))

    def _used(self) -> tuple[float, float, float]:
        return cpu(self._process.pid), self._service.cpu, busy()

    def peak(self) -> int:
        """Bytes: the high-water mark of the process itself, without its children."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))

    def _said(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasuredError(f"{self._process.args!r} ended with {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def cpu(process: int) -> float:
    """Seconds that it used so far, with its children that ended."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK


def busy() -> float:
    """Seconds that all CPUs together were not idle so far (proc(5), the first line of /proc/stat)."""
    user, nice, system, _idle, _waiting, *interrupts = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + sum(interrupts)) / _TICK


@contextmanager
def movers(service: Service) -> Iterator[dict[str, Mover]]:
    """@actions/cache twice: it downloads by ranges only where the address is of Azure, as on GitHub; elsewhere in one stream."""
    port = service.url.rpartition(":")[2]
    node = ["node", str(install() / "mover.mjs")]
    azure = f"http://firsttry.blob.core.windows.net:{port}/"
    with ExitStack() as ended:
        yield {
            OURS: ended.enter_context(Mover(service, [sys.executable, "-m", "tests.bench.mover"], {"ACTIONS_RESULTS_URL": service.url})),
            RANGES: ended.enter_context(Mover(service, node, {"ACTIONS_RESULTS_URL": azure, "ACTIONS_CACHE_SERVICE_V2": "true"})),
            STREAM: ended.enter_context(Mover(service, node, {"ACTIONS_RESULTS_URL": f"{service.url}/", "ACTIONS_CACHE_SERVICE_V2": "true"})),
        }


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}

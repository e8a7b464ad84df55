"""Running one process to its end, with a limit, and what it took."""

import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MEMORY = 6 << 30  # bytes of address space: a fault may ask for more without end


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """`seconds` on the wall, `cpu` user seconds of it and its children, `out` the end of both its outputs. `code` is None where the limit ended it."""

    code: int | None
    seconds: float
    cpu: float
    out: str


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], limit: float) -> Ended:
    """Start it in a group of its own; the whole group is ended when it is over."""
    began, cpu = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_limited,  # noqa: PLW1509  # this program has one thread
        )
        try:
            code: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
        seconds = time.monotonic() - began
        output.seek(max(0, output.seek(0, os.SEEK_END) - 200_000))
        out = output.read().decode("utf-8", "replace")
    return Ended(code=code, seconds=seconds, cpu=resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - cpu, out=out)


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Its group may hold children that outlived it."""
    try:
        os.killpg(process.pid, signal.SIGTERM if process.poll() is None else signal.SIGKILL)
    except ProcessLookupError:
        return
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

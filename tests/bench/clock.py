"""Timing one process, and several taking turns."""

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KEPT = 20_000_000  # bytes at the end of an output that are looked at
LIMIT = 300.0  # seconds that any one process may take before its section is given up


class NotMeasuredError(Exception):
    """What ran is not what was to be measured: a tool that failed, or ran what it should have replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One finished process: wall seconds, peak resident bytes of that process alone (0 = not watched), what it printed."""

    seconds: float
    peak: int
    code: int
    out: str

    def fine(self, what: str) -> "Ended":
        """Itself where the process ended with 0, else NotMeasuredError with the last lines that it printed."""
        if self.code != 0:
            raise NotMeasuredError(f"{what} ended with {self.code}:\n{tail(self.out)}")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Measured values of one contestant, in the order they were taken."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def middle(self) -> tuple[float, float]:
        """The middle half: first and third quartile."""
        if len(self.values) < 2:
            return self.values[0], self.values[0]
        low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return low, high


def tail(text: str, lines: int = 15) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], *, watch: bool = False) -> Ended:
    """Runs a command with its output in a file, as under a workflow: no terminal, and no reader that could slow it."""
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        late = threading.Timer(LIMIT, _end, [process])  # wait(timeout) would look only every 50 ms
        late.start()
        try:
            peak = _watch(process) if watch else 0
            process.wait()
            seconds = time.perf_counter() - begun
        finally:
            late.cancel()
            _end(process)
        if seconds >= LIMIT:
            raise NotMeasuredError(f"{' '.join(command)} was not done after {LIMIT:.0f} s")
        out.seek(0, os.SEEK_END)
        out.seek(max(0, out.tell() - KEPT))
        text = out.read().decode("utf-8", "replace")
    return Ended(seconds=seconds, peak=peak, code=process.returncode, out=text)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends it where it still runs: asked first, so that it can end what it started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _watch(process: subprocess.Popen[bytes]) -> int:
    """The high-water mark of the process's own memory, in bytes, read every 2 ms until it ends.

    Not ru_maxrss: for a child that counts its children's too, and Linux carries it over from the process before exec
    (getrusage(2), wait4(2)). VmHWM belongs to the program's own memory, and as a high-water mark misses only the last 2 ms.
    """
    status, peak, deadline = Path(f"/proc/{process.pid}/status"), 0, time.monotonic() + LIMIT
    while process.poll() is None and time.monotonic() < deadline:
        for line in status.read_text(errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                peak = max(peak, int(line.split()[1]) * 1024)
        time.sleep(0.002)
    return peak


def take_turns(contestants: Mapping[str, Callable[[], float]], *, rounds: int, discard: int) -> dict[str, Sample]:
    """Each contestant once per round, another one first each time, so that a disturbance of the machine meets all alike.

    The first `discard` rounds are not counted: they warm the page cache and whatever the tools keep between runs.
    """
    names = list(contestants)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(discard + rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            value = contestants[name]()
            if number >= discard:
                taken[name].append(value)
    return {name: Sample(values=tuple(values)) for name, values in taken.items()}

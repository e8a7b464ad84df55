"""Ends real runs by SIGKILL at random moments, and asks after each one whether memory is whole and still right.

    python -m tests.stress.kill --rounds 500 [--seed N]

Moments are drawn over the length of a run, so that planning, executing and saving are all hit. A line of `phases` says how often.
"""

import argparse
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.stress.scene import Outcome, Scene, finish

_MOST_HALF_UNPACKED = 3  # a kill in the middle of unpacking is rare, and the next unpacking is not far
_PHASES = ("starting", "planning", "executing", "saving", "after the end")


def main(arguments: list[str] | None = None) -> int:
    """0 when nothing was found, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="stress-kill-") as folder:
        failures, phases, left_over = stress(Path(folder), options.rounds, options.seed)
    print(f"rounds {options.rounds}, seed {options.seed}")
    print("killed while " + ", ".join(f"{phase}: {phases[phase]}" for phase in _PHASES))
    print(f"temporary files left by kills and pruned: {left_over}")
    print(*(failures or ["nothing wrong was found"]), sep="\n")
    return 1 if failures else 0


def stress(folder: Path, rounds: int, seed: int) -> tuple[list[str], Counter[str], int]:
    """Failures in a sentence each, kills by phase, and how many temporary files the kills left."""
    chance = random.Random(seed)
    scene = Scene(folder, folder / "store").build()
    failures: list[str] = []
    phases: Counter[str] = Counter()
    left_over = 0
    modes = {("--all",): _length(scene, "--all"), (): _length(scene)}  # the store is warm for the second
    for number in range(rounds):
        scene.edit(chance)
        arguments = chance.choice(list(modes))
        phases[_run_and_kill(scene, arguments, modes[arguments], chance)] += 1
        left_over += len(scene.left_over() + scene.half_unpacked())
        failures += [f"round {number}: {problem}" for problem in _judge(scene, scene.without_memory())]
    return failures, phases, left_over


def _length(scene: Scene, *arguments: str) -> float:
    """Seconds from a run's folder to its end."""
    process = scene.start("run", "--json", *arguments)
    _until_planning(scene, process)
    began = time.monotonic()
    finish(process)
    return time.monotonic() - began


def _until_planning(scene: Scene, process: "subprocess.Popen[bytes]") -> None:
    """Python starts, reads the program and the configuration: most of a short run, and nothing is at stake yet."""
    while _folder(scene, process.pid) is None and process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.001)


def _folder(scene: Scene, pid: int) -> Path | None:
    return next(iter((scene.store / "runs").glob(f"*/firsttry-*-{pid}-*")), None)


def _run_and_kill(scene: Scene, arguments: tuple[str, ...], length: float, chance: random.Random) -> str:
    """Kill one run: with its commands, as a machine that goes away would, or alone, as a kernel short of memory would.

    It is stopped first, so that nothing moves while its children are listed; what it leaves running is waited for.
    """
    process = scene.start("run", "--json", *arguments)
    if chance.random() < 0.95:
        _until_planning(scene, process)
    with suppress(subprocess.TimeoutExpired):
        process.wait(chance.uniform(0, 1.05) * length)
    if process.poll() is not None:
        process.communicate()
        return "after the end"
    process.send_signal(signal.SIGSTOP)
    family = descendants(process.pid)
    phase = _phase(scene, process.pid, [name for _, name in family])
    waited = [descriptor for pid, _ in family if (descriptor := _handle(pid))]
    process.kill()
    for pid, _ in family if chance.random() < 0.6 else []:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for descriptor in waited:
        select.select([descriptor], [], [])
        os.close(descriptor)
    process.communicate()
    return phase


def _phase(scene: Scene, pid: int, commands: list[str]) -> str:
    """What a run is doing, seen from outside: its folder, its logs, its children."""
    mine = _folder(scene, pid)
    if mine is None:
        return "starting"
    if "bash" in commands:
        return "executing"
    return "saving" if list(mine.glob("*.log")) else "planning"


def descendants(pid: int) -> list[tuple[int, str]]:
    """Every process below this one, with its name."""
    below: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            number, _, rest = stat.read_text().partition(" (")
            name, _, rest = rest.rpartition(") ")
            below.setdefault(int(rest.split()[1]), []).append((int(number), name))
    found: list[tuple[int, str]] = []
    waiting = [pid]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += [child for child, _ in children]
    return found


def _handle(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def _judge(scene: Scene, expected: Outcome) -> list[str]:
    """What is wrong after a kill."""
    problems = []
    if found := scene.verify():
        problems.append(f"the store is damaged: {found}")
    got = scene.run()
    if got != expected:
        problems.append(f"{got} where a run without memory gives {expected}")
    again = scene.run()
    if again.code != got.code or again.endings != got.endings:
        problems.append(f"a second run gives {again} after {got}")
    scene.prune()
    if rest := scene.left_over():
        problems.append(f"left over after pruning: {rest}")
    if len(rest := scene.half_unpacked()) > _MOST_HALF_UNPACKED:
        problems.append(f"nobody takes away {rest}")
    return problems


if __name__ == "__main__":
    sys.exit(main())

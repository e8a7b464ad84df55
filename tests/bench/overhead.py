"""(d) Our own share of a cold run: FirstTry against the same commands started bare, side by side."""

import os
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

from . import budgets, clock, ours, peers, replay
from .clock import NotMeasuredError, Sample
from .ours import Planned
from .replayed import Told
from .table import Row, Section
from .world import World, cores

TITLE = "(d) our own share of a cold run"
# Equal times, so that no order of starting is better than another. Two kinds: one leaves the processors to us, one does not.
WAITING = "sleep 1.2"
COMPUTING = "awk 'BEGIN { for (n = 0; n < 45000000; n++) s += n }'"


def measure(world: World) -> Section:
    peers.install(world.root / "tools")
    rows = (*_rows(world, "waiting", WAITING), *_rows(world, "computing", COMPUTING))
    method = (
        f"8 checks of equal length over 2,000 files, {cores()} slots, empty store, {world.rounds(10)} interleaved rounds after 1 discarded;",
        "bare = the same command lines started by `bash -c`, as many at a time as there are slots, by a loop that only waits.",
        f"budget = {budgets.OWN_SHARE:.0%} of FirstTry's wall time, {budgets.OWN_MS:.0f} ms at most.",
    )
    return Section(title=TITLE, method=method, rows=rows)


def _rows(world: World, kind: str, work: str) -> tuple[Row, ...]:
    checks = [Planned(name=one.name, run=f"{work}; {one.run}", inputs=one.inputs) for one in replay.checks()]
    folder = replay.repository(world, f"overhead-{kind}", {".firsttry.yml": ours.configuration(checks)})
    store = world.store(f"overhead-{kind}")
    contestants = {
        "FirstTry": partial(_cold, world, folder, store),
        "bare": partial(bare, world, folder, [check.run for check in checks], cores()),
    }
    samples = clock.take_turns(contestants, rounds=world.rounds(10), discard=1)
    own, alone = samples["FirstTry"], samples["bare"]
    pairs = zip(own.values, alone.values, strict=True)
    share = Sample(values=tuple((one - other) * 1000 for one, other in pairs))
    budget = min(budgets.OWN_MS, budgets.OWN_SHARE * own.median * 1000)
    return (
        Row(name=f"{kind}: FirstTry", value=own.median, unit="s", spread=own.middle, ratio=1.0),
        Row(name=f"{kind}: bare", value=alone.median, unit="s", spread=alone.middle, ratio=alone.median / own.median),
        Row(
            name=f"{kind}: our own share",
            value=share.median,
            unit="ms",
            spread=share.middle,
            budget=budget,
            note=f"{share.median / own.median / 10:.1f} % of the run",
        ),
    )


def _cold(world: World, folder: Path, store: Path) -> float:
    ours.emptied(store)
    return world.ftaction.run(folder, store, expected=Told(replayed=0, total=8))


def bare(world: World, folder: Path, lines: Sequence[str], slots: int) -> float:
    """Seconds for the command lines with at most `slots` at a time. NotMeasuredError when one fails."""
    begun = perf_counter()
    waiting = list(reversed(lines))
    running: dict[int, subprocess.Popen[bytes]] = {}
    while waiting or running:
        while waiting and len(running) < slots:
            process = subprocess.Popen(("bash", "-c", waiting.pop()), cwd=folder, env=world.env, stdout=subprocess.DEVNULL)
            running[process.pid] = process
        _ended(running)
    return perf_counter() - begun


def _ended(running: dict[int, subprocess.Popen[bytes]]) -> None:
    """Waits until one of them ends, without polling, and takes it out."""
    done = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
    if done is None or done.si_pid not in running:
        raise NotMeasuredError("a process ended that this loop had not started")
    process = running.pop(done.si_pid)
    if process.wait() != 0:
        raise NotMeasuredError(f"a bare command ended with {process.returncode}")

"""(f) Peak memory of our own process, not of its children."""

from pathlib import Path

from . import budgets, ours, peers, planning, replay, repos
from .clock import NotMeasuredError
from .ours import Planned
from .table import Row, Section
from .world import World

TITLE = "(f) peak memory of our process"
PRINTED = 200_000_000
LOUD = f"head -c {PRINTED} /dev/zero | tr '\\0' 'x' | fold -w 100"


def measure(world: World) -> Section:
    peers.install(world.root / "tools")
    rows = []
    for name, folder, store, words in _cases(world):
        peaks = [_peak(world, folder, store, words) / 1e6 for _ in range(world.rounds(4))]
        rows.append(Row(name=name, value=max(peaks), unit="MB", spread=(min(peaks), max(peaks)), budget=budgets.PEAK_MB))
    method = (f"the high-water mark of the process's own resident memory (VmHWM), highest of {world.rounds(4)} runs; spread = lowest and highest.",)
    return Section(title=TITLE, method=method, rows=tuple(rows))


def _cases(world: World) -> list[tuple[str, Path, Path, tuple[str, ...]]]:
    loud = world.repository("loud")
    check = Planned(name="loud", run=LOUD, inputs=("input.txt",))
    repos.make(loud, {".firsttry.yml": ours.configuration([check]), "input.txt": "one\n"}.items())
    small, big = replay.warmed(world), planning.warmed(world)
    return [
        ("run, 8 replayed, 2,000 files", *small, ("run",)),
        ("plan --json, 1,000 checks, 100,000 files", *big, ("plan", "--json")),
        ("run, 1,000 replayed, 100,000 files", *big, ("run",)),
        ("run --all, a check that prints 200 MB", loud, world.store("loud"), ("run", "--all")),
    ]


def _peak(world: World, folder: Path, store: Path, words: tuple[str, ...]) -> int:
    ended = world.ftaction.start(folder, store, words, watch=True).fine("ftaction " + " ".join(words))
    if ended.peak == 0:
        raise NotMeasuredError("the process ended before its memory could be read")
    return ended.peak

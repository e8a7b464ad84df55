"""(i) Memory across runs on a cache server: a folder of dependencies beside @actions/cache, the same where nothing needs it, and a bundle."""

import shutil
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.support.cache_entries import READ, WRITE, token

from . import budgets, bundles, clock, dependencies, restore, unneeded
from .clock import NotMeasuredError, Sample
from .movers import OURS, RANGES, STREAM, Moved, Mover, Service, movers
from .restore import OUTPUT, RESTORE, SAVE
from .table import Row, Section
from .world import World, cores

TITLE = "(i) 500 MB in 40,000 files through a cache server, beside @actions/cache; the bundle of 500 checks"


def measure(world: World) -> Section:
    for program in ("node", "npm", "tar", "zstd"):
        if shutil.which(program) is None:
            raise NotMeasuredError(f"{program} is not here")
    folder = dependencies.roomy(world.root) / "ftaction-bench-transfer"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        dependencies.make(folder)
        with Service(folder / "server") as service:
            rows = [*_moved(world, folder, service), *bundles.rows(service, folder, world.rounds(12))]
        rows += unneeded.rows(folder, folder, OUTPUT)
        return Section(title=TITLE, method=_method(world, folder), rows=tuple(rows))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class _Contestant:
    """One that takes its turns: saves under a ref of its own each time, restores that, and keeps what it took."""

    mover: Mover
    service: Service
    folder: Path
    taken: dict[str, list[Moved]] = field(default_factory=lambda: {SAVE: [], RESTORE: []})
    size: int = 0

    def turn(self, refs: Iterator[int]) -> float:
        """What is restored is looked through, and removed, off the clock."""
        ref = f"refs/heads/{next(refs)}"
        target = self.folder / "restored"
        (target / ".git").mkdir(parents=True)
        try:
            key = self._move(SAVE, ref, "packages", self.folder)
            self._move(RESTORE, ref, key, target)
            restore.refuse_others(target, self.folder)
        finally:
            shutil.rmtree(target)
        blobs = list(self.service.folder.glob("*.blob"))
        self.size = sum(blob.stat().st_size for blob in blobs)
        for blob in blobs:
            blob.unlink()
        return sum(moves[-1].seconds for moves in self.taken.values())

    def _move(self, what: str, ref: str, key: str, folder: Path) -> str:
        temporary = self.folder / "temporary"
        temporary.mkdir()
        job = {"what": what, "token": token((ref, READ | WRITE)), "folder": str(folder), "temporary": str(temporary), "key": key, "output": OUTPUT}
        self.taken[what].append(self.mover.move(job))
        shutil.rmtree(temporary)
        return self.taken[what][-1].key


def _moved(world: World, folder: Path, service: Service) -> list[Row]:
    rounds, refs = world.rounds(8), iter(range(10_000))
    with movers(service) as processes:
        contestants = {name: _Contestant(mover, service, folder) for name, mover in processes.items()}
        clock.take_turns({name: partial(one.turn, refs) for name, one in contestants.items()}, rounds=rounds, discard=1)
        found = [row for what in (SAVE, RESTORE) for row in _rows(what, {name: one.taken[what][1:] for name, one in contestants.items()}, contestants)]
        starts = [Row(name=f"start of the process, {name}", value=mover.start, unit="s", note="in none of the above") for name, mover in processes.items()]
        peak = Row(name="peak memory of our process, workers apart", value=processes[OURS].peak() / 1e6, unit="MB", budget=budgets.PEAK_MB)
    return [*found, *starts, peak]


def _rows(what: str, moves: dict[str, list[Moved]], contestants: dict[str, _Contestant]) -> Iterator[Row]:
    totals = {name: Sample(values=tuple(one.seconds for one in found)) for name, found in moves.items()}
    both = Sample(values=totals[RANGES].values + totals[STREAM].values)
    theirs = both.median if what == SAVE else min(totals[RANGES].median, totals[STREAM].median)
    for name, found in moves.items():
        cpu, server, others = (statistics.median(values) for values in zip(*((one.cpu, one.server, one.others) for one in found), strict=True))
        size = f"{contestants[name].size / 1e6:.0f} MB, " if what == SAVE else ""
        note = f"{size}CPU {cpu:.2f} s, of the server {server:.2f} s, of others {others:.2f} s"
        yield Row(name=f"{what}, {name}", value=totals[name].median, unit="s", spread=totals[name].middle, ratio=totals[name].median / theirs, note=note)
        for part in found[0].parts:
            yield Row(name=f"  {part}", value=statistics.median(one.parts[part] for one in found), unit="s")
    yield Row(name=f"{what}, FirstTry / @actions/cache", value=totals[OURS].median / theirs, unit="x", budget=budgets.AGAINST_ACTIONS_CACHE)


def _method(world: World, folder: Path) -> tuple[str, ...]:
    count, size = restore.content(folder)
    kind = "memory (tmpfs)" if str(folder).startswith("/dev/shm") else "the bench folder"
    return (
        f"{count:,} files of {size / 1e6:.0f} MB, in {kind}; {cores()} CPUs, which the server shares; {world.rounds(8)} interleaved rounds after 1 discarded.",
        "each in a process that is started already, on loopback, without TLS; medians, so parts need not add up.",
        "ratio = of @actions/cache: when saving, which is the same in both its ways, of all its rounds; when restoring of its faster way.",
        "our restore unpacks what has come while more comes: its transfer is how long it waited. The look at how it stands is for the next run.",
        f"the bundle: {bundles.CHECKS} checks, each with a log of {bundles.LOG // 1000} KB; new processes, from the first import that only this needs.",
    )

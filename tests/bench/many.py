"""(e) 1,000 trivial checks, cold: FirstTry with batching, a shell loop, and turbo with the same lines as npm scripts."""

import json
from functools import partial
from pathlib import Path

from . import budgets, clock, ours, overhead, peers, repos
from .clock import NotMeasuredError, Sample
from .ours import Planned
from .replayed import Told, none_replayed, turbo
from .table import Row, Section
from .world import World, cores

TITLE = "(e) 1,000 trivial checks, cold"
CHECKS = 1000
FEW, MORE = 20, 80  # how many scripts turbo is given; a line through both tells of 1,000


def measure(world: World) -> Section:
    lines = [f"echo check {number}" for number in range(CHECKS)]
    folder, store = repository(world, lines), world.store("many")
    peers.install(world.root / "tools")
    turbo_folder = _turbo_repository(world, lines[:MORE])
    contestants = {
        "FirstTry": partial(_cold, world, folder, store),
        "bash -c, one by one": partial(overhead.bare, world, folder, lines, 1),
        "bash -c, side by side": partial(overhead.bare, world, folder, lines, cores()),
        f"npx turbo, {FEW} scripts": partial(_turbo, world, turbo_folder, FEW),
        f"npx turbo, {MORE} scripts": partial(_turbo, world, turbo_folder, MORE),
    }
    samples = clock.take_turns(contestants, rounds=world.rounds(5), discard=1)
    method = (
        f"{cores()} cores, {world.rounds(5)} interleaved rounds after 1 discarded; each check is `echo check N` with a status, time and log of its own;",
        f"turbo ran {FEW} and {MORE} scripts of one package, `--force=true`, its default concurrency of 10: it starts npm for each, so its",
        "time is a line over their number, and the last row is that line's end: extrapolated, not measured.",
    )
    return Section(title=TITLE, method=method, rows=_rows(samples))


def _rows(samples: dict[str, Sample]) -> tuple[Row, ...]:
    own = samples["FirstTry"].median
    rows = []
    for name, sample in samples.items():
        each = f"{sample.median / CHECKS * 1000:.1f} ms per check"
        if name == "FirstTry":
            rows.append(Row(name=name, value=own, unit="s", spread=sample.middle, ratio=1.0, budget=budgets.MANY_S, note=each))
        elif "turbo" in name:
            rows.append(Row(name=name, value=sample.median, unit="s", spread=sample.middle))
        else:
            rows.append(Row(name=name, value=sample.median, unit="s", spread=sample.middle, ratio=sample.median / own, note=each))
    few, more = (samples[f"npx turbo, {count} scripts"].median for count in (FEW, MORE))
    guess = more + (CHECKS - MORE) * (more - few) / (MORE - FEW)
    name, each = f"npx turbo, {CHECKS:,} (extrapolated)", f"{guess / CHECKS * 1000:.1f} ms per check"
    return (*rows, Row(name=name, value=guess, unit="s", ratio=guess / own, note=each))


def repository(world: World, lines: list[str]) -> Path:
    checks = [Planned(name=f"check:{number}", run=line, inputs=("input.txt",)) for number, line in enumerate(lines)]
    folder = world.repository("many")
    repos.make(folder, {".firsttry.yml": ours.configuration(checks), "input.txt": "one\n"}.items())
    return folder


def _cold(world: World, folder: Path, store: Path) -> float:
    ours.emptied(store)
    return world.ftaction.run(folder, store, expected=Told(replayed=0, total=CHECKS))


def _turbo_repository(world: World, lines: list[str]) -> Path:
    """The npm workspace with all scripts in its first package."""
    names = [f"check{number}" for number in range(len(lines))]
    scripts = dict(zip(names, lines, strict=True))
    tasks = {"tasks": {name: {"inputs": ["src/**"], "outputs": []} for name in names}}
    package = {"name": "p0", "version": "1.0.0", "private": True, "scripts": scripts}
    files = {**peers.workspace(1), "turbo.json": json.dumps(tasks), "packages/p0/package.json": json.dumps(package)}
    folder = world.repository("many-turbo")
    repos.make(folder, sorted(files.items()))
    repos.linked(world.root / "tools" / "node_modules", folder / "node_modules")
    return folder


def _turbo(world: World, folder: Path, count: int) -> float:
    names = [f"check{number}" for number in range(count)]
    ended = clock.run(("npx", "turbo", "run", "--force=true", *names), folder, world.env).fine("turbo")
    none_replayed("turbo", turbo(ended.out), count)
    if f"check {count - 1}" not in ended.out:
        raise NotMeasuredError(f"turbo did not run the scripts:\n{clock.tail(ended.out)}")
    return ended.seconds

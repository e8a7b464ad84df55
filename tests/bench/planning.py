"""(b) Planning 1,000 checks over 100,000 files when all of them are remembered."""

import json
from pathlib import Path

from . import budgets, clock, ours, repos
from .clock import NotMeasuredError
from .ours import Planned
from .replayed import Told
from .table import Row, Section
from .world import World

TITLE = "(b) planning 1,000 checks over 100,000 files, warm"
CHECKS, FILES_IN_EACH = 1000, 100


def measure(world: World) -> Section:
    folder, store = warmed(world)
    contestants = {"ftaction plan --json": lambda: planned(world, folder, store), "git status": lambda: _git_status(world, folder)}
    samples = clock.take_turns(contestants, rounds=world.rounds(10), discard=1)
    own = samples["ftaction plan --json"].median
    rows = tuple(
        Row(
            name=name,
            value=sample.median,
            unit="s",
            spread=sample.middle,
            ratio=sample.median / own,
            budget=budgets.PLAN_S if name != "git status" else None,
        )
        for name, sample in samples.items()
    )
    method = (
        f"{world.rounds(10)} interleaved rounds after 1 discarded; each check has a glob over 100 files of its own;",
        "each plan is checked: 1,000 replays. `git status --porcelain` is there for scale: it must look at each file too.",
    )
    return Section(title=TITLE, method=method, rows=rows)


def warmed(world: World) -> tuple[Path, Path]:
    """The repository and a store in which all of its checks have passed."""
    folders = [f"src/m{number:04}" for number in range(CHECKS)]
    files = {path: text for one in folders for path, text in repos.small_files(one, FILES_IN_EACH)}
    checks = [Planned(name=f"check:{one[4:]}", run=f"test -s {one}/f000.txt", inputs=(f"{one}/**",)) for one in folders]
    folder = world.repository("planning")
    repos.make(folder, sorted({**files, ".firsttry.yml": ours.configuration(checks)}.items()))
    store = ours.emptied(world.store("planning"))
    world.ftaction.run(folder, store, expected=Told(replayed=0, total=CHECKS))
    return folder, store


def planned(world: World, folder: Path, store: Path) -> float:
    ended = world.ftaction.start(folder, store, ("plan", "--json")).fine("ftaction plan")
    replays = replays_in(ended.out)
    if replays != CHECKS:
        raise NotMeasuredError(f"the plan replays {replays} checks, expected {CHECKS}")
    return ended.seconds


def replays_in(out: str) -> int:
    """How many checks the printed plan replays."""
    steps = json.loads(out)["steps"]
    return sum(check["source"] == "replayed" for step in steps for check in step["checks"])


def _git_status(world: World, folder: Path) -> float:
    return clock.run(("git", "status", "--porcelain"), folder, world.env).fine("git status").seconds

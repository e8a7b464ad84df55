"""(g) Where the time of a short command goes: interpreter, imports, the rest."""

import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import budgets, clock, peers, replay
from .clock import NotMeasured
from .table import Row, Section
from .world import World

TITLE = "(g) start-up"
LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    name: str
    microseconds: int  # its own, without what it imports in turn


def measure(world: World) -> Section:
    peers.install(world.root / "tools")
    folder, store = replay.warmed(world)
    env = {**world.ftaction.env, "FTACTION_STORE": str(store)}
    commands: dict[str, tuple[str, ...]] = {
        "bare": (sys.executable, "-c", "pass"),
        "--version": (*world.ftaction.command, "--version"),
        "run, replayed": (*world.ftaction.command, "run"),
    }
    contestants = {name: partial(_seconds, words, folder, env) for name, words in commands.items()}
    samples = clock.take_turns(contestants, rounds=world.rounds(20), discard=2)
    rows = [Row(name="bare interpreter", value=samples["bare"].median * 1000, unit="ms", spread=_ms(samples["bare"].middle))]
    rest = []
    for name in ("--version", "run, replayed"):
        own = imports(world, commands[name], folder, env)
        spent = sum(one.microseconds for one in own) / 1000
        total = samples[name].median * 1000
        budget = budgets.WARM_MS if name == "run, replayed" else None
        rows.append(Row(name=f"ftaction {name}", value=total, unit="ms", spread=_ms(samples[name].middle), budget=budget))
        rows.append(Row(name=f"  {len(own)} imports", value=spent, unit="ms"))
        rows.append(Row(name="  rest", value=total - spent - rows[0].value, unit="ms"))
        slowest = sorted(own, key=lambda one: -one.microseconds)[:8]
        rest.append(f"slowest imports of {name}: " + ", ".join(f"{one.name} {one.microseconds / 1000:.1f}" for one in slowest) + " ms")
    method = (
        f"wall time of the whole process, {world.rounds(20)} interleaved rounds after 2 discarded; imports = their own times by",
        "`-X importtime` (median run of 5), without those of the bare interpreter; that option itself slows them a little.",
        *rest,
    )
    return Section(title=TITLE, method=method, rows=tuple(rows))


def _seconds(command: tuple[str, ...], folder: Path, env: dict[str, str]) -> float:
    return clock.run(command, folder, env).fine(" ".join(command)).seconds


def _ms(pair: tuple[float, float]) -> tuple[float, float]:
    return pair[0] * 1000, pair[1] * 1000


def imports(world: World, command: tuple[str, ...], folder: Path, env: dict[str, str]) -> list[Import]:
    """What the command imports beyond a bare interpreter, in the median of five runs by total time."""
    timed = {**env, "PYTHONPROFILEIMPORTTIME": "1"}
    usual = {one.name for one in read(clock.run((sys.executable, "-c", "pass"), folder, timed).out)}
    runs = [read(clock.run(command, folder, timed).fine(" ".join(command)).out) for _ in range(5)]
    if not all(runs):
        raise NotMeasured("no import times: does the command start Python with -I or -E?")
    own = [[one for one in run if one.name not in usual] for run in runs]
    return sorted(own, key=lambda run: sum(one.microseconds for one in run))[2]


def read(out: str) -> list[Import]:
    """The lines of `-X importtime`: own time | with what it imports | name."""
    return [Import(name=name, microseconds=int(own)) for own, name in LINE.findall(out)]

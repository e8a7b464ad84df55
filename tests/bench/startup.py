"""(g) Where the time of a short command goes: interpreter, imports, the rest."""

import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import budgets, clock, peers, replay
from .clock import NotMeasuredError, Sample
from .table import Row, Section
from .world import World

TITLE = "(g) start-up"
WARM = "ftaction run, replayed"
COMMANDS = {"ftaction --version": ("--version",), WARM: ("run",)}
LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    name: str
    microseconds: int  # its own, without what it imports in turn


def measure(world: World) -> Section:
    peers.install(world.root / "tools")
    folder, store = replay.warmed(world)
    env = {**world.ftaction.env, "FTACTION_STORE": str(store)}
    commands = {name: (*world.ftaction.command, *words) for name, words in COMMANDS.items()}
    usual = {one.name for one in imported((sys.executable, "-c", "pass"), folder, env)}
    seen: dict[str, list[Import]] = {}

    def importing(name: str) -> float:
        seen[name] = [one for one in imported(commands[name], folder, env) if one.name not in usual]
        return sum(one.microseconds for one in seen[name]) / 1e6

    contestants = {"bare interpreter": partial(_seconds, (sys.executable, "-c", "pass"), folder, env)}
    for name, command in commands.items():
        contestants[name] = partial(_seconds, command, folder, env)
        contestants[f"  imports of {name}"] = partial(importing, name)
    samples = clock.take_turns(contestants, rounds=world.rounds(20), discard=2)
    method = (
        f"wall time of the whole process, {world.rounds(20)} interleaved rounds after 2 discarded; imports = their own times by",
        "`-X importtime` in runs of their own, without those of the bare interpreter; that option itself slows them a little.",
        *(f"slowest imports of {name}: {_slowest(imports)}" for name, imports in seen.items()),
    )
    return Section(title=TITLE, method=method, rows=_rows(samples))


def _rows(samples: dict[str, Sample]) -> tuple[Row, ...]:
    rows = [_row("bare interpreter", samples["bare interpreter"])]
    for name in COMMANDS:
        imports = samples[f"  imports of {name}"]
        rest = samples[name].median - imports.median - samples["bare interpreter"].median
        rows += [_row(name, samples[name]), _row(f"  imports of {name}", imports)]
        rows.append(Row(name="  the rest, without the bare interpreter", value=rest * 1000, unit="ms"))
    return tuple(rows)


def _row(name: str, sample: Sample) -> Row:
    low, high = sample.middle
    budget = budgets.WARM_MS if name == WARM else None
    return Row(name=name, value=sample.median * 1000, unit="ms", spread=(low * 1000, high * 1000), budget=budget)


def _slowest(imports: list[Import]) -> str:
    first = sorted(imports, key=lambda one: -one.microseconds)[:8]
    return f"{', '.join(f'{one.name} {one.microseconds / 1000:.1f}' for one in first)} ms, of {len(imports)}"


def _seconds(command: tuple[str, ...], folder: Path, env: dict[str, str]) -> float:
    return clock.run(command, folder, env).fine(" ".join(command)).seconds


def imported(command: tuple[str, ...], folder: Path, env: dict[str, str]) -> list[Import]:
    found = read(clock.run(command, folder, {**env, "PYTHONPROFILEIMPORTTIME": "1"}).fine(" ".join(command)).out)
    if not found:
        raise NotMeasuredError("no import times: does the command start Python with -I or -E?")
    return found


def read(out: str) -> list[Import]:
    """The lines of `-X importtime`: own time | with what it imports | name."""
    return [Import(name=name, microseconds=int(own)) for own, name in LINE.findall(out)]

"""`python -m tests.bench`: measures, prints a table per section, ends with 1 when something could not be measured."""

import argparse
import dataclasses
import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from . import asking, makespan, many, memory, ours, overhead, packages, peers, planning, replay, restore, startup, telling, touched, transfer
from .clock import NotMeasuredError
from .table import Section, render
from .world import World, cores

SECTIONS: dict[str, tuple[str, Callable[[World], Section]]] = {
    "a": (replay.TITLE, replay.measure),
    "b": (planning.TITLE, planning.measure),
    "c": (makespan.TITLE, makespan.measure),
    "d": (overhead.TITLE, overhead.measure),
    "e": (many.TITLE, many.measure),
    "f": (memory.TITLE, memory.measure),
    "g": (startup.TITLE, startup.measure),
    "h": (restore.TITLE, restore.measure),
    "i": (transfer.TITLE, transfer.measure),
    "j": (touched.TITLE, touched.measure),
    "k": (packages.TITLE, packages.measure),
    "l": (telling.TITLE, telling.measure),
    "m": (asking.TITLE, asking.measure),
}


def main() -> int:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers end and folders in memory are removed
    root = asked.folder.resolve()
    env = peers.quiet_env(root / "home")
    try:
        ftaction = ours.found(asked.ftaction, env)
    except NotMeasuredError as absent:
        print(absent, file=sys.stderr)
        return 2
    world = World(root=root, ftaction=ftaction, env=env, quick=asked.quick)
    (root / "stores").mkdir(parents=True, exist_ok=True)
    machine = about(world)
    print("\n".join(f"{name}: {value}" for name, value in machine.items()), end="\n\n", flush=True)
    sections, problems = _measured(world, asked.only)
    if asked.json:
        value = {"about": machine, "sections": [dataclasses.asdict(one) for one in sections], "problems": problems}
        asked.json.write_text(json.dumps(value, indent=2) + "\n")
    for problem in problems:
        print(f"NOT MEASURED {problem}", file=sys.stderr)
    return 1 if problems else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="FirstTry beside its peers and its budgets.")
    parser.add_argument("--only", type=_letters, default=list(SECTIONS), metavar="a,b", help="sections: " + "; ".join(t for t, _ in SECTIONS.values()))
    parser.add_argument("--quick", action="store_true", help="a quarter of the rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured there too")
    parser.add_argument("--ftaction", metavar="CMD", help="the command to measure (default: the one beside this interpreter)")
    parser.add_argument("--folder", type=Path, default=Path(".build/bench"), help="where repositories, tools and stores are kept")
    return parser.parse_args()


def _letters(text: str) -> list[str]:
    letters = [letter.strip() for letter in text.split(",")]
    unknown = [letter for letter in letters if letter not in SECTIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    return letters


def _measured(world: World, letters: list[str]) -> tuple[list[Section], list[str]]:
    """Prints each section as soon as it is there. One that fails does not keep the others from being measured."""
    sections, problems = [], []
    for letter in letters:
        title, measure = SECTIONS[letter]
        try:
            section = measure(world)
        except NotMeasuredError as problem:
            problems.append(f"{title}: {problem}")
            print(f"{title}\n  NOT MEASURED: {problem}\n", flush=True)
        else:
            sections.append(section)
            print(render(section), flush=True)
    return sections, problems


def about(world: World) -> dict[str, str]:
    """What and where: whoever compares two outputs needs it."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return {
        "FirstTry": f"{_said((*world.ftaction.command, '--version'))} ({' '.join(Path(word).name for word in world.ftaction.command)})",
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{platform.system()} {platform.release()} {platform.machine()}, {cores()} cores, load {load} at the start",
        "versions": ", ".join(
            (f"Python {platform.python_version()}", _said(("git", "--version")), f"Node {_said(('node', '--version'))}", f"npm {_said(('npm', '--version'))}")
        ),
    }


def _said(command: tuple[str, ...]) -> str:
    """The first line a command prints, or that it did not."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "absent"
    return done.stdout.strip().split("\n")[0]


if __name__ == "__main__":
    sys.exit(main())

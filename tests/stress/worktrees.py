"""Eight runs at once, in eight worktrees that share a store and in one worktree that they share.

    python -m tests.stress.worktrees --rounds 10 [--seed N]

Every run is judged against its own run without memory on the same files.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.stress.scene import Scene, finish, git

_AT_ONCE = 8


def main(arguments: list[str] | None = None) -> int:
    """0 when nothing was found, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="stress-worktrees-") as folder:
        failures = stress(Path(folder), options.rounds, options.seed)
    print(f"rounds {options.rounds}, seed {options.seed}, runs at once {_AT_ONCE}")
    print(*(failures or ["nothing wrong was found"]), sep="\n")
    return 1 if failures else 0


def stress(folder: Path, rounds: int, seed: int, at_once: int = _AT_ONCE) -> list[str]:
    """Failures in a sentence each."""
    chance = random.Random(seed)
    scenes = _worktrees(folder, at_once)
    failures: list[str] = []
    for number in range(rounds):
        found = _side_by_side(scenes, chance) + _in_one(scenes[0], chance, at_once)
        if damage := scenes[0].verify():
            found.append(f"the store is damaged: {damage}")
        found += [f"left over: {path}" for path in scenes[0].left_over()]
        failures += [f"round {number}: {problem}" for problem in found]
    return failures


def _worktrees(folder: Path, count: int) -> list[Scene]:
    """The repository itself and worktrees of it, each in a folder of its own."""
    first = Scene(folder / "0", folder / "store").build()
    scenes = [first]
    for number in range(1, count):
        scene = Scene(folder / str(number), folder / "store")
        scene.folder.mkdir()
        git(first.root, "worktree", "add", "-q", "--detach", str(scene.root))
        scenes.append(scene)
    return scenes


def _side_by_side(scenes: list[Scene], chance: random.Random) -> list[str]:
    for scene in scenes:
        scene.edit(chance)
    expected = [scene.without_memory() for scene in scenes]
    got = [finish(process) for process in [scene.start("run", "--json") for scene in scenes]]
    return [
        f"worktree {number}: {was} where a run without memory gives {should}"
        for number, (was, should) in enumerate(zip(got, expected, strict=True))
        if was != should
    ]


def _in_one(scene: Scene, chance: random.Random, at_once: int) -> list[str]:
    """Checks that write share their files here and may fail each other, so of whole runs only a wrong green counts."""
    scene.edit(chance)
    readers = ("fails", "many", "last")
    expected = scene.without_memory()
    endings = dict(expected.endings)
    got = [finish(process) for process in [scene.start("run", "--json", *readers) for _ in range(at_once)]]
    wrong = [f"{was} where {endings} was right" for was in got if any(endings[name] != ending for name, ending in was.endings)]
    got = [finish(process) for process in [scene.start("run", "--json") for _ in range(at_once)]]
    wrong += [f"green where {endings} was right" for was in got if was.code == 0 and expected.code != 0]
    return [f"all in one worktree: {problem}" for problem in wrong]


if __name__ == "__main__":
    sys.exit(main())

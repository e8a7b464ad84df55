"""Our graph beside the runner's own: `python -m tests.narrow.superset FOLDER jest|vitest`. Whatever the runner finds related, we must."""

import argparse
import json
import os
import subprocess
from pathlib import Path

from ftaction.model.narrow import Scan, Whole
from ftaction.tools.narrow import scan
from ftaction.tools.narrow.names import is_mock, is_snapshot
from ftaction.tools.narrow.settings import Settings
from ftaction.tools.narrow.world import Reading, World, look
from tests.support import npm

PROGRAMS = {"jest": "related.cjs", "vitest": "related.mjs"}


def theirs(folder: Path, runner: str, modules: Path) -> dict[str, list[str]]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_COLOR": "1"}
    done = subprocess.run(["node", str(modules.parent / PROGRAMS[runner]), str(folder)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return {path: tests for path, tests in found.items() if not path.startswith("..") and "node_modules" not in path}


def ours(folder: Path, files: list[str], runner: str) -> World:
    def read(path: str) -> str | None:
        return (folder / path).read_text(errors="replace") if (folder / path).is_file() else None

    def scanned(path: str) -> Scan | None:
        text = read(path)
        return None if text is None else scan(text)

    world = look("", Settings({}, {}), files, Reading(read, scanned), mocked=runner == "jest")
    assert not isinstance(world, Whole)
    return world


def missing(folder: Path, files: list[str], runner: str, modules: Path) -> tuple[int, list[str]]:
    """How many pairs of a file and a test the runner knows, and which of them we don't. Mocks and snapshots have rules of their own."""
    world = ours(folder, files, runner)
    always = set[str]().union(*(world.reach(path) for path in world.blind))
    pairs = [(path, test) for path, tests in theirs(folder, runner, modules).items() for test in tests]
    return len(pairs), [f"{path} → {test}" for path, test in pairs if test not in world.reach(path) | always and not is_mock(path) and not is_snapshot(path)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("runner", choices=sorted(PROGRAMS))
    given = parser.parse_args()
    modules = npm.install(Path(__file__).parent / "npm", npm.BUILD / "narrow") / "node_modules"
    folder = given.folder.resolve()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=folder, check=True, capture_output=True, text=True).stdout
    pairs, missed = missing(folder, sorted(path for path in listed.split("\0") if path), given.runner, modules)
    print(f"{pairs} pairs of a file and a test that {given.runner} knows, {len(missed)} that we do not", *missed[:40], sep="\n")


if __name__ == "__main__":
    main()

"""(k) What a change touches in 100,000 files and 2,000 packages: change set, affected packages, plan."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from . import budgets, clock, ours, repos
from .clock import NotMeasuredError
from .replayed import Told
from .table import Row, Section
from .world import World

TITLE = "(k) a change in a repository of 100,000 files and 2,000 packages"
EACH, FILES_IN_EACH = 500, 50  # packages of each ecosystem, and files of each package
CHANGED = 120  # the number of the Python package that the branch changes
BUDGETS = {"ftaction affected": budgets.CHANGE_S, "ftaction plan": budgets.CHANGE_S}
TOOLS = {"python": "pytest", "node": "vitest", "go": "go", "rust": "cargo"}


def measure(world: World) -> Section:
    folder, store = warmed(world)
    expected = reached(CHANGED)
    contestants = {
        "ftaction affected": lambda: affected(world, folder, store, expected),
        "ftaction plan": lambda: planned(world, folder, store, expected),
        "ftaction affected, first on a machine": lambda: affected(world, folder, ours.emptied(world.store("packages-cold")), expected),
        "git status": lambda: clock.run(("git", "status", "--porcelain"), folder, world.env).fine("git status").seconds,
    }
    samples = clock.take_turns(contestants, rounds=world.rounds(10), discard=1)
    rows = tuple(Row(name=name, value=sample.median, unit="s", spread=sample.middle, budget=BUDGETS.get(name)) for name, sample in samples.items())
    method = (
        f"{world.rounds(10)} interleaved rounds after 1 discarded; {EACH} packages each of Python, Node, Go and Rust with {FILES_IN_EACH} files and a check,",
        f"each needs two others; the branch changes one file of a package that {len(expected) - 1} others need. Each answer is checked.",
        "`affected` finds change set, packages and what they reach; `plan` the same, and decides on all 2,000 checks, all but the affected replays.",
    )
    return Section(title=TITLE, method=method, rows=rows)


def needs(number: int) -> tuple[int, ...]:
    """Of the same ecosystem: a tree, and a second way through it."""
    return tuple(sorted({(number - 1) // 2, (number - 1) // 3})) if number else ()


def reached(number: int) -> set[str]:
    """The checks of a Python package and of all that need it."""
    found = {number}
    for one in range(number + 1, EACH):
        if found.intersection(needs(one)):
            found.add(one)
    return {f"python-{one:03}" for one in found}


def warmed(world: World) -> tuple[Path, Path]:
    """On a branch with one commit more than `main`, which passed all checks."""
    folder = world.repository("packages")
    made = repos.make(folder, sorted({**dict(_files()), ".firsttry.yml": _configuration()}.items()))
    store = ours.emptied(world.store("packages"))
    _git(folder, "switch", "--quiet", "--force", "main")
    world.ftaction.run(folder, store, expected=Told(replayed=0, total=4 * EACH))
    if made:
        _git(folder, "switch", "--quiet", "--create", "change")
        (folder / f"python/p{CHANGED:03}/src/p{CHANGED:03}/m01.py").write_text("changed = True\n")
        _git(folder, "-c", "user.name=bench", "-c", "user.email=bench@example.invalid", "commit", "--quiet", "--all", "--message", "change")
    else:
        _git(folder, "switch", "--quiet", "change")
    return folder, store


def affected(world: World, folder: Path, store: Path, expected: set[str]) -> float:
    ended = world.ftaction.start(folder, store, ("affected", "--json")).fine("ftaction affected")
    found = {check["check"] for check in json.loads(ended.out)["checks"] if check["affected"]}
    return _right(ended, found, expected)


def planned(world: World, folder: Path, store: Path, expected: set[str]) -> float:
    ended = world.ftaction.start(folder, store, ("plan", "--json")).fine("ftaction plan")
    steps = json.loads(ended.out)["steps"]
    return _right(ended, {check["check"] for step in steps for check in step["checks"] if check["source"] == "ran"}, expected)


def _right(ended: clock.Ended, found: set[str], expected: set[str]) -> float:
    if found != expected:
        raise NotMeasuredError(f"{len(found)} checks are affected, expected {len(expected)}: {sorted(found ^ expected)[:5]}")
    return ended.seconds


def _configuration() -> str:
    lines = ["version: 1", "verification: {parallel: true}", "checks:"]
    for kind, tool in TOOLS.items():
        for number in range(EACH):
            package = f"example.com/p{number:03}" if kind == "go" else f"{kind}:p{number:03}"
            lines.append(f'  {kind}-{number:03}: {{run: "true", tool: {tool}, stage: fast, package: "{package}"}}')
    return "\n".join(lines) + "\n"


def _files() -> Iterator[tuple[str, str]]:
    yield "package.json", '{"name": "root", "private": true, "workspaces": ["node/*"]}\n'
    yield "Cargo.toml", '[workspace]\nmembers = ["rust/*"]\n'
    for number in range(EACH):
        name, others = f"p{number:03}", [f"p{one:03}" for one in needs(number)]
        yield f"python/{name}/pyproject.toml", f'[project]\nname = "{name}"\ndependencies = {json.dumps(others)}\n'
        yield f"node/{name}/package.json", json.dumps({"name": name, "dependencies": dict.fromkeys(others, "workspace:*")})
        yield f"go/{name}/go.mod", f"module example.com/{name}\n"
        yield f"rust/{name}/Cargo.toml", f'[package]\nname = "{name}"\n[dependencies]\n' + "".join(f'{one} = {{ path = "../{one}" }}\n' for one in others)
        for file in range(1, FILES_IN_EACH):
            yield f"python/{name}/src/{name}/m{file:02}.py", "import os\n" + "".join(f"from {one} import m01\n" for one in others) + f"A = {file}\n"
            yield f"node/{name}/src/m{file:02}.js", "".join(f'import "{one}"\n' for one in others) + f"export const A = {file}\n"
            yield f"go/{name}/m{file:02}.go", f"package {name}\n\nimport (\n" + "".join(f'\t"example.com/{one}"\n' for one in others) + ")\n"
            yield f"rust/{name}/src/m{file:02}.rs", f"pub const A: i32 = {file};\n"


def _git(folder: Path, *words: str) -> None:
    subprocess.run(("git", "-c", "core.hooksPath=/dev/null", *words), cwd=folder, check=True, stdout=subprocess.DEVNULL)

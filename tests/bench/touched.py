"""(j) What was touched: the change set over 100,000 files, and what a shallow clone of 10,000 commits fetches for it."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.changes.long import Long, long
from tests.support.git_server import GitServer, bare

from . import budgets, clock, repos
from .clock import NotMeasuredError
from .table import Row, Section
from .world import World

TITLE = "(j) what was touched: 100,000 files, and depth-1 clones of 10,000 commits"
FOLDERS, FILES_IN_EACH, COMMITTED, STAGED, UNTRACKED = 1000, 100, 100, 20, 5
COMMITS = 10_000


def measure(world: World) -> Section:
    folder = _repository(world)
    contestants = {
        "ftaction changed --json": lambda: _changed(world, folder, COMMITTED + STAGED + UNTRACKED),
        "git diff --name-status, and status": lambda: _by_git(world, folder),
        "git status": lambda: clock.run(("git", "status", "--porcelain"), folder, world.env).fine("git status").seconds,
    }
    samples = clock.take_turns(contestants, rounds=world.rounds(10), discard=1)
    own = samples["ftaction changed --json"].median
    rows = tuple(
        Row(name=name, value=one.median, unit="s", spread=one.middle, ratio=one.median / own, budget=budgets.CHANGED_S if "ftaction" in name else None)
        for name, one in samples.items()
    )
    method = (
        f"{world.rounds(10)} interleaved rounds after 1 discarded; the list is checked: {COMMITTED} files committed, {STAGED} staged, {UNTRACKED} untracked.",
        "Fetched: bytes of all answers of git's own server over HTTP on loopback, with what github.com allows; the clone is actions/checkout's.",
    )
    return Section(title=TITLE, method=method, rows=(*rows, *_fetched(world)))


def _repository(world: World) -> Path:
    folder = world.repository("touched")
    names = [f"src/m{number:04}" for number in range(FOLDERS)]
    if repos.make(folder, [(path, text) for one in names for path, text in repos.small_files(one, FILES_IN_EACH)]):
        for number in range(COMMITTED):
            (folder / names[number * 7] / "f001.txt").write_text("committed\n")
        for words in (("checkout", "-q", "-b", "topic"), ("-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qam", "topic")):
            subprocess.run(("git", *words), cwd=folder, check=True)
        for number in range(STAGED):
            (folder / names[number * 11] / "f002.txt").write_text("staged\n")
        subprocess.run(("git", "add", "."), cwd=folder, check=True)
        for number in range(UNTRACKED):
            (folder / f"new{number}.txt").write_text("untracked\n")
    return folder


def _changed(world: World, folder: Path, count: int) -> float:
    ended = world.ftaction.start(folder, world.store("touched"), ("changed", "--json")).fine("ftaction changed")
    document = json.loads(ended.out[ended.out.index("{") :])
    if (len(document["files"]), document["complete"]) != (count, True):
        raise NotMeasuredError(f"ftaction lists {len(document['files'])} files, complete {document['complete']}, expected {count}")
    return ended.seconds


def _by_git(world: World, folder: Path) -> float:
    """What a script would do for the same list; its times added up."""
    commands = (("git", "diff", "--name-status", "main..."), ("git", "status", "--porcelain", "--untracked-files=all"))
    return sum(clock.run(command, folder, world.env).fine(" ".join(command)).seconds for command in commands)


def _fetched(world: World) -> list[Row]:
    folder = world.root / "fetched"
    shutil.rmtree(folder, ignore_errors=True)
    rows = []
    with GitServer(folder) as server:
        for back in (300, 1900):
            made = long(folder / f"work-{back}", COMMITS, 2000, back)
            bare(made.work.root, folder / f"r{back}.git")
            rows += [_row(world, server, made, back, merged) for merged in ([True, False] if back == 300 else [False])]
    shutil.rmtree(folder, ignore_errors=True)
    return rows


def _row(world: World, server: GitServer, made: Long, back: int, merged: bool) -> Row:
    clone = server.folder / f"clone-{back}-{merged}"
    commit = made.merge if merged else made.topic
    git = ("git", "-C", str(clone))
    for words in (
        ("git", "init", "-q", str(clone)), (*git, "remote", "add", "origin", f"{server.address}/r{back}.git"),
        (*git, "fetch", "-q", "--no-tags", "--depth=1", "origin", f"+{commit}:refs/remotes/pull/1/merge"),
        (*git, "checkout", "-q", "refs/remotes/pull/1/merge"),
    ):  # fmt: skip
        subprocess.run(words, check=True, env=world.env)
    server.seen.clear()
    event = {"pull_request": {"number": 1, "head": {"sha": made.topic}, "base": {"sha": made.main}, "changed_files": 3}}
    (server.folder / "event.json").write_text(json.dumps(event))
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": made.merge, "GITHUB_REF": "refs/pull/1/merge"}
    env = {**world.env, **world.ftaction.env, **variables, "GITHUB_EVENT_PATH": str(server.folder / "event.json"), "GITHUB_WORKSPACE": str(clone)}
    ended = clock.run((*world.ftaction.command, "changed", "--json", "--store", str(world.store("touched"))), clone, env).fine("ftaction changed")
    document = json.loads(ended.out[ended.out.index("{") :])
    if len(document["files"]) != 3 or not document["complete"]:
        raise NotMeasuredError(f"ftaction lists {len(document['files'])} files, complete {document['complete']}, expected 3")
    name = "fetched for a merge commit" if merged else f"fetched for a head that left its base {back} commits ago"
    return Row(name=name, value=server.received / 1e6, unit="MB", budget=budgets.FETCHED_MB, note=f"{server.received} bytes, {ended.seconds:.2f} s")

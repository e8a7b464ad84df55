"""A host with a long history, made by git-fast-import(1): `main`, and a pull request that left it some commits ago."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.repository import TestRepository

FOLDERS = 50


class Long(NamedTuple):
    """`topic` has three commits of its own, `merge` is GitHub's merge commit of it."""

    work: TestRepository
    main: str
    topic: str
    merge: str
    parting: str


def long(folder: Path, commits: int, files: int, back: int) -> Long:
    work = TestRepository(folder)
    stream = b"".join(_stream(commits, files, back))
    subprocess.run(["git", "-C", str(work.root), "fast-import", "--quiet"], input=stream, env=work.environment, check=True)
    work.git("checkout", "--quiet", "--detach", "main")
    work.git("merge", "--quiet", "--no-ff", "-m", "merge", "topic")
    work.git("update-ref", "refs/pull/1/merge", "HEAD")
    work.git("config", "uploadpack.allowFilter", "true")
    work.git("config", "uploadpack.allowAnySHA1InWant", "true")
    names = work.git("rev-parse", "main", "topic", "HEAD", f"main~{back}").decode().split()
    return Long(work, *names)


def _stream(commits: int, files: int, back: int) -> Iterator[bytes]:
    for number in range(commits):
        changed = range(files) if number == 0 else [3 + number * 7 % (files - 3)]  # the pull request's own stay as they were
        yield _commit("main", number + 1, number, [(_path(file), f"{file} at {number}\n") for file in changed])
    yield _commit("topic", commits + 1, commits - back, [(_path(1), "topic 0\n")])
    yield _commit("topic", commits + 2, commits + 1, [(_path(2), "topic 1\n")])
    yield _commit("topic", commits + 3, commits + 2, [("new/of/topic.txt", "topic 2\n")])


def _path(file: int) -> str:
    return f"d{file % FOLDERS:02}/s{file % 7}/f{file:05}.txt"


def _commit(branch: str, mark: int, parent: int, files: list[tuple[str, str]]) -> bytes:
    who = f"A Person <a.person@localhost> {1_600_000_000 + mark * 60} +0000"
    message = f"Change {mark}\n\nWith a body of some length, as messages have: {mark * 7919} and {mark * 104729}.\n"
    lines = [f"commit refs/heads/{branch}\nmark :{mark}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}\n"]
    lines += [f"from :{parent}\n"] if parent else []
    lines += [f"M 100644 inline {path}\ndata {len(content)}\n{content}\n" for path, content in files]
    return "".join(lines).encode()

"""A repository at its host, checked out as workflows do it, and the events that GitHub sends of it.

Payloads hold what https://docs.github.com/en/webhooks/webhook-events-and-payloads lists and this program reads, under the same names.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from copy import copy
from pathlib import Path

from ftaction.edge.changes import change_set
from ftaction.edge.changes_fetch import USUAL, Limits
from ftaction.edge.changes_history import checkout
from ftaction.edge.digests import Digests
from ftaction.edge.git import Repository
from ftaction.edge.github_pulls import GitHubPulls
from ftaction.model.base import Base
from ftaction.model.change import ChangeSet
from ftaction.plan import bases
from tests.support.repository import TestRepository, committed

Event = dict[str, object]
Expected = Mapping[str, str] | str
"""Paths with `A`, `M` or `D`; or what the doubt must hold, where everything counts as changed."""

ZERO = "0" * 40
FILES = {"a.txt": "a\n", "b.txt": "b\n", "src/x.py": "x\n", "src/y.py": "y\n", "docs/d.md": "d\n"}


def door(root: Path, environment: Mapping[str, str]) -> Repository:
    return Repository(str(root), Digests(None), environment)


def told(found: ChangeSet) -> Expected:
    """As rows have it. What is complete names its base, what is not says why."""
    assert bool(found.doubt) is not found.complete
    assert not found.complete or found.base
    assert list(found.paths) == sorted(set(found.paths))
    return {path: kind.value[0].upper() for path, kind in found.touched} if found.complete else found.doubt


def agrees(found: ChangeSet, expected: Expected) -> bool:
    said = told(found)
    return expected in said if isinstance(expected, str) and isinstance(said, str) else said == expected


class Host:
    """`main` with six commits, and pull request 1 from its third: P1 modifies `src/x.py`, P2 adds `new.py` and takes `docs/d.md` away."""

    def __init__(self, folder: Path, object_format: str = "sha1", more: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.work = TestRepository(folder / "work", object_format)
        self.work.git("config", "uploadpack.allowFilter", "true")
        self.work.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.work.write_all({**FILES, **(more or {})})
        self.main = [self.work.commit("M0")]
        for number in range(1, 6):
            self.work.write("a.txt", f"a{number}\n")
            self.main.append(self.work.commit(f"M{number}"))
        self.work.git("checkout", "--quiet", "-b", "topic", self.main[2])
        self.work.write("src/x.py", "changed\n")
        first = self.work.commit("P1")
        self.work.write("new.py", "new\n")
        (self.work.root / "docs/d.md").unlink()
        self.topic = [first, self.work.commit("P2")]
        self.merge = self.merged(self.main[5], self.topic[1])

    def copied(self, folder: Path) -> "Host":
        """Another one just like it, which takes less time than making it."""
        other = copy(self)
        other.folder, other.work = folder, copy(self.work)
        other.work.root = folder / "work"
        shutil.copytree(self.work.root, other.work.root, symlinks=True)
        return other

    @property
    def address(self) -> str:
        return f"file://{self.work.root}"

    @property
    def changes(self) -> dict[str, str]:
        """Of the pull request."""
        return {"docs/d.md": "D", "new.py": "A", "src/x.py": "M"}

    def merged(self, base: str, head: str) -> str:
        """The merge commit that GitHub makes of a pull request."""
        self.work.git("checkout", "--quiet", "--detach", base)
        self.work.git("merge", "--quiet", "--no-ff", "-m", "merge", head)
        commit = self.commit_of("HEAD")
        self.work.git("update-ref", "refs/pull/1/merge", commit)
        self.work.git("update-ref", "refs/pull/1/head", head)
        return commit

    def commit_of(self, ref: str) -> str:
        return self.work.git("rev-parse", ref).decode().strip()

    def on(self, base: str, files: Mapping[str, str], branch: str = "") -> str:
        """A new commit on top of this one."""
        self.work.git("checkout", "--quiet", "--detach", base)
        self.work.write_all(files)
        commit = self.work.commit(f"on {base[:7]}")
        self.work.git("update-ref", f"refs/heads/{branch or commit}", commit)
        return commit

    def checked_out(self, commit: str, depth: int = 1, ref: str = "refs/remotes/pull/1/merge", *options: str) -> TestRepository:
        """As actions/checkout does it: by its commit, without tags; `depth` 0 for all of the history, and all branches then."""
        clone = TestRepository(self.folder / f"clone-{len(list(self.folder.glob('clone-*')))}", "sha256" if len(commit) == 64 else "sha1")
        clone.git("remote", "add", "origin", self.address)
        deep = [f"--depth={depth}"] if depth else []
        refspecs = [f"+{commit}:{ref}"] if depth else ["+refs/heads/*:refs/remotes/origin/*", f"+{commit}:{ref}"]
        clone.git("fetch", "--quiet", "--no-tags", "--prune", "--no-recurse-submodules", *deep, *options, "origin", *refspecs)
        clone.git("checkout", "--quiet", "--force", ref)
        return clone

    def look(self, clone: TestRepository, variables: Mapping[str, str], event: Event, pulls: GitHubPulls | None = None, limits: Limits = USUAL) -> ChangeSet:
        """As `ftaction.touched` does it."""
        here = door(clone.root, clone.environment)
        found = bases.base(variables, event, checkout(here))
        return change_set(here, found, variables, pull=bases.pull(variables, event), pulls=pulls, limits=limits, clock=time.monotonic)

    def pull_request(self, **changed: object) -> Event:
        """`pull_request`, `pull_request_target` and reviews carry the same."""
        pull: Event = {
            "number": 1, "state": "open", "merged": False, "changed_files": 3, "commits": 2, "merge_commit_sha": self.merge,
            "head": {"ref": "topic", "sha": self.topic[1], "repo": {"full_name": "octo/demo"}},
            "base": {"ref": "main", "sha": self.main[5], "repo": {"full_name": "octo/demo", "default_branch": "main"}},
        }  # fmt: skip
        return {"action": "synchronize", "number": 1, "pull_request": {**pull, **changed}, **self.repository()}

    def push(self, before: str, after: str, ref: str = "refs/heads/topic", **changed: object) -> Event:
        event = {
            "ref": ref, "before": before, "after": after, "created": before == ZERO, "deleted": after == ZERO, "forced": False, "base_ref": None,
            "compare": f"https://github.com/octo/demo/compare/{before[:12]}...{after[:12]}", "commits": [],
        }  # fmt: skip
        return {**event, **changed, **self.repository()}

    def merge_group(self, base: str, head: str) -> Event:
        group = {"head_sha": head, "head_ref": "refs/heads/gh-readonly-queue/main/pr-1-x", "base_sha": base, "base_ref": "refs/heads/main"}
        return {"action": "checks_requested", "merge_group": group, **self.repository()}

    def repository(self) -> Event:
        return {"repository": {"full_name": "octo/demo", "default_branch": "main"}}


def workflow(event: str, commit: str, ref: str) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_SHA": commit, "GITHUB_REF": ref, "GITHUB_REPOSITORY": "octo/demo",
        "PATH": os.environ["PATH"],
    }  # fmt: skip


def slow(repository: TestRepository, base: str) -> dict[str, str]:
    """The same by listing both trees in full and reading every file: no index, no stat, no conversion."""
    environment = repository.environment | {"GIT_NO_REPLACE_OBJECTS": "1"}

    def lines(*command: str) -> list[str]:
        out = subprocess.run(
            ["git", "-C", str(repository.root), "-c", "core.ignoreCase=false", *command], env=environment, capture_output=True, check=True
        ).stdout
        return [os.fsdecode(line) for line in out.split(b"\0") if line]

    old = {path: meta.split(" ")[0] + " " + meta.split(" ")[2] for meta, _, path in (line.partition("\t") for line in lines("ls-tree", "-r", "-z", base))}
    new = {path: _entry(repository, path) for path in lines("ls-files", "-z", "--cached", "--others", "--exclude-standard")}
    new = {path: entry for path, entry in new.items() if entry}
    kinds = {path: "A" if path not in old else "D" if path not in new else "M" for path in {*old, *new} if old.get(path) != new.get(path)}
    return dict(sorted(kinds.items()))


def _entry(repository: TestRepository, path: str) -> str:
    full = repository.root / path
    if any(parent.is_symlink() for parent in full.parents if parent != repository.root and repository.root in parent.parents):
        return ""
    if full.is_symlink():
        return f"120000 {_hashed(repository, os.fsencode(os.readlink(full)))}"
    return f"{'100755' if os.access(full, os.X_OK) else '100644'} {_hashed(repository, full.read_bytes())}" if full.is_file() else ""


def _hashed(repository: TestRepository, content: bytes) -> str:
    command = ["git", "-C", str(repository.root), "hash-object", "--no-filters", "--stdin"]
    return subprocess.run(command, input=content, env=repository.environment, capture_output=True, check=True).stdout.decode().strip()


def begun(root: Path, object_format: str = "sha1") -> tuple[TestRepository, str]:
    """`FILES` in one commit, and its name."""
    if object_format == "sha1":
        repository = committed(root, FILES)
        return repository, repository.git("rev-parse", "HEAD").decode().strip()
    repository = TestRepository(root, object_format).write_all(FILES)
    return repository, repository.commit("begin")


def measured(repository: TestRepository, base: Base, **more: Mapping[str, str]) -> ChangeSet:
    return change_set(door(repository.root, repository.environment), base, more.get("variables", {}))

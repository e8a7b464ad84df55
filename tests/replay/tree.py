"""The working copy that is replayed: one path, and one state after the other."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from .patch import Patch

_AS_NOBODY = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "replay"), ("EMAIL", "replay@example.invalid"))} | {
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Tree:
    """`keep`: ignored files that belong to the installation. `environment`: what the processes that look at the state see, a patch's variables in it."""

    def __init__(self, folder: Path, keep: Iterable[str] = ()) -> None:
        self.folder = folder
        self.keep = tuple(keep)
        self.patch: Patch | None = None

    def git(self, *words: str) -> str:
        return os.fsdecode(self._git(*words))

    def go(self, commit: str, patch: Patch | None = None, main: str = "") -> None:
        """The files of a commit, nothing else, with a patch as one more commit on it. `main` is where the default branch stands: else at `commit`."""
        stale = {*self._differing("HEAD"), *self._untracked(), *self._differing("HEAD", commit)}
        self._git("checkout", "--quiet", "--force", "--detach", commit)
        self._git("clean", "-ffdxq", *(word for kept in ("__pycache__", *self.keep) for word in ("-e", kept)))
        self._git("update-ref", "refs/heads/main", main or commit)
        if patch:
            patch.apply(self.folder)
            stale |= set(patch.paths)
            self._git("add", "--force", "--all", "--", *patch.paths) if patch.paths else None
            self._git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", "a fault")
        self.patch = patch
        for path in stale:
            self._forget(self.folder / path)

    @property
    def commit(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def is_before(self, commit: str) -> bool:
        """Whether a commit is one that the files as they are come after. Not itself."""
        return bool(commit) and commit != self.commit and self.git("merge-base", "HEAD", commit).strip() == commit

    @property
    def variables(self) -> dict[str, str]:
        """What the patch sets in the environment."""
        return dict(self.patch.env) if self.patch else {}

    @property
    def digest(self) -> str:
        """Of everything that makes this state: the same files in two commits are one state."""
        return hashlib.sha256(f"{self.git('rev-parse', 'HEAD^{tree}').strip()} {json.dumps(self.variables, sort_keys=True)}".encode()).hexdigest()[:24]

    def _differing(self, *between: str) -> set[str]:
        return set(filter(None, self.git("diff", "--name-only", "--no-renames", "-z", *between, "--").split("\0")))

    def _untracked(self) -> set[str]:
        return set(filter(None, self.git("ls-files", "--others", "--exclude-standard", "-z").split("\0")))

    def _forget(self, path: Path) -> None:
        """Bytecode of a file that differs now: it is believed by size and a time in whole seconds (Python's pyc format), and states follow fast.

        A folder that holds nothing else any more goes as well: it would be a namespace package.
        """
        for stale in (path.parent / "__pycache__").glob(f"{_literal(path.stem)}.*.pyc"):
            stale.unlink(missing_ok=True)
        for folder in path.relative_to(self.folder).parents:
            there = self.folder / folder
            if folder == Path() or not there.is_dir() or {entry.name for entry in there.iterdir()} - {"__pycache__"}:
                return
            shutil.rmtree(there)

    def _git(self, *words: str) -> bytes:
        command = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsync=none", "-c", "gc.auto=0", *words)
        ended = subprocess.run(command, cwd=self.folder, env={**os.environ, **_AS_NOBODY}, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        if ended.returncode:
            raise RuntimeError(f"git {' '.join(words)}: {ended.stderr.decode(errors='replace')}")
        return ended.stdout


def _literal(text: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)

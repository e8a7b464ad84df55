"""A small repository whose checks pass, fail, change files and make outputs; runs of the command line on it; what the store holds."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

CONFIG = """\
version: 1
verification:
  parallel: true
  max_workers: 2
  fail_fast: never
  sequential_fallback: false
  parallel_groups:
    - [reads, fails, many]
checks:
  make:
    run: mkdir -p out && cat source/*.txt > out/joined && cp out/joined out/copy
    inputs: ["source/*.txt"]
    outputs: [out]
  format:
    run: "sed -i -e 's/ *$//' source/*.txt"
    inputs: ["source/*.txt"]
    stage: mutating
    on_change: keep
  reads:
    run: "cmp out/joined out/copy && ! grep -q BAD out/joined"
    inputs: ["source/*.txt"]
    needs: [make]
  fails:
    run: "! grep -q BAD source/b.txt"
    inputs: [source/b.txt]
  many:
    run: "for n in 1 2 3 4 5 6 7 8 9; do head -c 20000 /dev/zero | tr '\\\\0' 'x'; echo; done; ! grep -q BAD source/a.txt"
    inputs: [source/a.txt]
  last:
    run: "! grep -q BAD source/*.txt other.txt"
    stage: slow
"""
"""Fast, mutating, a group, slow: every kind of step. `reads` fails when `out` is half restored."""

LINES = ("1\n", "22 \n", "BAD\n", "4444\n", "BAD \n")
EDITABLE = ("source/a.txt", "source/b.txt", "source/c.txt", "other.txt")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run that ended said: its exit code, and the ending of each check."""

    code: int
    endings: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Scene:
    """`folder` is the stress's own. A store may be shared with other scenes."""

    folder: Path
    store: Path
    root: Path = field(init=False)

    def __post_init__(self) -> None:
        self.root = self.folder / "repository"

    def build(self) -> "Scene":
        (self.root / "source").mkdir(parents=True)
        (self.root / ".firsttry.yml").write_text(CONFIG)
        (self.root / ".gitignore").write_text("/out/\n")
        for path in EDITABLE:
            (self.root / path).write_text(LINES[0])
        git(self.root, "init", "-q", "-b", "main")
        git(self.root, "add", "--all")
        git(self.root, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "begin")
        return self

    def edit(self, chance: random.Random) -> None:
        """Between no and three files get one of a few contents, so that earlier states come back."""
        for path in chance.sample(EDITABLE, chance.randint(0, 3)):
            (self.root / path).write_text(chance.choice(LINES))
        if chance.random() < 0.2:
            shutil.rmtree(self.root / "out", ignore_errors=True)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """The command line in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "ftaction", *arguments], cwd=self.root, env=self._variables(), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *arguments: str) -> Outcome:
        return finish(self.start("run", "--json", *arguments))

    def without_memory(self) -> Outcome:
        """The same tree, copied, judged anew: mutating checks must not change what the real run will see."""
        copy = self.folder / "judged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.root, copy, symlinks=True)
        if (copy / ".git").is_file():  # a worktree's copy becomes a repository of its own
            (copy / ".git").unlink()
            git(copy, "init", "-q")
            git(copy, "add", "--all")
        other = Scene(self.folder, self.folder / "no-store")
        other.root = copy
        return other.run("--no-cache")

    def verify(self) -> str:
        """What `cache verify` finds wrong; nothing when the store is whole."""
        process = self.start("cache", "verify", "--json")
        out, err = process.communicate()
        return "" if process.returncode == 0 else (out + err).decode()

    def prune(self) -> None:
        """Prune a day later: a temporary file that is younger could still be written by somebody."""
        yesterday = time.time() - 24 * 3600
        for path in self.left_over():
            os.utime(path, (yesterday, yesterday))
        self.start("cache", "prune").communicate()

    def left_over(self) -> list[str]:
        """Temporary files in the store. The folders of runs go as a whole, with whatever is in them."""
        return sorted(str(path) for path in self.store.rglob("*.tmp") if self.store / "runs" not in path.parents)

    def half_unpacked(self) -> list[str]:
        """What killed runs left beside the repository's files; the next unpacking takes it away."""
        return sorted(str(path) for path in self.root.rglob("*ftaction.*.tmp"))

    def _variables(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "FTACTION_STORE": str(self.store), "PYTHONDONTWRITEBYTECODE": "1"}


def finish(process: "subprocess.Popen[bytes]") -> Outcome:
    """Wait for a run. Raises `AssertionError` with what it said where it made no report."""
    out, err = process.communicate()
    assert process.returncode in (0, 1), f"exit {process.returncode}: {err.decode(errors='replace')}"
    document = json.loads(out.splitlines()[-1])["report"]
    return Outcome(process.returncode, tuple((one["check"], one["ending"]) for one in document["checks"]))


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)

"""A suite that was watched once, through the real command line and a real pytest. Each test gets its own copy of the files and the memory."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.command_line import CommandLine
from tests.support.repository import Files, TestRepository, committed
from tests.within.pythons import NEWEST, python


class Ran(NamedTuple):
    """`told`: what stands on the terminal. `check`: the only check's entry of the report."""

    status: int
    told: str
    check: dict[str, Any]

    @property
    def rule(self) -> str:
        """The rule that made all tests run; empty where none did."""
        return str(self.check.get("selection", {}).get("rule", ""))

    @property
    def selected(self) -> frozenset[str] | None:
        """The tests that ran; None where all did, and nobody chose."""
        chosen = self.check.get("selection", {}).get("selected")
        return None if chosen is None else frozenset(chosen)

    @property
    def left_out(self) -> int:
        return int(self.check.get("selection", {}).get("left_out", 0))


class Suite(CommandLine):
    """A repository with one check, whose pytest is one that can be watched, and a store beside it."""

    def __init__(self, folder: Path, *, there: bool = False) -> None:
        super().__init__(TestRepository(folder / "repository", there=there), folder / "store")
        self.folder = folder
        self.variables["PATH"] = f"{Path(python(NEWEST)).parent}:{self.variables['PATH']}"

    def edit(self, files: Mapping[str, str | None]) -> None:
        """Not committed: what differs is seen by content. None for a file that goes."""
        for path, text in files.items():
            if text is None:
                (self.repository.root / path).unlink()
            else:
                self.repository.write(path, text)

    def ran(self, variables: Mapping[str, str] | None = None) -> Ran:
        """A run of everything there is to run."""
        self.variables |= variables or {}
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        status, out, err = self.run("run", "--report", str(report))
        assert report.exists(), out + err
        (check,) = json.loads(report.read_text())["checks"]
        return Ran(status, out + err, check)


def watched(folder: Path, files: Files) -> Suite:
    """Its first run, which passes."""
    repository = committed(folder / "repository", files)
    repository.git("remote", "add", "origin", "https://github.com/us/it")  # a memory is of a repository, wherever it lies
    suite = Suite(folder, there=True)
    ran = suite.ran()
    assert (ran.status, ran.rule) == (0, "no map"), ran.told
    return suite


def copied(suite: Suite, folder: Path) -> Suite:
    """The same files and the same memory at another place. Compiled files stay behind: Python holds a source of the same second and size for the same."""
    shutil.copytree(suite.folder, folder, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return Suite(folder, there=True)

"""A small repository of one runner: a dictionary of texts, decided on as values and run for real."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ftaction.model.change import Kind, Touched
from ftaction.model.check import Command
from ftaction.model.narrow import Narrowed, Nothing, Related, Whole
from ftaction.tools.narrow import Ground, essences, narrow, scan

Files = Mapping[str, str]
LINES = {"jest": "jest --ci", "vitest": "vitest run"}


def differences(before: Files, after: Files) -> list[Touched]:
    """By content, as the run will do it."""
    return [
        Touched(path, Kind.ADDED if path not in before else Kind.DELETED if path not in after else Kind.MODIFIED)
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    ]


def decided(run: Command, before: Files, changes: Mapping[str, str | None], folder: str = ".") -> Narrowed | None:
    """What is decided where these files change so; None deletes one."""
    after = {path: text for path, text in {**before, **changes}.items() if text is not None}
    ground = Ground(
        run=run,
        folder=folder,
        files=sorted(after),
        touched=differences(before, after),
        read=after.get,
        scan=lambda path: scan(after[path]) if path in after else None,
        before=essences(folder, sorted(before), before.get),
    )
    return narrow(ground)


class Toy:
    """The files on disk, beside the runner's packages."""

    def __init__(self, root: Path, runner: str, modules: Path, files: Files) -> None:
        self.root, self.line, self.files = root, LINES[runner], dict(files)
        self._environment = {
            "PATH": f"{modules / '.bin'}:{os.environ['PATH']}", "HOME": str(root.parent), "CI": "1", "NO_COLOR": "1", "TMPDIR": str(root.parent),
        }  # fmt: skip
        root.mkdir()
        (root / "node_modules").symlink_to(modules)
        for path, text in files.items():
            self._write(path, text)

    def change(self, changes: Mapping[str, str | None]) -> Narrowed:
        """Make the change and decide what has to run."""
        found = decided(self.line, self.files, changes)
        assert found is not None
        for path, text in changes.items():
            if text is None:
                (self.root / path).unlink()
            else:
                self._write(path, text)
        return found

    def run(self, *words: str, line: str = "") -> subprocess.CompletedProcess[str]:
        """The command with these words appended."""
        command = [*(line or self.line).split(), *words]
        return subprocess.run(command, cwd=self.root, env=self._environment, capture_output=True, text=True, check=False)

    def passes(self, found: Narrowed) -> bool:
        """Whether what was decided passes."""
        match found:
            case Nothing():
                return True
            case Whole():
                return self.run().returncode == 0
            case Related(options=options):
                return self.run(*options).returncode == 0

    def _write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

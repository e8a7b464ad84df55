"""Where everything of one repository's replay stands: one folder each, nothing elsewhere."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The working copy stands at one path for good: the virtual environment's editable installation points at it."""

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        return self.root / self.name

    @property
    def tree(self) -> Path:
        return self.folder / "tree"

    @property
    def venv(self) -> Path:
        return self.folder / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def told(self) -> Path:
        """What the plug-in in the virtual environment tells of a run of pytest."""
        return self.venv / "replay"

    @property
    def truths(self) -> Path:
        return self.folder / "truth"

    @property
    def results(self) -> Path:
        return self.folder / "results"

    @property
    def faults(self) -> Path:
        return self.folder / "faults.jsonl"

    def memory(self, selector: str) -> Path:
        """What a selector remembers between runs."""
        return self.folder / "memory" / selector

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time uses the working copy; another one waits. The lock goes with its process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def environment(self) -> dict[str, str]:
        """What every process of a replay sees: nothing of whoever started it."""
        for path in (self.folder / "home", self.folder / "tmp"):
            path.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": f"{self.venv}/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
        }

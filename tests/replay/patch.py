"""A small change of a working copy, as data that can be kept and applied again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class DoesNotFitError(Exception):
    """The file is not the one that the patch was made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The bytes `old` that begin at `at` in the file become `new`. Texts are latin-1 so that any byte can stand in JSON."""

    path: str
    at: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """`edits` of files that are there, at most one each; `writes` whole new files; `deletes`; `env` variables that are set."""

    edits: tuple[Edit, ...] = ()
    writes: Mapping[str, str] = field(default_factory=dict)
    deletes: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[str, ...]:
        return (*(edit.path for edit in self.edits), *self.writes, *self.deletes)

    def apply(self, folder: Path) -> None:
        """Raises DoesNotFitError."""
        for edit in self.edits:
            content = (folder / edit.path).read_bytes()
            old = edit.old.encode("latin-1")
            if content[edit.at : edit.at + len(old)] != old:
                raise DoesNotFitError(edit.path)
            _write(folder / edit.path, content[: edit.at] + edit.new.encode("latin-1") + content[edit.at + len(old) :])
        for path, text in self.writes.items():
            _write(folder / path, text.encode("latin-1"))
        for path in self.deletes:
            (folder / path).unlink()


def patch_from(data: dict[str, Any]) -> Patch:
    """From what `dataclasses.asdict` made of one, by way of JSON."""
    edits = tuple(Edit(**edit) for edit in data["edits"])
    return Patch(edits=edits, writes=dict(data["writes"]), deletes=tuple(data["deletes"]), env=dict(data["env"]))


def _write(path: Path, content: bytes) -> None:
    """A new file in its place: the same name is never the same inode, as after a checkout."""
    mode = path.stat().st_mode if path.exists() else None
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if mode is not None:
        path.chmod(mode)

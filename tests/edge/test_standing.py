"""Whether outputs were touched, from how they stand on disk."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ftaction.edge.standing import standing

AN_HOUR_AGO = 1_700_000_000_123_456_789
OUTPUTS = ("out", "file", "link")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "out/deep/er").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    for name in ("out/a", "out/deep/b", "file", "elsewhere/c", os.fsdecode(b"out/not utf-8 \xff")):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, ns=(AN_HOUR_AGO, AN_HOUR_AGO))
    (tmp_path / "out/link").symlink_to("a")
    (tmp_path / "link").symlink_to("elsewhere")
    return tmp_path


def _again(path: Path) -> None:
    """Other bytes, as many, at the same time."""
    os.utime(path, ns=(AN_HOUR_AGO, AN_HOUR_AGO + 1))


def _longer(path: Path) -> None:
    path.write_bytes(b"xy")
    os.utime(path, ns=(AN_HOUR_AGO, AN_HOUR_AGO))


def _imported(folder: Path) -> None:
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__/a.pyc").write_bytes(b"x")


def _relink(path: Path) -> None:
    path.unlink()
    path.symlink_to("elsewhere else")


TOUCHED: list[tuple[str, Callable[[Path], object]]] = [
    ("a file's time, by a nanosecond", lambda root: _again(root / "out/a")),
    ("a file's size, its time put back", lambda root: _longer(root / "out/a")),
    ("a file's mode", lambda root: (root / "out/deep/b").chmod(0o700)),
    ("a folder's mode", lambda root: (root / "out/deep/er").chmod(0o700)),
    ("a new file", lambda root: (root / "out/deep/er/new").write_bytes(b"")),
    ("a new folder", lambda root: (root / "out/deep/er/new").mkdir()),
    ("a file that is gone", lambda root: (root / "out/deep/b").unlink()),
    ("another name", lambda root: (root / "out/a").rename(root / "out/b")),
    ("the same name elsewhere", lambda root: (root / "out/deep/b").rename(root / "out/deep/er/b")),
    ("an output that is a file", lambda root: _again(root / "file")),
    ("an output that is gone", lambda root: shutil.rmtree(root / "out")),
    ("another link", lambda root: _relink(root / "link")),
]

LEFT_ALONE: list[tuple[str, Callable[[Path], object]]] = [
    ("nothing", lambda root: None),
    ("a folder's time", lambda root: os.utime(root / "out/deep")),
    ("what Python keeps beside its sources", lambda root: _imported(root / "out")),
    ("what a link leads to", lambda root: (root / "elsewhere/c").write_bytes(b"changed")),
    ("what is no output", lambda root: (root / "other").write_bytes(b"x")),
]


@pytest.mark.parametrize("change", [row[1] for row in TOUCHED], ids=[row[0] for row in TOUCHED])
def test_what_was_touched_is_seen(root: Path, change: Callable[[Path], object]) -> None:
    before = standing(str(root), OUTPUTS)
    change(root)
    assert standing(str(root), OUTPUTS) != before


@pytest.mark.parametrize("change", [row[1] for row in LEFT_ALONE], ids=[row[0] for row in LEFT_ALONE])
def test_what_does_not_matter_changes_nothing(root: Path, change: Callable[[Path], object]) -> None:
    before = standing(str(root), OUTPUTS)
    change(root)
    assert standing(str(root), OUTPUTS) == before


def test_a_folder_deeper_than_functions_may_call_each_other(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=folder)
        inner = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    assert standing(str(tmp_path), ("d",))
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # which `shutil` can't

"""A short part of what `python -m tests.mutations` does at length, and what each hostile thing weighs."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutations.__main__ import run
from tests.mutations.heavy import HEAVY, Heavy

_MOST = 120_000_000  # bytes of memory


def test_nothing_mutated_does_harm(tmp_path: Path) -> None:
    counted = run(1000, 7, tmp_path)
    assert counted["bundle"] == 300
    assert counted["relabelled"] > 0, "the one lie that needs a signature to be told was among them"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Removed at once: some of these are large."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@pytest.mark.parametrize("heavy", HEAVY, ids=lambda heavy: heavy.name)
def test_nothing_takes_more_memory_than_we_may(heavy: Heavy, folder: Path) -> None:
    heavy.make(folder / "it")
    command = [sys.executable, "-m", "tests.mutations.weigh", heavy.kind, str(folder / "it")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert int(done.stdout) < _MOST

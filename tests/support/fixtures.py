"""Fixtures for the tests of runs and of the outside."""

from pathlib import Path

import pytest

from tests.support.gates import Gates
from tests.support.repository import TestRepository, committed
from tests.support.rig import Rig


@pytest.fixture
def repository(tmp_path: Path) -> TestRepository:
    return committed(tmp_path / "repository", {"a.txt": "a\n", "b.txt": "b\n", "folder/c.txt": "c\n"})


@pytest.fixture
def rig(repository: TestRepository) -> Rig:
    return Rig(repository)


@pytest.fixture
def gates(tmp_path: Path) -> Gates:
    return Gates(tmp_path / "gates")

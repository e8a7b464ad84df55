"""Two repositories and one proxy for all cases. They stand in memory where the machine has such a place: hundreds of stores are made and removed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.proxy import Proxy
from tests.faults.scene import MAKING, PLAIN, Ground
from tests.support.repository import committed

_MEMORY = "/dev/shm"
_FILES = {"a.txt": "a\n", "b.txt": "b\n", ".gitignore": "made/\n"}


@pytest.fixture(scope="package")
def folder() -> Iterator[Path]:
    made = tempfile.mkdtemp(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)
    yield Path(made)
    shutil.rmtree(made)


@pytest.fixture(scope="package")
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        yield proxy


@pytest.fixture(scope="package")
def plain(proxy: Proxy, folder: Path) -> Iterator[Ground]:
    with closing(Ground(folder / "plain-runs", committed(folder / "plain", _FILES), PLAIN, proxy)) as ground:
        yield ground


@pytest.fixture(scope="package")
def making(proxy: Proxy, folder: Path) -> Iterator[Ground]:
    with closing(Ground(folder / "making-runs", committed(folder / "making", _FILES), MAKING, proxy)) as ground:
        yield ground

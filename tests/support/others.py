"""Another user of the machine."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftaction.edge.machine import Identity

NOBODY = Identity(65534, 65534)


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that another user may reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)

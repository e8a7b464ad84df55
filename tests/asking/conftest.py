"""The shared fixtures."""

from pathlib import Path

import pytest

from tests.asking.scene import Scene
from tests.support.fixtures import gates, repository, rig

__all__ = ["gates", "repository", "rig", "scene"]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)

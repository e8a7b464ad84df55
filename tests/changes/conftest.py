"""A host that is made once and copied for each test."""

from pathlib import Path

import pytest

from tests.changes.scene import Host


@pytest.fixture(scope="session")
def first_host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    return Host(tmp_path_factory.mktemp("host"))


@pytest.fixture
def host(first_host: Host, tmp_path: Path) -> Host:
    return first_host.copied(tmp_path)

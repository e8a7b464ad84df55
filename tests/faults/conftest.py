"""Two repositories and one proxy for all cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.proxy import Proxy
from tests.faults.scene import MAKING, PLAIN, Ground
from tests.support.repository import committed


@pytest.fixture(scope="package")
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        yield proxy


@pytest.fixture(scope="package")
def plain(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("plain")
    return Ground(folder / "runs", committed(folder / "repository", {"a.txt": "a\n", "b.txt": "b\n"}), PLAIN, proxy)


@pytest.fixture(scope="package")
def making(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("making")
    return Ground(folder / "runs", committed(folder / "repository", {"a.txt": "a\n", "b.txt": "b\n", ".gitignore": "made/\n"}), MAKING, proxy)

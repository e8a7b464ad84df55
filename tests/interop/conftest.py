"""What every test here needs: the real programs."""

from pathlib import Path

import pytest

from tests.interop.node import install


@pytest.fixture(scope="session", autouse=True)
def _installed() -> Path:
    return install()

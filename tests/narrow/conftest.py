"""What the tests with real runners need."""

from pathlib import Path

import pytest

from tests.support import npm


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder of packages that holds jest and vitest."""
    return npm.install(Path(__file__).parent / "npm", npm.BUILD / "narrow") / "node_modules"

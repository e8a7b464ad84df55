"""Every test ends with no request that GitHub would not take."""

from collections.abc import Iterator

import pytest

from tests.support.github_told import GitHubTold


@pytest.fixture
def api() -> Iterator[GitHubTold]:
    with GitHubTold() as running:
        yield running
    assert running.invalid == []

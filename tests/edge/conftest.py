"""The shared fixtures."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.support.fixtures import gates, repository, rig
from tests.support.shelves import HttpServer, S3Server, moto

__all__ = ["gates", "repository", "rig"]

_NUMBERS = count()


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    with moto() as endpoint:
        yield endpoint


@pytest.fixture
def s3_server(s3_endpoint: str) -> S3Server:
    return S3Server(s3_endpoint, f"bucket-{next(_NUMBERS)}")


@pytest.fixture
def http_server() -> Iterator[HttpServer]:
    server = HttpServer()
    yield server
    server.close()

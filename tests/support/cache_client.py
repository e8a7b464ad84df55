"""The cache service's client over a test's server: small pieces, no pauses, few tries."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ftaction.edge.cache_service import cache_service
from ftaction.edge.retry import Backoff, Rules
from ftaction.edge.way import Sizes, Times, Way
from ftaction.edge.web import Web
from ftaction.edge.wire import Limits
from ftaction.model.doors import CacheService
from tests.support.cache_entries import MAIN, READ, WRITE, token
from tests.support.cache_server import CacheServer

KIB = 1 << 10
SIZES = Sizes(piece=64 * KIB, single=100 * KIB, block=40 * KIB, width=4)
TRIES = 3
TOKEN = token((MAIN, READ | WRITE))


def small_way(sizes: Sizes = SIZES) -> Way:
    """Nothing sleeps, and three tries are all."""
    backoff = Backoff(Rules(tries=TRIES), sleep=lambda seconds: None, random=lambda: 0.0)
    return Way(Web("the cache service", {}, limits=Limits(connect=5.0, idle=30.0)), backoff, sizes, Times())


def variables(version: str, server: CacheServer, bearer: str = TOKEN) -> dict[str, str]:
    """A job that has this version of the service."""
    if version == "v1":
        return {"ACTIONS_CACHE_URL": f"{server.url}/abc/", "ACTIONS_RUNTIME_TOKEN": bearer}
    return {"ACTIONS_RESULTS_URL": server.url, "ACTIONS_RUNTIME_TOKEN": bearer}


def client(given: Mapping[str, str], masked: list[str] | None = None, cache_url: str = "", sizes: Sizes = SIZES) -> CacheService:
    found = cache_service(given, cache_url, mask=(masked if masked is not None else []).append, way=lambda: small_way(sizes))
    assert found.service is not None, found.reason
    return found.service


@contextmanager
def served(folder: Path, *, ranges: bool = True) -> Iterator[CacheServer]:
    with CacheServer(folder / "server", ranges=ranges) as server:
        yield server


def saved(folder: Path, content: bytes) -> str:
    """A file with this content."""
    path = folder / "content"
    path.write_bytes(content)
    return str(path)

"""Version 1 of the cache service, which Enterprise Server, act, Gitea and Forgejo speak."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftaction.edge.retry import RefusedError
from ftaction.errors import StoreError
from tests.support.cache_client import KIB, TOKEN, TRIES, client, saved, served, variables
from tests.support.cache_entries import MAIN, READ, token
from tests.support.cache_server import CacheServer, Reply

FIND, RESERVE, CHUNK, COMMIT = "GET cache", "POST caches", "PATCH caches/N", "POST caches/N"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CacheServer]:
    with served(tmp_path) as running:
        yield running


def answering(server: CacheServer, name: str, reply: Reply) -> None:
    server.intercept = lambda seen: reply if seen.name == name else None


@pytest.mark.parametrize(
    ("size", "chunks"),
    [pytest.param(1, 1, id="one byte"), pytest.param(100 * KIB, 1, id="just one chunk"), pytest.param(1500 * KIB + 7, 16, id="many chunks")],
)
@pytest.mark.parametrize("ranges", [True, False])
def test_what_is_saved_comes_back(tmp_path: Path, ranges: bool, size: int, chunks: int) -> None:
    content = os.urandom(size)
    with served(tmp_path, ranges=ranges) as server:
        service = client(variables("v1", server))
        assert service.save("key-1", saved(tmp_path, content))
        assert server.requests(CHUNK) == chunks
        hit = service.find("key-1")
        assert hit is not None
        assert b"".join(service.download(hit)) == content


@pytest.mark.parametrize("bearer", [TOKEN, ""], ids=["a token", "none, as under act"])
def test_the_address_is_kept_with_its_path_and_a_token_is_sent_where_there_is_one(server: CacheServer, tmp_path: Path, bearer: str) -> None:
    service = client(variables("v1", server, bearer))
    assert service.save("key", saved(tmp_path, b"x"))
    assert service.find("a b", ("k%/", "c")) is None
    for seen in server.seen:
        assert seen.path.startswith("/abc/_apis/artifactcache/cache")
        assert seen.headers["Accept"] == "application/json;api-version=6.0-preview.1"
        assert seen.headers.get("Authorization", "") == (f"Bearer {bearer}" if bearer else "")
    assert server.seen[-1].query["keys"] == "a b,k%/,c"


def test_a_server_may_keep_keys_in_lower_case(server: CacheServer, tmp_path: Path) -> None:
    service = client(variables("v1", server))
    assert service.save("Key-ONE", saved(tmp_path, b"x"))
    assert [hit and hit.key for hit in (service.find("KEY-one"), service.find("KEY-two", ("Key-",)), service.find("key-"))] == ["key-one", "key-one", None]
    assert not service.save("key-one", saved(tmp_path, b"x"))


def test_an_address_that_ran_out_is_asked_for_anew(server: CacheServer, tmp_path: Path) -> None:
    content, service = os.urandom(500 * KIB), client(variables("v1", server))
    assert service.save("key", saved(tmp_path, content))
    hit = service.find("key")
    assert hit is not None
    server.expire()
    assert b"".join(service.download(hit)) == content


ROWS: list[tuple[str, str, Reply, str, int, bool]] = [
    ("no valid token", FIND, Reply(401), "the cache service answered 401", 1, True),
    ("a rate limit", FIND, Reply(429), "the cache service limits how often it is asked (429)", 1, True),
    ("a lock that is held", FIND, Reply(500), f"the cache service answered 500, {TRIES} times", TRIES, True),
    ("a page", FIND, Reply(200, b"<html>"), f"the cache service answered with something that is not JSON, {TRIES} times", TRIES, True),
    ("no such service", FIND, Reply(404), "the cache service answered 404", 1, False),
    ("too large a file", RESERVE, Reply(400, b'{"message":"too large"}'), "the cache service answered 400", 1, False),
    ("writing denied", RESERVE, Reply(403), "the cache service answered 403", 1, True),
    ("no number", RESERVE, Reply(200, b"{}"), "the cache service did not reserve the entry", 1, False),
    ("a number that is a word", RESERVE, Reply(200, b'{"cacheId":"../1"}'), "the cache service did not reserve the entry", 1, False),
    ("a chunk that is refused", CHUNK, Reply(400), "the cache service answered 400 to an upload", 1, False),
    ("chunks that fail", CHUNK, Reply(503), f"the cache service answered 503, {TRIES} times", TRIES, True),
    ("another size", COMMIT, Reply(400), "the cache service answered 400", 1, False),
]


@pytest.mark.parametrize(("name", "reply", "sentence", "requests", "refused"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_call_that_fails(server: CacheServer, tmp_path: Path, name: str, reply: Reply, sentence: str, requests: int, refused: bool) -> None:
    answering(server, name, reply)
    service = client(variables("v1", server))
    with pytest.raises(StoreError) as raised:
        service.find("key") if name == FIND else service.save("key", saved(tmp_path, b"x"))
    assert str(raised.value) == sentence
    assert isinstance(raised.value, RefusedError) == refused
    assert server.requests(name) == requests
    if name == CHUNK:
        assert server.requests(COMMIT) == 0


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"cacheKey":"key"}', b'{"cacheKey":"other","archiveLocation":"http://h/"}', b'{"cacheKey":5,"archiveLocation":6}']
)
def test_a_miss(server: CacheServer, body: bytes) -> None:
    answering(server, FIND, Reply(200, body))
    assert client(variables("v1", server)).find("key") is None


def test_a_token_that_may_not_write(server: CacheServer, tmp_path: Path) -> None:
    service = client(variables("v1", server, token((MAIN, READ))))
    with pytest.raises(RefusedError, match="the cache service answered 403"):
        service.save("key", saved(tmp_path, b"x"))
    assert not service.writable


def test_requests_are_those_of_the_real_client(server: CacheServer, tmp_path: Path) -> None:
    client(variables("v1", server)).save("key", saved(tmp_path, b"x" * 7))
    assert [(seen.name, json.loads(seen.body) if seen.body else seen.headers.get("Content-Range")) for seen in server.seen][1:] == [
        (CHUNK, "bytes 0-6/*"),
        (COMMIT, {"size": 7}),
    ]
    assert json.loads(server.seen[0].body)["cacheSize"] == 7

"""Version 2 of the cache service, against a server that the real @actions/cache has proven (`tests/interop`)."""

import json
import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import pytest

from ftaction.edge.cache_service import VERSION
from ftaction.edge.cache_v2 import mask_signatures
from ftaction.edge.retry import RefusedError
from ftaction.edge.way import Sizes
from ftaction.errors import StoreError
from ftaction.model.doors import Hit
from tests.support.cache_client import KIB, TOKEN, TRIES, client, saved, served, variables
from tests.support.cache_entries import MAIN, READ, WRITE, token
from tests.support.cache_server import CacheServer, Reply, Seen

GET, CREATE, FINALIZE = "GetCacheEntryDownloadURL", "CreateCacheEntry", "FinalizeCacheEntryUpload"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CacheServer]:
    with served(tmp_path) as running:
        yield running


def answering(server: CacheServer, name: str, reply: Reply) -> None:
    """From now on, to each request of this name."""
    server.intercept = lambda seen: reply if seen.name == name else None


def said(fields: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(fields).encode(), {"Content-Type": "application/json"})


SIZES = [
    pytest.param(0, 0, 1, id="nothing"),
    pytest.param(1, 0, 1, id="one byte"),
    pytest.param(64 * KIB, 0, 1, id="just one range"),
    pytest.param(64 * KIB + 1, 0, 1, id="a second range of one byte"),
    pytest.param(100 * KIB, 0, 1, id="just one request"),
    pytest.param(100 * KIB + 1, 3, 0, id="blocks"),
    pytest.param(1500 * KIB + 7, 38, 0, id="many blocks and ranges"),
]


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize(("size", "blocks", "whole"), SIZES)
def test_what_is_saved_comes_back(tmp_path: Path, ranges: bool, size: int, blocks: int, whole: int) -> None:
    content = os.urandom(size)
    with served(tmp_path, ranges=ranges) as server:
        assert client(variables("v2", server)).save("key-1", saved(tmp_path, content))
        assert (server.requests("PUT block"), server.requests("PUT blob")) == (blocks, whole)
        service = client(variables("v2", server))
        hit = service.find("key-1")
        assert hit is not None
        assert hit.key == "key-1"
        assert b"".join(service.download(hit)) == content
        assert all("Authorization" not in seen.headers for seen in server.seen if "blob" in seen.name)


def test_requests_are_those_of_the_real_client(server: CacheServer, tmp_path: Path) -> None:
    """Bodies as seen on the wire of @actions/cache, but for the version."""
    service, bodies = client({**variables("v2", server), "ACTIONS_RESULTS_URL": f"{server.url}/any/path/"}), list[object]()
    service.find("k-1", ("k-",))
    service.find("k-1")
    service.save("k-1", saved(tmp_path, b"x" * 241))
    for seen in server.seen:
        if seen.path.startswith("/twirp/"):
            assert seen.headers["Authorization"] == f"Bearer {TOKEN}"
            assert seen.headers["Content-Type"] == "application/json"
            bodies.append((seen.name, json.loads(seen.body)))
    assert bodies == [
        (GET, {"key": "k-1", "restore_keys": ["k-"], "version": VERSION}),
        (GET, {"key": "k-1", "version": VERSION}),
        (CREATE, {"key": "k-1", "version": VERSION}),
        (FINALIZE, {"key": "k-1", "size_bytes": "241", "version": VERSION}),
    ]


def test_the_newest_entry_of_a_prefix_is_found_and_a_longer_key_is_not_the_key(server: CacheServer, tmp_path: Path) -> None:
    service, path = client(variables("v2", server)), saved(tmp_path, b"x")
    for key in ("a-1", "a-12", "b-1"):
        assert service.save(key, path)
    assert [hit and hit.key for hit in (service.find("a-1"), service.find("a-2"), service.find("a-"), service.find("c", ("a-", "b-")))] == [
        "a-1",
        None,
        None,
        "a-12",
    ]


def test_scopes(server: CacheServer, tmp_path: Path) -> None:
    """A pull request reads its own and the default branch's, and writes only its own."""
    pull = client(variables("v2", server, token(("refs/pull/1/merge", READ | WRITE), (MAIN, READ))))
    main, path = client(variables("v2", server)), saved(tmp_path, b"x")
    assert main.save("of-main", path)
    assert pull.save("of-pull", path)
    assert [hit is not None for hit in (pull.find("of-main"), pull.find("of-pull"), main.find("of-main"), main.find("of-pull"))] == [True, True, True, False]
    other = client(variables("v2", server, token((MAIN, READ | WRITE), repository="2")))
    assert other.find("of-main") is None


NOTHING: list[tuple[str, Reply]] = [
    ("a miss", said({"ok": False})),
    ("defaults are left out", said({})),
    ("no address", said({"ok": True, "matched_key": "key"})),
    ("another key", said({"ok": True, "matched_key": "other", "signed_download_url": "http://127.0.0.1/"})),
    ("a key that is longer", said({"ok": True, "matched_key": "key2", "signed_download_url": "http://127.0.0.1/"})),
    ("a key that is no text", said({"ok": True, "matched_key": 5, "signed_download_url": "http://127.0.0.1/"})),
    ("some servers have a status for it", said({"code": "not_found", "msg": "no"}, 404)),
]


@pytest.mark.parametrize("reply", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_a_miss(server: CacheServer, reply: Reply) -> None:
    answering(server, GET, reply)
    assert client(variables("v2", server)).find("key") is None


HITS: list[tuple[str, dict[str, object]]] = [
    ("names as the service writes them", {"ok": True, "matched_key": "key", "signed_download_url": "http://h/"}),
    ("names as Protobuf's JSON may have them", {"ok": True, "matchedKey": "key", "signedDownloadUrl": "http://h/"}),
    ("names we don't know", {"ok": True, "matched_key": "key", "signed_download_url": "http://h/", "new": {"a": [1]}}),
    ("another case", {"ok": True, "matched_key": "KEY", "signed_download_url": "http://h/"}),
]


@pytest.mark.parametrize("fields", [row[1] for row in HITS], ids=[row[0] for row in HITS])
def test_a_hit(server: CacheServer, fields: dict[str, object]) -> None:
    answering(server, GET, said(fields))
    hit = client(variables("v2", server)).find("key")
    assert hit is not None
    assert hit.place == "http://h/"


CALLS: list[tuple[str, Reply, str, int, bool]] = [
    ("reading denied", said({"code": "permission_denied", "msg": "cache read denied: no"}, 403), "answered 403: cache read denied: no", 1, True),
    ("no valid token", said({"code": "unauthenticated"}, 401), "answered 401", 1, True),
    ("a rate limit", said({"msg": "slow"}, 429), "limits how often it is asked (429)", 1, True),
    ("a quota", said({"msg": "insufficient usage to do that"}, 500), "answered 500: insufficient usage to do that", 1, True),
    ("trouble 500", said({"msg": "x"}, 500), f"answered 500, {TRIES} times", TRIES, True),
    ("trouble 502", Reply(502, b"<html>"), f"answered 502, {TRIES} times", TRIES, True),
    ("trouble 503", Reply(503), f"answered 503, {TRIES} times", TRIES, True),
    ("trouble 504", Reply(504), f"answered 504, {TRIES} times", TRIES, True),
    ("a page", Reply(200, b"<html>"), f"answered with something that is not JSON, {TRIES} times", TRIES, True),
    ("a list", Reply(200, b"[]"), f"answered with something that is not JSON, {TRIES} times", TRIES, True),
    ("bytes that are no text", Reply(200, b"\xff\xfe{}"), f"answered with something that is not JSON, {TRIES} times", TRIES, True),
    ("lists in lists without end", Reply(200, b"[" * 100_000), f"answered with something that is not JSON, {TRIES} times", TRIES, True),
    ("a body cut off", Reply(200, b"{", {"Content-Length": "20"}), "the connection to the cache service broke off, 3 times", TRIES, True),
    ("a wrong request", said({"code": "malformed", "msg": "no such field"}, 400), "answered 400: no such field", 1, False),
    ("another status", Reply(418), "answered 418", 1, False),
    ("a redirect", Reply(302, b"", {"Location": "http://127.0.0.1/"}), "answered 302", 1, False),
    ("no such service", Reply(404, b"404 page not found"), "answered 404", 1, False),
    ("too large an answer", Reply(200, b" " * 1_100_000), "answered with more than 1048576 bytes", 1, False),
    ("words with an address", said({"msg": "see http://h/?sig=1"}, 400), "answered 400", 1, False),
    ("words with the token", said({"msg": f"bad {TOKEN}"[:500]}, 400), "answered 400", 1, False),
    ("long words in lines", said({"msg": "::error::" + "a\r\nb" * 500}, 400), "answered 400: ::error::a b", 1, False),
]


@pytest.mark.parametrize(("reply", "sentence", "requests", "refused"), [row[1:] for row in CALLS], ids=[row[0] for row in CALLS])
@pytest.mark.parametrize("call", [GET, CREATE])
def test_a_call_that_fails(server: CacheServer, tmp_path: Path, call: str, reply: Reply, sentence: str, requests: int, refused: bool) -> None:
    answering(server, call, reply)
    service, path = client(variables("v2", server)), saved(tmp_path, b"x")
    act: Callable[[], object] = (lambda: service.find("key")) if call == GET else (lambda: service.save("key", path))
    with pytest.raises(StoreError) as raised:
        act()
    words = str(raised.value)
    assert words.startswith((f"the cache service {sentence}", sentence)) if "long" not in sentence else sentence in words
    assert len(words) < 250
    assert "\n" not in words
    assert server.requests(call) == requests
    assert isinstance(raised.value, RefusedError) == refused
    with pytest.raises(StoreError) as again:  # after a refusal nothing is asked any more, and the sentence is the same
        act()
    assert str(again.value) == words
    assert server.requests(call) == requests * (1 if refused else 2)
    assert (service.readable, service.writable) == (not refused or call == CREATE, not refused or call == GET)


def test_another_job_may_be_saving_the_same(server: CacheServer, tmp_path: Path) -> None:
    service, path = client(variables("v2", server)), saved(tmp_path, b"x")
    assert service.save("key", path)
    assert not service.save("key", path)
    answering(server, CREATE, said({"ok": False}))
    assert not service.save("other", path)
    assert service.writable


@pytest.mark.parametrize("bearer", [token((MAIN, READ)), token()], ids=["read only", "nothing"])
def test_a_token_that_may_not_write(server: CacheServer, tmp_path: Path, bearer: str) -> None:
    service, path = client(variables("v2", server, bearer)), saved(tmp_path, b"x")
    for _ in range(2):
        with pytest.raises(RefusedError) as raised:
            service.save("key", path)
        assert str(raised.value) == "the cache service refuses to save: cache write denied: token has no writable scopes"
    assert server.requests(CREATE) == 1
    assert not service.writable


def test_a_token_that_may_only_write(server: CacheServer, tmp_path: Path) -> None:
    service = client(variables("v2", server, token((MAIN, WRITE))))
    with pytest.raises(RefusedError, match="cache read denied: token has no readable scopes"):
        service.find("key")
    assert service.save("key", saved(tmp_path, b"x"))
    assert (service.readable, service.writable) == (False, True)


BROKEN: list[tuple[str, str, Reply, str]] = [
    ("a blob that is refused", "PUT blob", Reply(403), "the cache service answered 403 to an upload"),
    ("a server that can't store", "PUT blob", Reply(500), f"the cache service answered 500, {TRIES} times"),
    ("a rate limit of blobs", "PUT blob", Reply(429), f"the cache service limits how often it is asked (429), {TRIES} times"),
    ("a block that is refused", "PUT block", Reply(400), "the cache service answered 400 to an upload"),
    ("a block that breaks off", "PUT block", Reply(201, b"", {"Content-Length": "9"}), f"the connection to the cache service broke off, {TRIES} times"),
    ("a list that is refused", "PUT blocklist", Reply(400), "the cache service answered 400 to an upload"),
    ("a list that is redirected", "PUT blocklist", Reply(307, b"", {"Location": "http://h/"}), "the cache service answered 307 to an upload"),
]


@pytest.mark.parametrize(("name", "reply", "sentence"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_an_upload_that_failed_is_never_finalized(server: CacheServer, tmp_path: Path, name: str, reply: Reply, sentence: str) -> None:
    answering(server, name, reply)
    size = 100 if name == "PUT blob" else 500 * KIB
    with pytest.raises(StoreError) as raised:
        client(variables("v2", server)).save("key", saved(tmp_path, os.urandom(size)))
    assert str(raised.value) == sentence
    assert server.requests(FINALIZE) == 0


@pytest.mark.parametrize("name", ["PUT blob", "PUT block", "PUT blocklist", CREATE, FINALIZE, GET, "GET blob"])
def test_what_fails_once_is_tried_again(server: CacheServer, tmp_path: Path, name: str) -> None:
    lock, failed = Lock(), list[Seen]()

    def once(seen: Seen) -> Reply | None:
        with lock:
            if seen.name == name and not failed:
                failed.append(seen)
                return Reply(503)
        return None

    server.intercept = once
    content = os.urandom(100 if name == "PUT blob" else 500 * KIB)
    service = client(variables("v2", server))
    assert service.save("key", saved(tmp_path, content))
    hit = service.find("key")
    assert hit is not None
    assert b"".join(service.download(hit)) == content
    assert len(failed) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ok": False, "message": "size differs"}, "the cache service did not take the entry: size differs"),
        ({}, "the cache service did not take the entry"),
    ],
)
def test_an_entry_that_is_not_taken_in_the_end(server: CacheServer, tmp_path: Path, fields: dict[str, object], sentence: str) -> None:
    answering(server, FINALIZE, said(fields))
    with pytest.raises(StoreError) as raised:
        client(variables("v2", server)).save("key", saved(tmp_path, b"x"))
    assert str(raised.value) == sentence


def test_a_file_that_cannot_be_read_is_no_matter_of_the_service(server: CacheServer, tmp_path: Path) -> None:
    service = client(variables("v2", server))
    with pytest.raises(StoreError, match="the file to send can't be read: No such file or directory"):
        service.save("key", str(tmp_path / "missing"))
    assert server.seen == []
    assert service.writable


def test_a_file_that_changes_meanwhile_is_not_saved(server: CacheServer, tmp_path: Path) -> None:
    path = saved(tmp_path, os.urandom(500 * KIB))

    def change(seen: Seen) -> Reply | None:
        if seen.name == "PUT block":
            os.truncate(path, 10)
        return None

    server.intercept = change
    with pytest.raises(StoreError, match=r"the file to send (was changed|became shorter) while it was sent"):
        client(variables("v2", server)).save("key", path)
    assert server.requests(FINALIZE) == 0


@pytest.mark.parametrize("keys", [("",), ("k" * 513,), ("a,b",), ("k", "a,b"), ("k",) * 11], ids=["empty", "long", "comma", "comma in a prefix", "many"])
def test_keys_that_the_service_would_not_take(server: CacheServer, keys: tuple[str, ...]) -> None:
    with pytest.raises(StoreError, match="the cache takes at most 10 keys of at most 512 characters without a comma"):
        client(variables("v2", server)).find(keys[0], keys[1:])
    assert server.seen == []


# Downloads


def found(server: CacheServer, folder: Path, content: bytes) -> Hit:
    assert client(variables("v2", server)).save("key", saved(folder, content))
    hit = client(variables("v2", server)).find("key")
    assert hit is not None
    server.seen.clear()
    return hit


CONTENT = os.urandom(10 * 64 * KIB)


def test_ranges_are_asked_for_side_by_side_but_not_too_many(server: CacheServer, tmp_path: Path) -> None:
    pieces = client(variables("v2", server)).download(found(server, tmp_path, CONTENT))
    first = next(pieces)
    assert server.requests("GET blob") <= 4
    assert first + b"".join(pieces) == CONTENT
    assert server.requests("GET blob") == 10


def test_an_address_that_ran_out_is_asked_for_anew_once_and_the_rest_follows(server: CacheServer, tmp_path: Path) -> None:
    pieces = client(variables("v2", server)).download(found(server, tmp_path, CONTENT))
    first = next(pieces)
    server.expire()
    assert first + b"".join(pieces) == CONTENT
    assert server.requests(GET) == 1


def test_an_address_that_runs_out_again_is_an_error(server: CacheServer, tmp_path: Path) -> None:
    hit = found(server, tmp_path, CONTENT)
    answering(server, "GET blob", Reply(403))
    with pytest.raises(StoreError, match="the cache service answered 403 to a download"):
        list(client(variables("v2", server)).download(hit))
    assert server.requests(GET) == 1


def test_an_entry_that_is_gone_when_its_address_runs_out(server: CacheServer, tmp_path: Path) -> None:
    hit = found(server, tmp_path, CONTENT)
    server.expire()
    answering(server, GET, said({}))
    with pytest.raises(StoreError, match="the entry is gone"):
        list(client(variables("v2", server)).download(hit))


def range_of(seen: Seen) -> tuple[int, int]:
    first, last = seen.headers["Range"].removeprefix("bytes=").split("-")
    return int(first), int(last) + 1


def test_a_range_that_breaks_off_goes_on_where_it_was(server: CacheServer, tmp_path: Path) -> None:
    hit, lock, cut = found(server, tmp_path, CONTENT), Lock(), set[int]()

    def half(seen: Seen) -> Reply | None:
        start, end = range_of(seen)
        with lock:
            if start in cut or end - start < 64 * KIB:
                return None
            cut.add(start)
        headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(CONTENT)}", "Content-Length": str(end - start)}
        return Reply(206, CONTENT[start : start + 1000], headers)

    server.intercept = half
    assert b"".join(client(variables("v2", server)).download(hit)) == CONTENT
    assert sorted(range_of(seen)[0] % (64 * KIB) for seen in server.seen) == [0] * 10 + [1000] * 10


def lying(server: CacheServer, status: int, headers: dict[str, str], body: bytes, *, after: int = 0) -> None:
    """To all ranges from the byte `after` on."""
    server.intercept = lambda seen: Reply(status, body, headers) if "Range" in seen.headers and range_of(seen)[0] >= after else None


TOTAL = len(CONTENT)
LIES: list[tuple[str, int, dict[str, str], bytes, str]] = [
    ("another place", 206, {"Content-Range": f"bytes 0-{64 * KIB - 1}/{TOTAL}"}, CONTENT[: 64 * KIB], "gave another range"),
    ("another length", 206, {"Content-Range": f"bytes {64 * KIB}-{128 * KIB - 1}/{TOTAL + 1}"}, CONTENT[: 64 * KIB], "gave another range"),
    ("no place", 206, {}, CONTENT[: 64 * KIB], "gave another range"),
    ("all of it", 200, {}, CONTENT, "gave another range"),
    ("it changed", 412, {}, b"", "gave another range"),
    ("it became shorter", 416, {}, b"", "gave another range"),
    ("another entity", 206, {"Content-Range": f"bytes {64 * KIB}-{128 * KIB - 1}/{TOTAL}", "ETag": '"other"'}, CONTENT[: 64 * KIB], "gave another range"),
    ("more than asked for", 206, {"Content-Range": f"bytes {64 * KIB}-{128 * KIB - 1}/{TOTAL}"}, CONTENT[: 70 * KIB], "gave more than was asked for"),
    ("gone", 404, {}, b"", "answered 404 to a download"),
]


@pytest.mark.parametrize(("status", "headers", "body", "sentence"), [row[1:] for row in LIES], ids=[row[0] for row in LIES])
def test_a_second_range_that_is_not_what_was_asked_for(
    server: CacheServer, tmp_path: Path, status: int, headers: dict[str, str], body: bytes, sentence: str
) -> None:
    hit = found(server, tmp_path, CONTENT)
    lying(server, status, headers, body, after=64 * KIB)
    with pytest.raises(StoreError, match=sentence):
        list(client(variables("v2", server)).download(hit))


FIRST: list[tuple[str, int, dict[str, str]]] = [
    ("another place", 206, {"Content-Range": f"bytes 1-{64 * KIB}/{TOTAL}"}),
    ("no place", 206, {}),
    ("a length that nobody knows", 206, {"Content-Range": f"bytes 0-{64 * KIB - 1}/*"}),
    ("fewer than asked for", 206, {"Content-Range": f"bytes 0-9/{TOTAL}"}),
    ("it can't", 416, {}),
]


@pytest.mark.parametrize(("status", "headers"), [row[1:] for row in FIRST], ids=[row[0] for row in FIRST])
def test_a_first_range_that_proves_nothing_makes_it_one_stream(server: CacheServer, tmp_path: Path, status: int, headers: dict[str, str]) -> None:
    hit = found(server, tmp_path, CONTENT)
    lying(server, status, headers, CONTENT[: 64 * KIB])
    assert b"".join(client(variables("v2", server)).download(hit)) == CONTENT
    assert server.requests("GET blob") == 2


def test_a_stream_that_breaks_off_is_an_error(server: CacheServer, tmp_path: Path) -> None:
    hit = found(server, tmp_path, CONTENT)
    answering(server, "GET blob", Reply(200, CONTENT[:1000], {"Content-Length": str(TOTAL)}))
    with pytest.raises(StoreError, match="the connection to the cache service broke off"):
        list(client(variables("v2", server)).download(hit))


def test_an_entry_that_changes_meanwhile_is_an_error(server: CacheServer, tmp_path: Path) -> None:
    pieces = client(variables("v2", server)).download(found(server, tmp_path, CONTENT))
    next(pieces)
    os.utime(server.entries.path(1), (1, 1))
    with pytest.raises(StoreError, match="or the entry changed"):
        list(pieces)


def test_memory_is_bounded_whatever_the_size(server: CacheServer, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    try:
        service = client(variables("v2", server), sizes=Sizes(piece=1 << 20, single=1 << 20, block=1 << 20))
        assert service.save("key", str(tmp_path / "large"))
        hit = service.find("key")
        assert hit is not None
        assert sum(map(len, service.download(hit))) == 64 << 20
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


MASKED: list[tuple[str, str, list[str]]] = [
    ("nothing to mask", "http://h/a?b=c", []),
    ("as it stands and as it is meant", "http://h/a?se=1&sig=a%2Fb%3D&sp=r", ["a/b=", "a%2Fb%3D"]),
    ("partly encoded", "http://h/a?sig=a/b%3D", ["a/b=", "a%2Fb%3D", "a/b%3D"]),
    ("of S3", "http://h/a?X-Amz-Signature=abc&X-Amz-Date=1", ["abc"]),
    ("no address", "http://[", []),
    ("empty", "http://h/?sig=", []),
]


@pytest.mark.parametrize(("address", "expected"), [row[1:] for row in MASKED], ids=[row[0] for row in MASKED])
def test_signatures_are_masked(address: str, expected: list[str]) -> None:
    masked: list[str] = []
    mask_signatures(address, masked.append)
    assert masked == expected


def test_every_signature_is_masked_before_it_is_used(server: CacheServer, tmp_path: Path) -> None:
    masked: list[str] = []
    service = client(variables("v2", server), masked)
    unmasked: list[str] = []

    def look(seen: Seen) -> Reply | None:
        if "sig" in seen.query and seen.query["sig"] not in masked:
            unmasked.append(seen.query["sig"])
        return None

    server.intercept = look
    assert service.save("key", saved(tmp_path, CONTENT))
    hit = service.find("key")
    assert hit is not None
    assert b"".join(service.download(hit)) == CONTENT
    assert masked
    assert unmasked == []


def test_a_download_that_is_given_up_asks_for_no_more(server: CacheServer, tmp_path: Path) -> None:
    pieces = client(variables("v2", server)).download(found(server, tmp_path, CONTENT))
    next(pieces)
    del pieces
    assert server.requests("GET blob") <= 4

"""A shared store that lies, is slow, or is not there: always a miss, one clear note, no secret in it, and soon."""

import socket
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from time import monotonic

import pytest

from ftaction.edge.disk import DiskStore
from ftaction.edge.patience import Patience
from ftaction.edge.shelf import open_shelf
from ftaction.edge.shelf_http import HttpShelf
from ftaction.edge.shelf_s3 import S3Shelf
from ftaction.edge.signing import Signer, Verifier, keygen
from ftaction.errors import StoreDownError, StoreError
from ftaction.model.doors import Shelf
from ftaction.run import histories
from ftaction.run.envelope import unwrap, wrap
from ftaction.run.shared import SharedStore
from tests.support.keys import PUBLIC, SECRET
from tests.support.shelves import KEYS, TOKEN, Handler, HttpServer, S3Server, moto

SIGNER = Signer(SECRET, "the test")
STRANGER = Signer(keygen()[0], "the test")
VERIFIER = Verifier([PUBLIC], "the test")
NAME, OTHER = "a" * 64, "b" * 64
RECORD = b'{"a": "record"}'
BLOB = b"a blob" * 1000
DIGEST = sha256(BLOB).hexdigest()
SHORT = Patience(connect=0.5, idle=0.3, whole=0.6, blob=0.6)


@pytest.fixture
def server() -> Iterator[HttpServer]:
    server = HttpServer()
    yield server
    server.close()


def opened(shelf: Shelf, folder: Path, *, may_write: bool = False) -> SharedStore:
    return SharedStore(shelf, DiskStore(str(folder / "ground")), VERIFIER, SIGNER, may_write=may_write)


GOOD = wrap(SIGNER, "record", NAME, RECORD)

FORGED = [
    (RECORD, "a record without a signature"),
    (b"", "nothing"),
    (b"\x00" * 100, "zeros"),
    (b"<html>Please log in</html>", "a page of a proxy"),
    (wrap(STRANGER, "record", NAME, RECORD), "signed by a key that nobody named"),
    (wrap(SIGNER, "record", OTHER, RECORD), "another fingerprint's record in this one's place"),
    (wrap(SIGNER, "history", NAME, RECORD), "a history in a record's place"),
    (GOOD[:-20], "cut off at its end"),
    (GOOD[: len(GOOD) // 2], "cut in half"),
    (GOOD[1:], "cut off at its beginning"),
    (GOOD.replace(b'"a"', b'"b"'), "one letter of the content is another"),
    (GOOD.replace(RECORD, RECORD + b" "), "longer than its frame says"),
    (wrap(STRANGER, "record", NAME, RECORD).replace(STRANGER.name.encode(), SIGNER.name.encode()), "signed by a stranger in our name"),
    (b"\x2a\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + RECORD, "a length beyond everything"),
    (b"\x2a" + b"\xff" * 20, "a length without an end"),
    (b"\x2b\x00", "a kind of field that is none"),
    (b"\x2a\x05abcde", "no line end behind the signature"),
    (b"\x2a\x00", "an empty field"),
]


@pytest.mark.parametrize(("content", "why"), FORGED, ids=[row[1] for row in FORGED])
@pytest.mark.parametrize("expected", [True, False], ids=["expected", "asked"])
def test_what_no_key_of_ours_signed_is_a_miss(server: HttpServer, tmp_path: Path, content: bytes, why: str, expected: bool) -> None:
    server.entries[f"/shared/ac/{NAME}"] = content
    store = opened(server.shelf(), tmp_path)
    if expected:
        store.expect([NAME, OTHER])
    assert store.record(NAME) is None, why
    assert store.doubts == ("1 record of the shared store is not signed by a key of this run",)
    assert store.record(OTHER) is None


def test_a_good_one_is_no_miss(server: HttpServer, tmp_path: Path) -> None:
    """Else the table above would prove nothing."""
    server.entries[f"/shared/ac/{NAME}"] = GOOD
    store = opened(server.shelf(), tmp_path)
    assert store.record(NAME) == RECORD
    assert store.doubts == ()


def test_a_server_of_build_caches_may_write_the_message_anew(server: HttpServer, tmp_path: Path) -> None:
    """bazel-remote may add fields, in any order."""
    server.entries[f"/shared/ac/{NAME}"] = b"\x20\x00" + b"\x3a\x02hi" + b"\x49" + b"\x00" * 8 + GOOD + b"\x55" + b"\x00" * 4
    assert opened(server.shelf(), tmp_path).record(NAME) == RECORD


def test_every_byte_counts() -> None:
    """Of an envelope with any one byte changed nothing comes out but the content."""
    for at in range(len(GOOD)):
        for bit in (0x01, 0x80):
            changed = bytes((*GOOD[:at], GOOD[at] ^ bit, *GOOD[at + 1 :]))
            assert unwrap(VERIFIER, "record", NAME, changed) in (None, RECORD)
        assert unwrap(VERIFIER, "record", NAME, GOOD[:at]) in (None, RECORD)


def test_many_unsigned_ones_are_one_note(server: HttpServer, tmp_path: Path) -> None:
    names = [sha256(b"%d" % number).hexdigest() for number in range(40)]
    server.entries |= {f"/shared/ac/{name}": RECORD for name in names}
    store = opened(server.shelf(), tmp_path)
    store.expect(names)
    assert [store.record(name) for name in names] == [None] * 40
    assert store.doubts == ("40 records of the shared store are not signed by a key of this run",)
    assert len(server.asked) == 40


def test_another_blob_under_a_digest_is_a_miss(server: HttpServer, tmp_path: Path) -> None:
    server.entries[f"/shared/cas/{DIGEST}"] = BLOB[:-1] + b"B"
    store = opened(server.shelf(), tmp_path)
    pieces = store.stream(DIGEST)
    assert pieces is not None
    with pytest.raises(StoreError):
        list(pieces)
    assert store.stream(DIGEST) is None
    assert opened(server.shelf(), tmp_path).blob(DIGEST) is None
    assert len(store.doubts) == 1


def test_a_forged_history_is_none(server: HttpServer, tmp_path: Path) -> None:
    name = histories.name("scope")
    for content in (b"{}", wrap(STRANGER, "history", name, b'{"check":["line"]}'), wrap(SIGNER, "history", OTHER, b'{"check":["line"]}')):
        server.entries[f"/shared/ac/{name}"] = content
        store = opened(server.shelf(), tmp_path)
        assert store.history("scope/check") == []
        assert len(store.doubts) == 1
    for odd in (b"[]", b"{", b'{"check": 5}', b'{"check": [5]}', b"\xff", b"[" * 5000):
        server.entries[f"/shared/ac/{name}"] = wrap(SIGNER, "history", name, odd)
        assert opened(server.shelf(), tmp_path).history("scope/check") == []


Answer = Callable[[Handler], bool]


def _status(status: int, content: bytes = b"") -> Answer:
    def answer(handler: Handler) -> bool:
        handler.reply(status, content + handler.headers.get("Authorization", "").encode())
        return True

    return answer


def _short(handler: Handler) -> bool:
    handler.reply(200, GOOD[:10], length=len(GOOD))
    return True


def _hang_up(handler: Handler) -> bool:
    handler.close_connection = True
    return True


def _not_http(handler: Handler) -> bool:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True
    return True


def _silent(handler: Handler) -> bool:
    handler.connection.recv(1)  # until the other side gives up
    handler.close_connection = True
    return True


def _drip(handler: Handler) -> bool:
    """A byte at a time, for as long as somebody listens."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.connection.settimeout(0.05)
    while True:
        handler.wfile.write(b"x")
        try:
            if not handler.connection.recv(1):
                raise ConnectionResetError
        except TimeoutError:
            continue


def _large(handler: Handler) -> bool:
    handler.reply(200, b"x" * (5 << 20))
    return True


TROUBLE = [
    # the answer, whether the server counts as down, what the note says; why
    (_status(301), True, "redirects|301|elsewhere", "a redirect to nowhere"),
    (_status(400), True, "answered 400", "it does not like how we ask"),
    (_status(401), True, "answered 401", "a token is missing or wrong"),
    (_status(403), True, "answered 403", "we may not"),
    (_status(405), True, "answered 405", "this is no store"),
    (_status(418), True, "answered 418", "a status that means nothing here"),
    (_status(429), True, "429", "too many requests, also after waiting"),
    (_status(500), True, "answered 500", "a fault of the server, three times"),
    (_status(502), True, "answered 502", "nobody behind the proxy"),
    (_status(503, b"<Error><Code>SlowDown</Code></Error>"), True, "answered 503", "overloaded"),
    (_short, True, "broke off|can't be used|took too long", "shorter than it says"),
    (_hang_up, True, "broke off|can't be reached", "it hangs up"),
    (_not_http, True, "not HTTP|can't be reached", "it speaks something else"),
    (_silent, True, "silent|took too long|can't be reached", "it says nothing"),
    (_drip, True, "took too long|can't be used", "a byte now and then"),
    (_large, False, "more than", "larger than any record"),
]


def _shelves(server: HttpServer) -> dict[str, Shelf]:
    endpoint = server.address.removesuffix("/shared")
    http = server.shelf(patience=SHORT)
    return {"http": http, "s3": S3Shelf(f"s3://shared?endpoint={endpoint}", KEYS, {}, SHORT)}


@pytest.mark.parametrize("kind", ["http", "s3"])
@pytest.mark.parametrize(("answer", "down", "note", "why"), TROUBLE, ids=[row[3] for row in TROUBLE])
def test_trouble_is_a_miss_and_one_note(server: HttpServer, tmp_path: Path, kind: str, answer: Answer, down: bool, note: str, why: str) -> None:
    server.answer = answer
    began = monotonic()
    store = opened(_shelves(server)[kind], tmp_path)
    assert store.record(NAME) is None, why
    asked = len(server.asked)
    assert store.blob(DIGEST) is None
    assert store.stream(DIGEST) is None
    assert store.history("scope/check") == []
    store.expect([f"{number:064x}" for number in range(100)])
    assert (len(server.asked) == asked) is down, "a server that is down is asked no more"
    assert len(store.doubts) == 1 or not down
    assert any(part in store.doubts[0] for part in note.split("|")), store.doubts
    for secret in (TOKEN, *KEYS.split(":"), "127.0.0.1", "AWS4", NAME):
        assert secret not in "".join(store.doubts)
    assert monotonic() - began < 20


@pytest.mark.parametrize("kind", ["http", "s3"])
def test_nobody_there(tmp_path: Path, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    shelf: Shelf = HttpShelf(address, TOKEN, {}) if kind == "http" else S3Shelf(f"s3://shared?endpoint={address}", KEYS, {})
    store = opened(shelf, tmp_path, may_write=True)
    store.expect([f"{number:064x}" for number in range(500)])
    assert store.record(NAME) is None
    store.put_record(NAME, RECORD)
    store.save()
    assert "can't be reached" in store.doubts[0]
    assert store.doubts[1:] == ("1 of what this run proved could not be kept in the shared store",)


@pytest.mark.parametrize("address", ["http://host.invalid/x", "s3://bucket?endpoint=http://host.invalid", "http://127.0.0.1:99999/", "http://[::1/"])
def test_an_address_that_leads_nowhere(tmp_path: Path, address: str) -> None:
    store = opened(open_shelf(address, "key:word", {"HOME": str(tmp_path)}), tmp_path)
    assert store.record(NAME) is None
    assert len(store.doubts) == 1


@pytest.mark.parametrize("address", ["s3://bucket?endpoint=ht tp://%%", "s3://bucket?region=%0a", "s3://bucket?endpoint=http://a%20b/", "s3://..", "s3://"])
def test_an_address_that_would_break_the_library(address: str) -> None:
    with pytest.raises((StoreError, Exception)) as error:
        open_shelf(address, "", {})
    assert type(error.value).__name__ in ("StoreError", "Stop")


def test_a_blob_that_breaks_off_stands_alone(server: HttpServer, tmp_path: Path) -> None:
    """Halfway through its body nothing is known of the rest of the store."""

    def answer(handler: Handler) -> bool:
        if "/cas/" in handler.path:
            handler.reply(200, BLOB[:100], length=len(BLOB))
            return True
        return False

    server.answer, server.entries[f"/shared/ac/{NAME}"] = answer, GOOD
    store = opened(server.shelf(), tmp_path)
    pieces = store.stream(DIGEST)
    assert pieces is not None
    with pytest.raises(StoreError, match="broke off"):
        list(pieces)
    assert store.record(NAME) == RECORD


def test_a_store_that_fails_again_and_again_is_left_alone(server: HttpServer, tmp_path: Path) -> None:
    server.answer = _large
    store = opened(server.shelf(), tmp_path)
    assert [store.record(f"{number:064x}") for number in range(50)] == [None] * 50
    assert len(server.asked) == 10
    assert len(store.doubts) <= 2


def test_a_large_record_is_fetched_when_it_is_asked_for(server: HttpServer, tmp_path: Path) -> None:
    """Fetched side by side, many of them could fill the memory."""
    large = b"x" * (1 << 20)
    server.entries[f"/shared/ac/{NAME}"] = wrap(SIGNER, "record", NAME, large)
    store = opened(server.shelf(), tmp_path)
    store.expect([NAME])
    assert store.record(NAME) == large
    assert store.doubts == ()


def test_expecting_asks_once_for_each_and_remembers_misses(server: HttpServer, tmp_path: Path) -> None:
    names = [f"{number:064x}" for number in range(300)]
    server.entries[f"/shared/ac/{names[7]}"] = wrap(SIGNER, "record", names[7], RECORD)
    store = opened(server.shelf(), tmp_path)
    store.expect(names)
    store.expect(names)
    assert [name for name in names if store.record(name)] == [names[7]]
    assert len(server.asked) == 300


def test_without_leave_nothing_is_written(server: HttpServer, tmp_path: Path) -> None:
    for store in (opened(server.shelf(), tmp_path), SharedStore(server.shelf(), DiskStore(str(tmp_path)), VERIFIER, None, may_write=True)):
        assert not store.put_record(NAME, RECORD)
        assert store.put_blob(BLOB) == ""
        assert store.put_stream([BLOB]) == ""
        store.offer(DIGEST)
        store.append("scope/check", b"line")
        store.save()
    assert server.entries == {}
    assert [asked for asked in server.asked if asked.method == "PUT"] == []


def test_blobs_go_before_the_records_that_name_them(server: HttpServer, tmp_path: Path) -> None:
    store = opened(server.shelf(), tmp_path, may_write=True)
    store.append("scope/check", b"line")
    store.put_record(NAME, b'{"log": "%s"}' % store.put_blob(BLOB).encode())
    assert server.asked == []
    store.save()
    written = [asked.path.split("/")[2] for asked in server.asked if asked.method == "PUT"]
    assert written == ["cas", "ac", "ac"]
    assert server.entries[f"/shared/cas/{DIGEST}"] == BLOB
    assert {asked.authorization for asked in server.asked} == {f"Bearer {TOKEN}"}


def test_what_is_there_is_not_sent_again(server: HttpServer, tmp_path: Path) -> None:
    for _ in range(2):
        store = opened(server.shelf(), tmp_path, may_write=True)
        store.record(NAME)
        store.put_blob(BLOB)
        store.put_record(NAME, RECORD)
        store.save()
        assert store.doubts == ()
    assert len([asked for asked in server.asked if asked.method == "PUT"]) == 2


@pytest.mark.parametrize(("status", "left"), [(413, 2), (403, 0), (500, 0), (409, 0)])
def test_a_record_whose_blob_was_refused_is_not_kept(server: HttpServer, tmp_path: Path, status: int, left: int) -> None:
    """413 is about one blob (nginx takes 1 MB unless told otherwise), the others about the server."""

    def answer(handler: Handler) -> bool:
        if handler.command == "PUT" and handler.path.endswith(DIGEST):
            handler.reply(status)
            return True
        return False

    server.answer = answer
    store = opened(server.shelf(), tmp_path, may_write=True)
    store.put_record(NAME, b'{"log": "%s"}' % store.put_blob(BLOB).encode())
    store.put_record(OTHER, RECORD)
    store.append("scope/check", b"line")
    store.save()
    assert f"/shared/ac/{NAME}" not in server.entries
    assert len(server.entries) == left
    assert str(status) in store.doubts[0]


def test_two_jobs_that_end_one_after_the_other_keep_both_their_lines(server: HttpServer, tmp_path: Path) -> None:
    one, two = (opened(server.shelf(), tmp_path / name, may_write=True) for name in ("one", "two"))
    assert one.history("scope/check") == two.history("scope/check") == []
    one.append("scope/check", b"one")
    two.append("scope/check", b"two")
    one.save()
    two.save()
    assert opened(server.shelf(), tmp_path).history("scope/check") == [b"one", b"two"]


AUTHORIZATION = [
    ("word", "", "Bearer word", "a token"),
    ("name:word", "", "Basic bmFtZTp3b3Jk", "a name and a password"),
    ("", "machine 127.0.0.1 login name password word", "Basic bmFtZTp3b3Jk", "what .netrc has for this host"),
    ("", "machine elsewhere login name password word", "", "what .netrc has for another host"),
    ("", "default login name password word", "", "what .netrc has for any host: the address may be a pull request's"),
    ("", "machine 127.0.0.1 nonsense", "", "a .netrc that is none"),
    ("given", "machine 127.0.0.1 login name password word", "Bearer given", "what is given stands first"),
]


@pytest.mark.parametrize(("token", "netrc", "expected", "why"), AUTHORIZATION, ids=[row[3] for row in AUTHORIZATION])
def test_who_is_told_what(server: HttpServer, tmp_path: Path, token: str, netrc: str, expected: str, why: str) -> None:
    (tmp_path / ".netrc").write_text(netrc)
    (tmp_path / ".netrc").chmod(0o600)
    server.shelf(token, {"HOME": str(tmp_path)}).has(NAME)
    assert server.asked[0].authorization == expected, why


CREDENTIALS = [
    (KEYS, {}, "", "AKIDTEST", "given"),
    ("", {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"}, "", "AKIDENV", "the environment's"),
    ("", {"AWS_ACCESS_KEY_ID": "AKIDENV"}, "", "", "half of a pair is none"),
    ("", {}, "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n", "AKIDFILE", "the file's"),
    ("", {"AWS_PROFILE": "two"}, "[two]\naws_access_key_id = AKIDTWO\naws_secret_access_key = s\n", "AKIDTWO", "the profile's"),
    ("", {"AWS_PROFILE": "none"}, "[two]\naws_access_key_id = AKIDTWO\n", "", "no such profile"),
    ("", {}, "nonsense", "", "a file that is none"),
    ("", {}, "", "", "none: unsigned, and at once"),
]


@pytest.mark.parametrize(("token", "variables", "file", "expected", "why"), CREDENTIALS, ids=[row[4] for row in CREDENTIALS])
def test_with_what_a_bucket_is_asked(server: HttpServer, tmp_path: Path, token: str, variables: dict[str, str], file: str, expected: str, why: str) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(file)
    endpoint = server.address.removesuffix("/shared")
    shelf = S3Shelf(f"s3://bucket/a%20prefix?endpoint={endpoint}&region=eu-west-1", token, variables | {"HOME": str(tmp_path)})
    assert shelf.get("ac/x", 10) is None
    ((_, path, authorization),) = server.asked
    assert path == "/bucket/a%20prefix/ac/x"
    assert authorization.startswith(f"AWS4-HMAC-SHA256 Credential={expected}/") if expected else authorization == "", why
    assert not expected or "/eu-west-1/s3/" in authorization


_NUMBERS = count()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto() as endpoint:
        yield endpoint


def test_a_bucket_that_is_not_there(endpoint: str, tmp_path: Path) -> None:
    shelf = S3Shelf(f"s3://no-such-bucket?endpoint={endpoint}", KEYS, {})
    with pytest.raises(StoreDownError, match="no such bucket"):
        shelf.get("ac/x", 10)


def test_a_large_file_goes_in_parts_and_comes_in_pieces(endpoint: str, tmp_path: Path) -> None:
    server = S3Server(endpoint, "large")
    (tmp_path / "file").write_bytes(b"0123456789abcdef" * (1 << 20) + b"end")
    server.shelf().put_file("cas/x", str(tmp_path / "file"))
    pieces = server.shelf().stream("cas/x")
    assert pieces is not None
    sizes = []
    digest = sha256()
    for piece in pieces:
        sizes.append(len(piece))
        digest.update(piece)
    assert digest.hexdigest() == sha256((tmp_path / "file").read_bytes()).hexdigest()
    assert max(sizes) <= 4 << 20
    with pytest.raises(StoreError, match="more than"):
        server.shelf().get("cas/x", 1000)

"""What every store promises, whatever it keeps its bytes in. A new kind of store is one more row of `STORES`.

What a store that repositories share was told stands there only once it is saved; so opening it again means that whoever had it open has saved.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import NamedTuple

import pytest

from ftaction.edge.disk import DiskStore
from ftaction.edge.signing import Signer, Verifier, keygen
from ftaction.model.doors import Store
from ftaction.run.histories import MOST_LINES
from ftaction.run.shared import SharedStore
from tests.support.shelves import HttpServer, S3Server

Open = Callable[[], Store]


class Kind(NamedTuple):
    """`lines`: how many lines of a history come back at least, and whether those of writers at the same moment all do."""

    name: str
    lines: int
    every_line: bool


STORES = [Kind("disk", 100, every_line=True), Kind("http", MOST_LINES, every_line=False), Kind("s3", MOST_LINES, every_line=False)]

KEY = "0123456789abcdef" * 4
OTHER = "f" * 64
CONTENTS = [b"", b"x", b"line\nline\n", bytes(range(256)), b"\0" * 2_000_000, os.urandom(100_000)]


@pytest.fixture(params=STORES, ids=[kind.name for kind in STORES])
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
def opened(kind: Kind, request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same store again each time, as another process would: one in another thread is nobody's to save but that thread's."""
    if kind.name == "disk":
        return lambda: DiskStore(str(tmp_path / "store"))
    server: HttpServer | S3Server = request.getfixturevalue(f"{kind.name}_server")
    signer = Signer(keygen()[0], "the test")
    verifier = Verifier((), "the test", signer)
    open_ones: list[tuple[int, SharedStore]] = []
    in_main = get_ident()

    def again() -> Store:
        for thread, store in open_ones:
            if get_ident() in (thread, in_main):
                store.save()
        store = SharedStore(server.shelf(), DiskStore(f"{tmp_path}/{len(open_ones)}"), verifier, signer, may_write=True)
        open_ones.append((get_ident(), store))
        return store

    return again


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def test_an_empty_store_misses_without_a_doubt(opened: Open) -> None:
    store = opened()
    assert store.record(KEY) is None
    assert store.blob(KEY) is None
    assert store.stream(KEY) is None
    assert not store.has(KEY)
    assert store.history("any/key") == []
    assert store.doubts == ()


@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_what_is_kept_comes_back(opened: Open, content: bytes) -> None:
    store = opened()
    assert store.put_record(KEY, content)
    assert store.put_blob(content) == _digest(content)
    for reader in (store, opened()):
        assert reader.record(KEY) == content
        assert reader.blob(_digest(content)) == content
        assert reader.near_blob(_digest(content)) in (content, None), "where asking costs next to nothing"
        assert reader.has(_digest(content))
        pieces = reader.stream(_digest(content))
        assert pieces is not None
        assert b"".join(pieces) == content
    assert store.record(OTHER) is None


@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_what_comes_in_pieces_is_one_blob(opened: Open, content: bytes) -> None:
    def pieces() -> Iterator[bytes]:
        yield b""
        for at in range(0, len(content), 1000):
            yield content[at : at + 1000]

    digest = opened().put_stream(pieces())
    assert digest == _digest(content)
    assert opened().blob(digest) == content


def test_a_record_is_replaced_whole(opened: Open) -> None:
    opened().put_record(KEY, b"a longer first one")
    opened().put_record(KEY, b"second")
    assert opened().record(KEY) == b"second"


def test_a_stream_that_breaks_off_leaves_nothing(opened: Open) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"begun"
        raise LookupError("the source broke off")

    with pytest.raises(LookupError):
        opened().put_stream(pieces())
    assert not opened().has(_digest(b"begun"))


BAD_KEYS = ["", "0", "../" * 21 + "x", "A" * 64, "g" * 64, "é" * 64, "٣" * 64, f"{KEY}0", KEY[:-1], f"{KEY[:-1]}/", f"{KEY[:-1]}\n", f"../{KEY}"]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_name_that_is_no_digest_is_a_miss(opened: Open, key: str) -> None:
    """Records and histories of others hold such names; none may lead anywhere."""
    store = opened()
    assert store.record(key) is None
    assert store.blob(key) is None
    assert store.stream(key) is None
    assert not store.has(key)


def test_a_record_and_a_blob_of_one_name_are_two(opened: Open) -> None:
    content = b"content"
    opened().put_blob(content)
    assert opened().record(_digest(content)) is None


def test_a_history_keeps_its_lines_in_order(opened: Open, kind: Kind) -> None:
    for number in range(50):
        opened().append("scope/check", b"line %d" % number)
    opened().append("scope/other", b"another")
    assert [line for line in opened().history("scope/check") if line][-kind.lines :] == [b"line %d" % number for number in range(50)][-kind.lines :]
    assert [line for line in opened().history("scope/other") if line] == [b"another"]


def test_a_long_history_gives_its_end(opened: Open, kind: Kind) -> None:
    store = opened()
    for number in range(6_000):
        store.append("scope/check", b"%064d" % number)
    lines = [line for line in store.history("scope/check") if len(line) == 64]
    assert lines[-1] == b"%064d" % 5_999
    assert lines == [b"%064d" % number for number in range(6_000 - len(lines), 6_000)]
    assert len(lines) >= kind.lines


def test_lines_of_parallel_writers_never_mix(opened: Open, kind: Kind) -> None:
    def write(writer: int) -> None:
        store = opened()
        for number in range(100):
            store.append("scope/check", (b"%d:%d:" % (writer, number)).ljust(150, b"x"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    lines = [line for line in opened().history("scope/check") if line]
    expected = sorted((b"%d:%d:" % (writer, number)).ljust(150, b"x") for writer in range(4) for number in range(100))
    assert sorted(lines) == expected if kind.every_line else set(lines) <= set(expected)
    assert len(lines) >= kind.lines


def test_writers_at_once_leave_one_whole_record(opened: Open) -> None:
    contents = [bytes([letter]) * 200_000 for letter in b"abcd"]

    def write(content: bytes) -> None:
        store = opened()
        for _ in range(20):
            store.put_record(KEY, content)
            store.put_blob(content)
            seen = store.record(KEY)
            assert seen in contents
        assert store.doubts == ()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, contents))
    assert opened().record(KEY) in contents
    assert all(opened().blob(_digest(content)) == content for content in contents)


def test_two_processes_at_once(tmp_path: Path) -> None:
    """The disk is shared by every repository of a machine."""
    script = """
import sys
from ftaction.edge.disk import DiskStore
store = DiskStore(sys.argv[1])
for number in range(200):
    store.put_record("0" * 64, sys.argv[2].encode() * 5000)
    store.append("scope/check", sys.argv[2].encode() * 50)
    assert store.record("0" * 64) is not None
assert store.doubts == (), store.doubts
"""
    writers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), letter]) for letter in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    lines = [line for line in DiskStore(str(tmp_path)).history("scope/check") if line]
    assert sorted(lines) == [b"a" * 50] * 200 + [b"b" * 50] * 200

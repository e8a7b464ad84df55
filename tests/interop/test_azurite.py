"""A real server of Azure's blobs, under signed addresses of the real client library: blocks, their list, ranges, and an address that has run out."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ftaction.edge.fetch import Signed, fetch
from ftaction.edge.retry import Backoff
from ftaction.edge.upload import put_blob, source
from ftaction.edge.way import Sizes, Way
from ftaction.edge.web import Web
from ftaction.errors import StoreError
from tests.interop.node import azurite, install, node, said

ACCOUNT = "firsttry"
SIZES = Sizes(piece=1 << 20, single=1 << 20, block=1 << 20, width=4)


class Addresses(NamedTuple):
    """Of one blob, signed."""

    write: str
    read: str
    gone: str


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Addresses]]:
    """One for each test, by its name."""
    install()
    folder = tmp_path_factory.mktemp("azurite")
    key = base64.b64encode(os.urandom(64)).decode()
    names = ["0", "1", "1048576", "1048577", "5300000", "expired", "list"]
    with azurite(folder, ACCOUNT, key) as service:
        signed = said(node("container.mjs", service, ACCOUNT, key, *names, folder=folder))
        yield {name: Addresses(**addresses) for name, addresses in zip(names, signed, strict=True)}


@pytest.fixture
def way() -> Way:
    return Way(Web("the cache service", {}), Backoff(), sizes=SIZES)


def file_of(folder: Path, content: bytes) -> str:
    (folder / "file").write_bytes(content)
    return str(folder / "file")


def never() -> str:
    raise AssertionError("asked for anew")


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(0, id="an empty blob has no range"),
        pytest.param(1, id="one byte"),
        pytest.param(1 << 20, id="just one request"),
        pytest.param((1 << 20) + 1, id="a second block of one byte"),
        pytest.param(5_300_000, id="six blocks and six ranges"),
    ],
)
def test_what_is_put_comes_back(blobs: dict[str, Addresses], way: Way, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    put_blob(way, blobs[str(size)].write, source(file_of(tmp_path, content)))
    assert b"".join(fetch(way, Signed(blobs[str(size)].read, never))) == content


def test_an_address_that_has_run_out_is_asked_for_anew(blobs: dict[str, Addresses], way: Way, tmp_path: Path) -> None:
    content = os.urandom(2_500_000)
    put_blob(way, blobs["expired"].write, source(file_of(tmp_path, content)))
    assert b"".join(fetch(way, Signed(blobs["expired"].gone, lambda: blobs["expired"].read))) == content
    with pytest.raises(StoreError, match="answered 403 to a download"):
        list(fetch(way, Signed(blobs["expired"].gone, lambda: blobs["expired"].gone + "&again=1")))


def test_an_address_for_reading_permits_no_writing(blobs: dict[str, Addresses], way: Way, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="answered 403 to an upload"):
        put_blob(way, blobs["list"].read, source(file_of(tmp_path, os.urandom(3_000_000))))

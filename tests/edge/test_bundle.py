"""The bundle as a file: what is put in comes back, and what is not exactly a bundle is a miss with a reason."""

import json
import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.edge.bundle import Bundle, Head, Item, read_bundle, write_bundle
from ftaction.errors import StoreError

MOST = 1_000_000
LINE = 512


def item(part: str, content: bytes, used: int = 7) -> Item:
    names = {"history": f"history/{'a' * 16}/{'b' * 32}"}
    return Item(names.get(part, f"{part}/{sha256(content).hexdigest()}"), len(content), used, lambda: content)


ITEMS = [item("ac", b'{"a": 1}'), item("cas", b"a log\n" * 500), item("cas", b""), item("history", b"{}\n{}")]
HEAD = Head(("older-1", "older-2"), {"f" * 64: 123_456_789})


def nobody(_digest: bytes, _signature: str) -> None:
    return None


def made(folder: Path, *items: Item, head: Head = HEAD, sign: Callable[[bytes], str] | None = None) -> bytes:
    path = folder / "made"
    size = write_bundle(str(path), head, items or ITEMS, sign)
    content = path.read_bytes()
    assert size == len(content)
    assert list(folder.iterdir()) == [path]
    return content


def pieces(content: bytes, size: int = 100) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def read(content: bytes, most: int = MOST) -> Bundle:
    return read_bundle(pieces(content), nobody, most)


def test_what_is_put_in_comes_back(tmp_path: Path) -> None:
    bundle = read(made(tmp_path))
    assert bundle.head == HEAD
    assert [(one.name, one.size, one.used, one.read()) for one in bundle.items()] == [(one.name, one.size, one.used, one.read()) for one in ITEMS]
    assert bundle.read("ac/" + "0" * 64) is None
    assert ITEMS[0].name in bundle


@given(contents=st.lists(st.binary(max_size=3000), max_size=8, unique=True), size=st.integers(1, 5000))
@settings(max_examples=30, deadline=None)
def test_whatever_the_pieces(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes], size: int) -> None:
    content = made(tmp_path_factory.mktemp("bundle"), *([item("cas", one) for one in contents] or ITEMS))
    bundle = read_bundle(pieces(content, size), nobody, MOST)
    assert {one.name for one in bundle.items()} == {one.name for one in ([item("cas", one) for one in contents] or ITEMS)}
    assert all(one.read() is not None for one in bundle.items())
    assert bundle.size == len(content)


def test_it_is_read_into_a_file_without_a_name(tmp_path: Path) -> None:
    before = sorted(os.listdir(os.environ.get("TMPDIR", "/tmp")))
    bundle = read(made(tmp_path))
    assert sorted(os.listdir(os.environ.get("TMPDIR", "/tmp"))) == before
    bundle.close()


def test_an_item_that_went_away_makes_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is gone"):
        made(tmp_path, Item("cas/" + "0" * 64, 5, 0, lambda: None))


def test_a_signature_is_over_all_that_it_holds(tmp_path: Path) -> None:
    signed: list[bytes] = []

    def sign(digest: bytes) -> str:
        signed.append(digest)
        return "signature"

    content = made(tmp_path, sign=sign)
    held = zstandard.ZstdDecompressor().decompressobj().decompress(content[LINE:])
    assert signed == [sha256(held).digest()]

    def verify(digest: bytes, signature: str) -> str | None:
        return "key" if (digest, signature) == (signed[0], "signature") else None

    assert read_bundle(pieces(content), verify, MOST).signer == "key"
    assert read_bundle(pieces(made(tmp_path)), verify, MOST).signer == ""


def same_or_miss(content: bytes) -> bool:
    """Whether it is a miss; else it must be all of what was put in."""
    try:
        bundle = read(content)
    except StoreError:
        return True
    assert (bundle.head, [one.read() for one in bundle.items()]) == (HEAD, [one.read() for one in ITEMS])
    bundle.close()
    return False


def test_cut_anywhere_it_is_a_miss(tmp_path: Path) -> None:
    """But for the frame's own last bytes, when everything is there already."""
    content = made(tmp_path)
    assert sum(not same_or_miss(content[:length]) for length in range(len(content))) < 4


def test_no_flipped_bit_changes_anything(tmp_path: Path) -> None:
    content = made(tmp_path)
    kept = sum(
        not same_or_miss(content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]) for place in range(len(content)) for bit in (1, 0x20, 0x80)
    )
    assert kept < 3 * LINE, "only the rest of the first line may be anything"


def framed(index: object, body: bytes = b"", window: int = 0, length: int | None = None) -> bytes:
    """Anything as a bundle, with its sums right."""
    text = index if isinstance(index, bytes) else json.dumps(index).encode()
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=window) if window else None
    compressor = zstandard.ZstdCompressor(compression_params=parameters) if parameters else zstandard.ZstdCompressor(level=3)
    frame = compressor.compressobj()
    content = (len(text) if length is None else length).to_bytes(8, "big") + text + body
    line = f"ftaction bundle 1 {sha256(content).hexdigest()} ".encode()
    return line.ljust(LINE - 1) + b"\n" + frame.compress(content) + frame.flush()


def index(*entries: object, **more: object) -> dict[str, object]:
    return {"merged": [], "large": {}, "entries": list(entries)} | more


NAME = "cas/" + "0" * 64
HOSTILE = [
    pytest.param(b"", id="nothing at all"),
    pytest.param(b"PK\x03\x04" + bytes(2000), id="another kind of file"),
    pytest.param(b"ftaction bundle 2 ".ljust(LINE - 1) + b"\n", id="another format"),
    pytest.param(b"ftaction bundle 1 ".ljust(LINE - 1) + b"\n" + bytes(100), id="no frame"),
    pytest.param(framed(b"[" * 100_000), id="nested without end"),
    pytest.param(framed(b"{"), id="no JSON"),
    pytest.param(framed([]), id="a list"),
    pytest.param(framed({}), id="nothing in it"),
    pytest.param(framed(index(), length=1 << 40), id="an index that claims a terabyte"),
    pytest.param(framed(index(), length=4 << 20), id="an index larger than may be"),
    pytest.param(framed(index(["../../etc/passwd", 1, 0]), b"x"), id="a name that leads out"),
    pytest.param(framed(index(["cas/" + "0" * 63 + "\n", 1, 0]), b"x"), id="a name with a new line"),
    pytest.param(framed(index(["cas/" + "A" * 64, 1, 0]), b"x"), id="a digest in capitals"),
    pytest.param(framed(index([NAME, 1, 0], [NAME, 1, 0]), b"xx"), id="a name twice"),
    pytest.param(framed(index([NAME, -1, 0]), b"x"), id="a size below nothing"),
    pytest.param(framed(index([NAME, 1.5, 0]), b"x"), id="half a byte"),
    pytest.param(framed(index([NAME, True, 0]), b"x"), id="a size that is true"),
    pytest.param(framed(index([NAME, "1", 0]), b"x"), id="a size that is text"),
    pytest.param(framed(index([NAME, 1])), id="an entry too short"),
    pytest.param(framed(index(7)), id="an entry that is a number"),
    pytest.param(framed(index([NAME, MOST + 1, 0])), id="more than may be, said beforehand"),
    pytest.param(framed(index([NAME, 1 << 62, 0])), id="more than any disk, said beforehand"),
    pytest.param(framed(index([NAME, 10, 0]), b"short"), id="less than it says"),
    pytest.param(framed(index([NAME, 1, 0]), b"longer"), id="more than it says"),
    pytest.param(framed(index(), b"x" * 50_000_000), id="fifty megabytes that nobody listed"),
    pytest.param(framed(index([NAME, 1, 0]), b"x", window=25), id="a window of 32 MiB"),
    pytest.param(framed(index(large={"f" * 64: -5})), id="a large blob below nothing"),
    pytest.param(framed(index(large=[1])), id="large blobs as a list"),
    pytest.param(framed(index(merged=7)), id="keys as a number"),
]


@pytest.mark.parametrize("content", HOSTILE)
def test_what_is_no_bundle_is_a_miss(content: bytes) -> None:
    with pytest.raises(StoreError) as caught:
        read(content)
    assert "\n" not in str(caught.value)


def test_a_bomb_is_found_before_it_is_unpacked() -> None:
    """Within the size that may be, but packed as no log is."""
    content = framed(index(*([f"cas/{number:064x}", 20_000_000, 0] for number in range(4))), bytes(80_000_000))
    assert len(content) < 20_000
    with pytest.raises(StoreError, match="tightly"):
        read(content, most=100_000_000)


def test_swapped_contents_are_a_miss() -> None:
    one, other = b"one", b"two"
    names = [f"cas/{sha256(content).hexdigest()}" for content in (one, other)]
    bundle = read(framed(index([names[0], 3, 0], [names[1], 3, 0]), other + one))
    assert [bundle.read(name) for name in names] == [None, None]

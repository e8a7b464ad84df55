"""The bundle: records, histories and small blobs of many runs as one file that a cache service keeps.

One line `ftaction bundle 1 <SHA-256> <signature>`, padded to 512 bytes, then one zstd frame: the index's length as eight bytes, the index
as JSON, and what the index lists, one behind the other. The digest is of what the frame holds, the signature of the digest; without a key
there is none. Data only, and everything that is listed is weighed before the first byte of it is read.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import IO, Any, NamedTuple, cast

from ftaction.errors import StoreError
from ftaction.model.doors import MOST_BLOB, MOST_RECORD

MAGIC = "ftaction bundle 1"
_LINE = 512  # bytes of the first line
_LARGEST_WINDOW = 8 << 20  # bytes of memory that a frame may ask for
_LARGEST_INDEX = 2 << 20
MOST_ENTRIES = 20_000
_MOST_MERGED = 1_000
_MOST_HISTORY = 1 << 16  # bytes; twenty lines have three thousand
_MOST_RATIO = 1_000  # logs may be very even; what is more even than this is a bomb
_EVEN = 4 << 20  # below this many bytes the ratio says nothing
_PIECE = 1 << 18
_NAME = re.compile(r"(?:ac|cas)/[0-9a-f]{64}|history/[0-9a-f]{16}/[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class GoneError(StoreError):
    """What was to be put in can't be read any more."""


class Item(NamedTuple):
    """One thing to put in: `name` as in a store's folder (`ac/…`, `cas/…`, `history/…`), bytes, and when it was last of use (epoch)."""

    name: str
    size: int
    used: int
    read: Callable[[], bytes | None]


class Head(NamedTuple):
    """What a bundle says of itself: the keys of the bundles it was made of, and blobs that are entries of their own, with their bytes."""

    merged: tuple[str, ...] = ()
    large: Mapping[str, int] = {}


class Bundle:
    """One that was read and found sound. `size` is what was transferred; `signer` is the key that vouches for it, empty for none."""

    def __init__(self, head: Head, items: dict[str, tuple[int, int, int]], descriptor: int, size: int, signer: str) -> None:
        self.head = head
        self.size = size
        self.signer = signer
        self._items = items
        self._descriptor = descriptor

    def read(self, name: str) -> bytes | None:
        """The bytes under a name of `items`; a blob's are what its name says."""
        offset, size, _ = self._items.get(name, (0, -1, 0))
        if size < 0:
            return None
        content = os.pread(self._descriptor, size, offset)
        kind, _, digest = name.partition("/")
        return None if len(content) != size or (kind == "cas" and sha256(content).hexdigest() != digest) else content

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def items(self) -> Iterator[Item]:
        """Everything in it."""
        for name, (_, size, used) in self._items.items():
            yield Item(name, size, used, lambda name=name: self.read(name))  # type: ignore[misc]  # each its own name

    def close(self) -> None:
        os.close(self._descriptor)


def write_bundle(path: str, head: Head, items: Iterable[Item], sign: Callable[[bytes], str] | None = None) -> int:
    """Make one; its size in bytes. Raises `GoneError` where an item can't be read, `StoreError` where the file can't be written."""
    import zstandard

    items = list(items)
    index = json.dumps({"merged": head.merged, "large": head.large, "entries": [item[:3] for item in items]}, separators=(",", ":")).encode()
    digest = sha256()
    compressor = zstandard.ZstdCompressor(level=3).compressobj()
    try:
        with open(path, "wb") as file:
            file.write(bytes(_LINE))
            for content in (len(index).to_bytes(8, "big") + index, *map(_content, items)):
                digest.update(content)
                file.write(compressor.compress(content))
            file.write(compressor.flush())
            size = file.tell()
            file.seek(0)
            file.write(f"{MAGIC} {digest.hexdigest()} {sign(digest.digest()) if sign else ''}".encode().ljust(_LINE - 1) + b"\n")
            return size
    except OSError as error:
        raise StoreError(f"the bundle can't be written: {error.strerror}") from error


def _content(item: Item) -> bytes:
    content = item.read()
    if content is None or len(content) != item.size:
        raise GoneError(f"{item.name} is gone")
    return content


def read_bundle(pieces: Iterable[bytes], verify: Callable[[bytes, str], str | None], most: int) -> Bundle:
    """Read one into a file without a name. `verify`: the key that signed this digest; `most`: bytes that it may hold. Raises `StoreError`."""
    import tempfile

    import zstandard

    source = _Source(pieces)
    line = source.exactly(_LINE)
    if not line.startswith(f"{MAGIC} ".encode()):
        raise StoreError("the bundle is of another format")
    claimed, _, signature = line[len(MAGIC) :].decode("ascii", "replace").strip().partition(" ")
    stream = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(cast("IO[bytes]", source), read_size=_PIECE)
    frame = _Frame(stream, source)
    try:
        length = int.from_bytes(frame.exactly(8), "big")
        if length > _LARGEST_INDEX:
            raise StoreError("the bundle's index is too large")
        head, items, total = _read_index(frame.exactly(length), most)
        with tempfile.TemporaryFile() as file:
            frame.copy(file, total)
            if frame.digest.hexdigest() != claimed:
                raise StoreError("the bundle is damaged")
            signer = verify(frame.digest.digest(), signature) if signature else None
            return Bundle(head, items, os.dup(file.fileno()), source.taken, signer or "")
    except zstandard.ZstdError as error:
        raise StoreError("the bundle is damaged") from error
    except OSError as error:
        raise StoreError(f"the bundle can't be kept: {error.strerror}") from error


def _read_index(content: bytes, most: int) -> tuple[Head, dict[str, tuple[int, int, int]], int]:
    """The head, offset, size and use of each name, and the bytes of all of them."""
    if content.count(b"{") > 2 or content.count(b"[") > MOST_ENTRIES + 2:  # each takes twenty times its size of memory
        raise StoreError("the bundle's index is not one")
    try:
        data: Any = json.loads(content)
        head = Head(
            tuple(map(str, data["merged"][:_MOST_MERGED])), {digest: _amount(size) for digest, size in data["large"].items() if _DIGEST.fullmatch(digest)}
        )
        items: dict[str, tuple[int, int, int]] = {}
        offset = 0
        for name, size, used in data["entries"][:MOST_ENTRIES]:
            if name in items or not _NAME.fullmatch(name):
                raise ValueError(name)
            if _amount(size) > largest(name):
                raise ValueError(size)
            items[name] = (offset, size, _amount(used))
            offset += size
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreError("the bundle's index is not one") from error
    if offset > most:
        raise StoreError(f"the bundle holds {offset:,} bytes, more than the {most:,} that it may")
    return head, items, offset


def largest(name: str) -> int:
    """How many bytes may stand under a name: each is read as a whole."""
    return MOST_BLOB if name.startswith("cas/") else MOST_RECORD if name.startswith("ac/") else _MOST_HISTORY


def _amount(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


class _Frame:
    """What the frame holds, hashed as it is read."""

    def __init__(self, stream: IO[bytes], source: "_Source") -> None:
        self._stream = stream
        self._source = source
        self.digest = sha256()

    def exactly(self, size: int) -> bytes:
        content = self._stream.read(size)
        if len(content) != size:
            raise StoreError("the bundle is cut off")
        self.digest.update(content)
        return content

    def copy(self, file: IO[bytes], total: int) -> None:
        """The rest of it, which is `total` bytes."""
        copied = 0
        while copied < total:
            piece = self.exactly(min(_PIECE, total - copied))
            copied += len(piece)
            file.write(piece)
            if copied > _EVEN and copied > _MOST_RATIO * self._source.taken:
                raise StoreError("the bundle is packed more tightly than honest ones are")
        if self._stream.read(1):
            raise StoreError("the bundle is longer than its index says")
        file.flush()


class _Source:
    """Pieces as a file, counted as they are taken; `read` is all that the decompressor asks of it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""
        self.taken = 0

    def exactly(self, size: int) -> bytes:
        """The first bytes, or as many as there are."""
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        return self._take(size)

    def read(self, size: int) -> bytes:
        self._rest = self._rest or next(filter(None, self._pieces), b"")
        return self._take(size)

    def _take(self, size: int) -> bytes:
        given, self._rest = self._rest[:size], self._rest[size:]
        self.taken += len(given)
        return given

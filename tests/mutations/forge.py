"""Bundles taken apart, changed, and put together again with every sum made right: what somebody who knows the format could write."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from ftaction.edge.bundle import MAGIC, Head, Item, read_bundle, write_bundle

_MOST = 100_000_000


class Parts(NamedTuple):
    """What a bundle holds: contents by name."""

    head: Head
    contents: Mapping[str, bytes]

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """The records, by name."""
        return {name: json.loads(content) for name, content in self.contents.items() if name.startswith("ac/")}

    def record(self, check: str) -> tuple[str, dict[str, Any]]:
        """The name and the fields of one check's record."""
        return next((name, record) for name, record in self.records.items() if record["check"] == check)


def opened(content: bytes) -> Parts:
    bundle = read_bundle([content], lambda _digest, _signature: None, _MOST)
    try:
        return Parts(bundle.head, {item.name: item.read() or b"" for item in bundle.items()})
    finally:
        bundle.close()


def closed(parts: Parts, sign: Callable[[bytes], str] | None = None, used: int = 2_000_000_000) -> bytes:
    items = [Item(name, len(content), used, lambda content=content: content) for name, content in parts.contents.items()]  # type: ignore[misc]  # each its own
    with tempfile.TemporaryDirectory() as folder:
        write_bundle(f"{folder}/bundle", parts.head, items, sign)
        return Path(f"{folder}/bundle").read_bytes()


def with_record(content: bytes, of: str, /, **fields: object) -> bytes:
    """The same bundle with another record of this check."""
    parts = opened(content)
    name, record = parts.record(of)
    return closed(parts._replace(contents={**parts.contents, name: json.dumps(record | fields).encode()}))


def with_content(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same bundle with each entry as `change` makes it; without those that it makes None."""
    parts = opened(content)
    changed = {name: change(name, old) for name, old in parts.contents.items()}
    return closed(parts._replace(contents={name: new for name, new in changed.items() if new is not None}))


def frame(index: bytes, body: bytes = b"", magic: str = MAGIC, length: int | None = None, window: int = 0, digest: str = "") -> bytes:
    """A bundle of any bytes. `length` of the index as it is said; `window`: the logarithm of the memory that the frame asks for."""
    inner = (len(index) if length is None else length).to_bytes(8, "big") + index + body
    more = {"compression_params": zstandard.ZstdCompressionParameters(window_log=window)} if window else {"level": 1}
    line = f"{magic} {digest or sha256(inner).hexdigest()} ".encode().ljust(511) + b"\n"
    compressor = zstandard.ZstdCompressor(**more).compressobj()
    return line + compressor.compress(inner) + compressor.flush()


def index(*entries: tuple[object, object, object], **more: object) -> bytes:
    return json.dumps({"merged": [], "large": {}, "entries": entries} | more).encode()


def unpacked(content: bytes) -> bytes:
    """What the frame holds."""
    return zstandard.ZstdDecompressor().decompressobj().decompress(content[512:])


def repacked(content: bytes, inner: bytes) -> bytes:
    """The same bundle with other bytes in its frame, and their sum in its first line."""
    line = content[:512].decode().split(" ")
    compressed = zstandard.ZstdCompressor(level=1).compress(inner)
    return f"{' '.join(line[:3])} {sha256(inner).hexdigest()} ".encode().ljust(511) + b"\n" + compressed


def bombs() -> Iterator[tuple[str, str, bytes]]:
    """Name, why, and a bundle that is small and would become large."""
    name = "cas/" + "0" * 64
    yield "bomb-size", "a single blob beyond the budget", frame(index((name, 40_000_000, 0)), bytes(40_000_000))
    yield "bomb-ratio", "zeros within the budget, packed a thousandfold", frame(index((name, 19_000_000, 0)), bytes(19_000_000))
    yield "bomb-count", "more entries than there may be", frame(index(*((f"ac/{number:064x}", 0, 0) for number in range(40_000))))
    yield "bomb-index", "an index of many megabytes", frame(b'{"merged": [' + b"0," * 3_000_000 + b"0]}")
    yield "bomb-window", "a frame that asks for 128 MB to begin with", frame(index(), window=27)
    yield "bomb-nested", "an index nested as deep as it is long", frame(b"[" * 1_000_000)
    yield "bomb-length", "an index that says it has an exabyte", frame(index(), length=1 << 60)

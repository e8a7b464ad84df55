"""Archives of anybody's making: any index, any content, without the checks of the real writer."""

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from ftaction.edge.index import FILE, FOLDER, HARD, LENGTH, LINK, MAGIC, SPARSE, Block, Index, blocks, closed, write_index


class Entry(NamedTuple):
    """One row of an index; `size` where it is not that of the content."""

    kind: int
    name: bytes
    parent: int = 0
    content: bytes = b""
    mode: int = 0o644
    time: int = 0
    size: int | None = None
    target: bytes = b""
    extents: tuple[tuple[int, int], ...] = ()


def file(name: bytes, parent: int = 0, content: bytes = b"x", mode: int = 0o644, time: int = 0, size: int | None = None) -> Entry:
    return Entry(FILE, name, parent, content, mode, time, size)


def folder(name: bytes, parent: int = 0, mode: int = 0o755) -> Entry:
    return Entry(FOLDER, name, parent, mode=mode)


def link(name: bytes, target: bytes, parent: int = 0) -> Entry:
    return Entry(LINK, name, parent, target=target, mode=0o777)


def hard(name: bytes, earlier: int, parent: int = 0) -> Entry:
    return Entry(HARD, name, parent, size=earlier)


def sparse(name: bytes, size: int, extents: tuple[tuple[int, int], ...], content: bytes = b"", parent: int = 0) -> Entry:
    return Entry(SPARSE, name, parent, content, size=size, extents=extents)


def index(*entries: Entry) -> Index:
    """With the root before them."""
    rows = (folder(b""), *entries)
    return Index(
        kinds=bytes(row.kind for row in rows),
        parents=array("I", (row.parent for row in rows)),
        modes=array("H", (row.mode for row in rows)),
        times=array("q", (row.time for row in rows)),
        sizes=array("q", (len(row.content) if row.size is None else row.size for row in rows)),
        names=[row.name for row in rows],
        targets={number: row.target for number, row in enumerate(rows) if row.kind == LINK},
        extents={number: row.extents for number, row in enumerate(rows) if row.kind == SPARSE},
    )


def content_of(block: Block, entries: Sequence[Entry]) -> bytes:
    if block.part:
        return entries[block.first - 1].content[block.offset : block.offset + block.size]
    return b"".join(entry.content for entry in entries[block.first - 1 : block.stop - 1])


def framed(frames: Sequence[bytes]) -> bytes:
    return MAGIC + b"".join(LENGTH.pack(len(frame)) + frame for frame in frames)


def archive(*entries: Entry) -> bytes:
    """An archive of these entries, whatever they say."""
    stated = index(*entries)
    return framed([closed(write_index(stated)), *(closed(content_of(block, entries)) for block in blocks(stated))])

"""What an archive holds, as data. Encoding, decoding and judging it touches nothing: what may be unpacked is decided here, before anything is.

An archive is `MAGIC`, the index and then its blocks, each as its length and one zstd frame with size and checksum. How the content is cut
into blocks follows from the index (`blocks`), so neither an order nor a count can be forged, and any process can work on any block.
Entry 0 is the folder that everything goes into; its children are the outputs themselves, by their whole path. Every other entry has a plain
name and the number of its folder, which comes before it. So no path can climb, and a folder is the only thing that anything can lie in.
"""

import sys
from _thread import get_ident  # `threading` is not for workers, which begin in milliseconds
from array import array
from collections.abc import Iterator
from functools import cache
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from ftaction.errors import StoreError

if TYPE_CHECKING:
    from zstandard import ZstdCompressor, ZstdDecompressor

MAGIC = b"ftarch1\n"  # the digit is the format's number
LENGTH = Struct("<I")

FILE, FOLDER, LINK, HARD, SPARSE = range(5)  # HARD: another name of an earlier file

MOST_ENTRIES = 300_000  # 100 MB of memory for the largest index there may be
MOST_RAW = 24 << 20  # bytes of the index,
MOST_INDEX = 12 << 20  # and of its frame
MOST_EXTENTS = 100_000
MOST_DEPTH = 100  # a worker holds two such ways open, and macOS allows 256 files to begin with
MOST_NAME = 255
MOST_PATH = 4095  # PATH_MAX without its end
MOST_CONTENT = 32 << 30  # bytes of all files,
MOST_LOGICAL = 1 << 40  # and with their holes
MOST_FREE = 1 << 29  # bytes that may come of any few, zeros for example,
MOST_RATIO = 250  # and bytes for each one that came, beyond them
BLOCK = 1 << 20  # smaller ones compress less, larger ones are no faster
BLOCK_ENTRIES = 256  # so that a folder of small files and links is shared out too
MOST_FRAME = BLOCK + (BLOCK >> 7) + 64  # zstd's bound is a 256th more

_LARGEST_WINDOW = 1 << 23  # bytes of memory that a frame may ask for
_COLUMNS = 9
_LEVEL = 1  # on text 1.6 times as fast as level 3, and a sixth larger; long matching gains nothing within a block
_DAMAGED = "the archive is damaged"


class Index(NamedTuple):
    """Columns, by number of entry. `sizes` is of files, and for a hard link the number of the file that it is."""

    kinds: bytes
    parents: "array[int]"
    modes: "array[int]"
    times: "array[int]"  # of modification, in nanoseconds
    sizes: "array[int]"
    names: list[bytes]
    targets: dict[int, bytes]  # of symbolic links
    extents: dict[int, tuple[tuple[int, int], ...]]  # of sparse files: offset and length of what is no hole

    def path(self, number: int) -> str:
        """For messages."""
        parts = []
        while number:
            parts.append(self.names[number])
            number = self.parents[number]
        return b"/".join(reversed(parts)).decode("utf-8", "surrogateescape")

    def content(self, number: int) -> int:
        """Bytes of an entry that the blocks hold."""
        if self.kinds[number] == FILE:
            return self.sizes[number]
        return sum(length for _, length in self.extents.get(number, ()))


class Block(NamedTuple):
    """Entries `first` to before `stop`, or a part of a big one: `size` bytes of content, in the first entry beginning at `offset`."""

    first: int
    stop: int
    offset: int
    size: int
    part: bool


def write_index(index: Index) -> bytes:
    """The bytes that `read_index` reads."""
    extents = list(index.extents.values())
    flat = array("q", (number for one in extents for extent in one for number in extent))
    columns = (
        index.kinds, _bytes(index.parents), _bytes(index.modes), _bytes(index.times), _bytes(index.sizes),
        b"\0".join(index.names), b"\0".join(index.targets.values()), _bytes(array("I", map(len, extents))), _bytes(flat),
    )  # fmt: skip
    return b"".join(LENGTH.pack(len(column)) + column for column in columns)


def read_index(raw: bytes) -> Index:
    """The columns, all as long as they say. Raises `StoreError`. What they mean is not looked at: see `refuse`."""
    kinds, parents, modes, times, sizes, names, targets, counts, flat = _columns(raw)
    count = len(kinds)
    if not 0 < count <= MOST_ENTRIES:
        raise StoreError(f"the archive has {count} entries" if count else _DAMAGED)
    sparse, links = _numbers(kinds, SPARSE), _numbers(kinds, LINK)
    counted = _array("I", counts, len(sparse))
    total = sum(counted)
    if total > MOST_EXTENTS:
        raise StoreError("the archive has too many holes")
    ends = _array("q", flat, 2 * total)
    pairs = iter(zip(ends[::2], ends[1::2], strict=True))
    return Index(
        kinds, _array("I", parents, count), _array("H", modes, count), _array("q", times, count), _array("q", sizes, count), _texts(names, count),
        dict(zip(links, _texts(targets, len(links)), strict=True)),
        {number: tuple(next(pairs) for _ in range(many)) for number, many in zip(sparse, counted, strict=True)},
    )  # fmt: skip


def _columns(raw: bytes) -> list[bytes]:
    columns: list[bytes] = []
    place = 0
    while place + LENGTH.size <= len(raw) and len(columns) < _COLUMNS:
        (length,) = LENGTH.unpack_from(raw, place)
        place += LENGTH.size + length
        columns.append(raw[place - length : place])
    if len(columns) != _COLUMNS or place != len(raw):
        raise StoreError(_DAMAGED)
    return columns


def _array(code: str, column: bytes, count: int) -> "array[int]":
    numbers = array(code)
    if len(column) != count * numbers.itemsize:
        raise StoreError(_DAMAGED)
    numbers.frombytes(column)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _bytes(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _texts(column: bytes, count: int) -> list[bytes]:
    if count == 0 and not column:
        return []
    if column.count(b"\0") + 1 != count:  # counted first: a list of empty texts would be much larger than they are
        raise StoreError(_DAMAGED)
    return column.split(b"\0")


def _numbers(kinds: bytes, kind: int) -> list[int]:
    return [number for number, one in enumerate(kinds) if one == kind] if kind in kinds else []


def blocks(index: Index) -> list[Block]:
    """How the content is cut: small files together, a file that is larger than a block into blocks of its own."""
    found: list[Block] = []
    first, size, count = 1, 0, len(index.kinds)
    for number, (kind, length) in enumerate(zip(index.kinds, index.sizes, strict=True)):
        amount = length if kind == FILE else index.content(number) if kind == SPARSE else 0
        if number == 0 or (size + amount <= BLOCK and number - first < BLOCK_ENTRIES):
            size += amount
            continue
        if number > first:
            found.append(Block(first, number, 0, size, part=False))
        first, size = number, amount
        if amount > BLOCK:
            found += [Block(number, number + 1, at, min(BLOCK, amount - at), part=True) for at in range(0, amount, BLOCK)]
            first, size = number + 1, 0
    if count > first:
        found.append(Block(first, count, 0, size, part=False))
    return found


def segments(index: Index, number: int, offset: int, size: int) -> Iterator[tuple[int, int]]:
    """Where these bytes of an entry's content stand in the file: offsets and lengths."""
    for place, length in index.extents.get(number, ((0, index.sizes[number]),)):
        taken = min(length - offset, size)
        if taken > 0:
            yield place + offset, taken
            offset, size = 0, size - taken
        else:
            offset -= min(offset, length)


def closed(content: bytes | memoryview) -> bytes:
    """Content as a frame; of nothing, nothing."""
    return _compressor(get_ident()).compress(content) if content else b""


def says(frame: bytes) -> int:
    """How many bytes a frame says that it makes; 0 for what is none."""
    from zstandard import ZstdError, get_frame_parameters

    try:
        return get_frame_parameters(frame).content_size
    except ZstdError:
        return 0


def opened(frame: bytes | bytearray, least: int, most: int) -> bytes:
    """A frame's content, whole and verified, with so many bytes. Raises `StoreError` before memory is spent on another."""
    from zstandard import ZstdError, get_frame_parameters

    if not frame and least == 0:
        return b""
    try:
        says = get_frame_parameters(frame)
        if not (says.content_size > 0 and least <= says.content_size <= most and says.has_checksum and says.window_size <= _LARGEST_WINDOW):
            raise StoreError(_DAMAGED)
        return _decompressor(get_ident()).decompress(frame, allow_extra_data=False)
    except ZstdError as error:
        raise StoreError(_DAMAGED) from error


@cache
def _compressor(_thread: int) -> "ZstdCompressor":
    from zstandard import ZstdCompressionParameters, ZstdCompressor

    return ZstdCompressor(compression_params=ZstdCompressionParameters.from_level(_LEVEL, write_checksum=1, write_content_size=1))


@cache
def _decompressor(_thread: int) -> "ZstdDecompressor":
    """One for each thread: two at once with the same spoil each other's frames (https://facebook.github.io/zstd/zstd_manual.html, chapter 4)."""
    from zstandard import ZstdDecompressor

    return ZstdDecompressor(max_window_size=_LARGEST_WINDOW)

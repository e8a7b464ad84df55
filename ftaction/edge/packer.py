"""A worker that looks at outputs and reads them into blocks."""

import os
import stat
from array import array
from struct import Struct

from ftaction.edge.descent import IN, Folders
from ftaction.edge.index import (
    BLOCK,
    FILE,
    FOLDER,
    HARD,
    LINK,
    MOST_DEPTH,
    MOST_ENTRIES,
    MOST_RAW,
    SPARSE,
    Block,
    Index,
    blocks,
    closed,
    opened,
    read_index,
    segments,
    write_index,
)
from ftaction.edge.worker import answer, told, work
from ftaction.errors import StoreError

SURVEY, READ = range(2)
SHARE = Struct("<II")  # which worker, of how many

_SMALLEST_HOLE = 1 << 16
_MOST_HOLES = 4096  # in one file; beyond, its holes are packed as zeros
_HELD = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe put in a file's place is not waited for
_ODD = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


def main() -> None:
    """Work until the parent has no more to say."""
    work(_pack)


def _pack() -> None:
    for number, content in told():
        if number == SURVEY:
            answer(closed(write_index(survey(content.split(b"\0")))))
        else:
            mine, many = SHARE.unpack_from(content)
            _read(read_index(opened(content[SHARE.size :], 1, MOST_RAW)), mine, many)


class _Survey:
    """The columns of an index as they grow."""

    def __init__(self) -> None:
        self.kinds, self.names = bytearray((FOLDER,)), [b""]
        self.parents, self.modes, self.times, self.sizes = array("I", (0,)), array("H", (0,)), array("q", (0,)), array("q", (0,))
        self.targets: dict[int, bytes] = {}
        self.extents: dict[int, tuple[tuple[int, int], ...]] = {}
        self.files: dict[tuple[int, int], int] = {}  # those with several names

    def add(self, name: bytes, parent: int, found: os.stat_result, folder: int) -> None:
        """One entry, which lies in the open `folder`."""
        number, mode = len(self.names), found.st_mode
        kind, size = FILE, found.st_size
        if stat.S_ISDIR(mode):
            kind, size = FOLDER, 0
        elif stat.S_ISLNK(mode):
            kind, size = LINK, 0
            self.targets[number] = os.readlink(name, dir_fd=folder)
        elif not stat.S_ISREG(mode):
            raise StoreError(f"{self.path(name, parent)} is {_ODD.get(stat.S_IFMT(mode), 'no file')}, which can't be kept")
        elif mode & (stat.S_ISUID | stat.S_ISGID):
            raise StoreError(f"{self.path(name, parent)} is a set-uid or set-gid file, which can't be kept")
        elif found.st_nlink > 1 and (earlier := self.files.setdefault((found.st_dev, found.st_ino), number)) != number:
            kind, size = HARD, earlier
        elif size >= _SMALLEST_HOLE and found.st_blocks * 512 < size and (extents := _extents(name, folder, size)) is not None:
            kind, self.extents[number] = SPARSE, extents
        self.kinds.append(kind)
        self.names.append(name)
        self.parents.append(parent)
        self.modes.append(mode & 0o777)
        self.times.append(found.st_mtime_ns)
        self.sizes.append(size)

    def path(self, name: bytes, parent: int) -> str:
        """For messages."""
        return os.fsdecode(b"/".join(filter(None, (os.fsencode(self.index().path(parent)), name))))

    def index(self) -> Index:
        """What was found."""
        return Index(bytes(self.kinds), self.parents, self.modes, self.times, self.sizes, self.names, self.targets, self.extents)


def survey(outputs: list[bytes]) -> Index:
    """The index of what stands in these paths of the working folder."""
    found = _Survey()
    root = os.open(".", IN)
    for output in outputs:
        found.add(output, 0, os.stat(output, dir_fd=root, follow_symlinks=False), root)
    for number in range(1, len(outputs) + 1):
        if found.kinds[number] == FOLDER:
            _look(found, number, root, 0)
    os.close(root)
    return found.index()


def _look(found: _Survey, number: int, above: int, depth: int) -> None:
    """All that is in a folder, then all that is in its folders."""
    if depth >= MOST_DEPTH or len(found.names) > MOST_ENTRIES:
        raise StoreError(f"{found.index().path(number)} is too {'deep' if depth >= MOST_DEPTH else 'large'} to be kept")
    folder = os.open(found.names[number], IN, dir_fd=above)
    with os.scandir(folder) as entries:
        inside = sorted((os.fsencode(entry.name), entry.stat(follow_symlinks=False)) for entry in entries)
    first = len(found.names)
    for name, stats in inside:
        found.add(name, number, stats, folder)
    for one in range(first, len(found.names)):
        if found.kinds[one] == FOLDER:
            _look(found, one, folder, depth + 1)
    os.close(folder)


def _extents(name: bytes, folder: int, size: int) -> tuple[tuple[int, int], ...] | None:
    """Where a file has bytes; None where it has no holes worth it, or none that can be told."""
    found: list[tuple[int, int]] = []
    file = os.open(name, _HELD, dir_fd=folder)
    try:
        place = 0
        while place < size and (data := _next(file, place, os.SEEK_DATA)) < size:
            place = min(size, _next(file, data, os.SEEK_HOLE))
            if found and data - sum(found[-1]) < _SMALLEST_HOLE:
                data = found.pop()[0]
            found.append((data, place - data))
    except (OSError, AttributeError):
        return None
    finally:
        os.close(file)
    return None if found == [(0, size)] or len(found) > _MOST_HOLES else tuple(found)


def _next(file: int, place: int, what: int) -> int:
    """lseek(2): beyond the last byte there is ENXIO."""
    import errno

    try:
        return os.lseek(file, place, what)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return 1 << 62


def _read(index: Index, mine: int, many: int) -> None:
    """Every so-many-th block, so that all workers come forward alike and the archive's bytes depend on the files alone."""
    folders = Folders(index, index.names)
    buffer = memoryview(bytearray(BLOCK + 1))  # one for all: new memory costs more than reading into it
    for block in blocks(index)[mine::many]:
        answer(closed(buffer[: _content(index, folders, block, buffer)]))


def _content(index: Index, folders: Folders, block: Block, buffer: memoryview) -> int:
    """Fill the buffer from its beginning; how far."""
    place = 0
    for number in range(block.first, block.stop):
        kind = index.kinds[number]
        if kind == FILE and not block.part and index.sizes[number]:
            place += _file(index, folders, number, buffer[place:])
        elif kind == SPARSE or block.part:
            size = block.size if block.part else index.content(number)
            place += _parts(index, folders, number, block.offset, buffer[place : place + size])
    return place


def _file(index: Index, folders: Folders, number: int, buffer: memoryview) -> int:
    """A small file. One byte more is asked for than it had, so that growing is noticed."""
    size = index.sizes[number]
    file = os.open(index.names[number], _HELD, dir_fd=folders.at(index.parents[number]))
    try:
        found = _fill(file, buffer[: size + 1], size)
        _refuse_change(index, number, os.fstat(file), found == size)
    finally:
        os.close(file)
    return size


def _parts(index: Index, folders: Folders, number: int, offset: int, buffer: memoryview) -> int:
    file = os.open(index.names[number], _HELD, dir_fd=folders.at(index.parents[number]))
    found = 0
    try:
        for place, length in segments(index, number, offset, len(buffer)):
            os.lseek(file, place, os.SEEK_SET)
            found += _fill(file, buffer[found : found + length], length)
        _refuse_change(index, number, os.fstat(file), found == len(buffer))
    finally:
        os.close(file)
    return found


def _fill(file: int, buffer: memoryview, enough: int) -> int:
    """How much there was. It comes in several pieces only from file systems in user space."""
    found = 0
    while found < enough and (size := os.readv(file, (buffer[found:],))):
        found += size
    return found


def _refuse_change(index: Index, number: int, now: os.stat_result, complete: bool) -> None:
    if not (complete and stat.S_ISREG(now.st_mode) and now.st_size == index.sizes[number] and now.st_mtime_ns == index.times[number]):
        raise StoreError(f"{index.path(number)} changed while it was packed")

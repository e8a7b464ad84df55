"""A worker that writes blocks into a fresh folder. The parent has judged the index; outputs are named by their number here."""

import os
import stat

from ftaction.edge.descent import IN, Folders
from ftaction.edge.index import FILE, FOLDER, HARD, LINK, MOST_RAW, SPARSE, Block, Index, blocks, opened, read_index, segments
from ftaction.edge.worker import answer, told, work
from ftaction.errors import StoreError

INDEX, FLUSH, FINISH = (0xFFFFFFFF - one for one in range(3))  # everything else is a block's number

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_AGAIN = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC  # of a big file each part may be the first
_THERE = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC


def main() -> None:
    """Work until the parent has no more to say."""
    work(_unpack)


def _unpack() -> None:
    unpacking: Unpacking | None = None
    for number, content in told():
        if number == INDEX:
            unpacking = Unpacking(read_index(opened(content, 1, MOST_RAW)))
            continue
        assert unpacking is not None
        if number == FLUSH:
            answer()
        elif number == FINISH:
            unpacking.finish()
            answer()
        else:
            unpacking.write(number, content)


class Unpacking:
    """One archive in the working folder."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._names = [b"%d" % number if index.parents[number] == 0 else name for number, name in enumerate(index.names)]
        self._blocks = blocks(index)
        self._folders = Folders(index, self._names, make=True)

    def write(self, number: int, frame: bytes) -> None:
        """One block, wherever it belongs."""
        block = self._blocks[number]
        content = memoryview(opened(frame, block.size, block.size))
        if block.part:
            self._part(block, content)
        else:
            self._run(block, content)

    def _run(self, block: Block, content: memoryview) -> None:
        """Whole entries. Folders are made on the way to what lies in them; empty ones, and hard links, at the end."""
        kinds, parents, modes, times, sizes = self._index[:5]
        names, at, place = self._names, self._folders.at, 0
        for number in range(block.first, block.stop):
            kind = kinds[number]
            if kind == FILE:
                size = sizes[number]
                file = os.open(names[number], _NEW, modes[number], dir_fd=at(parents[number]))
                if size:
                    _write(file, content[place : place + size])
                    place += size
                os.utime(file, ns=(times[number], times[number]))
                os.close(file)
            elif kind == LINK:
                folder = at(parents[number])
                os.symlink(self._index.targets[number], names[number], dir_fd=folder)
                os.utime(names[number], ns=(times[number], times[number]), dir_fd=folder, follow_symlinks=False)
            elif kind == SPARSE:
                size = self._index.content(number)
                file = os.open(names[number], _NEW, modes[number], dir_fd=at(parents[number]))
                self._segments(file, number, 0, content[place : place + size])
                place += size
                os.utime(file, ns=(times[number], times[number]))
                os.close(file)

    def _part(self, block: Block, content: memoryview) -> None:
        """A piece of a big file, which other workers may be writing too. Its mode and time are set at the end."""
        number = block.first
        file = os.open(self._names[number], _AGAIN, 0o600, dir_fd=self._folders.at(self._index.parents[number]))
        self._segments(file, number, block.offset, content)
        os.close(file)

    def _segments(self, file: int, number: int, offset: int, content: memoryview) -> None:
        if self._index.kinds[number] == SPARSE:
            os.ftruncate(file, self._index.sizes[number])  # the same for every part
        for place, length in segments(self._index, number, offset, len(content)):
            os.lseek(file, place, os.SEEK_SET)
            _write(file, content[:length])
            content = content[length:]

    def finish(self) -> None:
        """When all blocks are written: hard links, big files' modes and times, then the folders', the deepest first."""
        kinds, parents = self._index.kinds, self._index.parents
        others = Folders(self._index, self._names)
        big = {block.first for block in self._blocks if block.part}
        for number in range(len(kinds) - 1, 0, -1):
            if kinds[number] == FOLDER:
                self._finish_folder(number, self._folders.at(parents[number]))
            elif kinds[number] == HARD:
                earlier = self._index.sizes[number]
                os.link(
                    self._names[earlier], self._names[number], src_dir_fd=others.at(parents[earlier]), dst_dir_fd=self._folders.at(parents[number]),
                    follow_symlinks=False,
                )  # fmt: skip
            elif number in big:
                self._finish_big(number)

    def _finish_folder(self, number: int, parent: int) -> None:
        name, mode, times = self._names[number], self._index.modes[number], (self._index.times[number],) * 2
        if mode & 0o700 == 0o700:
            try:
                os.utime(name, ns=times, dir_fd=parent, follow_symlinks=False)
            except FileNotFoundError:
                pass  # an empty one, made below
            else:
                return
        self._folders.make(number, parent)
        folder = os.open(name, IN, dir_fd=parent)
        os.fchmod(folder, mode)
        os.utime(folder, ns=times)
        os.close(folder)

    def _finish_big(self, number: int) -> None:
        file = os.open(self._names[number], _THERE, dir_fd=self._folders.at(self._index.parents[number]))
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_size != self._index.sizes[number]:
            raise StoreError(f"{self._index.path(number)} came out incomplete")
        os.fchmod(file, self._index.modes[number])
        os.utime(file, ns=(self._index.times[number],) * 2)
        os.close(file)


def _write(file: int, content: memoryview) -> None:
    while content:
        content = content[os.write(file, content) :]

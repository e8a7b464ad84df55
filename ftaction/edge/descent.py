"""Folders of an archive as open descriptors: nothing on the way to a file is ever a link, and no path is too long."""

import os

from ftaction.edge.index import Index

IN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Folders:
    """The folder that was last asked for and those above it are open, never more than the archive is deep."""

    def __init__(self, index: Index, names: list[bytes], make: bool = False) -> None:
        """Begin in the working folder. `names` are those on disk. `make`: a folder that is not there is made, now or beside us."""
        self._parents, self._modes, self._names, self._make = index.parents, index.modes, names, make
        self._open = [(0, os.open(".", IN))]

    def at(self, number: int) -> int:
        """The descriptor of this folder, until the next call."""
        if self._open[-1][0] == number:
            return self._open[-1][1]
        above, missing = {one for one, _ in self._open}, []
        while number not in above:
            missing.append(number)
            number = self._parents[number]
        while self._open[-1][0] != number:
            os.close(self._open.pop()[1])
        for one in reversed(missing):
            self._open.append((one, self._enter(one, self._open[-1][1])))
        return self._open[-1][1]

    def make(self, number: int, parent: int) -> None:
        """For its owner alone where he could not write it otherwise; the mode is set when everything is in it."""
        mode = self._modes[number]
        try:
            os.mkdir(self._names[number], mode if mode & 0o700 == 0o700 else 0o700, dir_fd=parent)
        except FileExistsError:
            pass  # another worker was quicker

    def _enter(self, number: int, parent: int) -> int:
        try:
            return os.open(self._names[number], IN, dir_fd=parent)
        except FileNotFoundError:
            if not self._make:
                raise
        self.make(number, parent)
        return os.open(self._names[number], IN, dir_fd=parent)

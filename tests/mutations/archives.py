"""Mutated archives of outputs, and whether anything lands where it should not."""

import os
import shutil
from array import array
from pathlib import Path
from random import Random

from ftaction.edge.allowed import refuse
from ftaction.edge.archive import unpack
from ftaction.edge.index import LENGTH, MAGIC, MOST_RAW, Index, blocks, closed, opened, read_index, write_index
from ftaction.errors import StoreError
from tests.mutations.mutants import BLUNT, Mutant
from tests.support.archives import framed

_NAMES = (b"..", b".", b"/", b"../canary", b"/etc/passwd", b"a/b", b"", b"\0", b".git", b"n" * 300, b"made", b"\xff")
_EDGES = (0, 1, 2, 3, 7, 255, 1 << 15, (1 << 16) - 1, (1 << 31) - 1, 1 << 40, (1 << 63) - 1, -1)


def frames(archive: bytes) -> list[bytes]:
    """The index and the blocks, compressed."""
    found, at = [], len(MAGIC)
    while at < len(archive):
        (length,) = LENGTH.unpack_from(archive, at)
        found.append(archive[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def mutated(random: Random, archive: bytes) -> Mutant:
    """Bluntly; a frame with its sums made right; a field of the index."""
    what = random.randrange(4)
    if what == 0:
        return Mutant("blunt", random.choice(BLUNT)(random, archive))
    parts = frames(archive)
    if what == 1:
        at = random.randrange(len(parts))
        parts[at] = closed(random.choice(BLUNT)(random, opened(parts[at], 1, MOST_RAW)) or b"x")
        return Mutant("in a frame", framed(parts))
    if what == 2:
        random.shuffle(parts)
        return Mutant("frames", framed(parts[: random.randrange(len(parts) + 1)]))
    index = read_index(opened(parts[0], 1, MOST_RAW))
    for _ in range(random.choice((1, 1, 2, 3))):
        index = _field(random, index)
    return Mutant("in the index", framed([closed(write_index(index)), *parts[1:]]))


def _field(random: Random, index: Index) -> Index:
    at = random.randrange(len(index.kinds))
    match random.randrange(7):
        case 0:
            return index._replace(kinds=index.kinds[:at] + bytes((random.randrange(8),)) + index.kinds[at + 1 :])
        case 1:
            return index._replace(parents=_set(index.parents, at, random.randrange(len(index.kinds) + 2)))
        case 2:
            return index._replace(modes=_set(index.modes, at, random.choice((0o4755, 0o2755, 0o1777, 0, 0o777, 0xFFFF))))
        case 3:
            return index._replace(sizes=_set(index.sizes, at, random.choice(_EDGES)))
        case 4:
            return index._replace(times=_set(index.times, at, random.choice(_EDGES)))
        case 5:
            return index._replace(names=[random.choice(_NAMES) if number == at else name for number, name in enumerate(index.names)])
        case _:
            return index._replace(targets=dict.fromkeys(index.targets, random.choice((b"", b"../../canary", b"/etc/passwd", b"x" * 5000, b"\0"))))


def _set(numbers: "array[int]", at: int, value: int) -> "array[int]":
    changed = array(numbers.typecode, numbers)
    try:
        changed[at] = value
    except OverflowError:
        changed[at] = 0
    return changed


class Ground:
    """A repository with outputs in it, and canaries around it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = folder / "inner" / "root"
        self._build()

    def _build(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._root.mkdir(parents=True)
        for path in (self._folder / "canary", self._folder / "inner/canary", self._root / "canary", self._root / "made"):
            path.mkdir()
            (path / "bird").write_text("alive")
        self._before = self._around()

    def _around(self) -> list[tuple[str, int, int, str]]:
        """Everything but the outputs: place, kind and permissions, size, target."""
        found = []
        for folder, folders, names in os.walk(self._folder):
            if folder == str(self._root):
                folders[:] = [name for name in folders if name != "made"]
                names[:] = [name for name in names if name != "made"]
            for name in (*folders, *names):
                path = f"{folder}/{name}"
                stat = os.lstat(path)
                found.append((path, stat.st_mode, 0 if name in folders else stat.st_size, os.readlink(path) if os.path.islink(path) else ""))
        return sorted(found)

    def judge(self, archive: bytes) -> bool:
        """Whether it was unpacked. Raises `AssertionError` where anything but the outputs was touched, or half of them was."""
        done = True
        try:
            unpack([archive], str(self._root), ("made",), None)
        except StoreError:
            done = False
        assert self._around() == self._before, "something landed elsewhere"
        if not done:
            assert os.listdir(self._root / "made") == ["bird"], "what stood there was touched"
            return False
        kinds = {os.lstat(path).st_mode & 0o7000 for path in self._root.glob("made/**/*")}
        assert kinds <= {0}, "more than permissions in a mode"
        self._build()
        return True


def read(archive: bytes) -> None:
    """As far as an archive is judged before anything is written. Raises `StoreError`."""
    length = int.from_bytes(archive[len(MAGIC) : len(MAGIC) + LENGTH.size], "little")
    index = read_index(opened(archive[len(MAGIC) + LENGTH.size :][:length], 1, MOST_RAW))
    refuse(index, ("made",))
    blocks(index)

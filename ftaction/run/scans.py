"""What is in source texts, each content read once on this machine."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ftaction.edge.disk import DiskStore
from ftaction.model.narrow import Blind, Scan
from ftaction.run import noted


class How(NamedTuple):
    """`place` names who reads these texts, and in what format: they are kept together."""

    scan: Callable[[str], Scan]
    place: str


class Scans:
    """`contents`: every file's mode and digest."""

    def __init__(self, read: Callable[[str], str | None], kept: DiskStore | None, contents: Mapping[str, str], how: How) -> None:
        self._scan = how.scan
        self._read = read
        self._kept = kept
        self._contents = contents
        self._place = noted.key(f"scans {how.place}")
        self._old = noted.load(kept, self._place) or {}
        self._new: dict[str, Sequence[object]] = {}

    def of(self, path: str) -> Scan | None:
        """By the content that the snapshot has for it; None where that can't be read."""
        mode, _, content = self._contents[path].partition(" ")
        if mode == "120000":  # a link, whose digest is of where it leads
            return None
        if content not in self._new:
            kept = self._old.get(content)
            found = _scan(kept) or self._scanned(path)
            if found is None:
                return None
            self._new[content] = found
        return _scan(self._new[content])

    def _scanned(self, path: str) -> Sequence[object] | None:
        text = self._read(path)
        return self._scan(text) if text is not None else None

    def save(self) -> None:
        """Keep what was asked, where there is something new in it."""
        if self._new.keys() - self._old.keys():
            noted.save(self._kept, self._place, self._new)


def _scan(kept: object) -> Scan | None:
    """As it was kept; None for anything else."""
    try:
        texts, imports, blind, tests = kept if isinstance(kept, list | tuple) else ()
        return Scan(tuple(map(str, texts)), tuple(map(str, imports)), tuple(map(Blind, blind)), bool(tests))
    except (TypeError, ValueError):
        return None

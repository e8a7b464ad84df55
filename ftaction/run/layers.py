"""One store out of several: this machine's disk, the bundles of the cache service, and a store that repositories share.

Reads fall through, nearest first; what is put goes to the disk at once and further on when the run ends. What this run adds is known by
name, so that nothing that merely lies on the disk is ever carried on as if this run had proved it.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator

from ftaction.edge.bundle import Item
from ftaction.edge.disk import DiskStore
from ftaction.model.run import Transfer
from ftaction.run.across import Across
from ftaction.run.bundle import SMALL, Added
from ftaction.run.records import load, tallied
from ftaction.run.shared import SharedStore

_HELD = 16 << 20  # bytes


class Layers:
    """`believed`: whether a record's origin counts here. `notes`: doubts to begin with."""

    def __init__(
        self, disk: DiskStore, across: Across | None, shared: SharedStore | None, believed: Callable[[bytes], bool], notes: tuple[str, ...] = ()
    ) -> None:
        self._disk = disk
        self._across = across
        self._shared = shared
        self._believed = believed
        self._notes = notes
        self._items: dict[str, Item] = {}
        self._histories: dict[str, list[bytes]] = {}
        self._touched: set[str] = set()
        self._asked: dict[str, bytes | None] = {}
        self._held = 0
        self.saved = ""  # the key of the bundle that this run saved

    def record(self, fingerprint: str) -> bytes | None:
        """The nearest that is believed; without one the nearest. A pass from further away does not outweigh a failure here.

        What other records that are at hand count is counted too: passed in one place and failed in another is flaky in both.
        """
        if fingerprint not in self._asked:
            near = self._near(fingerprint)
            first = next(filter(self._believed, near), None)
            far = self._shared.record(fingerprint) if first is None and self._shared else None
            first = first or (far if far is not None and (not near or self._believed(far)) else next(iter(near), None))
            self._asked[fingerprint] = tallied(first, near) if first is not None and len(near) > 1 else first
        if self._asked[fingerprint] is not None:
            self._touched.add(f"ac/{fingerprint}")
        return self._asked[fingerprint]

    def near(self, fingerprint: str) -> bytes | None:
        """The newest, whoever made it: what it says makes a run do more, or was said by somebody who may."""
        found = [(record.ended, content) for content in self._near(fingerprint) if (record := load(content))]
        if found:
            self._touched.add(f"ac/{fingerprint}")
        return max(found)[1] if found else None

    def _near(self, fingerprint: str) -> list[bytes]:
        here = self._disk.record(fingerprint)
        return [*([here] if here is not None else []), *(self._across.record(fingerprint) if self._across else ())]

    def put_record(self, fingerprint: str, content: bytes) -> bool:
        """On the disk, which alone decides whether it is kept. What goes further is never read from there again: a check may write there."""
        stored = self._disk.put_record(fingerprint, content)
        if stored:
            name = f"ac/{fingerprint}"
            self._asked[fingerprint] = content
            self._items[name] = Item(name, len(content), 0, lambda: content)
            self._touched.add(name)
            if self._shared:
                self._shared.put_record(fingerprint, content)
        return stored

    def blob(self, digest: str) -> bytes | None:
        """From wherever it is."""
        content = self.near_blob(digest)
        return self._shared.blob(digest) if content is None and self._shared else content

    def near_blob(self, digest: str) -> bytes | None:
        """From this machine, and from the bundles."""
        content = self._disk.blob(digest)
        return self._across.blob(digest) if content is None and self._across else content

    def put_blob(self, content: bytes) -> str:
        """Its digest."""
        digest = self._disk.put_blob(content)
        if digest:
            self._add(digest, content)
            if self._shared:
                self._shared.put_blob(content)
        return digest

    def has(self, digest: str) -> bool:
        """Whether any of them has it; unverified."""
        return self._disk.has(digest) or bool(self._across and self._across.has(digest)) or bool(self._shared and self._shared.has(digest))

    def put_stream(self, pieces: Iterable[bytes]) -> str:
        """On the disk; what is large goes on from there while the run does."""
        digest = self._disk.put_stream(pieces)
        if not digest:
            return ""
        path = self._disk.file(digest)
        size = os.path.getsize(path)
        if size <= SMALL:
            self._items[f"cas/{digest}"] = Item(f"cas/{digest}", size, 0, lambda: self._disk.blob(digest))
        elif self._across:
            self._across.upload(digest, path)
        if self._shared:
            self._shared.offer(digest)
        return digest

    def stream(self, digest: str) -> Iterator[bytes] | None:
        """Its pieces, from the first that has it."""
        for store in (self._disk, self._across, self._shared):
            if store and (pieces := store.stream(digest)) is not None:
                return pieces
        content = self._across.blob(digest) if self._across else None
        return iter((content,)) if content is not None else None

    def expect(self, fingerprints: Collection[str]) -> None:
        """Only what no nearer layer knows is asked of the store that repositories share."""
        if self._shared:
            self._shared.expect([one for one in fingerprints if not self._known(one)])

    def _known(self, fingerprint: str) -> bool:
        return self._disk.record(fingerprint) is not None or bool(self._across and any(True for _ in self._across.record(fingerprint)))

    def history(self, key: str) -> list[bytes]:
        """What the furthest knows first: this machine's own lines are the newest."""
        further = (*(self._shared.history(key) if self._shared else ()), *(self._across.history(key) if self._across else ()))
        return list(dict.fromkeys((*further, *self._disk.history(key))))

    def append(self, key: str, line: bytes) -> None:
        """On the disk, and further at the end."""
        self._disk.append(key, line)
        self._histories.setdefault(key, []).append(line)
        if self._shared:
            self._shared.append(key, line)

    def added(self) -> Added:
        """What this run adds to what others proved."""
        histories = {key: tuple(lines) for key, lines in self._histories.items()}
        return Added(tuple(self._items.values()), histories, touched=frozenset(self._touched))

    def save(self) -> None:
        """What this run added goes to the cache service and to the store that repositories share."""
        if self._across:
            self.saved = self._across.save(self.added())
        if self._shared:
            self._shared.save()

    def settle(self, now: float) -> None:
        """Bring together what this run saved and what others saved at the same moment (`now`: epoch)."""
        if self._across:
            self.saved = self._across.settle(self.saved, now)

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """What went over a network so far."""
        return (*(self._across.transfers if self._across else ()), *(self._shared.transfers if self._shared else ()))

    @property
    def doubts(self) -> tuple[str, ...]:
        """Those of every layer."""
        return (*self._notes, *self._disk.doubts, *(self._across.notes if self._across else ()), *(self._shared.doubts if self._shared else ()))

    def _add(self, digest: str, content: bytes) -> None:
        """Held until the end where there is room, for reading a thousand small files again takes longer than all else at the end."""
        held = self._held + len(content) <= _HELD
        self._held += len(content) if held else 0
        name = f"cas/{digest}"
        self._items[name] = Item(name, len(content), 0, (lambda: content) if held else (lambda: self._disk.blob(digest)))

"""What a run wants to put into a shared store: collected while it runs, and put there at its end, blobs before the records that name them."""

import os
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TypeVar

from ftaction.edge.disk import DiskStore
from ftaction.edge.signing import Signer
from ftaction.errors import StoreDownError
from ftaction.model.run import Transfer
from ftaction.run import histories
from ftaction.run.beside import beside
from ftaction.run.envelope import wrap
from ftaction.run.guarded import Guarded

Item = TypeVar("Item")
_WIDTH = 8  # requests at a time
_PATIENCE = 600.0  # seconds for all of it


class Outgoing:
    """Blobs stay on the disk of this machine until they are sent from there."""

    def __init__(self, shelf: Guarded, ground: DiskStore, signer: Signer) -> None:
        self._shelf = shelf
        self._ground = ground
        self._signer = signer
        self.records: dict[str, bytes] = {}
        self.blobs: dict[str, bool] = {}  # whether it is an archive of outputs
        self.lines: dict[str, histories.Histories] = {}  # by scope
        self.failed: set[str] = set()
        self.transfers: list[Transfer] = []

    def save(self, there: Mapping[str, bytes | None], read_history: Callable[[str], histories.Histories]) -> None:
        """Each thing is tried once. `there`: the records that are known to stand there already."""
        self._all(self._save_blob, dict(self.blobs))
        bad = [digest.encode() for digest in self.blobs if digest in self.failed]
        for name, content in self.records.items():
            if any(digest in content for digest in bad):
                self.failed.add(name)
        self._all(self._save_record, {name: content for name, content in self.records.items() if name not in self.failed and there.get(name) != content})
        # Others may have ended meanwhile, so histories are read anew. Two that end at the same moment may lose each other's lines, which are advice.
        self._all(lambda scope, new: self._save_history(scope, histories.merged(read_history(scope), new)), dict(self.lines))
        self.records, self.blobs, self.lines = {}, {}, {}

    def _save_blob(self, digest: str, outputs: bool) -> None:
        began, path = monotonic(), self._ground.file(digest)
        if self._shelf.ask(lambda shelf: shelf.has(f"cas/{digest}"), otherwise=False):
            return
        if not self._shelf.done(lambda shelf: shelf.put_file(f"cas/{digest}", path)):
            self.failed.add(digest)
        elif outputs:
            self.transfers.append(Transfer("outputs", digest, os.path.getsize(path), monotonic() - began, saved=True))

    def _save_record(self, name: str, content: bytes) -> None:
        self._put(name, wrap(self._signer, "record", name, content))

    def _save_history(self, scope: str, lines: histories.Histories) -> None:
        name = histories.name(scope)
        self._put(name, wrap(self._signer, "history", name, histories.written(lines)))

    def _put(self, name: str, envelope: bytes) -> None:
        if not self._shelf.done(lambda shelf: shelf.put(f"ac/{name}", envelope)):
            self.failed.add(name)

    def _all(self, do: Callable[[str, Item], None], items: Mapping[str, Item]) -> None:
        if not beside(lambda pair: do(*pair), items.items(), width=_WIDTH, seconds=_PATIENCE):
            self._shelf.fail(StoreDownError(f"the shared store is too slow: not everything was kept there in {_PATIENCE:.0f} s"))
            self.failed.update(items)

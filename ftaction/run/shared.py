"""A store that repositories share, over a shelf: signed records, blobs under their digest, and a repository's histories in one entry.

Reading never writes. Writing only collects, until `save` puts it there. What is not signed by a key of this run is a miss, whoever put it
there; whose word a record is worth (`cache.trust`) is for the caller to see: its origin is in what is signed.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from threading import Lock
from time import monotonic

from ftaction.edge.disk import DiskStore
from ftaction.edge.signing import Signer, Verifier
from ftaction.errors import StoreDownError, StoreError
from ftaction.model.doors import MOST_BLOB, MOST_RECORD, Shelf
from ftaction.model.run import Transfer
from ftaction.run import histories
from ftaction.run.beside import beside
from ftaction.run.envelope import FRAME, unwrap
from ftaction.run.guarded import Guarded
from ftaction.run.outgoing import Outgoing

_WIDTH = 8  # requests at a time
_PATIENCE = 60.0  # seconds for all that a run asks before it starts
_SMALL_RECORD = 256 << 10  # bytes of one that is fetched before it is asked for; most have a few hundred
_MOST_KEPT = 16 << 20  # bytes of all records that wait to be asked for
_DIGEST = re.compile(r"[0-9a-f]{64}")


class SharedStore:
    """`ground` holds blobs until they are saved: the store of this machine. Without `signer` and `may_write` nothing is ever written."""

    def __init__(self, shelf: Shelf, ground: DiskStore, verifier: Verifier, signer: Signer | None = None, *, may_write: bool = False) -> None:
        self._shelf = Guarded(shelf)
        self._ground = ground
        self._verifier = verifier
        self._outgoing = Outgoing(self._shelf, ground, signer) if signer and may_write else None
        self._lock = Lock()
        self._unsigned: set[str] = set()
        self._records: dict[str, bytes | None] = {}  # what is there, None where nothing is
        self._kept = 0  # bytes of those
        self._blobs: dict[str, bool] = {}  # whether they are there
        self._histories: dict[str, histories.Histories] = {}
        self._transfers: list[Transfer] = []

    @property
    def doubts(self) -> tuple[str, ...]:
        """What the server did, how much nobody we know has signed, and how much could not be kept."""
        unsigned, failed = len(self._unsigned), len(self._outgoing.failed) if self._outgoing else 0
        return (
            *self._shelf.notes,
            *((_count(unsigned, "record", "not signed by a key of this run"),) if unsigned else ()),
            *((f"{failed} of what this run proved could not be kept in the shared store",) if failed else ()),
        )

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Archives of outputs that came from there or went there."""
        return (*self._transfers, *(self._outgoing.transfers if self._outgoing else ()))

    def record(self, fingerprint: str) -> bytes | None:
        """What a key of this run signed for exactly this fingerprint."""
        if self._outgoing and fingerprint in self._outgoing.records:
            return self._outgoing.records[fingerprint]
        if not _is_digest(fingerprint):
            return None
        if fingerprint not in self._records:
            self._records[fingerprint] = self._signed("record", fingerprint, MOST_RECORD)
        return self._records[fingerprint]

    def near(self, fingerprint: str) -> bytes | None:  # noqa: ARG002  # as `Store` has it
        """Nothing: asking takes a request."""
        return None

    def expect(self, fingerprints: Collection[str]) -> None:
        """Fetch them side by side, and remember which are not there. One that is large or odd is fetched when it is asked for."""

        def fetch(fingerprint: str) -> None:
            try:
                envelope = self._shelf.try_get(f"ac/{fingerprint}", _SMALL_RECORD)
            except StoreError:
                return
            with self._lock:
                content = self._opened("record", fingerprint, envelope)
                self._kept += len(content or b"")
                if self._kept <= _MOST_KEPT:
                    self._records[fingerprint] = content

        wanted = [one for one in dict.fromkeys(fingerprints) if _is_digest(one) and one not in self._records]
        if not beside(fetch, wanted, width=_WIDTH, seconds=_PATIENCE):
            self._shelf.fail(StoreDownError(f"the shared store is too slow: not everything was found in {_PATIENCE:.0f} s"))

    def put_record(self, fingerprint: str, content: bytes) -> bool:
        """Collected; False where this run may not write."""
        if self._outgoing is None or not _is_digest(fingerprint) or len(content) > MOST_RECORD:
            return False
        self._outgoing.records[fingerprint] = content
        return True

    def near_blob(self, digest: str) -> bytes | None:  # noqa: ARG002  # as `near`
        """Nothing: asking takes a request."""
        return None

    def blob(self, digest: str) -> bytes | None:
        """The bytes with this digest."""
        if self._outgoing and digest in self._outgoing.blobs:
            return self._ground.blob(digest)
        if not self._may_be_there(digest):
            return None
        content = self._shelf.ask(lambda shelf: shelf.get(f"cas/{digest}", MOST_BLOB), None)
        if content is not None and sha256(content).hexdigest() != digest:
            self._shelf.fail(StoreError(_other(digest)))
            content = None
        self._blobs[digest] = content is not None
        return content

    def put_blob(self, content: bytes) -> str:
        """Collected; empty where this run may not write."""
        return self._collected(self._ground.put_blob(content), outputs=False) if self._outgoing else ""

    def put_stream(self, pieces: Iterable[bytes]) -> str:
        """The same."""
        return self._collected(self._ground.put_stream(pieces), outputs=True) if self._outgoing else ""

    def offer(self, digest: str) -> None:
        """An archive of outputs that `ground` has already."""
        self._collected(digest, outputs=True)

    def has(self, digest: str) -> bool:
        """Asked once."""
        if self._outgoing and digest in self._outgoing.blobs:
            return True
        if self._may_be_there(digest) and digest not in self._blobs:
            self._blobs[digest] = self._shelf.ask(lambda shelf: shelf.has(f"cas/{digest}"), otherwise=False)
        return self._blobs.get(digest, False)

    def stream(self, digest: str) -> Iterator[bytes] | None:
        """Verified while it comes."""
        if self._outgoing and digest in self._outgoing.blobs:
            return self._ground.stream(digest)
        if not self._may_be_there(digest):
            return None
        began = monotonic()
        pieces = self._shelf.ask(lambda shelf: shelf.stream(f"cas/{digest}"), None)
        return None if pieces is None else self._verified(digest, pieces, began)

    def history(self, key: str) -> list[bytes]:
        """A repository's histories are one entry, so that a run with hundreds of checks asks once."""
        scope, _, check = key.partition("/")
        if scope not in self._histories:
            self._histories[scope] = self._history_of(scope)
        new = self._outgoing.lines.get(scope, {}) if self._outgoing else {}
        return histories.merged(self._histories[scope], {check: new.get(check, [])})[check]

    def append(self, key: str, line: bytes) -> None:
        """Collected."""
        scope, _, check = key.partition("/")
        if self._outgoing:
            self._outgoing.lines.setdefault(scope, {}).setdefault(check, []).append(line)

    def save(self) -> None:
        """Put there what was collected and is not there already. The run ends: so do its connections."""
        if self._outgoing:
            self._outgoing.save(self._records, self._history_of)
            self._records, self._blobs, self._histories = {}, {}, {}
        self._shelf.close()

    def _signed(self, kind: str, name: str, most: int) -> bytes | None:
        return self._opened(kind, name, self._shelf.ask(lambda shelf: shelf.get(f"ac/{name}", most + FRAME), None))

    def _opened(self, kind: str, name: str, envelope: bytes | None) -> bytes | None:
        content = None if envelope is None else unwrap(self._verifier, kind, name, envelope)
        if envelope is not None and content is None:
            self._unsigned.add(name)
        return content

    def _history_of(self, scope: str) -> histories.Histories:
        return histories.read(self._signed("history", histories.name(scope), histories.MOST_BYTES) or b"")

    def _may_be_there(self, digest: str) -> bool:
        return _is_digest(digest) and self._blobs.get(digest) is not False

    def _collected(self, digest: str, *, outputs: bool) -> str:
        if digest and self._outgoing:
            self._outgoing.blobs[digest] = outputs
        return digest

    def _verified(self, digest: str, pieces: Iterator[bytes], began: float) -> Iterator[bytes]:
        found, size = sha256(), 0
        try:
            for piece in pieces:
                found.update(piece)
                size += len(piece)
                yield piece
            if found.hexdigest() != digest:
                raise StoreError(_other(digest))
        except StoreError as error:
            self._blobs[digest] = False
            self._shelf.fail(error)
            raise
        self._transfers.append(Transfer("outputs", digest, size, monotonic() - began))


def _is_digest(text: str) -> bool:
    """Names come from records and histories too, which anybody may have written."""
    return _DIGEST.fullmatch(text) is not None


def _count(number: int, what: str, rest: str) -> str:
    return f"{number} {what} of the shared store is {rest}" if number == 1 else f"{number} {what}s of the shared store are {rest}"


def _other(digest: str) -> str:
    return f"the blob {digest[:12]} of the shared store is not what its digest says"

"""What the line asks of the outside. `edge/` answers; tests hand in their own."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, Protocol

from ftaction.model.run import Transfer

MOST_RECORD = 2 << 20  # bytes of a record: as JSON it may take thirty times that of memory
MOST_BLOB = 32 << 20  # bytes of what is handed over as a whole: logs, patches, manifests; what is larger is a stream


class Store(Protocol):
    """Where records and blobs live. Never an error: whatever goes wrong is a miss, counted in `doubts`."""

    def record(self, fingerprint: str) -> bytes | None:
        """The record, verified to be whole; None is a miss."""

    def near(self, fingerprint: str) -> bytes | None:
        """The newest record, from where asking costs next to nothing: this machine, and what a run restores anyway."""

    def put_record(self, fingerprint: str, content: bytes) -> bool:
        """Atomic: a reader sees all of it or nothing."""

    def blob(self, digest: str) -> bytes | None:
        """The bytes with this SHA-256, verified."""

    def near_blob(self, digest: str) -> bytes | None:
        """The same, from where asking costs next to nothing, as with `near`."""

    def put_blob(self, content: bytes) -> str:
        """Its SHA-256; empty when it could not be kept."""

    def has(self, digest: str) -> bool:
        """Whether a blob is there, unverified."""

    def put_stream(self, pieces: Iterable[bytes]) -> str:
        """As `put_blob`, without holding all of it in memory."""

    def stream(self, digest: str) -> Iterator[bytes] | None:
        """The pieces of a blob. Raises `StoreError` at their end where they are not what the digest says: nothing made of them may be used before.

        Asked by several threads at once, beside whatever else is asked; an answer that nobody waits for any more may be read to its end later.
        """

    def expect(self, fingerprints: Collection[str]) -> None:
        """These records will be asked for: a store behind a network may fetch them side by side."""

    def history(self, key: str) -> list[bytes]:
        """What was appended under this key, oldest first."""

    def append(self, key: str, line: bytes) -> None:
        """Add one line without a newline; lines of parallel writers never mix."""

    def save(self) -> None:
        """The run ends: carry what it added to where other machines find it."""

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """What went over a network so far."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """What the store had to do without, in a sentence each."""


class Entry(NamedTuple):
    """One thing in a store, for listing and pruning. Times are seconds since the epoch."""

    name: str
    size: int
    used: float


class Browsable(Store, Protocol):
    """A store that can be looked through and made smaller."""

    def entries(self) -> Iterator[Entry]:
        """Everything it holds."""

    def remove(self, name: str) -> None:
        """Drop one entry."""


class Hit(NamedTuple):
    """An entry that a cache service has. `place` is where it lies: an address that is signed, and so a secret."""

    key: str
    place: str


class CacheService(Protocol):
    """GitHub's cache, or a server that speaks its protocol. Entries never change. Raises `StoreError`, whatever goes wrong.

    After a refusal each further call raises the same sentence, without asking.
    """

    @property
    def readable(self) -> bool:
        """Whether it makes sense to look for something: the job may, and was not refused yet."""

    @property
    def writable(self) -> bool:
        """Whether it makes sense to prepare something for saving."""

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        """The entry of this key; else the newest whose key begins with one of `prefixes`, tried in their order."""

    def download(self, hit: Hit) -> Iterator[bytes]:
        """Its bytes, as they come. An address that has run out is asked for anew."""

    def save(self, key: str, path: str) -> bool:
        """A file's content as a new entry; False where the key is taken already."""


class Shelf(Protocol):
    """Names and bytes behind a network, the ground of a store that repositories share. Any number of threads may ask at once.

    Raises `StoreError`, whatever goes wrong; `StoreDownError` where asking for something else would end the same.
    """

    def has(self, name: str) -> bool:
        """Whether something stands under this name."""

    def get(self, name: str, most: int) -> bytes | None:
        """What stands under this name; None where nothing does. More than `most` bytes is an error."""

    def stream(self, name: str) -> Iterator[bytes] | None:
        """The same in pieces."""

    def put(self, name: str, content: bytes) -> None:
        """Put it there, in place of what stands there."""

    def put_file(self, name: str, path: str) -> None:
        """The same from a file, without holding all of it in memory."""

    def close(self) -> None:
        """Close the connections that are kept open. Asked again, it opens new ones."""

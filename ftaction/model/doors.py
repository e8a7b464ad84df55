"""What the line asks of the outside. `edge/` answers; tests hand in their own."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol


class Store(Protocol):
    """Where records and blobs live. Never an error: whatever goes wrong is a miss, counted in `doubts`."""

    def record(self, fingerprint: str) -> bytes | None:
        """The record, verified to be whole; None is a miss."""

    def put_record(self, fingerprint: str, content: bytes) -> bool:
        """Atomic: a reader sees all of it or nothing."""

    def blob(self, digest: str) -> bytes | None:
        """The bytes with this SHA-256, verified."""

    def put_blob(self, content: bytes) -> str:
        """Its SHA-256; empty when it could not be kept."""

    def has(self, digest: str) -> bool:
        """Whether a blob is there, unverified."""

    def put_stream(self, pieces: Iterable[bytes]) -> str:
        """As `put_blob`, without holding all of it in memory."""

    def stream(self, digest: str) -> Iterator[bytes] | None:
        """The pieces of a blob, verified as a whole before the first one is given."""

    def history(self, key: str) -> list[bytes]:
        """What was appended under this key, oldest first."""

    def append(self, key: str, line: bytes) -> None:
        """Add one line without a newline; lines of parallel writers never mix."""

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

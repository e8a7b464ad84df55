"""A store whose streams a test lets go by hand, so that a restore takes as long as the test wants, or fails when it says so."""

import threading
from collections.abc import Iterator, Mapping
from queue import Queue

from ftaction.edge.disk import DiskStore
from ftaction.errors import StoreError
from tests.support.gates import PATIENCE


class Held(DiskStore):
    """`names`: digest -> the name by which a test calls the stream. A stream that has no name here is a fault of the test."""

    def __init__(self, folder: str, names: Mapping[str, str]) -> None:
        super().__init__(folder)
        self._names = names
        self._began = {name: threading.Semaphore(0) for name in names.values()}
        self._answers: dict[str, Queue[str]] = {name: Queue() for name in names.values()}
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0  # streams that were held at one time

    def stream(self, digest: str) -> Iterator[bytes] | None:
        pieces = super().stream(digest)
        return None if pieces is None else self._held(self._names[digest], pieces)

    def named(self) -> list[tuple[str, str]]:
        """Each digest and its name."""
        return list(self._names.items())

    def wait(self, name: str) -> None:
        """Until it is being read, once more than it was waited for before."""
        assert self._began[name].acquire(timeout=PATIENCE), f"{name} was never read"

    def release(self, name: str) -> None:
        self._answers[name].put("")

    def fail(self, name: str, problem: str = "the line is dead") -> None:
        self._answers[name].put(problem)

    def _held(self, name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
        self._count(1)
        self._began[name].release()
        problem = self._answers[name].get(timeout=PATIENCE)
        self._count(-1)
        if problem:
            raise StoreError(problem)
        yield from pieces

    def _count(self, by: int) -> None:
        with self._lock:
            self._now += by
            self.most = max(self.most, self._now)


def threads_end() -> None:
    """Every restore that nobody waits for any more has tidied up behind itself."""
    for thread in threading.enumerate():
        if thread.name.startswith("restore "):
            thread.join(PATIENCE)
            assert not thread.is_alive(), thread.name

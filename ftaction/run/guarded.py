"""A shelf that never fails: what goes wrong is nothing found or nothing done, and a sentence. Once the server is down it is not asked again."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from ftaction.errors import StoreDownError, StoreError
from ftaction.model.doors import Shelf

Result = TypeVar("Result")
_MOST_FAULTS = 10


class Guarded:
    """Any number of threads may ask at once. `notes`: what went wrong, in a sentence each; of a server that is down, one."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = Lock()
        self._notes: dict[str, None] = {}
        self._faults = 0
        self.down = False

    @property
    def notes(self) -> tuple[str, ...]:
        """Few: a server that fails with one thing after the other is as good as down."""
        return tuple(self._notes)

    def ask(self, question: Callable[[Shelf], Result], otherwise: Result) -> Result:
        """The answer, or `otherwise`."""
        if not self.down:
            try:
                return question(self._shelf)
            except StoreError as error:
                self.fail(error)
        return otherwise

    def try_get(self, name: str, most: int) -> bytes | None:
        """As a shelf's `get`. Raises `StoreError`, and tells of it only where the server is down."""
        if self.down:
            raise StoreDownError("the server is down")
        try:
            return self._shelf.get(name, most)
        except StoreDownError as error:
            self.fail(error)
            raise

    def done(self, act: Callable[[Shelf], object]) -> bool:
        """Whether it was."""

        def question(shelf: Shelf) -> bool:
            act(shelf)
            return True

        return self.ask(question, otherwise=False)

    def close(self) -> None:
        """Connections end."""
        self._shelf.close()

    def fail(self, error: StoreError) -> None:
        """What is said of a server that is down is said once, whatever the others who were asking hear."""
        with self._lock:
            self._faults += 1
            ends = isinstance(error, StoreDownError) or self._faults == _MOST_FAULTS
            if not self.down:
                self._notes[f"{error}; it is not asked again in this run" if ends else str(error)] = None
            self.down = self.down or ends

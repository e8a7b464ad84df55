"""Whose turn it is at a worker that several checks of a run share, each in a process of its own: so many at once, and so many a minute.

A turn is a lock on a file, which ends with its process whatever becomes of it.
"""

import asyncio
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOOK = 0.02  # seconds between two looks
_MINUTE = 60.0


class Turns:
    """`folder`: of one worker and one run. `now`: seconds that all processes count from the same moment."""

    def __init__(self, folder: str, at_once: int, per_minute: int | None, now: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._at_once, self._per_minute, self._now = folder, at_once, per_minute, now
        self._mine = asyncio.Semaphore(at_once)  # so that of hundreds who wait in this process only those look who may be next

    async def take(self) -> Callable[[], None]:
        """Wait for a turn; what is returned ends it."""
        await self._mine.acquire()
        try:
            descriptor = await self._taken()
        except BaseException:
            self._mine.release()
            raise

        def end() -> None:
            os.close(descriptor)
            self._mine.release()

        return end

    async def _taken(self) -> int:
        while True:
            descriptor = self._free()
            if descriptor is not None:
                wait = self._begins()
                if wait <= 0:
                    return descriptor
                os.close(descriptor)
                await asyncio.sleep(min(wait, 1.0))
            else:
                await asyncio.sleep(_LOOK)

    def hold(self, seconds: float) -> None:
        """Nobody is to ask for so long."""
        with self._book() as book:
            book["until"] = [max(*book.get("until", [0.0]), self._now() + seconds)]

    def _free(self) -> int | None:
        for number in range(self._at_once):
            descriptor = os.open(f"{self._folder}/turn-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
            else:
                return descriptor
        return None

    def _begins(self) -> float:
        """0 where a call may begin now, which is then counted; else the seconds until it may."""
        with self._book() as book:
            now = self._now()
            begun = [moment for moment in book.get("begun", []) if moment > now - _MINUTE]
            book["begun"] = begun
            wait = max(book.get("until", [0.0])) - now
            if self._per_minute is not None and len(begun) >= self._per_minute:
                wait = max(wait, begun[-self._per_minute] + _MINUTE - now)
            if wait <= 0:
                begun.append(now)
            return wait

    @contextmanager
    def _book(self) -> Iterator[dict[str, list[float]]]:
        descriptor = os.open(f"{self._folder}/book", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with open(descriptor, "r+", encoding="utf-8") as file:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            book = _read(file.read())
            yield book
            file.seek(0)
            file.write(json.dumps(book))
            file.flush()
            file.truncate()


def _read(text: str) -> dict[str, list[float]]:
    """What was written; nothing where a process was ended in the middle of it."""
    try:
        book = json.loads(text) if text else {}
    except ValueError:
        return {}
    return book if isinstance(book, dict) else {}

"""The same thing for many, side by side. Threads, because what is waited for is a network."""

from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TypeVar

Item = TypeVar("Item")


def beside(do: Callable[[Item], None], items: Iterable[Item], *, width: int, seconds: float) -> bool:
    """Whether all was done in this time. `do` raises nothing. What is still under way then is left to itself and ends with the process."""
    waiting: SimpleQueue[Item] = SimpleQueue()
    for item in items:
        waiting.put(item)
    left = waiting.qsize()
    until = monotonic() + seconds

    def work() -> None:
        while monotonic() < until:
            try:
                item = waiting.get_nowait()
            except Empty:
                return
            do(item)

    threads = [Thread(target=work, daemon=True) for _ in range(min(width, left))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))
    return waiting.empty() and not any(thread.is_alive() for thread in threads)

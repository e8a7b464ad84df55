"""Several things at once, their results in order. Threads that nobody waits for at the end of the process, unlike a pool's."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from threading import Event, Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")
Task = Callable[[Event], Result]  # the event is set when its result is not wanted any more


class _Running(Generic[Result]):
    def __init__(self, task: Task[Result], stopped: Event) -> None:
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, args=(task, stopped), daemon=True)
        self._thread.start()

    def _run(self, task: Task[Result], stopped: Event) -> None:
        try:
            self._results.append(task(stopped))
        except BaseException as error:  # noqa: BLE001  # raised where the result is asked for
            self._error = error

    def result(self) -> Result:
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results.pop()


def ahead(tasks: Iterable[Task[Result]], width: int) -> Generator[Result, None, None]:
    """At most `width` tasks are under way or done without their result having been taken. The first error ends it."""
    stopped = Event()
    running: deque[_Running[Result]] = deque()
    try:
        for task in tasks:
            running.append(_Running(task, stopped))
            if len(running) == width:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        stopped.set()

"""Commands that are started before their turn: one that asks loads what it needs, for as long as the answers that it is handed are waited for.

Only for the event loop of `run/execute.py`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace

from ftaction.errors import Stop
from ftaction.run.job import Job

_AFTER = 0.5  # seconds, so that those whose turn it is have the processors for themselves until they wait
_DAY = 86_400.0  # its time-out counts from when it begins


class Ahead:
    """`run` gives a job's command to a shell and returns its status; None where that took too long."""

    def __init__(self, run: Callable[[Job], Coroutine[None, None, int | None]]) -> None:
        self._run = run
        self._tasks: dict[str, asyncio.Task[int | None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def soon(self, jobs: Iterable[Job]) -> None:
        """Start these, those that can be, unless they are."""
        for job in jobs:
            if job.early and job.check.name not in self._timers:
                self._timers[job.check.name] = asyncio.get_running_loop().call_later(_AFTER, self._start, job)

    def take(self, name: str) -> asyncio.Task[int | None] | None:
        """The command of a job whose turn it is, where it was started; it is not started any more where it was not."""
        if timer := self._timers.get(name):
            timer.cancel()
        return self._tasks.pop(name, None)

    async def close(self) -> None:
        """End those whose turn never came."""
        for timer in self._timers.values():
            timer.cancel()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _start(self, job: Job) -> None:
        assert job.early is not None
        try:
            made = job.early(job)
        except (Stop, OSError):
            return  # which is told when its turn comes
        self._tasks[job.check.name] = asyncio.create_task(self._run(replace(made, timeout=_DAY)))


async def in_time(task: asyncio.Task[int | None], seconds: float) -> int | None:
    """What comes of it; None where it takes longer, and was ended."""
    try:
        return await asyncio.wait_for(task, seconds)
    except TimeoutError:
        return None

"""Restores beside the running checks: each in a thread of its own, a few at a time. Only for the event loop of `run/execute.py`.

The threads are daemons, so that one that hangs in a network call holds up neither the step nor the end of the process.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from threading import Thread

from ftaction.model.run import Restored
from ftaction.run.restore import Halt, Outcome, Restoring

_MOST = 4  # at a time: more would only share the same network and the same disk


class Background:
    """The restores of one step. `grace`: seconds that one may take to end after it was asked to."""

    def __init__(self, restoring: Restoring, grace: float) -> None:
        self.tasks: dict[asyncio.Task[None], str] = {}
        self._restoring = restoring
        self._waiting = [name for name in restoring.all if name not in restoring.lost]
        self._grace = grace
        self._given_up: set[str] = set()
        self._interrupted = 0

    def start(self, held: Collection[str]) -> None:
        """Begin what may begin of what is still `held`, and give up the rest: nobody waits for it any more."""
        self._waiting = [name for name in self._waiting if name in held]
        self._give_up({name for name in self.tasks.values() if name not in held} - self._given_up)
        for name in list(self._waiting):
            if len(self.tasks) < _MOST and {*self._waiting, *self.tasks.values()}.isdisjoint(self._restoring.all[name].after):
                self._waiting.remove(name)
                self.tasks[asyncio.create_task(self._restore(name))] = name

    def reap(self) -> None:
        """Take away those that ended. Raises what was a fault of ours in their threads."""
        for task in [task for task in self.tasks if task.done()]:
            del self.tasks[task]
            if not task.cancelled():
                task.result()

    def interrupt(self) -> None:
        """Give up all; asked a second time, wait for none."""
        self._interrupted += 1
        self._give_up(set(self.tasks.values()))

    def _give_up(self, names: Collection[str]) -> None:
        self._given_up.update(names)
        for task, name in self.tasks.items():
            if name in names:
                task.cancel()

    async def _restore(self, name: str) -> None:
        halt = Halt()
        ended = self._begin(name, halt)
        try:
            await asyncio.wait({ended})
        except asyncio.CancelledError:
            halt.asked = True
            await asyncio.wait({ended}, timeout=self._patience(halt))
        outcome = ended.result() if ended.done() else None
        if outcome is None:
            self._restoring.given_up(name)
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome is not None and not (halt.asked and outcome.told.problem):
            self._restoring.ended(name, outcome)

    def _patience(self, halt: Halt) -> float | None:
        """Seconds. Where the run goes on, what is as good as done is waited for: a later step might put back the same."""
        if self._interrupted > 1:
            return 0.0  # two signals at once cancel a task once
        return None if halt.whole and not self._interrupted else self._grace

    def _begin(self, name: str, halt: Halt) -> "asyncio.Future[Outcome | BaseException]":
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Outcome | BaseException] = loop.create_future()

        def work() -> None:
            try:
                outcome: Outcome | BaseException = self._restoring.put_back(name, halt)
            except BaseException as error:  # noqa: BLE001  # raised again where it is waited for
                outcome = error
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(ended.set_result, outcome)

        try:
            Thread(target=work, name=f"restore {name}", daemon=True).start()
        except RuntimeError as error:  # this process may have no more threads
            ended.set_result(Outcome(Restored(name, 0.0, 0, str(error))))
        return ended

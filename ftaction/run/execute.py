"""Runs the commands of one step side by side. The only place with an event loop; imported when something has to run.

Signals, time-outs and failures arrive here; what comes out is one `Attempt` a check, whatever happened.
"""

import asyncio
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ftaction.edge.machine import Identity
from ftaction.edge.shell import Shell, ShellEndedError, ShellError
from ftaction.errors import Stop
from ftaction.model.check import Check, FailFast
from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut, green
from ftaction.plan.schedule import next_check, order
from ftaction.run.ahead import Ahead, in_time
from ftaction.run.background import Background
from ftaction.run.job import Job
from ftaction.run.restore import NOTHING, Restoring

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How a job went. Times on the clock of `How`; `failed`: tries that failed before the last; `whole`: it was not enough to run a part.

    `ready`: from when on nothing but a free slot or a lock was missing; where it was tried again alone, when the try beside others ended.
    `locked_by`: checks that held one of its locks since.
    """

    ending: Ending
    started: float
    ended: float
    failed: int = 0
    ready: float = 0.0
    locked_by: tuple[str, ...] = ()
    whole: bool = False

    @property
    def flaky(self) -> bool:
        """Whether it passed only when tried again."""
        return self.failed > 0 and isinstance(self.ending, Passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a step is run, and whom to tell."""

    slots: int
    batch_size: int
    fail_fast: FailFast
    fallback: bool
    identity: Identity | None
    grace: float
    clock: Callable[[], float]
    started: Callable[[str], None]
    finished: Callable[[str, Attempt], Ending | None]  # how it ended after all, where the command's status does not say
    again: Callable[[str], None] = lambda _name: None  # it failed beside others, and waits to be tried alone
    restoring: Restoring = NOTHING


def execute(jobs: Mapping[str, Job], how: How) -> tuple[dict[str, Attempt], int]:
    """The attempts, and the signal that ended the step early or 0. Jobs without one wait for outputs that could not be restored."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        return asyncio.run(_Step(jobs, how).run())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(slots=True)
class _Step:
    jobs: Mapping[str, Job]
    how: How
    done: dict[str, Attempt] = field(default_factory=dict)
    running: dict[asyncio.Task[Attempt], Job] = field(default_factory=dict)
    shells: dict[tuple[Identity | None, frozenset[tuple[str, str]]], list[Shell]] = field(default_factory=dict)
    beside: set[str] = field(default_factory=set)
    alone: list[str] = field(default_factory=list)
    signal: int = 0
    held: frozenset[str] = frozenset()  # restores that somebody waits for
    ready: dict[str, float] = field(default_factory=dict)
    locked_by: dict[str, dict[str, None]] = field(default_factory=dict)
    restores: Background = field(init=False)
    ahead: Ahead = field(init=False)

    def __post_init__(self) -> None:
        self.restores = Background(self.how.restoring, self.how.grace)
        self.ahead = Ahead(self._in_a_shell)

    async def run(self) -> tuple[dict[str, Attempt], int]:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._interrupt, number)
        try:
            await self._all()
        finally:
            await self.ahead.close()
            for shells in self.shells.values():
                for shell in shells:
                    shell.close()
        return self.done, self.signal

    async def _all(self) -> None:
        checks = [job.check for job in self.jobs.values()]
        expected = {name: 0.0 if job.fate else job.expected for name, job in self.jobs.items()}
        waiting = dict.fromkeys(order(checks, expected, [name for name, job in self.jobs.items() if job.failed_last]))
        while waiting or self.running or self.alone or self.restores.tasks:
            self._start_what_fits(waiting)
            if self.running or (self.restores.tasks and not self.alone):
                await self._next_end()
            elif self.alone:
                await self._once_more_alone(self.alone[0])
            else:
                break  # what still waits needs outputs that can't be restored

    async def _next_end(self) -> None:
        tasks: list[asyncio.Task[Any]] = [*self.running, *self.restores.tasks]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        self.restores.reap()
        for task in [task for task in self.running if task.done()]:
            self._ended(self.running.pop(task), task.result())

    def _start_what_fits(self, waiting: dict[str, None]) -> None:
        while self._settle_what_is_known(waiting):
            pass  # a fate may be the last that another one waited for
        self.restores.start(self.held)
        ended = self.done.keys() - set(self.alone)
        self._note_ready(waiting, ended)
        while check := next_check(self._free(waiting), ended, self.jobs.keys(), [job.check for job in self.running.values()], self.how.slots):
            del waiting[check.name]
            job = self.jobs[check.name]
            self.how.started(check.name)
            self.running[asyncio.create_task(self._attempts(job))] = job
            if len(self.running) > 1:
                self.beside.update(job.check.name for job in self.running.values())
        self._note_locks(waiting)
        begun = self.done.keys() | {job.check.name for job in self.running.values()}
        self.ahead.soon(job for name in waiting if (job := self.jobs[name]).early and begun.issuperset(job.check.needs))

    def _note_ready(self, waiting: Iterable[str], ended: Collection[str]) -> None:
        now = self.how.clock()
        for name in waiting:
            job = self.jobs[name]
            if name not in self.ready and self.held.isdisjoint(job.held_by) and all(need in ended or need not in self.jobs for need in job.check.needs):
                self.ready[name] = now

    def _note_locks(self, waiting: Iterable[str]) -> None:
        holders = {lock: job.check.name for job in self.running.values() for lock in job.check.locks}
        for name in waiting if holders else ():
            if name in self.ready:
                found = {holders[lock]: None for lock in self.jobs[name].check.locks if lock in holders}
                self.locked_by.setdefault(name, {}).update(found)

    def _free(self, waiting: dict[str, None]) -> Iterator[Check]:
        """Those that no restore holds up."""
        return (self.jobs[name].check for name in waiting if self.held.isdisjoint(self.jobs[name].held_by))

    def _settle_what_is_known(self, waiting: dict[str, None]) -> bool:
        self.held = self.how.restoring.held(waiting)
        failed = tuple(name for name in self.done if self._bad(name)) if self.how.fail_fast is FailFast.ALL else ()
        asked = (name for name in waiting if self.signal or failed or self._waits(self.jobs[name]))
        known = [(name, fate) for name in asked if (fate := self._fate(self.jobs[name], failed)) is not None]
        for name, fate in known:
            del waiting[name]
            now = self.how.clock()
            self._settle(name, Attempt(ending=fate, started=now, ended=now))
        return bool(known)

    def _waits(self, job: Job) -> bool:
        return job.fate is not None or bool(job.check.needs)

    def _fate(self, job: Job, failed: tuple[str, ...]) -> Ending | None:
        """The ending of a job that needs no process, once it is known. `failed`: what stops everything."""
        by = tuple(need for need in job.check.needs if need in self.done and self._bad(need))
        settled = all(need in self.done and need not in self.alone for need in job.check.needs if need in self.jobs)
        if job.fate is not None and settled and not by and (self.signal or failed or self.held.isdisjoint(job.held_by)):
            return job.fate  # where all is stopped nobody waits for its outputs
        if self.signal:
            return Cancelled()
        if by or failed:
            return Blocked(by) if by else Blocked(failed, Barrier.FAIL_FAST)
        return None

    def _bad(self, name: str) -> bool:
        return name not in self.alone and not green(self.done[name].ending)

    def _ended(self, job: Job, attempt: Attempt) -> None:
        name = job.check.name
        self.done[name] = attempt
        beside = name in self.beside and self.how.fallback and not job.begin
        if isinstance(attempt.ending, Failed) and beside and not self.signal and self.how.fail_fast is not FailFast.ALL:
            self.alone.append(name)
            self.ready[name] = attempt.ended
            self.how.again(name)
            return
        self._settle(name, attempt)
        if self.how.fail_fast is FailFast.ALL and not green(self.done[name].ending):
            for task in self.running:
                task.cancel()

    def _settle(self, name: str, attempt: Attempt) -> None:
        attempt = replace(attempt, ready=self.ready.get(name, attempt.started), locked_by=tuple(self.locked_by.get(name, ())))
        self.done[name] = replace(attempt, ending=self.how.finished(name, attempt) or attempt.ending)

    async def _once_more_alone(self, name: str) -> None:
        attempt = beside = self.done[name]
        if not self.signal:
            self.how.started(name)
            task = asyncio.create_task(self._attempts(self.jobs[name]))
            self.running[task] = self.jobs[name]
            attempt = await task
            attempt = replace(attempt, failed=beside.failed + 1 + attempt.failed)
            del self.running[task]
        self.alone.remove(name)
        self._settle(name, attempt)

    async def _attempts(self, job: Job) -> Attempt:
        started = self.how.clock()
        try:
            job = job.begin(job) if job.begin else job
        except (Stop, OSError) as error:
            return Attempt(ending=CouldNotStart(error.message if isinstance(error, Stop) else str(error)), started=started, ended=self.how.clock())
        ending = job.fate or await self._attempt(job)
        whole = job.whole if isinstance(ending, Passed | Failed) and not self.signal and job.found_none() else None
        if whole:
            job, ending = whole, await self._attempt(whole)
        tries = 1
        while isinstance(ending, Failed) and tries <= job.check.retries and not self.signal:
            ending = await self._attempt(job)
            tries += 1
        return Attempt(ending=ending, started=started, ended=self.how.clock(), failed=tries - 1, whole=whole is not None)

    async def _attempt(self, job: Job) -> Ending:
        try:
            code = await self._run(job)
        except ShellError as error:
            return CouldNotStart(str(error))
        except asyncio.CancelledError:
            return Cancelled()
        return TimedOut(job.timeout) if code is None else Passed() if code == 0 else Failed(code)

    async def _run(self, job: Job) -> int | None:
        ahead = self.ahead.take(job.check.name)
        return await (in_time(ahead, job.timeout) if ahead else self._in_a_shell(job))

    async def _in_a_shell(self, job: Job) -> int | None:
        """In a shell that is there, or in a new one. What an earlier command left behind may end a shell that is there: then once more."""
        idle = self.shells.setdefault((job.identity, frozenset(job.environment.items())), [])
        while idle:
            with suppress(ShellEndedError):
                return await self._give(job, idle.pop(), idle)
        return await self._give(job, Shell(job.environment, job.identity or self.how.identity), idle)

    async def _give(self, job: Job, shell: Shell, idle: list[Shell]) -> int | None:
        try:
            return await shell.run(job.command, job.folder, job.log, job.timeout, self.how.grace)
        finally:
            if shell.uses < self.how.batch_size and not shell.ended:
                idle.append(shell)
            else:
                shell.close()

    def _interrupt(self, number: int) -> None:
        """The first signal asks, a second one insists: a cancelled task that is cancelled again kills at once."""
        self.signal = self.signal or number
        for task in self.running:
            task.cancel()
        self.restores.interrupt()

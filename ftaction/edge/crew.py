"""Worker processes and the pipes to them. Whatever they do or leave undone, the parent gets a whole answer or a `StoreError`, in bounded time and memory.

They run as the files' owner, and so does what a check left behind: it may stop them, end them, or speak in their place. What they answer is
judged as anything else that comes from outside.
"""

import os
import select
import subprocess
import sys
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import Self

from ftaction.edge.machine import Identity
from ftaction.edge.worker import ANSWER, FAILED, MOST_SENTENCE, TOLD
from ftaction.errors import StoreError

MOST_WAITING = 2 << 20  # bytes for one worker, or from it, beyond what the pipe holds

_BECOME = "from ftaction.edge.worker import become; become(*map(int, sys.argv[1:3]))"
_PIPE = 1 << 20  # bytes, where the system lets a pipe grow: a worker goes on while we do something else
_PATIENCE = 60.0  # seconds that all of them may keep us waiting,
_RATE = 1 << 20  # and one more for so many bytes that went through


class _Worker:
    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self.to, self.back = process, process.stdin.fileno(), process.stdout.fileno()
        self.outbox: deque[memoryview] = deque()
        self.inbox, self.filled = bytearray(ANSWER.size), 0  # what is being read: a head, then what it announces
        self.head: int | None = None
        self.answers: deque[bytearray] = deque()
        self.sending = self.answered = 0  # bytes that wait
        self.told = 0  # bytes in all


class Crew:
    """Workers on one task in one folder. Ended when the `with` block is left."""

    def __init__(self, task: str, folder: str, identity: Identity | None, most: int, patience: float = _PATIENCE) -> None:
        """`task` is a module with a `main`; an answer has at most `most` bytes."""
        self._task, self._folder, self._identity, self._most = task, folder, identity, most
        self._workers: list[_Worker] = []
        self._waited, self._patience = 0.0, patience

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            for pipe in (worker.process.stdin, worker.process.stdout):
                assert pipe is not None
                with suppress(OSError):
                    pipe.close()
            with suppress(subprocess.TimeoutExpired):
                worker.process.wait(10)  # one that waits for a disk can't even be killed

    def __len__(self) -> int:
        return len(self._workers)

    def start(self) -> int:
        """One more worker; its number. It sees no environment: a check may read that of what runs as its user."""
        import zstandard

        ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        places = [ours, os.path.dirname(os.path.dirname(os.path.abspath(zstandard.__file__)))]
        code = f"import sys; sys.path += sys.argv[3:]; import zstandard; from {self._task} import main; {_BECOME}; main()"
        user, group = self._identity or (-1, -1)  # it becomes the owner by itself: an interpreter may stand where only we can read
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", code, str(user), str(group), *places], cwd=self._folder, env={}, bufsize=0,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip  # without `site`, which takes half of the start
        except OSError as error:
            raise StoreError(f"a worker can't be started: {error.strerror}") from error
        worker = _Worker(process)
        for pipe in (worker.to, worker.back):
            os.set_blocking(pipe, False)
            _widen(pipe)
        self._workers.append(worker)
        return len(self._workers) - 1

    def tell(self, who: int, number: int, *content: bytes | memoryview) -> None:
        """Put this behind what the worker was told before, and wait while that is too much."""
        worker, length = self._workers[who], sum(map(len, content))
        worker.outbox += map(memoryview, (TOLD.pack(number, length), *content))
        worker.sending += TOLD.size + length
        worker.told += length
        for one in self._workers:
            self._send(one)
        while worker.sending > MOST_WAITING:
            self._move()

    def idlest(self) -> int:
        """The worker with the least before it, as far as can be told from here."""
        return min(range(len(self._workers)), key=lambda who: (self._workers[who].sending, self._workers[who].told))

    def answer(self, who: int) -> bytearray:
        """The worker's next answer, waited for."""
        worker = self._workers[who]
        while not worker.answers:
            self._move()
        answer = worker.answers.popleft()
        worker.answered -= ANSWER.size + len(answer)
        return answer

    def _move(self) -> None:
        """Wait until something can go to a worker or come from one, and let it."""
        poller = select.poll()
        by_pipe: dict[int, _Worker] = {}
        for worker in self._workers:
            if worker.sending:
                poller.register(worker.to, select.POLLOUT)
                by_pipe[worker.to] = worker
            if worker.answered <= MOST_WAITING:
                poller.register(worker.back, select.POLLIN)
                by_pipe[worker.back] = worker
        begun = monotonic()
        ready = poller.poll(max(0.0, self._patience - self._waited) * 1000 + 1)
        self._waited += monotonic() - begun
        if not ready or self._waited > self._patience:
            raise StoreError("the workers on outputs stood still")
        for pipe, _ in ready:
            worker = by_pipe[pipe]
            if pipe == worker.to:
                self._send(worker)
            else:
                self._receive(worker)

    def _send(self, worker: _Worker) -> None:
        while worker.outbox:
            parts = [worker.outbox[place] for place in range(min(8, len(worker.outbox)))]
            try:
                sent = os.writev(worker.to, parts)
            except BlockingIOError:
                return
            except BrokenPipeError:
                worker.outbox.clear()
                worker.sending = 0
                while True:  # until it is read why, or that it ended
                    self._move()
            worker.sending -= sent
            self._patience += sent / _RATE
            while worker.outbox and sent >= len(worker.outbox[0]):
                sent -= len(worker.outbox.popleft())
            if sent:
                worker.outbox[0] = worker.outbox[0][sent:]

    def _receive(self, worker: _Worker) -> None:
        try:
            size = os.readv(worker.back, [memoryview(worker.inbox)[worker.filled :]])
        except BlockingIOError:
            return
        if not size:
            raise StoreError("a worker on outputs ended before its work did")
        self._patience += size / _RATE
        worker.filled += size
        while worker.filled == len(worker.inbox):
            self._received(worker)

    def _received(self, worker: _Worker) -> None:
        """A head is whole, or what it announced."""
        if worker.head is None:
            (worker.head,) = ANSWER.unpack(worker.inbox)
            length = worker.head & ~FAILED
            if length > (MOST_SENTENCE if worker.head & FAILED else self._most):
                raise StoreError("a worker on outputs said more than it may")
            worker.inbox, worker.filled = bytearray(length), 0
            return
        if worker.head & FAILED:
            raise StoreError(_printable(worker.inbox))
        worker.answers.append(worker.inbox)
        worker.answered += ANSWER.size + len(worker.inbox)
        worker.head, worker.inbox, worker.filled = None, bytearray(ANSWER.size), 0


def _widen(pipe: int) -> None:
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # a user may only have so much of it
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _printable(sentence: bytearray) -> str:
    """What a check may have written, made fit for a summary."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in sentence.decode("utf-8", "replace"))[:300]

"""A model behind a command: the prompt on its standard input, what it prints is read. It runs in an empty folder, in a process group of its own."""

import asyncio
import os
import shlex
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from tempfile import TemporaryDirectory

from ftaction.edge.model_guard import Guard
from ftaction.model.asking import Said

_MOST = 16 << 20  # bytes that it may print
_PIECE = 1 << 16
_LOOK = 0.01  # seconds between two looks
_GRACE = 2.0  # seconds between asking it to end and ending it


class _TooMuchError(Exception):
    """It prints more than is read."""


class CommandModel:
    """`run`: with `{model}` in it; `options` are appended. `read` makes of what was printed, and of the status, what was said."""

    def __init__(
        self, run: str | tuple[str, ...], options: tuple[str, ...], environment: Mapping[str, str], limit: str, read: Callable[[str, int], Said],
        *, guard: Guard, home: str = "",
    ) -> None:  # fmt: skip
        """`limit`, `home`: the variables that tell the command how many tokens to answer with at most, and where to keep its state; or empty.

        Its state is a folder of each call alone, unless the environment names one.
        """
        self._words = (*(shlex.split(run) if isinstance(run, str) else run), *options)
        self._environment, self._limit, self._read, self._guard = dict(environment), limit, read, guard
        self._home = home if home not in environment else ""

    async def ask(self, model: str, prompt: str, max_tokens: int, timeout: float) -> Said:
        """One process. It is ended with all of its group where it takes too long, prints too much, or is not waited for any more."""
        environment = self._environment | ({self._limit: str(max_tokens)} if self._limit else {})
        with TemporaryDirectory(prefix="ask-", ignore_cleanup_errors=True) as folder, TemporaryDirectory(prefix="ask-", ignore_cleanup_errors=True) as home:
            environment |= {self._home: home} if self._home else {}
            try:
                process = await asyncio.create_subprocess_exec(
                    *(word.replace("{model}", model) for word in self._words), cwd=folder, env=environment, process_group=0,
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                )  # fmt: skip
            except (OSError, ValueError) as error:
                return Said(problem=f"{self._words[0]} can't be started: {error.strerror if isinstance(error, OSError) else error}", refused=True)
            self._guard.begun(process.pid)
            try:
                async with asyncio.timeout(timeout):
                    return await self._talk(process, prompt)
            except TimeoutError:
                return Said(problem=f"there was no answer within {timeout:.3g} seconds")
            except _TooMuchError:
                return Said(problem=f"it printed more than {_MOST:,} bytes")
            finally:
                await _end(process)
                self._guard.ended(process.pid)

    async def close(self) -> None:
        """What is still there ends."""
        self._guard.close()

    async def _talk(self, process: asyncio.subprocess.Process, prompt: str) -> Said:
        assert process.stdin and process.stdout and process.stderr  # noqa: PT018  # all of them, for the type checker
        given = asyncio.create_task(_give(process.stdin, f"\n{prompt}".encode("utf-8", "replace")))  # what begins with `/` is a command to some
        out, err = bytearray(), bytearray()
        readers = [asyncio.create_task(_take(process.stdout, out)), asyncio.create_task(_take(process.stderr, err))]
        taken = asyncio.gather(*readers)
        ended = asyncio.create_task(_ended(process))
        try:
            await asyncio.wait((taken, ended), return_when=asyncio.FIRST_COMPLETED)
            if not taken.done():  # what it left behind may hold its output open
                _signal(process.pid, signal.SIGKILL)
                await asyncio.wait([taken], timeout=_GRACE)
            if taken.done():
                taken.result()
            code = await ended
        finally:
            for task in (given, *readers, ended):
                task.cancel()
            await asyncio.gather(given, taken, *readers, ended, return_exceptions=True)
        said = self._read(out.decode("utf-8", "replace"), code)
        last = err.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        return said._replace(problem=f"{said.problem}: {last}") if f"ended with status {code}" in said.problem and last else said


async def _give(stream: asyncio.StreamWriter, content: bytes) -> None:
    with suppress(OSError):  # it may answer without having read all
        stream.write(content)
        await stream.drain()
        stream.close()


async def _take(stream: asyncio.StreamReader, found: bytearray) -> None:
    """All of it. Raises `_TooMuchError`."""
    while piece := await stream.read(_PIECE):
        found += piece
        if len(found) > _MOST:
            raise _TooMuchError


async def _ended(process: asyncio.subprocess.Process) -> int:
    """Its status, whoever holds its output open: before Python 3.13 `wait` waits for that too."""
    while process.returncode is None:
        await asyncio.sleep(_LOOK)
    return process.returncode


async def _end(process: asyncio.subprocess.Process) -> None:
    """It and what it started; at once where we are asked a second time to hurry."""
    try:
        if process.returncode is None:
            _signal(process.pid, signal.SIGTERM)
            await _gone(process)
    finally:
        _signal(process.pid, signal.SIGKILL)
    await _gone(process)


async def _gone(process: asyncio.subprocess.Process) -> None:
    """Wait for it, but not for ever: what it started elsewhere may hold its output open. Nothing ends while it has output that nobody reads."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_GRACE):
            await asyncio.gather(process.wait(), _drop(process.stdout), _drop(process.stderr))


async def _drop(stream: asyncio.StreamReader | None) -> None:
    while stream and await stream.read(_PIECE):
        pass


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)

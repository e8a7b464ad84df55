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
        taken = [asyncio.create_task(_take(stream)) for stream in (process.stdout, process.stderr)]
        try:
            out, err = await asyncio.gather(*taken)
            code = await process.wait()
        finally:
            for task in (given, *taken):
                task.cancel()
            await asyncio.gather(given, *taken, return_exceptions=True)
        said = self._read(out, code)
        last = err.strip().rpartition("\n")[2][:300]
        return said._replace(problem=f"{said.problem}: {last}") if f"ended with status {code}" in said.problem and last else said


async def _give(stream: asyncio.StreamWriter, content: bytes) -> None:
    with suppress(OSError):  # it may answer without having read all
        stream.write(content)
        await stream.drain()
        stream.close()


async def _take(stream: asyncio.StreamReader) -> str:
    """All of it as text. Raises `_TooMuchError` at once, for what prints more will not end by itself."""
    found = bytearray()
    while piece := await stream.read(_PIECE):
        found += piece
        if len(found) > _MOST:
            raise _TooMuchError
    return found.decode("utf-8", "replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    """It and what it started; at once where we are asked a second time to hurry."""
    try:
        if process.returncode is None:
            _signal(process.pid, signal.SIGTERM)
            await _ended(process)
    finally:
        _signal(process.pid, signal.SIGKILL)
    await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
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

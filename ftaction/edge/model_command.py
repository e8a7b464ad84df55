"""A model behind a command: the prompt on its standard input, what it prints is read. It runs in an empty folder, in a process group of its own."""

import asyncio
import os
import shlex
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from tempfile import TemporaryDirectory

from ftaction.model.asking import Said

_MOST = 16 << 20  # bytes that it may print
_PIECE = 1 << 16
_GRACE = 2.0  # seconds between asking it to end and ending it


class CommandModel:
    """`run`: with `{model}` in it; `options` are appended. `read` makes of what was printed, and of the status, what was said."""

    def __init__(
        self, run: str | tuple[str, ...], options: tuple[str, ...], environment: Mapping[str, str], limit: str, read: Callable[[str, int], Said],
        *, home: str = "",
    ) -> None:  # fmt: skip
        """`limit`, `home`: the variables that tell the command how many tokens to answer with at most, and where to keep its state; or empty.

        Its state is a folder of each call alone, unless the environment names one.
        """
        self._words = (*(shlex.split(run) if isinstance(run, str) else run), *options)
        self._environment, self._limit, self._read = dict(environment), limit, read
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
            try:
                async with asyncio.timeout(timeout):
                    return await self._talk(process, prompt)
            except TimeoutError:
                return Said(problem=f"there was no answer within {timeout:.0f} seconds")
            finally:
                await _end(process)

    async def close(self) -> None:
        """Nothing is kept between two calls."""

    async def _talk(self, process: asyncio.subprocess.Process, prompt: str) -> Said:
        assert process.stdin and process.stdout and process.stderr  # noqa: PT018  # all of them, for the type checker
        given = asyncio.create_task(_give(process.stdin, f"\n{prompt}".encode("utf-8", "replace")))  # what begins with `/` is a command to some
        try:
            out, err = await asyncio.gather(_take(process.stdout), _take(process.stderr))
            code = await process.wait()
        finally:
            given.cancel()
        if out is None or err is None:
            return Said(problem=f"it printed more than {_MOST:,} bytes")
        said = self._read(out, code)
        last = err.strip().rpartition("\n")[2][:300]
        return said._replace(problem=f"{said.problem}: {last}") if said.problem and last and not out.strip() else said


async def _give(stream: asyncio.StreamWriter, content: bytes) -> None:
    with suppress(OSError):  # it may answer without having read all
        stream.write(content)
        await stream.drain()
        stream.close()


async def _take(stream: asyncio.StreamReader) -> str | None:
    """All of it as text; None where it is too much."""
    found = bytearray()
    while piece := await stream.read(_PIECE):
        found += piece
        if len(found) > _MOST:
            return None
    return found.decode("utf-8", "replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    """It and what it started."""
    for number, seconds in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number if process.returncode is None else signal.SIGKILL)
        if process.returncode is not None:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(process.wait()), seconds)

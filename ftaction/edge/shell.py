"""A shell that runs commands one after the other, so that a short command does not pay for starting one from Python.

Each command is a process group of its own (`set -m`) in a subshell of its own, with its log as output and nothing as input: its
`exit`, `cd` and `export` end with it, its time-out kills it alone, and what it leaves behind in its group is ended with it.
The log is a file from the start: output needs no memory of ours, and a grandchild that keeps it open holds up nobody.
"""

import asyncio
import fcntl
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress

from ftaction.edge.machine import Identity

_HARD_STOP = 2.0  # seconds after SIGKILL until the shell itself is given up
_NO_FOLDER = b"nofolder"
_ABOVE_OURS = 10  # the status pipe must not stand where the script puts its own descriptor 3


class ShellError(Exception):
    """The command never ran; says why."""


class Shell:
    """One bash. `uses` counts the commands it was given. Not for two commands at once."""

    def __init__(self, environment: Mapping[str, str], identity: Identity | None) -> None:
        """Raises `ShellError` where bash can't be started."""
        self.uses = 0
        self._status, write_end = os.pipe()
        status = fcntl.fcntl(write_end, fcntl.F_DUPFD_CLOEXEC, _ABOVE_OURS)
        os.close(write_end)
        try:
            self._process = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-s"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", env=dict(environment),
                pass_fds=(status,), start_new_session=True,
                user=identity.user if identity else None, group=identity.group if identity else None,
                extra_groups=[] if identity else None,
            )  # fmt: skip
        except OSError as error:
            os.close(self._status)
            raise ShellError(f"bash can't be started: {error.strerror}") from error
        finally:
            os.close(status)
        self._lines = b""
        self._group = 0
        self._no_folder = False
        self._write(f"exec 3>&{status} {status}>&-; set -m\n")
        self._ended: asyncio.Future[int] | None = None
        asyncio.get_running_loop().add_reader(self._status, self._read)

    async def run(self, command: str, folder: str, log: str, timeout: float, grace: float) -> int | None:
        """The exit status; None when it took longer than `timeout` seconds. Cancelling ends the command first.

        `command` is one shell command that `exec` may replace the subshell with. Raises `ShellError`.
        """
        self.uses += 1
        self._group, self._no_folder = 0, False
        self._ended = asyncio.get_running_loop().create_future()
        script = (
            f"( cd -- {shlex.quote(folder)} || {{ echo nofolder >&3; exit 1; }}; exec 3>&-; exec -- {command} ) "
            f"</dev/null >>{shlex.quote(log)} 2>&1 & echo group $! >&3; wait $!; echo end $? >&3\n"
        )
        try:
            self._write(script)
            return await asyncio.wait_for(asyncio.shield(self._ended), timeout)
        except TimeoutError:
            await self._end(grace)
            return None
        except asyncio.CancelledError:
            await self._end(grace)
            raise
        finally:
            self._signal(signal.SIGKILL)  # what it left behind in its group

    def close(self) -> None:
        """End the shell; a command that still runs ends with it."""
        asyncio.get_running_loop().remove_reader(self._status)
        os.close(self._status)
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()
        self._process.kill()
        self._process.wait()

    def _write(self, script: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(os.fsencode(script))
            self._process.stdin.flush()
        except OSError as error:
            raise ShellError("its shell has ended") from error

    async def _end(self, grace: float) -> None:
        assert self._ended is not None
        self.uses = 1 << 30  # never used again
        try:
            for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, _HARD_STOP)):
                self._signal(number)
                with suppress(TimeoutError, ShellError):
                    await asyncio.wait_for(asyncio.shield(self._ended), seconds)
                    return
        finally:
            self._signal(signal.SIGKILL)  # also when we are asked a second time to hurry

    def _signal(self, number: signal.Signals) -> None:
        if self._group:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._group, number)

    def _read(self) -> None:
        piece = os.read(self._status, 4096)
        self._lines += piece
        *lines, self._lines = self._lines.split(b"\n")
        for line in lines:
            word, _, number = line.partition(b" ")
            if word == b"group":
                self._group = int(number)
            elif word == _NO_FOLDER:
                self._no_folder = True
            elif word == b"end":
                self._settle(ShellError("its working folder is not there") if self._no_folder else int(number))
        if not piece:
            asyncio.get_running_loop().remove_reader(self._status)
            self.uses = 1 << 30
            self._settle(ShellError("its shell was ended from outside"))

    def _settle(self, outcome: int | ShellError) -> None:
        if self._ended is None or self._ended.done():
            return
        if isinstance(outcome, int):
            self._ended.set_result(outcome)
        else:
            self._ended.set_exception(outcome)

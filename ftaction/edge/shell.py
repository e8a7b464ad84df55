"""A shell that runs commands one after the other, so that a short command does not pay for starting one from Python.

Each command is a process group of its own (`set -m`) in a subshell of its own, with its log as output and nothing as input: its
`exit`, `cd` and `export` end with it, its time-out kills it alone, and what it leaves behind in its group is ended with it.
The log is a file from the start: output needs no memory of ours, and a grandchild that keeps it open holds up nobody.
"""

import asyncio
import fcntl
import os
import select
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress

from ftaction.edge.machine import Identity

_HARD_STOP = 2.0  # seconds after SIGKILL until the shell itself is given up
_NO_FOLDER = b"nofolder"
_ENDED = "the shell that ran it was ended from outside, so its status is not known"
_PIECE = 4096
_ABOVE_OURS = 10  # the status pipe must not stand where the script puts its own descriptor 3


class ShellError(Exception):
    """The command's status is not known: it never ran, or its shell ended before it. Says why."""


class ShellEndedError(ShellError):
    """The shell was ended by others: by this command, or by what an earlier one left behind."""


class Shell:
    """One bash. `uses` counts the commands it was given; none may follow once it `ended`. Not for two commands at once."""

    def __init__(self, environment: Mapping[str, str], identity: Identity | None) -> None:
        """Raises `ShellError` where bash can't be started."""
        self.uses = 0
        self.ended = False
        # -p: SHELLOPTS, BASH_ENV and exported functions are for the commands, not for the shell around them
        self._status, write_end = os.pipe()
        status = fcntl.fcntl(write_end, fcntl.F_DUPFD_CLOEXEC, _ABOVE_OURS)
        os.close(write_end)
        try:
            self._process = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-p", "-s"],
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
        self._asked: signal.Signals | None = None
        self._no_folder = False
        self._write(f"exec 3>&{status} {status}>&-; set -m\n")
        self._outcome: asyncio.Future[int | ShellError] | None = None
        asyncio.get_running_loop().add_reader(self._status, self._read)

    async def run(self, command: str, folder: str, log: str, timeout: float, grace: float) -> int | None:
        """The exit status; None when it took longer than `timeout` seconds. Cancelling ends the command first.

        `command` is one shell command that `exec` may replace the subshell with. Raises `ShellError`.
        """
        self.uses += 1
        self._group, self._asked, self._no_folder = 0, None, False
        self._outcome = asyncio.get_running_loop().create_future()
        script = (
            f"( cd -- {shlex.quote(folder)} || {{ echo nofolder >&3; exit 1; }}; exec 3>&-; exec -- {command} ) "
            f"</dev/null >>{shlex.quote(log)} 2>&1 & echo group $! >&3; wait $!; echo end $? >&3\n"
        )
        try:
            self._write(script)
            outcome = await asyncio.wait_for(asyncio.shield(self._outcome), timeout)
        except TimeoutError:
            await self._end(grace)
            return None
        except asyncio.CancelledError:
            await self._end(grace)
            raise
        finally:
            self._signal(signal.SIGKILL)  # what it left behind in its group
        if isinstance(outcome, ShellError):
            raise outcome
        return outcome

    def close(self) -> None:
        """End the shell; a command that still runs ends with it."""
        asyncio.get_running_loop().remove_reader(self._status)
        self._process.kill()
        self._process.wait()
        if self._asked and not self._group:  # it was to be ended before the shell had said which group it is
            self._drain()
        os.close(self._status)
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()

    def _write(self, script: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(os.fsencode(script))
            self._process.stdin.flush()
        except OSError as error:
            self.ended = True
            raise ShellEndedError(_ENDED) from error

    async def _end(self, grace: float) -> None:
        assert self._outcome is not None
        self.ended = True  # never used again
        try:
            for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, _HARD_STOP)):
                self._signal(number)
                with suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(self._outcome), seconds)
                    return
        finally:
            self._signal(signal.SIGKILL)  # also when we are asked a second time to hurry

    def _signal(self, number: signal.Signals) -> None:
        """To the command's group; where it is not known yet, as soon as it is."""
        self._asked = number
        if self._group:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._group, number)

    def _drain(self) -> None:
        while select.select([self._status], [], [], _HARD_STOP)[0] and (piece := os.read(self._status, _PIECE)):
            self._take(piece)

    def _read(self) -> None:
        piece = os.read(self._status, _PIECE)
        self._take(piece)
        if not piece:
            asyncio.get_running_loop().remove_reader(self._status)
            self.ended = True
            self._settle(ShellEndedError(_ENDED))

    def _take(self, piece: bytes) -> None:
        *lines, self._lines = (self._lines + piece).split(b"\n")
        for line in lines:
            word, _, number = line.partition(b" ")
            if word == b"group":
                self._group = int(number)
                if self._asked:
                    self._signal(self._asked)
            elif word == _NO_FOLDER:
                self._no_folder = True
            elif word == b"end":
                self._settle(ShellError("its working folder is not there") if self._no_folder else int(number))

    def _settle(self, outcome: int | ShellError) -> None:
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(outcome)

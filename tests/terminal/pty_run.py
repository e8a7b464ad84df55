"""The real command line on a real pseudo-terminal, looked at through a terminal emulator."""

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping
from types import TracebackType

import pyte

from tests.support.gates import PATIENCE
from tests.support.repository import TestRepository
from tests.terminal.screens import HIDDEN


class OnTerminal:
    """One `ftaction`, started as a user does in a terminal of this size."""

    def __init__(self, repository: TestRepository, variables: Mapping[str, str], *arguments: str, columns: int = 80, lines: int = 24) -> None:
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.written = b""
        self._ours, theirs = os.openpty()
        self.resize(columns, lines)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ftaction", *arguments], cwd=repository.root, env={"TERM": "xterm-256color", **variables},
            stdin=theirs, stdout=theirs, stderr=theirs, process_group=0,  # not one of its own session: whoever has nobody to be continued by is never stopped
        )  # fmt: skip
        os.close(theirs)

    def __enter__(self) -> "OnTerminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def until(self, seen: Callable[["OnTerminal"], bool]) -> None:
        """Read what it writes until the screen shows this."""
        while not seen(self):
            ready, _, _ = select.select([self._ours], [], [], PATIENCE)
            assert ready, f"it never came to this; the screen: {self.rows}"
            assert self._read(), f"it ended before; the screen: {self.rows}"

    def end(self) -> int:
        """Read to its end; its status."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def _read(self) -> bool:
        try:
            content = os.read(self._ours, 65536)
        except OSError:  # nobody holds the other side any more
            return False
        self.written += content
        self.stream.feed(content)
        return bool(content)

    @property
    def rows(self) -> list[str]:
        return "\n".join(row.rstrip() for row in self.screen.display).rstrip("\n").split("\n")

    def hides_cursor(self) -> bool:
        return HIDDEN not in self.screen.mode

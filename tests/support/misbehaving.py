"""Workers that don't do as they should; each is told how to."""

import os
import signal
import sys
import time
from collections.abc import Callable

from ftaction.edge.worker import ANSWER, FAILED, answer, told


def main() -> None:
    for _, content in told():
        BEHAVIOURS[content.decode()]()


def _silent() -> None:
    signal.pause()


def _drips() -> None:
    while True:
        os.write(1, b"\0")
        time.sleep(0.02)


def _floods() -> None:
    while True:
        answer(b"x" * 1000)


def _deaf() -> None:
    sys.stdin.close()
    os.close(0)
    signal.pause()


def _dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stopped() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _raises() -> None:
    raise LookupError


def _says(head: int) -> None:
    os.write(1, ANSWER.pack(head))


def _hangs_up() -> None:
    os.close(1)
    signal.pause()


BEHAVIOURS: dict[str, Callable[[], None]] = {
    "silent": _silent,
    "drips": _drips,
    "floods": _floods,
    "deaf": _deaf,
    "dies": _dies,
    "stopped": _stopped,
    "hangs up": _hangs_up,
    "too long": lambda: answer(b"x" * 1_000_001),
    "claims": lambda: _says(FAILED - 1),
    "sentence too long": lambda: _says(FAILED | (1 << 20)),
    "colours": lambda: answer(b"red \x1b[31m\n::error::no \xff", FAILED),
    "environment": lambda: answer(repr(dict(os.environ)).encode()),
    "raises": _raises,
    "echoes": lambda: answer(b"here"),
}

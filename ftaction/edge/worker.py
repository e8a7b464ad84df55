"""The other side of `crew.Crew`: what a worker process hears and says. It is started with nothing but a few modules, as the files' owner.

To a worker: a number, a length, so many bytes. From a worker: a length and so many bytes; with the highest bit set, they are an error's sentence.
"""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from struct import Struct

from ftaction.errors import StoreError

TOLD = Struct("<II")
ANSWER = Struct("<I")
FAILED = 1 << 31
MOST_SENTENCE = 1 << 14


def become(user: int, group: int) -> None:
    """Be this user from now on and nobody else, all modules being read; numbers below 0: stay who we are. To be called before anything is touched."""
    if user >= 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)


def told() -> Iterator[tuple[int, bytes]]:
    """What the parent says, until it says no more."""
    source = sys.stdin.buffer
    while head := source.read(TOLD.size):
        number, length = TOLD.unpack(head)
        yield number, source.read(length)


def answer(content: bytes = b"", bits: int = 0) -> None:
    """Say it whole."""
    for part in (ANSWER.pack(bits | len(content)), content):
        left = memoryview(part)
        while left:
            left = left[os.write(1, left) :]


def work(task: Callable[[], None]) -> None:
    """Do it and end, telling what went wrong in a sentence."""
    os.umask(0)
    gc.disable()  # nothing here goes in circles, and half a million small things are looked through for nothing
    try:
        task()
    except StoreError as error:
        answer(_bytes(str(error)), FAILED)
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else os.fsdecode(error.filename or b"")
        answer(_bytes(f"{name}: {error.strerror}" if name else str(error.strerror)), FAILED)
    except (ValueError, OverflowError, MemoryError) as error:
        answer(_bytes(f"{type(error).__name__}: {error}"), FAILED)


def _bytes(sentence: str) -> bytes:
    return sentence.encode("utf-8", "backslashreplace")[:MOST_SENTENCE]

"""Trying again: pauses that grow, with full jitter, and one pause for all parallel calls where a server says that it has too much to do.

https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
"""

import os
import time
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple, TypeVar

from ftaction.edge.web import Answer, NetworkError
from ftaction.edge.wire import Clock
from ftaction.errors import StoreError

Result = TypeVar("Result")

TROUBLE = frozenset((500, 502, 503, 504))
"""What @actions/cache tries again (cacheTwirpClient.ts). 429 is not among them: a rate limit lasts longer than a run should."""

BUSY = TROUBLE | {408, 429}
"""What is tried again with blobs: a block or a range, once refused, makes all of a transfer vain."""

_TOO_MUCH = frozenset((429, 503))


class BusyError(StoreError):
    """The server answered, but not now. `asked`: how many seconds it wants to be left alone; `again`: whether it is tried again at all."""

    def __init__(self, name: str, status: int, asked: float = 0.0, *, again: bool = True) -> None:
        super().__init__(f"{name} limits how often it is asked (429)" if status == 429 else f"{name} answered {status}")
        self.status = status
        self.asked = asked
        self.again = again


class RefusedError(StoreError):
    """It was refused, or tried as often as makes sense. The next request of this run would fare no better."""


class Rules(NamedTuple):
    """How often and how long. Seconds: the first pause at most, any pause at most, and what a server may ask for at most."""

    tries: int = 5
    first: float = 1.0
    most: float = 15.0
    asked: float = 30.0


USUAL = Rules()


def _random() -> float:
    return int.from_bytes(os.urandom(4)) / (1 << 32)  # the module of this name takes long to import


class Backoff:
    """One for each server, shared by all threads that ask it."""

    def __init__(self, rules: Rules = USUAL, *, clock: Clock = time.monotonic, sleep: Callable[[float], object] = time.sleep, random: Clock = _random) -> None:
        self._rules = rules
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._lock = Lock()
        self._closed_until = 0.0

    def keep_trying(self, attempt: Callable[[float], Result], *, each: float, deadline: float) -> Result:
        """What `attempt` gives, which is told its own deadline, `each` seconds away. Raises `RefusedError` in the end."""
        tried = 0
        while True:
            self._wait(deadline)
            tried += 1
            try:
                return attempt(min(deadline, self._clock() + each))
            except (NetworkError, BusyError) as error:
                pause = self._pause(error, tried)
                if tried == self._rules.tries or (isinstance(error, BusyError) and not error.again) or self._clock() + pause >= deadline:
                    raise RefusedError(f"{error}, {tried} times" if tried > 1 else str(error)) from error
                self._sleep(pause)

    def _pause(self, error: StoreError, tried: int) -> float:
        own = self._random() * min(self._rules.most, self._rules.first * 2.0 ** (tried - 1))
        if not isinstance(error, BusyError) or error.status not in _TOO_MUCH:
            return own
        asked = min(error.asked, self._rules.asked)
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock() + (asked or own))
        return asked + own

    def _wait(self, deadline: float) -> None:
        """As long as another call was asked to wait; not all at the same moment afterwards."""
        left = min(self._closed_until, deadline) - self._clock()
        if left > 0:
            self._sleep(left + self._random() * self._rules.first)


def busy(name: str, answer: Answer, *, again: bool, now: Clock = time.time) -> BusyError:
    """The answer of a server that has too much to do, or trouble of its own."""
    return BusyError(name, answer.status, _seconds(answer.header("retry-after").strip(), now), again=again)


def _seconds(text: str, now: Clock) -> float:
    """`Retry-After` is a number of seconds or a date of HTTP (RFC 9110, 10.2.3); what is neither asks for nothing."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, float(parsedate_to_datetime(text).timestamp()) - now())
    except (ValueError, OverflowError):
        return 0.0

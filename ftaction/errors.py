"""What stops a run. Everything else is a value. One boundary, `cli.main`, turns these into words and an exit code.

Stop                 2   message, hint, place
└── ConfigError      2   all mistakes of a configuration at once
Interrupted          128 + signal
StoreError           never leaves `run/`: there it becomes a miss with a reason
└── StoreDownError   the same, and nothing else is asked of it in this run
"""

from typing import NamedTuple


class Mistake(NamedTuple):
    """One mistake at one place. Lines and columns count from 1; 0 means the whole file."""

    file: str
    line: int
    column: int
    message: str
    text: str = ""  # the offending text
    nearest: str = ""  # the nearest valid name


class Stop(Exception):  # noqa: N818  # a run's end, as StopIteration is a loop's
    """The run can't go on. `hint` says what to do about it."""

    code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class ConfigError(Stop):
    """A configuration with mistakes, all of them."""

    def __init__(self, message: str, hint: str = "", *, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(message, hint)
        self.mistakes = mistakes


class StoreError(Exception):
    """What a store, a cache service or an archive can't do, in a sentence without a full stop. Nothing secret stands in it."""


class StoreDownError(StoreError):
    """A store that will answer the next question no better: it can't be reached, lets us in no more, or is overloaded."""


class Interrupted(BaseException):
    """SIGINT or SIGTERM reached us where nothing was running. As KeyboardInterrupt it may come anywhere, and no `except` takes it for its own."""

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.signal = signal

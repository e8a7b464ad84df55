"""What stops a run. Everything else is a value. One boundary, `cli.main`, turns these into words and an exit code.

Stop                 2   message, hint, place
├── ConfigError      2   all mistakes of a configuration at once
└── Interrupted      128 + signal
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake at one place. Lines and columns count from 1; 0 means the whole file."""

    file: str
    line: int
    column: int
    message: str
    text: str = ""  # the offending text
    nearest: str = ""  # the nearest valid name


@dataclass(eq=False)  # never frozen: raising inside a context manager sets __traceback__
class Stop(Exception):  # noqa: N818  # a run's end, as StopIteration is a loop's
    """The run can't go on. `hint` says what to do about it."""

    message: str
    hint: str = ""
    code: int = 2

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


@dataclass(eq=False)
class ConfigError(Stop):
    """A configuration with mistakes, all of them."""

    mistakes: tuple[Mistake, ...] = field(default=())


@dataclass(eq=False)
class Interrupted(Stop):
    """SIGINT or SIGTERM reached us where nothing was running."""

    signal: int = 2

"""How a check ended: a closed union. Whoever adds a kind is shown every place that must answer it by the type checker."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Passed:
    """The command ended with status 0 and kept its promises."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The command ended with another status; a signal's number is above 128, as shells count. `changed`: files a mutator changed."""

    code: int
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedOut:
    """It was ended by us after so many seconds."""

    after: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It was ended by us, or never started, because the run was being ended."""


@dataclass(frozen=True, slots=True)
class CouldNotStart:
    """The command itself never ran; `problem` is what the system said."""

    problem: str


class Barrier(StrEnum):
    """What kept a check from starting."""

    NEEDS = "needs"
    FAIL_FAST = "fail_fast"


@dataclass(frozen=True, slots=True)
class Blocked:
    """Not started because of other checks. Also a decision of the plan where it is known beforehand."""

    by: tuple[str, ...]
    barrier: Barrier = Barrier.NEEDS


Ending = Passed | Failed | TimedOut | Cancelled | CouldNotStart | Blocked

"""How a check ended: a closed union. Whoever adds a kind is shown every place that must answer it by the type checker.

`kind` keeps two endings with the same content apart, for tuples compare by content.
"""

from enum import StrEnum
from typing import NamedTuple, assert_never


class Passed(NamedTuple):
    """The command ended with status 0 and kept its promises."""

    kind: str = "passed"


class Failed(NamedTuple):
    """The command ended with another status; a signal's number is above 128, as shells count. `changed`: files a mutator changed."""

    code: int
    changed: tuple[str, ...] = ()
    kind: str = "failed"


class TimedOut(NamedTuple):
    """It was ended by us after so many seconds."""

    after: float
    kind: str = "timed_out"


class Cancelled(NamedTuple):
    """It was ended by us, or never started, because the run was being ended."""

    kind: str = "cancelled"


class CouldNotStart(NamedTuple):
    """The command itself never ran; `problem` is what the system said."""

    problem: str
    kind: str = "could_not_start"


class Unanswered(NamedTuple):
    """A model was not asked, or gave no answer that could be used, about so many items. It is red only where the check is a `gate`."""

    left: int
    problem: str
    gate: bool = False
    asked: bool = False
    kind: str = "unanswered"


class Barrier(StrEnum):
    """What kept a check from starting."""

    NEEDS = "needs"
    FAIL_FAST = "fail_fast"


class Blocked(NamedTuple):
    """Not started because of other checks. Also a decision of the plan where it is known beforehand."""

    by: tuple[str, ...]
    barrier: Barrier = Barrier.NEEDS
    kind: str = "blocked"


Ending = Passed | Failed | TimedOut | Cancelled | CouldNotStart | Unanswered | Blocked


def green(ending: Ending) -> bool:
    """Whether this ending leaves a run green, and keeps nothing from starting that needs it."""
    match ending:
        case Passed():
            return True
        case Unanswered(gate=gate):
            return not gate
        case Failed() | TimedOut() | Cancelled() | CouldNotStart() | Blocked():
            return False
        case _:
            assert_never(ending)

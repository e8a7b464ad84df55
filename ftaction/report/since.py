"""What is other than before: newly failing, fixed, slower by more than noise. Told only of checks that ran, against their earlier runs."""

from typing import NamedTuple

from ftaction.model.ending import Blocked, Cancelled, Passed, green
from ftaction.model.plan import Run
from ftaction.model.run import Earlier, Report, Result
from ftaction.model.selection import Selected

_LEAST = 5  # earlier passes that say what is usual
_SPREAD = 3 * 1.4826  # of the median deviation: three standard deviations of a normal spread (Rousseeuw and Croux 1993)
_SHARE, _SECONDS = 0.2, 1.0  # what is less is not worth a word


class Slower(NamedTuple):
    """A check that took longer than it does."""

    check: str
    seconds: float
    usual: float


class Since(NamedTuple):
    """Names of checks."""

    failing: tuple[str, ...]
    fixed: tuple[str, ...]
    slower: tuple[Slower, ...]


def since(report: Report) -> Since:
    """Against the last run on this branch, or anywhere where there was none."""
    ran = [(one, report.history[one.check]) for one in report.results if isinstance(one.decision, Run) and report.history.get(one.check)]
    told = [(one, earlier) for one, earlier in ran if not isinstance(one.ending, Blocked | Cancelled)]
    return Since(
        failing=tuple(one.check for one, earlier in told if not green(one.ending) and _last(earlier).passed),
        fixed=tuple(one.check for one, earlier in told if green(one.ending) and not one.flaky and not _last(earlier).passed),
        slower=tuple(slow for one, earlier in told if (slow := _slower(one, earlier))),
    )


def _last(earlier: tuple[Earlier, ...]) -> Earlier:
    return max((one for one in earlier if one.here), key=lambda one: one.ended, default=max(earlier, key=lambda one: one.ended))


def _slower(result: Result, earlier: tuple[Earlier, ...]) -> Slower | None:
    """Of a clean pass of all of it: what leaves out tests takes as long as what it leaves in."""
    times = [one.seconds for one in earlier if one.passed]
    part = isinstance(result.decision, Run) and isinstance(result.decision.selection, Selected)
    if part or result.failed or not isinstance(result.ending, Passed) or len(times) < _LEAST:
        return None
    usual = _middle(times)
    noise = _SPREAD * _middle([abs(time - usual) for time in times])
    return Slower(result.check, result.seconds, usual) if result.seconds - usual > max(noise, usual * _SHARE, _SECONDS) else None


def _middle(of: list[float]) -> float:
    return sorted(of)[len(of) // 2]

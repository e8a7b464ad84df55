"""How long checks take side by side, found out by the rules that the executor follows: for the rest of a run, and for other worker slots."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from ftaction.model.check import Check
from ftaction.model.ending import Blocked
from ftaction.model.plan import Run
from ftaction.model.run import Otherwise, Report, Result
from ftaction.plan.schedule import next_check, order

_MOST = 1000  # checks that ran: beyond them it is not found out, for it may take as many steps as there are pairs of them
_NEAR = 0.05  # seconds that make no difference
_TRIED = 8  # more slots that are tried one by one, until nothing more is saved


class Span(NamedTuple):
    """When a check begins and ends, in seconds from now."""

    begins: float
    ends: float


def simulate(checks: Sequence[Check], seconds: Mapping[str, float], names: Iterable[str], slots: int, begun: Mapping[str, float]) -> dict[str, Span]:
    """When each check of a step begins and ends. `names`: all of them in the order of their start; `begun`: seconds left of what runs already.

    What is not in `seconds` takes no slot and no time: it only passes on that its own needs have ended.
    """
    by_name = {check.name: check for check in checks}
    waiting = {name: by_name[name] for name in names if name not in begun and name in seconds}
    passing = {name: check for name, check in by_name.items() if name not in begun and name not in seconds}
    spans = {name: Span(0.0, left) for name, left in begun.items()}
    ends = [(left, name) for name, left in begun.items()]
    heapify(ends)
    ended: set[str] = set()
    now = 0.0
    while waiting or passing or ends:
        while known := [name for name, check in passing.items() if all(need in ended or need not in by_name for need in check.needs)]:
            ended.update(known)
            spans |= dict.fromkeys(known, Span(now, now))
            passing = {name: check for name, check in passing.items() if name not in ended}
        running = [by_name[name] for _, name in ends]
        while check := next_check(waiting.values(), ended, by_name.keys(), running, slots):
            del waiting[check.name]
            running.append(check)
            spans[check.name] = Span(now, now + seconds[check.name])
            heappush(ends, (now + seconds[check.name], check.name))
        if not ends:
            break  # what still waits needs what is not here
        now = ends[0][0]
        while ends and ends[0][0] <= now:
            ended.add(heappop(ends)[1])
    return spans


def takes(spans: Mapping[str, Span]) -> float:
    """Seconds until the last one ends."""
    return max((span.ends for span in spans.values()), default=0.0)


def otherwise(report: Report) -> tuple[Otherwise, ...]:
    """What the run would have taken with one worker slot more, with two, and so on until nothing more is saved, had each check taken as long as here.

    Each step is simulated with its own slots too, and only the difference counts: what the run did between its commands stays what it was.
    """
    ran = [result for result in report.results if result.seconds > 0]
    if not ran or len(ran) > _MOST or report.interrupted or report.lost:
        return ()
    steps: dict[str, list[Result]] = {}
    for result in report.results:
        steps.setdefault(result.step, []).append(result)
    here = _all(report, steps, report.slots)
    most = max(report.slots, sum(report.config.checks[result.check].weight for result in ran))
    best = _all(report, steps, most)
    found: list[Otherwise] = []
    for slots in range(report.slots + 1, min(most, report.slots + _TRIED) + 1):
        found.append(_otherwise(report, slots, here, _all(report, steps, slots)))
        if found[-1].seconds <= report.seconds - here + best + _NEAR:
            return tuple(found)
    return (*found, _otherwise(report, most, here, best)) if most > report.slots else ()


def _otherwise(report: Report, slots: int, here: float, there: float) -> Otherwise:
    return Otherwise(slots, max(0.0, report.seconds - here + there))


def _all(report: Report, steps: Mapping[str, Sequence[Result]], slots: int) -> float:
    return sum(_step(report, results, slots) for results in steps.values())


def _step(report: Report, results: Sequence[Result], slots: int) -> float:
    checks = [report.config.checks[result.check] for result in results]
    seconds = {result.check: result.seconds for result in results if result.seconds > 0 and not isinstance(result.ending, Blocked)}
    runs = {result.check: result.decision for result in results if isinstance(result.decision, Run)}
    expected = {check.name: runs[check.name].expected if check.name in runs else 0.0 for check in checks}
    names = order(checks, expected, [name for name, decision in runs.items() if decision.failed_last])
    return takes(simulate(checks, seconds, names, slots, {}))

"""Where a run stands, as far as a surface is told, and how long the rest of it will likely take."""

from collections.abc import Callable, Mapping, Sequence

from ftaction.model.check import Check
from ftaction.model.plan import Plan, Run, Step
from ftaction.plan.schedule import order
from ftaction.plan.whatif import Span, simulate, takes
from ftaction.report.screen import Left

_MOST = 500  # checks that wait; beyond them looking ahead would take too long for a frame


class Progress:
    """Times on the clock of the surface, or seconds. `expected`: seconds that a check of a later step will likely take."""

    def __init__(self, steps: tuple[Step, ...] = (), slots: int = 1, expected: Callable[[str], float | None] = lambda _name: None) -> None:
        self.of = sum(len(step.checks) for step in steps)
        self.done: set[str] = set()
        self.running: dict[str, float] = {}
        self.waiting: dict[str, None] = {}
        self.alone: set[str] = set()
        self.expected: dict[str, float | None] = {}
        self._steps = steps
        self._slots = slots
        self._ask = expected
        self._plan: Plan | None = None
        self._later: float | None = 0.0

    def planned(self, plan: Plan) -> None:
        """A step begins. Later ones are not planned yet, but how long their checks took is known."""
        runs = {name: decision for name, decision in plan.decisions.items() if isinstance(decision, Run)}
        self._plan = plan
        self.waiting = dict.fromkeys(runs)
        self.alone = set()
        self.done -= runs.keys()  # what a mutating check changed is judged again
        self.expected |= {name: decision.expected for name, decision in runs.items()}
        self._later = self._after(plan) if runs else 0.0

    def started(self, check: str, now: float) -> None:
        """From waiting to running."""
        self.waiting.pop(check, None)
        self.alone.discard(check)
        self.running[check] = now

    def again(self, check: str) -> None:
        """From running to waiting for a try alone."""
        self.running.pop(check, None)
        self.alone.add(check)

    def finished(self, check: str) -> None:
        """It is none of these any more."""
        self.running.pop(check, None)
        self.waiting.pop(check, None)
        self.alone.discard(check)
        self.done.add(check)

    def left(self, now: float) -> Left | None:
        """Of this step, had each check its expected time, and of later ones from nothing, where all is replayed, to all that they hold."""
        names = [*self.waiting, *self.running, *self.alone]
        if self._plan is None or not names or len(names) > _MOST:
            return None
        seconds = {name: self.expected.get(name) or 0.0 for name in names}
        begun = {name: max(0.0, seconds[name] - (now - since)) for name, since in self.running.items()}
        checks = [check for check in self._plan.step.checks if check.name not in self.done | self.alone]
        least = takes(self._simulated(checks, seconds, begun)) + sum(seconds[name] for name in self.alone)
        known = self._later is not None and all(self.expected.get(name) is not None for name in names)
        return Left(least, least + (self._later or 0.0) if known else None)

    def _after(self, plan: Plan) -> float | None:
        """Seconds of the steps behind this one; None where a check of theirs never ran."""
        total = 0.0
        for step in self._steps:
            checks = [check for check in step.checks if check.name not in self.done and check.name not in plan.decisions]
            seconds = {check.name: self._ask(check.name) for check in checks}
            if any(one is None for one in seconds.values()):
                return None
            total += takes(self._simulated(checks, {name: one or 0.0 for name, one in seconds.items()}, {}))
        return total

    def _simulated(self, checks: Sequence[Check], seconds: Mapping[str, float], begun: Mapping[str, float]) -> Mapping[str, Span]:
        names = order(checks, {check.name: seconds.get(check.name, 0.0) for check in checks}, ())
        return simulate(checks, seconds, names, self._slots, begun)

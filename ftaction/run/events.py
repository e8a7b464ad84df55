"""A run told to programs, line by line as it goes on, beside the surface that tells it to people."""

from collections.abc import Callable
from threading import Lock

from ftaction.model.plan import Plan, Step
from ftaction.model.run import Move, Report, Result
from ftaction.report import events
from ftaction.run.surfaces import Write
from ftaction.run.world import Surface


class Events:
    """`write` gets whole lines. The report is not among them: it is said when all is published."""

    def __init__(self, write: Write, people: Surface, clock: Callable[[], float]) -> None:
        self._write = write
        self._people = people
        self._clock = clock
        self._began = clock()
        self._lock = Lock()
        self._moving: set[tuple[str, str, bool]] = set()

    def begun(self, began: float, steps: tuple[Step, ...], slots: int, expected: Callable[[str], float | None]) -> None:
        """From when on times count."""
        self._began = began
        self._people.begun(began, steps, slots, expected)

    def planned(self, plan: Plan) -> None:
        """A line."""
        self._say(events.planned(plan, self._at()))
        self._people.planned(plan)

    def started(self, check: str) -> None:
        """A line."""
        self._say(events.started(check, self._at()))
        self._people.started(check)

    def again(self, check: str) -> None:
        """A line."""
        self._say(events.again(check, self._at()))
        self._people.again(check)

    def finished(self, result: Result) -> None:
        """A line."""
        timed = result._replace(started=max(0.0, result.started - self._began), ready=max(0.0, result.ready - self._began))
        self._say(events.finished(timed, self._at()))
        self._people.finished(result)

    def moving(self, move: Move) -> None:
        """A line when it begins, and one when it ended."""
        key = (move.what, move.name, move.saved)
        with self._lock:
            said = (key in self._moving) is not move.ended  # what was given up may end later
            self._moving.discard(key) if move.ended else self._moving.add(key)
        if not said:
            self._say(events.moving(move, self._at()))
        self._people.moving(move)

    def done(self, report: Report) -> None:
        """Nothing: what comes after the run may still add to the report."""
        self._people.done(report)

    def close(self) -> None:
        """Nothing of ours is open."""
        self._people.close()

    def _say(self, line: str) -> None:
        with self._lock:
            self._write(line)

    def _at(self) -> float:
        return max(0.0, self._clock() - self._began)

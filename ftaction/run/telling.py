"""What GitHub is told, in one thread of its own, so that no check waits for the network.

There is no list of what happened, only what should stand there and what does: what changed meanwhile is told once, as it is now, and what
may have gone wrong is looked at before it is done again.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from threading import Condition, Event, Thread
from typing import NamedTuple

from ftaction.edge.github_checks import CHUNK, GitHubChecks, Known
from ftaction.edge.github_comments import GitHubComments
from ftaction.edge.github_rest import RULES, DeniedError, InvalidError
from ftaction.edge.retry import Backoff, RefusedError
from ftaction.edge.wire import Clock
from ftaction.errors import StoreError
from ftaction.model.status import Annotation, CheckRun
from ftaction.plan.statuses import OURS, Mark
from ftaction.run.pace import Pace

_EACH = 30.0  # seconds for one request and its answer,
_ALL = 300.0  # and for all tries of it


def _sleep(seconds: float, closing: Event) -> None:
    """Until the time is over, or the run is."""
    time.sleep(seconds) if closing.is_set() else closing.wait(seconds)


class Times(NamedTuple):
    """How it knows the time, waits, and differs from others that wait."""

    clock: Clock = time.monotonic
    sleep: Callable[[float, Event], None] = _sleep
    random: Clock | None = None


USUAL = Times()


class Entry:
    """One check run: as it should stand there, and as it does. `optional`: told only where GitHub has one already."""

    def __init__(self, run: CheckRun, optional: bool) -> None:
        self.wanted = run
        self.optional = optional
        self.told: CheckRun | None = None  # without annotations
        self.number = 0
        self.unread = False  # whether what it has of annotations was not asked yet
        self.sent: frozenset[Annotation] = frozenset()
        self.unsure = False  # whether the last request may have arrived or not
        self.foreign: set[int] = set()  # numbers that this token may not change
        self.refused = ""  # what GitHub does not take of it
        self.plain = False  # whether it goes without annotations

    @property
    def due(self) -> bool:
        """Whether it stands there otherwise than it should."""
        return self.told != self.wanted._replace(annotations=())

    @property
    def rest(self) -> tuple[Annotation, ...]:
        """What is not there yet of its annotations."""
        if self.plain or self.wanted.conclusion is None or (self.optional and not self.number):
            return ()
        return tuple(one for one in self.wanted.annotations if one not in self.sent)


class Telling:
    """`want` and `say` cost nothing; `close` waits. Nothing here fails a run."""

    def __init__(self, checks: GitHubChecks | None, comments: GitHubComments | None, mark: Mark, times: Times = USUAL) -> None:
        self.problems: dict[str, StoreError] = {}
        self._checks, self._comments, self._mark, self._times = checks, comments, mark, times
        self._pace = Pace(times.clock)
        random = {"random": times.random} if times.random else {}
        self._backoff = Backoff(RULES, clock=times.clock, sleep=self._rest, **random)
        self._entries: dict[str, Entry] = {}
        self._ours: dict[str, Known] | None = None  # of earlier runs of this job, the newest of each name
        self._others: set[str] = set()
        self._body = ""
        self._changed = Condition()
        self._closing = Event()
        self._ends = 0.0
        self._thread: Thread | None = None

    def want(self, runs: Iterable[CheckRun], optional: bool = False) -> None:
        """These should stand there, in place of what was wanted under their names before."""
        with self._changed:
            for run in runs:
                entry = self._entries.setdefault(run.name, Entry(run, optional))
                entry.wanted, entry.optional = run, optional
            self._begin()
            self._changed.notify()

    def say(self, body: str) -> None:
        """The pull request should have this comment."""
        with self._changed:
            self._body = body
            self._begin()

    def close(self, seconds: float) -> bool:
        """Whether everything stands there within so many seconds, or nothing may."""
        with self._changed:
            self._ends = self._times.clock() + seconds
            self._closing.set()
            self._changed.notify()
        if self._thread:
            self._thread.join(seconds)
            if self._thread.is_alive():
                self.problems.setdefault("checks" if self.untold else "comment", StoreError("it took too long"))
        return not self.untold or isinstance(self.problems.get("checks"), DeniedError)

    @property
    def untold(self) -> int:
        """How many check runs do not stand there as they should, with all their annotations."""
        return sum(bool(entry.due or entry.rest) for entry in self._entries.values()) if self._checks else 0

    @property
    def refused(self) -> str:
        """What GitHub says of one that it does not take; empty where it takes all."""
        return next((entry.refused for entry in self._entries.values() if entry.refused), "")

    @property
    def rivals(self) -> list[str]:
        """Names under which another job tells of the same commit."""
        return sorted(self._others & self._entries.keys())

    @property
    def began(self) -> bool:
        """Whether GitHub was told anything."""
        return any(entry.told for entry in self._entries.values())

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._work, name="telling GitHub", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        for what, work in (("checks", self._tell_check_runs), ("comment", self._tell_comment)):
            try:
                work()
            except StoreError as error:
                self.problems[what] = error
            except Exception as error:  # noqa: BLE001  # a fault of ours, which is no reason to judge a run otherwise
                self.problems[what] = StoreError(f"a fault of ours ({type(error).__name__}: {error})")

    def _tell_check_runs(self) -> None:
        checks = self._checks
        while checks and (entry := self._next()):
            self._rest(self._pace.left())
            self._try(partial(self._reach, checks, entry))

    def _tell_comment(self) -> None:
        self._closing.wait()
        comments, body = self._comments, self._body
        if comments and body:
            self._rest(self._pace.left())
            self._try(partial(self._comment, comments, body))

    def _comment(self, comments: GitHubComments, body: str, until: float) -> None:
        """Two runs may both find none and both make one: the older stays."""
        mark = body.partition("\n")[0]
        self._pace.wrote()
        if found := comments.find(mark, until):
            comments.update(found, body, until)
            return
        made = comments.create(body, until)
        first = comments.find(mark, until)
        if first and first != made:
            comments.update(first, body, until)
            comments.remove(made, until)

    def _try(self, attempt: Callable[[float], None]) -> None:
        deadline = self._ends if self._closing.is_set() else self._times.clock() + _ALL
        self._backoff.keep_trying(attempt, each=_EACH, deadline=deadline)

    def _next(self) -> Entry | None:
        """What to tell next; None where the run has ended and nothing is left."""
        with self._changed:
            while True:
                found = self._first()
                if found or self._closing.is_set():
                    return found
                self._changed.wait()

    def _first(self) -> Entry | None:
        """How a check ended, then what begins, as long as there is room for how all will end; then further annotations."""
        entries = [entry for entry in self._entries.values() if not entry.refused]
        ended = next((entry for entry in entries if entry.due and entry.wanted.conclusion), None)
        if ended:
            return ended
        going = [entry for entry in entries if entry.wanted.conclusion is None]
        begins = next((entry for entry in going if entry.due), None)
        if begins and not self._closing.is_set() and self._pace.room() > len(going):
            return begins
        return next((entry for entry in entries if entry.rest), None)

    def _reach(self, checks: GitHubChecks, entry: Entry, until: float) -> None:
        """One request that changes something, and what has to be known before."""
        if self._ours is None or entry.unsure:
            self._look(checks.known(until))
        known = self._ours.get(entry.wanted.name) if self._ours and (entry.unsure or not entry.number) else None
        if known and known.number not in entry.foreign:
            entry.number, entry.unread = known.number, known.annotations > 0
        entry.unsure = False
        wanted = entry.wanted
        if entry.unread:
            entry.sent, entry.unread = checks.annotations(entry.number, until), False
        if entry.optional and not entry.number:
            entry.told = wanted._replace(annotations=())
            return
        part = entry.rest[:CHUNK]
        entry.unsure = True
        self._pace.wrote()
        try:
            self._write(checks, entry, wanted, part, until)
        except InvalidError as error:
            entry.plain, entry.refused = True, "" if part else str(error)
        except DeniedError:
            if not entry.number:
                raise
            entry.foreign.add(entry.number)  # it is gone, or another app's: then one of our own
            entry.number, entry.sent = 0, frozenset()
        else:
            entry.told, entry.sent = wanted._replace(annotations=()), entry.sent | set(part)
        entry.unsure = False

    def _write(self, checks: GitHubChecks, entry: Entry, wanted: CheckRun, part: tuple[Annotation, ...], until: float) -> None:
        stale = len(entry.sent.difference(wanted.annotations)) if wanted.conclusion else 0
        more = f"\n\n{stale} of the annotations are of an earlier attempt: GitHub takes none back." if stale else ""
        run = wanted._replace(summary=wanted.summary + more)
        if entry.number:
            checks.update(entry.number, str(self._mark), run, part, until)
        else:
            entry.number = checks.create(str(self._mark), run, part, until)

    def _look(self, found: tuple[Known, ...]) -> None:
        self._ours = {known.name: known for known in sorted(found) if self._mark.is_of(known.mark)}
        self._others = {known.name for known in found if known.mark.startswith(OURS) and not self._mark.is_of(known.mark)}

    def _rest(self, seconds: float) -> None:
        """Raises `RefusedError` where the run ends and it would take too long."""
        until = self._times.clock() + seconds
        while (left := until - self._times.clock()) > 0:
            if self._closing.is_set() and until >= self._ends:
                raise RefusedError("there was no time left to wait for GitHub")
            self._times.sleep(left, self._closing)

"""A run that is told to the server: what the line would say to its surface, said by the test."""

from threading import Event
from typing import Any

from ftaction.edge.github_checks import GitHubChecks
from ftaction.edge.github_comments import GitHubComments
from ftaction.edge.github_rest import GitHubRest
from ftaction.edge.wire import Limits
from ftaction.model.check import Check
from ftaction.model.finding import Finding, Level
from ftaction.model.plan import Plan, Run, Step
from ftaction.model.run import Report, Result
from ftaction.plan.statuses import Label, Mark
from ftaction.run.statuses import About, Statuses
from ftaction.run.telling import Telling, Times
from tests.report.runs import MAIN, report, result
from tests.support.github_told import HEAD, GitHubTold
from tests.support.rig import Recording

NOW = 1_700_000_000.0
RUN = "https://github.example/us/it/actions/runs/8"


class Clock:
    """Time that passes only where somebody waits for it. `waits`: how long each was."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float, _closing: Event) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    @property
    def times(self) -> Times:
        return Times(self.now, self.sleep, lambda: 0.5)


class Told:
    """One run of one job. The clock goes on from one to the next where it is handed on."""

    def __init__(self, api: GitHubTold, clock: Clock | None = None, *, job: str = "a" * 16, attempt: int = 1, idle: float = 30.0, **about: Any) -> None:
        self.clock = clock or Clock()
        self.inner = Recording()
        rest = GitHubRest(api.address, "octo/demo", "a token", {}, limits=Limits(idle=idle), clock=self.clock.now, now=lambda: NOW + self.clock.seconds)
        settled = About(label=Label(), mark=Mark(job, f"7.{attempt}"), commit=HEAD, run=RUN, checks=3)._replace(**about)
        checks = GitHubChecks(rest, settled.commit) if settled.label else None
        self.telling = Telling(checks, GitHubComments(rest, 9) if settled.comment else None, settled.mark, self.clock.times)
        self.surface = Statuses(self.inner, self.telling, settled, lambda: NOW + self.clock.seconds)
        self.settled: bool | None = None

    def plan(self, *results: Result) -> None:
        checks = tuple(Check(name=one.check, run="true") for one in results)
        self.surface.planned(Plan(step=Step("fast", checks), decisions={one.check: one.decision for one in results}))

    def finish(self, *results: Result) -> None:
        for one in results:
            if isinstance(one.decision, Run):
                self.surface.started(one.check)
            self.surface.finished(one)

    def end(self, of: Report) -> tuple[str, ...]:
        """What GitHub could not be told."""
        self.surface.done(of)
        notes, self.settled = self.surface.settle()
        return notes

    def all(self, *results: Result, **given: Any) -> tuple[str, ...]:
        """A whole run of one step."""
        self.plan(*results)
        self.finish(*results)
        origin = {"context": report().context._replace(origin=MAIN._replace(run=RUN))}
        return self.end(report(*results, **(origin | given)))


def findings(number: int, **given: Any) -> tuple[Finding, ...]:
    """So many, each on a line of its own."""
    return tuple(Finding("src/a.py", line, Level.ERROR, f"message {line}")._replace(**given) for line in range(1, number + 1))


def passed(name: str, **given: Any) -> Result:
    return result(name, **given)

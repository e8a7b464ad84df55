"""A run told to GitHub beside where it is told anyway: a check run a check, and where it is wanted the pull request's comment."""

from collections.abc import Callable
from typing import NamedTuple

from ftaction.edge.github_checks import GitHubChecks
from ftaction.edge.github_rest import DeniedError
from ftaction.model.ending import CouldNotStart
from ftaction.model.finding import Finding
from ftaction.model.plan import Plan, Run, Step
from ftaction.model.run import Move, Report, Result
from ftaction.model.status import CheckRun, Conclusion
from ftaction.plan.statuses import MANY, Label, Mark
from ftaction.report import check_runs, comment, words
from ftaction.run.logs import masked_text
from ftaction.run.telling import Telling
from ftaction.run.world import Surface

_PATIENCE = 20.0  # seconds that the end of a run waits for GitHub,
_HURRY = 4.0  # and of one that is being ended: the runner kills it ten seconds after it asked


class About(NamedTuple):
    """What is told of. `label` is None where there are no check runs; `run`: this run's address; `hidden`: what must not be told, longest first."""

    label: Label | None
    mark: Mark
    commit: str
    run: str
    checks: int  # how many were chosen
    comment: bool = False
    fork: bool = False
    hidden: tuple[str, ...] = ()


class Statuses:
    """A surface around another one. `now`: seconds since the epoch."""

    def __init__(self, inner: Surface, telling: Telling, about: About, now: Callable[[], float]) -> None:
        self._inner, self._telling, self._about, self._now = inner, telling, about, now
        self._many = about.checks > MANY
        self._ended: dict[str, float] = {}
        self._interrupted = False

    def begun(self, began: float, steps: tuple[Step, ...], slots: int, expected: Callable[[str], float | None]) -> None:
        self._inner.begun(began, steps, slots, expected)

    def planned(self, plan: Plan) -> None:
        """What runs goes on from now."""
        self._inner.planned(plan)
        if self._many:
            self._want([check_runs.begun(self._name(), "there is something to prove", self._now())] if not self._ended else [])
        else:
            runs = {name: decision for name, decision in plan.decisions.items() if isinstance(decision, Run)}
            self._want([check_runs.begun(self._name(name), words.reason(decision), self._now()) for name, decision in runs.items()])

    def started(self, check: str) -> None:
        self._inner.started(check)

    def again(self, check: str) -> None:
        self._inner.again(check)

    def moving(self, move: Move) -> None:
        self._inner.moving(move)

    def finished(self, result: Result) -> None:
        """It is told as it ended; of very many only what did not pass, and what GitHub has from an earlier attempt."""
        self._inner.finished(result)
        self._ended[result.check] = self._now()
        self._tell(result)

    def done(self, report: Report) -> None:
        """Once more with what was found out since; what stands there already is not sent again."""
        self._inner.done(report)
        self._interrupted = bool(report.interrupted)
        for result in report.results:
            self._tell(result, report)
        if self._many:
            self._want([check_runs.whole(self._name(), report, self._about.run, self._now())])
        if self._about.comment and not report.interrupted:  # the run that comes after this one will say more
            masked = report._replace(results=tuple(map(self._masked, report.results)))
            label = self._about.label or Label()
            title = check_runs.run_name(label.prefix, "", label.matrix)
            self._telling.say(self._mask(comment.comment(masked, self._about.mark.job, title, self._about.commit)))

    def close(self) -> None:
        self._inner.close()

    def settle(self) -> tuple[tuple[str, ...], bool]:
        """What GitHub could not be told, in a sentence each; and whether the post step has nothing left to do."""
        settled = self._telling.close(_HURRY if self._interrupted else _PATIENCE)
        return tuple(filter(None, (self._of_checks(), self._of_comment(), *self._of_names()))), settled

    def _tell(self, result: Result, report: Report | None = None) -> None:
        """`report`: of the whole run, once it has ended. Only then is known which of too many findings are on lines that were touched."""
        when = self._ended.setdefault(result.check, self._now())
        run = check_runs.ended(self._name(result.check), self._masked(result), self._about.run, when, report)
        if report is None and len(run.annotations) == check_runs.MOST_ANNOTATIONS:
            run = run._replace(annotations=())
        self._want([run], optional=self._many and run.conclusion is Conclusion.SUCCESS)

    def _want(self, runs: list[CheckRun], optional: bool = False) -> None:
        if self._about.label and runs:
            self._telling.want([self._hidden(run) for run in runs], optional)

    def _name(self, check: str = "") -> str:
        label = self._about.label or Label()
        return check_runs.run_name(label.prefix, check, label.matrix)

    def _masked(self, result: Result) -> Result:
        """Before words are made of it, for these may look otherwise: the runner, which masks its log, does not see what is sent."""
        mask, ending = self._mask, result.ending
        if not self._about.hidden:
            return result
        ending = CouldNotStart(mask(ending.problem)) if isinstance(ending, CouldNotStart) else ending
        changed, findings = tuple(map(mask, result.changed)), tuple(map(self._finding, result.findings))
        return result._replace(ending=ending, changed=changed, findings=findings, doubt=mask(result.doubt))

    def _finding(self, of: Finding) -> Finding:
        return of._replace(path=self._mask(of.path), message=self._mask(of.message), rule=self._mask(of.rule), detail=self._mask(of.detail))

    def _hidden(self, run: CheckRun) -> CheckRun:
        return run._replace(title=self._mask(run.title), summary=self._mask(run.summary))

    def _mask(self, text: str) -> str:
        return masked_text(text, self._about.hidden)

    def _of_checks(self) -> str:
        problem, telling = self._telling.problems.get("checks"), self._telling
        if isinstance(problem, DeniedError) and not telling.began:
            wanted = self._about.label is not None and self._about.label.given and not self._about.fork
            return f"there are no status checks: {problem}. The job needs `permissions: checks: write`" if wanted else ""
        if not telling.untold:
            return ""
        why = problem or telling.refused or "there was no time left"
        return f"{words.count(telling.untold, 'status check')} could not be told to GitHub: {why}"

    def _of_comment(self) -> str:
        problem = self._telling.problems.get("comment")
        if problem is None or not self._about.comment or (isinstance(problem, DeniedError) and self._about.fork):
            return ""
        needs = ". The job needs `permissions: pull-requests: write`" if isinstance(problem, DeniedError) else ""
        return f"the pull request has no comment of this run: {problem}{needs}"

    def _of_names(self) -> tuple[str, ...]:
        if not (names := self._telling.rivals):
            return ()
        more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        why = "another job tells of this commit under the same names, and GitHub looks at the newest alone: give one of them another `status-checks`"
        return (f"`{words.printable(names[0])}`{more}: {why}",)


def end_left(checks: GitHubChecks, mark: Mark, now: float, until: float) -> None:
    """Conclude what a run that was killed left open: else a required check would be waited for for ever. Raises `StoreError`."""
    for known in checks.known(until):
        if known.mark == str(mark) and not known.ended:
            checks.update(known.number, str(mark), check_runs.left(known.name, now, now), (), until)

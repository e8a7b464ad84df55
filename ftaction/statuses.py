"""Status checks and the comment of a run, from the real environment. Imported only where a workflow has a token."""

import time
from collections.abc import Mapping

from ftaction.edge.changes_history import checkout
from ftaction.edge.git import Repository
from ftaction.edge.github_checks import GitHubChecks
from ftaction.edge.github_comments import GitHubComments
from ftaction.edge.github_rest import RULES, GitHubRest
from ftaction.edge.retry import Backoff
from ftaction.edge.runner import read_input
from ftaction.errors import Stop
from ftaction.model.record import Origin, OriginKind
from ftaction.plan import statuses as plan
from ftaction.plan.bases import Event, pull
from ftaction.plan.environment import secrets
from ftaction.run.statuses import About, Statuses, end_left
from ftaction.run.telling import Telling
from ftaction.run.world import Surface
from ftaction.touched import API, token

_PATIENCE = 15.0  # seconds of the post step


def matrix(variables: Mapping[str, str]) -> str:
    """The job's, as JSON: `action.yml` has the runner fill it in."""
    return read_input(variables, "matrix")


def statuses(
    surface: Surface, repository: Repository, variables: Mapping[str, str], event: Event, origin: Origin, *, asked: str, comment: bool, checks: int
) -> Statuses | None:
    """None where GitHub is to be told nothing. `asked`: the input `status-checks`; `checks`: how many were chosen."""
    label, of = plan.label(asked, matrix(variables)), pull(variables, event) if comment else None
    if not (label or of) or not _is_github(variables):
        return None
    commit = _commit(repository, variables, event)
    if not commit:
        return None
    rest = _rest(variables)
    mark = plan.mark(variables, label or plan.Label())
    about = About(
        label=label, mark=mark, commit=commit, run=origin.run, checks=checks, comment=of is not None, fork=origin.kind is OriginKind.FORK,
        hidden=secrets(variables),
    )  # fmt: skip
    telling = Telling(GitHubChecks(rest, commit) if label else None, GitHubComments(rest, of.number) if of else None, mark)
    return Statuses(surface, telling, about, time.time)


def post(repository: Repository, variables: Mapping[str, str], event: Event, asked: str) -> None:
    """The post step, where the step itself did not say that all was told. Raises `StoreError`."""
    label = plan.label(asked, matrix(variables))
    if label is None or variables.get(f"STATE_{STATE}") or not _is_github(variables):
        return
    if commit := _commit(repository, variables, event):
        checks, until = GitHubChecks(_rest(variables), commit), time.monotonic() + _PATIENCE
        backoff = Backoff(RULES)
        backoff.keep_trying(lambda until: end_left(checks, plan.mark(variables, label), time.time(), until), each=_PATIENCE, deadline=until)


STATE = "statuses"
"""What the post step is told by, once all stands at GitHub."""


def _is_github(variables: Mapping[str, str]) -> bool:
    """Whether there is a GitHub to tell. act plays a workflow on somebody's machine: GitHub's own repository is none of its business."""
    workflow = variables.get("GITHUB_ACTIONS") == "true" and variables.get("ACT") != "true"
    return workflow and bool(token(variables)) and "/" in variables.get("GITHUB_REPOSITORY", "")


def _rest(variables: Mapping[str, str]) -> GitHubRest:
    return GitHubRest(variables.get("GITHUB_API_URL") or API, variables["GITHUB_REPOSITORY"], token(variables), variables)


def _commit(repository: Repository, variables: Mapping[str, str], event: Event) -> str:
    try:
        return plan.commit(variables, event, checkout(repository))
    except Stop:  # the run itself says what is wrong with it
        return ""

"""The change set of this run: the plan says what it is measured from, the edge measures it."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ftaction.edge import changes
from ftaction.edge.changes_fetch import Limits
from ftaction.edge.changes_history import checkout
from ftaction.edge.git import Repository
from ftaction.edge.runner import read_input
from ftaction.errors import Stop
from ftaction.model.base import Named
from ftaction.model.change import ChangeSet, Kind, Pieces
from ftaction.plan.bases import Event, base, pull

if TYPE_CHECKING:
    from ftaction.edge.github_pulls import GitHubPulls

IN_WORKFLOWS = Limits(seconds=60.0)
AT_HAND = Limits(seconds=20.0)  # somebody waits for it, and may be without a network
API = "https://api.github.com"


def change_set(repository: Repository, variables: Mapping[str, str], event: Event, named: str = "") -> ChangeSet:
    """`named`: what to compare with instead of what the event says."""
    of = None if named else pull(variables, event)
    try:
        found = Named(named) if named else base(variables, event, checkout(repository))
    except Stop as error:  # at the end of a run the repository may be gone: that is no reason not to tell the rest
        return ChangeSet(base="", touched=(), complete=False, doubt=error.message)
    pulls = _pulls(variables) if of else None
    try:
        limits = IN_WORKFLOWS if variables.get("GITHUB_ACTIONS") == "true" else AT_HAND
        return changes.change_set(repository, found, variables, pull=of, pulls=pulls, limits=limits)
    finally:
        if pulls:
            pulls.close()


def lines_of(repository: Repository, variables: Mapping[str, str], changes: ChangeSet, paths: Collection[str]) -> Pieces:
    """Of these files what was touched, as far as the change set says which were."""
    kinds = {one.path: one.kind for one in changes.touched if one.path in paths and one.kind is not Kind.DELETED}
    if not changes.complete or not kinds:
        return {}
    from ftaction.edge.changed_lines import ALL, changed_lines

    modified = [path for path, kind in kinds.items() if kind is Kind.MODIFIED]
    return dict.fromkeys(kinds, ALL) | changed_lines(repository, changes.base, modified, variables, limits=AT_HAND)


def diffs_of(repository: Repository, variables: Mapping[str, str], changes: ChangeSet, paths: Collection[str]) -> Mapping[str, str] | None:
    """Of these files, which are in the change set, how they differ from its base; None where that can't be told."""
    from ftaction.edge.changed_lines import changed_text

    limits = IN_WORKFLOWS if variables.get("GITHUB_ACTIONS") == "true" else AT_HAND
    return changed_text(repository, changes.base, paths, variables, limits=limits) if paths else {}


def token(variables: Mapping[str, str]) -> str:
    """The action's input, else what the workflow put into the environment. No check sees either (`plan/environment.py`)."""
    return read_input(variables, "token") or variables.get("GITHUB_TOKEN", "")


def _pulls(variables: Mapping[str, str]) -> "GitHubPulls | None":
    key, repository = token(variables), variables.get("GITHUB_REPOSITORY", "")
    if not key or "/" not in repository:
        return None
    from ftaction.edge.github_pulls import GitHubPulls  # which imports HTTP

    return GitHubPulls(variables.get("GITHUB_API_URL") or API, repository, key, variables)

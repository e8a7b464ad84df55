"""Which commit a workflow's change set is measured from, from the event, the runner's variables and what is checked out. Asks nobody.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows says what each event checks out, and
https://docs.github.com/en/webhooks/webhook-events-and-payloads what it carries. All of it is text of others: a commit is one only where
it looks like one, and a branch only where git would take it for one.
"""

import re
from collections.abc import Mapping

from ftaction.model.base import Base, Checkout, Exactly, Nowhere, Pull, Since, Usual

Event = Mapping[str, object]

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BRANCH = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)|/\.|[/.]$))[^\x00-\x20\x7f~^:?*\[\\]{1,250}")  # git-check-ref-format(1)
_PULLS = frozenset(("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"))
_NO_COMMIT = "there is no commit yet"


def base(variables: Mapping[str, str], event: Event, checkout: Checkout) -> Base:
    """Outside of workflows the usual one. An event that names no base means everything."""
    if not checkout.commit:
        return Nowhere(_NO_COMMIT)
    if variables.get("GITHUB_ACTIONS") != "true":
        return Usual()
    name = variables.get("GITHUB_EVENT_NAME", "")
    if name in _PULLS:
        return _of_pull(name, variables, event, checkout)
    if name == "push":
        return _of_push(variables, event)
    if name == "merge_group":
        commit = _commit(_at(event, "merge_group", "base_sha"))
        return Exactly(commit) if commit else Nowhere("the `merge_group` event names no base")
    if name == "workflow_dispatch":
        return _apart_from_default(variables, event, "a run by hand on the default branch has no base")
    return Nowhere(f"a `{name}` event has no base" if name else "the runner does not say which event this is")


def pull(variables: Mapping[str, str], event: Event) -> Pull | None:
    """The pull request of the event, if it is one's."""
    number, files = _at(event, "pull_request", "number"), _at(event, "pull_request", "changed_files")
    head, base_tip = _commit(_at(event, "pull_request", "head", "sha")), _commit(_at(event, "pull_request", "base", "sha"))
    if variables.get("GITHUB_EVENT_NAME") not in _PULLS or type(number) is not int or not head or not base_tip:
        return None
    return Pull(number=number, base=base_tip, head=head, files=files if type(files) is int else None)


def head_commit(variables: Mapping[str, str], event: Event) -> str:
    """The head of the pull request that the event is of; empty where it is none's."""
    return _commit(_at(event, "pull_request", "head", "sha")) if variables.get("GITHUB_EVENT_NAME") in _PULLS else ""


def _of_pull(name: str, variables: Mapping[str, str], event: Event, checkout: Checkout) -> Base:
    """The merge commit's first parent is the base as it was merged with. Any other commit is measured from where it left the base branch."""
    head, base_tip = _commit(_at(event, "pull_request", "head", "sha")), _commit(_at(event, "pull_request", "base", "sha"))
    is_given = checkout.commit == variables.get("GITHUB_SHA")
    is_merge_ref = is_given and name != "pull_request_target" and variables.get("GITHUB_REF", "").endswith("/merge")
    if len(checkout.parents) == 2 and (is_merge_ref or (head and checkout.parents[1] == head)):
        return Exactly(checkout.parents[0])
    if checkout.commit != head and (checkout.commit == base_tip or (is_given and name == "pull_request_target")):
        return Nowhere("the files here are the base's: what the pull request changes is not checked out")
    return Since(commit=base_tip) if base_tip else Nowhere(f"the `{name}` event names no base")


def _of_push(variables: Mapping[str, str], event: Event) -> Base:
    """From what the branch was before, also where the push was forced."""
    if variables.get("GITHUB_REF", "").startswith("refs/tags/") or str(event.get("ref", "")).startswith("refs/tags/"):
        return Nowhere("a tag was pushed, and what it marks is proved as a whole")
    if event.get("deleted") is True:
        return Nowhere("the push deleted its branch")
    before = event.get("before")
    if isinstance(before, str) and before and not before.strip("0"):
        return _apart_from_default(variables, event, "the default branch was pushed for the first time")
    commit = _commit(before)
    return Exactly(commit) if commit else Nowhere("the `push` event does not say what was there before")


def _apart_from_default(variables: Mapping[str, str], event: Event, on_default: str) -> Base:
    default = _at(event, "repository", "default_branch")
    if not isinstance(default, str) or not _BRANCH.fullmatch(default):
        return Nowhere("the event names no default branch")
    return Nowhere(on_default) if variables.get("GITHUB_REF") == f"refs/heads/{default}" else Since(branch=default)


def _commit(value: object) -> str:
    """Empty for what is no commit's name."""
    return value if isinstance(value, str) and _COMMIT.fullmatch(value) and value.strip("0") else ""


def _at(value: object, *path: str) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value

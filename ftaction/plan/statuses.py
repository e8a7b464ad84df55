"""What of a run GitHub is told, under which names and of which commit: from the inputs, the runner's variables and the event. Asks nobody."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from ftaction.model.base import Checkout
from ftaction.plan.bases import Event, head_commit

OURS = "firsttry:"
MANY = 60  # checks; with more of them only those that did not pass are told one by one
"""GitHub takes 80 requests a minute that make something, and 500 an hour
(https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits)."""

_USUAL = "FirstTry"


class Label(NamedTuple):
    """What names are made of: `PREFIX / CHECK (MATRIX)`. `given`: the user chose the prefix, and so wants to be told where nothing comes of it."""

    prefix: str = _USUAL
    matrix: str = ""
    given: bool = False


class Mark(NamedTuple):
    """By which we know our own again. `job`: the same in all runs of one job; `run`: of this attempt alone."""

    job: str
    run: str

    def __str__(self) -> str:
        return f"{OURS}{self.job}:{self.run}"

    def is_of(self, text: str) -> bool:
        """Whether it is of this job, whatever its run."""
        return text.startswith(f"{OURS}{self.job}:")


def label(asked: str, matrix: str) -> Label | None:
    """`asked`: the input `status-checks`; `matrix`: the job's, as JSON. None where nothing is to be told."""
    word = asked.strip()
    if word.lower() == "false":
        return None
    return Label(matrix=_values(matrix)) if word.lower() in ("", "auto", "true") else Label(prefix=word, given=True)


def mark(variables: Mapping[str, str], of: Label) -> Mark:
    """Another workflow, job, event or name is another mark; another ref, as a pull request has it, is not."""
    workflow = variables.get("GITHUB_WORKFLOW_REF", "").partition("@")[0] or variables.get("GITHUB_WORKFLOW", "")
    parts = (workflow, variables.get("GITHUB_JOB", ""), variables.get("GITHUB_EVENT_NAME", ""), of.prefix, of.matrix)
    job = sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Mark(job, f"{variables.get('GITHUB_RUN_ID', '')}.{variables.get('GITHUB_RUN_ATTEMPT', '1')}")


def commit(variables: Mapping[str, str], event: Event, checkout: Checkout) -> str:
    """The commit whose checks these are: a pull request's head, else what started the workflow. Empty where something else is checked out.

    A workflow of `pull_request_target` begins with the base's files: what they come to says nothing of the pull request.
    """
    given, head = variables.get("GITHUB_SHA", ""), head_commit(variables, event)
    if not head:
        return given if checkout.commit == given else ""
    merged = checkout.commit == given and variables.get("GITHUB_EVENT_NAME") != "pull_request_target"
    return head if merged or head in (checkout.commit, *checkout.parents) else ""


def _values(matrix: str) -> str:
    """As GitHub writes them behind a job's name: `3.12, ubuntu`. Empty without a matrix."""
    try:
        values = json.loads(matrix)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(values, dict):
        return ""
    return ", ".join(value if isinstance(value, str) else json.dumps(value, sort_keys=True) for value in values.values())

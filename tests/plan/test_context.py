"""What records made here are worth. Any doubt goes the safe way: a pull request's rather than a protected branch's, a fork's rather than a pull request's."""

from typing import Any

import pytest

from ftaction.model.record import Origin, OriginKind
from ftaction.plan.context import origin

MAIN = {"repository": {"default_branch": "main"}}


def pull(head: Any = "us/it", base: Any = "us/it") -> dict[str, Any]:
    return {"pull_request": {"head": {"repo": {"full_name": head}}, "base": {"repo": {"full_name": base}}}, **MAIN}


ROWS = [
    ("push", "refs/heads/main", "false", MAIN, OriginKind.PROTECTED, "the default branch"),
    ("push", "refs/heads/feature", "false", MAIN, OriginKind.PULL_REQUEST, "any other branch"),
    ("push", "refs/heads/release", "true", MAIN, OriginKind.PROTECTED, "a protected branch"),
    ("push", "refs/tags/main", "false", MAIN, OriginKind.PULL_REQUEST, "a tag of the branch's name"),
    ("push", "refs/tags/v1", "true", MAIN, OriginKind.PULL_REQUEST, "a protected tag: it may stand on any commit"),
    ("workflow_dispatch", "refs/tags/v1", "true", MAIN, OriginKind.PULL_REQUEST, "by hand on a protected tag"),
    ("push", "refs/heads/gh-readonly-queue/main/pr-1", "true", MAIN, OriginKind.PULL_REQUEST, "a push to a branch of the merge queue"),
    ("push", "refs/heads/main", "false", {}, OriginKind.PULL_REQUEST, "which branch is the default is not known"),
    ("push", "refs/heads/None", "false", {}, OriginKind.PULL_REQUEST, "a branch that is called like not known"),
    ("push", "refs/heads/", "", {"repository": {"default_branch": ""}}, OriginKind.PULL_REQUEST, "an empty name"),
    ("push", "", "", {}, OriginKind.PULL_REQUEST, "nothing is known"),
    ("push", "refs/heads/main", "TRUE", {"repository": "main"}, OriginKind.PULL_REQUEST, "an event of another shape"),
    ("pull_request", "refs/pull/1/merge", "false", pull(), OriginKind.PULL_REQUEST, "from this repository"),
    ("pull_request", "refs/pull/1/merge", "true", pull(), OriginKind.PULL_REQUEST, "never protected"),
    ("pull_request", "refs/pull/1/merge", "false", pull(head="them/it"), OriginKind.FORK, "from a fork"),
    ("pull_request", "refs/pull/1/merge", "false", pull(head=None), OriginKind.FORK, "from a fork that is gone"),
    ("pull_request", "refs/pull/1/merge", "false", pull(head=None, base=None), OriginKind.FORK, "two unknowns are not the same"),
    ("pull_request", "refs/pull/1/merge", "false", pull(head="", base=""), OriginKind.FORK, "nor are two empty names"),
    ("pull_request", "refs/pull/1/merge", "false", {}, OriginKind.FORK, "without an event"),
    ("pull_request", "refs/pull/1/merge", "false", {"pull_request": [1]}, OriginKind.FORK, "an event of another shape"),
    ("pull_request_target", "refs/heads/main", "true", pull(), OriginKind.FORK, "runs beside the base's secrets, may check out anything"),
    ("merge_group", "refs/heads/gh-readonly-queue/main/pr-1", "true", MAIN, OriginKind.PULL_REQUEST, "not merged yet"),
    ("workflow_dispatch", "refs/heads/main", "false", MAIN, OriginKind.PROTECTED, "by hand on the default branch"),
    ("workflow_dispatch", "refs/heads/feature", "false", MAIN, OriginKind.PULL_REQUEST, "by hand elsewhere"),
    ("schedule", "refs/heads/main", "false", MAIN, OriginKind.PROTECTED, "only ever the default branch"),
    ("workflow_run", "refs/heads/main", "true", MAIN, OriginKind.PULL_REQUEST, "may check out a pull request"),
    ("issue_comment", "refs/heads/main", "true", MAIN, OriginKind.PULL_REQUEST, "may check out a pull request"),
    ("", "refs/heads/main", "true", MAIN, OriginKind.PULL_REQUEST, "no event's name"),
]


@pytest.mark.parametrize(("event_name", "ref", "protected", "event", "kind", "why"), ROWS, ids=[f"{row[0]}: {row[-1]}" for row in ROWS])
def test_an_event(event_name: str, ref: str, protected: str, event: dict[str, Any], kind: OriginKind, why: str) -> None:
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event_name, "GITHUB_REF": ref, "GITHUB_REF_PROTECTED": protected, "GITHUB_REPOSITORY": "us/it"}
    assert origin(variables, event, "").kind is kind, why


def test_a_workflows_origin_leads_back_to_its_run() -> None:
    variables = {
        "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main", "GITHUB_REPOSITORY": "us/it", "GITHUB_SHA": "abc",
        "GITHUB_SERVER_URL": "https://github.example", "GITHUB_RUN_ID": "7",
    }  # fmt: skip
    assert origin(variables, MAIN, "") == Origin(
        kind=OriginKind.PROTECTED, repository="us/it", ref="refs/heads/main", commit="abc", run="https://github.example/us/it/actions/runs/7"
    )


@pytest.mark.parametrize("variables", [{}, {"GITHUB_ACTIONS": "1"}, {"GITHUB_EVENT_NAME": "push", "GITHUB_REF_PROTECTED": "true"}])
def test_everything_else_is_a_laptop(variables: dict[str, str]) -> None:
    assert origin(variables, MAIN, "git@example:us/it") == Origin(kind=OriginKind.LAPTOP, repository="git@example:us/it", ref="", commit="")

"""Under which names, and of which commit, GitHub is told anything."""

import json

import pytest

from ftaction.model.base import Checkout
from ftaction.plan.statuses import Label, commit, label, mark

GIVEN, HEAD, OTHER = "1" * 40, "2" * 40, "3" * 40

LABELS = [
    ("", "", Label(), "an older action.yml"),
    ("auto", "null", Label(), "no matrix"),
    ("true", "null", Label(), "the same"),
    ("false", "null", None, "off"),
    ("False", "null", None, "as YAML may have it"),
    ("auto", '{"python": "3.12", "os": "ubuntu"}', Label(matrix="3.12, ubuntu"), "a matrix"),
    ("auto", '{"a": 3, "b": true, "c": {"y": 1, "x": [2]}}', Label(matrix='3, true, {"x": [2], "y": 1}'), "values that are no texts"),
    ("auto", "{", Label(), "a runner that does not fill it in"),
    ("auto", "[1]", Label(), "no matrix at all"),
    ("auto", "[" * 100_000, Label(), "too deep"),
    (" Linux ", '{"python": "3.12"}', Label("Linux", given=True), "a name of one's own is all of it"),
]


@pytest.mark.parametrize(("asked", "matrix", "expected", "reason"), LABELS, ids=[row[3] for row in LABELS])
def test_a_label(asked: str, matrix: str, expected: Label | None, reason: str) -> None:
    assert label(asked, matrix) == expected


COMMITS = [
    ("push", None, GIVEN, (), GIVEN, "what was pushed"),
    ("push", None, OTHER, (GIVEN,), "", "a commit made on top of it, which GitHub does not have"),
    ("merge_group", None, GIVEN, (), GIVEN, "what the queue would merge"),
    ("workflow_run", None, OTHER, (), "", "another one's, checked out by hand"),
    ("pull_request", HEAD, GIVEN, (OTHER, HEAD), HEAD, "the merge commit is the head's"),
    ("pull_request", HEAD, GIVEN, (), HEAD, "without its parents"),
    ("pull_request", HEAD, HEAD, (), HEAD, "the head itself"),
    ("pull_request", HEAD, OTHER, (HEAD,), HEAD, "merged by the job"),
    ("pull_request", HEAD, OTHER, (GIVEN,), "", "something else"),
    ("pull_request", "main", GIVEN, (), GIVEN, "an event without a commit"),
    ("pull_request_target", HEAD, GIVEN, (), "", "the base's files say nothing of the pull request"),
    ("pull_request_target", HEAD, HEAD, (), HEAD, "its head, checked out by hand"),
    ("pull_request_target", HEAD, OTHER, (GIVEN, HEAD), HEAD, "the same merged"),
]


@pytest.mark.parametrize(("name", "head", "here", "parents", "expected", "reason"), COMMITS, ids=[row[5] for row in COMMITS])
def test_a_commit(name: str, head: str | None, here: str, parents: tuple[str, ...], expected: str, reason: str) -> None:
    event = {"pull_request": {"head": {"sha": head}}} if head else {}
    assert commit({"GITHUB_EVENT_NAME": name, "GITHUB_SHA": GIVEN}, event, Checkout(here, parents)) == expected


JOB = {
    "GITHUB_WORKFLOW_REF": "o/r/.github/workflows/a.yml@refs/pull/7/merge", "GITHUB_JOB": "verify", "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "1",
}  # fmt: skip
MARKS: list[tuple[dict[str, str], Label, bool, str]] = [
    ({"GITHUB_RUN_ATTEMPT": "2"}, Label(), True, "run again"),
    ({"GITHUB_RUN_ID": "8"}, Label(), True, "another run of the same job"),
    ({"GITHUB_WORKFLOW_REF": "o/r/.github/workflows/a.yml@refs/heads/x"}, Label(), True, "another ref"),
    ({"GITHUB_WORKFLOW_REF": "o/r/.github/workflows/b.yml@refs/pull/7/merge"}, Label(), False, "another workflow"),
    ({"GITHUB_JOB": "other"}, Label(), False, "another job"),
    ({"GITHUB_EVENT_NAME": "push"}, Label(), False, "other files: a push is not merged with the base"),
    ({}, Label(matrix="3.12"), False, "another job of the matrix"),
    ({}, Label("Linux"), False, "another name"),
]


@pytest.mark.parametrize(("changed", "other", "ours", "reason"), MARKS, ids=[row[3] for row in MARKS])
def test_what_is_ours(changed: dict[str, str], other: Label, ours: bool, reason: str) -> None:
    assert mark(JOB, Label()).is_of(str(mark(JOB | changed, other))) is ours
    assert len(str(mark(JOB | {"GITHUB_JOB": "x" * 1000}, Label(json.dumps(reason))))) < 60

"""What each event reads and writes: the table of `docs/memory.md`, row by row, as the program decides it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from ftaction.model.record import Origin, OriginKind
from ftaction.plan.context import origin
from ftaction.plan.scopes import scopes, vouches

PAGE = (Path(__file__).parents[2] / "docs/memory.md").read_text()
REPOSITORY = {"repository": {"default_branch": "main"}}
SAME = {"pull_request": {"head": {"repo": {"full_name": "org/repo"}}, "base": {"repo": {"full_name": "org/repo"}}}}
FORK = {"pull_request": {"head": {"repo": {"full_name": "else/repo"}}, "base": {"repo": {"full_name": "org/repo"}}}}
QUEUE = {"merge_group": {"base_ref": "refs/heads/main"}}
MAIN, RELEASE, FEATURE, PULL, TAG = "refs/heads/main", "refs/heads/release/1.x", "refs/heads/feature", "refs/pull/5/merge", "refs/tags/v1"


class Row(NamedTuple):
    """One situation; `told` is its name in the page."""

    told: str
    name: str
    ref: str
    reads: tuple[str, ...]
    writes: str
    event: Mapping[str, object] = {}
    base: str = ""
    trust: str = "auto"
    protected: bool = False
    reason: str = ""


ROWS = [
    Row("pull request of a fork", "pull_request", PULL, (MAIN,), "", FORK, "main", reason="nobody would believe what it wrote"),
    Row("pull request of the same repository", "pull_request", PULL, (MAIN, PULL), PULL, SAME, "main"),
    Row("`pull_request_target`", "pull_request_target", MAIN, (MAIN,), "", SAME, "main", reason="it runs with the base's rights on others' files"),
    Row("push to the default branch", "push", MAIN, (MAIN,), MAIN),
    Row("push to another branch", "push", FEATURE, (MAIN, FEATURE), FEATURE),
    Row("push of a tag", "push", TAG, (MAIN,), "", reason="caches of a tag are seen by that tag alone"),
    Row("merge queue", "merge_group", "refs/heads/gh-readonly-queue/main/pr-5", (MAIN,), "", QUEUE, reason="its ref is gone when it is through"),
    Row("`schedule`", "schedule", MAIN, (MAIN,), MAIN),
    Row("`workflow_dispatch`", "workflow_dispatch", MAIN, (MAIN,), MAIN),
    Row("`release`", "release", TAG, (MAIN,), ""),
    Row("any other event", "issue_comment", MAIN, (MAIN,), "", reason="GitHub hands it a token that only reads"),
    Row("", "workflow_run", MAIN, (MAIN,), "", reason="it may have been started by a fork"),
    Row("", "workflow_dispatch", FEATURE, (MAIN, FEATURE), FEATURE, reason="somebody may start it on any branch"),
    Row("", "workflow_dispatch", TAG, (MAIN,), "", reason="or on a tag"),
    Row("", "push", RELEASE, (MAIN, RELEASE), RELEASE, protected=True, reason="a protected branch beside the default one"),
    Row("", "pull_request", PULL, (RELEASE, MAIN, PULL), PULL, SAME, "release/1.x", reason="a base that is not the default branch: GitHub shows both"),
    Row("", "merge_group", "refs/heads/gh-readonly-queue/x", (MAIN,), "", {}, reason="an event without its base"),
    Row("", "pull_request", PULL, (MAIN,), "", {}, "main", reason="an event that does not say whose it is counts as a fork's"),
    Row("", "pull_request", PULL, (MAIN,), "", SAME, "main", trust="base-only", reason="nobody would believe it"),
    Row("", "pull_request", PULL, (MAIN, PULL), PULL, FORK, "main", trust="any", reason="somebody believes everybody"),
    Row("", "push", FEATURE, (MAIN,), "", trust="base-only", reason="only protected branches prove anything"),
    Row("", "push", MAIN, (MAIN,), MAIN, trust="base-only", reason="and this is one"),
    Row("", "pull_request", MAIN, (MAIN,), "", SAME, "main", reason="a merged one: GITHUB_REF is the branch it went into"),
    Row("", "push", "refs/heads/gh-readonly-queue/main/pr-5", (MAIN,), "", protected=True, reason="what the merge queue pushes"),
    Row("", "", "", (MAIN,), "", reason="no event at all"),
]


def decided(row: Row) -> tuple[tuple[str, ...], str, Origin]:
    variables = {
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "org/repo", "GITHUB_EVENT_NAME": row.name, "GITHUB_REF": row.ref, "GITHUB_BASE_REF": row.base,
        "GITHUB_REF_PROTECTED": str(row.protected).lower(),
    }  # fmt: skip
    event = {**REPOSITORY, **row.event}
    here = origin(variables, event, "")
    found = scopes(variables, event, here, row.trust)
    assert (found.write is None) == (found.why_not is not None)
    return tuple(scope.ref for scope in found.read), found.write.ref if found.write else "", here


@pytest.mark.parametrize("row", ROWS, ids=[row.reason or row.told for row in ROWS])
def test_what_is_read_and_written(row: Row) -> None:
    reads, writes, _ = decided(row)
    assert (reads, writes) == (row.reads, row.writes)


@pytest.mark.parametrize("row", ROWS, ids=[row.reason or row.told for row in ROWS])
def test_a_run_can_use_what_it_writes(row: Row) -> None:
    """What is written is read again by the next run of the same kind, and vouched for."""
    _, writes, here = decided(row)
    variables = {"GITHUB_EVENT_NAME": row.name, "GITHUB_BASE_REF": row.base}
    found = scopes(variables, {**REPOSITORY, **row.event}, here, row.trust)
    assert not writes or (found.write in found.read and found.write is not None and vouches(found.write, here, here))


def test_no_two_scopes_meet() -> None:
    """Entries are found by the beginning of their keys: no scope's name may begin another's."""
    refs = [MAIN, RELEASE, FEATURE, PULL, TAG, "refs/heads/main-2", "refs/heads/Main", "refs/heads/mäin", "refs/pull/55/merge", "refs/heads/" + "x" * 300]
    names = [scopes({"GITHUB_EVENT_NAME": "push"}, {}, Origin(OriginKind.PULL_REQUEST, "", ref, ""), "auto") for ref in refs]
    keys = [found.write.name for found in names if found.write]
    assert len(keys) == len([ref for ref in refs if ref.startswith("refs/heads/")])
    assert not [(one, other) for one in keys for other in keys if one != other and other.startswith(one)]
    assert all(re.fullmatch(r"[a-z0-9.-]{1,60}", key) for key in keys)


SPOKEN = {MAIN: "the default branch", FEATURE: "its own", PULL: "its own"}


def told() -> dict[str, tuple[str, str]]:
    return {what: (reads, writes) for what, reads, writes in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|", PAGE, re.MULTILINE)}


@pytest.mark.parametrize("row", [row for row in ROWS if row.told], ids=[row.told for row in ROWS if row.told])
def test_the_page_says_so(row: Row) -> None:
    reads = " and ".join(SPOKEN[ref] for ref in row.reads)
    assert told()[row.told] == (reads, SPOKEN[row.writes] if row.writes else "nothing")


MADE = [
    (OriginKind.PROTECTED, MAIN, "org/repo", True, "its own"),
    (OriginKind.PULL_REQUEST, MAIN, "org/repo", False, "another kind of run on the same ref"),
    (OriginKind.PROTECTED, RELEASE, "org/repo", False, "another branch's proof in this branch's bundle"),
    (OriginKind.PROTECTED, MAIN, "else/repo", False, "another repository's"),
    (OriginKind.LAPTOP, MAIN, "org/repo", False, "a laptop's"),
]


@pytest.mark.parametrize(("kind", "ref", "repository", "counts", "reason"), MADE, ids=[row[4] for row in MADE])
def test_a_bundle_vouches_only_for_its_own(kind: OriginKind, ref: str, repository: str, counts: bool, reason: str) -> None:
    here = Origin(OriginKind.PULL_REQUEST, "org/repo", PULL, "")
    (scope, *_) = scopes({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main"}, REPOSITORY, here, "auto").read
    assert vouches(scope, Origin(kind, repository, ref, ""), here) is counts

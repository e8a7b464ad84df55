"""What an event, the runner's variables and the checkout say of the base: a row a rule."""

import pytest

from ftaction.model.base import Base, Checkout, Exactly, Nowhere, Pull, Since, Usual
from ftaction.plan.bases import base, pull

A, B, C, D = (letter * 40 for letter in "abcd")
WIDE = "e" * 64
DEFAULT: dict[str, object] = {"repository": {"default_branch": "main"}}


def of(name: str, commit: str = C, ref: str = "refs/heads/topic") -> dict[str, str]:
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_SHA": commit, "GITHUB_REF": ref}


def pull_request(head: object = B, tip: object = A) -> dict[str, object]:
    return {"pull_request": {"number": 7, "changed_files": 3, "head": {"sha": head}, "base": {"sha": tip}}}


def push(before: object, **more: object) -> dict[str, object]:
    return {"before": before, "after": C, "ref": "refs/heads/topic", **DEFAULT, **more}


MERGE = Checkout(C, (D, B))
PULL = of("pull_request", C, "refs/pull/7/merge")
TARGET = of("pull_request_target", A, "refs/heads/main")
BASES_FILES = Nowhere("the files here are the base's: what the pull request changes is not checked out")
NO_DEFAULT = Nowhere("the event names no default branch")

ROWS: list[tuple[str, dict[str, str], dict[str, object], Checkout, Base]] = [
    ("no workflow", {}, {}, Checkout(C), Usual()),
    ("no commit", PULL, pull_request(), Checkout(""), Nowhere("there is no commit yet")),
    ("the merge commit has its base with it", PULL, pull_request(), MERGE, Exactly(D)),
    ("it is the one the runner names, whatever the payload calls the head", PULL, pull_request(head=A), MERGE, Exactly(D)),
    ("it is another one of the same head", PULL, pull_request(), Checkout(A, (D, B)), Exactly(D)),
    ("a merge in the branch itself is not GitHub's", PULL, pull_request(head=A), Checkout(A, (B, D)), Since(commit=A)),
    ("three parents are no pull request's", PULL, pull_request(), Checkout(C, (D, B, A)), Since(commit=A)),
    ("the head", PULL, pull_request(), Checkout(B, (D,)), Since(commit=A)),
    ("a commit on top of it", PULL, pull_request(), Checkout(D, (B,)), Since(commit=A)),
    ("the base", PULL, pull_request(), Checkout(A, (D,)), BASES_FILES),
    ("head and base are one commit", PULL, pull_request(head=A), Checkout(A, (D,)), Since(commit=A)),
    ("a review", of("pull_request_review", C, "refs/pull/7/merge"), pull_request(), MERGE, Exactly(D)),
    ("target, as it comes", TARGET, pull_request(), Checkout(A, (D,)), BASES_FILES),
    ("target, its base a merge commit", TARGET, pull_request(), Checkout(A, (D, C)), BASES_FILES),
    ("target, its base newer than the payload", of("pull_request_target", D, "refs/heads/main"), pull_request(), Checkout(D, (C,)), BASES_FILES),
    ("target, the head checked out", TARGET, pull_request(), Checkout(B, (D,)), Since(commit=A)),
    ("target, the merge checked out", TARGET, pull_request(), MERGE, Exactly(D)),
    ("no payload", PULL, {}, Checkout(B), Nowhere("the `pull_request` event names no base")),
    ("a base that is no commit", PULL, pull_request(tip="main"), Checkout(B), Nowhere("the `pull_request` event names no base")),
    ("a base that is an option", PULL, pull_request(tip="--exec"), Checkout(B), Nowhere("the `pull_request` event names no base")),
    ("SHA-256", PULL, pull_request(head=WIDE, tip=WIDE[:-1] + "f"), Checkout(WIDE), Since(commit=WIDE[:-1] + "f")),
    ("a push", of("push"), push(A), Checkout(C), Exactly(A)),
    ("a forced one", of("push"), push(A, forced=True), Checkout(C), Exactly(A)),
    ("the first", of("push"), push("0" * 40), Checkout(C), Since(branch="main")),
    ("the first in SHA-256", of("push"), push("0" * 64), Checkout(C), Since(branch="main")),
    ("the first of the default branch", of("push", C, "refs/heads/main"), push("0" * 40), Checkout(C),
     Nowhere("the default branch was pushed for the first time")),
    ("a deletion", of("push"), push(A, deleted=True), Checkout(C), Nowhere("the push deleted its branch")),
    ("a tag", of("push", C, "refs/tags/v1"), push(A), Checkout(C), Nowhere("a tag was pushed, and what it marks is proved as a whole")),
    ("a tag by its payload", of("push", C, ""), push(A, ref="refs/tags/v1"), Checkout(C), Nowhere("a tag was pushed, and what it marks is proved as a whole")),
    ("nothing before", of("push"), push(None), Checkout(C), Nowhere("the `push` event does not say what was there before")),
    ("a short name before", of("push"), push("abc"), Checkout(C), Nowhere("the `push` event does not say what was there before")),
    ("a queue", of("merge_group"), {"merge_group": {"base_sha": A}}, Checkout(C), Exactly(A)),
    ("a queue that says nothing", of("merge_group"), {"merge_group": {}}, Checkout(C), Nowhere("the `merge_group` event names no base")),
    ("by hand", of("workflow_dispatch"), DEFAULT, Checkout(C), Since(branch="main")),
    ("by hand on the default branch", of("workflow_dispatch", C, "refs/heads/main"), DEFAULT, Checkout(C),
     Nowhere("a run by hand on the default branch has no base")),
    ("a schedule", of("schedule"), DEFAULT, Checkout(C), Nowhere("a `schedule` event has no base")),
    ("no event", of(""), {}, Checkout(C), Nowhere("the runner does not say which event this is")),
]  # fmt: skip


@pytest.mark.parametrize(("variables", "event", "checkout", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_base(variables: dict[str, str], event: dict[str, object], checkout: Checkout, expected: Base) -> None:
    assert base(variables, event, checkout) == expected


@pytest.mark.parametrize("name", ["feature/x", "v1.0", "ümlaut", "a-b_c", "x@y"])
def test_a_branch_may_be_called_so(name: str) -> None:
    assert base(of("workflow_dispatch"), {"repository": {"default_branch": name}}, Checkout(C)) == Since(branch=name)


WRONG: list[object] = [
    "", "-x", "--upload-pack=x", "a..b", "a b", "a:b", "a~1", "a^", "*", "a?", "[a", "a\\b", "a\nb", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "x@{1}", "a.",
    None, 7, ["main"],
]  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_branch_may_not_be_called_so(name: object) -> None:
    assert base(of("workflow_dispatch"), {"repository": {"default_branch": name}}, Checkout(C)) == NO_DEFAULT


def test_the_pull_request_of_an_event() -> None:
    assert pull(PULL, pull_request()) == Pull(number=7, base=A, head=B, files=3)
    assert pull(of("push"), pull_request()) is None
    assert pull(PULL, {}) is None
    assert pull(PULL, pull_request(head="main")) is None


def test_members_of_the_union_are_kept_apart() -> None:
    assert len({Exactly(A), Since(A), Usual(), Nowhere(A)}) == 4

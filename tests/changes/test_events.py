"""Every event that GitHub sends, on a checkout as workflows make it: the exact list and its base, or an honest everything.

All start from the same `Host`; a row says why it is there, and gives the clone, the runner's variables, the payload, what must be told, and
of which commit.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.changes.scene import ZERO, Event, Expected, Host, agrees, told, workflow
from tests.support.repository import TestRepository

PULL = "refs/pull/1/merge"
MAIN, TOPIC = "refs/remotes/origin/main", "refs/remotes/origin/topic"
M, ADDED = {"a.txt": "M"}, {"more.py": "A"}


class Case(NamedTuple):
    clone: TestRepository
    variables: Mapping[str, str]
    event: Event
    expected: Expected
    base: str = ""


def merge_at_depth_1(host: Host) -> Case:
    return Case(host.checked_out(host.merge), workflow("pull_request", host.merge, PULL), host.pull_request(), host.changes, host.main[5])


def merge_with_history(host: Host) -> Case:
    return merge_at_depth_1(host)._replace(clone=host.checked_out(host.merge, depth=0))


def merge_in_a_partial_clone(host: Host) -> Case:
    return merge_at_depth_1(host)._replace(clone=host.checked_out(host.merge, 0, "refs/remotes/pull/1/merge", "--filter=blob:none"))


def merge_in_a_partial_clone_at_depth_1(host: Host) -> Case:
    return merge_at_depth_1(host)._replace(clone=host.checked_out(host.merge, 1, "refs/remotes/pull/1/merge", "--filter=blob:none"))


def merge_without_trees(host: Host) -> Case:
    return merge_at_depth_1(host)._replace(clone=host.checked_out(host.merge, 0, "refs/remotes/pull/1/merge", "--filter=tree:0"))


def merge_and_uncommitted(host: Host) -> Case:
    case = merge_at_depth_1(host)
    case.clone.write("made.txt", "by an earlier step\n")
    case.clone.write("docs/d.md", "d\n")
    return case._replace(expected={"made.txt": "A", "new.py": "A", "src/x.py": "M"})


def merge_of_a_review(host: Host) -> Case:
    return merge_at_depth_1(host)._replace(variables=workflow("pull_request_review", host.merge, PULL))


def base_moved_on(host: Host) -> Case:
    """The event knew an older base than the merge commit was made with."""
    moved = host.on(host.main[5], {"b.txt": "moved on\n"}, "main")
    merge = host.merged(moved, host.topic[1])
    return Case(host.checked_out(merge), workflow("pull_request", merge, PULL), host.pull_request(), host.changes, moved)


def merge_made_anew(host: Host) -> Case:
    """The base moved while the job waited: what is checked out is not what the runner was told, yet of the same head."""
    moved = host.on(host.main[5], {"b.txt": "moved on\n"}, "main")
    merge = host.merged(moved, host.topic[1])
    return Case(host.checked_out(merge), workflow("pull_request", host.merge, PULL), host.pull_request(), host.changes, moved)


def head_at_depth_1(host: Host) -> Case:
    head = host.topic[1]
    return Case(host.checked_out(head), workflow("pull_request", host.merge, PULL), host.pull_request(), host.changes, host.main[2])


def head_with_history(host: Host) -> Case:
    return head_at_depth_1(host)._replace(clone=host.checked_out(host.topic[1], depth=0))


def head_at_depth_2(host: Host) -> Case:
    return head_at_depth_1(host)._replace(clone=host.checked_out(host.topic[1], depth=2))


def head_with_an_unpushed_commit(host: Host) -> Case:
    """A formatter's commit on top, which the server has never seen."""
    case = head_at_depth_1(host)
    case.clone.write("b.txt", "formatted\n")
    case.clone.commit()
    return case._replace(expected={**host.changes, "b.txt": "M"})


def head_that_merged_the_base(host: Host) -> Case:
    host.work.git("checkout", "--quiet", "--detach", host.topic[1])
    host.work.git("merge", "--quiet", "--no-ff", "-m", "update", host.main[4])
    head = host.commit_of("HEAD")
    merge = host.merged(host.main[5], head)
    event = host.pull_request(head={"ref": "topic", "sha": head, "repo": {"full_name": "octo/demo"}})
    return Case(host.checked_out(head), workflow("pull_request", merge, PULL), event, host.changes, host.main[4])


def rebased(host: Host) -> Case:
    host.work.git("checkout", "--quiet", "-B", "topic", host.topic[1])
    host.work.git("rebase", "--quiet", host.main[5])
    head = host.commit_of("HEAD")
    event = host.pull_request(head={"ref": "topic", "sha": head, "repo": {"full_name": "octo/demo"}})
    return Case(host.checked_out(head), workflow("pull_request", host.merge, PULL), event, host.changes, host.main[5])


def criss_cross(host: Host) -> Case:
    """Base and head merged each other: behind the cut-off commits of a shallow clone lies a nearer common one than the first that is found."""
    host.work.git("checkout", "--quiet", "--detach", host.main[5])
    host.work.git("merge", "--quiet", "--no-ff", "-m", "into main", host.topic[0])
    tip = host.commit_of("HEAD")
    event = host.pull_request(base={"ref": "main", "sha": tip, "repo": {"full_name": "octo/demo"}})
    return Case(host.checked_out(host.topic[1]), workflow("pull_request", host.merge, PULL), event, {"docs/d.md": "D", "new.py": "A"}, host.topic[0])


def a_nearer_one_behind_the_cut(host: Host) -> Case:
    """The head left main at M4, where the clone is cut off, and merged a branch that left it at M0: that one is all that can be seen in common."""
    side = host.on(host.main[0], {"side.py": "s\n"})
    left = host.on(host.main[4], {"left.py": "l\n"})
    host.work.git("checkout", "--quiet", "--detach", left)
    host.work.git("merge", "--quiet", "--no-ff", "-m", "side", side)
    head = host.commit_of("HEAD")
    clone = host.checked_out(head, depth=0)
    clone.write(".git/shallow", f"{left}\n")
    event = host.pull_request(head={"ref": "topic", "sha": head, "repo": {"full_name": "octo/demo"}})
    return Case(clone, workflow("pull_request", host.merge, PULL), event, {"left.py": "A", "side.py": "A"}, host.main[4])


def base_checked_out(host: Host) -> Case:
    return Case(host.checked_out(host.main[5]), workflow("pull_request", host.merge, PULL), host.pull_request(), "the files here are the base's")


def target_as_it_comes(host: Host) -> Case:
    commit = host.main[5]
    return Case(host.checked_out(commit, 1, MAIN), workflow("pull_request_target", commit, "refs/heads/main"), host.pull_request(), "files here are the base's")


def target_that_moved_on(host: Host) -> Case:
    """Its base is the newest commit of the branch, not the one of the payload."""
    moved = host.on(host.main[5], {"b.txt": "moved on\n"}, "main")
    return Case(host.checked_out(moved, 1, MAIN), workflow("pull_request_target", moved, "refs/heads/main"), host.pull_request(), "files here are the base's")


def target_with_head(host: Host) -> Case:
    variables = workflow("pull_request_target", host.main[5], "refs/heads/main")
    return Case(host.checked_out(host.topic[1]), variables, host.pull_request(), host.changes, host.main[2])


def target_with_merge(host: Host) -> Case:
    variables = workflow("pull_request_target", host.main[5], "refs/heads/main")
    return Case(host.checked_out(host.merge), variables, host.pull_request(), host.changes, host.main[5])


def nothing_to_see(host: Host) -> Case:
    """All of the head is in the base already, yet the payload says that three files change."""
    event = host.pull_request(head={"ref": "topic", "sha": host.main[3], "repo": {"full_name": "octo/demo"}})
    return Case(host.checked_out(host.main[3]), workflow("pull_request", host.merge, PULL), event, "says that it changes files")


def payload_without_base(host: Host) -> Case:
    return Case(host.checked_out(host.topic[1]), workflow("pull_request", host.merge, PULL), {}, "names no base")


def base_gone_from_the_server(host: Host) -> Case:
    gone = host.pull_request(base={"ref": "main", "sha": "1" * 40, "repo": {"full_name": "octo/demo"}})
    return Case(host.checked_out(host.topic[1]), workflow("pull_request", host.merge, PULL), gone, "the base 111111111 is not here: the remote did not")


def no_remote(host: Host) -> Case:
    case = merge_at_depth_1(host)
    case.clone.git("remote", "remove", "origin")
    return case._replace(expected="there is no remote to ask", base="")


def a_remote_by_another_name(host: Host) -> Case:
    case = merge_at_depth_1(host)
    case.clone.git("remote", "rename", "origin", "github")
    return case


def two_remotes_and_no_origin(host: Host) -> Case:
    case = a_remote_by_another_name(host)
    case.clone.git("remote", "add", "fork", host.address)
    return case._replace(expected="several remotes and none is called origin", base="")


def server_is_away(host: Host) -> Case:
    case = merge_at_depth_1(host)
    shutil.move(host.work.root, f"{host.work.root}.away")
    return case._replace(expected="did not hand it out", base="")


def orphan(host: Host) -> Case:
    host.work.git("checkout", "--quiet", "--orphan", "pages", host.main[0])
    head = host.work.commit("apart")
    event = host.pull_request(head={"ref": "pages", "sha": head, "repo": {"full_name": "octo/demo"}})
    return Case(host.checked_out(head), workflow("pull_request", host.merge, PULL), event, "no commit in common")


def pushed(host: Host, before: str, after: str, ref: str = "refs/heads/topic", **event: object) -> Case:
    clone = host.checked_out(after, 1, TOPIC) if after != ZERO else host.checked_out(host.main[5], 1, MAIN)
    return Case(clone, workflow("push", after if after != ZERO else host.main[5], ref), host.push(before, after, ref, **event), {}, before)


def push_of_many(host: Host) -> Case:
    return pushed(host, host.main[1], host.main[5], "refs/heads/main")._replace(expected=M)


def push_that_was_forced(host: Host) -> Case:
    """From what was there before, on no branch any more: as GitHub, the server still hands it out by its name."""
    old = host.on(host.main[2], {"old.py": "old\n"})
    host.work.git("update-ref", "-d", f"refs/heads/{old}")
    return pushed(host, old, host.topic[1], forced=True)._replace(expected={**host.changes, "old.py": "D"})


def push_forced_over_what_is_gone(host: Host) -> Case:
    return pushed(host, "2" * 40, host.topic[1], forced=True)._replace(expected="the base 222222222 is not here", base="")


def first_push(host: Host) -> Case:
    return pushed(host, ZERO, host.topic[1], created=True)._replace(expected=host.changes, base=host.main[2])


def first_push_with_history(host: Host) -> Case:
    return first_push(host)._replace(clone=host.checked_out(host.topic[1], 0))


def first_push_of_the_default(host: Host) -> Case:
    return pushed(host, ZERO, host.main[5], "refs/heads/main")._replace(expected="the default branch was pushed for the first time", base="")


def first_push_without_new_commits(host: Host) -> Case:
    return pushed(host, ZERO, host.main[3])._replace(expected={}, base=host.main[3])


def push_that_deleted(host: Host) -> Case:
    return pushed(host, host.topic[1], ZERO)._replace(expected="the push deleted its branch", base="")


def push_of_a_tag(host: Host) -> Case:
    return pushed(host, ZERO, host.main[5], "refs/tags/v1")._replace(expected="a tag was pushed", base="")


def push_that_moved_a_tag(host: Host) -> Case:
    return pushed(host, host.main[2], host.main[5], "refs/tags/v1")._replace(expected="a tag was pushed", base="")


def push_without_before(host: Host) -> Case:
    return pushed(host, "", host.main[5])._replace(expected="does not say what was there before", base="")


def push_with_an_option_for_a_commit(host: Host) -> Case:
    return pushed(host, "--upload-pack=touch ran", host.main[5])._replace(expected="does not say what was there before", base="")


def default_branch_that_is_an_option(host: Host) -> Case:
    case = first_push(host)
    return case._replace(event={**case.event, "repository": {"default_branch": "--upload-pack=touch ran"}}, expected="names no default branch", base="")


def default_branch_that_is_not_there(host: Host) -> Case:
    case = first_push(host)
    return case._replace(event={**case.event, "repository": {"default_branch": "trunk"}}, expected="the base trunk is not here", base="")


def queued(host: Host) -> Case:
    ref = "refs/heads/gh-readonly-queue/main/pr-1-x"
    event = host.merge_group(host.main[5], host.merge)
    return Case(host.checked_out(host.merge), workflow("merge_group", host.merge, ref), event, host.changes, host.main[5])


def queued_behind_others(host: Host) -> Case:
    """A group's base is the group before it."""
    ahead = host.on(host.main[5], {"ahead.py": "a\n"}, "ahead")
    head = host.on(ahead, {"more.py": "m\n"}, "behind")
    return Case(host.checked_out(head), workflow("merge_group", head, "refs/heads/gh-readonly-queue/main/pr-2-x"), host.merge_group(ahead, head), ADDED, ahead)


def queue_without_base(host: Host) -> Case:
    return queued(host)._replace(event={}, expected="names no base", base="")


def by_hand(host: Host) -> Case:
    clone = host.checked_out(host.topic[1], 1, TOPIC)
    return Case(clone, workflow("workflow_dispatch", host.topic[1], "refs/heads/topic"), host.repository(), host.changes, host.main[2])


def by_hand_on_default(host: Host) -> Case:
    return Case(host.checked_out(host.main[5], 1, MAIN), workflow("workflow_dispatch", host.main[5], "refs/heads/main"), host.repository(), "has no base")


def others(name: str) -> Callable[[Host], Case]:
    def row(host: Host) -> Case:
        return Case(
            host.checked_out(host.main[5], 1, MAIN), workflow(name, host.main[5], "refs/heads/main"), host.repository(), f"a `{name}` event has no base"
        )

    return row


def no_event(host: Host) -> Case:
    return Case(host.checked_out(host.main[5], 1, MAIN), workflow("", host.main[5], "refs/heads/main"), {}, "does not say which event")


def before_the_first_commit(host: Host) -> Case:
    empty = TestRepository(host.folder / "empty").write_all({"a.txt": "a\n"})
    return Case(empty, workflow("push", host.main[5], "refs/heads/main"), host.push(host.main[4], host.main[5]), "there is no commit yet")


def another_repository(host: Host) -> Case:
    """A workflow may check out what the event does not speak of."""
    other = TestRepository(host.folder / "other").write_all({"z.txt": "z\n"})
    other.commit()
    clone = TestRepository(host.folder / "clone")
    clone.git("remote", "add", "origin", f"file://{other.root}")
    clone.git("pull", "--quiet", "origin", "main")
    return Case(clone, workflow("push", host.main[5], "refs/heads/main"), host.push(host.main[4], host.main[5]), "is not here: the remote did not hand it out")


def laptop(host: Host, *options: str) -> TestRepository:
    clone = TestRepository(host.folder / "laptop")
    shutil.rmtree(clone.root)
    host.work.git("checkout", "--quiet", "main")
    host.work.git("clone", "--quiet", *options, host.address, str(clone.root))
    return clone


def on_laptop(host: Host, *options: str, base: str = "", expected: Expected | None = None) -> Case:
    clone = laptop(host, *options)
    clone.git("checkout", "--quiet", "topic")
    return Case(clone, {}, {}, host.changes if expected is None else expected, base or host.main[2])


def laptop_and_uncommitted(host: Host) -> Case:
    case = on_laptop(host)
    case.clone.write("b.txt", "staged\n")
    case.clone.git("add", "b.txt")
    case.clone.write("src/y.py", "not staged\n")
    case.clone.write("more.py", "untracked\n")
    return case._replace(expected={**host.changes, "b.txt": "M", "more.py": "A", "src/y.py": "M"})


def laptop_detached(host: Host) -> Case:
    case = on_laptop(host)
    case.clone.git("checkout", "--quiet", "--detach")
    return case


def laptop_on_default(host: Host) -> Case:
    case = on_laptop(host, expected={}, base=host.main[5])
    case.clone.git("checkout", "--quiet", "main")
    return case


def laptop_ahead_on_default(host: Host) -> Case:
    case = laptop_on_default(host)
    case.clone.write("more.py", "m\n")
    case.clone.git("-c", "user.name=n", "-c", "user.email=e", "add", ".")
    case.clone.git("-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "ahead")
    return case._replace(expected=ADDED)


def laptop_without_remote(host: Host) -> Case:
    case = on_laptop(host)
    case.clone.git("remote", "remove", "origin")
    return case


def laptop_with_nothing_to_compare(host: Host) -> Case:
    case = on_laptop(host, expected="there is no default branch to compare with")
    case.clone.git("remote", "remove", "origin")
    case.clone.git("branch", "--quiet", "-D", "main")
    return case._replace(base="")


def laptop_default_by_another_name(host: Host) -> Case:
    host.work.git("branch", "--quiet", "develop", host.topic[0])
    case = on_laptop(host, expected={"docs/d.md": "D", "new.py": "A"}, base=host.topic[0])
    case.clone.git("fetch", "--quiet")
    case.clone.git("remote", "set-head", "origin", "develop")
    return case


def laptop_worktree(host: Host) -> Case:
    case = on_laptop(host)
    case.clone.git("worktree", "add", "--quiet", "-b", "second", "../second", "topic")
    second = TestRepository(host.folder / "other-name")
    second.root = host.folder / "second"
    return case._replace(clone=second)


def laptop_shallow(host: Host) -> Case:
    return on_laptop(host, "--depth=1", "--no-single-branch")


def laptop_shallow_worktree(host: Host) -> Case:
    case = laptop_shallow(host)
    case.clone.git("worktree", "add", "--quiet", "-b", "second", "../second", "topic")
    second = TestRepository(host.folder / "other-name")
    second.root = host.folder / "second"
    return case._replace(clone=second)


def laptop_grafted(host: Host) -> Case:
    """A graft says that M2 has no parents; the commit itself says otherwise."""
    case = on_laptop(host)
    case.clone.write(".git/info/grafts", f"{host.topic[0]}\n")
    return case


def ref_like_an_option(host: Host) -> Case:
    case = on_laptop(host)
    case.clone.write(".git/refs/remotes/origin/--output=ran", f"{host.main[5]}\n")
    case.clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/--output=ran")
    return case


ROWS: list[Callable[[Host], Case]] = [
    merge_at_depth_1, merge_with_history, merge_in_a_partial_clone, merge_in_a_partial_clone_at_depth_1, merge_without_trees,
    merge_and_uncommitted, merge_of_a_review, base_moved_on,
    merge_made_anew, head_at_depth_1, head_with_history, head_at_depth_2, head_with_an_unpushed_commit, head_that_merged_the_base, rebased, criss_cross,
    a_nearer_one_behind_the_cut,
    base_checked_out, target_as_it_comes, target_that_moved_on, target_with_head, target_with_merge, nothing_to_see, payload_without_base,
    base_gone_from_the_server, no_remote, a_remote_by_another_name, two_remotes_and_no_origin, server_is_away, orphan,
    push_of_many, push_that_was_forced, push_forced_over_what_is_gone, first_push, first_push_with_history, first_push_of_the_default,
    first_push_without_new_commits, push_that_deleted, push_of_a_tag, push_that_moved_a_tag, push_without_before, push_with_an_option_for_a_commit,
    default_branch_that_is_an_option, default_branch_that_is_not_there, queued, queued_behind_others, queue_without_base, by_hand, by_hand_on_default,
    no_event, before_the_first_commit, another_repository,
    on_laptop, laptop_and_uncommitted, laptop_detached, laptop_on_default, laptop_ahead_on_default, laptop_without_remote, laptop_with_nothing_to_compare,
    laptop_default_by_another_name, laptop_worktree, laptop_shallow, laptop_shallow_worktree, laptop_grafted, ref_like_an_option,
]  # fmt: skip

OTHERS = ["schedule", "release", "repository_dispatch", "workflow_run", "issue_comment", "delete", "create", "deployment", "registry_package", "later_invented"]


def same(host: Host, case: Case) -> None:
    before = (case.clone.git("config", "--local", "--list"), case.clone.git("for-each-ref"), case.clone.git("rev-list", "--all", "--count"))
    found = host.look(case.clone, case.variables, case.event)
    assert agrees(found, case.expected), told(found)
    assert found.base == case.base
    assert before == (case.clone.git("config", "--local", "--list"), case.clone.git("for-each-ref"), case.clone.git("rev-list", "--all", "--count"))
    assert not list(host.folder.rglob("ran"))


@pytest.mark.parametrize("row", ROWS, ids=[row.__name__ for row in ROWS])
def test_the_list_is_exact_or_everything(host: Host, row: Callable[[Host], Case]) -> None:
    same(host, row(host))


@pytest.mark.parametrize("name", OTHERS)
def test_an_event_without_a_base_is_everything(host: Host, name: str) -> None:
    same(host, others(name)(host))


@pytest.mark.parametrize("row", [merge_at_depth_1, head_at_depth_1, first_push, laptop_shallow], ids=lambda row: row.__name__)
def test_in_sha256_too(tmp_path: Path, row: Callable[[Host], Case]) -> None:
    host = Host(tmp_path, "sha256")
    same(host, row(host))

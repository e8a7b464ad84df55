"""Where git can't be asked for the base, GitHub is; and believed only as far as its list is whole and fits what is checked out."""

from collections.abc import Callable, Iterator

import pytest

from ftaction.edge.github_pulls import GitHubPulls
from ftaction.edge.retry import Backoff, Rules
from ftaction.errors import StoreError
from ftaction.model.base import Pull
from ftaction.model.change import ChangeSet
from tests.changes.scene import Expected, Host, agrees, told, workflow
from tests.support.github_api import GitHubApi, Reply
from tests.support.repository import TestRepository

Change = Callable[[GitHubApi], object]
PULL = "refs/pull/1/merge"


def listed(name: str, status: str, previous: str = "") -> dict[str, object]:
    one: dict[str, object] = {"sha": "3" * 40, "filename": name, "status": status, "additions": 1, "deletions": 1, "changes": 2, "patch": "@@ -1 +1 @@"}
    return one | ({"previous_filename": previous} if previous else {})


@pytest.fixture
def api(host: Host) -> Iterator[GitHubApi]:
    files = [listed("docs/d.md", "removed"), listed("new.py", "added"), listed("src/x.py", "modified")]
    with GitHubApi(1, host.topic[1], host.main[5], files, host.main[2]) as running:
        yield running


def pulls(api: GitHubApi) -> GitHubPulls:
    return GitHubPulls(api.address, "octo/demo", "a token", {}, Backoff(Rules(tries=2), sleep=lambda _: None))


def cut_off(host: Host, commit: str) -> TestRepository:
    """No fetch can succeed: as in a private repository whose checkout kept no token."""
    clone = host.checked_out(commit)
    clone.git("remote", "set-url", "origin", f"file://{host.folder}/nowhere")
    return clone


def looked(host: Host, api: GitHubApi, clone: TestRepository) -> tuple[Expected, str]:
    found = host.look(clone, workflow("pull_request", host.merge, PULL), host.pull_request(), pulls(api))
    return told(found), found.base


def test_of_a_merge_commit(host: Host, api: GitHubApi) -> None:
    assert looked(host, api, cut_off(host, host.merge)) == (host.changes, host.main[5])
    assert api.tokens == {"Bearer a token"}


def test_of_the_head(host: Host, api: GitHubApi) -> None:
    assert looked(host, api, cut_off(host, host.topic[1])) == (host.changes, host.main[2])


def test_with_what_is_not_committed(host: Host, api: GitHubApi) -> None:
    clone = cut_off(host, host.merge)
    clone.write_all({"a.txt": "modified here\n", "src/x.py": "modified in both\n", "more.py": "added here\n", "docs/d.md": "deleted there, added here\n"})
    (clone.root / "new.py").unlink()
    (clone.root / "b.txt").unlink()
    expected = {"a.txt": "M", "b.txt": "D", "docs/d.md": "M", "more.py": "A", "src/x.py": "M"}
    assert looked(host, api, clone) == (expected, host.main[5])


def test_it_says_where_a_long_branch_began_and_git_does_the_rest(host: Host, api: GitHubApi) -> None:
    """A server that hands out commits one by one, but no history: only the very base can be had."""
    clone = host.checked_out(host.topic[1])
    clone.write(".git/shallow", f"{host.topic[1]}\n{'4' * 40}\n")  # which no server knows
    found, base = looked(host, api, clone)
    assert (found, base) == (host.changes, host.main[2])
    assert [path.partition("?")[0].rsplit("/", 2)[1] for path in api.asked] == ["compare"]


def files(*of: dict[str, object]) -> Change:
    def change(api: GitHubApi) -> None:
        api.files = [*api.files, *of]
        api.count = len(api.files)

    return change


def attribute(name: str, value: object) -> Change:
    return lambda api: setattr(api, name, value)


def reply(part: str, answer: Reply) -> Change:
    return lambda api: setattr(api, "intercept", lambda path: answer if part in path else None)


def shrinking(api: GitHubApi) -> None:
    """A push while the pages are read."""
    heads = iter((api.head, "5" * 40))
    api.intercept = lambda path: Reply(200, {"head": {"sha": next(heads)}, "changed_files": 3}) if path.endswith("/pulls/1") else None


LIMITED = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000000"}

DOUBTS: list[tuple[str, Change, str]] = [
    ("fewer files than it says", attribute("count", 4), "listed 3 of the pull request's 4 files"),
    ("more files than it says", attribute("count", 2), "listed 3 of the pull request's 2 files"),
    ("more files than it lists of any", attribute("count", 3001), "changes 3001 files, and GitHub's API lists no more than 3000"),
    ("another head by now", attribute("head", "5" * 40), "has changed since this run began"),
    ("another head while it was read", shrinking, "has changed since this run began"),
    ("a file that is not there", files(listed("ghost.py", "added")), "are not those that are checked out"),
    ("a removed file that is there", files(listed("a.txt", "removed")), "are not those that are checked out"),
    ("a status that nobody knows", files(listed("a.txt", "unchanged")), "something that is not a changed file"),
    ("a file without a name", files({"status": "added"}), "something that is not a changed file"),
    ("a name that JSON can't hold", files(listed("\ufffd.py", "added")), "can't tell the name of a file"),
    ("a rename without its other name", files(listed("moved.py", "renamed")), "can't tell the name of a file"),
    ("a list that is none", reply("/files", Reply(200, {"message": "?"})), "no list of files"),
    ("no JSON", reply("/files", Reply(200, b"<html>")), "something that is not JSON"),
    ("no count", reply("/pulls/1", Reply(200, {"head": {}})), "did not say how many files"),
    ("no access", reply("/pulls", Reply(404, {})), "answered 404: the token may not read"),
    ("a bad token", reply("/pulls", Reply(401, {})), "answered 401: the token may not read"),
    ("no permission", reply("/pulls", Reply(403, {})), "answered 403: the token may not read"),
    ("the hourly limit", reply("/pulls", Reply(403, {}, LIMITED)), "limits how often it is asked (403)"),
    ("the hourly limit, told otherwise", reply("/pulls", Reply(429, {}, LIMITED)), "limits how often it is asked (429)"),
    ("the other limit", reply("/pulls", Reply(429, {}, {"retry-after": "600"})), "limits how often it is asked"),
    ("trouble", reply("/pulls", Reply(502, {})), "answered 502, 2 times"),
]


@pytest.mark.parametrize(("change", "doubt"), [row[1:] for row in DOUBTS], ids=[row[0] for row in DOUBTS])
def test_any_doubt_is_everything(host: Host, api: GitHubApi, change: Change, doubt: str) -> None:
    change(api)
    said, base = looked(host, api, cut_off(host, host.merge))
    assert doubt in str(said)
    assert "is not here: the remote did not hand it out" in str(said)
    assert base == ""


def test_of_another_checkout_nothing_is_asked(host: Host, api: GitHubApi) -> None:
    """The list is the pull request's; what is here is another commit on top of it."""
    clone = cut_off(host, host.topic[1])
    clone.write("b.txt", "formatted\n")
    clone.commit()
    assert "is not here" in str(looked(host, api, clone)[0])
    assert api.asked == []


def test_where_git_answers_nothing_is_asked(host: Host, api: GitHubApi) -> None:
    assert looked(host, api, host.checked_out(host.merge))[0] == host.changes
    assert api.asked == []


def test_renames_are_two_paths_and_pages_are_read_to_the_end(api: GitHubApi) -> None:
    api.files = [listed(f"f{number:04}", "added") for number in range(250)]
    api.files += [listed("to", "renamed", "from"), listed("f-copy", "copied"), listed("one", "renamed", "two"), listed("two", "renamed", "one")]
    api.count = len(api.files)
    found = dict(pulls(api).files(Pull(1, api.base, api.head)))
    assert len(found) == 255
    assert {name: found[name].value for name in ("from", "to", "f-copy", "one", "two")} == {
        "from": "deleted", "to": "added", "f-copy": "added", "one": "modified", "two": "modified",
    }  # fmt: skip
    assert len([path for path in api.asked if "/files" in path]) == 3


def test_three_thousand_are_all_there(api: GitHubApi) -> None:
    api.files = [listed(f"f{number:04}", "modified") for number in range(3000)]
    api.count = 3000
    assert len(pulls(api).files(Pull(1, api.base, api.head))) == 3000


@pytest.mark.parametrize("said", ["", "main", "5" * 39, None, 7])
def test_a_merge_base_that_is_no_commit_is_none(api: GitHubApi, said: object) -> None:
    api.intercept = lambda _: Reply(200, {"merge_base_commit": {"sha": said}})
    with pytest.raises(StoreError, match="did not say where"):
        pulls(api).merge_base(api.base, api.head)


def test_a_doubt_is_never_taken_for_a_list() -> None:
    """What all rows here rest on."""
    assert not agrees(ChangeSet(base="", touched=(), complete=False, doubt="why"), {})
    assert not agrees(ChangeSet(base="x", touched=(), complete=True), "why")

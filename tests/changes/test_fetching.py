"""What a shallow clone lacks is fetched beside it: little, bounded, asked of nobody, and nothing of it stays."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event as Signal

import pytest

from ftaction.edge.changes import change_set
from ftaction.edge.changes_fetch import USUAL, Bounds, Limits, Scratch
from ftaction.model.base import Base, Exactly, Since
from ftaction.model.change import ChangeSet
from tests.changes.long import Long, long
from tests.changes.scene import Host, door, told
from tests.support.git_server import GITHUB, GitServer, Seen, bare
from tests.support.repository import TestRepository

COMMITS = 10_000
MIB = 1 << 20


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Long:
    return long(tmp_path_factory.mktemp("long") / "work", COMMITS, 2_000, 300)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer(tmp_path / "served") as running:
        yield running


def checked_out(server: GitServer, folder: Path, commit: str, depth: int = 1) -> TestRepository:
    """As actions/checkout does it."""
    clone = TestRepository(folder)
    clone.git("remote", "add", "origin", f"{server.address}/r.git")
    clone.git("fetch", "--quiet", "--no-tags", "--prune", f"--depth={depth}", "origin", f"+{commit}:refs/remotes/pull/1/merge")
    clone.git("checkout", "--quiet", "--force", "refs/remotes/pull/1/merge")
    server.seen.clear()
    return clone


def look(clone: TestRepository, base: Base, limits: Limits = USUAL, variables: Mapping[str, str] | None = None) -> ChangeSet:
    return change_set(door(clone.root, clone.environment), base, variables or {}, limits=limits)


def everything_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


MERGED = {"d01/s1/f00001.txt": "M", "d02/s2/f00002.txt": "M", "new/of/topic.txt": "A"}


def test_the_base_of_a_merge_commit_takes_next_to_nothing(tmp_path: Path, server: GitServer, history: Long) -> None:
    bare(history.work.root, server.folder / "r.git")
    clone = checked_out(server, tmp_path / "clone", history.merge)
    before = everything_in(clone.root / ".git")
    found = look(clone, Exactly(history.main))
    print(f"\nmerge commit at depth 1 of {COMMITS} commits: {server.received} bytes in {len(server.seen)} answers")
    assert told(found) == MERGED
    assert server.received < 10_000
    assert everything_in(clone.root / ".git") == before


@pytest.mark.parametrize("depth", [1, 50])
def test_a_merge_base_takes_commits_alone_and_no_more_than_lead_to_it(tmp_path: Path, server: GitServer, history: Long, depth: int) -> None:
    bare(history.work.root, server.folder / "r.git")
    clone = checked_out(server, tmp_path / "clone", history.topic, depth)
    before = everything_in(clone.root / ".git")
    found = look(clone, Since(commit=history.main))
    print(f"\nhead at depth {depth} of {COMMITS} commits, 300 behind: {server.received} bytes in {len(server.seen)} answers")
    assert (told(found), found.base) == (MERGED, history.parting)
    assert server.received < MIB
    assert everything_in(clone.root / ".git") == before


def test_a_merge_base_far_away_takes_less_than_a_mebibyte(tmp_path: Path, server: GitServer) -> None:
    far = long(tmp_path / "far", COMMITS, 100, 1_900)
    bare(far.work.root, server.folder / "r.git")
    clone = checked_out(server, tmp_path / "clone", far.topic)
    found = look(clone, Since(commit=far.main))
    print(f"\nhead at depth 1 of {COMMITS} commits, 1,900 behind: {server.received} bytes in {len(server.seen)} answers")
    assert found.base == far.parting
    assert server.received < MIB


def small(host: Host, server: GitServer, settings: dict[str, str] = GITHUB) -> None:
    bare(host.work.root, server.folder / "r.git", settings)


def test_a_server_without_filters_gives_the_same(tmp_path: Path, server: GitServer, host: Host) -> None:
    small(host, server, {"uploadpack.allowAnySHA1InWant": "true"})
    cases: list[tuple[str, Base]] = [(host.merge, Exactly(host.main[5])), (host.topic[1], Since(commit=host.main[5]))]
    for number, (commit, base) in enumerate(cases):
        clone = checked_out(server, tmp_path / f"clone-{number}", commit)
        before = everything_in(clone.root / ".git")
        assert told(look(clone, base)) == host.changes
        assert everything_in(clone.root / ".git") == before


def test_a_server_that_hands_out_tips_alone_is_believed(tmp_path: Path, server: GitServer, host: Host) -> None:
    small(host, server, {"uploadpack.allowFilter": "true", "uploadpack.allowAnySHA1InWant": "false", "protocol.version": "0"})
    clone = checked_out(server, tmp_path / "clone", host.merge)
    clone.git("config", "protocol.version", "0")
    assert told(look(clone, Exactly(host.main[5]))) == host.changes, "the tip of main"
    assert "is not here: the remote did not hand it out" in str(told(look(clone, Exactly(host.main[4]))))


def test_the_clones_own_header_is_sent_once(tmp_path: Path, server: GitServer, host: Host) -> None:
    """As actions/checkout leaves its token up to version 5."""
    small(host, server)
    clone = checked_out(server, tmp_path / "clone", host.merge)
    clone.git("config", f"http.{server.address}/.extraheader", "AUTHORIZATION: basic c2VjcmV0")
    assert told(look(clone, Exactly(host.main[5]))) == host.changes
    assert {one.authorization for one in server.seen} == {"basic c2VjcmV0"}


def test_a_header_that_is_included_for_this_clone_is_sent(tmp_path: Path, server: GitServer, host: Host) -> None:
    """As actions/checkout leaves its token from version 6 on: in a file that `includeIf.gitdir` names."""
    small(host, server)
    clone = checked_out(server, tmp_path / "clone", host.merge)
    (tmp_path / "token.config").write_text(f'[http "{server.address}/"]\n\textraheader = AUTHORIZATION: basic c2VjcmV0\n')
    clone.git("config", f"includeIf.gitdir:{clone.root}/.git.path", str(tmp_path / "token.config"))
    assert told(look(clone, Exactly(host.main[5]))) == host.changes
    assert {one.authorization for one in server.seen} == {"basic c2VjcmV0"}


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_server_that_refuses_is_a_doubt_and_nobody_is_asked(tmp_path: Path, server: GitServer, host: Host, status: int) -> None:
    small(host, server)
    clone = checked_out(server, tmp_path / "clone", host.merge)
    asked = clone.write("../ask.sh", f"#!/bin/sh\ntouch {tmp_path}/asked\n", 0o755)
    server.refuse = lambda _: status
    found = look(clone, Exactly(host.main[5]), variables={"GIT_ASKPASS": str(asked), "SSH_ASKPASS": str(asked)})
    assert "is not here: the remote did not hand it out" in found.doubt
    assert server.address not in found.doubt, "an address may hold a password"
    assert not (tmp_path / "asked").exists()


def test_a_server_that_never_answers_takes_no_longer_than_the_limit(tmp_path: Path, host: Host) -> None:
    released = Signal()

    def hold(_: Seen) -> int:
        released.wait()
        return 503

    with GitServer(tmp_path / "served") as server:
        small(host, server)
        clone = checked_out(server, tmp_path / "clone", host.merge)
        server.refuse = hold
        began = time.monotonic()
        try:
            assert "fetching it took more than 0.5 s" in look(clone, Exactly(host.main[5]), Limits(seconds=0.5)).doubt
        finally:
            released.set()
        assert time.monotonic() - began < 30


def test_more_than_the_limit_is_a_doubt(tmp_path: Path, server: GitServer, host: Host) -> None:
    small(host, server)
    clone = checked_out(server, tmp_path / "clone", host.merge)
    assert "more than 0 MiB came" in look(clone, Exactly(host.main[5]), Limits(size=10)).doubt


def test_the_clones_settings_and_hooks_run_nothing_and_change_nothing(tmp_path: Path, server: GitServer, host: Host) -> None:
    host.work.git("tag", "v1", host.main[5])
    small(host, server)
    clone = checked_out(server, tmp_path / "clone", host.merge)
    script = str(clone.write("../run.sh", f"#!/bin/sh\ntouch {tmp_path}/ran\n", 0o755))
    for name in ("reference-transaction", "post-checkout", "pre-auto-gc"):
        clone.write(f".git/hooks/{name}", f"#!/bin/sh\ntouch {tmp_path}/ran\n", 0o755)
    settings = {
        "core.alternateRefsCommand": script, "core.hooksPath": str(clone.root / ".git/hooks"), "core.fsmonitor": script, "gc.auto": "1", "fetch.prune": "true",
        "fetch.recurseSubmodules": "true", "fetch.negotiationAlgorithm": "noop", "fetch.writeCommitGraph": "true", "remote.origin.tagOpt": "--tags",
        "remote.origin.fetch": "+refs/*:refs/mine/*", "remote.origin.mirror": "true", "fetch.output": "full", "remote.origin.prune": "true",
        "credential.helper": f"!{script}",
    }  # fmt: skip
    for name, value in settings.items():
        clone.git("config", name, value)
    (tmp_path / "ran").unlink(missing_ok=True)
    before = everything_in(clone.root / ".git")
    assert told(look(clone, Exactly(host.main[5]))) == host.changes
    assert everything_in(clone.root / ".git") == before
    assert not (tmp_path / "ran").exists()


def test_nothing_is_left_of_what_was_fetched(tmp_path: Path, host: Host) -> None:
    clone = host.checked_out(host.merge)
    scratch = Scratch(door(clone.root, clone.environment), {}, Bounds(USUAL, time.monotonic() + 60, time.monotonic), wide=False)
    assert Path(scratch.folder).parent == Path(tempfile.gettempdir())
    scratch.fetch("origin", [host.main[5]], kept="blob:none", depth=1)
    assert list(Path(scratch.folder).rglob("*.pack"))
    scratch.close()
    assert not Path(scratch.folder).exists()


def test_a_path_that_git_would_have_to_quote(tmp_path: Path, host: Host) -> None:
    clone = host.checked_out(host.merge)
    odd = clone.root.rename(tmp_path / 'a "b": \\c\n#d\té')
    clone.root = odd
    assert told(look(clone, Exactly(host.main[5]))) == host.changes

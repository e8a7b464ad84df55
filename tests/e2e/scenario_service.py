"""Memory across runs in the container as GitHub's runner starts it, with version 2 of the cache service: see `service.py`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.e2e import runner
from tests.e2e.moment import Begun
from tests.e2e.repository import commit, create, owned_by_others, write
from tests.e2e.runner import Job
from tests.e2e.service import PUSH, RUNNER, SECRET, Started, pull_request, service
from tests.support.cache_entries import MAIN

CHECKS = """\
version: 1
checks:
  a:
    run: cat a.txt
    inputs: [a.txt]
  b:
    run: cat b.txt
    inputs: [b.txt]
"""
FILES = {".gitignore": "begun\n", ".firsttry.yml": CHECKS, "a.txt": "a\n", "b.txt": "b\n"}


def run(job: Job) -> tuple[list[str], list[str]]:
    """A job from beginning to end, the post step in a container of its own. What ran and what was replayed."""
    finished = runner.run(job)
    assert finished.code == 0, finished.log
    after = runner.run(runner.post_step(job))
    assert (after.code, _told(after.log)) == (0, ""), after.log
    for log in (finished.log, job.file("GITHUB_STEP_SUMMARY")):
        assert SECRET not in log
        assert "sig=" not in _told(log), "the address of a blob is as good as a token"
    assert owned_by_others(job.folder, RUNNER.uid) == owned_by_others(job.workspace, RUNNER.uid) == []
    return job.names("ran"), job.names("replayed")


def _told(log: str) -> str:
    """What people see: not the lines that tell the runner what to hide."""
    return "\n".join(line for line in log.splitlines() if not line.startswith("::add-mask::"))


def change(repository: Path, name: str) -> None:
    write(repository, {name: (repository / name).read_text(encoding="utf-8") + "changed\n"})
    commit(repository, f"Change {name}")


def test_cold_saves_then_all_is_replayed_then_what_a_change_touches_runs(tmp_path: Path, action_image: str) -> None:
    with service(tmp_path, action_image, create(tmp_path / "repository", FILES, action=False)) as jobs:
        first = jobs.job()
        assert run(first) == (["a", "b"], [])
        assert "Saved the bundle of main" in first.file("GITHUB_STEP_SUMMARY")
        second = jobs.job()
        assert run(second) == ([], ["a", "b"])
        assert "Restored the bundle of main" in second.file("GITHUB_STEP_SUMMARY")
        assert "Saved" not in second.file("GITHUB_STEP_SUMMARY")
        change(jobs.repository, "a.txt")
        assert run(jobs.job()) == (["a"], ["b"])
        assert jobs.saved() == [MAIN, MAIN]


def test_each_event_reads_and_writes_what_the_table_says(tmp_path: Path, action_image: str) -> None:
    """One job after the other, on the same files but for one change; the tokens would permit more than the fork does."""
    same, fork = pull_request(5), pull_request(6, "stranger/repository")
    own = "refs/pull/5/merge"
    rows: list[tuple[str, Started, tuple[list[str], list[str]], list[str], str]] = [
        ("", PUSH, (["a", "b"], []), [MAIN], "a push to the default branch proves for all"),
        ("", same, ([], ["a", "b"]), [], "a pull request reads the default branch, and adds nothing where nothing is new"),
        ("a.txt", same, (["a"], ["b"]), [own], "what it proves goes to its own bundle"),
        ("", same, ([], ["a", "b"]), [], "which its next run reads"),
        ("", fork, (["a"], ["b"]), [], "a fork's reads the default branch alone, and writes nothing though it could"),
        ("", fork, (["a"], ["b"]), [], "so the same again"),
        ("", PUSH, (["a"], ["b"]), [MAIN], "what a pull request proved says nothing on the default branch"),
        ("", fork, ([], ["a", "b"]), [], "what the default branch proved counts for all"),
    ]
    with service(tmp_path, action_image, create(tmp_path / "repository", FILES, action=False)) as jobs:
        for changed, started, expected, adds, reason in rows:
            if changed:
                change(jobs.repository, changed)
            before = jobs.saved()
            assert run(jobs.job(started)) == expected, reason
            assert jobs.saved() == before + adds, reason


SLOW = CHECKS + "  slow:\n    run: echo begun >begun; sleep 86397.5\n    stage: slow\n"


@pytest.mark.parametrize("ended", ["kill", "stop"])
def test_what_had_passed_when_the_main_step_ended_is_replayed(tmp_path: Path, action_image: str, ended: str) -> None:
    """`docker kill` gives it no time at all; the post step saves what it left. `docker stop` is a cancelled job."""
    with service(tmp_path, action_image, create(tmp_path / "repository", FILES | {".firsttry.yml": SLOW}, action=False)) as jobs:
        job = jobs.job()
        begun = Begun(job.workspace / "begun")
        with runner.start(job) as process:
            begun.wait(process)
            subprocess.run(["docker", ended, job.name], check=True, stdout=subprocess.DEVNULL)
            output, _ = process.communicate(timeout=runner.TIMEOUT)
        assert process.returncode == {"kill": 137, "stop": 143}[ended], output
        after = runner.run(runner.post_step(job))
        assert (after.code, _told(after.log)) == (0, "")
        assert jobs.saved() == [MAIN]
        assert not list((job.folder / "_temp").glob("*ftaction-store-*")), "nothing of it stays on the runner"
        folders = [path for path in (job.folder, *job.folder.rglob("*")) if path.is_dir()]
        assert {path.stat().st_uid for path in folders} == {RUNNER.uid}, "else a runner that is not root could not clear them away"
        assert run(jobs.job(inputs={"checks": "a b"})) == ([], ["a", "b"])

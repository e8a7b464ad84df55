"""Whole jobs: the program as the action starts it, and the server in GitHub's place."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.gates import Gates
from tests.support.github_told import READ_ONLY, GitHubTold, Reply
from tests.support.job import Job
from tests.support.repository import TestRepository, committed

CHECKS = {
    "a": {"run": "cat a.txt", "inputs": ["a.txt"]},
    "b": {"run": "cat b.txt", "inputs": ["b.txt"], "needs": ["a"]},
    "c": {"run": "exit 3", "tool": "none", "stage": "slow"},
    "d": {"run": "true", "needs": ["c"], "tool": "none", "stage": "slow"},
}
Start = Callable[..., Job]


@pytest.fixture
def repository(ground: Path) -> TestRepository:
    return committed(ground / "repository", {"a.txt": "a\n", "b.txt": "b\n", ".firsttry.json": json.dumps({"version": 1, "checks": CHECKS})})


@pytest.fixture
def head(repository: TestRepository) -> str:
    return repository.git("rev-parse", "HEAD").decode().strip()


@pytest.fixture
def api(head: str) -> Iterator[GitHubTold]:
    with GitHubTold((head,)) as running:
        yield running
    assert running.invalid == []


@pytest.fixture
def job(ground: Path, repository: TestRepository, api: GitHubTold, head: str) -> Start:
    count = iter(range(100))
    given = {"GITHUB_API_URL": api.address, "INPUT_TOKEN": "ghs_secret", "GITHUB_SHA": head, "FTACTION_STORE": str(ground / "store")}

    def start(event: dict[str, Any] | None = None, **variables: str) -> Job:
        return Job(ground / f"job-{next(count)}", repository, given | variables, event or {})

    return start


ENDS = {"FirstTry / a": "success", "FirstTry / b": "success", "FirstTry / c": "failure", "FirstTry / d": "cancelled"}


def test_every_check_is_told_and_a_run_again_changes_what_is_there(job: Start, api: GitHubTold) -> None:
    first = job()
    done = first.run()
    assert (done.status, done.err, api.conclusions()) == (1, "", ENDS)
    again = job(GITHUB_RUN_ATTEMPT="2").run()
    assert (again.names("replayed"), again.err, api.conclusions()) == (["a", "b"], "", ENDS)
    assert api.one("FirstTry / a")["output"]["title"].startswith("replayed: proved on main")
    asked = len(api.asked)
    assert (first.post().status, len(api.asked)) == (0, asked), "the post step has nothing to do"


def pull_request(head: str, **more: Any) -> dict[str, Any]:
    full = {"full_name": "org/repository"}
    return {"pull_request": {"number": 9, "head": {"sha": head, "repo": full}, "base": {"sha": "b" * 40, "repo": full}, **more}}


PULL = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/9/merge"}


def test_a_pull_request_has_them_at_its_head_and_one_comment(job: Start, api: GitHubTold, repository: TestRepository, head: str) -> None:
    repository.git("checkout", "--quiet", "--detach")
    merge = repository.commit("as GitHub merges it")
    for attempt in "12":
        done = job(pull_request(head), **PULL, GITHUB_SHA=merge, GITHUB_RUN_ATTEMPT=attempt, INPUT_COMMENT="true").run()
        assert done.err == ""
    assert api.conclusions() == ENDS
    (comment,) = api.comments.values()
    assert "**c** failed (3)" in comment["body"]


NOTHING: list[tuple[str, dict[str, str]]] = [
    ("no token", {"INPUT_TOKEN": ""}),
    ("switched off", {"INPUT_STATUS-CHECKS": "false"}),
    ("act", {"ACT": "true"}),
    ("another commit is checked out", {"GITHUB_SHA": "c" * 40}),
    ("the base's files", {"GITHUB_EVENT_NAME": "pull_request_target", "INPUT_COMMENT": "true"}),
    ("outside of a workflow", {"GITHUB_ACTIONS": "false"}),
]


@pytest.mark.parametrize("variables", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_github_is_asked_nothing(job: Start, api: GitHubTold, variables: dict[str, str]) -> None:
    one = job(pull_request("d" * 40), **variables)
    assert one.run(*([] if "GITHUB_ACTIONS" not in variables else ["run"])).err == ""
    one.post()
    assert api.asked == []


def test_a_comment_where_there_is_no_pull_request_is_none(job: Start, api: GitHubTold) -> None:
    job(**{"INPUT_COMMENT": "true", "INPUT_STATUS-CHECKS": "false"}).run()
    assert api.asked == []


def test_a_job_of_a_matrix_has_names_of_its_own(job: Start, api: GitHubTold) -> None:
    for python in ("3.12", "3.13"):
        job(INPUT_MATRIX=json.dumps({"python": python}, indent=2), INPUT_CHECKS="a").run()
    job(**{"INPUT_STATUS-CHECKS": "Linux", "INPUT_CHECKS": "a"}).run()
    assert list(api.conclusions()) == ["FirstTry / a (3.12)", "FirstTry / a (3.13)", "Linux / a"]


def test_a_fork_has_summary_and_annotations_all_the_same_and_no_noise(job: Start, api: GitHubTold) -> None:
    api.intercept = lambda asked: Reply(403, READ_ONLY) if asked.writes else None
    event = {"pull_request": {"number": 9, "head": {"sha": api.commits[0], "repo": {"full_name": "else/where"}}, "base": {"sha": "b" * 40}}}
    done = job(event, **PULL, **{"INPUT_STATUS-CHECKS": "Ours", "INPUT_COMMENT": "true"}).run()
    assert (done.status, done.err) == (1, "")
    assert "FirstTry failed" in done.summary
    assert "::error title=FirstTry / c::" in done.out


def test_github_in_trouble_changes_no_verdict(job: Start, api: GitHubTold) -> None:
    api.intercept = lambda _: Reply(429, {}, {"retry-after": "900"})
    done = job().run()
    assert (done.status, sorted(done.outputs)) == (1, sorted(job(**{"INPUT_STATUS-CHECKS": "false"}).run().outputs))
    assert done.err == "ftaction: 4 status checks could not be told to GitHub: GitHub's API limits how often it is asked (429)\n"


@pytest.fixture
def slow(repository: TestRepository, ground: Path, api: GitHubTold) -> Gates:
    """One check that waits, in the commit that the jobs are of."""
    gates = Gates(ground / "gates")
    checks = {
        "a": CHECKS["a"],
        "slow": {"run": gates.command("slow"), "stage": "slow", "tool": "none"},
        "late": {"run": "true", "needs": ["slow"], "tool": "none"},
    }
    repository.write(".firsttry.json", json.dumps({"version": 1, "checks": checks}))
    api.commits = (repository.commit(),)
    return gates


def test_a_cancelled_job_leaves_nothing_open(job: Start, api: GitHubTold, slow: Gates) -> None:
    with job(GITHUB_SHA=api.commits[0]).start("action") as process:
        slow.wait("slow")
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 130
    assert api.conclusions() == {"FirstTry / a": "success", "FirstTry / slow": "cancelled", "FirstTry / late": "cancelled"}


def test_what_a_killed_job_left_open_the_post_step_ends(job: Start, api: GitHubTold, slow: Gates) -> None:
    killed = job(GITHUB_SHA=api.commits[0])
    with killed.start("action") as process:
        slow.wait("slow")
        with api.lock:
            assert api.lock.wait_for(lambda: api.named("FirstTry / slow") and api.conclusions()["FirstTry / a"], timeout=60)
        process.kill()
        slow.release("slow")
        process.communicate()
    assert api.one("FirstTry / slow")["status"] == "in_progress"
    done = killed.post()
    assert (done.status, done.err) == (0, "")
    assert api.conclusions()["FirstTry / slow"] == "cancelled"
    assert api.conclusions()["FirstTry / a"] == "success"

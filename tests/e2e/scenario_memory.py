"""Memory across runs under act, with act's own cache server (version 1): each run in a fresh clone, and no store is named.

The image is built once for all of them; that act builds it from the Dockerfile is for `scenario_workflows.py` to show.
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.e2e import act
from tests.e2e.repository import SHOW_OUTPUTS, clone, commit, create, workflow, write

WORKFLOW = ".github/workflows/verify.yml"
TWO_CHECKS = """\
version: 1
checks:
  lint:
    run: grep -q good a.txt || { echo a.txt has no good word; false; }
    inputs: [a.txt]
  words:
    run: test "$(wc -l <b.txt)" -lt 9
    inputs: [b.txt]
"""
PARTS = ("alpha", "beta", "gamma")
ROUNDS = 2


@pytest.fixture
def caches(tmp_path: Path) -> act.Caches:
    return act.Caches(folder=tmp_path / "caches")


def in_a_clone(repository: Path, name: str, home: Path, image: str, caches: act.Caches) -> act.ActRun:
    return act.run(clone(repository, repository.parent / name), home, image, caches)


def test_cold_saves_then_all_is_replayed_then_what_a_change_touches_runs(
    tmp_path: Path, home: Path, job_image: str, action_image: str, caches: act.Caches
) -> None:
    files = {".firsttry.yml": TWO_CHECKS, "a.txt": "good\n", "b.txt": "few\n", WORKFLOW: workflow({})}
    repository = create(tmp_path / "repository", files, image=action_image)

    first = in_a_clone(repository, "first", home, job_image, caches)
    assert first.code == 0, first.log
    assert (first.names("ran"), first.names("replayed")) == (["lint", "words"], [])
    assert "Saved the bundle of main" in first.summary, first.log
    assert "Restored" not in first.summary, "act's cache server was to be empty"

    second = in_a_clone(repository, "second", home, job_image, caches)
    assert second.code == 0, second.log
    assert (second.outputs["verdict"], second.names("ran"), second.names("replayed")) == ("passed", [], ["lint", "words"])
    assert "Restored the bundle of main" in second.summary, second.log
    assert second.summary.count("proved on main") == 2, second.summary
    assert "Saved" not in second.summary, "nothing new was proved"
    assert "Restored the bundle of main" in second.log.replace(second.summary, "")

    write(repository, {"a.txt": "good again\n"})
    commit(repository, "Change an input")
    third = in_a_clone(repository, "third", home, job_image, caches)
    assert third.code == 0, third.log
    assert (third.names("ran"), third.names("replayed")) == (["lint"], ["words"])
    assert "a.txt modified" in third.summary


def test_what_parallel_jobs_proved_is_known_to_the_next(tmp_path: Path, home: Path, job_image: str, action_image: str, caches: act.Caches) -> None:
    """Each job of a matrix proves another check and saves at about the same second; the job after them knows all of it.

    More than once, because which of them is the newest is chance: act's server counts whole seconds and takes duplicates.
    """
    checks = {part: f"  {part}:\n    run: cat {part}.txt\n    inputs: [{part}.txt]\n" for part in PARTS}
    text = workflow({"checks": "${{ matrix.part }}"}, matrix=PARTS) + _job_after("verify")
    files = {".firsttry.yml": "version: 1\nchecks:\n" + "".join(checks.values()), WORKFLOW: text}
    repository = create(tmp_path / "repository", {**files, **{f"{part}.txt": "0\n" for part in PARTS}}, image=action_image)
    for number in range(1, ROUNDS + 1):
        run = act.run(clone(repository, tmp_path / f"round-{number}"), home, job_image, caches, bind=False)
        assert run.code == 0, run.log
        *parallel, after = run.all_outputs
        assert sorted(outputs["ran"] for outputs in parallel) == [f'["{part}"]' for part in PARTS], (number, run.log)
        assert (after["ran"], run.names("replayed")) == ("[]", list(PARTS)), (number, run.log)
        write(repository, {f"{part}.txt": f"{number}\n" for part in PARTS})
        commit(repository, "Change everything")


def _job_after(job: str) -> str:
    steps = "    steps:\n      - uses: actions/checkout@v4\n      - id: firsttry\n        uses: ./.firsttry-action\n"
    return f"  after:\n    needs: [{job}]\n    runs-on: ubuntu-latest\n{steps}{SHOW_OUTPUTS}"


def test_a_pass_beside_a_failure_is_replayed_where_the_results_address_knows_no_cache(tmp_path: Path, home: Path, job_image: str, action_image: str) -> None:
    """With act's artifact server the job has a token and ACTIONS_RESULTS_URL, but no version 2 of the cache service behind it."""
    caches = act.Caches(folder=tmp_path / "caches", artifacts=tmp_path / "artifacts", artifacts_port=_free_port())
    files = {".firsttry.yml": TWO_CHECKS, "a.txt": "bad\n", "b.txt": "few\n", WORKFLOW: workflow({})}
    repository = create(tmp_path / "repository", files, image=action_image)

    first = in_a_clone(repository, "first", home, job_image, caches)
    assert first.code == 1, first.log
    assert (first.names("ran"), first.names("failed")) == (["lint", "words"], ["lint"])
    assert "Saved the bundle of main" in first.summary, first.log

    second = in_a_clone(repository, "second", home, job_image, caches)
    assert second.code == 1, second.log
    assert (second.names("ran"), second.names("failed"), second.names("replayed")) == (["lint"], ["lint"], ["words"])
    assert "Restored the bundle of main" in second.summary
    assert "a.txt has no good word" in second.log


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("", 0))
        port: int = listening.getsockname()[1]
        return port

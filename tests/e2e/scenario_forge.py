"""What a check can do to the memory of later steps and runs, in the container as GitHub's runner starts it: nothing. See `forge.py`."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from ftaction import stores
from tests.e2e import runner
from tests.e2e.moment import Begun
from tests.e2e.repository import commit, create, write
from tests.e2e.runner import Job
from tests.e2e.service import PUSH, RUNNER, SECRET, Service, service, serving

HERE = Path(__file__).parent
KEY = f"hmac:{b64encode(SECRET.encode()).decode()}"
CHECKS = """\
version: 1
checks:
  forger:
    run: /opt/firsttry/bin/python forge.py {options}
    inputs: [forge.py]
    on_change: keep
  victim:
    run: "false"
    inputs: [README.md]
"""
FORGED = {
    "README.md": "Nothing.\n",
    ".gitignore": "outcomes.json\nby-git\nbegun\n.planted/\n.store/\n",
    "forge.py": (HERE / "forge.py").read_text(encoding="utf-8"),
}


def repository(folder: Path, options: str) -> Path:
    return create(folder / "repository", {**FORGED, ".firsttry.yml": CHECKS.replace("{options}", options)}, action=False)


def outside(job: Job, user: int, *arguments: str) -> None:
    """The same program without FirstTry around it."""
    position = job.command.index("--rm")
    python = ("--entrypoint", "/opt/firsttry/bin/python", "--user", str(user))
    bare = [*job.command[:position], *python, *job.command[position:], "forge.py", *arguments]
    subprocess.run(bare, check=True, timeout=runner.TIMEOUT)


def victim(job: Job) -> Outcome:
    """How a step ends that is asked for the victim."""
    finished = runner.run(job)
    assert job.file("GITHUB_OUTPUT"), finished.log
    return finished.code, job.names("ran"), job.names("replayed")


Outcome = tuple[int, list[str], list[str]]  # code, what ran, what was replayed
FAILS: Outcome = (1, ["victim"], [])
REPLAYED: Outcome = (0, [], ["victim"])


def test_the_forging_is_right_where_root_does_it(tmp_path: Path, action_image: str) -> None:
    """What a post step finds in a folder of root's it believes; else the silence of all other tests would prove nothing."""
    with service(tmp_path, action_image, repository(tmp_path, "")) as jobs:
        job = jobs.job(inputs={"checks": "victim"})
        assert victim(job) == FAILS
        outside(job, 0, "--left-over", stores._job(job.variables))
        assert runner.run(runner.post_step(job)).code == 0
        assert victim(jobs.job(inputs={"checks": "victim"})) == REPLAYED


def test_the_forging_is_right_where_a_step_of_the_job_does_it(tmp_path: Path, action_image: str) -> None:
    """A step of its own may tell later steps of the job anything: that is the runner's rule, and no check is a step."""
    with service(tmp_path, action_image, repository(tmp_path, "")) as jobs:
        job = jobs.job()
        outside(job, 1001)
        later = runner.later_step(job, {"INPUT_CHECKS": "victim"})
        assert later.variables["FTACTION_STORE"] == "/github/workspace/.planted"
        assert victim(later) == REPLAYED


ENDINGS = ["by itself", "killed"]


@pytest.mark.parametrize("ended", ENDINGS)
def test_what_a_check_forges_is_believed_by_nobody(tmp_path: Path, action_image: str, ended: str) -> None:
    """Not by the post step, not by a later step of the same job, not by the next job; however the main step ended."""
    with serving(tmp_path / "server") as url:
        options = f"--service {url} {'--begun begun' if ended == 'killed' else ''}"
        jobs = Service(folder=tmp_path, url=url, image=action_image, repository=repository(tmp_path, options))
        told = jobs.job(inputs={"checks": "forger"})
        _let_it_forge(told, ended)
        outcomes = json.loads((told.workspace / "outcomes.json").read_text(encoding="utf-8"))
        assert [name for name, problem in outcomes.items() if "CacheEntry" in name and "401" not in problem] == [], outcomes
        assert told.values("GITHUB_ENV") == {}
        assert told.file("GITHUB_PATH") == ""
        assert "forged" not in told.file("GITHUB_OUTPUT") + told.file("GITHUB_STATE") + told.file("GITHUB_STEP_SUMMARY")
        event = json.loads((told.folder / "_temp" / "_github_workflow" / "event.json").read_text(encoding="utf-8"))
        assert event == PUSH.event
        later = runner.later_step(told, {"INPUT_CHECKS": "victim"})
        assert victim(later) == FAILS
        by_git = told.workspace / "by-git"
        told_by_git = by_git.read_text(encoding="utf-8") if by_git.exists() else ""
        assert "\n0\n" not in f"\n{told_by_git}", "a program of the check's ran as root"
        assert SECRET not in told_by_git
        assert outcomes["git"] == ""
        for step in (later, told):
            assert runner.run(runner.post_step(step, later)).code == 0
        assert victim(jobs.job(inputs={"checks": "victim"})) == FAILS


WITHOUT = [({}, "in HOME, where nothing else is offered"), ({"store": ".store"}, "in a store of the workspace, whose folder is in the check's reach")]


@pytest.mark.parametrize(("inputs", "reason"), WITHOUT, ids=[row[1] for row in WITHOUT])
def test_what_a_check_forges_is_not_believed_without_a_cache_service(tmp_path: Path, action_image: str, inputs: dict[str, str], reason: str) -> None:
    jobs = Service(folder=tmp_path, url="", image=action_image, repository=repository(tmp_path, ""))
    told = jobs.job(inputs={**inputs, "checks": "forger"})
    _let_it_forge(told, "by itself")
    outcomes = json.loads((told.workspace / "outcomes.json").read_text(encoding="utf-8"))
    tried = ".store: in its place" if inputs else "home"
    assert outcomes[tried] == "", "it was not even tried"
    later = runner.later_step(told, {"INPUT_CHECKS": "victim", **{f"INPUT_{name.upper()}": value for name, value in inputs.items()}})
    assert victim(later) == FAILS, reason


def test_a_hunt_for_what_opens_the_memory_finds_nothing(tmp_path: Path, action_image: str) -> None:
    """While the program holds both: it has just restored a bundle, whose signature it checked, and will sign one. The check asks for all variables."""
    check = 'version: 1\nchecks:\n  hunt:\n    run: python3 hunt.py --engine\n    env: ["*"]\n    inputs: [hunt.py, seed]\n'
    files = {".firsttry.yml": check, "hunt.py": (HERE / "hunt.py").read_text(encoding="utf-8"), "seed": "1\n"}
    with service(tmp_path, action_image, create(tmp_path / "repository", files, action=False)) as jobs:
        for seed in ("1", "2"):
            write(jobs.repository, {"seed": f"{seed}\n"})
            commit(jobs.repository, "Sow") if seed == "2" else None
            job = jobs.job(inputs={"signing-key": KEY})
            job = replace(job, variables={**job.variables, "FTACTION_SIGNING_KEY": KEY, "GITHUB_TOKEN": SECRET})
            finished = runner.run(job)
            assert finished.code == 0, finished.log
            assert job.names("ran") == ["hunt"]
            report = json.loads((job.workspace / job.outputs["report"]).read_text(encoding="utf-8"))
            log = next((job.folder / "_temp").glob("firsttry-*/hunt.log")).read_text(encoding="utf-8")
            assert (json.loads(log)["uid"], json.loads(log)["looked"] > 100) == (RUNNER.uid, True), report
        assert "Restored the bundle of main" in job.file("GITHUB_STEP_SUMMARY")
        assert jobs.saved() == ["refs/heads/main"] * 2


def _let_it_forge(job: Job, ended: str) -> None:
    if ended == "by itself":
        finished = runner.run(job)
        assert finished.code == 0, finished.log
        return
    begun = Begun(job.workspace / "begun")
    with runner.start(job) as process:
        begun.wait(process)
        subprocess.run(["docker", "kill", job.name], check=True, stdout=subprocess.DEVNULL)
        process.communicate(timeout=runner.TIMEOUT)
    assert process.returncode == 137

"""A real repository under act: a push to main is watched whole, then a pull request that touches one module runs the tests of that module.

Each job is a fresh checkout at depth 1 with act's own cache server between them; nothing else goes from one to the next.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.changes.scene import Host
from tests.e2e import act
from tests.e2e.act import ActRun, Caches, Event
from tests.e2e.hosted import serving
from tests.e2e.repository import action_of, workflow
from tests.support.golden import Golden

HERE = Path(__file__).parent
MODULE, BODY = "boltons/mathutils.py", "    return min(max(x, lower), upper)\n"
EDIT, FAULT = "    raised = max(x, lower)\n    return min(raised, upper)\n", "    return max(x, lower)\n"
TESTS = 519  # of all modules
CHECKS = """\
version: 1
checks:
  environment:
    run: uv venv --quiet --allow-existing .venv && uv pip install --quiet --python .venv -r requirements.txt
    inputs: [requirements.txt]
    outputs: [.venv]
  test:
    run: .venv/bin/python -m pytest -q -p no:cacheprovider
    needs: [environment]
"""
OURS = {".firsttry.yml": CHECKS, "requirements.txt": "pytest==9.2.0\n", ".gitignore": ".venv/\n__pycache__/\n"}
CHANGING = [
    (r"\d+(\.\d+)?(?: |&nbsp;)?(ms|s|min)\b", "TIME"),
    (r" (?:One more|More) worker slots?\b[^\n]*", ""),  # a word on it depends on how long the run took
    (r"\d+(\.\d+)? (KB|MB)\b", "SIZE"),
    (r"\d+% of their time", "N% of their time"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "DATE"),
    (r"\b[0-9a-f]{9,12}\b", "DIGEST"),
    (r"(?m)(?<=\S) {2,}(?=\S)", "  "),  # columns are as wide as times are long
    (r"(?m)^(.{120}).*…$", r"\1…"),  # and so is what is cut
]


def published(folder: Path) -> dict[str, str]:
    """The repository's files, from the source archive that it publishes."""
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, "--requirement", str(HERE / "boltons.txt")], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(folder / "files", filter="data")
    (root,) = (folder / "files").iterdir()
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in root.rglob("*") if path.is_file()}


def pull_request(at: Host, number: int, head: str) -> dict[str, object]:
    branch = {"ref": f"topic-{number}", "sha": head, "repo": {"full_name": "octo/demo"}}
    return {**at.pull_request(number=number, changed_files=1, head=branch), "number": number}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, home: Path, job_image: str, action_image: str) -> Iterator[dict[str, ActRun]]:
    """First the push to main; then the others, each with the memory that it left and no more."""
    folder = tmp_path_factory.mktemp("real")
    files = published(folder / "published")
    at = Host(folder / "host", more={**files, **OURS, **action_of(action_image)})
    main = at.main[5]
    good, bad = (at.on(main, {MODULE: files[MODULE].replace(BODY, body)}) for body in (EDIT, FAULT))
    merged_bad, merged = at.merged(main, bad), at.merged(main, good)
    later = {
        "pull request": (merged, "pull_request", pull_request(at, 1, good)),
        "fault": (merged_bad, "pull_request", pull_request(at, 2, bad)),
        "merge_group": (merged, "merge_group", at.merge_group(main, merged)),
        "schedule": (merged, "schedule", {"schedule": "0 0 * * *", **at.repository()}),
        "push": (merged, "push", at.push(main, merged, "refs/heads/main")),
    }
    with serving(at) as hosted, ThreadPoolExecutor(2) as pool:

        def job(name: str, commit: str, event: str, payload: dict[str, object]) -> ActRun:
            happened = Event(name=event, payload=payload, workflow=workflow({}, events=[event]))
            return act.run(clones[name], home, job_image, Caches(folder=folder / "caches" / name), event=happened)

        clones = {name: hosted.checked_out(commit) for name, (commit, _, _) in later.items()} | {"main": hosted.checked_out(main)}
        first = job("main", main, "push", at.push(at.main[4], main, "refs/heads/main"))
        for name in later:
            shutil.copytree(folder / "caches" / "main", folder / "caches" / name)
        yield {"main": first, **dict(zip(later, pool.map(lambda name: job(name, *later[name]), later), strict=True))}


def told(run: ActRun) -> str:
    """The log of our step and the job summary, without what differs from run to run."""
    text = f"{run.printed('.firsttry-action')}\n=== summary ===\n{run.summary}"
    for pattern, word in CHANGING:
        text = re.sub(pattern, word, text)
    return text


def test_a_push_to_main_runs_everything_and_is_watched(runs: dict[str, ActRun]) -> None:
    run = runs["main"]
    assert (run.code, run.names("ran")) == (0, ["environment", "test"]), run.log
    assert "all tests: final checkpoint" in run.summary
    assert f"{TESTS} passed in" in run.log


def test_a_pull_request_runs_the_tests_of_its_module(runs: dict[str, ActRun], golden: Golden) -> None:
    run = runs["pull request"]
    assert (run.code, run.names("ran"), run.names("replayed")) == (0, ["test"], ["environment"]), run.log
    assert (run.names("changed"), run.outputs["changed-complete"]) == ([MODULE], "true")
    golden("selection-pull-request.txt", told(run))


def test_a_fault_in_that_module_is_red(runs: dict[str, ActRun], golden: Golden) -> None:
    """Of the tests that were left out none would have said more."""
    run = runs["fault"]
    assert (run.code, run.names("failed")) == (1, ["test"]), run.log
    golden("selection-fault.txt", told(run))


@pytest.mark.parametrize("event", ["merge_group", "schedule", "push"])
def test_a_final_checkpoint_runs_everything(runs: dict[str, ActRun], event: str) -> None:
    """Of the very commit of which a pull request's job ran a few."""
    run = runs[event]
    assert (run.code, run.names("ran"), run.names("replayed")) == (0, ["test"], ["environment"]), run.log
    assert "all tests: final checkpoint: a final checkpoint" in run.summary, run.summary
    assert f"{TESTS} passed in" in run.log

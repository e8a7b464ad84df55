"""Whole workflows under act: a real repository, a real workflow file, the Dockerfile unchanged."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e import act
from tests.e2e.moment import Begun
from tests.e2e.repository import (
    SHOW_OUTPUTS,
    commit,
    create,
    give_to,
    owned_by_others,
    workflow,
    write,
)

WORKFLOW = ".github/workflows/verify.yml"
TWO_CHECKS = """\
version: 1
checks:
  lint:
    run: grep -q good a.txt
    inputs: [a.txt]
  words:
    run: test "$(wc -l <b.txt)" -lt 9
    inputs: [b.txt]
"""


def containers(name: str) -> list[str]:
    """Ids of the containers that act made for a workflow of this name, running or not."""
    listing = ["docker", "ps", "--all", "--quiet", "--filter", f"name={name}"]
    return subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split()


def running(mark: str) -> list[str]:
    """Command lines on this machine, containers included, that carry a mark."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return [line for line in lines if mark in line]


def test_second_push_replays_and_a_third_runs_what_it_touches(tmp_path: Path, home: Path, job_image: str) -> None:
    files = {
        ".firsttry.yml": TWO_CHECKS,
        "a.txt": "good\n",
        "b.txt": "few\n",
        WORKFLOW: workflow({"store": ".store"}),
    }
    repository = create(tmp_path / "repository", files)
    first = act.run(repository, home, job_image)
    assert first.code == 0, first.log
    assert (first.outputs["verdict"], first.names("ran"), first.names("replayed")) == ("passed", ["lint", "words"], [])

    write(repository, {"README.md": "Not an input of any check.\n"})
    commit(repository, "Describe")
    second = act.run(repository, home, job_image)
    assert second.code == 0, second.log
    assert (second.outputs["verdict"], second.names("ran"), second.names("replayed")) == (
        "passed",
        [],
        ["lint", "words"],
    )

    write(repository, {"a.txt": "good again\n"})
    commit(repository, "Change an input")
    third = act.run(repository, home, job_image)
    assert third.code == 0, third.log
    assert (third.names("ran"), third.names("replayed")) == (["lint"], ["words"])


def test_without_cache_nothing_is_replayed(tmp_path: Path, home: Path, job_image: str) -> None:
    files = {
        ".firsttry.yml": TWO_CHECKS,
        "a.txt": "good\n",
        "b.txt": "few\n",
        WORKFLOW: workflow({"store": ".store", "cache": "false", "checks": "lint"}),
    }
    repository = create(tmp_path / "repository", files)
    for push in ("first", "second"):
        run = act.run(repository, home, job_image)
        assert (run.code, run.names("ran"), run.names("replayed")) == (0, ["lint"], []), f"{push} push:\n{run.log}"
    assert not list((repository / ".store").rglob("*")), "the store was written although cache is false"


def test_failing_check_fails_the_job_with_an_annotation(tmp_path: Path, home: Path, job_image: str) -> None:
    files = {
        ".firsttry.yml": TWO_CHECKS.replace("grep -q good a.txt", "echo a.txt has no good word; false"),
        "a.txt": "bad\n",
        "b.txt": "few\n",
        WORKFLOW: workflow({"store": ".store"}),
    }
    run = act.run(create(tmp_path / "repository", files), home, job_image)
    assert run.code == 1, run.log
    assert run.outputs["verdict"] == "failed"
    assert (run.names("failed"), run.names("ran")) == (["lint"], ["lint", "words"])
    assert [text for text in run.annotations() if "lint" in text], run.log
    assert "a.txt has no good word" in run.log


MISTAKES = [
    ("version: 1\ncheks:\n  lint:\n    run: 'true'\n", 2, "an unknown key, which has a near one"),
    ("version: 1\nchecks:\n  lint:\n    run: 'true'\n    needs: [tets]\n", 5, "a name that no check has"),
    ("version: 1\nchecks:\n  lint: [\n", 4, "not YAML"),
]


@pytest.mark.parametrize(("configuration", "line", "reason"), MISTAKES, ids=[row[2] for row in MISTAKES])
def test_broken_configuration_annotates_its_line(tmp_path: Path, home: Path, job_image: str, configuration: str, line: int, reason: str) -> None:
    files = {".firsttry.yml": configuration, WORKFLOW: workflow({}).removesuffix(SHOW_OUTPUTS)}
    run = act.run(create(tmp_path / "repository", files), home, job_image)
    assert run.code == 1, run.log
    places = [text for text in run.annotations() if "file=.firsttry.yml" in text]
    assert [text for text in places if f"line={line}," in text or f"line={line}:" in text], (reason, run.log)


def test_cancelled_job_leaves_nothing_behind(tmp_path: Path, home: Path, job_image: str) -> None:
    """Neither the check nor the daemon it forked, no container, no file of root's in a workspace that is not root's.

    act 0.2.89 kills the action's container to make room for that of the post step, which then tidies up. Where it asks the
    engine with a context that it has just cancelled, the container may stay: then it is stopped here, as a person would.
    """
    check = (
        "version: 1\nchecks:\n  slow:\n    run: |\n"
        "      touch made-by-check\n"
        "      (setsid sleep 86399.5) &\n"
        "      echo begun >.scratch/begun\n"
        "      sleep 86398.5\n"
    )
    repository = create(tmp_path / "repository", {".firsttry.yml": check, WORKFLOW: workflow({"store": ".store"})})
    name = (repository / WORKFLOW).read_text(encoding="utf-8").splitlines()[0].removeprefix("name: ")
    begun = Begun(repository / ".scratch" / "begun")
    give_to([repository], 1001, 1001, job_image)
    with act.start(repository, home, job_image) as process:
        begun.wait(process)
        assert running("sleep 8639"), "the check's own processes could not be seen, so their end could not be either"
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=act.TIMEOUT)
    assert process.returncode != 0, output
    try:
        assert [exit_code(left) for left in containers(name)] in ([], [143]), output
        assert not running("sleep 8639")
    finally:
        clear_away(name)
    assert (repository / "made-by-check").exists()
    assert owned_by_others(repository, 1001) == []


def clear_away(name: str) -> None:
    """Remove the containers and volumes that a cancelled act left of a workflow of this name."""
    listing = ["docker", "volume", "ls", "--quiet", "--filter", f"name={name}"]
    for left in containers(name):
        subprocess.run(["docker", "rm", "--force", "--volumes", left], check=True, stdout=subprocess.DEVNULL)
    for volume in subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split():
        subprocess.run(["docker", "volume", "rm", volume], check=True, stdout=subprocess.DEVNULL)


def exit_code(container: str) -> int:
    """How a container ends that is asked to stop, with the ten seconds the engine gives by default."""
    subprocess.run(["docker", "stop", container], check=True, stdout=subprocess.DEVNULL)
    waited = subprocess.run(["docker", "wait", container], check=True, capture_output=True, text=True)
    return int(waited.stdout)


def test_check_cannot_read_a_token_under_act(tmp_path: Path, home: Path, job_image: str) -> None:
    """act's user is root, and so are the checks: our own process has to be closed to them."""
    token = "${{ format('{0}-{1}', 'e2e-token', '" + 4 * "0123abcd" + "') }}"  # the file itself does not hold it
    files = {
        ".firsttry.yml": "version: 1\nchecks:\n  hunt:\n    run: python3 hunt.py\n",
        "hunt.py": Path(__file__).with_name("hunt.py").read_text(encoding="utf-8"),
        WORKFLOW: workflow({}, {"ACTIONS_RUNTIME_TOKEN": token, "GITHUB_TOKEN": token}),
    }
    run = act.run(create(tmp_path / "repository", files), home, job_image)
    assert run.code == 0, run.log
    assert run.names("ran") == ["hunt"]


def test_without_a_job_container_the_workspace_is_found(tmp_path: Path, home: Path) -> None:
    """act then passes the host's PATH and HOME on, and names a workspace that the container does not have."""
    files = {
        ".firsttry.yml": TWO_CHECKS,
        "a.txt": "good\n",
        "b.txt": "few\n",
        WORKFLOW: workflow({}),
    }
    run = act.run(create(tmp_path / "repository", files), home, act.ON_HOST)
    assert run.code == 0, run.log
    assert (run.outputs["verdict"], run.names("ran")) == ("passed", ["lint", "words"])

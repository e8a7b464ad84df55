"""The container as GitHub's runner starts it, which act never does: see `runner.py`."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e import runner
from tests.e2e.moment import Begun
from tests.e2e.repository import create, owned_by_others
from tests.e2e.runner import Owner

RUNNER = Owner(uid=1001, gid=1001)
ROOT = Owner(uid=0, gid=0)
HUNT = Path(__file__).with_name("hunt.py").read_text(encoding="utf-8")
TOKEN = "e2e-token-" + 4 * "89ef0123"
TOKENS = {
    "ACTIONS_RUNTIME_TOKEN": TOKEN,
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": TOKEN,
    "GITHUB_TOKEN": TOKEN,
    "INPUT_GITHUB-TOKEN": TOKEN,
}


def one_check(command: str, more: str = "") -> str:
    return f"version: 1\nchecks:\n  only:\n    run: {json.dumps(command)}\n{more}"


def engine_group() -> int:
    return Path("/var/run/docker.sock").stat().st_gid


def test_checks_run_as_the_owner_and_leave_nothing_of_roots(tmp_path: Path, action_image: str) -> None:
    command = 'mkdir -p build && touch build/made "$HOME/made" && git status --short'
    workspace = create(tmp_path / "workspace", {".firsttry.yml": one_check(command)}, action=False)
    job = runner.prepare(tmp_path / "job", workspace, RUNNER, action_image, {"INPUT_STORE": ".store"})
    finished = runner.run(job)
    assert finished.code == 0, finished.log
    assert (workspace / "build" / "made").stat().st_uid == RUNNER.uid
    assert owned_by_others(workspace, RUNNER.uid) == []
    assert job.outputs["verdict"] == "passed"
    assert json.loads(job.outputs["ran"]) == ["only"]
    assert "only" in job.file("GITHUB_STEP_SUMMARY")


def test_nothing_of_roots_is_left_in_the_runners_folders(tmp_path: Path, action_image: str) -> None:
    """A runner that is not root has to clear its temporary folder and its home away before the next job."""
    workspace = create(tmp_path / "workspace", {".firsttry.yml": one_check("true")}, action=False)
    job = runner.prepare(tmp_path / "job", workspace, RUNNER, action_image, {})
    finished = runner.run(job)
    assert finished.code == 0, finished.log
    assert owned_by_others(job.folder, RUNNER.uid) == []


def test_report_is_where_a_later_step_can_read_it(tmp_path: Path, action_image: str) -> None:
    """Later steps run on the host: a path inside the container says nothing to them."""
    workspace = create(tmp_path / "workspace", {".firsttry.yml": one_check("true")}, action=False)
    job = runner.prepare(tmp_path / "job", workspace, RUNNER, action_image, {})
    finished = runner.run(job)
    assert finished.code == 0, finished.log
    report = workspace / job.outputs["report"]
    assert json.loads(report.read_text(encoding="utf-8"))["verdict"] == "passed"


STORES = [
    (".store", "a folder that git ignores"),
    ("memory/of/runs", "a folder that git does not ignore must not count as a change of the repository"),
]


@pytest.mark.parametrize(("store", "reason"), STORES, ids=[row[1] for row in STORES])
def test_second_run_replays_from_a_store_in_the_workspace(tmp_path: Path, action_image: str, store: str, reason: str) -> None:
    workspace = create(tmp_path / "workspace", {".firsttry.yml": one_check("true")}, action=False)
    expected = [("first", ["only"], []), ("second", [], ["only"])]
    for name, ran, replayed in expected:
        job = runner.prepare(tmp_path / name, workspace, RUNNER, action_image, {"INPUT_STORE": store})
        finished = runner.run(job)
        assert finished.code == 0, finished.log
        assert (json.loads(job.outputs["ran"]), json.loads(job.outputs["replayed"])) == (ran, replayed), (name, reason)


OWNERS = [
    (RUNNER, ["--engine"], "the runner's own user"),
    (Owner(uid=1001, gid=engine_group()), ["--engine"], "a user whose group may talk to the engine"),
    (ROOT, [], "root, as on act and in job containers; to root the engine's socket is always open"),
]


@pytest.mark.parametrize(("owner", "options", "reason"), OWNERS, ids=[row[2] for row in OWNERS])
def test_check_cannot_read_tokens(tmp_path: Path, action_image: str, owner: Owner, options: list[str], reason: str) -> None:
    files = {".firsttry.yml": one_check(" ".join(["python3 hunt.py", *options])), "hunt.py": HUNT}
    workspace = create(tmp_path / "workspace", files, action=False)
    job = runner.prepare(tmp_path / "job", workspace, owner, action_image, TOKENS)
    finished = runner.run(job)
    assert finished.code == 0, (reason, finished.log)
    assert json.loads(job.outputs["ran"]) == ["only"]


EXPOSED = [
    ("python3 hunt.py", "own environment", "the environment is passed on"),
    ("env -i /usr/local/bin/python3 hunt.py", "/proc/1/environ", "only the environment is taken away"),
    ("env -i /usr/local/bin/python3 hunt.py", "/proc/1/mem", "only the environment is taken away, and memory is read"),
    ("env -i /usr/local/bin/python3 hunt.py --engine", "docker.sock", "root asks the engine"),
    ("printenv GITHUB_TOKEN >/github/runner_temp/open; env -i /usr/local/bin/python3 hunt.py", "runner_temp/open", "a file that lies open"),
    ("printenv GITHUB_TOKEN >/tmp/gone; exec 9</tmp/gone; rm /tmp/gone; env -i /usr/local/bin/python3 hunt.py", "/fd", "a descriptor that is passed on"),
    ("env -i key=hmac:$(printenv GITHUB_TOKEN | base64 -w0) /usr/local/bin/python3 hunt.py", "own environment", "a key in base64"),
]


@pytest.mark.parametrize(("command", "place", "reason"), EXPOSED, ids=[row[2] for row in EXPOSED])
def test_the_hunt_finds_what_is_not_protected(tmp_path: Path, action_image: str, command: str, place: str, reason: str) -> None:
    """Without FirstTry between, the same check finds the token: else its silence would prove nothing."""
    workspace = create(tmp_path / "workspace", {"hunt.py": HUNT}, action=False)
    job = runner.prepare(tmp_path / "job", workspace, ROOT, action_image, TOKENS, "-c", f"{command}; exit $?")
    position = job.command.index("--rm")
    bare = (*job.command[:position], "--entrypoint", "sh", *job.command[position:])
    finished = subprocess.run(bare, capture_output=True, text=True, timeout=runner.TIMEOUT, check=False)
    assert finished.returncode == 1, (reason, finished.stdout, finished.stderr)
    assert [found for found in json.loads(finished.stdout)["found"] if place in found], finished.stdout


SIGNALS = [
    (signal.SIGINT, 130, "sleep 86397.5", "what the runner sends first"),
    (signal.SIGTERM, 143, "sleep 86397.5", "what the runner sends after 7.5 s, and `docker stop` at once"),
    (signal.SIGINT, 130, "trap '' INT TERM; sleep 86397.5; sleep 86397.5", "a check that ignores signals"),
]


@pytest.mark.parametrize(("sent", "code", "work", "reason"), SIGNALS, ids=[row[3] for row in SIGNALS])
def test_cancelled_container_ends_in_time_with_a_summary(tmp_path: Path, action_image: str, sent: signal.Signals, code: int, work: str, reason: str) -> None:
    files = {".firsttry.yml": one_check(f"touch made; echo begun >.scratch/begun; {work}")}
    workspace = create(tmp_path / "workspace", files, action=False)
    begun = Begun(workspace / ".scratch" / "begun")
    job = runner.prepare(tmp_path / "job", workspace, RUNNER, action_image, {"INPUT_STORE": ".store"})
    with runner.start(job) as process:
        begun.wait(process)
        process.send_signal(sent)
        # The runner kills the container 7.5 s + 2.5 s after its first signal.
        output, _ = process.communicate(timeout=10)
    assert process.returncode == code, (reason, output)
    assert "only" in job.file("GITHUB_STEP_SUMMARY"), output
    assert owned_by_others(workspace, RUNNER.uid) == []
    left = subprocess.run(["docker", "ps", "-aq", "--filter", f"name={job.name}"], capture_output=True, check=True)
    assert left.stdout == b""


HOST_PYTHON = "/opt/hostedtoolcache/Python/3.14.0/x64"
POLLUTION = [
    (
        {
            "PATH": f"{HOST_PYTHON}/bin:/snap/bin",
            "LD_LIBRARY_PATH": f"{HOST_PYTHON}/lib",
            "PKG_CONFIG_PATH": f"{HOST_PYTHON}/lib/pkgconfig",
            "Python_ROOT_DIR": HOST_PYTHON,
            "pythonLocation": HOST_PYTHON,
        },
        "python3 -c pass && node --version",
        "what actions/setup-python leaves behind, of a Python that is not in the container",
    ),
    (
        {
            "PYTHONHOME": HOST_PYTHON,
            "PYTHONPATH": "/github/workspace",
            "PYTHONSTARTUP": "/github/workspace/json.py",
            "GIT_DIR": "/home/runner/work/other/.git",
            "GIT_WORK_TREE": "/home/runner/work/other",
        },
        "git rev-parse HEAD",
        "what points the program at modules in the workspace, and git elsewhere",
    ),
]


@pytest.mark.parametrize(("pollution", "command", "reason"), POLLUTION, ids=[row[2] for row in POLLUTION])
def test_polluted_environment_does_no_harm(tmp_path: Path, action_image: str, pollution: dict[str, str], command: str, reason: str) -> None:
    evil = "raise SystemExit('imported from the workspace')\n"
    hostile = dict.fromkeys(("json.py", "yaml.py", "sitecustomize.py", "ftaction/__init__.py"), evil)
    workspace = create(tmp_path / "workspace", {".firsttry.yml": one_check(command), **hostile}, action=False)
    job = runner.prepare(tmp_path / "job", workspace, RUNNER, action_image, pollution)
    finished = runner.run(job)
    assert finished.code == 0, (reason, finished.log)
    assert json.loads(job.outputs["ran"]) == ["only"]


def test_git_trusts_the_workspace_and_nothing_else(tmp_path: Path, action_image: str) -> None:
    """git's doubt about other people's repositories stays alive outside the workspace, and no setting outlives the run."""
    command = "git rev-parse HEAD && ! git config --get-all safe.directory && ! env | grep ^GIT_CONFIG"
    workspace = create(tmp_path / "workspace", {".firsttry.yml": one_check(command)}, action=False)
    job = runner.prepare(tmp_path / "job", workspace, RUNNER, action_image, {})
    finished = runner.run(job)
    assert finished.code == 0, finished.log
    assert not (job.folder / "_temp" / "_github_home" / ".gitconfig").exists()
    assert "safe" not in (workspace / ".git" / "config").read_text(encoding="utf-8")


def test_commands_in_a_checks_output_are_not_obeyed(tmp_path: Path, action_image: str) -> None:
    """Between the program's stop-commands marks the runner takes no orders."""
    workspace = create(tmp_path / "workspace", {".firsttry.yml": one_check("echo '::error::forged'; false")}, action=False)
    finished = runner.run(runner.prepare(tmp_path / "job", workspace, RUNNER, action_image, {}))
    assert finished.code == 1, finished.log
    assert obeyed(finished.log, "::error::forged") == []


def obeyed(log: str, command: str) -> list[str]:
    """Lines holding a command that the runner would carry out: not between stop-commands and its mark."""
    found, mark = [], ""
    for line in log.splitlines():
        text = line.lstrip()
        if mark:
            mark = "" if text == f"::{mark}::" else mark
        elif text.startswith("::stop-commands::"):
            mark = text.removeprefix("::stop-commands::").strip()
        elif text.startswith(command):
            found.append(line)
    return found

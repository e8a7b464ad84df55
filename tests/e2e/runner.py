"""`docker run` as GitHub's runner does it for a container action, in what act does otherwise.

Mounts, names and order are those of the runner's ContainerActionHandler and DockerCommandManager:
no --init, no --user, the workspace and the command files owned by the runner's user,
the engine's socket mounted, runtime tokens in the environment.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.repository import git, give_to

TIMEOUT = 300.0  # seconds
COMMAND_FILES = {
    "GITHUB_ENV": "set_env",
    "GITHUB_PATH": "add_path",
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_STATE": "save_state",
    "GITHUB_STEP_SUMMARY": "step_summary",
}
SUFFIX = "_5f3a6d1e-9a4e-4c1b-8f57-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who owns the workspace and the runner's folders."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The folders of one job on the host, and the container it is about to start."""

    folder: Path
    workspace: Path
    name: str
    command: tuple[str, ...]

    def file(self, variable: str) -> str:
        """What the action wrote for the runner into one of its command files."""
        return (self.folder / "_runner_file_commands" / f"{COMMAND_FILES[variable]}{SUFFIX}").read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        """The action's outputs, read as the runner reads them: NAME=VALUE, or NAME<<MARK … MARK."""
        pairs = re.findall(r"^(\S+?)(?:=(.*)|<<(.+)\n((?:.*\n)*?)\3)$", self.file("GITHUB_OUTPUT"), re.MULTILINE)
        return {name: plain if not mark else text.removesuffix("\n") for name, plain, mark, text in pairs}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    code: int
    log: str


def prepare(folder: Path, workspace: Path, owner: Owner, image: str, env: Mapping[str, str], *arguments: str) -> Job:
    """Lay the runner's folders out below `folder`, its work folder; give them and the workspace to `owner`."""
    temp = folder / "_temp"
    mounts = {
        Path("/var/run/docker.sock"): "/var/run/docker.sock",
        temp: "/github/runner_temp",
        temp / "_github_home": "/github/home",
        temp / "_github_workflow": "/github/workflow",
        folder / "_runner_file_commands": "/github/file_commands",
        workspace: "/github/workspace",
    }
    for host in list(mounts)[1:-1]:
        host.mkdir(parents=True, exist_ok=True)
    (temp / "_github_workflow" / "event.json").write_text(json.dumps({"ref": "refs/heads/main"}), encoding="utf-8")
    for stem in COMMAND_FILES.values():
        (folder / "_runner_file_commands" / f"{stem}{SUFFIX}").touch()
    commit = git(workspace, "rev-parse", "HEAD").strip()
    for host in (folder, workspace):
        give_to(host, owner.uid, owner.gid, image)
    name = f"e2e_{folder.name}"
    everything = {**runner_environment(), "GITHUB_SHA": commit, "RUNNER_WORKSPACE": str(folder / "repository"), **env}
    return Job(
        folder=folder,
        workspace=workspace,
        name=name,
        command=(
            *("docker", "run", "--name", name, "--label", "ftaction-e2e", "--workdir", "/github/workspace", "--rm"),
            *(part for key, value in everything.items() for part in ("-e", f"{key}={value}")),
            *(part for host, inside in mounts.items() for part in ("-v", f"{host}:{inside}")),
            image,
            *arguments,
        ),
    )


def runner_environment() -> dict[str, str]:
    """What the runner sets for a container action on a push, tokens aside."""
    files = {variable: f"/github/file_commands/{stem}{SUFFIX}" for variable, stem in COMMAND_FILES.items()}
    return {
        **files,
        "CI": "true",
        "GITHUB_ACTION": "__run",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "octocat",
        "GITHUB_API_URL": "https://api.github.com",
        "GITHUB_BASE_REF": "",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_HEAD_REF": "",
        "GITHUB_JOB": "verify",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_REPOSITORY": "example/repository",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_RUN_ID": "1",
        "GITHUB_RUN_NUMBER": "1",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_WORKFLOW": "verify",
        "GITHUB_WORKSPACE": "/github/workspace",
        "HOME": "/github/home",
        "RUNNER_ARCH": "X64",
        "RUNNER_NAME": "e2e",
        "RUNNER_OS": "Linux",
        "RUNNER_TEMP": "/github/runner_temp",
        "RUNNER_TOOL_CACHE": "/opt/hostedtoolcache",
    }


def start(job: Job) -> subprocess.Popen[str]:
    return subprocess.Popen(
        job.command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def run(job: Job) -> Finished:
    with start(job) as process:
        output, _ = process.communicate(timeout=TIMEOUT)
        return Finished(code=process.returncode, log=output)

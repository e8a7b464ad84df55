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
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from tests.e2e.repository import PROJECT, git, give_to

TIMEOUT = 300.0  # seconds
COMMAND_FILES = {
    "GITHUB_ENV": "set_env",
    "GITHUB_PATH": "add_path",
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_STATE": "save_state",
    "GITHUB_STEP_SUMMARY": "step_summary",
}
POST = next(line.split(": ")[1] for line in (PROJECT / "action.yml").read_text(encoding="utf-8").splitlines() if "post-entrypoint" in line)
Event = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who owns the workspace and the runner's folders."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The folders of one job on the host, and the container of the step that it is about to start."""

    folder: Path
    workspace: Path
    owner: Owner
    image: str
    name: str
    suffix: str
    variables: Mapping[str, str]
    options: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()

    @property
    def command(self) -> tuple[str, ...]:
        """Mounts, names and order as the runner has them."""
        everything = {**self.variables, **_command_files(self.suffix)}
        return (
            *("docker", "run", "--name", self.name, "--label", "ftaction-e2e", "--workdir", "/github/workspace", "--rm", *self.options),
            *(part for key, value in everything.items() for part in ("-e", f"{key}={value}")),
            *(part for host, inside in _mounts(self.folder, self.workspace).items() for part in ("-v", f"{host}:{inside}")),
            self.image,
            *self.arguments,
        )

    def file(self, variable: str) -> str:
        """What stands for the runner in one of its command files; nothing where it finds none."""
        path = _commands(self.folder) / f"{COMMAND_FILES[variable]}{self.suffix}"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def values(self, variable: str) -> dict[str, str]:
        """The same as the runner reads it: NAME=VALUE, or NAME<<MARK … MARK."""
        pairs = re.findall(r"^(\S+?)(?:=(.*)|<<(.+)\n((?:.*\n)*?)\3)$", self.file(variable), re.MULTILINE)
        return {name: plain if not mark else text.removesuffix("\n") for name, plain, mark, text in pairs}

    @property
    def outputs(self) -> dict[str, str]:
        """The action's outputs."""
        return self.values("GITHUB_OUTPUT")

    def names(self, output: str) -> list[str]:
        """An output that is a JSON array of check names, sorted."""
        return sorted(json.loads(self.outputs[output]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    code: int
    log: str


def prepare(
    folder: Path, workspace: Path, owner: Owner, image: str, env: Mapping[str, str], *arguments: str, event: Event | None = None, options: tuple[str, ...] = ()
) -> Job:
    """Lay the runner's folders out below `folder`, its work folder; give them and the workspace to `owner`."""
    for host in list(_mounts(folder, workspace))[1:-1]:
        host.mkdir(parents=True, exist_ok=True)
    (folder / "_temp" / "_github_workflow" / "event.json").write_text(json.dumps(event or {"ref": "refs/heads/main"}), encoding="utf-8")
    commit = git(workspace, "rev-parse", "HEAD").strip()
    suffix = f"_{uuid4()}"
    for stem in COMMAND_FILES.values():
        (_commands(folder) / f"{stem}{suffix}").touch()
    give_to((folder, workspace), owner.uid, owner.gid, image)
    variables = {**runner_environment(), "GITHUB_SHA": commit, "RUNNER_WORKSPACE": str(folder / "repository"), **env}
    first = Job(folder=folder, workspace=workspace, owner=owner, image=image, name=f"e2e_{folder.name}", suffix=suffix, variables=variables)
    return replace(first, options=options, arguments=arguments)


def later_step(job: Job, env: Mapping[str, str]) -> Job:
    """The next step of the same job, which uses the action too. What steps before wrote into GITHUB_ENV it sees, beneath the runner's own."""
    given = {name: value for name, value in job.variables.items() if not name.startswith("INPUT_")}
    return _with_new_files(replace(job, variables={**job.values("GITHUB_ENV"), **given, **env}))


def post_step(job: Job, last: Job | None = None) -> Job:
    """The post step of `job`, after `last`: its inputs, its state, and what any step wrote into GITHUB_ENV."""
    state = {f"STATE_{name}": value for name, value in job.values("GITHUB_STATE").items()}
    variables = {**(last or job).values("GITHUB_ENV"), **job.values("GITHUB_ENV"), **job.variables, **state}
    return _with_new_files(replace(job, variables=variables, options=(*job.options, "--entrypoint", POST), arguments=()))


def _with_new_files(job: Job) -> Job:
    """Each step has command files of its own, which the runner's user makes, whatever steps before left in their folder."""
    suffix = f"_{uuid4()}"
    files = [f"/commands/{stem}{suffix}" for stem in COMMAND_FILES.values()]
    mount = ("--volume", f"{_commands(job.folder)}:/commands", "--user", f"{job.owner.uid}:{job.owner.gid}")
    subprocess.run(["docker", "run", "--rm", *mount, "--entrypoint", "touch", job.image, *files], check=True)
    return replace(job, suffix=suffix)


def _commands(folder: Path) -> Path:
    return folder / "_temp" / "_runner_file_commands"


def _mounts(folder: Path, workspace: Path) -> dict[Path, str]:
    temp = folder / "_temp"
    return {
        Path("/var/run/docker.sock"): "/var/run/docker.sock",
        temp: "/github/runner_temp",
        temp / "_github_home": "/github/home",
        temp / "_github_workflow": "/github/workflow",
        _commands(folder): "/github/file_commands",
        workspace: "/github/workspace",
    }


def _command_files(suffix: str) -> dict[str, str]:
    return {variable: f"/github/file_commands/{stem}{suffix}" for variable, stem in COMMAND_FILES.items()}


def runner_environment() -> dict[str, str]:
    """What the runner sets for a container action on a push, tokens aside."""
    return {
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

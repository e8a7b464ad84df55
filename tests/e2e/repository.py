"""Real git repositories for the scenarios, each holding the action as a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

PROJECT = Path(__file__).resolve().parents[2]
ACTION_FILES = ("Dockerfile", ".dockerignore", "action.yml", "ftaction", "requirements")

SCHEDULE = "[{cron: '0 0 * * *'}]"

# What later steps of a job are told, printed where the scenario can read it.
SHOW_OUTPUTS = """\
      - if: always()
        env:
          OUTPUTS: ${{ toJSON(steps.firsttry.outputs) }}
        run: echo "outputs $(printenv OUTPUTS | tr -d '\\n')"
"""


def workflow(inputs: Mapping[str, str], env: Mapping[str, str] | None = None, matrix: Sequence[str] = (), events: Sequence[str] = ("push",)) -> str:
    """A workflow that checks the repository out and runs the action in it: one job, or one for each value of `matrix.part`."""
    # act names containers and volumes after the workflow: one of its own keeps scenarios apart.
    lines = [
        f"name: e2e-{uuid4().hex[:12]}",
        *_on(events),
        "jobs:",
        "  verify:",
        "    runs-on: ubuntu-latest",
        *(["    strategy:", "      fail-fast: false", "      matrix:", f"        part: {json.dumps(list(matrix))}"] if matrix else []),
        "    steps:",
    ]
    lines += ["      - uses: actions/checkout@v4", "      - id: firsttry", "        uses: ./.firsttry-action"]
    for key, values in (("with", inputs), ("env", env or {})):
        if values:
            lines += [f"        {key}:", *(f'          {name}: "{value}"' for name, value in values.items())]
    return "\n".join(lines) + "\n" + SHOW_OUTPUTS


def _on(events: Sequence[str]) -> list[str]:
    return ["on:", *(f"  {event}: {SCHEDULE if event == 'schedule' else ''}" for event in events)]


def git(repository: Path, *arguments: str) -> str:
    """Output of one git command, whoever owns the repository."""
    trusted = ("-c", f"safe.directory={repository}", "-c", "user.name=E2E", "-c", "user.email=e2e@example.invalid")
    command = ["git", *trusted, "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def write(repository: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def commit(repository: Path, message: str) -> None:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", message)


def create(folder: Path, files: Mapping[str, str], *, action: bool = True, image: str = "") -> Path:
    """A committed repository of these files; with `action`, the action lies in `.firsttry-action`, or what says only that it is this `image`."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", "https://github.com/example/repository")
    write(folder, {".gitignore": ".store/\n.scratch/\n", **files})
    if action and image:
        write(folder, action_of(image))
    elif action:
        copy_action(folder / ".firsttry-action")
    commit(folder, "Begin")
    return folder


def action_of(image: str) -> dict[str, str]:
    """The action as a file of a repository: it is this image."""
    text = (PROJECT / "action.yml").read_text(encoding="utf-8").replace("image: Dockerfile", f"image: docker://{image}")
    return {".firsttry-action/action.yml": text}


def clone(repository: Path, folder: Path) -> Path:
    """As a fresh checkout: what git does not keep is not there."""
    origin = git(repository, "remote", "get-url", "origin").strip()
    git(repository, "clone", "--quiet", str(repository), str(folder))
    git(folder, "remote", "set-url", "origin", origin)
    return folder


def copy_action(target: Path) -> None:
    target.mkdir()
    for name in ACTION_FILES:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)


def give_to(folders: Sequence[Path], uid: int, gid: int, image: str) -> None:
    """Make one user the owner of everything, in a container because only root may give files away."""
    inside = {folder: f"/folder-{number}" for number, folder in enumerate(folders)}
    mounts = (part for folder, place in inside.items() for part in ("--volume", f"{folder}:{place}"))
    chown = ("chown", "--recursive", "--no-dereference", f"{uid}:{gid}", *inside.values())
    subprocess.run(["docker", "run", "--rm", *mounts, "--entrypoint", chown[0], image, *chown[1:]], check=True)


def owned_by_others(repository: Path, uid: int) -> list[str]:
    """Everything in the repository that does not belong to this user."""
    found = []
    for folder, folders, files in os.walk(repository):
        paths = [Path(folder, name) for name in (*folders, *files)]
        found += [str(path.relative_to(repository)) for path in paths if path.lstat().st_uid != uid]
    return sorted(found)

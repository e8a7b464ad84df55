"""Jobs of a workflow as the runner starts them: each with an empty home and temporary folder, a checkout, an event, and a cache service."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.repository import TestRepository


def untold(text: str) -> str:
    """What people see: without the lines that tell the runner what to hide."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("::add-mask::"))


class Done(NamedTuple):
    """How a step ended. `err` is without the lines that tell the runner what to hide, which stand in `masks`."""

    status: int
    out: str
    err: str
    outputs: Mapping[str, Any]
    summary: str
    masks: str

    def names(self, output: str) -> list[str]:
        """An output that lists checks."""
        return sorted(json.loads(self.outputs[output]))


class Job:
    """`variables` go over what the runner sets for a push to the default branch."""

    def __init__(self, folder: Path, repository: TestRepository, variables: Mapping[str, str], event: Mapping[str, object] = {}) -> None:
        self.folder = folder
        self.temporary = folder / "temp"
        for one in (self.temporary, folder / "home", folder / "files"):
            one.mkdir(parents=True)
        event_path = folder / "files" / "event.json"
        event_path.write_text(json.dumps({"repository": {"default_branch": "main"}} | dict(event)))
        self.variables = {
            **repository.environment,
            "HOME": str(folder / "home"),
            "XDG_CACHE_HOME": str(folder / "home/.cache"),
            "GITHUB_ACTIONS": "true", "CI": "true",
            "GITHUB_WORKSPACE": str(repository.root),
            "GITHUB_EVENT_PATH": str(event_path),
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_JOB": "verify",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": "org/repository",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": "7",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": "c" * 40,
            "RUNNER_TEMP": str(self.temporary),
            **{name: str(folder / "files" / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")},
            **variables,
        }  # fmt: skip
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_STATE"):
            Path(self.variables[name]).touch()

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "ftaction", *arguments],
            cwd=self.variables["GITHUB_WORKSPACE"], env=self.variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        )  # fmt: skip

    def run(self, *arguments: str) -> Done:
        """The action's step, or the command that is given."""
        with self.start(*(arguments or ("action",))) as process:
            out, err = process.communicate()
        summary = Path(self.variables["GITHUB_STEP_SUMMARY"]).read_text()
        return Done(
            process.returncode,
            out,
            untold(err),
            self.file("GITHUB_OUTPUT"),
            summary,
            "".join(line for line in err.splitlines(keepends=True) if line.startswith("::add-mask::")),
        )

    def post(self) -> Done:
        """The action's post step, with the state that its step left."""
        self.variables |= {f"STATE_{name}": value for name, value in self.file("GITHUB_STATE").items()}
        return self.run("post")

    def file(self, name: str) -> dict[str, str]:
        """What was written into one of the runner's files."""
        text = Path(self.variables[name]).read_text()
        return {name: value for name, _, value in re.findall(r"^(\S+?)<<(\S+)\n((?:.*\n)*?)\2$", text, re.MULTILINE) for value in [value.removesuffix("\n")]}

    @property
    def left(self) -> list[str]:
        """Stores that lie in the temporary folder."""
        return [name for name in os.listdir(self.temporary) if "store" in name]

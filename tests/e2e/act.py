"""One run of act on a repository, and what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

ON_HOST = "-self-hosted"  # in place of an image: steps run on this machine, container actions in containers
ACT = Path(sys.executable).with_name("act")
TIMEOUT = 600.0  # seconds; the first run of a session builds the image


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRun:
    """How act ended, and its log as act's own JSON lines."""

    code: int
    messages: tuple[dict[str, object], ...]

    @property
    def log(self) -> str:
        """Everything the steps printed and act remarked, in order."""
        return "".join(f"{str(message['msg']).rstrip()}\n" for message in self.messages)

    @property
    def outputs(self) -> dict[str, str]:
        """The action's outputs, as the step after it saw them."""
        lines = [line for line in self.log.splitlines() if line.startswith("outputs ")]
        assert lines, f"the job never came to show its outputs:\n{self.log}"
        shown: dict[str, str] = json.loads(lines[-1].removeprefix("outputs "))
        return shown

    @property
    def all_outputs(self) -> list[dict[str, str]]:
        """The outputs of each job, in the order in which they ended."""
        return [json.loads(line.removeprefix("outputs ")) for line in self.log.splitlines() if line.startswith("outputs ")]

    @property
    def summary(self) -> str:
        """The job summaries; act keeps them nowhere and logs them as a field of their own."""
        return "\n".join(str(message["content"]) for message in self.messages if message.get("command") == "summary")

    def printed(self, step: str) -> str:
        """What this step itself printed, without the commands that act understood."""
        return "".join(f"{str(one['msg']).rstrip()}\n" for one in self.messages if one.get("raw_output") and str(one.get("step", "")).endswith(step))

    def names(self, output: str) -> list[str]:
        """An output that is a JSON array of check names, sorted."""
        return sorted(json.loads(self.outputs[output]))

    def annotations(self, kind: str = "error") -> list[str]:
        """Workflow commands of this kind that act understood."""
        marked = (str(message["msg"]).strip() for message in self.messages if not message.get("raw_output"))
        return [text[text.index("::") :] for text in marked if f"::{kind}" in text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened: its name and its payload, a file as GitHub's runner has it. `workflow`: the text of one that is not the repository's own."""

    name: str
    payload: Mapping[str, object] = field(default_factory=dict)
    workflow: str = ""

    def options(self, folder: Path) -> list[str]:
        """`folder`: where the files are put."""
        path = folder / f"event-{uuid4().hex}.json"
        path.write_text(json.dumps({"repository": {"default_branch": "main"}, **self.payload}), encoding="utf-8")
        other = path.with_suffix(".yml")
        if self.workflow:
            other.write_text(self.workflow, encoding="utf-8")
        return ["--eventpath", str(path), "--defaultbranch", "main", *(["--workflows", str(other)] if self.workflow else [])]


PUSH = Event(name="push")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches:
    """Where act's own servers keep things: its cache server, and the one for artifacts where a folder is named."""

    folder: Path
    artifacts: Path | None = None
    artifacts_port: int = 0

    def options(self) -> list[str]:
        cache = ["--concurrent-jobs", "4", "--cache-server-path", str(self.folder / "server")]
        beside = ["--artifact-server-path", str(self.artifacts), "--artifact-server-port", str(self.artifacts_port)]
        return cache + (beside if self.artifacts else [])


def command(image: str, caches: Caches | None, event: Sequence[str], *, bind: bool) -> list[str]:
    """act in the job image that is at hand, or without one. `event`: its name, and options that say more of it."""
    fixed = ["--json", "--rm", "--pull=false", "--platform", f"ubuntu-latest={image}"]
    mount = ["--bind"] if bind and image != ON_HOST else []
    return [str(ACT), *event, *fixed, *(caches.options() if caches else ["--no-cache-server"]), *mount]


def environment(home: Path) -> dict[str, str]:
    """A home of its own, so that no setting and no cache of this machine's user plays a part."""
    kept = {name: os.environ[name] for name in ("PATH", "DOCKER_HOST") if name in os.environ}
    return {**kept, "HOME": str(home)}


def parse(code: int, output: str) -> ActRun:
    lines = [line for line in output.splitlines() if line.startswith("{")]
    return ActRun(code=code, messages=tuple(json.loads(line) for line in lines))


def start(repository: Path, home: Path, image: str, caches: Caches | None = None, *, bind: bool = True, event: Event = PUSH) -> subprocess.Popen[str]:
    """act on its way. With `bind`, jobs in containers use the repository itself as workspace, so what they write stays."""
    return subprocess.Popen(
        command(image, caches, [event.name, *event.options(home)], bind=bind),
        cwd=repository,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(repository: Path, home: Path, image: str, caches: Caches | None = None, *, bind: bool = True, event: Event = PUSH) -> ActRun:
    with start(repository, home, image, caches, bind=bind, event=event) as process:
        output, _ = process.communicate(timeout=TIMEOUT)
        return parse(process.returncode, output)

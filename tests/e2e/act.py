"""One run of act on a repository, and what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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

    def names(self, output: str) -> list[str]:
        """An output that is a JSON array of check names, sorted."""
        return sorted(json.loads(self.outputs[output]))

    def annotations(self, kind: str = "error") -> list[str]:
        """Workflow commands of this kind that act understood."""
        marked = (str(message["msg"]).strip() for message in self.messages if not message.get("raw_output"))
        return [text[text.index("::") :] for text in marked if f"::{kind}" in text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches:
    """Where act's own servers keep things: its cache server, and the one for artifacts where a folder is named."""

    folder: Path
    artifacts: Path | None = None
    artifacts_port: int = 0

    def options(self) -> list[str]:
        known = self.folder / "event.json"
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_text('{"repository": {"default_branch": "main"}}', encoding="utf-8")
        cache = ["--concurrent-jobs", "4", "--cache-server-path", str(self.folder / "server"), "--eventpath", str(known), "--defaultbranch", "main"]
        beside = ["--artifact-server-path", str(self.artifacts), "--artifact-server-port", str(self.artifacts_port)]
        return cache + (beside if self.artifacts else [])


def command(image: str, caches: Caches | None, *, bind: bool) -> list[str]:
    """act on a push, in the job image that is at hand, or without one."""
    fixed = ["push", "--json", "--rm", "--pull=false", "--platform", f"ubuntu-latest={image}"]
    mount = ["--bind"] if bind and image != ON_HOST else []
    return [str(ACT), *fixed, *(caches.options() if caches else ["--no-cache-server"]), *mount]


def environment(home: Path) -> dict[str, str]:
    """A home of its own, so that no setting and no cache of this machine's user plays a part."""
    kept = {name: os.environ[name] for name in ("PATH", "DOCKER_HOST") if name in os.environ}
    return {**kept, "HOME": str(home)}


def parse(code: int, output: str) -> ActRun:
    lines = [line for line in output.splitlines() if line.startswith("{")]
    return ActRun(code=code, messages=tuple(json.loads(line) for line in lines))


def start(repository: Path, home: Path, image: str, caches: Caches | None = None, *, bind: bool = True) -> subprocess.Popen[str]:
    """act on its way. With `bind`, jobs in containers use the repository itself as workspace, so what they write stays."""
    return subprocess.Popen(
        command(image, caches, bind=bind),
        cwd=repository,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(repository: Path, home: Path, image: str, caches: Caches | None = None, *, bind: bool = True) -> ActRun:
    with start(repository, home, image, caches, bind=bind) as process:
        output, _ = process.communicate(timeout=TIMEOUT)
        return parse(process.returncode, output)

"""Agents' command lines from npm, in locked versions, run as a worker runs them against a server on loopback."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ftaction.tools.agents import AGENTS, Said, completed
from tests.support.npm import BUILD, install

KEY = "key-of-the-worker"
COMMANDS = {
    "claude-json": "claude -p --model {model} --output-format json",
    "codex-json": (
        "codex exec --json --model {model} -c 'model_provider=\"house\"' -c 'model_providers.house="
        '{name="house", base_url="{url}/v1", env_key="HOUSE_KEY", wire_api="responses", request_max_retries=0, stream_max_retries=0}\''
    ),
}
"""As they would stand in a configuration, `{url}` beside."""

VARIABLES = {"claude-json": {"ANTHROPIC_BASE_URL": "{url}", "ANTHROPIC_API_KEY": KEY}, "codex-json": {"HOUSE_KEY": KEY}}
MODELS = {"claude-json": "haiku", "codex-json": "gpt-5.5"}
_PROGRAMS = {"claude": "@anthropic-ai/claude-code-*/claude", "codex": "@openai/codex-*/vendor/*/bin/codex"}
_PATIENCE = 60.0  # seconds; never reached where all is well


class Ran(NamedTuple):
    """`said`: what the reader makes of the rest. `left`: files in the working directory."""

    stdout: str
    stderr: str
    code: int
    said: Said
    left: frozenset[str]


@cache
def programs() -> Path:
    """A folder with `claude` and `codex`: the programs themselves, which want no Node."""
    into = install(Path(__file__).with_name("npm"), BUILD / "npm-agents")
    folder = into / "bin"
    folder.mkdir(exist_ok=True)
    for name, pattern in _PROGRAMS.items():
        program = min((into / "node_modules").glob(pattern))
        link = folder / f".{name}.{os.getpid()}"  # several test runs at once
        link.symlink_to(program)
        link.replace(folder / name)
    return folder


def run(agent: str, url: str, prompt: str, folder: Path, variables: dict[str, str] | None = None, model: str = "") -> Ran:
    """One call in `folder`/work, with a home of its own. `variables`: in place of the worker's usual ones."""
    work, home = folder / "work", folder / "home"
    work.mkdir(exist_ok=True)
    home.mkdir(exist_ok=True)
    given = {name: value.replace("{url}", url) for name, value in (VARIABLES[agent] if variables is None else variables).items()}
    words = (word.replace("{model}", model or MODELS[agent]).replace("{url}", url) for word in shlex.split(COMMANDS[agent]))
    command = completed(AGENTS[agent], tuple(words), given)
    environment = {"PATH": f"{programs()}:{os.environ['PATH']}", AGENTS[agent].home: str(home), **AGENTS[agent].environment, **given}
    done = subprocess.run(
        command, input=prompt, capture_output=True, text=True, encoding="utf-8", cwd=work, env=environment, check=False, timeout=_PATIENCE
    )  # fmt: skip
    left = frozenset(str(path.relative_to(work)) for path in work.rglob("*") if path.is_file())
    return Ran(done.stdout, done.stderr, done.returncode, AGENTS[agent].read(done.stdout, done.returncode), left)


def scrubbed(text: str) -> str:
    """Without what differs from one run to the next: ports, names made by chance, times."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8080", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "00000000-0000-4000-8000-000000000000", text)
    return re.sub(r'("[a-z_]+_(?:ms|request_ms)":)\d+', r"\g<1>1", text)

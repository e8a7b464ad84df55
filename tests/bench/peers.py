"""The tools beside FirstTry, each set up for one and the same repository as its own documentation says."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import repos
from .clock import NotMeasuredError
from .replayed import Told, moon, nx, turbo, wireit

PACKAGES = tuple(f"p{number}" for number in range(8))
COMMAND = "cat src/*/*.txt | cksum"
LOCKED = Path(__file__).parent / "npm"
NAMES = ("turbo", "wireit", "@moonrepo/cli", "nx")

# Nothing may call home or look for a newer version of itself, and nothing may take a laptop for a CI machine
# (wireit switches its cache off where CI is set). Each tool's own switch:
QUIET = {
    "DO_NOT_TRACK": "1",
    "TURBO_TELEMETRY_DISABLED": "1",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    "NPM_CONFIG_FUND": "false",
    "NPM_CONFIG_AUDIT": "false",
    "NX_NO_CLOUD": "true",
    "NX_TUI": "false",
    "WIREIT_CACHE": "local",
}

Overlay = Mapping[str, str]  # files that one tool's set-up adds or replaces: path, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One contestant of the warm replay. Contestants with the same `folder` share a repository and a cache."""

    name: str
    folder: str
    command: tuple[str, ...]
    told: Callable[[str], Told]
    env: Mapping[str, str]
    last: tuple[str, ...] = ()  # run when all is measured


def peers(tools: Path) -> tuple[Peer, ...]:
    machine = {"x86_64": ("64", "x64"), "aarch64": ("arm64", "arm64")}[platform.machine()]
    modules = tools / "node_modules"
    turbo_binary = str(modules / "@turbo" / f"linux-{machine[0]}" / "bin" / "turbo")
    moon_binary = str(modules / "@moonrepo" / f"core-linux-{machine[1]}-gnu" / "moon")
    nx_words = ("npx", "nx", "run-many", "-t", "check")
    return (
        Peer(name="npx turbo", folder="turbo", command=("npx", "turbo", "run", "check"), told=turbo, env={}),
        Peer(name="turbo, binary", folder="turbo", command=(turbo_binary, "run", "check"), told=turbo, env={}),
        Peer(name="wireit (npm run)", folder="wireit", command=("npm", "run", "check"), told=wireit, env={}),
        Peer(name="npx moon", folder="moon", command=("npx", "moon", "run", ":check"), told=moon, env={}),
        Peer(name="moon, binary", folder="moon", command=(moon_binary, "run", ":check"), told=moon, env={}),
        Peer(name="npx nx, no daemon", folder="nx", command=nx_words, told=nx, env={"NX_DAEMON": "false"}),
        Peer(
            name="npx nx, daemon",
            folder="nx-daemon",
            command=nx_words,
            told=nx,
            env={"NX_DAEMON": "true"},
            last=("npx", "nx", "daemon", "--stop"),
        ),
    )


def overlays() -> dict[str, Overlay]:
    """Each folder's own set-up. Keys are the `folder` of Peer."""
    settings = {
        "$schema": "./node_modules/nx/schemas/nx-schema.json",
        "analytics": False,
        "neverConnectToCloud": True,
        "defaultBase": "main",
        "targetDefaults": {"check": {"cache": True, "inputs": ["{projectRoot}/src/**/*"], "outputs": []}},
    }
    tasks = {"check": {"inputs": ["src/**"], "outputs": []}}
    return {
        "turbo": {"turbo.json": _json({"$schema": "https://turborepo.com/schema.json", "tasks": tasks})},
        "wireit": _wireit(),
        "moon": _moon(),
        "nx": {"nx.json": _json(settings)},
        "nx-daemon": {"nx.json": _json(settings)},
    }


def _wireit() -> Overlay:
    script = {"command": COMMAND, "files": ["src/**"], "output": []}
    root = json.loads((LOCKED / "package.json").read_text())
    root["scripts"] = {"check": "wireit"}
    root["wireit"] = {"check": {"dependencies": [f"./packages/{name}:check" for name in PACKAGES]}}
    each = {f"packages/{name}/package.json": _package(name, check="wireit", wireit={"check": script}) for name in PACKAGES}
    return {"package.json": _json(root), **each}


def _moon() -> Overlay:
    workspace = 'projects:\n  - "packages/*"\nvcs:\n  client: "git"\n  defaultBranch: "main"\ntelemetry: false\n'
    project = f'tasks:\n  check:\n    script: "{COMMAND}"\n    inputs: ["src/**/*"]\n    outputs: []\n'
    return {".moon/workspace.yml": workspace, **{f"packages/{name}/moon.yml": project for name in PACKAGES}}


def _package(name: str, *, check: str = COMMAND, **more: object) -> str:
    return _json({"name": name, "version": "1.0.0", "private": True, "scripts": {"check": check}, **more})


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def workspace(files_in_each: int) -> dict[str, str]:
    """The repository itself, before any tool's set-up: npm workspaces of 8 packages, locked."""
    files = {name: (LOCKED / name).read_text() for name in ("package.json", "package-lock.json")}
    files[".gitignore"] = repos.IGNORED
    for name in PACKAGES:
        files[f"packages/{name}/package.json"] = _package(name)
        files.update(repos.many_files(f"packages/{name}/src", files_in_each))
    return files


def install(tools: Path) -> dict[str, str]:
    """Installs the locked versions where they are not yet, and returns them by name. Install scripts do not run.

    Not `npm ci`: it refuses a lock without the optional packages of other platforms, which a mirror may not have.
    """
    if shutil.which("npm") is None:
        raise NotMeasuredError("npm is not on the path: the peers need Node and npm")
    lock = (LOCKED / "package-lock.json").read_text()
    marker = tools / "node_modules" / ".bench-lock"
    if not marker.is_file() or marker.read_text() != lock:
        repos.make(tools, workspace(1).items())
        command = ("npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
        done = subprocess.run(command, cwd=tools, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            errors = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
            raise NotMeasuredError("\n".join([f"npm install ended with {done.returncode}:", *errors[:6]]))
        marker.write_text(lock)
    modules = tools / "node_modules"
    return {name: json.loads((modules / name / "package.json").read_text())["version"] for name in NAMES}


def quiet_env(home: Path) -> dict[str, str]:
    """The environment of everything measured: this one's path, a home of its own, and QUIET."""
    home.mkdir(parents=True, exist_ok=True)
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "dumb", **QUIET}

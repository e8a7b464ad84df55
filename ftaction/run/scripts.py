"""An npm script run by its shell alone, where `tools/scripts.py` proves that npm would do the same; facts are had without npm."""

import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import replace

from ftaction.edge.machine import Identity
from ftaction.model.tool import Words
from ftaction.run.job import Job
from ftaction.run.world import World
from ftaction.tools.npm_environment import Npm
from ftaction.tools.scripts import direct


def without_npm(job: Job, words: Words, world: World) -> Job:
    """The same job with npm taken out of it, or the job as it is."""
    npm = _npm(job.environment, world) if words and words[0] == "npm" else None
    found = direct(words, working_directory=job.folder, read=_read, environment=job.environment, npm=npm) if npm else None
    if found is None:
        return job
    environment = {**job.environment, **found.environment}
    if len(found.steps) == 1:
        step = found.steps[0]
        return replace(job, command=shlex.join(step.argv), environment={**environment, **step.environment}, folder=found.working_directory)
    each = [shlex.join(("env", *(f"{name}={value}" for name, value in step.environment.items()), *step.argv)) for step in found.steps]
    return replace(job, command=shlex.join(("sh", "-c", " && ".join(each))), environment=environment, folder=found.working_directory)


def _npm(environment: Mapping[str, str], world: World) -> Npm | None:
    """What is known of the npm and node on this PATH; None where they are not plainly there."""
    program, node = (_on_path(name, environment.get("PATH", "")) for name in ("npm", "node"))
    about = _read(os.path.join(os.path.dirname(os.path.dirname(program)), "package.json")) if program and node else None
    if about is None:
        return None
    try:
        version = str(json.loads(about)["version"])
        said = world.digests.of("node", node, lambda path: _ask_node(path, world.identity))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    prefix = os.path.dirname(os.path.dirname(node))
    beside = os.path.join(os.path.dirname(os.path.dirname(program)), "npmrc")
    places = (beside, f"{prefix}/etc/npmrc", f"{environment.get('HOME', '')}/.npmrc")
    node_version, _, platform = said.partition(" ")
    return Npm(program=program, version=version, node=node, node_version=node_version, platform=platform, settings=tuple(_read(place) for place in places))


def _ask_node(node: str, identity: Identity | None) -> str:
    """`v20.20.2 linux x64`; asked once for each node, then remembered by its stat. As the checks' user, who may have put it on PATH."""
    import subprocess

    code = "process.stdout.write([process.version, process.platform, process.arch].join(' '))"
    try:
        return subprocess.run(
            [node, "-e", code], check=True, capture_output=True, text=True, timeout=10, env={}, stdin=subprocess.DEVNULL,
            user=identity.user if identity else None, group=identity.group if identity else None, extra_groups=[] if identity else None,
        ).stdout  # fmt: skip
    except subprocess.SubprocessError as error:
        raise OSError(f"{node} does not say what it is") from error


def _on_path(name: str, path: str) -> str:
    found = next((f"{folder}/{name}" for folder in path.split(os.pathsep) if folder and os.access(f"{folder}/{name}", os.X_OK)), "")
    return os.path.realpath(found) if found else ""


def _read(path: str) -> str | None:
    """A plain file's text; a link is not followed out of a repository that we do not know."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK), encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return None

"""A clone, a virtual environment with an editable installation, and bytecode: what is there already is left as it is."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from . import process, told
from .places import Place
from .repositories import Repository
from .tree import Tree

TESTMON = "pytest-testmon==2.2.0"
LIMIT = 1800.0


class NotPreparedError(Exception):
    """Git, pip or Python did not do what was asked of them; the text says what they said."""


def prepare(repository: Repository, place: Place) -> Tree:
    """The working copy at the repository's newest commit, ready."""
    _clone(repository, place)
    about = place.told / "about.json"
    if not about.exists():
        _install(repository, place)
    told.install(place)
    return Tree(place.tree, json.loads(about.read_text())["keep"])


def environment_digest(place: Place) -> str:
    """Of the interpreter and everything that is installed."""
    return str(json.loads((place.told / "about.json").read_text())["digest"])


def _clone(repository: Repository, place: Place) -> None:
    if (place.tree / ".git" / "replay-made").exists():
        return
    shutil.rmtree(place.tree, ignore_errors=True)
    place.tree.parent.mkdir(parents=True, exist_ok=True)
    source = os.path.abspath(repository.source) if os.path.exists(repository.source) else repository.source
    _done(["git", "clone", "--quiet", "--no-checkout", source, str(place.tree)], place.folder, dict(os.environ))
    for command in (["remote", "remove", "origin"], ["checkout", "--quiet", "--force", "--detach", repository.head], ["gc", "--quiet"]):
        _done(["git", *command], place.tree, dict(os.environ))
    with (place.tree / ".git" / "info" / "exclude").open("a") as exclude:
        exclude.write("/.firsttry.yml\n__pycache__/\n.hypothesis/\n.pytest_cache/\n")
    (place.tree / ".git" / "replay-made").touch()


def _install(repository: Repository, place: Place) -> None:
    """Where it was left half done it is made anew."""
    shutil.rmtree(place.venv, ignore_errors=True)
    _done([interpreter(repository.python), "-m", "venv", str(place.venv)], place.folder, dict(os.environ))
    env = {**os.environ, **place.environment()}
    pip = [str(place.python), "-m", "pip", "install", "--disable-pip-version-check"]
    output = _done([*pip, *repository.install], place.tree, env)
    output += _done([*pip, TESTMON], place.tree, env)
    _done([str(place.python), "-m", "compileall", "-q", str(place.venv / "lib")], place.tree, env, fine=(0, 1))
    _done([str(place.python), "-m", "compileall", "-q", "."], place.tree, env, fine=(0, 1))
    frozen = _done([str(place.python), "-m", "pip", "freeze", "--all", "--exclude-editable"], place.tree, env)
    version = _done([str(place.python), "-VV"], place.tree, env)
    place.told.mkdir()
    (place.told / "install.log").write_text(output)
    (place.told / "frozen.txt").write_text(frozen)
    about = {"keep": _made(place), "digest": _digest(version + frozen)}
    (place.told / "about.json").write_text(json.dumps(about, indent=1))


def _made(place: Place) -> list[str]:
    """What the installation put into the working copy, as patterns of `git clean`."""
    ignored = _done(["git", "ls-files", "--others", "-z"], place.tree, dict(os.environ)).split("\0")
    return sorted({f"/{path}" for path in ignored if path and "__pycache__" not in path})


def interpreter(version: str) -> str:
    """By its name on PATH, else one that pyenv keeps. Raises NotPreparedError."""
    roots = [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))]
    kept = [str(path) for root in roots for path in sorted(root.glob(f"versions/{version}.*/bin/python{version}"))]
    for candidate in (*kept, shutil.which(f"python{version}") or ""):
        if candidate and subprocess.run([candidate, "-c", ""], check=False, capture_output=True).returncode == 0:
            return candidate
    raise NotPreparedError(f"there is no Python {version} here")


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _done(command: list[str], cwd: Path, env: dict[str, str], fine: tuple[int, ...] = (0,)) -> str:
    ended = process.run(command, cwd, env, LIMIT)
    if ended.code not in fine:
        raise NotPreparedError(f"{' '.join(command)}\n{ended.out[-3000:]}")
    return ended.out

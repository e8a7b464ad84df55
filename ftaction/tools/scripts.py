"""Runs `npm run X` without npm: the shell, its words and its environment as npm would have made them, or None in any doubt.

What npm does was read from its own source (`@npmcli/run-script`, `@npmcli/promise-spawn`, `@npmcli/config`) and measured: the tests
compare both ways. What differs on purpose: npm's two-line banner on standard output is not printed.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from ftaction.model.tool import Words
from ftaction.tools.npm_environment import Npm, Prefix, package_environment, run_environment, settings_environment

_TEST = frozenset({"test", "t", "tst"})
_PATTERN = re.compile(r"(\./)?[\w@.-]+(/[\w@.-]+)*(/\*)?/?$")  # the plain patterns: `packages/*`, `apps/web`
_SAFE = re.compile(r"[^\t\n\r \"#$&'()*;<>?\\`|~]+")  # words that npm gives to the shell unquoted
Read = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One shell: its arguments, and the names that only this step sees."""

    argv: Words
    environment: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """What to run instead of npm: the steps in their order until one fails, whose status is the status of all.

    `environment` is put over the environment that npm would have been started with. Steps run in `working_directory`.
    """

    steps: tuple[Step, ...]
    environment: dict[str, str]
    working_directory: str


def direct(words: Words, *, working_directory: str, read: Read, environment: Mapping[str, str], npm: Npm | None) -> Direct | None:
    """For a command of exactly `npm run X [arguments]`, `npm test` or `npm run X -w FOLDER`; None wherever npm has to run itself.

    `working_directory` is absolute and free of symbolic links; `read` takes absolute paths; `environment` is the check's own. Output
    must go to no terminal (npm tells scripts about that). No `npm`: no facts, so never.
    """
    asked = _asked(words)
    prefix = _prefix(working_directory, asked.workspace, read) if asked and npm else None
    if asked is None or prefix is None or npm is None:
        return None
    package = _package(prefix.package, read)
    steps = _steps(package, asked)
    from_package = package_environment(package)
    from_settings = settings_environment((*npm.settings, read(join(prefix.local, ".npmrc"))))
    from_run = run_environment(npm, prefix, working_directory, asked.command, environment)
    if not steps or from_package is None or from_settings is None or from_run is None:
        return None
    return Direct(steps=steps, environment={**from_settings, **from_run, **from_package}, working_directory=prefix.package)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    command: str  # npm's own word: "run" or "test"
    script: str
    arguments: Words
    workspace: str | None


def _asked(words: Words) -> _Asked | None:
    """The command line, None when a word of it is not understood."""
    before, after = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, ())
    plain: list[str] = []
    workspace: str | None = None
    rest = list(before)
    while rest:
        word = rest.pop(0)
        if word in ("-w", "--workspace") and rest and workspace is None:
            workspace = rest.pop(0)
        elif word.startswith("--workspace=") and workspace is None:
            workspace = word.partition("=")[2]
        elif word.startswith("-"):
            return None
        else:
            plain.append(word)
    if len(plain) > 1 and plain[0] == "npm":
        if plain[1] in ("run", "run-script") and len(plain) > 2:
            return _Asked(command="run", script=plain[2], arguments=(*plain[3:], *after), workspace=workspace)
        if plain[1] in _TEST:
            return _Asked(command="test", script="test", arguments=(*plain[2:], *after), workspace=workspace)
    return None


def _prefix(folder: str, workspace: str | None, read: Read) -> Prefix | None:
    """Where npm finds the package: the folder itself, which may be a workspace of a package above it, or a workspace below it."""
    if _package(folder, read) == {} or normpath(folder) != folder or not folder.startswith("/"):
        return None
    if workspace is not None:
        below = normpath(join(folder, workspace))
        holds = _holds(folder, below, read)
        return Prefix(local=folder, package=below, in_workspace=True) if holds and _above(folder, read) == "" else None
    above = _above(folder, read)
    if above is None:
        return None
    return Prefix(local=above or folder, package=folder, in_workspace=bool(above))


def _above(folder: str, read: Read) -> str | None:
    """The nearest package above that has the folder among its workspaces, "" where there is none, None where it can't be told."""
    up = folder
    while up != "/":
        up = dirname(up)
        if read(join(up, "package.json")) is not None:
            holds = _holds(up, folder, read)
            if holds is not False:
                return up if holds else None
    return ""


def _holds(root: str, folder: str, read: Read) -> bool | None:
    """Whether a package has a folder among its workspaces; None where its patterns are not plain."""
    spaces = _package(root, read).get("workspaces", [])
    patterns = spaces.get("packages", []) if isinstance(spaces, dict) else spaces
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) and _PATTERN.match(pattern) for pattern in patterns):
        return None
    inside = folder[len(root.rstrip("/")) + 1 :] if folder.startswith(root.rstrip("/") + "/") else ""
    plain = [normpath(pattern) for pattern in patterns]
    return bool(inside) and any(inside == pattern or (pattern.endswith("/*") and dirname(inside) == pattern[:-2]) for pattern in plain)


def _package(folder: str, read: Read) -> dict[str, object]:
    try:
        found = json.loads(read(join(folder, "package.json")) or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _steps(package: dict[str, object], asked: _Asked) -> tuple[Step, ...]:
    """The script between its `pre` and `post` scripts; none where one of them is in doubt."""
    scripts = package.get("scripts")
    if not isinstance(scripts, dict) or not isinstance(scripts.get(asked.script), str) or "devEngines" in package:
        return ()
    steps: list[Step] = []
    for event in (f"pre{asked.script}", asked.script, f"post{asked.script}"):
        text = scripts.get(event, "")
        if not isinstance(text, str) or "npm_" in text or (event == asked.script and not text):
            return ()
        if text:
            line = " ".join((text, *(_quoted(word) for word in asked.arguments))) if event == asked.script else text
            steps.append(Step(argv=("sh", "-c", line), environment={"npm_lifecycle_event": event, "npm_lifecycle_script": text}))
    return tuple(steps)


def _quoted(word: str) -> str:
    """As npm does it: the shell reads back exactly the word."""
    return word if _SAFE.fullmatch(word) else "'" + word.replace("'", "'\\''") + "'"

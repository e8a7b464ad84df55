"""Commands that only run another command: `uv run pytest` is pytest's business."""

import re
from typing import NamedTuple

from ftaction.model.tool import Words

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_NONE: frozenset[str] = frozenset()


class _Wrapper(NamedTuple):
    """How a wrapper is written: `name [options] VERB [options] [SKIPPED…] command…`."""

    verbs: tuple[tuple[str, ...], ...] = ((),)  # () = the command follows at once
    valued: frozenset[str] = _NONE  # options whose value is a word of its own
    module: frozenset[str] = _NONE  # options whose value is a Python module that runs as the command
    only_module: bool = False  # without such an option it runs something else
    skipped: int = 0  # words before the command, such as the seconds of `timeout`


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MODULE = _set("-m --module")
_UV = _set(
    "--with --with-editable --with-requirements --group --only-group --no-group --extra --no-extra --python -p --package --directory "
    "--project --env-file --index --default-index --index-url --extra-index-url --config-file --cache-dir --color --resolution --from "
    "--refresh-package --reinstall-package --upgrade-package -P --exclude-newer --prerelease --link-mode -w --config-setting -C"
)
_PYTHON = _Wrapper(valued=_set("-X -W -Q --check-hash-based-pycs"), module=_set("-m"), only_module=True)
_PACKAGES = _set("--package -p --call -c --workspace -w --prefix")
_FILTERS = _set("--filter -F --dir -C --cwd --workspace-concurrency --reporter")
_WRAPPERS = {
    "bun": _Wrapper(verbs=(("run",), ("x",), ()), valued=_FILTERS),
    "bunx": _Wrapper(valued=_PACKAGES),
    "c8": _Wrapper(valued=_set("-r --reporter --reports-dir -o --include -n --exclude -x --src --config -c --temp-directory")),
    "command": _Wrapper(),
    "coverage": _Wrapper(
        verbs=(("run",),),
        valued=_set("--source --include --omit --rcfile --data-file --context --concurrency --save-signal"),
        module=_MODULE,
        only_module=True,
    ),
    "cross-env": _Wrapper(),
    "dotenv": _Wrapper(verbs=(("run",),), valued=_set("-f --file")),
    "exec": _Wrapper(),
    "hatch": _Wrapper(verbs=(("run",),), valued=_set("-e --env --data-dir --cache-dir --config -p --project")),
    "nice": _Wrapper(valued=_set("-n")),
    "nohup": _Wrapper(),
    "npm": _Wrapper(verbs=(("exec",), ("x",)), valued=_PACKAGES),
    "npx": _Wrapper(valued=_PACKAGES),
    "nyc": _Wrapper(valued=_set("--reporter -r --include -n --exclude -x --report-dir --temp-dir -t --cwd")),
    "pdm": _Wrapper(verbs=(("run",),), valued=_set("-p --project --venv --site-packages -c --config")),
    "pipenv": _Wrapper(verbs=(("run",),)),
    "pnpm": _Wrapper(verbs=(("exec",), ("dlx",), ("run",), ()), valued=_FILTERS),
    "pnpx": _Wrapper(),
    "poetry": _Wrapper(verbs=(("run",),), valued=_set("-C --directory -P --project")),
    "python": _PYTHON,
    "rye": _Wrapper(verbs=(("run",),), valued=_set("-f --env-file --pyproject")),
    "time": _Wrapper(),
    "timeout": _Wrapper(valued=_set("-k --kill-after -s --signal"), skipped=1),
    "tsx": _Wrapper(),
    "uv": _Wrapper(verbs=(("tool", "run"), ("run",)), valued=_UV, module=_MODULE),
    "uvx": _Wrapper(valued=_UV),
    "xvfb-run": _Wrapper(valued=_set("-n --server-num -s --server-args -e --error-file")),
    "yarn": _Wrapper(verbs=(("run",), ("exec",), ("dlx",), ()), valued=_set("--cwd")),
}


def without_assignments(words: Words) -> Words:
    """Takes off leading `NAME=value` words and `env` with its options."""
    while words:
        if _ASSIGNMENT.match(words[0]):
            words = words[1:]
        elif words[0].rsplit("/", 1)[-1] == "env":
            words = _skip_options(words[1:], _set("-u --unset -C --chdir -S --split-string"))
        else:
            break
    return words


def without_wrapper(words: Words) -> Words | None:
    """The command inside, or None when the first word wraps nothing. Takes one wrapper off."""
    wrapper = _WRAPPERS.get(words[0])
    if wrapper is None:
        return None
    for verb in wrapper.verbs:
        inner = _inside(words[1:], wrapper, verb)
        if inner:
            return (inner[0].rsplit(":", 1)[-1], *inner[1:]) if words[0] == "hatch" else inner  # `hatch run ENVIRONMENT:command`
    return None


_INSTALLING = frozenset(["conda", "hatch", "mamba", "nox", "pipx", "pixi", "rye", "tox", "uv", "uvx"])
_NO_SYNC = "--no-sync"


def installs(words: Words) -> bool:
    """Whether a command may bring its environment up to date before it runs what it is for."""
    while words := without_assignments(words):
        name = words[0].rsplit("/", 1)[-1]
        if name in _INSTALLING and _NO_SYNC not in words:
            return True
        inner = without_wrapper((name, *words[1:]))
        if inner is None:
            return False
        words = inner
    return False


def _inside(words: Words, wrapper: _Wrapper, verb: tuple[str, ...]) -> Words:
    for word in verb:
        words = _skip_options(words, wrapper.valued)
        if not words or words[0] != word:
            return ()
        words = words[1:]
    rest = _skip_options(words, wrapper.valued, wrapper.module)
    if rest and rest[0] in wrapper.module:
        return rest[1:]
    if wrapper.only_module:
        return ()
    return rest[wrapper.skipped :]


def _skip_options(words: Words, valued: frozenset[str], stop: frozenset[str] = _NONE) -> Words:
    """What follows the leading options. `--` ends them; an option in `stop` is left where it is."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] not in stop:
        if words[at] == "--":
            return words[at + 1 :]
        at += 2 if words[at] in valued else 1
    return words[at:]

"""Which tracked files may have other bytes on disk than in git: other line ends, filters such as git-lfs, other encodings.

What git calls unmodified says nothing of the bytes of these, which a check reads. https://git-scm.com/docs/gitattributes
"""

import os
from collections.abc import Callable, Collection, Mapping

_FILE = ".gitattributes"
_CONVERTING = frozenset({"text", "eol", "crlf", "ident", "filter", "working-tree-encoding"})
_SETTINGS = ("autocrlf", "attributesfile", "include")  # what lies elsewhere, or a setting that converts without attributes

Run = Callable[..., bytes]


def converted(run: Run, git_folders: Collection[str], environment: Mapping[str, str], paths: Collection[str]) -> list[str]:
    """Those of `paths` that git may convert. Git is asked only where something says that it may. Raises `Stop`."""
    homes = _homes(environment)
    settings = _mentioned([*(f"{folder}/config" for folder in git_folders), *(f"{home}config" for home in homes)])
    files = [*(f"{folder}/info/attributes" for folder in git_folders), *(f"{home}attributes" for home in homes)]
    if not settings and not any(map(os.path.exists, files)) and not any(path.endswith(_FILE) for path in paths):
        return []
    if settings and _autocrlf(run):
        return list(paths)
    names = b"\0".join(map(os.fsencode, paths))
    fields = os.fsdecode(run("check-attr", "-a", "-z", "--stdin", given=names)).split("\0")
    told = zip(fields[::3], fields[1::3], fields[2::3], strict=False)
    return list({path for path, attribute, value in told if attribute in _CONVERTING and value != "unset"})


def _homes(environment: Mapping[str, str]) -> tuple[str, ...]:
    """What stands before `config` and `attributes` in the user's and the system's files."""
    home = environment.get("HOME", "")
    return (f"{home}/.git", f"{environment.get('XDG_CONFIG_HOME') or f'{home}/.config'}/git/", "/etc/git")


def _mentioned(files: Collection[str]) -> bool:
    for path in files:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read().lower()
        except OSError:
            continue
        if any(word in text for word in _SETTINGS):
            return True
    return False


def _autocrlf(run: Run) -> bool:
    return run("config", "--default", "false", "--get", "core.autocrlf").strip().lower() in (b"true", b"input", b"yes", b"on", b"1")

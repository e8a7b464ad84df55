"""Where git converts: line endings, Git LFS and other filters, encodings. A file it calls unmodified may then hold other bytes than its blob.

`git status` compares what it would store, so a file whose line endings changed, or an LFS pointer whose content was never fetched, is
clean to it and not to a check. What is converted is therefore read from disk (gitattributes(5), core.autocrlf in git-config(1)).
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping

from ftaction.edge.files import text

_TEXT = re.compile(r"(?<![-!\w])(?:text|eol|crlf|ident|working-tree-encoding)(?![\w])")
_FILTER = re.compile(r"(?<![-!\w])filter=([\w.-]+)")
_MENTIONED = ("autocrlf", "attributesfile", "include")


def converted(files: Iterable[str], root: str, folder: str, environment: Mapping[str, str], ask: Callable[..., list[str]]) -> Iterable[str]:
    """The listed files that may be converted. `folder` is git's own; `ask` runs git and gives the parts between NULs."""
    files = list(files)
    texts = [_text(f"{root}/{path}") for path in files if path.endswith(".gitattributes")] + [_text(path) for path in _attributes(folder, environment)]
    if any(_says(path, _MENTIONED) for path in _configurations(folder, environment)):
        settings = ask("config", "--null", "--get-regexp", r"^core\.(autocrlf|attributesfile)$")
        if any(setting.lower() in ("core.autocrlf\ntrue", "core.autocrlf\ninput") for setting in settings):
            return files
        texts += [_text(os.path.expanduser(value)) for name, _, value in (setting.partition("\n") for setting in settings) if name == "core.attributesfile"]
    lines = [line for one in texts for line in one.splitlines() if not line.startswith("#")]
    if any(_TEXT.search(line.partition(" ")[2]) for line in lines):
        return files
    filters = {name for line in lines for name in _FILTER.findall(line)}
    return [path for name in sorted(filters) for path in ask("ls-files", "-z", f":(attr:filter={name})")]


def _attributes(folder: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Attributes beside those in the working tree: of the repository, the user, the machine."""
    return f"{folder}/info/attributes", f"{_own(environment)}/git/attributes", "/etc/gitattributes"


def _own(environment: Mapping[str, str]) -> str:
    return environment.get("XDG_CONFIG_HOME") or f"{environment.get('HOME', '')}/.config"


def _configurations(folder: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Where git's configuration may stand: of the repository, the user, the machine."""
    home = environment.get("HOME", "")
    return f"{folder}/config", f"{folder}/config.worktree", f"{home}/.gitconfig", f"{_own(environment)}/git/config", "/etc/gitconfig"


def _says(path: str, words: Iterable[str]) -> bool:
    said = _text(path).lower()
    return any(word in said for word in words)


def _text(path: str) -> str:
    try:
        return text(path)
    except OSError:
        return ""

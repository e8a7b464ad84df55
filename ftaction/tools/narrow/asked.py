"""Reads a check's command: which runner it starts, and whether that runs the whole suite once, so that a part may stand in for it."""

import json
import re
from collections.abc import Callable
from posixpath import join, normpath
from typing import NamedTuple

from ftaction.model.check import Command
from ftaction.model.narrow import Rule, Whole
from ftaction.model.tool import Tool, Words
from ftaction.tools import recognise
from ftaction.tools.narrow.runners import RUNNERS, Runner
from ftaction.tools.words import split

_SHELL = re.compile(r"[$`|<>&;()*?\n{}!#~\\\[\]]")
_SCRIPTS = frozenset({"npm", "pnpm", "yarn", "bun"})
_RUN = frozenset({"run", "run-script", "rum", "urn"})
_TEST = frozenset({"test", "t", "tst"})
_COVERAGE = ("--coverage", "--collectCoverage", "--coverage.enabled")
_NO_COVERAGE = frozenset({"--no-coverage", "--coverage=false", "--collectCoverage=false", "--coverage.enabled=false"})
Read = Callable[[str], str | None]


class Asked(NamedTuple):
    """`words`: the runner's own, its name first. `before`: what has to stand before words that are appended to the command.

    `config`: the file that it names as its configuration, from the root of the repository; "" where it names none.
    """

    runner: Runner
    words: Words
    before: Words = ()
    config: str = ""

    @property
    def covers(self) -> bool | None:
        """Whether the command itself says that coverage is measured; None where it says nothing."""
        if any(word in _NO_COVERAGE for word in self.words):
            return False
        said = any(word.partition("=")[0] in _COVERAGE or word.startswith("--coverage.") for word in self.words)
        return True if said else None


def asked(run: Command, folder: str, read: Read) -> Asked | Whole | None:
    """None where neither runner is started, as far as can be seen. `folder` is the working folder from the root, "" for the root itself."""
    commands = split(run)
    found = [recognise(words) for words in commands]
    if not any(_starts(one, folder, read) for one in found):
        return None
    if len(commands) != 1 or found[0] is None or needs_shell(run):
        return Whole(Rule.SEVERAL_COMMANDS, (_line(run),))
    tool, words = found[0]
    if tool.name in RUNNERS:
        return _started(Asked(RUNNERS[tool.name], words), commands[0][: -len(words)], folder, read)
    return _script(words, folder, read)


def _starts(found: tuple[Tool, Words] | None, folder: str, read: Read) -> bool:
    return found is not None and (found[0].name in RUNNERS or bool(asked(_text(found[1], folder, read), folder, _nothing)))


def _started(found: Asked, before: Words, folder: str, read: Read) -> Asked | Whole:
    """For a runner's own name behind the words `before`: a package manager may have a script of that name, and npm keeps options for itself."""
    managers = [word for word in before if word in _SCRIPTS]
    if managers and _named(found.words[0], folder, read):
        return Whole(Rule.SEVERAL_COMMANDS, (" ".join((*before, *found.words)),))
    held = managers[-1:] == ["npm"] and "--" not in before and "--" not in found.words
    return _read(found._replace(before=("--",) if held else ()), folder)


def _script(words: Words, folder: str, read: Read) -> Asked | Whole | None:
    """For `npm test` and its like: the script has to be one plain command of a runner, which takes what is appended."""
    text = _text(words, folder, read)
    inner = asked(text, folder, _nothing)
    if not isinstance(inner, Asked):
        return inner
    passed = words[words.index("--") + 1 :] if "--" in words else ()
    before = () if "--" in words or words[0] != "npm" else ("--",)
    return _read(inner._replace(words=(*inner.words, *passed), before=before), folder)


def _text(words: Words, folder: str, read: Read) -> str:
    """The script that the words start, where they are exactly a package manager, perhaps `run`, and the script's name; else ""."""
    own = words[: words.index("--")] if "--" in words else words
    named = [word for word in own[1:] if word not in _RUN]
    if own[0] not in _SCRIPTS or len(named) != 1 or len(own) > 3 or named[0].startswith("-"):
        return ""
    return _named("test" if named[0] in _TEST else named[0], folder, read)


def _named(name: str, folder: str, read: Read) -> str:
    """The script of that name, "" where there is none."""
    scripts = table(read(join(folder, "package.json"))).get("scripts")
    script = scripts.get(name) if isinstance(scripts, dict) else None
    return script if isinstance(script, str) else ""


def _nothing(_path: str) -> None:
    """Scripts inside scripts are not followed."""


def _read(found: Asked, folder: str) -> Asked | Whole:
    """The same with what its options say, or the rule by which it runs as it is."""
    runner, words, config = found.runner, list(found.words[1:]), ""
    if words and words[0] in runner.verbs:
        words.pop(0)
    while words:
        word = words.pop(0)
        option, given, value = word.partition("=")
        if option in runner.watches:
            return Whole(Rule.WATCHES, (word,))
        if option in runner.selects or not word.startswith("-") or word == "--":
            return Whole(Rule.OWN_SELECTION, (word,))
        if option in runner.valued and not given:
            value = words.pop(0) if words else ""
        if option in ("-c", "--config"):
            config = normpath(join(folder, value))
    return found._replace(config=config)


def needs_shell(run: Command) -> bool:
    """Whether a line holds more than words."""
    return isinstance(run, str) and bool(_SHELL.search(run.strip()))


def _line(run: Command) -> str:
    return run if isinstance(run, str) else " ".join(run)


def table(text: str | None) -> dict[str, object]:
    """A JSON object; empty where it is none."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

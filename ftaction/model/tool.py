"""What can be known of a tool without running it. Each module of `tools/` holds values of this type."""

from collections.abc import Callable
from typing import NamedTuple

from ftaction.model.check import Stage

Words = tuple[str, ...]  # a command's words: the tool's name first, wrappers such as `uv run` taken off


def _one_test(_words: Words) -> str:
    return "its tests can't be told apart"


def _unknown_share(_words: Words, _slots: int) -> Words:
    return ()


class Tool(NamedTuple):
    """One tool: where its checks run, what else its outcome depends on, and how it takes its share of the machine.

    `config` are globs of files that count as inputs of every check of this tool, even where its `inputs` are narrower.
    `home` are files below the user's home folder that it reads too; those that hold passwords, such as `.npmrc`, are not among them.
    `env` are globs of environment names that the tool itself reads: its checks see them, and they count.
    `suite` names how its tests are told apart and watched, empty where they can't be; `narrows(words)` says why this command's can't, or "".
    `parts`: whether it may start a runner that can be asked for a part of its suite (`run/parts.py`).
    `share(words, slots)` gives the options to add so that the tool uses that many CPUs; none where it cannot be told, or was.
    """

    name: str
    ecosystem: str  # "python", "node", "go", "rust" or "any": whose interpreter, packages and lock files count
    stage: Callable[[Words], Stage]
    config: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    share: Callable[[Words, int], Words] = _unknown_share
    suite: str = ""
    parts: bool = False
    narrows: Callable[[Words], str] = _one_test

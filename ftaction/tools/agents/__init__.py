"""Command lines that answer prompts: how what they print is read, and what keeps them from doing anything but answer."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ftaction.model.asking import Said


class Agent(NamedTuple):
    """`options`: appended where the command has none of them; `environment`: set for it; `limit`: the variable for tokens of an answer, or empty."""

    name: str
    read: Callable[[str, int], Said]
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}
    limit: str = ""


def _text(stdout: str, code: int) -> Said:
    return Said(stdout, problem=f"it ended with status {code}" if code else "")


AGENTS: dict[str, Agent] = {"text": Agent("text", _text)}

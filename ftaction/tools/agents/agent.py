"""What is known of an agent's command line that asks a model: how its output is read, and what makes a question of it and nothing more."""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from ftaction.model.asking import LIMITED, REFUSED, Said

_LONGEST = 500  # characters of a problem, which is told in one line


class Option(NamedTuple):
    """An option with its values. `unless`: the variable that means another way to pay, with which the program does not take the option."""

    words: tuple[str, ...]
    unless: str = ""


class Agent(NamedTuple):
    """`read`: what a call said, of standard output and the exit status, whatever these are.

    `options`: take away tools, settings, memory and sessions, so that nothing but the prompt is sent, and nothing but an answer comes back.
    `short`: other names of these. `environment`: no telemetry, no updates, no tries of its own, as the run counts and paces them.
    `limit`: the variable that limits the tokens of an answer; empty where the program has none. `home`: where it keeps its state.
    """

    name: str
    read: Callable[[str, int], Said]
    options: tuple[Option, ...] = ()
    short: dict[str, str] = {}
    environment: dict[str, str] = {}
    limit: str = ""
    home: str = ""


def completed(agent: Agent, command: tuple[str, ...], variables: Collection[str] = ()) -> tuple[str, ...]:
    """The command with those options that it does not have. `variables`: the names of what it finds in its environment."""
    given = set(_given(agent, command))
    added = (option.words for option in agent.options if option.unless not in variables and _key(option.words) not in given)
    return (*command, *(word for words in added for word in words))


def _given(agent: Agent, command: tuple[str, ...]) -> Iterator[str]:
    for number, word in enumerate(command):
        name, equals, value = word.partition("=")
        yield _key((agent.short.get(name, name), value if equals else "".join(command[number + 1 : number + 2])))


def _key(words: tuple[str, ...]) -> str:
    """What may stand once: an option's name; of a setting, and of what is switched on or off, also which."""
    name, *values = words
    if name in ("--config", "--enable", "--disable"):
        return f"{name} {''.join(values).partition('=')[0].strip()}"
    return name


def failed(problem: str, status: int | None = None, tokens_in: int | None = None, tokens_out: int | None = None, usd: float | None = None) -> Said:
    """`status`: what the service answered with, where that is known. Where nothing was counted of a call that failed, nobody knows what it cost."""
    if not tokens_in and not tokens_out:
        tokens_in = tokens_out = usd = None
    line = " ".join(problem.split())
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    return Said("", tokens_in, tokens_out, usd, line, None, status in LIMITED, status in REFUSED)


def ended(code: int) -> str:
    return f"the command ended with status {code}"

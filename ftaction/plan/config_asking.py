"""The part of a configuration that is about asking models: read into values, and what is wrong with it beyond each key by itself."""

import shlex
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import Any, cast

from ftaction.model.asking import Ask, Budget, Keep, Phase, Price, Worker
from ftaction.model.check import Check, Config, Stage
from ftaction.plan.environment import is_secret
from ftaction.plan.keys import CHECK
from ftaction.plan.places import Path

Wrong = tuple[Path, str, Collection[str]]
_OTHER_NAMES = {"ask": "prompt", "answers": "schema", "with": "handed"}
_OF_COMMANDS = frozenset(key.name for key in CHECK.keys if key.beside == "run")
_ASK = ("ask", "phase", "items", "batch", "answers", "with", "verdict", "budget", "ttl", "store")


def asks(values: dict[str, object]) -> bool:
    """Whether a check asks, and says whom."""
    return "ask" in values and "phase" in values and "run" not in values


def asking(name: str, values: dict[str, Any]) -> Check:
    """A check that asks. Those whose answers it is handed come first, as what it needs does; asking takes time, so it is slow."""
    mine = {_OTHER_NAMES.get(key, key): _frozen(values[key]) for key in _ASK if key in values}
    ask = Ask(**mine | {"budget": Budget(**mine.get("budget", {}))})
    rest: dict[str, Any] = {key: _frozen(value) for key, value in values.items() if key not in _ASK and key not in _OF_COMMANDS}
    needs = tuple(dict.fromkeys((*rest.pop("needs", ()), *ask.handed)))
    return Check(name=name, run=(), ask=ask, needs=needs, **{"stage": Stage.SLOW, "tool": "none"} | rest)


def need_at(check: Check, need: str) -> Path:
    """Where it is said that a check needs this one: its answers are handed on, or it is one of the `needs`."""
    if check.ask is not None and need in check.ask.handed:
        return ("checks", check.name, "with", check.ask.handed.index(need))
    return ("checks", check.name, "needs", check.needs.index(need))


def phase(values: dict[str, object]) -> Phase:
    return Phase(**cast(dict[str, Any], values))


def worker(values: dict[str, Any]) -> Worker:
    prices = {model: Price(**both) for model, both in values.pop("price", {}).items() if len(both) == len(Price._fields)}
    return Worker(price=prices, **{key: _frozen(value) for key, value in values.items()})


def wrong_asks(config: Config, names: Collection[str], phases: Collection[str], agents: Collection[str]) -> Iterator[Wrong]:
    """Mistakes with their places, and the names that may have been meant. `agents`: formats that an answer may have; any where none are given."""
    for check in config.checks.values():
        if check.ask is not None:
            yield from _wrong_ask(config, check, check.ask, names, phases)
        yield from _wrong_env(config, check)
    for name, one in config.workers.items():
        if agents and one.answer not in agents:
            yield ("workers", name, "answer"), f"workers.{name}.answer: nothing is known of a format `{one.answer}`", agents
        if isinstance(one.run, str) and not _has_words(one.run):
            yield ("workers", name, "run"), f"workers.{name}.run: no shell reads it, and it can't be split into words: a quote is not closed", ()


def _wrong_env(config: Config, check: Check) -> Iterator[Wrong]:
    """A key is its worker's alone."""
    keys = {key: name for name, one in config.workers.items() for key in one.env if isinstance(key, str) and is_secret(key)}
    for index, pattern in enumerate(check.env):
        for key in sorted(keys):
            if isinstance(pattern, str) and fnmatchcase(key, pattern):
                yield ("checks", check.name, "env", index), f"checks.{check.name}.env: `{key}` is the key of worker `{keys[key]}`, which alone may see it", ()


def _has_words(run: str) -> bool:
    try:
        return bool(shlex.split(run))
    except ValueError:
        return False


def _wrong_ask(config: Config, check: Check, ask: Ask, names: Collection[str], phases: Collection[str]) -> Iterator[Wrong]:
    here: Path = ("checks", check.name)
    if ask.phase not in phases:
        yield (*here, "phase"), f"checks.{check.name}.phase: there is no phase `{ask.phase}`", phases
    elif ask.phase in config.phases and (named := config.phases[ask.phase].worker) not in config.workers:
        yield ("phases", ask.phase, "worker"), f"phases.{ask.phase}.worker: there is no worker `{named}`", config.workers
    if check.stage is Stage.MUTATING:
        yield (*here, "stage"), f"`{check.name}` asks, so it changes no files", ()
    for index, other in ((index, other) for index, other in enumerate(ask.handed) if isinstance(other, str)):  # what is no name is told already
        if other not in names:
            yield (*here, "with", index), f"checks.{check.name}.with: there is no check `{other}`", names
        elif other in config.checks and (its := config.checks[other].ask) is None:
            yield (*here, "with", index), f"checks.{check.name}.with: `{other}` runs a command, so it has no answers: its files are `needs` and `outputs`", ()
        elif other in config.checks and its is not None and its.store is Keep.DIGEST:
            yield (*here, "with", index), f"checks.{check.name}.with: `{other}` has `store: digest`, so its answers are not kept", ()


def _frozen(value: Any) -> Any:  # noqa: ANN401  # what YAML holds
    return tuple(value) if isinstance(value, list) else value

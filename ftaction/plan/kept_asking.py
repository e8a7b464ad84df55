"""The part of a configuration that is about asking models, from plain data; see `kept.py`."""

from typing import Any

from ftaction.model.asking import Api, Ask, Budget, Keep, Phase, Price, Verdict, Worker
from ftaction.model.check import Config


def with_asking(config: Config, data: dict[str, Any]) -> Config:
    """The same with its phases and workers, and what its checks ask. Raises as `from_data` does."""
    asks = {name: _ask(values["ask"]) for name, values in data["checks"].items() if values["ask"]}
    return config._replace(
        checks={name: check._replace(ask=asks.get(name)) for name, check in config.checks.items()},
        phases={name: Phase(**values) for name, values in data["phases"].items()},
        workers={name: _worker(values) for name, values in data["workers"].items()},
    )


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _ask(values: dict[str, Any]) -> Ask:
    words = {"verdict": Verdict(values["verdict"]), "store": Keep(values["store"]), "budget": Budget(*values["budget"])}
    return Ask(**_frozen(values) | words)


def _worker(values: dict[str, Any]) -> Worker:
    price = {model: Price(*both) for model, both in values["price"].items()}
    return Worker(**_frozen(values) | {"api": values["api"] and Api(values["api"]), "price": price})

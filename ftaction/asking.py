"""The process that asks: `python -m ftaction.asking FOLDER`, where the order lies and what happens is written down.

It is started by the run like any check's command, as a user of its own where there is one to be had, and sees no more of the environment than
its worker may: neither the store nor GitHub is within its reach.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from ftaction.edge.machine import make_unreadable
from ftaction.edge.turns import Turns
from ftaction.errors import Stop
from ftaction.model.asking import Api, Said
from ftaction.plan.asking.answers import Schema, SchemaError
from ftaction.plan.asking.echo import said as echo
from ftaction.plan.asking.order import Answer, Call, Order, Unasked, line, loaded
from ftaction.report import words
from ftaction.run.asker import Around, Asker, Model

_PATIENCE = 2.0  # seconds for one answer


class _LateError(Exception):
    """Time is up."""


class EchoModel:
    """Asks nobody."""

    async def ask(self, _model: str, prompt: str, _max_tokens: int, _timeout: float, /) -> Said:
        return echo(prompt)

    async def close(self) -> None:
        """There is nothing to end."""


class Patient(Schema):
    """Gives an answer up that can't be judged in time: a pattern may take for ever on a text that was made for it."""

    def problem(self, answer: Any) -> str:  # noqa: ANN401  # JSON
        """Why it does not fit; empty where it does. Regular expressions look for signals while they search."""
        signal.signal(signal.SIGALRM, _late)
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
        try:
            return super().problem(answer)
        except _LateError:
            return f"whether it fits the schema can't be told within {_PATIENCE:.0f} seconds"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0.0)


def main() -> int:
    """0: what could be asked was asked; what came of it stands in the folder."""
    make_unreadable()
    folder = sys.argv[1]
    with open(f"{folder}/order.json", encoding="utf-8") as file:
        order = loaded(file.read())
    with open(f"{folder}/out/said", "ab", buffering=0) as out:
        try:
            schema = Patient(order.text.schema)
            model = _model(order)
        except (SchemaError, Stop, ImportError) as error:
            out.write(line(_why(error), fatal=True))
            return 0

        def say(said: Call | Answer | Unasked | str) -> None:
            out.write(line(said))

        try:
            asyncio.run(_asked(order, schema, model, say))
        except asyncio.CancelledError:
            pass  # whoever ended it knows
        except Exception as error:  # noqa: BLE001  # what was answered counts, whatever we stumble over
            inner = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
            out.write(line(f"a fault of ours ({type(inner).__name__}: {inner})", fatal=True))
    return 0


async def _asked(order: Order, schema: Schema, model: Model, say: Callable[[Call | Answer | Unasked | str], None]) -> None:
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    turns = Turns(order.turns, order.worker.max_parallel, order.worker.per_minute)
    around = Around(model, turns, say, _print, time.monotonic, asyncio.sleep)
    try:
        await Asker(order, schema, around).run()
    finally:
        await model.close()


def _model(order: Order) -> Model:
    """Raises `Stop`."""
    worker = order.worker
    if worker.api is Api.ECHO:
        return EchoModel()
    if worker.api is not None:
        from ftaction.edge.model_api import model

        return model(worker.api, worker.url, order.phase.temperature)
    from ftaction.edge.model_command import CommandModel
    from ftaction.tools.agents import AGENTS

    assert worker.run is not None, "the configuration was read"
    agent = AGENTS[worker.answer]
    given = worker.run if isinstance(worker.run, str) else " ".join(worker.run)
    options = tuple(option for option in agent.options if option.split("=")[0] not in given)
    return CommandModel(worker.run, options, {**os.environ, **agent.environment}, agent.limit, agent.read)


def _why(error: SchemaError | Stop | ImportError) -> str:
    match error:
        case Stop(message=message, hint=hint):
            return f"{message}: {hint}"
        case ImportError(name=name):
            return f"the library `{name}` is not installed: `ftaction[models]` brings it"
        case _:
            return f"the schema of an answer: {error}"


def _late(_number: int, _frame: FrameType | None) -> None:
    raise _LateError


def _print(text: str) -> None:
    """One line, whatever names stand in it."""
    sys.stdout.write(f"{words.printable(text)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

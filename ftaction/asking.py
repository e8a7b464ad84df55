"""The process that asks: `python -m ftaction.asking FOLDER API RUN`. In the folder the order lies, or will lie, and what happens is written down.

API is that of its worker, or `command`; RUN the process of the run.

It is started by the run like any check's command, as a user of its own where there is one to be had, and sees no more of the environment than
its worker may: neither the store nor GitHub is within its reach.
"""

import asyncio
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any

from ftaction.edge.machine import make_unreadable
from ftaction.edge.turns import Turns
from ftaction.model.asking import Api, Said
from ftaction.plan.asking.answers import Schema, SchemaError
from ftaction.plan.asking.echo import said as echo
from ftaction.plan.asking.findings import DEFAULT
from ftaction.plan.asking.order import Answer, Call, Order, Unasked, line, loaded
from ftaction.report import words
from ftaction.run.asker import Around, Asker, Model

_LOOK = 0.01  # seconds between two looks for the order
_LOADED = {
    "command": ("ftaction.edge.model_command", "ftaction.tools.agents"),
    "anthropic": ("anthropic", "anthropic.resources.messages", "ftaction.edge.model_api"),
    "openai": ("openai", "openai.resources.chat.completions", "ftaction.edge.model_api"),
}  # by API: what is loaded when something is asked
_UNDER_WAY = 0.1  # seconds after which the first calls are made, so that what is needed for their answers holds up none of them
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
    """0: what could be asked was asked; what came of it stands in the folder. 1: the run ended before there was an order."""
    make_unreadable()
    folder, api, run = sys.argv[1:]
    if not _is_there(f"{folder}/order.json", api, int(run)):
        return 1
    with open(f"{folder}/order.json", encoding="utf-8") as file:
        order = loaded(file.read())
    with open(f"{folder}/out/said", "ab", buffering=0) as out:
        try:
            schema = Patient(order.text.schema)
            model = _model(order)
        except (SchemaError, ImportError) as error:
            for position in range(len(order.shown)):
                out.write(line(Unasked(position, _why(error))))
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
    asyncio.get_running_loop().call_later(_UNDER_WAY, schema.ready)
    around = Around(model, turns, say, _print, time.monotonic, asyncio.sleep)
    try:
        await Asker(order, schema, around).run()
    finally:
        await model.close()


def _is_there(order: str, api: str, run: int) -> bool:
    """Whether the order came. Until it does, what asking needs is loaded."""
    if not os.path.exists(order):
        Schema(DEFAULT).ready()
        with suppress(ImportError):  # which is told when something is asked
            for name in _LOADED.get(api, ()):
                import_module(name)
    while not os.path.exists(order):
        time.sleep(_LOOK)
        try:
            os.kill(run, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass  # it is there, and another user's
    return True


def _model(order: Order) -> Model:
    """Raises `ImportError` where a client library is not there."""
    worker = order.worker
    if worker.api is Api.ECHO:
        return EchoModel()
    if worker.api is not None:
        from ftaction.edge.model_api import model

        return model(worker.api, worker.url, order.phase.temperature)
    from ftaction.edge.model_command import CommandModel
    from ftaction.edge.model_guard import Guard
    from ftaction.tools.agents import AGENTS, completed

    assert worker.run is not None, "the configuration was read"
    agent = AGENTS[worker.answer]
    words = tuple(shlex.split(worker.run)) if isinstance(worker.run, str) else worker.run
    return CommandModel(completed(agent, words, os.environ), (), {**agent.environment, **os.environ}, agent.limit, agent.read, guard=Guard(), home=agent.home)


def _why(error: SchemaError | ImportError) -> str:
    if isinstance(error, ImportError):
        return f"the library `{error.name}` is not installed: `ftaction[models]` brings it"
    return f"the schema of an answer: {error}"


def _late(_number: int, _frame: FrameType | None) -> None:
    raise _LateError


def _print(text: str) -> None:
    """One line, whatever names stand in it."""
    sys.stdout.write(f"{words.printable(text)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

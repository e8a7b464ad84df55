"""Asks: batches side by side, each until it has its answers or is not to have them. Runs in a process of its own (`ftaction/asking.py`).

Everything that happens is said at once, line by line, so that whatever ends this process, what was answered is kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol

from ftaction.model.asking import Api, Price, Said
from ftaction.plan.asking.answers import Schema, read_reply
from ftaction.plan.asking.batches import CALLS, batches, call_tokens, cost
from ftaction.plan.asking.order import Answer, Call, Order, Unasked
from ftaction.plan.asking.prompt import Shown, prompt

_PATIENCE = 5  # times that a batch is turned away until it is left
_WAIT, _LONGEST_WAIT = 2.0, 60.0  # seconds before a batch that was turned away is asked about again, where the worker does not say
_AGAIN = 1.0  # seconds before a call that failed is made again


class Model(Protocol):
    """A worker, as it is reached."""

    async def ask(self, model: str, prompt: str, max_tokens: int, timeout: float) -> Said:
        """One call. Whatever goes wrong is a problem that is told; cancelling ends it."""

    async def close(self) -> None:
        """Nothing is asked any more."""


class Turns(Protocol):
    """Whose turn it is at a worker that several checks share."""

    async def take(self) -> Callable[[], None]:
        """Wait for a turn; what is returned ends it."""

    def hold(self, seconds: float) -> None:
        """Nobody is to ask for so long."""


class Around(NamedTuple):
    """What asking needs of the outside. `say` takes what happened; `clock` counts seconds; `log` takes text for people."""

    model: Model
    turns: Turns
    say: Callable[[Call | Answer | Unasked | str], None]
    log: Callable[[str], None]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


class Purse:
    """What may still be spent. Calls that are under way are counted as what they cost at most.

    Where no price is known they are counted as the dearest one so far, once the worker told what one cost. A worker that never tells is asked
    once: nobody could keep a budget of money for it.
    """

    def __init__(self, order: Order, clock: Callable[[], float]) -> None:
        self._order, self._clock = order, clock
        self._ends = clock() + (order.budget.seconds or 0.0)
        self._calls, self._usd, self._dearest = 0, 0.0, 0.0
        self._open: dict[int, float] = {}
        self._numbers = 0
        self._told, self._never = False, False  # whether the worker told what a call cost; whether it does not
        self._one_ended = asyncio.Event()

    @property
    def left(self) -> float:
        """Seconds."""
        return self._ends - self._clock()

    @property
    def late(self) -> str:
        return f"the budget of {self._order.budget.seconds:g} seconds was spent"

    def estimate(self, model: str, shown: Sequence[Shown]) -> float | None:
        """US dollars that a call takes at most; None where no price is known."""
        return cost(*call_tokens(self._order.text, shown, self._order.phase), self.price(model))

    def price(self, model: str) -> Price | None:
        """None where it is not known. `echo` asks nobody, so it keeps any budget."""
        worker = self._order.worker
        free = Price(0.0, 0.0) if worker.api is Api.ECHO and self._order.budget.usd is not None else None
        return worker.price.get(model, free)

    async def open(self, usd: float | None) -> int | str:
        """A number for a call that may be made, or why it may not. Where nobody knows what a call costs, the first is waited for."""
        budget = self._order.budget
        while usd is None and budget.usd is not None and self._open and not (self._told or self._never):
            self._one_ended.clear()
            await self._one_ended.wait()
        if self.left <= 0:
            return self.late
        if budget.calls is not None and self._calls >= budget.calls:
            return f"the budget of {budget.calls} call{'' if budget.calls == 1 else 's'} was spent"
        if budget.usd is not None and usd is None and self._never:
            return f"the budget of {budget.usd:g} US dollars can't be kept: the worker has no `price`, and does not tell what a call costs"
        expected = self._dearest if usd is None else usd
        if budget.usd is not None and self._usd + sum(self._open.values()) + expected > budget.usd:
            return f"the budget of {budget.usd:g} US dollars had no room for it"
        self._numbers += 1
        self._calls += 1
        self._open[self._numbers] = expected
        return self._numbers

    def close(self, number: int, said: Said) -> None:
        """What a call came to. One that was turned away is none; one that failed without a word costs what it was expected to."""
        expected = self._open.pop(number)
        none = said.limited or said.refused
        self._calls -= none
        self._usd += 0.0 if none else expected if said.usd is None else said.usd
        self._dearest = max(self._dearest, said.usd or 0.0)
        self._told |= said.usd is not None
        self._never |= said.usd is None and not said.problem
        self._one_ended.set()


class _Batch(NamedTuple):
    """Positions that are asked about together, and what went before."""

    positions: tuple[int, ...]
    calls: int = 0
    turned_away: int = 0
    corrected: bool = False
    fallback: bool = False
    wrong: tuple[tuple[int, str], ...] = ()
    problem: str = ""


class Asker:
    """One order, carried out. `schema`: of one answer."""

    def __init__(self, order: Order, schema: Schema, around: Around) -> None:
        self._order, self._schema, self._around = order, schema, around
        self._purse = Purse(order, around.clock)
        self._refused = ""

    async def run(self) -> None:
        """Ends when every item has an answer or a reason."""
        order = self._order
        groups, too_large = batches(order.text, order.shown, order.batch, order.phase, order.worker)
        self._leave(too_large, f"it is larger than a call may be ({order.worker.window:,} tokens with its answer)", asked=False)
        async with asyncio.TaskGroup() as tasks:
            for group in groups:
                tasks.create_task(self._until_done(_Batch(group)))

    async def _until_done(self, batch: _Batch | None) -> None:
        while batch is not None:
            batch = await self._once(batch)

    async def _once(self, batch: _Batch) -> _Batch | None:
        """What is still to be asked after one try; None where nothing is."""
        try:
            end = await asyncio.wait_for(self._around.turns.take(), max(0.0, self._purse.left))
        except TimeoutError:
            return self._instead(batch, self._purse.late)
        try:
            if self._refused:
                return self._leave(batch.positions, self._refused, asked=batch.calls > 0)
            wrong = dict(batch.wrong)
            shown = [self._order.shown[position]._replace(wrong=wrong.get(position, "")) for position in batch.positions]
            model = self._order.phase.fallback if batch.fallback and self._order.phase.fallback else self._order.phase.model
            usd = self._purse.estimate(model, shown)
            number = await self._purse.open(usd)
            if isinstance(number, str):
                return self._instead(batch, number)
            text = prompt(self._order.text, shown)
            said, seconds = await self._call(model, text, shown)
            said = said._replace(usd=self._paid(model, said, usd))
            self._purse.close(number, said)
        finally:
            end()
        self._around.say(Call(number, text, model, len(shown), batch.calls > 0, seconds, *said[1:5], said.limited or said.refused))
        self._around.log(_line(model, shown, said, seconds))
        if said.refused:
            self._refused = said.problem
            return self._leave(batch.positions, said.problem, asked=True)
        if said.limited:
            return await self._later(batch, said)
        if said.problem:
            return await self._again(batch._replace(calls=batch.calls + 1, problem=said.problem))
        return self._read(batch._replace(calls=batch.calls + 1), number, model, said, seconds=seconds)

    def _paid(self, model: str, said: Said, most: float | None) -> float | None:
        """What the worker says, else by its price; where tokens are not told either, what it takes at most."""
        if said.usd is not None or said.limited or said.refused:
            return said.usd
        if said.tokens_in is None or said.tokens_out is None:
            return most
        return cost(said.tokens_in, said.tokens_out, self._purse.price(model))

    async def _call(self, model: str, text: str, shown: Sequence[Shown]) -> tuple[Said, float]:
        timeout = max(0.1, min(self._order.worker.timeout, self._purse.left))
        _, most_out = call_tokens(self._order.text, shown, self._order.phase)
        began = self._around.clock()
        said = await self._around.model.ask(model, text, most_out, timeout)
        return said, self._around.clock() - began

    async def _later(self, batch: _Batch, said: Said) -> _Batch | None:
        """It was turned away: everybody waits as long as the worker asks for, unless there is a fallback or no time for it."""
        wait = said.retry_after if said.retry_after is not None else min(_WAIT * 2**batch.turned_away, _LONGEST_WAIT)
        batch = batch._replace(turned_away=batch.turned_away + 1, problem=said.problem)
        patient = batch.turned_away < _PATIENCE and wait < self._purse.left and wait <= _LONGEST_WAIT
        if not patient or (self._order.phase.fallback and not batch.fallback and batch.turned_away > 1):
            return self._instead(batch, said.problem)
        self._around.turns.hold(wait)
        return batch

    async def _again(self, batch: _Batch) -> _Batch | None:
        if batch.calls >= CALLS:
            return self._leave(batch.positions, batch.problem, asked=True)
        await self._around.sleep(min(_AGAIN, max(0.0, self._purse.left)))
        return batch

    def _instead(self, batch: _Batch, why: str) -> _Batch | None:
        """What can't be asked as it should be: the fallback's earlier answers, or the fallback, or nothing."""
        fallback = self._order.phase.fallback
        if not fallback or batch.fallback:
            return self._leave(batch.positions, why, asked=batch.calls > 0)
        spare = [position for position in batch.positions if self._order.spare[position]]
        for position in spare:
            self._around.say(Unasked(position, why, spare=True))
        rest = tuple(position for position in batch.positions if position not in spare)
        self._around.say(f"{fallback} stands in for {self._order.phase.model}: {why}")
        return batch._replace(positions=rest, fallback=True, turned_away=0) if rest else None

    def _read(self, batch: _Batch, call: int, model: str, said: Said, *, seconds: float) -> _Batch | None:
        reply = read_reply(said.text, len(batch.positions), self._schema)
        if reply.strange:
            self._around.say(f"{model} answered about items that nobody asked about: {', '.join(reply.strange)}")
        share = len(reply.answers) or 1
        for number, answer in reply.answers.items():
            into, out = (None if tokens is None else tokens // share for tokens in (said.tokens_in, said.tokens_out))
            usd = None if said.usd is None else said.usd / share
            self._around.say(Answer(batch.positions[number - 1], call, model, answer, into, out, usd, seconds / share))
        if not reply.wrong:
            return None
        wrong = tuple((batch.positions[number - 1], problem) for number, problem in reply.wrong.items())
        if batch.corrected or batch.calls >= CALLS:
            for position, problem in wrong:
                self._leave((position,), f"its answer could not be used, twice: {problem}", asked=True)
            return None
        return batch._replace(positions=tuple(position for position, _ in wrong), wrong=wrong, corrected=True)

    def _leave(self, positions: Sequence[int], why: str, *, asked: bool) -> _Batch | None:
        """They stay without an answer, so nothing is left to ask of them."""
        for position in positions:
            self._around.say(Unasked(position, why, asked))
        return None


def _line(model: str, shown: Sequence[Shown], said: Said, seconds: float) -> str:
    """A call for people."""
    names = ", ".join(one.item.name for one in shown if one.item.name)
    tokens = f", {said.tokens_in:,} tokens in, {said.tokens_out:,} out" if said.tokens_in is not None and said.tokens_out is not None else ""
    usd = f", ${said.usd:.4f}" if said.usd is not None else ""
    return f"{model}{f' about {names}' if names else ''}: {said.problem or 'answered'} after {seconds:.1f} s{tokens}{usd}"

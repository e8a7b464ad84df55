"""Which items share a call, and what calls may cost at most."""

from collections.abc import Sequence

from ftaction.model.asking import Ask, Most, Phase, Price, Worker
from ftaction.plan.asking.prompt import Shown, Text, prompt, tokens

CALLS = 3
"""Calls for one batch at most: the first, and two more for what failed or did not fit."""

_MARGIN = 200  # tokens around the answers of a call


def batches(text: Text, shown: Sequence[Shown], batch: int, phase: Phase, worker: Worker) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    """Positions of items by call, of nearly the same number; and of those that are too large for any call.

    What a pull request touched shares no call with what it did not: an instruction in the one could otherwise sway what is said, and remembered,
    of the other.
    """
    room = worker.window - tokens(prompt(text, [Shown(item=shown[0].item._replace(text=""))])) if shown else 0
    sizes = [_size(one) + phase.max_tokens for one in shown]
    fitting = [position for position, size in enumerate(sizes) if size <= room]
    found: list[tuple[int, ...]] = []
    apart = [[position for position in fitting if shown[position].touched is touched] for touched in (False, True)]
    for group in (group for part in apart for group in _even(part, batch)):
        part: list[int] = []
        for position in group:
            if part and sum(sizes[one] for one in (*part, position)) > room:
                found.append(tuple(part))
                part = []
            part.append(position)
        found += [tuple(part)] if part else []
    return found, tuple(position for position, size in enumerate(sizes) if size > room)


def call_tokens(text: Text, shown: Sequence[Shown], phase: Phase) -> tuple[int, int]:
    """Of one call at most: in, out."""
    return tokens(prompt(text, shown)), len(shown) * phase.max_tokens + _MARGIN


def cost(tokens_in: int, tokens_out: int, price: Price | None) -> float | None:
    """US dollars."""
    return None if price is None else (tokens_in * price.input + tokens_out * price.output) / 1e6


def most(text: Text, shown: Sequence[Shown], ask: Ask, phase: Phase, worker: Worker, *, unknown: int = 0) -> Most:
    """What asking about these takes. `unknown`: tokens of answers that are handed on and not there yet."""
    if not shown:
        return Most(0, 0, 0, 0, 0.0)
    budget = ask.budget
    groups, _ = batches(text, shown, ask.batch, phase, worker)
    each = [call_tokens(text, [shown[position] for position in group], phase) for group in groups]
    calls = min(CALLS * len(groups), budget.calls or CALLS * len(groups))
    into, out = (sum(sorted((one[side] for one in each for _ in range(CALLS)), reverse=True)[:calls]) for side in (0, 1))
    into += unknown * calls
    prices = [worker.price.get(model) for model in (phase.model, phase.fallback) if model]
    costs = [one for price in prices if (one := cost(into, out, price)) is not None]
    usd = max(costs) if costs and len(costs) == len(prices) else None
    limit = budget.usd
    return Most(min(len(groups), calls), calls, into, out, usd if limit is None else limit if usd is None else min(usd, limit))


def _size(one: Shown) -> int:
    lines = one.item.text.count("\n") + 1
    return tokens(one.item.text) + 4 * lines + tokens(one.item.name) + sum(tokens(handed.answer + handed.item) for handed in one.handed) + 40


def _even(positions: list[int], most_each: int) -> list[list[int]]:
    """As few groups as may be, none of which has two more than another."""
    groups = -(-len(positions) // most_each)
    return [positions[len(positions) * number // groups : len(positions) * (number + 1) // groups] for number in range(groups)]

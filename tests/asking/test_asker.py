"""Asking with a model and a clock that a test holds: budgets, retries, what waits for what."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple

import pytest

from ftaction.model.asking import Api, Budget, Item, Keep, Phase, Price, Said, Worker
from ftaction.plan.asking.answers import Schema
from ftaction.plan.asking.batches import CALLS
from ftaction.plan.asking.order import Answer, Call, Order, Unasked
from ftaction.plan.asking.prompt import Shown, Text
from ftaction.run.asker import Around, Asker
from tests.models.answers import items

Behave = Callable[[int, str, str], Said | Awaitable[Said]]  # the number of the call, its model, its prompt


class Clock:
    """Time goes on only when somebody sleeps, or a test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class Free:
    """Turns for everybody; what is held is time that goes by."""

    def __init__(self, clock: Clock) -> None:
        self.held: list[float] = []
        self._clock = clock

    async def take(self) -> Callable[[], None]:
        return lambda: None

    def hold(self, seconds: float) -> None:
        self.held.append(seconds)
        self._clock.now += seconds


class Told(NamedTuple):
    calls: list[Call]
    answers: list[Answer]
    left: dict[int, str]
    notes: list[str]
    clock: Clock
    held: list[float]
    most: int  # calls that were under way at once


class _Model:
    def __init__(self, behave: Behave) -> None:
        self._behave = behave
        self.number, self.now, self.most = 0, 0, 0

    async def ask(self, model: str, prompt: str, _max_tokens: int, _timeout: float, /) -> Said:
        self.number += 1
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        said = self._behave(self.number, model, prompt)
        found = said if isinstance(said, Said) else await said
        self.now -= 1
        return found

    async def close(self) -> None:
        pass


def good(prompt: str, **more: Any) -> Said:
    return Said(json.dumps([{"id": number, "answer": name} for number, name, _ in items(prompt)]), **more)


NO_LIMIT = Budget()


def ask(
    behave: Behave, count: int = 3, *, budget: Budget = NO_LIMIT, clock: Clock | None = None, spare: tuple[bool, ...] = (), batch: int = 1, **more: Any
) -> Told:
    """About so many items, for an hour unless told otherwise."""
    worker = Worker(**{"run": "w"} | {key: value for key, value in more.items() if key in Worker._fields})
    phase = Phase("w", "small", **{key: value for key, value in more.items() if key in ("fallback", "max_tokens")})
    shown = tuple(Shown(Item(f"i{number}", f"i{number}", "x")) for number in range(count))
    budget = budget._replace(seconds=budget.seconds or 3600.0)
    order = Order(Text("Say.", "true"), shown, spare or (False,) * count, batch, phase, worker, budget, Keep.ANSWERS, "")
    said: list[Call | Answer | Unasked | str] = []
    clock, model = clock or Clock(), _Model(behave)
    turns = Free(clock)
    asker = Asker(order, Schema("true"), Around(model, turns, said.append, lambda _: None, lambda: clock.now, clock.sleep))
    _run(asker.run())
    left = {one.position: "spare" if one.spare else one.why for one in said if isinstance(one, Unasked)}
    calls, answers = [one for one in said if isinstance(one, Call)], [one for one in said if isinstance(one, Answer)]
    assert sorted([*left, *(one.position for one in answers)]) == list(range(count))  # each item has an answer or a reason, once
    return Told(calls, answers, left, [one for one in said if isinstance(one, str)], clock, turns.held, model.most)


def _run(work: Coroutine[Any, Any, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(30):
            await work

    asyncio.run(bounded())


# Money


def test_where_the_price_is_not_known_the_first_call_is_alone() -> None:
    """Then what it cost says how many more there may be."""
    told = ask(lambda _number, _model, prompt: good(prompt, usd=0.3), 5, budget=Budget(usd=1.0))
    assert (len(told.answers), told.most) == (3, 2)
    assert set(told.left.values()) == {"the budget of 1 US dollars had no room for it"}


def test_a_worker_that_never_says_what_a_call_costs_is_asked_once() -> None:
    told = ask(lambda _number, _model, prompt: good(prompt), 5, budget=Budget(usd=1000.0))
    assert (len(told.calls), len(told.answers)) == (1, 1)
    assert {why.partition(":")[0] for why in told.left.values()} == {"the budget of 1000 US dollars can't be kept"}


def test_a_first_call_that_fails_says_nothing_of_the_cost() -> None:
    """So the next one is alone too."""
    told = ask(lambda number, _model, prompt: Said(problem="no") if number <= 2 else good(prompt, usd=0.1), 3, budget=Budget(usd=1.0))
    assert (len(told.answers), told.left) == (3, {})


def test_with_a_price_calls_are_counted_before_they_are_made() -> None:
    """All at once they could cost more than there is."""
    told = ask(lambda _number, _model, prompt: good(prompt, tokens_in=0, tokens_out=1000), 10, budget=Budget(usd=3.5), price={"small": Price(0.0, 1000.0)})
    assert len(told.calls) <= 3
    assert sum(call.usd or 0.0 for call in told.calls) <= 3.5
    assert set(told.left.values()) == {"the budget of 3.5 US dollars had no room for it"}


def test_without_a_figure_a_call_costs_what_it_costs_at_most() -> None:
    told = ask(lambda _number, _model, prompt: good(prompt), 1, price={"small": Price(0.0, 1000.0)})
    assert told.calls[0].usd == pytest.approx((1000 + 200) / 1000)


def test_echo_costs_nothing_so_it_keeps_any_budget() -> None:
    told = ask(lambda _number, _model, prompt: good(prompt, tokens_in=9, tokens_out=9), 9, budget=Budget(usd=0.01), run=None, api=Api.ECHO)
    assert len(told.answers) == 9


def test_calls_of_a_budget_count_what_was_made_and_not_what_was_turned_away() -> None:
    told = ask(lambda number, _model, prompt: Said(problem="full", limited=True, retry_after=1.0) if number < 3 else good(prompt), 4, budget=Budget(calls=2))
    assert (len(told.answers), len([call for call in told.calls if call.limited])) == (2, 2)
    assert set(told.left.values()) == {"the budget of 2 calls was spent"}


def test_corrections_count_as_calls() -> None:
    told = ask(lambda _number, _model, _prompt: Said("no JSON"), 1, budget=Budget(calls=1))
    assert told.left == {0: "the budget of 1 call was spent"}


# Time


def test_what_is_still_to_be_corrected_when_time_is_over_is_not() -> None:
    clock = Clock()

    def slow(_number: int, _model: str, prompt: str) -> Said:
        clock.now += 15.0
        return Said("no JSON") if '"i1"' in prompt else good(prompt)

    told = ask(slow, 2, budget=Budget(seconds=25.0), clock=clock)
    assert (len(told.calls), told.left) == (2, {1: "the budget of 25 seconds was spent"})


def test_who_would_have_to_wait_for_longer_than_there_is_time_is_not_waited_for() -> None:
    told = ask(lambda _number, _model, _prompt: Said(problem="full", limited=True, retry_after=50.0), 1, budget=Budget(seconds=40.0))
    assert (len(told.calls), told.held, told.left) == (1, [], {0: "full"})


def test_a_worker_that_says_when_is_asked_then() -> None:
    told = ask(lambda number, _model, prompt: Said(problem="full", limited=True, retry_after=7.0) if number < 3 else good(prompt), 1)
    assert (told.held, len(told.answers)) == ([7.0, 7.0], 1)


def test_one_that_does_not_say_is_asked_later_each_time() -> None:
    told = ask(lambda _number, _model, _prompt: Said(problem="full", limited=True), 1)
    assert told.held == [2.0, 4.0, 8.0, 16.0]
    assert told.left == {0: "full"}
    assert all(call.limited for call in told.calls)


def test_nobody_waits_for_longer_than_a_minute() -> None:
    told = ask(lambda _number, _model, _prompt: Said(problem="full", limited=True, retry_after=61.0), 1)
    assert (told.held, told.left) == ([], {0: "full"})


def test_a_call_that_fails_is_made_again_a_second_later() -> None:
    told = ask(lambda _number, _model, _prompt: Said(problem="broken"), 1)
    assert (len(told.calls), told.clock.slept, told.left) == (CALLS, [1.0, 1.0], {0: "broken"})
    assert [call.again for call in told.calls] == [False, True, True]


# The fallback


def test_what_the_fallback_said_before_stands_in() -> None:
    told = ask(lambda _number, _model, prompt: good(prompt), 3, budget=Budget(calls=1), spare=(True, True, False), fallback="tiny", batch=3)
    assert len(told.answers) == 3
    told = ask(lambda _number, _model, prompt: good(prompt, usd=0.1), 2, budget=Budget(calls=1), spare=(True, True), fallback="tiny")
    assert (len(told.answers), list(told.left.values())) == (1, ["spare"])
    assert told.notes == ["tiny stands in for small: the budget of 1 call was spent"]


def test_a_fallback_is_asked_when_the_model_is_overrun_twice() -> None:
    told = ask(lambda _number, model, prompt: Said(problem="full", limited=True, retry_after=1.0) if model == "small" else good(prompt), 1, fallback="tiny")
    assert ([call.model for call in told.calls], told.answers[0].model) == (["small", "small", "tiny"], "tiny")


def test_a_fallback_that_is_overrun_too_is_no_fallback() -> None:
    told = ask(lambda _number, _model, _prompt: Said(problem="full", limited=True, retry_after=1.0), 1, fallback="tiny")
    assert told.left == {0: "full"}
    assert [call.model for call in told.calls].count("tiny") == 5


# Answers


def test_a_correction_is_about_what_was_wrong_and_says_why() -> None:
    prompts: list[str] = []

    def behave(number: int, _model: str, prompt: str) -> Said:
        prompts.append(prompt)
        rows = json.loads(good(prompt).text)
        return Said(json.dumps(rows[:1] if number == 1 else rows))

    told = ask(behave, 3, batch=3)
    assert (len(told.calls), len(told.answers), told.left) == (2, 3, {})
    assert [name for _, name, _ in items(prompts[1])] == ["i1", "i2"]
    assert re.search(r"Your last answer to item 1 could not be used:\n<<<reason 1 (\w{16})\nthere was no answer with its id\n\1>>>", prompts[1])


def test_a_call_s_cost_is_shared_by_its_answers() -> None:
    told = ask(lambda _number, _model, prompt: good(prompt, tokens_in=100, tokens_out=10, usd=0.4), 4, batch=4)
    assert {(one.tokens_in, one.tokens_out, one.usd) for one in told.answers} == {(25, 2, 0.1)}


def test_who_is_refused_is_not_asked_about_the_rest() -> None:
    told = ask(lambda _number, _model, _prompt: Said(problem="who are you", refused=True), 5)
    assert set(told.left.values()) == {"who are you"}


def test_an_order_for_nothing_ends() -> None:
    assert ask(lambda _number, _model, prompt: good(prompt), 0).calls == []

"""What the plan says at most is never less than calls can take, whichever of them are made."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ftaction.model.asking import Ask, Budget, Item, Phase, Price, Worker
from ftaction.plan.asking.batches import CALLS, batches, call_tokens, cost, most
from ftaction.plan.asking.prompt import Shown, Text

TEXT = Text("Look. {items}", "{}")
PHASE = Phase("w", "m", max_tokens=100)
PRICE = Price(1.0, 5.0)
WORKER = Worker(price={"m": PRICE}, window=4_000)


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=8), st.integers(1, 4), st.integers(1, 30), st.randoms(use_true_random=False))
def test_no_choice_of_calls_takes_more(sizes: list[int], batch: int, budget: int, chance: Random) -> None:
    shown = [Shown(Item(f"{number}.py", f"{number}.py", "x" * size)) for number, size in enumerate(sizes)]
    told = most(TEXT, shown, Ask("p.md", "p", batch=batch, budget=Budget(calls=budget)), PHASE, WORKER)
    groups, _ = batches(TEXT, shown, batch, PHASE, WORKER)
    calls = [call_tokens(TEXT, [shown[position] for position in group], PHASE) for group in groups] * CALLS
    chance.shuffle(calls)
    made = calls[:budget]
    into, out = sum(one[0] for one in made), sum(one[1] for one in made)
    spent = cost(into, out, PRICE)
    assert (len(made) <= told.calls, into <= told.tokens_in, out <= told.tokens_out) == (True, True, True)
    assert told.usd is not None
    assert spent is not None
    assert spent <= told.usd + 1e-12

"""What the process that asks is told, and what it says: lines of JSON, so that what was answered is there whatever becomes of it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ftaction.model.asking import Api, Budget, Item, Keep, Phase, Price, Worker
from ftaction.plan.asking.answers import no_constant, one_line, usable
from ftaction.plan.asking.prompt import Handed, Shown, Text

_MOST_TEXT = 2000  # characters of a sentence
_MOST_NUMBER = 1e15


class Order(NamedTuple):
    """`shown`: items without an answer; `spare`: which of them the fallback has answered before. `turns`: the folder in which checks share a worker.

    `budget.seconds` is set: until then the last answer is waited for.
    """

    text: Text
    shown: tuple[Shown, ...]
    spare: tuple[bool, ...]
    batch: int
    phase: Phase
    worker: Worker
    budget: Budget
    store: Keep
    turns: str


class Call(NamedTuple):
    """One try. `again`: an earlier one failed, or its answers did not fit; `limited`: it was turned away."""

    number: int
    prompt: str
    model: str
    items: int
    again: bool
    seconds: float
    tokens_in: int | None = None
    tokens_out: int | None = None
    usd: float | None = None
    problem: str = ""
    limited: bool = False


class Answer(NamedTuple):
    """Of the item at a position of the order, as JSON; the tokens and US dollars are its share of the call's."""

    position: int
    call: int
    model: str
    answer: str
    tokens_in: int | None
    tokens_out: int | None
    usd: float | None
    seconds: float


class Unasked(NamedTuple):
    """Why the item at a position has no answer. `spare`: the fallback's earlier one is to stand in."""

    position: int
    why: str
    asked: bool = False
    spare: bool = False


class Told(NamedTuple):
    """All that the process said. `fatal`: why it could not begin."""

    calls: tuple[Call, ...] = ()
    answers: tuple[Answer, ...] = ()
    left: tuple[Unasked, ...] = ()
    notes: tuple[str, ...] = ()
    fatal: str = ""


def dumped(order: Order) -> str:
    return json.dumps(order)


def loaded(text: str) -> Order:
    """What `dumped` wrote."""
    text_, shown, spare, batch, phase, worker, budget, store, turns = json.loads(text)
    template, schema, handed, files = text_
    run, answer, url, api, parallel, minute, env, price, timeout, window = worker
    prices = {model: Price(*both) for model, both in price.items()}
    command = tuple(run) if isinstance(run, list) else run
    return Order(
        Text(template, schema, _handed(handed), tuple(files)),
        tuple(Shown(Item(name, path, text, tuple(lines)), _handed(rows), *more) for (name, path, text, lines), rows, *more in shown),
        tuple(spare), batch, Phase(*phase),
        Worker(command, answer, url, api and Api(api), parallel, minute, tuple(env), prices, timeout, window),
        Budget(*budget), Keep(store), turns,
    )  # fmt: skip


def line(said: Call | Answer | Unasked | str, *, fatal: bool = False) -> bytes:
    """One thing as it is written. A text is a note."""
    word = "fatal" if fatal else "note" if isinstance(said, str) else type(said).__name__.lower()
    return json.dumps([word, said]).encode() + b"\n"


def told(lines: Iterable[bytes], items: int) -> Told:
    """What can be read of them: a process that was ended may have left half a line, and a worker may have written some itself.

    Positions that nobody asked about are left out, and so is whatever is not of its kind.
    """
    found: dict[str, list[Any]] = {"call": [], "answer": [], "unasked": [], "note": [], "fatal": []}
    for word, said in _rows(lines):
        one = _one(word, said)
        if one is not None and (isinstance(one, str) or _sound(one, items)):
            found[word].append(one)
    return Told(tuple(found["call"]), tuple(found["answer"]), tuple(found["unasked"]), tuple(found["note"]), "".join(found["fatal"][:1]))


def _one(word: str, said: Any) -> Call | Answer | Unasked | str | None:  # noqa: ANN401  # JSON
    """None where it is not what it says it is."""
    kinds: dict[str, type[Call | Answer | Unasked]] = {"call": Call, "answer": Answer, "unasked": Unasked}
    if word not in kinds:
        return one_line(said, _MOST_TEXT) if isinstance(said, str) else None
    kind = kinds[word]
    if not isinstance(said, list) or len(said) != len(kind._fields) or not all(map(_is, said, kind.__annotations__.values())):
        return None
    one = kind(*said)
    if isinstance(one, Unasked):
        return one._replace(why=one_line(one.why, _MOST_TEXT))
    return one if isinstance(one, Call) or usable(one.answer) else None


def _is(value: object, kind: Any) -> bool:  # noqa: ANN401  # a type, or one of several
    """A whole number will do where any number does; what is true or false is none."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind) or (isinstance(value, int) and isinstance(0.0, kind))


def _sound(one: Call | Answer | Unasked, items: int) -> bool:
    """Whether it is of an item that was asked about, and its numbers are such as can be counted with."""
    if isinstance(one, Unasked):
        return one.position in range(items)
    numbers = (one.seconds, one.tokens_in, one.tokens_out, one.usd)
    return (isinstance(one, Call) or one.position in range(items)) and all(number is None or 0 <= number < _MOST_NUMBER for number in numbers)


def _rows(lines: Iterable[bytes]) -> Iterator[tuple[str, Any]]:
    for content in lines:
        try:
            word, said = json.loads(content, parse_constant=no_constant)
        except (ValueError, TypeError, RecursionError):
            continue
        if word in ("call", "answer", "unasked", "note", "fatal"):
            yield word, said


def _handed(rows: list[list[str]]) -> tuple[Handed, ...]:
    return tuple(Handed(*row) for row in rows)

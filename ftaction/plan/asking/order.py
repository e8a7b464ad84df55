"""What the process that asks is told, and what it says: lines of JSON, so that what was answered is there whatever becomes of it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ftaction.model.asking import Api, Budget, Item, Keep, Phase, Price, Worker
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
        tuple(Shown(Item(name, path, text, tuple(lines)), _handed(rows), wrong) for (name, path, text, lines), rows, wrong in shown),
        tuple(spare), batch, Phase(*phase),
        Worker(command, answer, url, api and Api(api), parallel, minute, tuple(env), prices, timeout, window),
        Budget(*budget), Keep(store), turns,
    )  # fmt: skip


def line(said: Call | Answer | Unasked | str, *, fatal: bool = False) -> bytes:
    """One thing as it is written. A text is a note."""
    word = "fatal" if fatal else "note" if isinstance(said, str) else type(said).__name__.lower()
    return json.dumps([word, said]).encode() + b"\n"


def told(lines: Iterable[bytes], items: int) -> Told:
    """What can be read of them: a process that was ended may have left half a line. Positions that nobody asked about are left out."""
    found: dict[str, list[Any]] = {"call": [], "answer": [], "unasked": [], "note": [], "fatal": []}
    for word, said in _rows(lines):
        try:
            one = {"call": Call, "answer": Answer, "unasked": Unasked}[word](*said) if word in ("call", "answer", "unasked") else str(said)[:_MOST_TEXT]
        except TypeError:
            continue
        if not isinstance(one, Call | Answer | Unasked) or _sound(one, items):
            found[word].append(one)
    return Told(tuple(found["call"]), tuple(found["answer"]), tuple(found["unasked"]), tuple(found["note"]), "".join(found["fatal"][:1]))


def _sound(one: Call | Answer | Unasked, items: int) -> bool:
    """Whether it is what we write: what is read may be the work of a command that found the file."""
    match one:
        case Unasked(position=position, why=why):
            return _whole(position) and position in range(items) and isinstance(why, str)
        case Answer(position=position, call=call, model=model, answer=answer):
            return _whole(position) and position in range(items) and _whole(call) and isinstance(model, str) and _is_json(answer) and _cost(one)
        case Call(number=number, prompt=prompt, model=model, items=count):
            texts = all(isinstance(text, str) for text in (prompt, model, one.problem))
            return _whole(number) and _whole(count) and texts and _cost(one)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _cost(one: Call | Answer) -> bool:
    return _amount(one.seconds) and all(value is None or _amount(value) for value in (one.tokens_in, one.tokens_out, one.usd))


def _amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _MOST_NUMBER


def _is_json(text: object) -> bool:
    try:
        json.loads(text if isinstance(text, str) else "")
    except (ValueError, RecursionError):
        return False
    return True


def _rows(lines: Iterable[bytes]) -> Iterator[tuple[str, Any]]:
    for content in lines:
        try:
            word, said = json.loads(content)
        except (ValueError, TypeError, RecursionError):
            continue
        if word in ("call", "answer", "unasked", "note", "fatal"):
            yield word, said


def _handed(rows: list[list[str]]) -> tuple[Handed, ...]:
    return tuple(Handed(*row) for row in rows)

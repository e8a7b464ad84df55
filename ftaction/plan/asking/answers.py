"""What is made of a reply: answers by item, or why there is none. A reply is untrusted text of any length."""

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ftaction.plan.asking.findings import DEFAULT

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_MOST = 4 << 20  # characters of a reply,
_MOST_ANSWER = 1 << 18  # and of one answer,
_DEEPEST = 64  # in which lists and objects stand in each other no deeper: what walks through an answer may then call itself
_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)\n?```", re.DOTALL)
_ROWS = re.compile(r"\[\s*\{")  # where an array of objects may begin
_STRANGE = 5  # ids that are named
_SHOWN = 300  # characters of what is wrong


class Reply(NamedTuple):
    """Answers by number of the item, as JSON; what is wrong with the others; and numbers that nobody asked about."""

    answers: dict[int, str]
    wrong: dict[int, str]
    strange: tuple[str, ...] = ()


class SchemaError(ValueError):
    """What the configuration names is no JSON schema."""


def read_reply(text: str, count: int, schema: "Schema") -> Reply:
    """`count`: items that were asked about, numbered from 1."""
    numbers = range(1, count + 1)
    try:
        rows = _rows(text)
    except ValueError as error:
        return Reply({}, dict.fromkeys(numbers, str(error)))
    found: dict[int, list[object]] = {}
    strange: list[str] = []
    for row in rows:
        number = row.get("id") if isinstance(row, dict) else None
        if isinstance(number, int) and not isinstance(number, bool) and number in numbers and "answer" in row:
            found.setdefault(number, []).append(row["answer"])
        else:
            strange.append(_told(number))
    wrong = {number: _problem(found.get(number, []), schema) for number in numbers}
    answers = {number: _dumped(found[number][0]) for number, problem in wrong.items() if not problem}
    return Reply(answers, {number: problem for number, problem in wrong.items() if problem}, tuple(strange[:_STRANGE]))


def usable(answer: str) -> bool:
    """Whether this is an answer such as `read_reply` finds, as JSON."""
    try:
        data = json.loads(answer, parse_constant=no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        return False
    return len(answer) <= _MOST_ANSWER and not _deep(data)


class Schema:
    """A JSON schema of one answer. What it refers to elsewhere is never fetched."""

    def __init__(self, text: str) -> None:
        """Raises `SchemaError`."""
        self._text = text
        if text != DEFAULT:  # ours is known to be one
            self.ready()

    def ready(self) -> None:
        """Read it, where it was not. That takes a tenth of a second, which is best spent while an answer is waited for. Raises `SchemaError`."""
        _ = self._validator

    @cached_property
    def _validator(self) -> "Validator":
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import SchemaError as Bad
        from referencing import Registry

        try:
            data = json.loads(self._text)
            Draft202012Validator.check_schema(data)
        except (ValueError, RecursionError) as error:
            raise SchemaError(f"it is not JSON: {error}") from None
        except Bad as error:
            raise SchemaError(f"it is no JSON schema: {error.message[:_SHOWN]}") from None
        return Draft202012Validator(data, registry=Registry())

    def problem(self, answer: Any) -> str:  # noqa: ANN401  # JSON
        """Why it does not fit; empty where it does."""
        from jsonschema.exceptions import best_match
        from referencing.exceptions import Unresolvable

        try:
            error = best_match(self._validator.iter_errors(answer))
        except (Unresolvable, RecursionError, re.error, ArithmeticError, ValueError, TypeError) as fault:
            return one_line(f"the schema can't be followed: {fault}")
        if error is None:
            return ""
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path).removeprefix(".")
        return one_line(f"it does not fit the schema{f' at {where[: _SHOWN // 2]}' if where else ''}: {error.message}")


def _problem(given: list[object], schema: Schema) -> str:
    if not given:
        return "there was no answer with its id"
    if len(given) > 1:
        return f"there were {len(given)} answers with its id"
    if _deep(given[0]):
        return f"it is nested deeper than {_DEEPEST} levels"
    if len(_dumped(given[0])) > _MOST_ANSWER:
        return f"it is longer than {_MOST_ANSWER:,} characters"
    return schema.problem(given[0])


def _rows(text: str) -> list[Any]:
    """Raises `ValueError`: its sentence says what is wrong with the whole of it."""
    if len(text) > _MOST:
        raise ValueError(f"it was longer than {_MOST:,} characters")
    fenced = _FENCED.search(text)
    first = _ROWS.search(text)
    for candidate in (text.strip(), fenced[1].strip() if fenced else "", text[first.start() :] if first else ""):
        try:
            data, _ = json.JSONDecoder(parse_constant=no_constant, parse_float=_finite).raw_decode(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict) and {"id", "answer"} <= data.keys():
            return [data]
        if isinstance(data, list):
            return data
    raise ValueError("it was no JSON array" if text.strip() else "it was empty")


def no_constant(name: str) -> object:
    """JSON knows neither NaN nor Infinity."""
    raise ValueError(name)


def _finite(digits: str) -> float:
    """JSON knows no other, but 1e999 is read as one."""
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(digits)
    return number


def _deep(answer: object) -> bool:
    """Level by level, so that no depth matters."""
    level = [answer]
    for _ in range(_DEEPEST):
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())]
        if not level:
            return False
    return True


def _told(number: object) -> str:
    """An id that nobody asked for, whatever it is."""
    return json.dumps(number)[:_SHOWN] if number is None or isinstance(number, str | int | float) else type(number).__name__


def one_line(text: str, most: int = _SHOWN) -> str:
    """A worker's own words may stand in it, so it is one line, and nothing in it moves a cursor. `most`: characters."""
    return "".join(char if char.isprintable() else " " for char in text[:most])


def _dumped(answer: object) -> str:
    """As it is kept: halves of characters, which JSON can escape and no file can hold, are gone."""
    text = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    return json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True)

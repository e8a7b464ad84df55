"""What is made of a reply: answers by item, or why there is none. A reply is untrusted text of any length."""

import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_MOST = 4 << 20  # characters of a reply,
_MOST_ANSWER = 1 << 18  # and of one answer
_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)\n?```", re.DOTALL)
_DEEPEST = 50  # lists and objects within each other
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
            strange.append(json.dumps(number)[:_SHOWN] if number is None or isinstance(number, str | int | float) else "what is no number")
    wrong = {number: _problem(found.get(number, []), schema) for number in numbers}
    answers = {number: _dumped(found[number][0]) for number, problem in wrong.items() if not problem}
    return Reply(answers, {number: problem for number, problem in wrong.items() if problem}, tuple(strange[:_STRANGE]))


def usable(answer: str) -> bool:
    """Whether this is an answer such as `read_reply` finds, as JSON."""
    try:
        data = json.loads(answer, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        return False
    return len(answer) <= _MOST_ANSWER and not _deep(data)


class Schema:
    """A JSON schema of one answer. What it refers to elsewhere is never fetched."""

    def __init__(self, text: str) -> None:
        """Raises `SchemaError`."""
        from jsonschema import Draft202012Validator  # imported where used: it takes a tenth of a second
        from jsonschema.exceptions import SchemaError as Bad
        from referencing import Registry

        try:
            data = json.loads(text)
            Draft202012Validator.check_schema(data)
        except (ValueError, RecursionError) as error:
            raise SchemaError(f"it is not JSON: {error}") from None
        except Bad as error:
            raise SchemaError(f"it is no JSON schema: {error.message[:_SHOWN]}") from None
        self._validator: Validator = Draft202012Validator(data, registry=Registry())

    def problem(self, answer: Any) -> str:  # noqa: ANN401  # JSON
        """Why it does not fit; empty where it does."""
        from jsonschema.exceptions import best_match
        from referencing.exceptions import Unresolvable

        try:
            error = best_match(self._validator.iter_errors(answer))
        except (Unresolvable, RecursionError, re.error) as fault:
            return _line(f"the schema can't be followed: {fault}")
        if error is None:
            return ""
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path).removeprefix(".")
        return _line(f"it does not fit the schema{f' at {where[: _SHOWN // 2]}' if where else ''}: {error.message}")


def _problem(given: list[object], schema: Schema) -> str:
    if not given:
        return "there was no answer with its id"
    if len(given) > 1:
        return f"there were {len(given)} answers with its id"
    if _deep(given[0]):
        return f"it is nested more than {_DEEPEST} deep"
    if len(_dumped(given[0])) > _MOST_ANSWER:
        return f"it is longer than {_MOST_ANSWER:,} characters"
    return schema.problem(given[0])


def _rows(text: str) -> list[Any]:
    """Raises `ValueError`: its sentence says what is wrong with the whole of it."""
    if len(text) > _MOST:
        raise ValueError(f"it was longer than {_MOST:,} characters")
    fenced = _FENCED.search(text)
    for candidate in (text.strip(), fenced[1] if fenced else "", text[text.find("[") :] if "[" in text else ""):
        try:
            data, _ = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite).raw_decode(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict) and {"id", "answer"} <= data.keys():
            return [data]
        if isinstance(data, list):
            return data
    raise ValueError("it was no JSON array" if text.strip() else "it was empty")


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _finite(text: str) -> float:
    if math.isinf(number := float(text)):
        raise ValueError(text)
    return number


def _deep(data: object) -> bool:
    """Whatever reads it later may do so by recursion."""
    layer = [data]
    for _ in range(_DEEPEST + 1):
        layer = [inner for one in layer if isinstance(one, list | dict) for inner in (one.values() if isinstance(one, dict) else one)]
    return bool(layer)


def _line(text: str) -> str:
    """Part of an answer stands in it, so it is one line, and nothing in it moves a cursor."""
    return "".join(char if char.isprintable() else " " for char in text[:_SHOWN])


def _dumped(answer: object) -> str:
    return json.dumps(answer, separators=(",", ":"), sort_keys=True)

"""The kinds of values a configuration holds: how each is read, and its JSON schema. One table for the reader, the schema and the README."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ftaction.plan.environment import RESERVED_ENV

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kmgt]?i?)b?", re.IGNORECASE)
_ENV = re.compile(r"[A-Za-z_*?][A-Za-z0-9_*?]*")


class BadValueError(ValueError):
    """A value that is not of its kind; says what is expected."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """`read` gives the value or raises `BadValueError`."""

    title: str
    schema: dict[str, object]
    read: Callable[[object], object]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; `lone`: a single value may stand for a list of one."""

    item: "Kind"


@dataclass(frozen=True, slots=True)
class MapOf:
    """Names to values of one kind."""

    value: "Kind"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it holds, what it means, what it is where it does not stand."""

    name: str
    kind: "Kind"
    doc: str
    default: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with known keys."""

    title: str
    keys: tuple[Key, ...]


Kind = Scalar | ListOf | MapOf | Table


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise BadValueError("text is expected" if not isinstance(value, str) else "the text is empty")


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise BadValueError("true or false is expected")


def _whole(least: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        raise BadValueError(f"a whole number from {least} is expected")

    return read


def _auto_or_whole(value: object) -> int | None:
    if value == "auto":
        return None
    try:
        return _whole(1)(value)
    except BadValueError:
        raise BadValueError("`auto` or a whole number from 1 is expected") from None


def read_duration(value: object) -> float:
    """Seconds from `90s`, `15m`, `1h30m` or a bare number of seconds."""
    seconds = 0.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    elif isinstance(value, str) and value and (match := _DURATION.fullmatch(value)):
        hours, minutes, rest = (float(part or 0) for part in match.groups())
        seconds = hours * 3600 + minutes * 60 + rest
    if not 0 < seconds < 1e7:
        raise BadValueError("a time such as 90s, 15m or 1h30m is expected")
    return seconds


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        unit = match[2].lower()
        base = 1024 if unit.endswith("i") else 1000
        return int(float(match[1]) * base ** " kmgt".index(unit[:1] or " "))
    raise BadValueError("a size such as 500MB or 2GiB is expected")


def _command(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str) and value.strip():
        if "\0" in value:
            raise BadValueError("a command can't hold a NUL character")
        return value
    if isinstance(value, list) and value and all(isinstance(word, str) and "\0" not in word for word in value) and value[0]:
        return tuple(value)
    raise BadValueError("a shell line, or a list of arguments, is expected")


def _path(value: object) -> str:
    path = _text(value)
    if path.lstrip("!").startswith("/") or "\\" in path or ".." in path.lstrip("!").split("/") or "\0" in path:
        raise BadValueError("a path from the root of the repository is expected, with `/` and without `..`")
    return path


def _env(value: object) -> str:
    name = _text(value)
    if not _ENV.fullmatch(name):
        raise BadValueError("the name of an environment variable is expected; `*` and `?` stand for any characters")
    if name in RESERVED_ENV:
        raise BadValueError("this variable could write the cache or sign for the repository: no check may see it")
    return name


def one_of(words: type[StrEnum]) -> Scalar:
    """One word of a closed list."""
    values = tuple(word.value for word in words)

    def read(value: object) -> StrEnum:
        if isinstance(value, str) and value in values:
            return words(value)
        raise BadValueError(f"one of {', '.join(values)} is expected")

    return Scalar(" | ".join(values), {"enum": list(values)}, read)


_STRING: dict[str, object] = {"type": "string", "minLength": 1}
TEXT = Scalar("text", _STRING, _text)
BOOLEAN = Scalar("true | false", {"type": "boolean"}, _boolean)
COUNT = Scalar("whole number", {"type": "integer", "minimum": 0}, _whole(0))
POSITIVE = Scalar("whole number", {"type": "integer", "minimum": 1}, _whole(1))
AUTO_OR_COUNT = Scalar("auto | whole number", {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1}]}, _auto_or_whole)
DURATION = Scalar("time (90s, 15m, 1h30m)", {"anyOf": [_STRING, {"type": "number", "exclusiveMinimum": 0}]}, read_duration)
SIZE = Scalar("size (500MB, 2GiB)", {"anyOf": [_STRING, {"type": "integer", "minimum": 1}]}, _size)
COMMAND = Scalar("shell line | list of arguments", {"anyOf": [_STRING, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}, _command)
PATH = Scalar("path", _STRING, _path)
ENV = Scalar("name of a variable", _STRING, _env)

"""Where things stand in a configuration's text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ftaction.errors import ConfigError, Mistake

Path = tuple[str | int, ...]
Data = object  # str, int, float, bool, None, list[Data] or dict[str, Data]

MOST_DEPTH = 50  # levels; a configuration has six
MOST_DIGITS = 18  # of a whole number: what a longer one means differs from program to program

_SHOWN = 80  # characters of the offending text


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column from 1, and the text that stands there."""

    line: int = 0
    column: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """`keys` and `values` tell where the key and the value at a path stand."""

    file: str
    data: Data
    keys: Mapping[Path, Place] = field(default_factory=dict)
    values: Mapping[Path, Place] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


def place(line: int, column: int, text: str) -> Place:
    """A place with no more of its text than a message can show."""
    return Place(line, column, text[:_SHOWN])


def mistake(file: str, at: Place, message: str) -> Mistake:
    """A mistake at a place."""
    return Mistake(file=file, line=at.line, column=at.column, message=message, text=at.text)


def refuse(file: str, message: str, hint: str = "", text: str = "", offset: int = 0) -> ConfigError:
    """The error for a text that can't be read at all; at a character of it where `text` is given."""
    at = Place()
    if text:
        line = text.count("\n", 0, offset) + 1
        at = place(line, offset - (text.rfind("\n", 0, offset) + 1) + 1, text[offset])
    return ConfigError(f"{file} can't be read", hint, mistakes=(mistake(file, at, message),))

"""JSON to data with places. What it means is the standard library's answer; a walk over the same text finds where it stands."""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from ftaction.errors import Mistake
from ftaction.plan.places import MOST_DEPTH, MOST_DIGITS, Document, Path, Place, mistake, place, refuse

_TOKEN = re.compile(r'[ \t\r\n]*("(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+)')
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOO_DEEP = f"nested more than {MOST_DEPTH} levels deep"


def read_json(text: str, file: str) -> Document:
    """Raises `ConfigError`."""
    try:
        data = json.loads(text, parse_int=_whole, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise refuse(file, f"not JSON: {error.msg}", "", text, min(error.pos, len(text) - 1)) from error
    except ValueError as error:
        raise refuse(file, f"not JSON: {error}") from error
    except RecursionError as error:
        raise refuse(file, _TOO_DEEP) from error
    walk = _Walk(file, [match.start() for match in re.finditer("\n", text)])
    for match in _TOKEN.finditer(text):
        walk.piece(match[1], match.start(1))
    return Document(file, data, walk.keys, walk.values, tuple(walk.mistakes))


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= MOST_DIGITS else 0  # the walk reports it


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


@dataclass(slots=True)
class _Level:
    """An open list or mapping; `key`: where its next value belongs, None while a mapping's key is expected."""

    path: Path
    key: str | int | None


@dataclass(slots=True)
class _Walk:
    """Over the pieces of a text that is known to be JSON."""

    file: str
    line_ends: list[int]
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    open: list[_Level] = field(default_factory=list)

    def piece(self, piece: str, offset: int) -> None:
        level = self.open[-1] if self.open else None
        if piece in ("]", "}"):
            self.open.pop()
        elif piece == "," and level:
            level.key = level.key + 1 if isinstance(level.key, int) else None
        elif piece != ":":
            if level and level.key is None:
                self._key(level, piece, self._place(piece, offset))
            else:
                self._value((*level.path, level.key) if level and level.key is not None else (), piece, self._place(piece, offset))

    def _key(self, level: _Level, piece: str, at: Place) -> None:
        level.key = self._text(piece, at)
        path = (*level.path, level.key)
        if path in self.keys:
            self.mistakes.append(mistake(self.file, at, f"the key stands twice; it first stands in line {self.keys[path].line}"))
        else:
            self.keys[path] = at

    def _value(self, path: Path, piece: str, at: Place) -> None:
        self.values[path] = at
        if piece in ("[", "{"):
            if len(self.open) >= MOST_DEPTH:
                raise refuse(self.file, _TOO_DEEP)
            self.open.append(_Level(path, 0 if piece == "[" else None))
        elif piece.startswith('"'):
            self._text(piece, at)
        elif len(piece) > MOST_DIGITS and piece.lstrip("-").isdecimal():
            self.mistakes.append(mistake(self.file, at, f"a whole number of more than {MOST_DIGITS} digits"))

    def _text(self, piece: str, at: Place) -> str:
        text = str(json.loads(piece))
        if _SURROGATE.search(text):
            self.mistakes.append(mistake(self.file, at, "half a character: a surrogate without its other half"))
        return text

    def _place(self, piece: str, offset: int) -> Place:
        line = bisect_right(self.line_ends, offset)
        column = offset - (self.line_ends[line - 1] + 1 if line else 0) + 1
        shown = json.loads(piece[:1000]) if piece.startswith('"') and len(piece) <= 1000 else piece[:1000]
        return place(line + 1, column, "" if piece in ("[", "{") else str(shown))

"""JSON between other lines: what a tool writes when it is asked for JSON, with the noise of whoever ran it around it."""

import json
import re
from collections.abc import Iterator
from typing import Any

_START = re.compile(r"^(?:\[\s*(?:[\[{\"\]]|-?\d+\s*[,\]])|\{\s*[\"}])", re.MULTILINE)  # not `[INFO]`, nor `[12:00:01]`
_BROKEN = 200  # tried; to say where one breaks off the decoder counts the lines of all that is before
_DECODER = json.JSONDecoder()


def documents(text: str) -> Iterator[Any]:
    """Each array and object that starts a line, in order. Where one breaks off the search goes on behind that place, so no text is read twice."""
    at = broken_off = 0
    while broken_off < _BROKEN and (found := _START.search(text, at)):
        try:
            value, at = _DECODER.raw_decode(text, found.start())
        except json.JSONDecodeError as broken:
            broken_off += 1
            at = max(broken.pos, found.start() + 1)
        except (ValueError, RecursionError):  # a number of thousands of digits, or deeper than anybody nests
            return
        else:
            yield value


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Every line that is an object."""
    for line in text.split("\n"):
        if line.startswith("{") and line.endswith("}"):
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                yield value


def inside(value: object, *keys: str) -> object:
    """What stands below those keys; None where one is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def items(value: object, *keys: str) -> list[Any]:
    """The list below those keys; an empty one where there is none."""
    found = inside(value, *keys)
    return found if isinstance(found, list) else []


def rows(value: object, *keys: str) -> list[dict[str, Any]]:
    """The objects of that list."""
    return [one for one in items(value, *keys) if isinstance(one, dict)]


def word(value: object, *keys: str) -> str:
    """The text below those keys; empty where there is none."""
    found = inside(value, *keys)
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""  # half of a pair of surrogates is no text


def count(value: object, *keys: str, more: int = 0) -> int:
    """The line or column below those keys, moved by `more` where a tool counts from 0; 0 where there is none, or none that can be."""
    found = inside(value, *keys)
    return found + more if type(found) is int and 0 < found + more <= 10_000_000 else 0

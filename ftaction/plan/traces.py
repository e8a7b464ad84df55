"""Reads what the processes of a test run wrote of themselves (ftaction/within/firsttry_pytest.py), and puts it together.

What is read comes from processes of the user's, where any test may have written anything: every wrong shape is a ValueError that names it.
Windows are numbered within one report; a child process is one window. Nothing in here knows what is selected by it.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from ftaction.model.trace import Outcome, Test, Unit

FORMAT = 1
TEXT, MANY = 4096, 5_000_000
"""The longest string (a path, an id: Linux's own limit for paths), and the most entries of one list."""

T = TypeVar("T")


class Row(NamedTuple):
    """A window as its own process numbers things. `children`: token and program of each child process that is expected to have reported."""

    units: tuple[int, ...]
    opened: tuple[int, ...]
    listed: tuple[int, ...]
    spawned: tuple[str, ...]
    children: tuple[tuple[str, str], ...]
    uses: tuple[int, ...]


class Report(NamedTuple):
    """What one process wrote. `kept`: windows of functions that keep results, each with the units that rely on them.

    `expected`: tokens of the workers it started. `late`: ids of tests to be watched more closely the next time.
    `emptied`: everything there was had been left out. `exit`: pytest's own, where it is one.
    """

    kind: str
    python: str
    paths: tuple[str, ...]
    units: tuple[Unit, ...]
    windows: tuple[Row, ...]
    around: int
    tests: tuple[Test, ...]
    imports: tuple[tuple[str, int], ...]
    collected: tuple[tuple[str, int], ...]
    kept: tuple[tuple[int, tuple[int, ...]], ...]
    modules: tuple[str, ...]
    roots: tuple[str, ...]
    expected: tuple[str, ...]
    late: tuple[str, ...]
    emptied: bool
    exit: int | None
    doubt: str


def parse(content: bytes) -> Report:
    try:
        raw = json.loads(content.decode("ascii"), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT or raw.get("whole") is not True:
        raise ValueError("not a whole report of a process, or of another format")
    paths = _list(raw, "paths", _path)
    units = _list(raw, "units", lambda one: _unit(one, paths))
    sets = _list(raw, "sets", _set)
    count = len(raw["windows"]) if isinstance(raw.get("windows"), list) else 0
    window, place = _below(count, "window"), _below(len(paths), "path")
    return Report(
        kind=_one_of(raw.get("kind"), ("tests", "child")),
        python=_text(raw.get("python")),
        paths=paths,
        units=units,
        windows=_list(raw, "windows", lambda one: _row(one, sets, len(units), len(paths), count)),
        around=window(raw.get("around")),
        tests=_list(raw, "tests", lambda one: _test(one, paths, count)),
        imports=_list(raw, "imports", lambda one: (paths[place(_pair(one)[0])], window(one[1]))),
        collected=_list(raw, "collected", lambda one: (paths[place(_pair(one)[0])], window(one[1]))),
        kept=_list(raw, "kept", lambda one: (window(_pair(one)[0]), _within(_set(one[1]), len(units), "unit"))),
        modules=_list(raw, "modules", _text),
        roots=_list(raw, "roots", _path),
        expected=_list(raw, "expected", _text),
        late=_list(raw, "late", _text),
        emptied=_flag(raw.get("emptied")),
        exit=None if raw.get("exit") is None else _number(raw.get("exit")),
        doubt=_text(raw.get("doubt")),
    )


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _list(raw: dict[str, Any], name: str, read: Callable[[Any], T]) -> tuple[T, ...]:
    value = raw.get(name)
    if not isinstance(value, list) or len(value) > MANY:
        raise ValueError(f"{name}: no list, or too long")
    try:
        return tuple(map(read, value))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > TEXT * 16 or "\0" in value:
        raise ValueError(f"no text: {str(value)[:80]!r}")
    return value


def _path(value: object) -> str:
    text = _text(value)
    if text and (text.startswith("/") or len(text) > TEXT or ".." in text.split("/")):
        raise ValueError(f"no path in the repository: {text[:80]!r}")
    return text


def _flag(value: object) -> bool:
    if value is True or value is False:
        return value
    raise ValueError("neither true nor false")


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"no count: {str(value)[:80]!r}")
    return value


def _below(limit: int, what: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        number = _number(value)
        if number >= limit:
            raise ValueError(f"no {what} {number}")
        return number

    return read


def _row_of(value: object, count: int, what: str) -> list[Any]:
    if not isinstance(value, list) or len(value) != count:
        raise ValueError(f"no {what}")
    return value


def _entries(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > MANY:
        raise ValueError("no list, or too long")
    return value


def _pair(value: object) -> list[Any]:
    return _row_of(value, 2, "pair")


def _set(value: object) -> tuple[int, ...]:
    """Numbers, each larger than the one before."""
    if not isinstance(value, list) or len(value) > MANY:
        raise ValueError("no set")
    before = -1
    for number in value:
        if type(number) is not int or number <= before:
            raise ValueError("a set that is not in order")
        before = number
    return tuple(value)


def _within(numbers: tuple[int, ...], limit: int, what: str) -> tuple[int, ...]:
    if numbers and numbers[-1] >= limit:
        raise ValueError(f"no {what} {numbers[-1]}")
    return numbers


def _unit(value: object, paths: tuple[str, ...]) -> Unit:
    path, name = _pair(value)
    return Unit(paths[_below(len(paths), "path")(path)], _text(name))


def _row(value: object, sets: tuple[tuple[int, ...], ...], units: int, paths: int, windows: int) -> Row:
    ran, opened, listed, spawned, children, uses = _row_of(value, 6, "window")
    known = _below(len(sets), "set")
    return Row(
        _within(sets[known(ran)], units, "unit"),
        _within(sets[known(opened)], paths, "path"),
        _within(sets[known(listed)], paths, "path"),
        tuple(map(_text, _entries(spawned))),
        tuple((_text(_pair(one)[0]), _text(one[1])) for one in _entries(children)),
        _within(sets[known(uses)], windows, "window"),
    )


def _test(value: object, paths: tuple[str, ...], windows: int) -> Test:
    name, path, window, passed, seconds, skipped, again = _row_of(value, 7, "test")
    if type(seconds) not in (int, float) or not 0 <= seconds < 1e9:
        raise ValueError(f"no time: {str(seconds)[:80]!r}")
    outcome = Outcome(_flag(passed), float(seconds), _flag(skipped), min(_number(again), MANY))
    return Test(_text(name), paths[_below(len(paths), "path")(path)], _below(windows, "window")(window), outcome)


def _one_of(value: object, words: tuple[str, ...]) -> str:
    if value not in words:
        raise ValueError(f"none of {', '.join(words)}: {str(value)[:80]!r}")
    return str(value)

"""A trace as plain data and back. What comes back is untrusted: anything that is not exactly a trace is refused."""

from typing import Any

from ftaction.model.trace import Outcome, Test, Trace, Unit, Window

FORMAT = 2


def to_data(trace: Trace) -> dict[str, Any]:
    """What JSON can hold. Lists of numbers that windows share are written once."""
    sets: dict[tuple[int, ...], int] = {}

    def number(of: tuple[int, ...]) -> int:
        return sets.setdefault(of, len(sets))

    def window(of: Window) -> list[object]:
        return [number(of.units), number(of.opened), number(of.listed), list(of.spawned), number(of.uses)]

    data: dict[str, Any] = {
        "format": FORMAT,
        "python": trace.python,
        "units": [list(unit) for unit in trace.units],
        "paths": list(trace.paths),
        "windows": [window(one) for one in trace.windows],
        "tests": [_row(test) for test in trace.tests],
        "imports": trace.imports,
        "collected": trace.collected,
        "around": window(trace.around),
        "modules": sorted(trace.modules),
        "roots": list(trace.roots),
        "whole": trace.whole,
        "doubt": trace.doubt,
        "late": list(trace.late),
    }
    return data | {"sets": [list(one) for one in sets]}


def _row(test: Test) -> list[object]:
    outcome = test.outcome
    return [test.id, test.path, test.window, outcome.passed, round(outcome.seconds, 5), outcome.skipped, *([outcome.again] if outcome.again else ())]


def from_data(kept: object) -> Trace:
    """Raises `ValueError` for anything that `to_data` did not make."""
    data: Any = kept
    try:
        if data["format"] != FORMAT:
            raise ValueError(data["format"])
        return _trace(data)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError("this is no trace") from error


def _trace(data: dict[str, Any]) -> Trace:
    sets = [tuple(_number(number) for number in one) for one in data["sets"]]
    units = tuple(Unit(_text(path), _text(name)) for path, name in data["units"])
    paths = tuple(_text(path) for path in data["paths"])
    windows = tuple(_window(one, sets) for one in data["windows"])
    around = _window(data["around"], sets)
    for one in (*windows, around):
        if any(numbers and numbers[-1] >= most for numbers, most in ((one.units, len(units)), (one.uses, len(windows)))):
            raise ValueError("a number of nothing")
        if any(numbers and numbers[-1] >= len(paths) for numbers in (one.opened, one.listed)):
            raise ValueError("a number of no path")
    return Trace(
        python=_text(data["python"]),
        units=units,
        paths=paths,
        windows=windows,
        tests=tuple(_test(one, len(windows)) for one in data["tests"]),
        imports={_text(path): _below(number, len(windows)) for path, number in data["imports"].items()},
        collected={_text(path): _below(number, len(windows)) for path, number in data["collected"].items()},
        around=around,
        modules=frozenset(_text(name) for name in data["modules"]),
        roots=tuple(_text(root) for root in data["roots"]),
        whole=data["whole"] is True,
        doubt=_text(data["doubt"]),
        late=tuple(_text(name) for name in data["late"]),
    )


def _window(data: list[Any], sets: list[tuple[int, ...]]) -> Window:
    units, opened, listed, spawned, uses = data
    return Window(
        units=sets[_number(units)],
        opened=sets[_number(opened)],
        listed=sets[_number(listed)],
        spawned=tuple(_text(name) for name in spawned),
        uses=sets[_number(uses)],
    )


def _test(data: list[Any], windows: int) -> Test:
    identity, path, window, passed, seconds, skipped, *again = data
    if not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
        raise ValueError(seconds)
    outcome = Outcome(passed is True, float(seconds), skipped is True, _number(again[0]) if again else 0)
    return Test(_text(identity), _text(path), _below(window, windows), outcome)


def _below(value: object, most: int) -> int:
    number = _number(value)
    if number >= most:
        raise ValueError(number)
    return number


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value

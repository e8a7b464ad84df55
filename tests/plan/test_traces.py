"""What processes of the user's wrote is read strictly: every wrong shape is told, none is taken, none ends us otherwise."""

import copy
import json
from typing import Any

import pytest

from ftaction.model.trace import Outcome, Trace, Unit, Window
from ftaction.model.trace import Test as OneTest  # pytest would take it for one of its own
from ftaction.plan.traces import parse
from ftaction.plan.tracing import merged

GOOD: dict[str, Any] = {
    "format": 1,
    "kind": "tests",
    "python": "3.13.0",
    "paths": ["src/a.py", "data.txt", "tests/test_a.py"],
    "units": [[0, "f"], [0, "kept"], [2, "test_a"]],
    "sets": [[], [0, 2], [1], [0], [0, 1, 2]],
    "windows": [[0, 0, 0, [], [], 0], [1, 2, 0, ["git"], [["main.1", "python"]], 3], [2, 0, 0, [], [], 0]],
    "around": 0,
    "tests": [["tests/test_a.py::test_a", 2, 1, True, 0.5, False, 0]],
    "imports": [[0, 2]],
    "collected": [[2, 0]],
    "kept": [[2, [0]]],
    "modules": ["a"],
    "roots": ["src", "."],
    "late": [],
    "expected": [],
    "emptied": False,
    "exit": 0,
    "doubt": "",
    "whole": True,
}
CHILD = GOOD | {"kind": "child", "units": [[1, "other"]], "sets": [[], [0]], "windows": [[1, 0, 0, [], [], 0]], "tests": [], "imports": []}
CHILD |= {"collected": [], "kept": [], "exit": None}


def text(report: dict[str, Any]) -> bytes:
    return json.dumps(report).encode()


def whole(**reports: dict[str, Any]) -> Trace:
    found = merged({name.replace("_", "."): parse(text(report)) for name, report in reports.items()}, {"main"})
    assert isinstance(found, Trace)
    return found


def test_what_is_right_is_read() -> None:
    trace = whole(main=GOOD, main_1=CHILD)
    assert trace.units == (Unit("src/a.py", "f"), Unit("src/a.py", "kept"), Unit("tests/test_a.py", "test_a"), Unit("data.txt", "other"))
    assert trace.tests == (OneTest("tests/test_a.py::test_a", "tests/test_a.py", 1, Outcome(True, 0.5)),)
    assert trace.windows[1] == Window(units=(0, 2), opened=(1,), spawned=("git",), uses=(0, 2, 3))
    assert trace.windows[3].units == (3,)
    assert (trace.imports, trace.collected, trace.modules, trace.roots) == ({"src/a.py": 2}, {"tests/test_a.py": 0}, frozenset(["a"]), (".", "src"))
    assert (trace.whole, trace.doubt) == (True, "")


LOST: list[tuple[str, dict[str, Any] | None]] = [
    ("it wrote nothing", None),
    ("it could not be watched", CHILD | {"doubt": "why"}),
    ("it is no child", GOOD),
]


@pytest.mark.parametrize(("why", "child"), LOST, ids=[row[0] for row in LOST])
def test_a_child_that_can_not_be_followed_is_a_program_like_others(why: str, child: dict[str, Any] | None) -> None:
    trace = whole(main=GOOD, **({} if child is None else {"main_1": child}))
    assert trace.windows[1].spawned == ("git", "python")
    assert trace.whole


def test_children_in_a_circle_end() -> None:
    circle = CHILD | {"windows": [[1, 0, 0, [], [["main.1", "again"]], 0]]}
    trace = whole(main=GOOD, main_1=circle)
    assert "again" in {name for window in trace.windows for name in window.spawned}


def test_workers_are_put_together() -> None:
    first = GOOD | {"expected": ["main.1", "main.2"], "tests": []}
    trace = whole(main=first, main_1=GOOD, main_2=GOOD | {"doubt": "stopped"})
    assert len(trace.tests) == 1
    assert trace.tests[0].outcome == Outcome(True, 1.0)
    assert trace.windows[trace.tests[0].window].uses == (4, 7)
    assert (trace.whole, trace.doubt) == (False, "stopped")


@pytest.mark.parametrize(
    ("reports", "doubt"),
    [
        ({"main": GOOD | {"expected": ["main.9"]}}, "a worker of pytest-xdist did not come to its end"),
        ({"main": GOOD | {"expected": ["main"]}}, "a worker of pytest-xdist did not come to its end"),
        ({"main": GOOD | {"exit": 2}}, "pytest ended with 2"),
        ({"main": GOOD | {"exit": None}}, "pytest ended with None"),
    ],
)
def test_what_is_missing_is_told(reports: dict[str, dict[str, Any]], doubt: str) -> None:
    trace = whole(**reports)
    assert (trace.whole, trace.doubt) == (False, doubt)


def test_nothing_at_all() -> None:
    assert merged({}, {"main"}) == "no pytest of the run came to its end"


def changed(path: tuple[Any, ...], value: object) -> bytes:
    made = copy.deepcopy(GOOD)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return text(made)


WRONG: list[tuple[str, bytes]] = [
    ("no JSON", b"{"),
    ("not ASCII", b'{"format": "\xff"}'),
    ("not whole", changed(("whole",), False)),
    ("whole by a number", changed(("whole",), 1)),
    ("another format", changed(("format",), 2)),
    ("a list", b"[]"),
    ("nested deeply", b"[" * 200_000),
    ("a path from the root of the machine", changed(("paths", 0), "/etc/passwd")),
    ("a path that leaves", changed(("paths", 0), "a/../../b")),
    ("a path with a NUL", changed(("paths", 0), "a\0b")),
    ("a path that is too long", changed(("paths", 0), "a" * 5000)),
    ("a path that is a number", changed(("paths", 0), 3)),
    ("a unit of no path", changed(("units", 0), [9, "f"])),
    ("a unit of a negative path", changed(("units", 0), [-1, "f"])),
    ("a unit of a true path", changed(("units", 0), [True, "f"])),
    ("a unit of three", changed(("units", 0), [0, "f", 1])),
    ("a set not in order", changed(("sets", 1), [2, 0])),
    ("a set with one twice", changed(("sets", 1), [0, 0])),
    ("a set of fractions", changed(("sets", 1), [0.5])),
    ("a window of no set", changed(("windows", 0, 0), 99)),
    ("a window with a unit that is not there", changed(("sets", 1), [0, 77])),
    ("a window that uses one that is not there", changed(("sets", 3), [3])),
    ("a window that is short", changed(("windows", 0), [0])),
    ("a program that is a list", changed(("windows", 1, 3), [["git"]])),
    ("a child without a name", changed(("windows", 1, 4), [["main.1"]])),
    ("around nothing", changed(("around",), 17)),
    ("a test of no window", changed(("tests", 0, 2), 17)),
    ("a test that passed by a word", changed(("tests", 0, 3), "yes")),
    ("a test of less than no time", changed(("tests", 0, 4), -1)),
    ("a time that is no number", text(GOOD).replace(b"0.5", b"NaN")),
    ("an import of no path", changed(("imports", 0, 0), 17)),
    ("what is kept for no unit", changed(("kept", 0, 1), [17])),
    ("a module that is no name", changed(("modules", 0), None)),
    ("a root that leaves", changed(("roots", 0), "..")),
    ("an exit code that is a word", changed(("exit",), "0")),
    ("a doubt that is a list", changed(("doubt",), [])),
    ("of another kind", changed(("kind",), "other")),
    *[(f"without {name}", text({key: value for key, value in GOOD.items() if key != name})) for name in GOOD if name not in ("exit",)],
]


@pytest.mark.parametrize(("why", "content"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_refused(why: str, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(content)

"""JSON between other lines, and where in an old file a difference starts."""

from __future__ import annotations

import pytest

from ftaction.tools.findings.documents import count, documents, items, word
from ftaction.tools.findings.hunks import changed

FOUND = [
    ("all of the text", '[{"a": 1}]', [[{"a": 1}]]),
    ("noise around it", "> lint\n\n[1]\nnpm error code 1\n", [[1]]),
    ("several, one a line", '{"a": 1}\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
    ("over several lines", '{\n  "a": [\n    1\n  ]\n}\n', [{"a": [1]}]),
    ("one that breaks off does not hide the next", '{"a": 1,\n{"b": 2}\n', [{"b": 2}]),
    ("what stands in brackets and is no JSON", "[warn] a.js\n[1]\n", [[1]]),
    ("an end of the text in the middle", '[{"a": "b', []),
    ("deeper than anybody nests", "[" * 100_000, []),
    ("a number of too many digits", "[" + "1" * 10_000 + "]", []),
]


@pytest.mark.parametrize(("text", "found"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_documents(text: str, found: list[object]) -> None:
    assert list(documents(text)) == found


def test_what_is_not_there_or_something_else_is_nothing() -> None:
    value = {"text": "a", "line": 3, "many": [1], "inner": {"line": 4}}
    assert (word(value, "text"), word(value, "line"), word(value, "inner", "gone"), word(None, "text")) == ("a", "", "", "")
    assert (count(value, "line"), count(value, "inner", "line"), count(value, "text")) == (3, 4, 0)
    assert (count(True), count(-1), count(10**12)) == (0, 0, 0)
    assert (items(value, "many"), items(value, "text"), items([], "many")) == ([1], [], [])


def test_half_a_character_can_be_written_down() -> None:
    assert word({"a": "x\ud800"}, "a").encode() == b"x?"


HUNKS = [
    ("behind what stays", 1, [" a", "-b", "+c", " d"], (2, 2)),
    ("from the first to the last", 10, ["-a", " b", "-c"], (10, 12)),
    ("only something new: where it comes in", 5, [" a", "+b"], (6, 6)),
    ("nothing", 7, [], (7, 7)),
]


@pytest.mark.parametrize(("start", "hunk", "lines"), [row[1:] for row in HUNKS], ids=[row[0] for row in HUNKS])
def test_the_old_lines_that_differ(start: int, hunk: list[str], lines: tuple[int, int]) -> None:
    assert changed(start, hunk)[:2] == lines

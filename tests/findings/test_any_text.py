"""Output is untrusted: whatever it is, a reader ends, and what it finds is a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.finding import Finding, Level
from ftaction.tools import findings
from ftaction.tools.findings import expressions, junit, matcher, sarif
from tests.findings.recorded import all_files, all_recorded

TEXTS = [one.text for one in (*all_recorded(), *all_files())]
LINES = sorted({line for text in TEXTS for line in text.split("\n")})
MATCHERS = matcher.matchers(
    '{"problemMatcher": [{"owner": "one", "pattern": [{"regexp": "^(.+):(\\\\d+): (.*)$", "file": 1, "line": 2, "message": 3}]},'
    '{"owner": "two", "pattern": [{"regexp": "^(\\\\S.*)$", "file": 1},'
    '{"regexp": "^\\\\s+(\\\\d+):(\\\\d+)\\\\s+(\\\\w+)\\\\s+(.*)$", "line": 1, "column": 2, "severity": 3, "message": 4, "loop": true}]}]}'
)


def _says(error: ValueError) -> None:
    assert str(error)


def _or_nothing(read: Callable[[str], Iterable[Finding]]) -> Callable[[str], Iterable[Finding]]:
    """What reads a file says by `ValueError` that it is none."""

    def reading(text: str) -> Iterable[Finding]:
        try:
            yield from read(text)
        except ValueError as error:
            _says(error)

    return reading


def _reader(name: str) -> Callable[[str], Iterable[Finding]]:
    reader = findings.find(name)
    assert reader is not None
    return reader.read


READERS = {name: _reader(name) for name in sorted(findings.NAMES)} | {
    "junit": _or_nothing(junit.read),
    "sarif": _or_nothing(sarif.read),
    "matcher": lambda text: matcher.read(MATCHERS, text),
}


def sound(found: Iterable[Finding]) -> None:
    for one in found:
        assert isinstance(one.level, Level)
        assert min(one.line, one.column, one.end_line, one.end_column) >= 0
        assert all(isinstance(text, str) for text in (one.path, one.message, one.rule, one.detail))
        assert "\n" not in one.path + one.message


anything = st.text() | st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=60).map("\n".join)
cut = st.tuples(st.sampled_from(TEXTS), st.integers(0, 20_000), st.integers(0, 20_000)).map(lambda one: one[0][min(one[1:]) : max(one[1:])])
mixed = st.lists(cut, max_size=3).map("".join)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(text=anything | mixed)
def test_any_text_is_read(name: str, text: str) -> None:
    sound(READERS[name](text))


@settings(max_examples=60, deadline=None)
@given(text=anything | mixed)
def test_whose_a_text_is_can_be_asked_of_any(text: str) -> None:
    assert set(findings.signed(text)) <= set(findings.NAMES)


json = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=8)
NAMES = """
    runs results tool driver rules rule index id message text arguments locations physicalLocation artifactLocation uri region startLine level messages
    problemMatcher owner pattern regexp file line loop severity location filename code row column range start end generalDiagnostics path
""".split()  # noqa: SIM905  # a list of them is no easier to read
shapes = st.recursive(json, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5), max_leaves=30)


@settings(max_examples=200, deadline=None)
@given(value=st.dictionaries(st.sampled_from(NAMES), shapes, max_size=3) | st.lists(shapes, max_size=3))
def test_any_json_is_read(value: object) -> None:
    from json import dumps

    text = dumps(value)
    marks = '\n"noqa_row": "message-id" "generalDiagnostics"'
    for read in READERS.values():
        sound(read(text + marks))
    sound(READERS["sarif"](text))
    try:
        assert matcher.matchers(text)
    except ValueError as error:
        _says(error)


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="ab(|)[]^$*+?{}\\dsw:=!<>0123,-.P'", max_size=14))
def test_any_expression_is_read_or_refused_in_words(text: str) -> None:
    try:
        found = expressions.compiled(text)
    except ValueError as error:
        _says(error)
    else:
        found.search("aab: 12 \t" * 3)


NEARLY = [
    "src/app.py:3: error: nearly\n", "src/app.py:3:8: F401 nearly\n", "F401 nearly\n --> \n", "[\n", "[1,\n", '{"a":\n', "____ a ____\n", "=== FAILURES ===\n",
    "E   a\n", "FAILED a::b[ - \n", "--- a\n+++ a\n@@ -1,9999999 +1,9999999 @@\n", "::error file=", "##[error ", "a:1:0: C0116: (", "would reformat ",
    "  /a.py:1:1 - error: a\n   b\n", f"{'=' * 70}\nFAIL: a (b)\n{'-' * 70}\n", "INTERNALERROR> a\n", "    ", "\n", "<a>", "a:1: error: ", "  |", '{"runs": [',
    "error: cannot parse: a:1:1\n    b\n", "=== short test summary info ===\nFAILED a::b\n", "<testsuite><testcase><failure>a.py:1:\n",
]  # fmt: skip


@pytest.mark.parametrize("line", NEARLY)
def test_what_nearly_matches_many_times_is_read_in_time_too(line: str) -> None:
    """Nothing is timed: what is quadratic would not end."""
    for text in (line * (200_000 // len(line)), f"{line}{' ' * 100_000}\n{line}{'a' * 100_000}"):
        for read in READERS.values():
            sound(read(text))
        findings.signed(text)

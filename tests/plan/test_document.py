"""Texts that can't be read: each has a defined answer, at a place, and none ends the process."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.errors import ConfigError, Mistake
from ftaction.plan.config import read_config
from ftaction.plan.document import MOST_BYTES, parse
from tests.plan.test_config import EXAMPLE

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
DEEP_ALIASES = "b0: &b0 [x]\n" + "".join(f"b{i}: &b{i} [[[*b{i - 1}]]]\n" for i in range(1, 400))
START = "Start with `version: 1` and `checks:`, or delete the file to have checks found."

UNREADABLE = [
    pytest.param("f.yml", "", 0, 0, "the file is empty", START, id="empty"),
    pytest.param("f.json", " \n\t\n", 0, 0, "the file is empty", START, id="blank"),
    pytest.param("f.yml", "\ufeff", 0, 0, "the file is empty", START, id="a byte order mark alone"),
    pytest.param("f.yml", "# one\n# two\n", 0, 0, "the file holds only comments", START, id="comments"),
    pytest.param(
        "f.yml",
        "x" * (MOST_BYTES + 1),
        0,
        0,
        "the file is larger than 1,000,000 bytes",
        "A configuration is a page or two: move scripts to files of their own.",
        id="one byte too many",
    ),
    pytest.param(
        "f.yml",
        "é" * (MOST_BYTES // 2) + "x",
        0,
        0,
        "the file is larger than 1,000,000 bytes",
        "A configuration is a page or two: move scripts to files of their own.",
        id="bytes, not characters",
    ),
    pytest.param(
        "f.json",
        " " * 10_000_000,
        0,
        0,
        "the file is larger than 1,000,000 bytes",
        "A configuration is a page or two: move scripts to files of their own.",
        id="10 MB",
    ),
    pytest.param("f.yml", LAUGHS, 0, 0, "its aliases add more than 100,000 characters", "Write the values out, or use fewer aliases.", id="billion laughs"),
    pytest.param(
        "f.yml",
        f"a: &a {'x' * 100_000}\nb: [{','.join(['*a'] * 100)}]\n",
        0,
        0,
        "its aliases add more than 100,000 characters",
        "Write the values out, or use fewer aliases.",
        id="a long text many times",
    ),
    pytest.param(
        "f.yml",
        DEEP_ALIASES,
        0,
        0,
        "aliases nested more than 50 levels deep",
        "Write the values out, or use fewer aliases.",
        id="aliases of aliases of aliases",
    ),
    pytest.param("f.yml", "a: " + "[" * 60 + "]" * 60, 1, 53, "nested more than 50 levels deep", "", id="deep"),
    pytest.param("f.yml", "[" * 400_000, 1, 51, "nested more than 50 levels deep", "", id="so deep that composing it ends the process"),
    pytest.param("f.yml", "{a: " * 200_000, 1, 201, "nested more than 50 levels deep", "", id="mappings, too"),
    pytest.param("f.json", "[" * 60 + "]" * 60, 0, 0, "nested more than 50 levels deep", "", id="deep JSON"),
    pytest.param("f.json", "[" * 400_000, 0, 0, "nested more than 50 levels deep", "", id="very deep JSON"),
    pytest.param("f.yml", "a: 'x\0y'\n", 1, 6, "a control character can't stand in YAML", "", id="NUL"),
    pytest.param("f.yml", "a: x\nb: \x1b[31m\n", 2, 4, "a control character can't stand in YAML", "", id="escape"),
    pytest.param("f.json", '{"a": "x\0y"}', 1, 9, "not JSON: Invalid control character at", "", id="NUL in JSON"),
    pytest.param("f.yml", "a: x\nb: caf\udce9\n", 2, 7, "the file is not UTF-8", "Save it as UTF-8.", id="Latin-1"),
    pytest.param("f.json", '{"\udce9": 1}', 1, 3, "the file is not UTF-8", "Save it as UTF-8.", id="Latin-1 in JSON"),
    pytest.param("f.yml", "a:\n\tb: 1\n", 2, 1, "not YAML: it does not allow tabs for indentation: use spaces", "", id="tabs"),
    pytest.param("f.yml", "a: [1, 2\nb: 3\n", 2, 2, "not YAML: while parsing a flow sequence, did not find expected ',' or ']'", "", id="an open list"),
    pytest.param("f.yml", "a: *b\n", 1, 4, "not YAML: found undefined alias", "", id="an alias of nothing"),
    pytest.param("f.yml", "a: 1\n---\nb: 2\n", 2, 1, "not YAML: expected a single document in the stream, but found another document", "", id="two documents"),
    pytest.param("f.json", "{'a': 1}", 1, 2, "not JSON: Expecting property name enclosed in double quotes", "", id="single quotes"),
    pytest.param("f.json", '{"a": 1', 1, 7, "not JSON: Expecting ',' delimiter", "", id="an open object"),
    pytest.param("f.json", '{"a": NaN}', 0, 0, "not JSON: NaN is no number", "", id="NaN"),
    pytest.param("f.json", "a: 1\n", 1, 1, "not JSON: Expecting value", "", id="YAML in a JSON file"),
]


@pytest.mark.parametrize(("file", "text", "line", "column", "message", "hint"), UNREADABLE)
def test_it_can_not_be_read(file: str, text: str, line: int, column: int, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, file)
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.column, mistake.message, caught.value.hint) == (line, column, message, hint)


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize("start", ["\ufeff", ""])
def test_line_ends_and_byte_order_marks_mean_nothing(start: str, line_end: str) -> None:
    assert read_config(parse(start + EXAMPLE.replace("\n", line_end), "f.yml")) == read_config(parse(EXAMPLE, "f.yml"))


def test_a_script_over_several_lines_has_plain_line_ends() -> None:
    text = "version: 1\r\nchecks:\r\n  a:\r\n    run: |\r\n      one\r\n      two\r\n"
    assert read_config(parse(text, "f.yml")).checks["a"].run == "one\ntwo\n"


@pytest.mark.parametrize("command", ["a\x7fb", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "a/b\\c\"d'", "\u2028x", "\ttab"])
def test_json_text_is_what_json_says(command: str) -> None:
    for ascii_only in (True, False):
        text = json.dumps({"version": 1, "checks": {"a": {"run": command}}}, ensure_ascii=ascii_only)
        assert read_config(parse(text, "f.json")).checks["a"].run == command


def test_half_a_character_in_json_is_a_mistake() -> None:
    found = parse('{"version": 1,\n "checks": {"a": {"run": "\\ud83d"}}}', "f.json").mistakes
    assert [(m.line, m.column, m.message) for m in found] == [(2, 26, "half a character: a surrogate without its other half")]


def test_the_same_key_twice_in_json() -> None:
    found = parse('{"a": {"b": 1,\n"b": 2}, "c": {"b": 3}}', "f.json").mistakes
    assert found == (Mistake(file="f.json", line=2, column=1, message="the key stands twice; it first stands in line 1", text="b"),)


def test_places_in_json_are_those_of_the_text() -> None:
    text = '{\n  "a": [1, {"b": "x"}],\n\t"c": {}\n}'
    document = parse(text, "f.json")
    where = {path: (place.line, place.column, place.text) for path, place in document.values.items()}
    assert document.data == {"a": [1, {"b": "x"}], "c": {}}
    assert where == {(): (1, 1, ""), ("a",): (2, 8, ""), ("a", 0): (2, 9, "1"), ("a", 1): (2, 12, ""), ("a", 1, "b"): (2, 18, "x"), ("c",): (3, 7, "")}
    assert {path: (place.line, place.column) for path, place in document.keys.items()} == {("a",): (2, 3), ("a", 1, "b"): (2, 13), ("c",): (3, 2)}


def test_a_deep_text_never_ends_the_process() -> None:
    """In a process of its own, for a stack that overflows in C takes the test run with it."""
    program = "from ftaction.plan.document import parse\nparse('[' * 400000 + ']' * 400000, 'f.yml')"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.strip().split("\n")[-1]) == (1, "ftaction.errors.ConfigError: f.yml can't be read")


PIECES = st.sampled_from(
    [*EXAMPLE.split("\n"), *"{}[],:-?&*!|>%@`'\"#~<", "\n", "  ", "\t", "<<: *a",
     "&a ", "*a", "!!set ", "!!binary ", "!!int x", "!!float _", "- ", ": ", "? ", "---\n",
     "0x", "1:30", "1e999", "null", "\ufeff", "\0", "\udc80", "\ud800", "\x85", "\u2028", '"\\ud800"', '"\\x00"', "=", "2001-01-01", "0o7", "0b1", "9" * 30]
)  # fmt: skip
TEXTS = st.one_of(st.text(st.characters(), max_size=200), st.lists(PIECES, max_size=25).map("".join), st.lists(PIECES, max_size=25).map("\n".join))


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(["f.yml", "f.json"]))
def test_no_text_whatever_is_more_than_a_mistake(text: str, file: str) -> None:
    try:
        read_config(parse(text, file), ("pytest",))
    except ConfigError as error:
        if not all(mistake.message for mistake in error.mistakes) or not error.mistakes:
            raise


DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["a", "b", "1h", "*", "!", "fast", "none", "auto", "", "\0"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "run", "needs", "timeout", "inputs", "worker", "model"]), inner, max_size=4)
    ),
    max_leaves=8,
)
CONFIGS = st.fixed_dictionaries(
    {"version": st.just(1), "checks": st.dictionaries(st.sampled_from(["a", "b", "c"]), DATA, max_size=3) | DATA},
    optional={"verification": DATA, "profiles": DATA, "cache": DATA, "phases": DATA},
)


@settings(max_examples=300, deadline=None)
@given(CONFIGS)
def test_no_data_whatever_is_more_than_a_mistake(data: dict[str, object]) -> None:
    text = json.dumps(data).replace("Infinity", "1e999").replace("NaN", "0")
    for file in ("f.json", "f.yml"):
        try:
            read_config(parse(text, file))
        except ConfigError as error:
            if not error.mistakes:
                raise

"""Problem matchers of GitHub, as actions/runner reads them: what they find, and in which words a file that is none is refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import expressions, matcher

UNIX = {
    "regexp": r"^(.+?):(\d+):(\d+): (error|warning|notice|info): (.*?) \[([\w-]+)\]$",
    "file": 1,
    "line": 2,
    "column": 3,
    "severity": 4,
    "message": 5,
    "code": 6,
}
STYLISH = [
    {"regexp": r"^(\/.*|\S.*\.js)$", "file": 1},
    {"regexp": r"^\s+(\d+):(\d+)\s+(\w+)\s+(.+)$", "line": 1, "column": 2, "severity": 3, "message": 4, "loop": True},
]
TRACE = [
    {"regexp": r'^\s*File "(.*)", line (\d+), in (?<name>.*)$', "file": 1, "line": 2},
    {"regexp": r"^\s*(raise .*)$"},
    {"regexp": r"^(\w*Error: .*)$", "message": 1},
]


def read(text: str, *patterns: Any, **more: Any) -> list[Finding]:
    data = [{"owner": f"m{number}", "pattern": one, **more} for number, one in enumerate(patterns)]
    return list(matcher.read(matcher.matchers(json.dumps({"problemMatcher": data})), text))


A = Finding("a.c", 3, Level.ERROR, "wrong", 5, rule="w-1")


def test_one_line() -> None:
    text = "a.c:3:5: error: wrong [w-1]\nnothing\na.c:4:1: warning: odd [w-2]\na.c:9:1: info: not of GitHub's three [w]\na.c:9:1: error:   [w]"
    assert read(text, [UNIX]) == [A, Finding("a.c", 4, Level.WARNING, "odd", 1, rule="w-2")]


def test_a_pattern_need_not_be_a_list() -> None:
    assert read("a.c:3:5: error: wrong [w-1]", UNIX) == [A]


def test_several_lines_in_a_loop_end_with_the_first_that_is_none() -> None:
    text = "/b.js\n  1:2  error  one\n  3:4  warning  two\n\n  5:6  error  of no file\nc.js\n  7:8  error  three"
    assert read(text, STYLISH) == [
        Finding("/b.js", 1, Level.ERROR, "one", 2), Finding("/b.js", 3, Level.WARNING, "two", 4), Finding("c.js", 7, Level.ERROR, "three", 8),
    ]  # fmt: skip


def test_several_lines_that_follow_each_other() -> None:
    frame = '  File "a.py", line 3, in f\n    raise ValueError()\n'
    assert read(f"{frame}ValueError: no\n{frame}other\nValueError: no", TRACE) == [Finding("a.py", 3, Level.ERROR, "ValueError: no")]


def test_what_is_said_first_stays() -> None:
    """The file of the line before, though the last pattern has a group there too; severity is the matcher's where no pattern says it."""
    assert read(
        "in a.c\nline 3: wrong", [{"regexp": "^in (.*)$", "file": 1}, {"regexp": r"^line (\d+): (.*)$", "line": 1, "message": 2}], severity="Warning"
    ) == [Finding("a.c", 3, Level.WARNING, "wrong")]


def test_the_matcher_that_stands_last_is_asked_first_and_others_forget_what_they_began() -> None:
    anything = {"regexp": "^(.*x.*)$", "message": 1}
    assert read("a.c:3:5: error: wrong x [w-1]", anything, UNIX)[0].path == "a.c"
    assert read("/b.js\nxx\n  1:2  error  one", STYLISH, anything) == [Finding("", 0, Level.ERROR, "xx")]


def test_paths_are_of_the_folder_of_the_file_that_they_come_from() -> None:
    pattern = {"regexp": r"^(\S+) (\S+) (.*)$", "file": 1, "fromPath": 2, "message": 3}
    assert [one.path for one in read("a.c web/app.csproj no\n/a.c web/app.csproj no\nb.c app no", pattern)] == ["web/a.c", "/a.c", "b.c"]
    assert read("a.c:3:5: error: wrong [w-1]", UNIX, fromPath="web/app.csproj")[0].path == "web/a.c"


def test_a_whole_file_has_no_line() -> None:
    assert read("a.c:3:5: error: wrong [w-1]", UNIX | {"kind": "file"}) == [A._replace(line=0, column=0)]


def test_a_group_that_is_not_there_is_empty() -> None:
    assert read("a.c: wrong", {"regexp": r"^(\S+?):(?:(\d+):)? (.*)$", "file": 1, "line": 2, "message": 3}) == [Finding("a.c", 0, Level.ERROR, "wrong")]


def test_a_line_beyond_measure_is_not_looked_at() -> None:
    assert read("x" * 5000 + "\nx", {"regexp": "^(x*)$", "message": 1}) == [Finding("", 0, Level.ERROR, "x")]


ONE = {"owner": "o", "pattern": [{"regexp": "(a)", "message": 1}]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "`problemMatcher` must be a list of matchers"),
        ({"problemMatcher": []}, "`problemMatcher` must be a list of matchers"),
        ({"problemMatcher": [{"pattern": []}]}, "a matcher must have an `owner`"),
        ({"problemMatcher": [ONE, ONE | {"owner": "O"}]}, "owner `o` stands there twice"),
        ({"problemMatcher": [ONE | {"severity": "fatal"}]}, "o: severity must be one of error, warning and notice, not 'fatal'"),
        ({"problemMatcher": [ONE | {"fromPath": 1}]}, "o: `fromPath` must be text"),
        ({"problemMatcher": [ONE | {"pattern": []}]}, "o: `pattern` must be a list of patterns"),
        ({"problemMatcher": [ONE | {"pattern": [{"message": 1}]}]}, "o: a pattern must have a `regexp`"),
        ({"problemMatcher": [ONE | {"pattern": [{"regexp": "(a)", "file": 1}]}]}, "o: at least one pattern must set `message`"),
        ({"problemMatcher": [ONE | {"pattern": [{"regexp": "(a)", "message": 2}]}]}, "o: `message` is 2, and '(a)' has groups 0 to 1"),
        ({"problemMatcher": [ONE | {"pattern": [{"regexp": "(a)", "message": True}]}]}, "o: `message` is True, and '(a)' has groups 0 to 1"),
        ({"problemMatcher": [ONE | {"pattern": [{"regexp": "(a)", "message": 1}] * 2}]}, "o: `message` is set twice"),
        ({"problemMatcher": [ONE | {"pattern": [{"regexp": "(a)", "message": 1, "loop": True}]}]}, "o: only the last of several patterns may set `loop`"),
        (
            {"problemMatcher": [ONE | {"pattern": [{"regexp": "(a)", "message": 1}, {"regexp": "b", "loop": True}]}]},
            "o: a pattern that sets `loop` must set `message`",
        ),
        ({"problemMatcher": [ONE | {"pattern": [{"regexp": "(a", "message": 1}]}]}, "o: `(` without `)` in '(a'"),
    ],
)
def test_what_is_wrong_is_said(data: object, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        matcher.matchers(json.dumps(data))


def test_what_is_no_json_is_said() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        matcher.matchers("no")
    with pytest.raises(ValueError, match="too deep"):
        matcher.matchers("[" * 100_000)


@pytest.mark.parametrize(
    ("text", "matches", "does_not"),
    [
        (r"^(?<path>[^\s:]+):\k<path>$", "a:a", "a:b"),
        (r"^\d+$", "12", "\u0661"),  # ECMAScript's digits are ASCII's
        (r"^\w$", "a", "\u00fc"),
        (r"^[[]\/[\]]$", "[/]", "]/["),
        (r"^a{2}{b}$", "aa{b}", "a{b}"),
        (r"^(a|b)\1$", "aa", "ab"),
        (r"^(?:a(?!b)|c(?=d)d)(?<!x)$", "cd", "ab"),
        ("^\\u0041\\x42\\t$", "AB\t", "ab"),
        (r"^[\w.-]+?\b$", "a.b", "a b"),
        (r"^(?:[^\s]+\s+)+x$", "a  b x", "a b"),  # repeats in each other whose parts can't be mistaken
        (r"^(?:\/[^\/]+)*$", "/a/b", "a"),
        (r"^x{2,}y{1,3}$", "xxy", "xy"),
    ],
)
def test_expressions_mean_what_they_mean_in_javascript(text: str, matches: str, does_not: str) -> None:
    expression = expressions.compiled(text)
    assert expression.search(matches)
    assert not expression.search(does_not)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (r"(a+)+$", "which may take for ever"),
        (r"(?:a*)*", "which may take for ever"),
        (r"(?:a+|b)*c", "which may take for ever"),
        (r"(\s*\w+)+$", "which may take for ever"),
        (r"((a+)){2,}", "which may take for ever"),
        (r"(?:.*\s?){9,}", "which may take for ever"),
        (r"(?P<a>b)", "'(?P<' in"),
        (r"(?i)a", "is not supported"),
        (r"(?>a)", "is not supported"),
        (r"(?#a)", "is not supported"),
        (r"\Aa", "is not supported"),
        (r"\p{L}", "is not supported"),
        (r"\u{41}", "is not supported"),
        (r"\cA", "is not supported"),
        (r"[\B]", "is not supported"),
        (r"a++", "nothing to repeat"),
        (r"*a", "nothing to repeat"),
        (r"^*", "nothing to repeat"),
        (r"[]", "empty or has no end"),
        (r"[a", "empty or has no end"),
        (r"a)", "`)` without `(`"),
        (r"(?<a>b)(?<a>c)", "redefinition"),
        (r"\2(a)", "invalid group reference"),
        (r"(?<=a+)b", "look-behind requires fixed-width"),
        (r"[b-a]", "bad character range"),
        ("(" * 60 + ")" * 60, "groups more than 50 deep"),
        ("a" * 3000, "more than 2000 characters"),
    ],
)
def test_what_means_something_else_here_or_may_take_for_ever_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        expressions.compiled(text)

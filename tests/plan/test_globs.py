"""The one matcher, by example and against a slow definition of what a pattern means."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ftaction.plan.globs import compiled, literal_prefix, select, unmatched

TREE = sorted(
    [
        "README.md", "a.py", "b.txt", ".env", ".github/workflows/ci.yml", "src/a.py", "src/b/c.py", "src/b/d.ts", "src0.py", "src-x/a.py", "docs/src/a.py",
        "docs/x.md", "we[i]rd", "{x}", "a,b", "new\nline.py", "back\\slash", "bad\udcff.py", "sp ace/a b.py", "src/b0", "src/b/.hidden",
        "w", "é.py", "\U0001f600.py",
    ]
)  # fmt: skip

PYTHON = [path for path in TREE if path.endswith(".py")]

ROWS = [
    pytest.param([], TREE, id="nothing said: everything"),
    pytest.param(["**"], TREE, id="everything, said"),
    pytest.param(["**/*"], TREE, id="everything, said in another way"),
    pytest.param(["."], TREE, id="the root is a folder"),
    pytest.param(["./"], TREE, id="the root with a slash"),
    pytest.param(["a.py"], ["a.py"], id="a file"),
    pytest.param(["./a.py"], ["a.py"], id="./ says nothing"),
    pytest.param(["src"], ["src/a.py", "src/b/.hidden", "src/b/c.py", "src/b/d.ts", "src/b0"], id="a folder: all below it, no neighbour that sorts beside it"),
    pytest.param(["src/"], ["src/a.py", "src/b/.hidden", "src/b/c.py", "src/b/d.ts", "src/b0"], id="a folder with a slash"),
    pytest.param(["src/**"], ["src/a.py", "src/b/.hidden", "src/b/c.py", "src/b/d.ts", "src/b0"], id="all below a folder"),
    pytest.param(["src/b"], ["src/b/.hidden", "src/b/c.py", "src/b/d.ts"], id="not the file whose name goes on"),
    pytest.param(["*.py"], [path for path in PYTHON if "/" not in path], id="* stays in its folder; line ends and strange bytes are characters"),
    pytest.param(["**/*.py"], PYTHON, id="** crosses folders, none too"),
    pytest.param(["**/src"], ["docs/src/a.py", *select(TREE, ["src"])], id="a folder anywhere"),
    pytest.param(["src/**/c.py"], ["src/b/c.py"], id="** in the middle"),
    pytest.param(["src/**/a.py"], ["src/a.py"], id="** as no folder at all"),
    pytest.param(["**/**/c.py"], ["src/b/c.py"], id="twice is once"),
    pytest.param(["src/*.py"], ["src/a.py"], id="* is not **"),
    pytest.param(["src/?"], ["src/b/.hidden", "src/b/c.py", "src/b/d.ts"], id="? is one character, and a folder means all below it"),
    pytest.param(["?"], ["w"], id="one character"),
    pytest.param([".*"], [".env", ".github/workflows/ci.yml"], id="a leading dot, asked for"),
    pytest.param(["*env"], [".env"], id="a leading dot is a character like any other"),
    pytest.param(["{a,b}.{py,txt}"], ["a.py", "b.txt"], id="choices"),
    pytest.param(["src/{a,b/{c,x}}.py"], ["src/a.py", "src/b/c.py"], id="choices within choices"),
    pytest.param(["{**/c,a}.py"], ["a.py", "src/b/c.py"], id="** within a choice"),
    pytest.param(["{x,**/c}.py"], ["src/b/c.py"], id="** after a comma"),
    pytest.param(["{a,{b}.txt"], [], id="the brace without a partner is a character"),
    pytest.param(["{a"], [], id="open for ever"),
    pytest.param(["a}"], [], id="closed for nothing"),
    pytest.param(["[{]x}"], ["{x}"], id="a brace as a character"),
    pytest.param(["a,b"], ["a,b"], id="a comma outside braces"),
    pytest.param(["[ab].*"], ["a.py", "b.txt"], id="one of"),
    pytest.param(["[!b].*"], [p for p in TREE if len(p.split("/")[0]) > 1 and p[1] == "." and p[0] != "b"], id="none of"),
    pytest.param(["[^b].py"], ["a.py", "é.py", "\U0001f600.py"], id="^ as !"),
    pytest.param(["we[[]i[]]rd"], ["we[i]rd"], id="brackets as characters"),
    pytest.param(["we[i]rd"], [], id="a class where a name was meant: nothing, and `unmatched` says so"),
    pytest.param(["[!]a]"], ["w"], id="] first is a character"),
    pytest.param(["[z-a]"], [], id="a range backwards holds nothing"),
    pytest.param(["[a-c].py"], ["a.py"], id="a range"),
    pytest.param(["src[/]a.py"], [], id="no class holds a slash"),
    pytest.param(["src[!x]a.py"], [], id="nor does its opposite"),
    pytest.param(["[a&&b].py"], ["a.py"], id="no set arithmetic"),
    pytest.param(["["], [], id="an open class"),
    pytest.param(["[]"], [], id="an empty class"),
    pytest.param(["[!]"], [], id="the opposite of an empty class"),
    pytest.param(["new\nline.py"], ["new\nline.py"], id="a line end in a name"),
    pytest.param(["*line.py"], ["new\nline.py"], id="* takes a line end"),
    pytest.param(["bad*.py"], ["bad\udcff.py"], id="bytes that are no text"),
    pytest.param(["**", "!src"], [p for p in TREE if not p.startswith("src/")], id="a folder taken away"),
    pytest.param(["!src"], [p for p in TREE if not p.startswith("src/")], id="everything but"),
    pytest.param(["!**/*.py", "src"], ["src/b/.hidden", "src/b/d.ts", "src/b0"], id="what is taken away stays away, wherever it stands"),
    pytest.param(["src", "!**"], [], id="everything taken away"),
    pytest.param(["src/a.py", "src"], select(TREE, ["src"]), id="each once, in order"),
    pytest.param(["nothing"], [], id="no such file"),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("patterns", "expected"), ROWS)
def test_patterns_mean(patterns: list[str], expected: list[str]) -> None:
    assert select(TREE, patterns) == sorted(expected)


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [("src/*.py", "src"), ("src/a.py", "src/a.py"), ("*.py", ""), ("src/b{c,d}", "src"), ("./src/", "src"), ("a/b/[c]/d", "a/b"), ("**", "")],
)
def test_what_a_pattern_names_before_its_first_wildcard(pattern: str, folder: str) -> None:
    assert literal_prefix(pattern) == folder


def alternatives(pattern: str) -> Iterator[str]:
    """The patterns without braces that one with well-formed braces stands for."""
    opening = pattern.find("{")
    if opening < 0:
        yield pattern
        return
    depth, cuts = 0, [opening]
    for index in range(opening, len(pattern)):
        depth += {"{": 1, "}": -1}.get(pattern[index], 0)
        if (pattern[index] == "," and depth == 1) or depth == 0:
            cuts.append(index)
        if depth == 0:
            break
    for left, right in pairwise(cuts):
        yield from alternatives(pattern[:opening] + pattern[left + 1 : right] + pattern[cuts[-1] + 1 :])


def meant(pattern: str, path: str) -> bool:
    """The definition, a segment at a time: `**` is any number of folders, and a folder means all below it."""
    return any(any(_segments(tuple(one.split("/")), tuple(path.split("/")[:size])) for size in range(1, path.count("/") + 2)) for one in alternatives(pattern))


def _segments(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(_segments(pattern[1:], path[count:]) for count in range(len(path) + 1)) if pattern[1:] else bool(path)
    return bool(path) and _segment(pattern[0], path[0]) and _segments(pattern[1:], path[1:])


def _segment(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return _segment(pattern[1:], text) or (bool(text) and _segment(pattern, text[1:]))
    if pattern[0] == "[":
        end = pattern.index("]", 2 + (pattern[1] == "!"))
        negated, members = pattern[1] == "!", pattern[1:end].removeprefix("!")
        return bool(text) and ((text[0] in members) is not negated) and _segment(pattern[end + 1 :], text[1:])
    return bool(text) and pattern[0] in ("?", text[0]) and _segment(pattern[1:], text[1:])


CHARACTERS = "ab.0-\n\\\udc80"
NAME = st.text(CHARACTERS, min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(st.lists(NAME, min_size=1, max_size=4).map("/".join), max_size=8, unique=True).map(sorted)
PIECE = st.sampled_from(["a", "b", "*", "?", "[ab]", "[!a]", "[]a]", ".", "0", "-", "\n", "\udc80"])
CHOICE = st.lists(st.lists(PIECE, max_size=2).map("".join), min_size=1, max_size=3).map(lambda parts: "{" + ",".join(parts) + "}")
SEGMENT = st.one_of(st.just("**"), st.lists(PIECE | CHOICE, min_size=1, max_size=3).map("".join)).filter(
    lambda text: text not in (".", "..") and "**" not in text[1:]
)


def _plain_stars(pattern: str) -> bool:
    """Whether no choice makes a `**` that nobody wrote: `*{*,a}` has two stars side by side, and means them one by one."""
    beside = "**{" in pattern or "}**" in pattern  # which are two stars beside a choice, and not a segment of their own
    return not beside and all(one.count("**") == pattern.count("**") and "***" not in one for one in alternatives(pattern))


PATTERN = st.lists(SEGMENT, min_size=1, max_size=4).map("/".join).filter(_plain_stars)


@settings(max_examples=500, deadline=None)
@example(["a", "a-", "a/b", "a0"], ["a"])
@example(["0/a", "0a"], ["**a"])
@given(PATHS, st.lists(PATTERN, min_size=1, max_size=3))
def test_the_matcher_agrees_with_the_definition(paths: list[str], patterns: list[str]) -> None:
    assert select(paths, patterns) == [path for path in paths if any(meant(pattern, path) for pattern in patterns)]
    assert unmatched(paths, patterns) == [pattern for pattern in patterns if not select(paths, [pattern])]


@settings(max_examples=300, deadline=None)
@given(PATHS, st.lists(PATTERN, max_size=2), st.lists(PATTERN, min_size=1, max_size=2))
def test_what_is_subtracted_is_what_would_be_added(paths: list[str], positive: list[str], negative: list[str]) -> None:
    taken = set(select(paths, negative))
    assert select(paths, [*positive, *(f"!{pattern}" for pattern in negative)]) == [path for path in select(paths, positive) if path not in taken]


@settings(max_examples=300, deadline=None)
@given(st.text("ab/*?[]!^{},-&|~\\.\n\udc80", min_size=1, max_size=15), PATHS)
def test_any_text_is_a_pattern(pattern: str, paths: list[str]) -> None:
    chosen = select(paths, [pattern])
    assert chosen == sorted(set(chosen) & set(paths))
    compiled(pattern)


@given(PATHS, st.lists(PATTERN, min_size=1, max_size=3))
def test_a_pattern_means_the_same_beside_other_files(paths: list[str], patterns: list[str]) -> None:
    """A file's being there never changes whether another one is an input."""
    assert [path for path in paths if select([path], patterns)] == select(paths, patterns)

"""Reading shell lines for recognition."""

import random

import pytest

from ftaction.model.check import Command
from ftaction.tools.words import executables, split

LINES: list[tuple[str, Command, list[str]]] = [
    ("one command", "ruff check .", ["ruff check ."]),
    ("a list of arguments is not read as shell", ("echo", "a && b"), ["echo|a && b"]),
    ("and", "mypy && pytest -q", ["mypy", "pytest -q"]),
    ("or, pipe, end, background", "a || b | c; d & e", ["a", "b", "c", "d", "e"]),
    ("pipe with errors", "a |& tee log", ["a", "tee log"]),
    ("lines", "ruff check\nmypy\n\n", ["ruff check", "mypy"]),
    ("a line that goes on", "pytest \\\n  -q", ["pytest -q"]),
    ("single quotes hold operators", "echo 'a && b' c", ["echo|a && b|c"]),
    ("double quotes hold escaped quotes", r'echo "a \" ; b"', ['echo|a \\" ; b']),
    ("quotes inside a word", "go test -run='Test A'", ["go|test|-run=Test A"]),
    ("escaped space", r"cat a\ b", ["cat|a b"]),
    ("brackets of a subshell", "(cd web && npm test)", ["cd web", "npm test"]),
    ("braces", "{ ruff check; mypy; }", ["ruff check", "mypy"]),
    ("keywords stand before commands", "if ruff check; then pytest; else exit 1; fi", ["ruff check", "pytest", "exit 1"]),
    ("not", "! grep -r TODO", ["grep -r TODO"]),
    ("redirections are no words", "mypy > out.txt 2>&1 < in", ["mypy"]),
    ("redirection of both", "mypy &> out", ["mypy"]),
    ("a comment", "pytest # not ruff", ["pytest"]),
    ("a hash inside a word is none", "echo a#b", ["echo a#b"]),
    ("a substitution stays one word", "echo $(git ls-files; pwd)", ["echo|$(git ls-files; pwd)"]),
    ("a here-document is no command", "cat <<EOF\npytest\nEOF\nruff check", ["cat", "ruff check"]),
    ("a shell inside", "bash -lc 'ruff check && mypy'", ["ruff check", "mypy"]),
    ("a shell inside a list", ("sh", "-c", "ruff check; mypy"), ["ruff check", "mypy"]),
    ("a shell script is itself", "sh scripts/test", ["sh scripts/test"]),
    ("unbalanced single quote", "pytest 'abc", ["pytest abc"]),
    ("unbalanced double quote", 'pytest "abc', ["pytest abc"]),
    ("unbalanced bracket", "(ruff check", ["ruff check"]),
    ("unbalanced substitution", "echo $(ls", ["echo $(ls"]),
    ("backslash at the end", "pytest \\", ["pytest|"]),
    ("nothing", "", []),
    ("nothing, as a list", (), []),
    ("only operators", "&& ; ||", []),
]


@pytest.mark.parametrize(("reason", "run", "expected"), LINES, ids=[row[0] for row in LINES])
def test_split(reason: str, run: Command, expected: list[str]) -> None:
    wanted = tuple(tuple(line.split("|" if "|" in line else " ")) for line in expected)
    assert split(run) == wanted, reason


EXECUTABLES: list[tuple[str, Command, tuple[str, ...]]] = [
    ("the wrapper and what it runs", "uv run pytest -q", ("uv", "run", "pytest")),
    ("paths stay whole", ".venv/bin/ruff check .", (".venv/bin/ruff", "check", ".")),
    ("each once", "mypy a && mypy b", ("mypy", "a", "b")),
    ("no globs, no assignments, no options", "A=b prettier --check 'src/**/*.ts' *.md", ("prettier",)),
    ("inside a quoted line", "concurrently 'eslint .' \"tsc -p .\"", ("concurrently", "eslint", ".", "tsc")),
    ("inside a substitution", "gofmt -l $(git ls-files)", ("gofmt", "git", "ls-files")),
    ("inside back quotes", "gofmt -l `git ls-files`", ("gofmt", "git", "ls-files")),
    ("inside a shell", "sh -c 'cd web && npm test'", ("cd", "web", "npm", "test")),
    ("a list", ("cargo", "test", "a b"), ("cargo", "test", "a", "b")),
]


@pytest.mark.parametrize(("reason", "run", "expected"), EXECUTABLES, ids=[row[0] for row in EXECUTABLES])
def test_executables(reason: str, run: Command, expected: tuple[str, ...]) -> None:
    assert executables(run) == expected, reason


def test_nothing_makes_it_raise() -> None:
    """Any line of shell signs is read as something, in time that grows with its length."""
    pieces = [
        "a",
        " ",
        "'",
        '"',
        "\\",
        "`",
        "$(",
        ")",
        "(",
        "&&",
        "|",
        ";",
        "\n",
        "<<EOF",
        "EOF",
        ">",
        "2>&1",
        "#",
        "{",
        "é",
        "\x00",
        "sh -c ",
    ]
    dice = random.Random(7)
    for _ in range(3000):
        line = "".join(dice.choices(pieces, k=dice.randrange(30)))
        assert all(words for words in split(line))
        executables(line)
    assert split("a'" * 50_001)

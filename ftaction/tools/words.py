"""Reads a shell line for recognition, never for execution: a rough reading that cannot fail."""

import re
from functools import lru_cache

from ftaction.model.check import Command
from ftaction.model.tool import Words

_HERE_DOCUMENT = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1(?P<line>[^\n]*)\n.*?(?:^[ \t]*\2[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\f\v]+|\\\r?\n)
  | (?P<comment>\#[^\n]*)
  | (?P<redirection>\d*(?:&>>?|<<<|>>|>&|<&|<>|>\||[<>]))
  | (?P<operator>&&|\|\||\|&|[;&|()\n])
  | (?P<word>(?:
        \\.? | '[^']*'? | "(?:\\.|[^"\\])*"? | `[^`]*`?
      | \$\((?:[^()]|\([^()]*\))*\)?
      | (?:(?!\$\()[^\s;&|<>()'"`\\])+
    )+)
  | (?P<rest>.)
    """,
    re.DOTALL | re.VERBOSE,
)
_QUOTED = re.compile(r"""'(?P<single>[^']*)'?|"(?P<double>(?:\\.|[^"\\])*)"?|\\(?P<escaped>.?)""", re.DOTALL)
_KEYWORDS = frozenset(["!", "{", "}", "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "time"])
_SHELLS = frozenset({"sh", "bash", "dash", "zsh"})
_SUBSTITUTION = re.compile(r"\$\((.*?)\)?$|`([^`]*)`?", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_@.~/+][A-Za-z0-9_@.~/+:-]*")
_DEEPEST = 4  # shells inside shells


@lru_cache(maxsize=4096)
def split(run: Command) -> tuple[Words, ...]:
    """The simple commands of a line, each as its words, quotes taken off. A list of arguments is one command, or what it gives a shell."""
    return _split(run, _DEEPEST)


def executables(run: Command) -> tuple[str, ...]:
    """Every word of the line that could name an executable, in order, each once. Generous: most of them name none."""
    seen: dict[str, None] = {}
    for words in split(run):
        _collect(words, seen, _DEEPEST)
    return tuple(seen)


def _collect(words: Words, seen: dict[str, None], depth: int) -> None:
    for word in words:
        if _PLAIN.fullmatch(word):
            seen[word] = None
        elif depth and not word.startswith("-"):
            found = _SUBSTITUTION.search(word)
            inner = (found[1] or found[2] or "") if found else word
            if inner != word or " " in word:
                for command in _split(inner, 1):
                    _collect(command, seen, depth - 1)


def _split(run: Command, depth: int) -> tuple[Words, ...]:
    commands = _commands(run) if isinstance(run, str) else [run]
    if not depth:
        return tuple(commands)
    return tuple(inner for words in commands for inner in _inside_shell(words, depth))


def _inside_shell(words: Words, depth: int) -> tuple[Words, ...]:
    if words and words[0].rsplit("/", 1)[-1] in _SHELLS:
        for at, word in enumerate(words[1:-1], 1):
            if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
                return _split(words[at + 1], depth - 1)
    return (words,) if words else ()


def _commands(line: str) -> list[Words]:
    commands: list[Words] = []
    words: list[str] = []
    redirected = False
    for token in _TOKEN.finditer(_HERE_DOCUMENT.sub(r"\g<line>\n", line)):
        match token.lastgroup:
            case "operator":
                commands.append(tuple(words))
                words, redirected = [], False
            case "redirection":
                redirected = True
            case "word":
                word = token[0]
                if redirected:
                    redirected = False
                elif words or word not in _KEYWORDS:
                    words.append(_unquoted(word))
    return [command for command in (*commands, tuple(words)) if command]


def _unquoted(word: str) -> str:
    return _QUOTED.sub(lambda part: part["single"] or part["double"] or part["escaped"] or "", word)

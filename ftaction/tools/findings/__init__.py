"""Findings in the output of tools. Each reader is pure: text in, findings out, whatever the text is; paths as the tool printed them.

A reader is asked for by the name of the tool that runs; where no tool is known, those whose `sign` stands in the output are asked. Output is
untrusted: a reader never fails, and takes time in proportion to the text.
"""

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import NamedTuple

from ftaction.model.finding import Finding

_BEGINNING, _END = 1 << 16, 1 << 18  # characters in which signs are looked for


class Reader(NamedTuple):
    """`sign`: what stands in output that this reader understands, and in hardly any other. `read`: clean text, without colours.

    `own`: the text without what its tool repeats of others' output, in which others' signs mean nothing.
    """

    sign: re.Pattern[str]
    read: Callable[[str], Iterable[Finding]]
    own: Callable[[str], str] | None = None


NAMES = (
    "actionlint", "biome", "black", "cargo", "eslint", "flake8", "gcc", "github", "go", "gofmt", "isort", "jest", "markdownlint",
    "mocha", "mypy", "node", "prettier", "pylint", "pyright", "pytest", "ruff", "shellcheck", "tsc", "unittest", "vitest", "yamllint",
)  # fmt: skip
"""Of the readers: each is a module of this package, named as its tool is in `ftaction.tools`."""


def find(name: str) -> Reader | None:
    """The reader of that name; None where there is none."""
    if name not in NAMES:
        return None
    reader: Reader = import_module(f"{__name__}.{name}").READER
    return reader


def signed(text: str) -> list[str]:
    """The readers whose sign stands in a text of which nobody knows who wrote it; of a long one at its beginning or its end."""
    if len(text) > _BEGINNING + _END:
        text = f"{text[:_BEGINNING]}\n{text[-_END:]}"
    found = {name: reader for name in NAMES if (reader := find(name)) is not None and reader.sign.search(text)}
    for reader in found.values():
        text = reader.own(text) if reader.own else text
    return [name for name, reader in found.items() if reader.own or reader.sign.search(text)]


def read_file(kind: str, content: str, text: str) -> Iterable[Finding]:
    """What a file says, or has the output say: a `junit` or `sarif` file, or a `matcher`. Raises `ValueError` where it is none."""
    if kind == "matcher":
        from ftaction.tools.findings import matcher

        return matcher.read(matcher.matchers(content), text)
    reader = import_module(f"{__name__}.{kind}")
    said: Iterable[Finding] = reader.read(content)
    return said

"""What is known of each tool, found by the name of its executable. A module is imported only when its tool is met."""

import re
from importlib import import_module

from ftaction.model.tool import Tool, Words
from ftaction.tools.wrappers import without_assignments, without_wrapper

_MODULES = {  # executable -> module of this package that holds its TOOL
    "actionlint": "actionlint",
    "biome": "biome",
    "black": "black",
    "bun": "npm",
    "bunx": "npm",
    "cargo": "cargo",
    "eslint": "eslint",
    "flake8": "flake8",
    "go": "go",
    "gofmt": "gofmt",
    "gofumpt": "gofmt",
    "goimports": "gofmt",
    "golangci-lint": "golangci_lint",
    "gotestsum": "go",
    "hatch": "hatch",
    "isort": "isort",
    "jest": "jest",
    "make": "make",
    "gmake": "make",
    "markdownlint": "markdownlint",
    "markdownlint-cli2": "markdownlint",
    "mocha": "mocha",
    "mypy": "mypy",
    "node": "node",
    "nox": "nox",
    "npm": "npm",
    "npx": "npm",
    "pdm": "pdm",
    "pip": "pip",
    "pipenv": "pipenv",
    "pnpm": "npm",
    "pnpx": "npm",
    "poetry": "poetry",
    "pre-commit": "pre_commit",
    "pre_commit": "pre_commit",
    "prek": "pre_commit",
    "prettier": "prettier",
    "py.test": "pytest",
    "pylint": "pylint",
    "basedpyright": "pyright",
    "pyright": "pyright",
    "pytest": "pytest",
    "python": "python",
    "ruff": "ruff",
    "rustfmt": "cargo",
    "shellcheck": "shellcheck",
    "tox": "tox",
    "tsc": "tsc",
    "unittest": "unittest",
    "uv": "uv",
    "uvx": "uv",
    "vitest": "vitest",
    "vue-tsc": "tsc",
    "yamllint": "yamllint",
    "yarn": "npm",
}
NAMES = frozenset(_MODULES)
_VERSIONED = re.compile(r"(python|pypy|pip)[\d.]*$")
_DEEPEST = 8  # wrappers around wrappers; more is no command anybody wrote


def find(name: str) -> Tool | None:
    """The tool of that name, or of the executable of that name; None when it is not known."""
    module = _MODULES.get(name)
    if module is None:
        return None
    tool: Tool = import_module(f"{__name__}.{module}").TOOL
    return tool


def recognise(words: Words) -> tuple[Tool, Words] | None:
    """The innermost tool we know in a simple command, and its words from its own name on.

    An unknown command inside a known wrapper is the wrapper's: `uv run scripts/check` is uv's, so that its lock file counts.
    """
    found: tuple[Tool, Words] | None = None
    for _ in range(_DEEPEST):
        words = without_assignments(words)
        if not words:
            return found
        name = executable(words[0])
        tool = find(name)
        if tool is not None:
            found = tool, (name, *words[1:])
        inner = without_wrapper((name, *words[1:]))
        if inner is None:
            return found
        words = inner
    return found


def executable(word: str) -> str:
    """The bare name in a word that starts a command: no folder, no version. `.venv/bin/python3.12` is `python`, `eslint@9` is `eslint`."""
    name = word.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".exe").removesuffix(".cmd")
    name = name.split("@", 1)[0] or name
    versioned = _VERSIONED.fullmatch(name)
    if versioned:
        return "pip" if versioned[1] == "pip" else "python"
    return name

"""ruff: the linter and the formatter in one executable."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.options import has, verb


def _stage(words: Words) -> Stage:
    if has(words, "--diff", "--check"):
        return Stage.FAST
    if verb(words) == "format":
        return Stage.MUTATING
    return Stage.MUTATING if has(words, "--fix", "--fix-only", "--add-noqa") else Stage.FAST


TOOL = Tool(
    name="ruff",
    ecosystem="python",
    stage=_stage,
    config=("**/ruff.toml", "**/.ruff.toml", "**/pyproject.toml"),
    home=(
        ".config/ruff/ruff.toml",
        ".config/ruff/.ruff.toml",
        ".config/ruff/pyproject.toml",
    ),
    env=("RUFF_*",),
)

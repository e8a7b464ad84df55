"""golangci-lint."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import GO
from ftaction.tools.options import has, share_by, verb


def _stage(words: Words) -> Stage:
    if verb(words) == "fmt":
        return Stage.FAST if has(words, "--diff", "-d") else Stage.MUTATING
    return Stage.MUTATING if has(words, "--fix") else Stage.FAST


def _share(words: Words, slots: int) -> Words:
    return share_by("--concurrency=", "--concurrency", "-j")(words, slots) if verb(words) == "run" else ()


TOOL = Tool(
    name="golangci-lint",
    ecosystem="go",
    stage=_stage,
    config=(
        "**/.golangci.yml",
        "**/.golangci.yaml",
        "**/.golangci.toml",
        "**/.golangci.json",
        "**/go.mod",
        "**/go.sum",
        "**/go.work",
    ),
    home=(
        ".golangci.yml",
        ".golangci.yaml",
        ".golangci.toml",
        ".golangci.json",
        ".config/go/env",
    ),
    env=("GOLANGCI_LINT_*", "GL_DEBUG", *GO),
    share=_share,
)

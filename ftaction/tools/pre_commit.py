"""pre-commit and prek: their hooks may write."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import ANY
from ftaction.tools.options import verb

_READS = frozenset({"validate-config", "validate-manifest", "help", "--version"})


def _stage(words: Words) -> Stage:
    return Stage.FAST if verb(words) in _READS or "--version" in words else Stage.MUTATING


TOOL = Tool(
    name="pre-commit",
    ecosystem="any",
    stage=_stage,
    config=("**/.pre-commit-config.yaml", "**/.pre-commit-config.yml", "**/prek.toml"),
    env=("SKIP", "PRE_COMMIT_HOME", "PRE_COMMIT_COLOR", "PRE_COMMIT_NO_CONCURRENCY", "PREK_HOME", "PREK_SKIP", "XDG_CACHE_HOME", *ANY),
)

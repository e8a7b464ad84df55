"""hatch: `hatch test`, `hatch fmt` and the project's own scripts. Names are listed one by one because others hold passwords."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import PYTHON
from ftaction.tools.names import stage_of_names
from ftaction.tools.options import has, plain


def _stage(words: Words) -> Stage:
    named = plain(words)
    if named[:1] == ("fmt",) and has(words, "--check", "-l", "--linter"):
        return Stage.FAST
    return stage_of_names(named[1:2] if named[:1] == ("run",) else named[:1])


TOOL = Tool(
    name="hatch",
    ecosystem="python",
    stage=_stage,
    config=("**/hatch.toml", "**/pyproject.toml"),
    env=("HATCH_ENV*", "HATCH_PYTHON*", "HATCH_DATA_DIR", "HATCH_CACHE_DIR", *PYTHON),
)

"""pdm and the scripts of the project. Names are listed one by one because others hold passwords."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import PYTHON
from ftaction.tools.names import stage_of_names
from ftaction.tools.options import plain


def _stage(words: Words) -> Stage:
    named = plain(words)
    return stage_of_names(named[1:2] if named[:1] == ("run",) else named[:1])


TOOL = Tool(
    name="pdm",
    ecosystem="python",
    stage=_stage,
    config=("**/pdm.lock", "**/pdm.toml", "**/pyproject.toml"),
    env=("PDM_CACHE_DIR", "PDM_PROJECT", "PDM_PYTHON*", "PDM_USE_VENV", *PYTHON),
)

"""poetry. Names are listed one by one because others hold passwords."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.environment import PYTHON
from ftaction.tools.options import always

TOOL = Tool(
    name="poetry",
    ecosystem="python",
    stage=always(Stage.FAST),
    config=("**/poetry.lock", "**/poetry.toml", "**/pyproject.toml"),
    env=("POETRY_CACHE_DIR", "POETRY_VIRTUALENVS_*", *PYTHON),
)

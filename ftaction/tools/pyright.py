"""pyright and basedpyright."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always

TOOL = Tool(
    name="pyright",
    ecosystem="python",
    stage=always(Stage.FAST),
    config=("**/pyrightconfig.json", "**/pyproject.toml"),
    env=("PYRIGHT_PYTHON_*", "VIRTUAL_ENV", "NODE_OPTIONS", "PYTHON*"),
)

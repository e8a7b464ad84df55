"""mypy: has no option for a number of processes that all its versions know."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always

TOOL = Tool(
    name="mypy",
    ecosystem="python",
    stage=always(Stage.FAST),
    config=("**/mypy.ini", "**/.mypy.ini", "**/pyproject.toml", "**/setup.cfg"),
    home=(
        ".config/mypy/config",
        ".mypy.ini",
    ),
    env=("MYPY*", "PYTHON*"),
)

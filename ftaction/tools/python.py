"""The interpreter with a script or a module that has no module of its own here."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.environment import PYTHON
from ftaction.tools.options import always

TOOL = Tool(
    name="python",
    ecosystem="python",
    stage=always(Stage.FAST),
    config=("**/pyproject.toml",),
    env=PYTHON,
)

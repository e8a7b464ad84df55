"""`python -m unittest`."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always

TOOL = Tool(
    name="unittest",
    ecosystem="python",
    stage=always(Stage.SLOW),
    env=("PYTHON*",),
)

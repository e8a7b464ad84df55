"""flake8."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always, share_by

TOOL = Tool(
    name="flake8",
    ecosystem="python",
    stage=always(Stage.FAST),
    config=("**/.flake8", "**/setup.cfg", "**/tox.ini"),
    env=("PYTHON*",),
    share=share_by("--jobs=", "--jobs", "-j"),
)

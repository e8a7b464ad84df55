"""pip. Names are listed one by one because an index's address may hold a password."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always

TOOL = Tool(
    name="pip",
    ecosystem="python",
    stage=always(Stage.FAST),
    config=("**/requirements*.txt", "**/requirements/*.txt", "**/constraints*.txt", "**/pyproject.toml", "**/setup.cfg"),
    env=(
        "PIP_CONSTRAINT",
        "PIP_NO_INDEX",
        "PIP_FIND_LINKS",
        "PIP_CACHE_DIR",
        "PIP_ONLY_BINARY",
        "PIP_NO_BINARY",
        "PIP_PRE",
        "VIRTUAL_ENV",
        "PYTHON*",
    ),
)

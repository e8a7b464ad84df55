"""black: a formatter that writes unless told to check."""

from ftaction.model.tool import Tool
from ftaction.tools.options import share_by, writes_without

TOOL = Tool(
    name="black",
    ecosystem="python",
    stage=writes_without("--check", "--diff", "-c", "--code", "--version", "--help"),
    config=("**/pyproject.toml",),
    home=(".config/black",),
    env=("BLACK_*", "PYTHON*"),
    share=share_by("--workers=", "--workers", "-W"),
)

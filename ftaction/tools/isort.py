"""isort: writes unless told to check."""

from ftaction.model.tool import Tool
from ftaction.tools.options import writes_without

TOOL = Tool(
    name="isort",
    ecosystem="python",
    stage=writes_without("--check", "--check-only", "-c", "--diff", "-d", "--stdout", "--version"),
    config=("**/.isort.cfg", "**/pyproject.toml", "**/setup.cfg", "**/tox.ini", "**/.editorconfig"),
    env=("ISORT_*", "PYTHON*"),
)

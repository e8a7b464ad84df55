"""markdownlint-cli and markdownlint-cli2: read unless told to fix."""

from ftaction.model.tool import Tool
from ftaction.tools.options import writes_with

TOOL = Tool(
    name="markdownlint",
    ecosystem="node",
    stage=writes_with("--fix", "-f"),
    config=("**/.markdownlint*",),
    env=("NODE_ENV", "NODE_OPTIONS", "NODE_PATH"),
)

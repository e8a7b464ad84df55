"""prettier: prints or checks unless told to write."""

from ftaction.model.tool import Tool
from ftaction.tools.options import writes_with

TOOL = Tool(
    name="prettier",
    ecosystem="node",
    stage=writes_with("--write", "-w"),
    config=("**/.prettierrc*", "**/prettier.config.*", "**/.prettierignore", "**/.editorconfig", "**/package.json"),
    env=("PRETTIER_*", "NODE_ENV", "NODE_OPTIONS", "NODE_PATH"),
)

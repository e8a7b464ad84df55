"""eslint. `--concurrency` exists only since 9.34 and is refused before, so it takes no share."""

from ftaction.model.tool import Tool
from ftaction.tools.options import writes_with

TOOL = Tool(
    name="eslint",
    ecosystem="node",
    stage=writes_with("--fix"),
    config=("**/eslint.config.*", "**/.eslintrc*", "**/.eslintignore", "**/package.json", "**/tsconfig*.json"),
    env=("ESLINT_*", "TIMING", "NODE_ENV", "NODE_OPTIONS", "NODE_PATH"),
)

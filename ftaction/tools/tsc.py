"""The TypeScript compiler."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always

TOOL = Tool(
    name="tsc",
    ecosystem="node",
    stage=always(Stage.FAST),
    config=("**/tsconfig*.json", "**/package.json"),
    env=("TSC_*", "NODE_ENV", "NODE_OPTIONS", "NODE_PATH"),
)

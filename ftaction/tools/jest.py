"""jest. It treats snapshots and reporters differently under CI, so that name counts."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always, share_by

TOOL = Tool(
    name="jest",
    ecosystem="node",
    stage=always(Stage.SLOW),
    config=("**/jest.config.*", "**/package.json", "**/babel.config.*", "**/.babelrc*", "**/tsconfig*.json", "**/.swcrc"),
    env=("CI", "JEST_*", "BABEL_*", "TS_JEST_*", "NODE_ENV", "NODE_OPTIONS", "NODE_PATH"),
    parts=True,
    share=share_by("--maxWorkers=", "--maxWorkers", "-w", "--runInBand", "-i", "--detectOpenHandles"),
)

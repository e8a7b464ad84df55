"""vitest. It writes no snapshots under CI, so that name counts."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always, share_by

TOOL = Tool(
    name="vitest",
    ecosystem="node",
    stage=always(Stage.SLOW),
    config=("**/vitest.config.*", "**/vitest.workspace.*", "**/vite.config.*", "**/package.json", "**/tsconfig*.json"),
    env=("CI", "VITEST*", "VITE_*", "NODE_ENV", "NODE_OPTIONS", "NODE_PATH"),
    parts=True,
    share=share_by("--maxWorkers=", "--maxWorkers", "--minWorkers", "--no-file-parallelism", "--poolOptions"),
)

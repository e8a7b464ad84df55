"""mocha: one process unless `--parallel` is given."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.options import always, has, share_by


def _share(words: Words, slots: int) -> Words:
    return share_by("--jobs=", "--jobs", "-j")(words, slots) if has(words, "--parallel", "-p") else ()


TOOL = Tool(
    name="mocha",
    ecosystem="node",
    stage=always(Stage.SLOW),
    config=("**/.mocharc*", "**/package.json", "**/tsconfig*.json"),
    env=("CI", "MOCHA_*", "NODE_ENV", "NODE_OPTIONS", "NODE_PATH"),
    share=_share,
)

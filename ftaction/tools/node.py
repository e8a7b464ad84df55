"""Node itself: its test runner is a suite, any other program is unknown."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import NODE


def _stage(words: Words) -> Stage:
    return Stage.SLOW if any(word == "--test" or word.startswith("--test-") for word in words) else Stage.FAST


TOOL = Tool(
    name="node",
    ecosystem="node",
    stage=_stage,
    config=("**/package.json",),
    env=("NODE_DEBUG", "NODE_EXTRA_CA_CERTS", "NODE_NO_WARNINGS", "NODE_PRESERVE_SYMLINKS*", "NODE_TEST_*", "NODE_V8_COVERAGE", *NODE),
)

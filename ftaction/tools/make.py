"""make: a target's name tells what it does. Slots travel in MAKEFLAGS, which whoever runs it sets."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import ANY
from ftaction.tools.names import stage_of_names
from ftaction.tools.options import plain


def _stage(words: Words) -> Stage:
    return stage_of_names(tuple(word for word in plain(words) if "=" not in word))


TOOL = Tool(
    name="make",
    ecosystem="any",
    stage=_stage,
    config=("**/Makefile", "**/makefile", "**/GNUmakefile", "**/*.mk"),
    env=("MAKEFLAGS", *ANY),
)

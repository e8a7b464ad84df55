"""tox: an environment's name tells what it does."""

from itertools import pairwise

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import PYTHON
from ftaction.tools.names import stage_of_names


def _stage(words: Words) -> Stage:
    named = tuple(value for word, value in pairwise(words) if word in ("-e", "--env"))
    named += tuple(word.partition("=")[2] for word in words if word.startswith(("-e=", "--env=")))
    return stage_of_names(named) if named else Stage.SLOW


TOOL = Tool(
    name="tox",
    ecosystem="python",
    stage=_stage,
    config=("**/tox.ini", "**/tox.toml", "**/pyproject.toml", "**/setup.cfg"),
    home=(".config/tox/config.ini",),
    env=("TOXENV", "TOX_*", *PYTHON),
)

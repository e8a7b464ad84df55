"""nox: a session's name tells what it does."""

from itertools import pairwise

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import PYTHON
from ftaction.tools.names import stage_of_names


def _stage(words: Words) -> Stage:
    named = tuple(value for word, value in pairwise(words) if word in ("-s", "--session", "--sessions", "-e"))
    return stage_of_names(named) if named else Stage.SLOW


TOOL = Tool(
    name="nox",
    ecosystem="python",
    stage=_stage,
    config=("**/noxfile.py", "**/pyproject.toml"),
    env=("NOX*", *PYTHON),
)

"""pipenv and the scripts of the Pipfile."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.environment import PYTHON
from ftaction.tools.names import stage_of_names
from ftaction.tools.options import plain


def _stage(words: Words) -> Stage:
    named = plain(words)
    return stage_of_names(named[1:2] if named[:1] == ("run",) else named[:1])


TOOL = Tool(
    name="pipenv",
    ecosystem="python",
    stage=_stage,
    config=("**/Pipfile", "**/Pipfile.lock"),
    env=("PIPENV_CUSTOM_VENV_NAME", "PIPENV_PIPFILE", "PIPENV_VENV_IN_PROJECT", "WORKON_HOME", *PYTHON),
)

"""shellcheck."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always

TOOL = Tool(
    name="shellcheck",
    ecosystem="any",
    stage=always(Stage.FAST),
    config=("**/.shellcheckrc", "**/shellcheckrc"),
    home=(
        ".shellcheckrc",
        ".config/shellcheckrc",
    ),
    env=("SHELLCHECK_OPTS",),
)

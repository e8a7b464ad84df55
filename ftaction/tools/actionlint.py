"""actionlint. It starts shellcheck and pyflakes where they are installed, so their options count."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always

TOOL = Tool(
    name="actionlint",
    ecosystem="any",
    stage=always(Stage.FAST),
    config=("**/.github/actionlint.yaml", "**/.github/actionlint.yml", ".github/workflows/*"),
    env=("SHELLCHECK_OPTS",),
)

"""yamllint."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.options import always

TOOL = Tool(
    name="yamllint",
    ecosystem="any",
    stage=always(Stage.FAST),
    config=("**/.yamllint", "**/.yamllint.yaml", "**/.yamllint.yml"),
    home=(".config/yamllint/config",),
    env=("YAMLLINT_CONFIG_FILE", "PYTHON*"),
)

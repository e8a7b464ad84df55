"""gofmt, gofumpt and goimports: they print or list unless told to write."""

from ftaction.model.tool import Tool
from ftaction.tools.options import writes_with

TOOL = Tool(
    name="gofmt",
    ecosystem="go",
    stage=writes_with("-w"),
    config=("**/go.mod", "**/.editorconfig"),
    env=("GOFLAGS", "GOFUMPT_*"),
)

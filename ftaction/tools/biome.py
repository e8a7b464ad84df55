"""biome: reads unless told to write."""

from ftaction.model.tool import Tool
from ftaction.tools.options import writes_with

TOOL = Tool(
    name="biome",
    ecosystem="node",
    stage=writes_with("--write", "--fix", "--apply", "--apply-unsafe"),
    config=("**/biome.json", "**/biome.jsonc", "**/.editorconfig"),
    env=("BIOME_*",),
)

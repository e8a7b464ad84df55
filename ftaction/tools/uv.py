"""uv. Names are listed one by one because others, such as those of indexes, hold passwords."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool
from ftaction.tools.environment import PYTHON
from ftaction.tools.options import always

TOOL = Tool(
    name="uv",
    ecosystem="python",
    stage=always(Stage.FAST),
    config=("**/uv.lock", "**/uv.toml", "**/pyproject.toml", "**/.python-version"),
    env=(
        "UV_CACHE_DIR",
        "UV_FROZEN",
        "UV_LOCKED",
        "UV_NO_SYNC",
        "UV_OFFLINE",
        "UV_PROJECT*",
        "UV_PYTHON",
        "UV_PYTHON_DOWNLOADS",
        "UV_PYTHON_INSTALL_DIR",
        "UV_PYTHON_PREFERENCE",
        "UV_RESOLUTION",
        "UV_SYSTEM_PYTHON",
        "UV_NO_*",
        "UV_EXCLUDE_NEWER",
        "UV_LINK_MODE",
        "UV_CONFIG_FILE",
        *PYTHON,
    ),
)

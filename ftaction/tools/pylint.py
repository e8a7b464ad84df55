"""pylint. Its parallel mode judges some rules differently, so slots only replace an open `-j 0`."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.options import always


def _share(words: Words, slots: int) -> Words:
    """`--jobs=K` where the words say `-j 0` (as many as there are CPUs); the last one wins."""
    pairs = zip(words, (*words[1:], ""), strict=True)
    is_open = any(word in ("-j0", "--jobs=0") or (word in ("-j", "--jobs") and value == "0") for word, value in pairs)
    return (f"--jobs={slots}",) if is_open and "--" not in words else ()


TOOL = Tool(
    name="pylint",
    ecosystem="python",
    stage=always(Stage.FAST),
    config=(
        "**/pylintrc",
        "**/.pylintrc",
        "**/pylintrc.toml",
        "**/.pylintrc.toml",
        "**/pyproject.toml",
        "**/setup.cfg",
        "**/tox.ini",
    ),
    home=(
        ".pylintrc",
        ".config/pylintrc",
    ),
    env=("PYLINT*", "PYTHON*"),
    share=_share,
)

"""pytest: configuration as its manual lists it under `ini-options`; slots go to xdist, but only where the command already asks for it."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.options import always

_OPEN = frozenset({"auto", "logical"})  # values of -n that leave the number to xdist


def _share(words: Words, slots: int) -> Words:
    """`-n K` where the words leave the number open: without `-n` the suite may not be safe beside itself, with a number it is decided.

    The last `-n` wins, so adding one is enough. `-n auto` in `addopts` can't be seen here.
    """
    if "--" in words or not _asks_for_workers(words):
        return ()
    return "-n", str(slots)


def _asks_for_workers(words: Words) -> bool:
    said = [
        following if word in ("-n", "--numprocesses") else word.removeprefix("--numprocesses=").removeprefix("-n").removeprefix("=")
        for word, following in zip(words, (*words[1:], ""), strict=True)
        if word.startswith(("-n", "--numprocesses"))
    ]
    return bool(said) and said[-1] in _OPEN


TOOL = Tool(
    name="pytest",
    ecosystem="python",
    stage=always(Stage.SLOW),
    config=(
        "**/conftest.py",
        "**/pytest.ini",
        "**/.pytest.ini",
        "**/pytest.toml",
        "**/.pytest.toml",
        "**/pyproject.toml",
        "**/tox.ini",
        "**/setup.cfg",
        "**/.coveragerc",
    ),
    env=("PYTEST_*", "COVERAGE_*", "HYPOTHESIS_*", "PYTHON*"),
    share=_share,
)

"""pytest: configuration as its manual lists it under `ini-options`; slots go to xdist, but only where the command already asks for it."""

from ftaction.model.check import Stage
from ftaction.model.tool import Tool, Words
from ftaction.tools.options import always, has

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


_NO_RUN = ("--collect-only", "--co", "--fixtures", "--fixtures-per-test", "--markers", "--help", "-h", "--version", "-V", "--setup-plan", "--setup-only")
_CHOOSES = ("--lf", "--last-failed", "--sw", "--stepwise", "--nf", "--testmon", "--splits", "--shard-id", "--num-shards", "--picked", "--cache-clear")
_COUNTS = ("--cov-fail-under", "--cov-report", "--junitxml", "--junit-xml", "--report-log")


def _narrows(words: Words) -> str:
    """Why this command always runs what it names: it runs no tests, chooses them by itself, or counts what ran."""
    for options, why in ((_NO_RUN, "it runs no tests"), (_CHOOSES, "it chooses tests by itself"), (_COUNTS, "it counts what ran")):
        if found := next((option for option in options if has(words, option)), ""):
            return f"{found}: {why}"
    return ""


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
    suite="pytest",
    narrows=_narrows,
)

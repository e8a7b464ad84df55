"""Several lines that belong to one finding."""

from collections.abc import Iterable
from itertools import islice
from textwrap import dedent

_LINES = 30
_LENGTH = 300  # of each
_MESSAGE = 1000


def bounded(lines: Iterable[str]) -> str:
    """As a detail: the first lines, moved to the left, without what is empty around them."""
    few = [line[:_LENGTH].rstrip() for line in islice(lines, _LINES)]
    return dedent("\n".join(few)).strip("\n")


def headed(lines: list[str]) -> tuple[str, str]:
    """The first line that says something is a message, the others are its detail."""
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    return ("", "") if start is None else (lines[start].strip()[:_MESSAGE], bounded(lines[start + 1 :]))

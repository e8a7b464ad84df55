"""What GitHub is told of one check: a check run, with the places in files that it found something at.

https://docs.github.com/en/rest/checks/runs
"""

from enum import StrEnum
from typing import NamedTuple


class Conclusion(StrEnum):
    """How it ended, in GitHub's words: of those that we use the first and the last let a protected branch be merged."""

    SUCCESS = "success"
    FAILURE = "failure"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    NEUTRAL = "neutral"


class Annotation(NamedTuple):
    """One finding at its lines, which count from 1. Columns only where both are of one line; 0 is "not said"."""

    path: str
    start_line: int
    end_line: int
    annotation_level: str  # `failure`, `warning`, `notice`
    message: str
    title: str = ""
    raw_details: str = ""
    start_column: int = 0
    end_column: int = 0


class CheckRun(NamedTuple):
    """One check run as it should stand at GitHub; it goes on where it has no conclusion. Times in seconds since the epoch."""

    name: str
    title: str  # plain text
    summary: str  # Markdown
    started: float
    conclusion: Conclusion | None = None
    completed: float = 0.0
    annotations: tuple[Annotation, ...] = ()

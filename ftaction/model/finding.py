"""What a tool says of a file: one line of its output, as a value that every surface tells."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """GitHub's three: https://docs.github.com/actions/reference/workflow-commands-for-github-actions."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Finding(NamedTuple):
    """`path`: posix, from the root of the repository; as a tool printed it until it was found there; empty where no file is meant.

    Lines and columns count from 1, and 0 is "not said". `message` is what is wrong, without place, level and rule. `detail`: more lines that
    matter, such as an assertion, output of a test or a diff. All of it is untrusted text.
    """

    path: str
    line: int
    level: Level
    message: str
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    rule: str = ""  # the tool's own name for what it found: `F401`, `no-unused-vars`, a test's id
    detail: str = ""


class Source(NamedTuple):
    """Where a check's findings are read from: a reader's name, or a `matcher`, `junit` or `sarif` file, whose path may be a glob."""

    kind: str  # `reader`, `matcher`, `junit`, `sarif`
    name: str

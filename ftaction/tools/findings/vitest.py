"""vitest: ` FAIL  path > test`, what is wrong and where, up to a line of `⎯`; and its JSON, which is jest's."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import headed
from ftaction.tools.findings.jest import from_json
from ftaction.tools.findings.stacks import frame, frames, same, told, within

_PROJECT = re.compile(r"^\|[^|]*\| ")
_UNHANDLED = re.compile(r"^⎯{3,} (?P<name>Unhandled (?:Rejection|Error)|Uncaught Exception) ⎯{3,}$")
_MOST = 20  # places that are looked at for each of many tests that failed alike
_BESIDES = ("This error originated in ", "The latest test that might've caused the error is ")


def read(text: str) -> Iterator[Finding]:
    """Several headings above one block are tests that failed alike."""
    yield from from_json(text) or _text(text)


def _text(text: str) -> Iterator[Finding]:
    heads: list[tuple[str, str]] = []
    block: list[str] = []
    for line in text.split("\n"):
        head = _head(line)
        unhandled = None if head else _UNHANDLED.match(line)
        if head or unhandled or line.startswith("⎯⎯⎯"):
            if block or not head:
                yield from _findings(heads, block)
                heads, block = [], []
            if head:
                heads.append(head)
            elif unhandled:
                heads = [("", unhandled["name"])]
        elif heads:
            block.append(line)
    yield from _findings(heads, block)


def _head(line: str) -> tuple[str, str] | None:
    """The file that failed, and the test as jest would name it; of a file as a whole the path is told twice."""
    if not line.startswith(" FAIL  "):
        return None
    path, of_test, name = _PROJECT.sub("", line[7:]).partition(" > ")
    return path if of_test else path.partition(" [ ")[0], name.replace(" > ", " \u203a ")


def _findings(heads: list[tuple[str, str]], block: list[str]) -> Iterator[Finding]:
    said: list[str] = []
    for line in block:
        if frame(line) or line.startswith(_BESIDES):
            break
        said.append(line)
    message, detail = headed(said)
    stack, syntax = frames(block)[:_MOST], told(block)[:_MOST]
    for file, name in heads if message else ():
        place = next((one._replace(path=file) for one in syntax if same(one.path, file)), None) or within(stack, file)
        yield Finding(place.path, place.line, Level.ERROR, message, place.column, rule=name, detail=detail)


READER = Reader(
    re.compile(
        r"^ FAIL  \S[^\n]* > |^ FAIL  \S[^\n]* \]$|^⎯{3,} (?:Unhandled (?:Rejection|Error)|Uncaught Exception) ⎯{3,}$"
        r"|^\{\"numTotalTestSuites\":(?![^\n]*\"numRuntimeErrorTestSuites\":)[^\n]*\"testResults\":\[",
        re.MULTILINE,
    ),
    read,
)

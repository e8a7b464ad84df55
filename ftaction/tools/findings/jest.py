"""jest: below `FAIL path` a block `● test` for each test that failed and each file that could not be run; and its `--json`, which vitest writes too."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import headed
from ftaction.tools.findings.documents import documents, items, word
from ftaction.tools.findings.lines import number
from ftaction.tools.findings.stacks import Frame, frame, frames, same, told, uncoloured, within

_FILE = re.compile(r"^ ?(?P<ended>FAIL|PASS) +(?P<path>\S.*)$")
_TOLD = re.compile(r" \((?:[\d.]+ m?s|[\d.]+ [kMG]B heap size)[^()]*\)$")  # how long it took
_CODE = re.compile(r"^ *(?:> *)?\d+ \|")
_SYNTAX = re.compile(r"^(?P<kind>\w*Error): (?P<path>[^\s:][^:]*): (?P<message>.*) \((?P<line>\d+):(?P<column>\d+)\)$")
_TYPES = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+):(?P<column>\d+) - error ")
_ALONE = "Test suite failed to run"
_AGAIN = "Summary of all failing tests"


def read(text: str) -> Iterator[Finding]:
    """Where it wrote JSON, the text beside it says the same and is not read."""
    yield from from_json(text) or _text(text)


def from_json(text: str) -> list[Finding]:
    """`--json` of jest, and `--reporter=json` of vitest."""
    if '"testResults":' not in text:
        return []
    return [one for document in documents(text) for file in items(document, "testResults") for one in _of_file(file)]


def _of_file(file: object) -> Iterator[Finding]:
    path, tests = word(file, "name"), items(file, "assertionResults")
    for test in tests:
        if word(test, "status") == "failed":
            name = " \u203a ".join([*(str(one) for one in items(test, "ancestorTitles")), word(test, "title")])
            said = next((one for one in items(test, "failureMessages") if isinstance(one, str)), "")
            yield _finding(path, name, uncoloured(said).removeprefix("Error: ").split("\n"))
    if not any(word(test, "status") == "failed" for test in tests) and word(file, "status") == "failed":
        lines = uncoloured(word(file, "message")).split("\n")
        yield _finding(path, _ALONE, [line.removeprefix("    ") for line in lines if line.strip() != f"● {_ALONE}"])


def _text(text: str) -> Iterator[Finding]:
    path, name, block = "", "", list[str]()
    for line in text.split("\n"):
        inside = not line.strip() or line.startswith("    ")
        if inside:
            block.append(line[4:])
            continue
        if path and name:
            yield _finding(path, name, block)
        block, name = [], ""
        if line.startswith(_AGAIN):
            return
        file = _FILE.match(line)
        if file:
            path = _TOLD.sub("", file["path"]).rpartition(" ")[2] if file["ended"] == "FAIL" else ""
        elif line.startswith("  ● ") and line != "  ● Console":
            name = line[4:]
    if path and name:
        yield _finding(path, name, block)


def _finding(file: str, name: str, block: list[str]) -> Finding:
    said: list[str] = []
    for line in block:
        if frame(line) or _CODE.match(line):
            break
        said.append(line)
    if "Details:" in said:  # what comes before is advice
        said = said[said.index("Details:") + 1 :]
    message, detail = headed(said)
    place = _place(file, block, message)
    message = _SYNTAX.sub(r"\g<kind>: \g<message>", message)
    return Finding(place.path, place.line, Level.ERROR, message or "failed", place.column, rule=name, detail=detail)


def _place(file: str, block: list[str], message: str) -> Frame:
    found = _SYNTAX.match(message) or _TYPES.match(message)
    if found:
        return Frame(found["path"], number(found["line"]), number(found["column"]) + (found.re is _SYNTAX))  # Babel counts columns from 0
    syntax = next((one for one in told(block) if same(one.path, file)), None)
    return syntax._replace(path=file) if syntax else within(frames(block), file)


READER = Reader(re.compile(r"^  ● (?!Console$)\S|^\{(?=[^\n]*\"numRuntimeErrorTestSuites\":)[^\n]*\"testResults\":\[", re.MULTILINE), read)

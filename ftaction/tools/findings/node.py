"""`node --test`: the section of failing tests of `spec` and `dot`, and TAP; and what ended a program of node's."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import headed
from ftaction.tools.findings.lines import number
from ftaction.tools.findings.stacks import Frame, crashes, frame, frames, same, within

_AT = re.compile(r"^test at (?P<path>\S.*):(?P<line>\d+):(?P<column>\d+)$")
_NAME = re.compile(r"^✖ (?P<name>\S.*) \([\d.]+ms\)$")
_FAILING = ("✖ failing tests:", "Failed tests:")
_SUITE = re.compile(r"^'\d+ subtests? failed'$")  # those are told themselves
_Crashed = dict[str, tuple[Frame, str]]  # by ends of the path
_NOT_OK = re.compile(r"^(?P<indent> *)not ok \d+(?: - (?P<name>.*))?$")
_FIELD = re.compile(r"^(?P<key>\w+): (?P<value>.*)$")
_PLACE = re.compile(r"^'?(?P<path>\S.*?):(?P<line>\d+):(?P<column>\d+)'?$")


def read(text: str) -> Iterator[Finding]:
    """A file that could not be run fails as a test of its own name; what is wrong with it was printed when it happened."""
    ended = list(crashes(text))
    crashed = {end: (place, message) for place, message in reversed(ended) for end in _ends(place.path)}
    lines = text.split("\n")
    start = next((at for at, line in enumerate(lines) if line in _FAILING), None)
    found = list(_section(lines[start + 1 :], crashed)) if start is not None else list(_tap(lines, crashed))
    yield from found or (Finding(place.path, place.line, Level.ERROR, message) for place, message in ended)


def _ends(path: str) -> list[str]:
    """As the path may be told from other folders, the longest first."""
    parts = path.lstrip("./").rsplit("/", 3)[-3:]
    return ["/".join(parts[at:]) for at in range(len(parts))]


def _section(lines: list[str], crashed: _Crashed) -> Iterator[Finding]:
    at, name, block = None, "", list[str]()
    for line in lines:
        if name and (line.startswith("  ") or not line):
            block.append(line[2:])
            continue
        if name:
            yield from _finding(at, name, block, crashed)
            at, name, block = None, "", []
        test, place = _NAME.match(line), _AT.match(line)
        if test:
            name = test["name"]
        elif place:
            at = Frame(place["path"], number(place["line"]), number(place["column"]))
    if name:
        yield from _finding(at, name, block, crashed)


def _finding(at: Frame | None, name: str, block: list[str], crashed: _Crashed) -> Iterator[Finding]:
    cut = next((number for number, line in enumerate(block) if frame(line)), len(block))
    message, detail = headed(block[:cut])
    if not _SUITE.match(message):
        yield _placed(at, name, (message.strip("'"), detail), frames(block), crashed)


def _placed(at: Frame | None, name: str, said: tuple[str, str], stack: list[Frame], crashed: _Crashed) -> Finding:
    message, detail = said
    if message == "test failed":  # of a file as a whole
        file = at.path if at else name
        place, message = crashed.get(_ends(file)[0], (Frame(file, 0, 0), message))
        return Finding(file, place.line, Level.ERROR, message, rule=name)
    file = at.path if at else next((one.path for one in stack if one.name.startswith("TestContext.")), "")
    place = next((one for one in stack if file and same(one.path, file)), None) or at or within(stack, file)
    return Finding(place.path, place.line, Level.ERROR, message or "failed", place.column, rule=name, detail=detail)


def _tap(lines: list[str], crashed: _Crashed) -> Iterator[Finding]:
    test: re.Match[str] | None = None
    fields: dict[str, list[str]] = {}
    key = ""
    for line in lines:
        found = _NOT_OK.match(line)
        if found:
            test, fields, key = found, {}, ""
        elif test is not None:
            inner = line[len(test["indent"]) + 2 :]
            field = _FIELD.match(inner)
            if inner == "...":
                yield from _of_fields(test["name"] or "", fields, crashed)
                test = None
            elif field:
                key = field["key"]
                fields.setdefault(key, [field["value"]])
            elif key:
                fields[key].append(inner[2:])


def _of_fields(name: str, fields: dict[str, list[str]], crashed: _Crashed) -> Iterator[Finding]:
    if _one(fields, "failureType") == "subtestsFailed" or "failureType" not in fields:
        return
    error = fields.get("error", [""])
    said = headed(error[1:]) if error[0].startswith("|") else (error[0].strip("'"), "")
    found = _PLACE.match(_one(fields, "location"))
    at = Frame(found["path"], number(found["line"]), number(found["column"])) if found else None
    yield _placed(at, name, said, frames(fields.get("stack", []), bare=True), crashed)


def _one(fields: dict[str, list[str]], key: str) -> str:
    return fields.get(key, [""])[0].strip("'")


READER = Reader(re.compile(r"^✖ failing tests:$|^Failed tests:\n\n✖ |^ *failureType: '\w+'$|^Node\.js v\d+\.\d+\.\d+$", re.MULTILINE), read)

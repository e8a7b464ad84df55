"""JUnit's XML, as runners of many languages write it: tests that failed, at the line that their tracebacks say.

The standard library's expat is safe enough, for a document type is refused: without one there is no entity to grow or to fetch.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import pytest
from ftaction.tools.findings.lines import number, some
from ftaction.tools.findings.traces import Frame, installed, own, same

_FAILED = ("failure", "error")
_DEEPEST = 100
_LONGEST = 100_000  # characters kept of what is said of one failure
_PYTHON = re.compile(r"^E   |^Traceback \(most recent call last\):|^[ \t]*File \"|^[^\s:]+\.py:\d+: ", re.MULTILINE)
_PLACE = re.compile(r"(?<![\w./@+~-])(?P<path>[\w./@+~-]*[\w@+~-]\.[A-Za-z]\w{0,5}):(?P<line>\d+)\b")
_TEST = re.compile(r"(?:^|/)(?:__tests__/|test_)|[._](?:test|spec|tests)\.\w+$|Test\.\w+$")
_FILE = re.compile(r"[^\s:]*\.[A-Za-z]\w{0,5}")
_MODULE = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)*(?=\.[A-Z]|$)")


class _Case(NamedTuple):
    """A test that failed: its attributes, its suite's name, and what is said of it."""

    given: dict[str, str]
    suite: str
    message: str
    said: str


class _Document:
    """Its handlers are called in the order of the text."""

    def __init__(self) -> None:
        self.failed: list[_Case] = []
        self._open: list[str] = []
        self._suites: list[dict[str, str]] = []
        self._case: dict[str, str] = {}
        self._message = ""
        self._said: list[str] | None = None
        self._length = 0

    def parse(self, text: str) -> None:
        parser = expat.ParserCreate("utf-8")  # whatever the text says of itself: it is decoded
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self._start, self._end, self._text
        try:
            parser.Parse(text.removeprefix("\ufeff").encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from None

    def _refuse(self, *_: object) -> None:
        raise ValueError("it has a document type")

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._open.append(name)
        if len(self._open) > _DEEPEST:
            raise ValueError(f"elements more than {_DEEPEST} deep")
        if name == "testsuite":
            self._suites.append(given)
        elif name == "testcase":
            self._case = given
        elif name in _FAILED and self._open[-2:-1] == ["testcase"]:
            self._message, self._said, self._length = given.get("message", ""), [], 0

    def _text(self, data: str) -> None:
        if self._said is not None and self._length < _LONGEST:
            self._said.append(data)
            self._length += len(data)

    def _end(self, name: str) -> None:
        self._open.pop()
        if name == "testsuite" and self._suites:
            self._suites.pop()
        elif name in _FAILED and self._said is not None:
            suite = self._suites[-1] if self._suites else {}
            given = {"file": next((one["file"] for one in reversed(self._suites) if one.get("file")), "")} | self._case
            self.failed.append(_Case(given, suite.get("name", ""), self._message, "".join(self._said)[:_LONGEST]))
            self._said = None


def read(text: str) -> Iterator[Finding]:
    """Raises `ValueError` where the text is no such file, after what could be read of it."""
    document = _Document()
    try:
        document.parse(text)
    except ValueError:
        yield from map(_finding, document.failed)
        raise
    yield from map(_finding, document.failed)


def _finding(case: _Case) -> Finding:
    lines = [line.rstrip() for line in case.said.strip("\n").split("\n")]
    first = () if case.message == "collection failure" else case.message.split("\n")  # pytest's, for whatever went wrong there
    message = next((line.strip() for line in (*first, *lines) if line.strip()), case.message or "failed")
    path, line = _file(case), _line(case)
    if _PYTHON.search(case.said):
        frames, said, why = pytest.trace(lines)
        frame = own(frames, case.given.get("file", ""))
        message = said or message
    else:
        frame, why = _place(case.said, path), lines[1:] if lines[0].strip() == message else lines
    path, line = frame or (path, line)
    return Finding(path, line, Level.ERROR, message, number(case.given.get("column")), rule=_rule(case), detail=some(why))


def _place(said: str, path: str) -> Frame | None:
    """The first one in the test's own file, else in any that is named like a test's, else that is not installed: stacks begin where it failed."""
    places = [Frame(match["path"], number(match["line"])) for match in _PLACE.finditer(said)]
    mine = [place for place in places if same(place.path, path) or path.endswith(f"/{place.path}")]
    ours = [place for place in places if not installed(place.path)]
    found = (mine or [place for place in ours if _TEST.search(place.path)] or ours)[:1]
    return Frame(path if path.endswith(f"/{found[0].path}") else found[0].path, found[0].line) if found else None


def _file(case: _Case) -> str:
    """What says a path: the file, a name that looks like one, or the name of a module."""
    name = case.given.get("classname") or case.given.get("name", "")
    named = next((one for one in (case.given.get("file", ""), case.given.get("classname", ""), case.suite) if _FILE.fullmatch(one) and "/" in one), "")
    module = _MODULE.match(name)
    if named or case.given.get("file"):
        return named or case.given["file"]
    if case.suite == "pytest" and module:
        return module[0].replace(".", "/") + ".py"
    return name.replace(".", "/") + ".java" if re.fullmatch(r"[a-z]\w*(?:\.\w+)*\.[A-Z]\w*", name) else ""


def _line(case: _Case) -> int:
    """Where the test begins. pytest counts from 0."""
    line = case.given.get("line")
    return number(line) + (case.suite == "pytest") if line else 0


def _rule(case: _Case) -> str:
    name, group = case.given.get("name", ""), case.given.get("classname", "")
    if not group or "/" in group or name.startswith(group):
        return name
    return f"{group}{' ' if ' ' in group + name.partition('[')[0] else '.'}{name}"

"""What Rust's tests say when they fail, and what rustfmt would change."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings.blocks import headed
from ftaction.tools.findings.hunks import changed
from ftaction.tools.findings.lines import number

_SECTION = re.compile(r"^---- (?P<name>\S.*) stdout ----$")
_FAILED = re.compile(r"^test (?P<name>\S.*?)(?: - should panic)? \.\.\. FAILED$")
_PANICKED = re.compile(r"^thread '(?P<thread>[^']*)' (?:\(\d+\) )?panicked at (?:'(?P<message>.*)', )?(?P<path>[^\s':][^':]*):(?P<line>\d+):(?P<column>\d+):?$")
_NO_PANIC = re.compile(r"^note: (?P<message>test did not panic as expected) at (?P<path>\S.*):(?P<line>\d+):(?P<column>\d+)$")
_DOCUMENTED = re.compile(r"^(?P<path>[^\s-]\S*) - .*\(line (?P<line>\d+)\)$")
_DIFFERS = re.compile(r"^Diff in (?P<path>\S.*?)(?::| at line )(?P<line>\d+):$")
_LISTED = re.compile(r"^[^\s:>][^:\n]*\.rs$")
_ENDS = ("note: ", "stack backtrace:", "thread '")


def tested(lines: list[str]) -> Iterator[tuple[int, Finding]]:
    """With the line where each ends. A failed test is told once.

    A panic that no test is said to have printed counts where its thread is a test that failed, or the program's own.
    """
    failed = {found["name"] for found in (_FAILED.match(line) for line in lines if line.startswith("test ")) if found}
    name, block = "", list[str]()
    outside: list[int] = []
    told: set[str] = set()
    for at, line in enumerate(lines):
        if not line and not name:
            continue
        section = _SECTION.match(line) if line.startswith("---- ") else None
        if name and (section or line == "failures:"):
            yield at, _finding(name, block)
            name = ""
        if section:
            name, block = section["name"], []
            told.add(name)
        elif name:
            block.append(line)
        elif line.startswith("thread '") and (found := _PANICKED.match(line)):
            outside += [at] if found["thread"] == "main" or found["thread"] in failed else []
    if name:
        yield len(lines), _finding(name, block)
    for at in outside:
        one = _finding("", lines[at : at + 30])
        if one.rule not in told:
            yield at, one


def _finding(name: str, block: list[str]) -> Finding:
    at = next((at for at, line in enumerate(block) if _PANICKED.match(line)), None)
    if at is None:
        return _quiet(name, block)
    found = _PANICKED.match(block[at])
    assert found is not None
    said = [found["message"]] if found["message"] else []
    for line in block[at + 1 :]:
        if line.startswith(_ENDS) or not line:
            break
        said.append(line)
    message, detail = headed(said)
    documented = _DOCUMENTED.match(name)
    place = (documented["path"], number(documented["line"]), 0) if documented else (found["path"], number(found["line"]), number(found["column"]))
    return Finding(place[0], place[1], Level.ERROR, message or "panicked", place[2], rule=name or found["thread"], detail=detail)


def _quiet(name: str, block: list[str]) -> Finding:
    """Of a test that failed without a panic."""
    missing = next((found for found in map(_NO_PANIC.match, block) if found), None)
    if missing:
        return Finding(missing["path"], number(missing["line"]), Level.ERROR, missing["message"], number(missing["column"]), rule=name)
    at = next((at for at, line in enumerate(block) if line.startswith("Error: ")), 0)
    message, detail = headed(block[at:])
    documented = _DOCUMENTED.match(name)
    path, line = (documented["path"], number(documented["line"])) if documented else ("", 0)
    return Finding(path, line, Level.ERROR, message or "failed", rule=name, detail=detail)


def formatted(lines: list[str]) -> Iterator[tuple[int, Finding]]:
    """With the line where each ends. What `rustfmt --check` shows, a finding for each place; or the files that `-l` names."""
    path, start, hunk = "", 0, list[str]()
    for at, line in enumerate([*lines, ""]):
        if not line and not path:
            continue
        if path and line[:1] in ("-", "+", " "):
            hunk.append(line)
            continue
        if path:
            first, last, detail = changed(start, hunk)
            yield at, Finding(path, first, Level.ERROR, "Not formatted as rustfmt would", end_line=last, detail=detail)
        found = _DIFFERS.match(line) if line.startswith("Diff in ") else None
        path, start, hunk = (found["path"], number(found["line"]), []) if found else ("", 0, [])
        if line.endswith(".rs") and _LISTED.match(line):
            yield at, Finding(line, 0, Level.ERROR, "Not formatted as rustfmt would")

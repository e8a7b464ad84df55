"""mypy's lines, `path:line[:column[:end_line:end_column]]: level: message  [code]`, also broken by `--pretty`, and its `--output json`."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.documents import count, objects, word
from ftaction.tools.findings.lines import number

_LINE = re.compile(
    r"(?:(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?:(?P<column>\d+):)?(?:(?P<end_line>\d+):(?P<end_column>\d+):)?|(?P<whole>mypy|[^\s:][^:\n]*\.pyi?):) "
    r"(?P<level>error|warning|note): (?P<message>.*)"
)
_PYTHON = re.compile(r"(?:\.pyi?|(?:^|/)[^./]+)$")  # a script may have no suffix; compilers of other languages say the same of theirs
_CODE = re.compile(r"[a-z0-9-]+")
_SUMMARY = re.compile(r"Found \d+ errors? in \d+ files? \(|Success: ")
_PRETTY = re.compile(r"^ {4,}\^~*$", re.MULTILINE)
_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING, "note": Level.NOTICE}
_MOST = 4000  # characters of a message over several lines


def read(text: str) -> Iterator[Finding]:
    """A note belongs to the error above it and becomes its detail, where it is of the same line; one without a line says in which function."""
    last: Finding | None = None
    for one in (*_objects(text), *_lines(text)):
        if one.level is Level.NOTICE and (not one.line or (last is not None and (one.path, one.line) == (last.path, last.line))):
            last = last._replace(detail=f"{last.detail}\n{one.message}".strip()) if last and one.line else last
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _lines(text: str) -> Iterator[Finding]:
    pretty = _PRETTY.search(text) is not None
    match: re.Match[str] | None = None
    message = ""
    for line in (*text.split("\n"), ""):
        found = _LINE.fullmatch(line)
        found = found if found and (found["whole"] or _PYTHON.search(found["path"])) else None
        broken = pretty and match is not None and not found and line[:1].strip() and not _SUMMARY.match(line) and not _code(message)[1]
        if broken and len(message) < _MOST:
            message = f"{message} {line}"
            continue
        if match is not None:
            yield _finding(match, message)
        match, message = found, found["message"] if found else ""


def _finding(match: re.Match[str], message: str) -> Finding:
    said, code = _code(message)
    path = match["path"] or ("" if match["whole"] == "mypy" else match["whole"])
    return Finding(
        path, number(match["line"]), _LEVELS[match["level"]], said, number(match["column"]),
        number(match["end_line"]), number(match["end_column"]), code,
    )  # fmt: skip


def _code(message: str) -> tuple[str, str]:
    """What is said, and the code that stands behind it in brackets; empty where there is none."""
    said, bracket, code = message.removesuffix("]").rpartition(" [")
    return (said.rstrip(), code) if bracket and message.endswith("]") and _CODE.fullmatch(code) else (message, "")


def _objects(text: str) -> Iterator[Finding]:
    """Columns count from 0, those where it ends from 1."""
    for one in objects(text):
        if one.keys() >= {"file", "line", "column", "severity", "message", "hint"}:
            yield Finding(
                word(one["file"]), count(one["line"]), _LEVELS.get(word(one["severity"]), Level.ERROR), word(one["message"]), count(one["column"], more=1),
                count(one.get("end_line")), count(one.get("end_column")), word(one.get("code")), word(one["hint"]),
            )  # fmt: skip


READER = Reader(
    re.compile(
        r"^[^\s:][^:\n]*:\d+:(?:\d+:)* error: .*  \[[a-z0-9-]+\]$"
        r'|^Found \d+ errors? in \d+ files? \(|^mypy: error: |^\{"file": .*"line": \d+, "column": .*"hint": ',
        re.MULTILINE,
    ),
    read,
)

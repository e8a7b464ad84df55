"""pytest's failures, with tracebacks in any of its styles: one finding a test, at the line of the test where it failed."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.lines import number, some
from ftaction.tools.findings.pytest_blocks import Block, Entry, pieces
from ftaction.tools.findings.traces import CHAIN, Frame, native, own

_FRAME = re.compile(r"(?P<path>[^\s:'\"=(\[][^:'\"=\n]*):(?P<line>\d+)(?:: ?(?:in .+|[\w.]*))?")
_ERROR = re.compile(r"E(?:   |$)(.*)")
_LOCATION = re.compile(r"(?P<path>/[^:\n]+):(?P<line>\d+): (?P<message>\S.*)")
_WORKER = re.compile(r"\[gw\d+\] \w+ -- Python ")
_SUBGROUP = re.compile(r" *\+-\+-+ \d+ -+")
_MARGIN = re.compile(r" *\| ?")
_CONTAINS = re.compile(r"contains \d+ failed subtests?")
_CONFTEST = re.compile(r"^ImportError while loading conftest '(?P<path>[^'\n]+)'.*\n(?P<trace>(?:.+(?:\n|\Z)){0,200})", re.MULTILINE)
_INTERNAL = re.compile(r"^INTERNALERROR> ?(.*)$", re.MULTILINE)
_REFUSED = re.compile(
    r"^(?:ERROR: (?P<why>(?:file or directory not found|not found): .*)|(?:pytest|py\.test|__main__\.py): error: (?P<said>.*))$", re.MULTILINE
)


def read(text: str) -> Iterator[Finding]:
    """Errors and failures as they are printed, then those of which only the summary knows."""
    found = pieces(text)
    for block in found.blocks:
        yield from _told(block)
    named = found.named
    if found.loose:
        lines, named = _lines(found.loose, named)
        yield from lines
    for entry in named:
        if not _CONTAINS.fullmatch(entry.message):
            yield Finding(entry.id.partition("::")[0], 0, Level.ERROR, entry.message or _nothing(entry), rule=entry.id)
    if not found.blocks:
        yield from _before(text)


def own_words(text: str) -> str:
    """The text without what tests wrote, which others' readers might take for their tools'."""
    quoted = pieces(text).quoted
    return "\n".join(line for at, line in enumerate(text.split("\n")) if at not in quoted) if quoted else text


def _told(block: Block) -> Iterator[Finding]:
    entry = block.entry
    path = entry.id.partition("::")[0] if entry else block.title.removeprefix("ERROR collecting ") if "ERROR collecting " in block.title else ""
    frames, message, why = trace(block.trace)
    message = message or (entry.message if entry else "") or block.title
    if _CONTAINS.fullmatch(message):
        return  # its parts are told
    frame = own(frames, path) or Frame(path, 0)
    part = re.search(r" [\[(].*", block.title) if entry and entry.kind == "SUB" else None
    rule = f"{entry.id}{part[0] if part else ''}" if entry else block.title
    yield Finding(frame.path, frame.line, Level.ERROR, message, rule=rule, detail=_detail(why, block.captured))


def _detail(why: list[str], captured: list[str]) -> str:
    return "\n\n".join(part for part in (some(why), some(captured)) if part)


def trace(lines: list[str]) -> tuple[list[Frame], str, list[str]]:
    """Its frames, what is wrong, and the lines that say more of it, of the last error where one led to another."""
    frames: list[Frame] = []
    errors: list[str] = []
    tail: list[str] = []  # what follows the last frame of a traceback of Python's own
    grouped = False
    for line in lines:
        error = _ERROR.fullmatch(line)
        match = None if error or grouped else _FRAME.fullmatch(line)
        frame = None if grouped else Frame(match["path"], number(match["line"])) if match else native(error[1] if error else line)
        grouped = grouped or _SUBGROUP.fullmatch(line) is not None
        if CHAIN.match(line):
            frames, errors, tail = [], [], []
        elif error:
            errors.append(error[1])
        elif frame and not match:
            tail = []
        else:
            tail.append(_MARGIN.sub("", line, count=1) if line.lstrip().startswith("|") else line)
        frames += [frame] if frame else []
    return frames, *(_errors(errors) if errors else _said(tail))


def _errors(lines: list[str]) -> tuple[str, list[str]]:
    """A syntax error ends with what is wrong, everything else begins with it."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    lines = [line[margin:] for line in lines]
    at = len(lines) - 1 if native(lines[0]) else next((place for place, line in enumerate(lines) if line.strip()), 0)
    return lines[at].strip(), lines[:at] + lines[at + 1 :]


def _said(lines: list[str]) -> tuple[str, list[str]]:
    """What stands behind the last frame, source left out; or the whole of a block that has none."""
    lines = [line for line in lines if not _WORKER.match(line)]
    if "Expected:" in lines and "Got:" in lines:
        expected, got = (lines[lines.index(word) + 1 :][:1] for word in ("Expected:", "Got:"))
        return f"Expected: {''.join(expected).strip()}, got: {''.join(got).strip()}", lines
    at = next((place for place, line in enumerate(lines) if line[:1].strip() and not re.match(r"\d{3,} |Traceback|_ _|  \+", line)), -1)
    return (lines[at].strip(), lines[at + 1 :]) if at >= 0 else ("", lines)


def _lines(lines: list[str], named: list[Entry]) -> tuple[list[Finding], list[Entry]]:
    """`--tb=line`: the place comes last, and the test is the first of the summary that ended with these words."""
    found, before, left = [], list[str](), list(named)
    for line in lines:
        before = [] if CHAIN.match(line) else before
        match = _LOCATION.fullmatch(line)
        entry = next((one for one in left[:50] if _begins(match["message"], one.message)), None) if match else None
        if not match or (named and not entry):
            before.append(line)
            continue
        if entry:
            left.remove(entry)
        message = match["message"]
        errors = [line[4:] for line in before if line.startswith(("E   ", "    "))][1:]
        captured = next((before[place:] for place, line in enumerate(before) if re.match(r"-+ Captured ", line)), [])
        detail = _detail(errors, [line.strip("- ") + ":" if re.match(r"-+ Captured ", line) else line for line in captured])
        found.append(Finding(match["path"], number(match["line"]), Level.ERROR, message, rule=entry.id if entry else "", detail=detail))
        before = []
    return found, left


def _begins(message: str, short: str) -> bool:
    return bool(short) and message.startswith(short.removesuffix("..."))


def _nothing(entry: Entry) -> str:
    return "error" if entry.kind == "ERROR" else "failed"


def _before(text: str) -> Iterator[Finding]:
    """What keeps it from running any test."""
    for match in _CONFTEST.finditer(text):
        frames, message, why = trace(match["trace"].split("\n"))
        frame = own(frames) or Frame(match["path"], 0)
        yield Finding(frame.path, frame.line, Level.ERROR, message or "can't be loaded", detail=some(why))
    internal = _INTERNAL.findall(text)
    if internal:
        frames, message, why = trace(internal)
        frame = own(frames) or Frame("", 0)
        yield Finding(frame.path, frame.line, Level.ERROR, message or "internal error", rule="INTERNALERROR", detail=some(why))
    for match in _REFUSED.finditer(text):
        yield Finding("", 0, Level.ERROR, match["why"] or match["said"] or "")


READER = Reader(
    re.compile(
        r"^=+ (?:FAILURES|ERRORS) =+$|^(?:FAILED|ERROR) \S+\.py\b.*$|^INTERNALERROR> |^ImportError while loading conftest '"
        r"|^ERROR: (?:file or directory )?not found: |^pytest: error: ",
        re.MULTILINE,
    ),
    read,
    own_words,
)

"""The pieces of pytest's output: what it says of each test that failed, and its short summary.

What a test wrote itself stands among them and may look like any of them. So where there is a summary, only what it names is believed.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

_SECTION = re.compile(r"=+ (\S.*) =+")
_TITLE = re.compile(r"_+ (?![_ ]*$)(\S.*\S|\S) _+")
_CAPTURED = re.compile(r"-+ (Captured .+|live log .+) -+")
_ENTRY = re.compile(
    r"(?P<kind>FAILED|ERROR|SUBFAIL(?:ED)?)(?:[\[(].*?[\])])?(?: \([^()]*\))? (?P<id>\S+\.\w+(?:::.*)?)$|(?P<bare>FAILED|ERROR) (?P<path>\S.*)$"
)
_PHASE = re.compile(r"ERROR (?:collecting|at (?:setup|teardown) of) (.*)")
_ENDED = re.compile(r".* in \d+\.\d+s(?: \(.*\))?")
_SUMMARY = "short test summary info"


class Entry(NamedTuple):
    """A line of the summary. `kind`: FAILED, ERROR or SUB, which is of a part of a test."""

    kind: str
    id: str
    message: str


class Block(NamedTuple):
    """What is said of one failure. `captured`: what the test wrote, with a header before each of its outputs."""

    title: str
    entry: Entry | None
    trace: list[str]
    captured: list[str]


class Pieces(NamedTuple):
    """`loose`: lines among the failures that stand in no block. `named`: what the summary has beyond the blocks. `quoted`: lines that tests wrote."""

    blocks: list[Block]
    loose: list[str]
    named: list[Entry]
    quoted: set[int]


class _Names:
    """What the summary names and nothing was found for yet."""

    def __init__(self, entries: list[Entry]) -> None:
        self.any = bool(entries)
        self._left: dict[tuple[str, str], deque[Entry]] = {}
        for entry in entries:
            for name in _titles(entry):
                self._left.setdefault((entry.kind, name), deque()).append(entry)
        self._order = dict.fromkeys(range(len(entries)))
        self._places: dict[int, int] = {id(entry): place for place, entry in enumerate(entries)}
        self._entries = entries

    def find(self, title: str) -> Entry | None:
        """The first entry that a block of that title may be of."""
        phase = _PHASE.fullmatch(title)
        name = phase[1] if phase else title.removeprefix("[doctest] ")
        part = re.split(r" [\[(]", name, maxsplit=1)[0]
        keys = (("ERROR", name), ("ERROR", name.rpartition("/")[2])) if phase else (("FAILED", name), ("SUB", part))
        for key in keys:
            left = self._left.get(key, deque())
            while left and self._places[id(left[0])] not in self._order:
                left.popleft()
            if left:
                return left[0]
        return None

    def take(self, entry: Entry) -> None:
        del self._order[self._places[id(entry)]]

    def rest(self) -> list[Entry]:
        return [self._entries[place] for place in self._order]


def pieces(text: str) -> Pieces:
    lines = text.split("\n")
    summaries = dict(_summaries(lines))
    names = _Names([entry for entries in summaries.values() for entry in entries])
    found = Pieces([], [], [], set())
    block: Block | None = None
    inside = listed = quoting = False
    for at, line in enumerate(lines):
        section = _SECTION.fullmatch(line) if line[:1] == "=" else None
        title = _TITLE.fullmatch(line) if line[:1] == "_" else None
        if section and (not quoting or _ends(section[1], lines[at + 1 : at + 2], names, at in summaries)):
            block, quoting, inside, listed = None, False, section[1] in ("FAILURES", "ERRORS"), section[1] == "FAILURES"
        elif title and ((entry := names.find(title[1])) or (inside and not names.any)):
            block, quoting = Block(title[1], entry, [], []), False
            found.blocks.append(block)
            if entry:
                names.take(entry)
        elif block is None:
            if listed:
                found.loose.append(line)
        elif (header := _CAPTURED.fullmatch(line) if line[:1] == "-" else None) or quoting:
            quoting = True
            block.captured.append(f"{header[1]}:" if header else line)
            found.quoted.add(at)
        else:
            block.trace.append(line)
    return found._replace(named=names.rest())


def _ends(name: str, following: list[str], names: _Names, real: bool) -> bool:
    """Whether a section's header among what a test wrote is pytest's own. Where there is no summary nobody knows."""
    if not names.any:
        return True
    if name in ("FAILURES", "ERRORS"):
        title = _TITLE.fullmatch(following[0]) if following else None
        return bool(title and names.find(title[1]))
    return real or not (name in (_SUMMARY, "test session starts") or _ENDED.fullmatch(name))


def _titles(entry: Entry) -> set[str]:
    """What the block of an entry may be called: by its names, or by its file where a worker died or nothing was collected, seen from another folder."""
    path, _, inner = entry.id.partition("::")
    names, bracket, parameters = inner.partition("[")
    title = f"{names.replace('::', '.')}{bracket}{parameters}"
    if entry.kind == "SUB":
        return {title}
    return {title, path} if inner else {path, path.rpartition("/")[2]}


def _summaries(lines: list[str]) -> Iterator[tuple[int, list[Entry]]]:
    """Each summary by the line of its header; not those that a test wrote, after which the block of a test, or the summary of this run, goes on."""
    at = 0
    headers = [place for place, line in enumerate(lines) if line[:1] == "=" and (match := _SECTION.fullmatch(line)) and match[1] == _SUMMARY]
    for number, at in enumerate(headers):
        end = headers[number + 1] if number + 1 < len(headers) else len(lines)
        entries: list[Entry] = []
        done = real = False
        for line in lines[at + 1 : end]:
            section = _SECTION.fullmatch(line) if line[:1] == "=" else None
            done |= bool(section)
            if not done and (entry := _entry(line)):
                entries.append(entry)
            elif section and section[1] in ("test session starts", "FAILURES", "ERRORS"):
                real = True
                break
            elif _CAPTURED.fullmatch(line) or _TITLE.fullmatch(line):
                break
        else:
            real = end == len(lines)
        if real:
            yield at, entries


def _entry(line: str) -> Entry | None:
    """An id may have ` - ` in its parameters."""
    head, dash, message = line.partition(" - ")
    if dash and "[" in head.partition("::")[2] and not head.endswith("]"):
        more, end, rest = message.partition("] - ")
        if end:
            head, message = f"{head} - {more}]", rest
        elif line.endswith("]"):
            head, message = line, ""
    match = _ENTRY.fullmatch(head)
    if not match:
        return None
    kind = match["kind"] or match["bare"]
    return Entry("SUB" if kind.startswith("SUB") else kind, match["id"] or match["path"], message)

"""mocha: the numbered list below `N failing`, its JSON, and what ended it before any test."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import headed
from ftaction.tools.findings.documents import documents, items, word
from ftaction.tools.findings.stacks import crashes, foreign, frame, frames, same, uncoloured, within

_FAILING = re.compile(r"^  \d+ failing$", re.MULTILINE)
_ENTRY = re.compile(r"^  \d+\) (?P<title>\S.*)$")
_TOLD = re.compile(r" \((?P<path>/[^()]*)\)$")
_ENDED = re.compile(r"^ Exception during run: (?P<message>\w*Error[^\n]*)(?P<stack>(?:\n[^\n]+)*)", re.MULTILINE)


def read(text: str) -> Iterator[Finding]:
    """Where it wrote JSON, that alone is read."""
    if '"failures":' in text and (found := list(_json(text))):
        yield from found
        return
    start = _FAILING.search(text)
    if start:
        yield from _list(text[start.end() :].split("\n"))
        return
    for place, message in crashes(text):
        yield Finding(place.path, place.line, Level.ERROR, message)
    for ended in _ENDED.finditer(text):
        place = within(frames(ended["stack"].split("\n")), "")
        yield Finding(place.path, place.line, Level.ERROR, ended["message"], place.column)


def _list(lines: list[str]) -> Iterator[Finding]:
    titles: list[str] = []
    block: list[str] = []
    open_ = False  # while the names of suites and of the test are told
    for line in lines:
        entry = _ENTRY.match(line)
        if entry:
            if titles:
                yield _finding(" ".join(titles), block)
            titles, block, open_ = [entry["title"].removesuffix(":")], [], not entry["title"].endswith(":")
        elif open_ and line.startswith("       "):
            titles.append(line.strip().removesuffix(":"))
            open_ = not line.endswith(":")
        elif titles:
            block.append(line)
    if titles:
        yield _finding(" ".join(titles), block)


def _finding(name: str, block: list[str], file: str = "") -> Finding:
    cut = next((number for number, line in enumerate(block) if frame(line)), len(block))
    message, detail = headed(block[:cut])
    stack = frames(block)
    if not file:
        file = next((one.path for one in stack if one.name.startswith("Context.") and not foreign(one.path)), "")
    told = _TOLD.search(message)
    place = next((one for one in stack if file and same(one.path, file)), None) or within(stack, file or (told["path"] if told else ""))
    return Finding(place.path or file, place.line, Level.ERROR, message or "failed", place.column, rule=name, detail=detail)


def _json(text: str) -> Iterator[Finding]:
    for document in documents(text):
        for test in items(document, "failures"):
            stack = uncoloured(word(test, "err", "stack") or word(test, "err", "message"))
            yield _finding(word(test, "fullTitle"), stack.split("\n"), word(test, "file"))


READER = Reader(re.compile(r"^  \d+ failing\n\n  1\) |^ Exception during run: |^  \"failures\": \[\n    \{\n      \"title\": ", re.MULTILINE), read)

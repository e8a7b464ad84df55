"""black's `would reformat PATH`, the diff of it where there is one, and files that it can't read."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.diffs import diffs
from ftaction.tools.findings.lines import number, some

_LINE = re.compile(
    r"^(?:would reformat (?P<path>\S.*)"
    r"|error: cannot parse: (?P<unread>\S.*?):(?P<line>\d+):(?P<column>\d+)(?:(?P<detail>(?:\n {4}.*){1,9})\n\w+: (?P<why>.*))?"  # since 26.1
    r"|error: cannot format (?P<old>\S[^:\n]*): (?P<message>.*))$",
    re.MULTILINE,
)
_PLACE = re.compile(r": (\d+):(\d+): ")
_STAMP = re.compile(r"\t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ ?[+-]\d\d:?\d\d$")
_WRONG = "would be reformatted"


def read(text: str) -> Iterator[Finding]:
    """One a file. Columns of what can't be parsed count from 0."""
    changed = {_STAMP.sub("", one.label): one for one in diffs(text) if _STAMP.search(one.label)}
    told = set()
    for match in _LINE.finditer(text):
        if path := match["path"]:
            told.add(path)
            diff = changed.get(path)
            yield Finding(path, diff.line if diff else 0, Level.ERROR, _WRONG, detail=some(diff.text.split("\n")) if diff else "")
        elif path := match["unread"]:
            message = f"cannot parse: {match['why']}" if match["why"] else "cannot parse"
            detail = (match["detail"] or "").strip("\n")
            yield Finding(path, number(match["line"]), Level.ERROR, message, number(match["column"]) + 1, detail=detail)
        else:
            place = _PLACE.search(match["message"])
            line, column = (number(place[1]), number(place[2]) + 1) if place else (0, 0)
            yield Finding(match["old"], line, Level.ERROR, _PLACE.sub(": ", match["message"], count=1), column)
    for path, diff in changed.items():
        if path not in told:
            yield Finding(path, diff.line, Level.ERROR, _WRONG, detail=some(diff.text.split("\n")))


READER = Reader(re.compile(rf"^would reformat \S|^error: cannot (?:format|parse: ?)\S|^--- .*{_STAMP.pattern}", re.MULTILINE), read)

"""isort's `ERROR: PATH Imports are incorrectly sorted and/or formatted.`, and the diff of it where there is one."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.diffs import diffs
from ftaction.tools.findings.lines import some

_WRONG = "Imports are incorrectly sorted and/or formatted."
_LINE = re.compile(rf"^ERROR: (\S.*) {re.escape(_WRONG)}$", re.MULTILINE)
_STAMP = re.compile(r":before(?:\t.*)?$")


def read(text: str) -> Iterator[Finding]:
    """One a file."""
    changed = {_STAMP.sub("", one.label): one for one in diffs(text) if _STAMP.search(one.label)}
    for path in dict.fromkeys((*_LINE.findall(text), *changed)):
        diff = changed.get(path)
        yield Finding(path, diff.line if diff else 0, Level.ERROR, _WRONG, detail=some(diff.text.split("\n")) if diff else "")


READER = Reader(re.compile(rf"{_LINE.pattern}|^--- .*{_STAMP.pattern}", re.MULTILINE), read)

"""actionlint, `path:line:column: message [kind]` with a code frame below it, and `-format '{{json .}}'`."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.documents import count, documents, items, word
from ftaction.tools.findings.lines import number

_LINE = re.compile(r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?P<column>\d+): (?P<message>\S.*) \[(?P<rule>[a-z][a-z-]*)\]$", re.MULTILINE)


def read(text: str) -> Iterator[Finding]:
    if '"filepath":' in text and (found := [_json(one) for document in documents(text) for one in items(document) if word(one, "message")]):
        yield from found
        return
    for match in _LINE.finditer(text):
        yield Finding(match["path"], number(match["line"]), Level.ERROR, match["message"], number(match["column"]), rule=match["rule"])


def _json(one: object) -> Finding:
    return Finding(word(one, "filepath"), count(one, "line"), Level.ERROR, word(one, "message"), count(one, "column"), rule=word(one, "kind"))


READER = Reader(
    re.compile(
        r"^[^\s:][^:\n]*\.ya?ml:\d+:\d+: (?!\[)[^\n]* \[[a-z][a-z-]*\]$|\"filepath\":\"[^\"\n]*\",\"line\":\d+,\"column\":\d+,\"kind\":\"", re.MULTILINE
    ),
    read,
)

"""pylint's `path:line:column: CODE: message (name)`, its parseable and msvs lines, and its two kinds of JSON."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.documents import count, documents, rows, word
from ftaction.tools.findings.lines import number

_LINE = re.compile(
    r"^(?P<path>[^\s:(][^:(\n]*)(?::(?P<line>\d+):(?P<column>\d+): (?P<rule>[CEFIRW]\d{4}): (?P<message>.*?)(?: \((?P<name>[a-z][a-z0-9-]*)\))?"
    r"|(?::(?P<at>\d+):|\((?P<place>\d+)\):) \[(?P<code>[CEFIRW]\d{4})\([a-z0-9-]+\)[^\]\n]*\] (?P<said>.*))$",
    re.MULTILINE,
)
_RULE = re.compile(r"[CEFIRW]\d{4}")
_LEVELS = {"E": Level.ERROR, "F": Level.ERROR, "W": Level.WARNING}  # the rest is about style, as pylint's own report for GitHub has it


def read(text: str) -> Iterator[Finding]:
    """Columns count from 0."""
    values = documents(text) if '"message-id"' in text or '"messageId"' in text else ()
    for one in (one for value in values for one in rows(value) or rows(value, "messages")):
        rule = word(one.get("message-id")) or word(one.get("messageId"))
        if not _RULE.fullmatch(rule):
            continue
        yield Finding(
            word(one.get("path")), count(one.get("line")), _LEVELS.get(rule[:1], Level.NOTICE), word(one.get("message")),
            count(one.get("column"), more=1), count(one.get("endLine")), count(one.get("endColumn"), more=1), rule,
        )  # fmt: skip
    for match in _LINE.finditer(text):
        rule = match["rule"] or match["code"]
        line, column = number(match["line"] or match["at"] or match["place"]), number(match["column"]) + 1 if match["column"] else 0
        yield Finding(match["path"], line, _LEVELS.get(rule[0], Level.NOTICE), match["message"] or match["said"] or "", column, rule=rule)


READER = Reader(re.compile(rf'{_LINE.pattern}|^ +"message-?[iI]d": "[CEFIRW]\d{{4}}"', re.MULTILINE), read)

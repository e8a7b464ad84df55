"""markdownlint-cli and markdownlint-cli2, `path:line[:column] [error|warning] MD001/name message`, and the JSON of the first."""

import re
from collections.abc import Iterator
from typing import Any

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.documents import count, documents, items, word
from ftaction.tools.findings.lines import number

_LINE = re.compile(
    r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+)(?::(?P<column>\d+))? (?:(?P<level>error|warning) (?P<rule>[^\s/]+)|(?P<old>MD\d{3}))(?:/\S+)? (?P<message>\S.*)$",
    re.MULTILINE,
)


def read(text: str) -> Iterator[Finding]:
    """Versions before 2025 said no level: those are errors."""
    if '"ruleNames"' in text and (found := [_json(one) for document in documents(text) for one in items(document) if word(one, "ruleDescription")]):
        yield from found
        return
    for match in _LINE.finditer(text):
        yield Finding(
            match["path"], number(match["line"]), _level(match["level"] or "error"), match["message"], number(match["column"]),
            rule=match["rule"] or match["old"],
        )  # fmt: skip


def _json(one: dict[str, Any]) -> Finding:
    """The message as the text has it."""
    context = word(one, "errorContext")
    parts = word(one, "ruleDescription"), f"[{word(one, 'errorDetail')}]", f'[Context: "{context}"]' if context else ""
    rules, span = items(one, "ruleNames"), items(one, "errorRange")
    column = count(span[0]) if span else 0
    return Finding(
        word(one, "fileName"), count(one, "lineNumber"), _level(word(one, "severity") or "error"), " ".join(part for part in parts if part not in ("", "[]")),
        column, rule=str(rules[0]) if rules else "",
    )  # fmt: skip


def _level(name: str) -> Level:
    return Level.WARNING if name == "warning" else Level.ERROR


READER = Reader(
    re.compile(r"^[^\s:][^:\n]*:\d+(?::\d+)? (?:(?:error|warning) )?MD\d{3}/\S+ \S|^ *\"ruleNames\": \[$|\"ruleNames\":\[\"MD\d{3}\"", re.MULTILINE), read
)

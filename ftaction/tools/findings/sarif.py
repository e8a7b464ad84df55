"""SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Numbers in parentheses are its sections."""

import json
import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings.documents import count, inside, rows, word
from ftaction.tools.findings.lines import some

_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING, "note": Level.NOTICE, "none": Level.NOTICE}
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_PLACEHOLDER = re.compile(r"\{(\d{1,2})\}")
_KINDS = ("pass", "notApplicable", "informational", "open", "review")  # all but `fail` (3.27.9)


def read(text: str) -> Iterator[Finding]:
    """Results that nobody suppressed, in their order. Raises `ValueError` where it is no such file."""
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError("lists or objects too deep in each other") from None
    if not isinstance(data, dict) or not isinstance(data.get("runs"), list):
        raise ValueError("it has no `runs`")  # noqa: TRY004
    for run in rows(data["runs"]):
        for result in rows(run.get("results")):
            if not _suppressed(result) and result.get("kind") not in ("pass", "notApplicable") and result.get("baselineState") != "absent":
                yield _finding(run, result)


def _suppressed(result: dict[str, object]) -> bool:
    """By one that is accepted, as it is where nothing is said (3.35.3)."""
    return any(one.get("status") not in ("underReview", "rejected") for one in rows(result.get("suppressions")))


def _finding(run: dict[str, object], result: dict[str, object]) -> Finding:
    rule = _rule(run, result)
    place = next((inside(one, "physicalLocation") for one in rows(result.get("locations"))), None)
    region = inside(place, "region")
    message, *more = _message(rule, result).split("\n")
    name = word(result.get("ruleId")) or word(result, "rule", "id") or word(rule.get("id"))
    return Finding(
        _path(run, inside(place, "artifactLocation")), count(region, "startLine"), _level(rule, result), message.strip(),
        count(region, "startColumn"), count(region, "endLine"), count(region, "endColumn"), name, some(more),
    )  # fmt: skip


def _rule(run: dict[str, object], result: dict[str, object]) -> dict[str, object]:
    """By its place in the rules, else by its name (3.52.4)."""
    component = inside(result, "rule", "toolComponent", "index")
    extensions = rows(run, "tool", "extensions")
    inner = isinstance(component, int) and not isinstance(component, bool) and 0 <= component < len(extensions)
    listed = rows(extensions[component].get("rules")) if inner and isinstance(component, int) else rows(run, "tool", "driver", "rules")
    index = next((one for one in (result.get("ruleIndex"), inside(result, "rule", "index")) if isinstance(one, int)), -1)
    if 0 <= index < len(listed):
        return listed[index]
    name = result.get("ruleId") or inside(result, "rule", "id")
    return next((one for one in listed if one.get("id") == name), {})


def _level(rule: dict[str, object], result: dict[str, object]) -> Level:
    """The result's own; one that is no failure has none; then the rule's, then `warning` (3.27.10)."""
    if result.get("kind") in _KINDS:
        return Level.NOTICE
    said = word(result.get("level")) or word(rule, "defaultConfiguration", "level") or "warning"
    return _LEVELS.get(said, Level.WARNING)


def _message(rule: dict[str, object], result: dict[str, object]) -> str:
    """Its text, or the rule's with the result's arguments in it (3.11.7)."""
    message = result.get("message")
    text = word(message, "text") or word(inside(rule, "messageStrings", word(message, "id"), "text"))
    if not text:
        return word(message, "markdown") or word(rule, "shortDescription", "text")
    arguments = inside(message, "arguments")
    given = arguments if isinstance(arguments, list) else []
    return _PLACEHOLDER.sub(lambda match: word(given[int(match[1])]) if int(match[1]) < len(given) else match[0], text)


def _path(run: dict[str, object], location: object) -> str:
    """An address of the tool's machine, with what its base is (3.4.4), as a path."""
    index = inside(location, "index")
    artifacts = rows(run.get("artifacts"))
    if inside(location, "uri") is None and isinstance(index, int) and 0 <= index < len(artifacts):
        location = artifacts[index].get("location")
    uri = word(location, "uri")
    for _ in range(5):  # bases may have bases, and a file may have them go in circles
        base = inside(run, "originalUriBaseIds", word(location, "uriBaseId"))
        if "://" in uri or uri.startswith("/") or base is None:
            break
        location = base
        uri = word(base, "uri") + uri
    path = re.sub(r"^file:(?://[^/]*)?(?=/)", "", uri, flags=re.IGNORECASE)
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), path.encode("utf-8", "replace")).decode("utf-8", "replace")

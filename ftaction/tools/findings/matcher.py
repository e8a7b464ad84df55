"""GitHub's problem matchers: https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md, read as actions/runner's IssueMatcher.cs does."""

import json
import re
from collections.abc import Iterator
from posixpath import dirname, join
from typing import NamedTuple

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings.documents import inside
from ftaction.tools.findings.expressions import compiled
from ftaction.tools.findings.lines import number

_WIDEST = 2000  # characters of a line; a longer one is not looked at, for time may grow with a power of them
_NAMES = ("file", "line", "column", "severity", "code", "message", "fromPath")
_LEVELS = {"": Level.ERROR, **{level.value: level for level in Level}}


class Pattern(NamedTuple):
    """One line of what is looked for. `groups`: name of a property -> number of the group that has it."""

    expression: re.Pattern[str]
    groups: dict[str, int]
    loop: bool


class Matcher(NamedTuple):
    """`whole`: what is found is about a file, whatever the line (`kind: file`)."""

    owner: str
    severity: str
    path: str  # the file whose folder relative paths are of
    patterns: tuple[Pattern, ...]
    whole: bool


def matchers(text: str) -> tuple[Matcher, ...]:
    """Those of a file. Raises `ValueError` that says what is wrong with it, in the runner's words where it has them."""
    try:
        data = json.loads(text)
    except RecursionError:
        raise ValueError("lists or objects too deep in each other") from None
    listed = inside(data, "problemMatcher")
    if not isinstance(listed, list) or not listed:
        raise ValueError("`problemMatcher` must be a list of matchers")
    found = tuple(_matcher(one) for one in listed)
    owners = [one.owner.lower() for one in found]
    if twice := [owner for owner in owners if owners.count(owner) > 1]:
        raise ValueError(f"owner `{twice[0]}` stands there twice")
    return found


def read(all_of: tuple[Matcher, ...], text: str) -> Iterator[Finding]:
    """A line is the first matcher's that makes something of it, the last of the file first, and then no other's that had begun to match."""
    states: list[list[dict[str, str] | None]] = [[None] * len(matcher.patterns) for matcher in all_of]
    for line in text.split("\n"):
        if len(line) > _WIDEST:
            continue
        for place in reversed(range(len(all_of))):
            said = _match(all_of[place].patterns, states[place], line)
            if said is None:
                continue
            for other, state in enumerate(states):
                if other != place:
                    state[:] = [None] * len(state)
            finding = _finding(all_of[place], said)
            if finding:
                yield finding
                break


def _match(patterns: tuple[Pattern, ...], state: list[dict[str, str] | None], line: str) -> dict[str, str] | None:
    """What a matcher says when its last pattern matches. `state`: what each pattern but the last had said, changed here."""
    last = len(patterns) - 1
    for place in range(last, -1, -1):
        running = state[place - 1] if place else {}
        if running is None:
            continue
        match = patterns[place].expression.search(line)
        said = {name: match[group] or "" for name, group in patterns[place].groups.items()} | running if match else None
        if place < last:
            state[place] = said
        elif said is not None:
            state[:] = [None] * len(state)
            if patterns[place].loop:
                state[place - 1] = running
            return said
        elif place:
            state[place - 1] = None
    return None


def _finding(matcher: Matcher, said: dict[str, str]) -> Finding | None:
    """None where the runner would say nothing: without a message, or with a severity that it does not know."""
    level = _LEVELS.get((said.get("severity") or matcher.severity).lower())
    message = said.get("message", "").strip()
    if level is None or not message:
        return None
    path, origin = said.get("file", ""), said.get("fromPath") or matcher.path
    path = join(dirname(origin), path) if path and origin else path
    line, column = (0, 0) if matcher.whole else (number(said.get("line")), number(said.get("column")))
    return Finding(path, line, level, message, column, rule=said.get("code", "").strip())


def _matcher(data: object) -> Matcher:
    owner = inside(data, "owner")
    if not isinstance(data, dict) or not isinstance(owner, str) or not owner:
        raise ValueError("a matcher must have an `owner`")
    severity, path, listed = data.get("severity") or "", data.get("fromPath") or "", data.get("pattern")
    if not isinstance(severity, str) or severity.lower() not in _LEVELS:
        raise ValueError(f"{owner}: severity must be one of error, warning and notice, not {severity!r}")
    if not isinstance(path, str):
        raise ValueError(f"{owner}: `fromPath` must be text")  # noqa: TRY004  # what callers are told of a file
    listed = [listed] if isinstance(listed, dict) else listed
    if not isinstance(listed, list) or not listed:
        raise ValueError(f"{owner}: `pattern` must be a list of patterns")
    try:
        patterns = tuple(_pattern(one, first=not place, last=place == len(listed) - 1) for place, one in enumerate(listed))
        names = [name for one in patterns for name in one.groups]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"`{twice[0]}` is set twice")
        if "message" not in names:
            raise ValueError("at least one pattern must set `message`")
    except ValueError as error:
        raise ValueError(f"{owner}: {error}") from None
    return Matcher(owner, severity, path, patterns, any(isinstance(one, dict) and one.get("kind") == "file" for one in listed))


def _pattern(data: object, *, first: bool, last: bool) -> Pattern:
    text = inside(data, "regexp")
    if not isinstance(data, dict) or not isinstance(text, str):
        raise ValueError("a pattern must have a `regexp`")  # noqa: TRY004
    expression = compiled(text)
    groups: dict[str, int] = {}
    for name in _NAMES:
        group = data.get(name)
        if group is None:
            continue
        if not isinstance(group, int) or isinstance(group, bool) or not 0 <= group <= expression.groups:
            raise ValueError(f"`{name}` is {group!r}, and {text!r} has groups 0 to {expression.groups}")
        groups[name] = group
    loop = data.get("loop") is True
    if loop and (first or not last):
        raise ValueError("only the last of several patterns may set `loop`")
    if loop and "message" not in groups:
        raise ValueError("a pattern that sets `loop` must set `message`")
    return Pattern(expression, groups, loop)

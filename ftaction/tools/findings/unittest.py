"""What `python -m unittest` says of tests that fail, as Django's runner does too."""

import re
from collections.abc import Iterator

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.lines import some
from ftaction.tools.findings.traces import CHAIN, Frame, native, own

_HEAD = re.compile(r"(?P<kind>ERROR|FAIL|UNEXPECTED SUCCESS): (?P<name>\S+)(?: \((?P<where>[^()\n]+)\))?(?P<part>.*)")
_DOUBLE, _SINGLE = "=" * 70, "-" * 70
_UNLOADED = "unittest.loader._FailedTest."


def read(text: str) -> Iterator[Finding]:
    lines = text.split("\n")
    starts = [at for at in range(len(lines) - 1) if lines[at] == _DOUBLE and _HEAD.fullmatch(lines[at + 1])]
    for number, at in enumerate(starts):
        head = _HEAD.fullmatch(lines[at + 1])
        body = lines[at + 2 : starts[number + 1] if number + 1 < len(starts) else len(lines)]
        rules = [place for place, line in enumerate(body) if line == _SINGLE]
        if head and head["kind"] == "UNEXPECTED SUCCESS":
            yield Finding("", 0, Level.ERROR, "unexpected success", rule=_rule(head))
        elif head and rules:
            yield _finding(head, body[rules[0] + 1 : rules[1] if len(rules) > 1 else len(body)])


def _rule(head: re.Match[str]) -> str:
    """The test's name as `python -m unittest` takes it."""
    where = (head["where"] or head["name"]).removeprefix(_UNLOADED)
    whole = where if where.endswith(head["name"]) else f"{where}.{head['name']}"
    return f"{whole}{head['part']}"


def _finding(head: re.Match[str], body: list[str]) -> Finding:
    """Of errors that led to each other the last one's."""
    frames: list[Frame] = []
    tail: list[str] = []
    for line in body:
        frame = native(line)
        if CHAIN.match(line):
            frames, tail = [], []
        elif frame:
            frames.append(frame)
            tail = []
        else:
            tail.append(line)
    at = next((place for place, line in enumerate(tail) if line[:1].strip()), -1)
    frame = own(frames) or Frame("", 0)
    message = tail[at].strip() if at >= 0 else head["kind"].lower()
    return Finding(frame.path, frame.line, Level.ERROR, message, rule=_rule(head), detail=some(tail[at + 1 :] if at >= 0 else []))


READER = Reader(re.compile(rf"^{_DOUBLE}\n(?:ERROR|FAIL|UNEXPECTED SUCCESS): ", re.MULTILINE), read)

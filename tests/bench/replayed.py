"""What each tool itself says of a run: how many tasks there were, how many of them it replayed."""

import re
from dataclasses import dataclass

from .clock import NotMeasuredError, tail

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Tasks in a run, and those of them that were not run because an earlier result was taken."""

    replayed: int
    total: int


def turbo(out: str) -> Told:
    """`Cached:    8 cached, 8 total`"""
    replayed, total = _numbers(r"Cached:\s+(\d+) cached, (\d+) total", out)
    return Told(replayed=replayed, total=total)


def wireit(out: str) -> Told:
    """`Ran 0 scripts and skipped 8 in 0.4s.`"""
    ran, skipped = _numbers(r"Ran (\d+) scripts? and skipped (\d+) in", out)
    return Told(replayed=skipped, total=ran + skipped)


def moon(out: str) -> Told:
    """`Tasks: 8 completed (8 cached)`, and without the bracket when nothing was."""
    total, replayed = _numbers(r"Tasks: (\d+) completed(?: \((\d+) cached\))?", out)
    return Told(replayed=replayed, total=total)


def nx(out: str) -> Told:
    """`Cache:             8/8 hit (100%)`"""
    replayed, total = _numbers(r"Cache:\s+(\d+)/(\d+) hit", out)
    return Told(replayed=replayed, total=total)


def _numbers(pattern: str, out: str) -> tuple[int, int]:
    """The two numbers of the only line that matches. A number that the tool left out is 0."""
    found = re.findall(pattern, COLOUR.sub("", out))
    if len(found) != 1:
        raise NotMeasuredError(f"{len(found)} lines like {pattern!r}, expected one, in:\n{tail(out)}")
    first, second = found[0]
    return int(first or 0), int(second or 0)


def all_replayed(what: str, told: Told, expected: int) -> None:
    """NotMeasuredError unless the run had that many tasks and replayed every one."""
    if told != Told(replayed=expected, total=expected):
        raise NotMeasuredError(f"{what} replayed {told.replayed} of {told.total}, expected {expected} of {expected}")


def none_replayed(what: str, told: Told, expected: int) -> None:
    """NotMeasuredError unless the run had that many tasks and ran every one."""
    if told != Told(replayed=0, total=expected):
        raise NotMeasuredError(f"{what} replayed {told.replayed} of {told.total}, expected 0 of {expected}")

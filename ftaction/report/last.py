"""The last run of a repository, as its `report.json` says it; whatever that file holds, it is no more than text and numbers."""

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from ftaction.model.run import Otherwise
from ftaction.report import words
from ftaction.report.document import VERSION
from ftaction.report.whatif import slots_said

_LEAST = 0.5  # seconds; less is no wait worth a word
_NEAR = 0.05  # seconds from one check's end until it is known that others may start
_SHOWN = 5


class Once(NamedTuple):
    """One check of that run. Seconds, the moments since the run began."""

    name: str
    step: str
    source: str
    why: str
    ending: str
    ready: float
    started: float
    seconds: float
    expected: float
    locked_by: tuple[str, ...]


class Last(NamedTuple):
    """`at`: when it ended, seconds since the epoch."""

    at: float
    verdict: str
    seconds: float
    saved: float
    slots: int
    chain: tuple[str, ...]
    chain_seconds: float
    otherwise: tuple[Otherwise, ...]
    checks: Mapping[str, Once]


def read(content: bytes, at: float) -> Last | None:
    """None where it is not what we write."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("version") != VERSION:
        return None
    chain = _dict(document.get("critical_path"))
    more = tuple(Otherwise(int(_number(one.get("slots"))), _number(one.get("seconds"))) for one in _dicts(document.get("otherwise")))
    return Last(
        at, _text(document.get("verdict")), _number(document.get("seconds")), _number(document.get("saved_seconds")), int(_number(document.get("slots"))),
        _texts(chain.get("checks")), _number(chain.get("seconds")), more, {one.name: one for one in map(_once, _dicts(document.get("checks")))},
    )  # fmt: skip


def of_check(run: Last, name: str, needs: tuple[str, ...] = ()) -> list[str]:
    """What happened to it: why it ran, what it waited for, whether the run's time hung on it, and what other slots would bring."""
    one = run.checks.get(name)
    if one is None:
        return []
    took = f" in {words.duration(one.seconds)}" if one.seconds else ""
    took += f", where {words.duration(one.expected)} was expected" if one.seconds and one.expected else ""
    lines = [f"In the last run, {words.moment(run.at)}, it was {_said(one)}{took}: {one.why}.", *_waited(run, one, needs)]
    if name in run.chain:
        way = " → ".join(run.chain)
        lines += [f"  It was on the critical path, which took {words.duration(run.chain_seconds)} of {words.duration(run.seconds)}: {way}"]
    elif one.seconds and run.chain:
        lines += [f"  The run did not wait for it: its critical path was {' → '.join(run.chain)}"]
    return [words.printable(line) for line in [*lines, *(f"  {line}" for line in _slots(run) if one.seconds)]]


def of_run(run: Last) -> list[str]:
    """The run as a whole."""
    ran = [one for one in run.checks.values() if one.seconds]
    lines = [f"The last run, {words.moment(run.at)}: {run.verdict} in {words.duration(run.seconds)} with {words.count(run.slots, 'worker slot')}."]
    alone = words.duration(sum(one.seconds for one in ran))
    lines += [f"  {words.count(len(run.checks), 'check')}, {len(ran)} ran for {alone}, saved {words.duration(run.saved)}"]
    lines += [f"  critical path: {' → '.join(run.chain)} ({words.duration(run.chain_seconds)})"] if run.chain else []
    waited = sorted((one for one in ran if one.started - one.ready >= _LEAST), key=lambda one: one.ready - one.started)
    names = ", ".join(f"{one.name} {words.duration(one.started - one.ready)}" for one in waited[:_SHOWN])
    rest = f" and {words.count(len(waited) - _SHOWN, 'more check')}" if len(waited) > _SHOWN else ""
    lines += [f"  waited for a free slot or a lock: {names}{rest}"] if waited else []
    return [words.printable(line) for line in [*lines, *(f"  {line}" for line in _slots(run) if ran)]]


def _slots(run: Last) -> tuple[str, ...]:
    return slots_said(run.slots, run.seconds, run.otherwise)


def _said(one: Once) -> str:
    return f"run and {one.ending.replace('_', ' ')}" if one.source == "ran" else one.source


def _waited(run: Last, one: Once, needs: tuple[str, ...]) -> list[str]:
    """Whatever it waited for, in the order of its waiting."""
    if not one.seconds:
        return []
    lines = []
    before = [other for other in run.checks.values() if other.seconds and other is not one and other.started + other.seconds <= one.ready + _NEAR]
    latest = max(before, key=_end, default=None)
    if latest and one.ready >= _LEAST:
        because = f"it needs {latest.name}" if latest.name in needs else f"its step `{one.step}` came after `{latest.step}`" if latest.step != one.step else ""
        lines += [f"  It could not start in the first {words.duration(one.ready)}{f': {because}' if because else ''}."]
    wait = one.started - one.ready
    if wait >= _LEAST:
        lock = f" or a lock that {', '.join(one.locked_by)} held" if one.locked_by else ""
        lines += [f"  {'Then it' if lines else 'It'} waited {words.duration(wait)} for a free slot{lock}."]
    return lines


def _end(of: Once) -> float:
    return of.started + of.seconds


def _once(of: Mapping[str, Any]) -> Once:
    texts = [_text(of.get(name)) for name in ("check", "step", "source", "why", "ending")]
    numbers = [_number(of.get(name)) for name in ("ready", "started", "seconds", "expected")]
    return Once(texts[0], texts[1], texts[2], texts[3], texts[4], numbers[0], numbers[1], numbers[2], numbers[3], _texts(of.get("locked_by")))


def _text(of: object) -> str:
    return of if isinstance(of, str) else ""


def _texts(of: object) -> tuple[str, ...]:
    return tuple(map(_text, of)) if isinstance(of, list) else ()


def _number(of: object) -> float:
    """Not negative, and small enough for whoever tells it."""
    fits = isinstance(of, int | float) and not isinstance(of, bool) and math.isfinite(of) and 0 <= of < 1e9
    return float(of) if fits and isinstance(of, int | float) else 0.0


def _dict(of: object) -> dict[str, Any]:
    return of if isinstance(of, dict) else {}


def _dicts(of: object) -> list[dict[str, Any]]:
    return list(filter(None, map(_dict, of))) if isinstance(of, list) else []

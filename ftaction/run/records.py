"""Records as JSON and back. What comes from a store is untrusted: anything that is not exactly a record is a miss."""

import json
import re
from typing import Any

from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.model.manifest import FORMAT
from ftaction.model.record import Origin, OriginKind, Patched, Record

_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")
_MOST = 1e11  # seconds; dates beyond the year 5000


def dump(record: Record) -> bytes:
    """One line of JSON."""
    return json.dumps(
        {
            "format": FORMAT, "check": record.check, "fingerprint": record.fingerprint, "ending": record.ending.kind, "number": _number(record.ending),
            "seconds": round(record.seconds, 4), "ended": round(record.ended, 3), "flaky": record.flaky,
            "origin": {
                "kind": record.origin.kind.value, "repository": record.origin.repository, "ref": record.origin.ref,
                "commit": record.origin.commit, "run": record.origin.run,
            },
            "head": record.head, "inputs": record.inputs, "log": record.log, "outputs": record.outputs, "patch": record.patch,
            "tests": record.tests, "left_out": record.left_out,
            "patched": [[one.path, one.before, one.after] for one in record.patched],
        },
        separators=(",", ":"),
    ).encode("utf-8", "surrogateescape")  # fmt: skip


def load(content: bytes) -> Record | None:
    """None for anything else, another format among it."""
    try:
        data: Any = json.loads(content)
        if data["format"] != FORMAT or not isinstance(data["flaky"], bool):
            return None
        origin = data["origin"]
        digests = {name: _digest(data[name]) for name in ("fingerprint", "head", "inputs", "log", "outputs", "patch", "tests")}
        return Record(
            **digests,
            check=_text(data["check"]),
            ending=_ending_in(_text(data["ending"]), _amount(data["number"])),
            seconds=_amount(data["seconds"]),
            ended=_amount(data["ended"]),
            flaky=data["flaky"],
            left_out=int(_amount(data["left_out"])),
            origin=Origin(kind=OriginKind(origin["kind"]), **{name: _text(origin[name]) for name in ("repository", "ref", "commit", "run")}),
            patched=tuple(Patched(path=_text(path), before=_text(before), after=_text(after)) for path, before, after in data["patched"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _number(ending: Ending) -> float:
    """What a record keeps of an ending beside its kind."""
    match ending:
        case Failed(code=code):
            return code
        case TimedOut(after=after):
            return after
        case _:
            return 0


def _ending_in(word: str, number: float) -> Ending:
    known: dict[str, Ending] = {
        "passed": Passed(),
        "failed": Failed(int(number)),
        "timed_out": TimedOut(number),
        "cancelled": Cancelled(),
        "could_not_start": CouldNotStart(""),
        "blocked": Blocked((), Barrier.NEEDS),
    }
    return known[word]


def _amount(value: float | str) -> float:
    """A number that can be told and counted with: neither infinite nor NaN, which JSON's readers let through."""
    number = float(value)
    if not 0 <= number < _MOST:
        raise ValueError(value)
    return number


def _digest(value: object) -> str:
    """Empty where there is none."""
    text = _text(value)
    if not _DIGEST.fullmatch(text):
        raise ValueError(text)
    return text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value

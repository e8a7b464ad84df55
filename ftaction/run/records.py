"""Records as JSON and back. What comes from a store is untrusted: anything that is not exactly a record is a miss."""

import json
from typing import Any, assert_never

from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.model.manifest import FORMAT
from ftaction.model.record import Origin, OriginKind, Patched, Record


def dump(record: Record) -> bytes:
    """One line of JSON."""
    ending, number = _ending_out(record.ending)
    return json.dumps(
        {
            "format": FORMAT, "check": record.check, "fingerprint": record.fingerprint, "ending": ending, "number": number,
            "seconds": round(record.seconds, 4), "ended": round(record.ended, 3), "flaky": record.flaky,
            "origin": {
                "kind": record.origin.kind.value, "repository": record.origin.repository, "ref": record.origin.ref,
                "commit": record.origin.commit, "run": record.origin.run,
            },
            "head": record.head, "inputs": record.inputs, "log": record.log, "outputs": record.outputs, "patch": record.patch,
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
        texts = {name: _text(data[name]) for name in ("check", "fingerprint", "head", "inputs", "log", "outputs", "patch")}
        return Record(
            **texts,
            ending=_ending_in(_text(data["ending"]), float(data["number"])),
            seconds=float(data["seconds"]),
            ended=float(data["ended"]),
            flaky=data["flaky"],
            origin=Origin(kind=OriginKind(origin["kind"]), **{name: _text(origin[name]) for name in ("repository", "ref", "commit", "run")}),
            patched=tuple(Patched(path=_text(path), before=_text(before), after=_text(after)) for path, before, after in data["patched"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _ending_out(ending: Ending) -> tuple[str, float]:
    match ending:
        case Passed():
            return "passed", 0
        case Failed(code=code):
            return "failed", code
        case TimedOut(after=after):
            return "timed_out", after
        case Cancelled():
            return "cancelled", 0
        case CouldNotStart():
            return "could_not_start", 0
        case Blocked():
            return "blocked", 0
        case _:
            assert_never(ending)


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


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value

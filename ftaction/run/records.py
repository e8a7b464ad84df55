"""Records as JSON and back. What comes from a store is untrusted: anything that is not exactly a record is a miss."""

import json
import re
from collections.abc import Iterable
from typing import Any

from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.model.manifest import FORMAT
from ftaction.model.record import Origin, OriginKind, Patched, Record, Tally, Trouble
from ftaction.plan import troubles
from ftaction.plan.tally import Outcome, counted, joined

_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")
_MOST = 1e11  # seconds; dates beyond the year 5000
_MOST_RUNS = 1_000_000


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
            "tally": [record.tally.passed, record.tally.failed, record.tally.streak, record.tally.failed_at],
            **({"findings": record.findings} if record.findings else {}),
            **({"answer": record.answer} if record.answer else {}),
            **({"troubles": [list(trouble) for trouble in record.troubles]} if record.troubles else {}),
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
        ending = _ending_in(_text(data["ending"]), amount(data["number"]))
        return Record(
            **digests,
            findings=_digest(data.get("findings", "")),
            answer=_digest(data.get("answer", "")),
            check=_text(data["check"]),
            ending=ending,
            tally=_tally(data["tally"]) if "tally" in data else counted([outcome(ending, int(data["flaky"]), amount(data["ended"]))]),
            seconds=amount(data["seconds"]),
            ended=amount(data["ended"]),
            flaky=data["flaky"],
            left_out=int(amount(data["left_out"])),
            origin=Origin(kind=OriginKind(origin["kind"]), **{name: _text(origin[name]) for name in ("repository", "ref", "commit", "run")}),
            patched=tuple(Patched(path=_text(path), before=_text(before), after=_text(after)) for path, before, after in data["patched"]),
            troubles=tuple(_trouble(one) for one in data.get("troubles", ())[: troubles.MOST]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def outcome(ending: Ending, failed: int, ended: float) -> Outcome:
    """What one run says of its inputs. `failed`: tries that failed before the last.

    A command that ended well passed, though the run is red for the files that it changed: elsewhere that may be no failure.
    """
    passed = isinstance(ending, Passed) or (isinstance(ending, Failed) and ending.code == 0)
    return Outcome(passed, failed + (not passed), ended)


def tallied(content: bytes, others: Iterable[bytes]) -> bytes:
    """A record, as it stands in a store, that also counts what other records of the same fingerprint counted."""
    record = load(content)
    if record is None:
        return content
    counting = record
    for other in filter(None, map(load, others)):
        counting = together(counting, other)
    return content if counting == record else dump(counting)


def together(record: Record, other: Record) -> Record:
    """A record that also counts what another one of the same inputs counted."""
    found = record.troubles
    if other.troubles and other.troubles != found:
        both = troubles.joined(found, other.troubles).values()
        found = troubles.kept(both) or tuple(both)[: troubles.MOST]
    return record._replace(tally=joined(record.tally, other.tally), troubles=found)


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


def amount(value: float | str) -> float:
    """A number that can be told and counted with: neither infinite nor NaN, which JSON's readers let through."""
    number = float(value)
    if not 0 <= number < _MOST:
        raise ValueError(value)
    return number


def _tally(value: list[float]) -> Tally:
    passed, failed, streak, failed_at = value
    return Tally(_runs(passed), _runs(failed), _runs(streak), amount(failed_at))


def _trouble(value: list[Any]) -> Trouble:
    test, passed, failed, proven_passed, proven_failed, failures, streak, failed_at = value
    if len(_text(test)) > troubles.MOST_TEXT:
        raise ValueError(test)
    return Trouble(
        test, _runs(passed), _runs(failed), _runs(proven_passed), _runs(proven_failed), _runs(failures), _runs(streak), amount(failed_at)
    )  # fmt: skip


def _runs(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MOST_RUNS:
        raise ValueError(value)
    return value


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

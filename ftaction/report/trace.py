"""`trace.json`: the run as Chrome's trace events, which https://ui.perfetto.dev opens.

Events, their phases and what binds a flow to a slice: "Trace Event Format",
https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. Times are whole microseconds since the run began.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ftaction.model.ending import green
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.lanes import lanes
from ftaction.report.verdict import critical_path, passed

_PROCESS = 1
_RESTORES, _TRANSFERS = 1_000_000, 1_000_001  # tracks below all slots
_GUESSED = "one after the other: when it began is not known"
_WAITED = 0.05  # seconds; a shorter wait for a slot is none
Event = dict[str, object]


def trace_document(report: Report) -> dict[str, object]:
    """The whole trace: a track for each worker slot, one for what was put back, one for what went over a network; the critical path as arrows."""
    slots = lanes(report.results)
    ran = [result for result in report.results if result.check in slots]
    events = [*_names(report, max(slots.values(), default=-1) + 1), *_slices(ran, slots)]
    events += [*_path(report, {result.check: result for result in ran}, slots), *_restores(report), *_transfers(report)]
    about = {"program": f"FirstTry {report.version}", "commit": report.snapshot.commit, "verdict": "passed" if passed(report) else "failed"}
    return {"displayTimeUnit": "ms", "otherData": about, "traceEvents": events}


def _names(report: Report, slots: int) -> Iterator[Event]:
    named = [(number, f"slot {number + 1}") for number in range(slots)]
    named += [(_RESTORES, "put back")] if report.restored else []
    named += [(_TRANSFERS, "network")] if report.transfers else []
    yield {"ph": "M", "name": "process_name", "pid": _PROCESS, "tid": 0, "args": {"name": "ftaction"}}
    for number, name in named:
        yield {"ph": "M", "name": "thread_name", "pid": _PROCESS, "tid": number + 1, "args": {"name": name}}
        yield {"ph": "M", "name": "thread_sort_index", "pid": _PROCESS, "tid": number + 1, "args": {"sort_index": number}}


def _slices(ran: Sequence[Result], slots: dict[str, int]) -> list[Event]:
    """Those of one slot never overlap, which a viewer would take for nested: where times say so, the first ends when the next begins."""
    nexts: dict[int, float] = {}
    made: list[Event] = []
    for result in sorted(ran, key=lambda one: -one.started):
        slot = slots[result.check]
        seconds = min(result.seconds, nexts.get(slot, result.started + result.seconds) - result.started)
        nexts[slot] = result.started
        made.append(_complete(result.check, "passed" if green(result.ending) else "failed", slot, (result.started, seconds), _told(result)))
    return made[::-1]


def _told(result: Result) -> Event:
    told: dict[str, object] = {
        "result": words.ending(result.ending, result.flaky), "source": words.source(result.decision), "reason": words.result_reason(result),
        "step": result.step, "fingerprint": fingerprint_of(result),
    }  # fmt: skip
    waited = result.started - result.ready if result.ready else 0.0
    return told | ({"waited_seconds": round(waited, 4)} if waited > _WAITED else {})


def _complete(name: str, category: str, track: int, times: tuple[float, float], told: Event) -> Event:
    """`times`: start and seconds."""
    start, end = _micro(times[0]), _micro(times[0] + times[1])
    place: Event = {"pid": _PROCESS, "tid": track + 1, "ts": start, "dur": max(1, end - start)}
    return {"ph": "X", "name": words.printable(name), "cat": category, **place, "args": told}


def fingerprint_of(result: Result) -> str:
    """Of what ran or stands for it; empty where there is none."""
    match result.decision:
        case Run(fingerprint=fingerprint):
            return fingerprint or ""
        case Replay(record=record) | Unaffected(base=record):
            return record.fingerprint
        case _:
            return ""


def _path(report: Report, ran: dict[str, Result], slots: dict[str, int]) -> Iterator[Event]:
    """An arrow from within the end of each check of the critical path to the beginning of the next."""
    chain, _ = critical_path(report)
    for number, (one, other) in enumerate(pairwise(chain), 1):
        flow = {"name": "critical path", "cat": "critical path", "id": number, "pid": _PROCESS}
        last = max(_micro(ran[one].started), min(_micro(ran[one].started + ran[one].seconds), _micro(ran[other].started)) - 1)
        yield {"ph": "s", **flow, "tid": slots[one] + 1, "ts": last}
        yield {"ph": "f", "bp": "e", **flow, "tid": slots[other] + 1, "ts": _micro(ran[other].started)}


def _restores(report: Report) -> Iterator[Event]:
    starts = _one_by_one([one.seconds for one in report.restored], 0.0)
    for start, one in zip(starts, report.restored, strict=True):
        told: Event = {"bytes": one.size, "problem": words.printable(one.problem), "began": _GUESSED}
        yield _complete(one.check, "put back", _RESTORES, (start, one.seconds), told)


def _transfers(report: Report) -> Iterator[Event]:
    """What was restored from the run's beginning on, what was saved up to its end."""
    saved = [one for one in report.transfers if one.saved]
    restored = [one for one in report.transfers if not one.saved]
    until = sum(one.seconds for one in restored)
    starts = [*_one_by_one([one.seconds for one in restored], 0.0)]
    starts += _one_by_one([one.seconds for one in saved], max(until, report.seconds - sum(one.seconds for one in saved)))
    for start, one in zip(starts, [*restored, *saved], strict=True):
        way = "saved" if one.saved else "restored"
        told: Event = {"name": words.printable(one.name), "bytes": one.size, "began": _GUESSED}
        yield _complete(f"{one.what} {way}", way, _TRANSFERS, (start, one.seconds), told)


def _one_by_one(seconds: Sequence[float], start: float) -> Iterator[float]:
    for each in seconds:
        yield start
        start += each


def _micro(seconds: float) -> int:
    return round(seconds * 1e6)

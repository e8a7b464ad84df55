"""What the page shows of a run, as data. Names are those of `report.json` where it has them, so that runs can be compared from either file."""

from ftaction.model.ending import green
from ftaction.model.finding import Finding
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.record import Record
from ftaction.model.run import Report, Result
from ftaction.report import words
from ftaction.report.headline import headline
from ftaction.report.lanes import lanes
from ftaction.report.markdown import address
from ftaction.report.notes import notes, spent
from ftaction.report.verdict import critical_path, passed, totals

VERSION = 1
_MOST_LINES = 200  # of what one check lists
_MOST_NOTES = 500
_LONGEST = 2000  # characters of a text of one line


def run_content(report: Report) -> dict[str, object]:
    """The run, without its checks. Times in seconds."""
    sums = totals(report)
    chain, seconds = critical_path(report)
    told = [_short(note) for note in (*spent(report), *notes(report))]
    return {
        "version": VERSION,
        "program": report.version,
        "headline": headline(report),
        "verdict": "passed" if passed(report) else "failed",
        "interrupted": report.interrupted,
        "repository": _short(report.context.origin.repository),
        "branch": _short(report.snapshot.branch),
        "commit": report.snapshot.commit,
        "run": address(report.context.origin.run),
        "seconds": round(report.seconds, 4),
        "saved_seconds": round(sums.saved, 4),
        "uncached_seconds": round(sums.uncached, 4),
        "slots": report.slots,
        "critical_path": {"checks": list(chain), "seconds": round(seconds, 4)},
        "notes": told[:_MOST_NOTES],
        "more_notes": len(told[_MOST_NOTES:]),
    }


def checks_content(report: Report) -> list[dict[str, object]]:
    """Its checks, in their order."""
    slots = lanes(report.results)
    return [_check(report, result, slots.get(result.check, -1)) for result in report.results]


def finding_row(of: Finding) -> list[object]:
    """Level, place, rule, message and detail."""
    place = ":".join(str(part) for part in (of.path, of.line, of.column) if part)
    return [of.level.value, _short(place), _short(of.rule), _short(of.message), of.detail[: 4 * _LONGEST]]


def _check(report: Report, result: Result, lane: int) -> dict[str, object]:
    suspect = next((one for one in report.suspects if one.check == result.check and not one.test), None)
    return {
        "check": result.check,
        "step": result.step,
        "ending": result.ending.kind,
        "result": words.ending(result.ending, result.flaky),
        "green": green(result.ending),
        "source": words.source(result.decision),
        "why": _short(words.result_reason(result)),
        "started": round(result.started, 4),
        "seconds": round(result.seconds, 4),
        "ready": round(result.ready, 4),
        "lane": lane,
        **_decision(result),
        "failed_tries": result.failed,
        "stored": result.stored,
        "flaky": f"it failed {words.rate(suspect.failed, suspect.runs)}" if suspect else "",
        "changed": [_short(path) for path in result.changed[:_MOST_LINES]],
        "more_changed": len(result.changed[_MOST_LINES:]),
        "slowest": [[_short(name), round(seconds, 4)] for name, seconds in result.slowest[:_MOST_LINES]],
        "history": [[one.passed, round(one.seconds, 4), one.ended, one.here] for one in report.history.get(result.check, ())],
        "log_path": result.log,
    }


def _decision(result: Result) -> dict[str, object]:
    match result.decision:
        case Run(why=why) as run:
            said = [_short(words.difference(one)) for one in why.differences[:_MOST_LINES]]
            rests = f"tests were left out by right of a whole run, {words.by_whom(run.rests)}" if run.rests else ""
            more = len(why.differences[_MOST_LINES:])
            return {"fingerprint": run.fingerprint, "expected": run.expected, "differences": said, "more_differences": more, "rests_on": _short(rests)}
        case Replay(record=record) | Unaffected(base=record):
            return _proved(record)
        case _:
            return {}


def _proved(record: Record) -> dict[str, object]:
    return {"fingerprint": record.fingerprint, "saved": record.seconds, "proved": _short(words.by_whom(record)), "run": address(record.origin.run)}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

"""`ftaction run --json`: one line of JSON for each thing that happens, and the report last. Documented in `docs/report.md`."""

import json

from ftaction.model.plan import Plan
from ftaction.model.run import Move, Report, Result
from ftaction.report.document import VERSION, decision_document, report_document, result_document


def planned(plan: Plan, at: float) -> str:
    """A step begins. `at`, here and below: seconds since the run began."""
    checks = [{"check": check.name, **decision_document(plan.decisions[check.name])} for check in plan.step.checks]
    return _line("planned", {"at": round(at, 4), "step": plan.step.title, "checks": checks})


def started(check: str, at: float) -> str:
    """Its command begins."""
    return _line("started", {"at": round(at, 4), "check": check})


def again(check: str, at: float) -> str:
    """It failed beside others and waits to be tried alone."""
    return _line("again", {"at": round(at, 4), "check": check})


def finished(result: Result, at: float) -> str:
    """A check ended."""
    return _line("finished", {"at": round(at, 4), **result_document(result)})


def moving(move: Move, at: float) -> str:
    """What is on its way from memory or to it, when it begins and when it ended."""
    name = ("saved" if move.saved else "restored") if move.ended else "saving" if move.saved else "restoring"
    ended = {"bytes": move.size, "seconds": round(move.seconds, 4), "problem": move.problem} if move.ended else {}
    return _line(name, {"at": round(at, 4), "what": move.what, "name": move.name, **ended})


def ended(report: Report) -> str:
    """The last line."""
    return _line("report", {"report": report_document(report)})


def _line(event: str, fields: dict[str, object]) -> str:
    return json.dumps({"version": VERSION, "event": event, **fields}) + "\n"

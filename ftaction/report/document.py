"""`report.json`, version 1: the run for other programs. Documented in `docs/report.md`; fields are only ever added to a version."""

from ftaction.model.change import ChangeSet
from ftaction.model.ending import Blocked, CouldNotStart, Ending, Failed, TimedOut, Unanswered
from ftaction.model.finding import Finding
from ftaction.model.plan import Decision, Plan, Replay, Run, Unaffected
from ftaction.model.record import Record
from ftaction.model.run import Report, Result
from ftaction.model.selection import Selected
from ftaction.report import tests, words
from ftaction.report.verdict import critical_path, passed, skips, totals

VERSION = 1


def report_document(report: Report) -> dict[str, object]:
    """The whole report as plain data."""
    sums = totals(report)
    chain, seconds = critical_path(report)
    return {
        "version": VERSION,
        "program": report.version,
        "verdict": "passed" if passed(report) else "failed",
        "interrupted": report.interrupted,
        "commit": report.snapshot.commit,
        "branch": report.snapshot.branch,
        "seconds": round(report.seconds, 4),
        "saved_seconds": round(sums.saved, 4),
        "slots": report.slots,
        "otherwise": [{"slots": one.slots, "seconds": round(one.seconds, 4)} for one in report.otherwise],
        "ran": list(sums.ran),
        "replayed": list(sums.replayed),
        "unaffected": list(sums.unaffected),
        "unasked": list(sums.unasked),
        "failed": list(sums.failed),
        "blocked": list(sums.blocked),
        "critical_path": {"checks": list(chain), "seconds": round(seconds, 4)},
        "changes": changes_document(report.changes),
        "misspelt": [{"check": name, "glob": glob} for name, glob in report.misspelt],
        "restored": [{"check": one.check, "seconds": round(one.seconds, 4), "bytes": one.size, "problem": one.problem} for one in report.restored],
        **_skips(report),
        "suspects": [{"check": one.check, "test": one.test, "failed": one.failed, "runs": one.runs} for one in report.suspects],
        "notes": list(report.notes),
        "transfers": [
            {"what": one.what, "name": one.name, "bytes": one.size, "seconds": round(one.seconds, 4), "saved": one.saved} for one in report.transfers
        ],
        "checks": [result_document(result) for result in report.results],
    }


def plan_document(plans: tuple[Plan, ...]) -> dict[str, object]:
    """`ftaction plan --json`."""
    steps = [
        {"step": plan.step.title, "checks": [{"check": check.name, **decision_document(plan.decisions[check.name])} for check in plan.step.checks]}
        for plan in plans
    ]
    from ftaction.report.asking_plan import asking_of, total_document

    asks = any(asking_of(decision) for plan in plans for decision in plan.decisions.values())
    return {"version": VERSION, "steps": steps, **({"asking": total_document(plans)} if asks else {})}


def _account(result: Result) -> dict[str, object]:
    from ftaction.report.account import account_document  # imported where used: most checks run a command

    return {"why": words.result_reason(result), "account": account_document(result.account)} if result.account else {}


def _asking(decision: Decision) -> dict[str, object]:
    if not isinstance(decision, Run | Replay) or decision.asking is None:
        return {}
    from ftaction.report.asking_plan import asking_document

    return {"asking": asking_document(decision.asking)}


def _skips(report: Report) -> dict[str, object]:
    found = skips(report)
    told: dict[str, object] = {
        "checks": [result.check for result in found.would], "right": [result.check for result in found.right],
        "wrong": [result.check for result in found.wrong], "seconds": round(found.seconds, 4), "of_seconds": round(found.of_seconds, 4),
    }  # fmt: skip
    return {"mode": report.config.verification.mode.value, "would_skip": told}


def changes_document(changes: ChangeSet | None) -> dict[str, object] | None:
    """The change set as JSON; None where it was not asked."""
    if changes is None:
        return None
    return {"base": changes.base, "paths": list(changes.paths), "complete": changes.complete, "doubt": changes.doubt}


def result_document(result: Result) -> dict[str, object]:
    """One of `checks`."""
    return {
        "check": result.check,
        "step": result.step,
        **decision_document(result.decision),
        "source": words.result_source(result),
        **_ending(result.ending),
        "ready": round(result.ready, 4),
        "locked_by": list(result.locked_by),
        "started": round(result.started, 4),
        "seconds": round(result.seconds, 4),
        "flaky": result.flaky,
        "failed_tries": result.failed,
        "agreed": result.agreed,
        **({"judged": tests.judged_document(result.judged)} if result.judged else {}),
        "changed": list(result.changed),
        "patch": result.patch,
        "log": result.log,
        "findings": [_finding(one) for one in result.findings],
        "findings_left_out": result.unread,
        "slowest": [{"test": test, "seconds": round(seconds, 4)} for test, seconds in result.slowest],
        "stored": result.stored,
        "doubt": result.doubt,
        **(_account(result) if result.account else {}),
    }


def _finding(of: Finding) -> dict[str, object]:
    """Without what is not said."""
    told = {name: value for name, value in of._asdict().items() if value not in ("", 0)}
    return {"path": of.path, "line": of.line, **told, "level": of.level.value}


def decision_document(decision: Decision) -> dict[str, object]:
    base: dict[str, object] = {"source": words.source(decision), "why": words.reason(decision)}
    base |= _asking(decision)
    match decision:
        case Run():
            why = {"reason": decision.why.reason.value, "fingerprint": decision.fingerprint, "expected": decision.expected}
            chosen = {"selection": tests.document(decision.selection)} if decision.selection else {}
            chosen |= {"rests_on": _by(decision.rests)} if decision.rests else {}
            would = {"would_select": tests.document(decision.would)} if decision.would else {}
            return base | why | {"failed_last": decision.failed_last, "instead": _instead(decision.instead), **chosen, **would}
        case Replay(record=record):
            return base | _proved(record)
        case Unaffected(base=record, selection=Selected() as none):
            return base | _proved(record) | {"selection": tests.document(none)}
        case Unaffected(base=record, moved=moved):
            return base | _proved(record) | {"moved": [{"section": one.section.value, "name": one.name, "change": one.change.value} for one in moved]}
        case _:
            return base


def _proved(record: Record) -> dict[str, object]:
    return {"fingerprint": record.fingerprint, "expected": 0.0, "saved": record.seconds, "proved": _by(record)}


def _instead(skip: Replay | Unaffected | None) -> dict[str, object] | None:
    """What a check that ran would have been."""
    if skip is None:
        return None
    return {"source": words.source(skip), "proved": _by(skip.record if isinstance(skip, Replay) else skip.base)}


def _by(record: Record) -> dict[str, object]:
    return {"commit": record.origin.commit, "ended": record.ended, "origin": record.origin.kind.value, "run": record.origin.run}


def _ending(ending: Ending) -> dict[str, object]:
    base: dict[str, object] = {"ending": ending.kind}
    match ending:
        case Failed(code=code):
            return base | {"code": code}
        case TimedOut(after=after):
            return base | {"after": after}
        case CouldNotStart(problem=problem):
            return base | {"problem": problem}
        case Unanswered(left=left, problem=problem, gate=gate):
            return base | {"left": left, "problem": problem, "gate": gate}
        case Blocked(by=by):
            return base | {"by": list(by)}
        case _:
            return base

"""A check as a check run: its name, how it is concluded, what its page says, and where it found something."""

from collections.abc import Iterable
from hashlib import sha256
from typing import assert_never

from ftaction.model.ending import Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut, Unanswered, green
from ftaction.model.finding import Finding, Level
from ftaction.model.plan import Replay, Run, Unaffected
from ftaction.model.run import Report, Result
from ftaction.model.status import Annotation, CheckRun, Conclusion
from ftaction.report import account, words
from ftaction.report.findings import place, ranked, title
from ftaction.report.headline import headline
from ftaction.report.markdown import linked, proof
from ftaction.report.quiet import quiet
from ftaction.report.verdict import passed

LOST = "the files could no longer be read, so no verdict holds for them"
MOST_ANNOTATIONS = 500  # of one check: each fifty are a request
_MOST_NAME = 255  # characters, of titles as well
_MOST_SUMMARY = 60_000  # characters; GitHub takes 65,535
_MOST_MESSAGE = 8_000  # bytes; GitHub takes 64 KB, but fifty of them are one request
_MOST_DETAIL = 16_000
_MOST_LINE = (1 << 31) - 1
_LONGEST_PATH = 1000
_SHOWN = 20  # findings without a place, and changed files
_LEVELS = {Level.ERROR: "failure", Level.WARNING: "warning", Level.NOTICE: "notice"}


def run_name(prefix: str, check: str = "", matrix: str = "") -> str:
    """`FirstTry / lint (3.12)`. Two checks never share one: what GitHub could not show as it is, or would cut, carries a digest."""
    whole = " / ".join(filter(None, (prefix, check))) + (f" ({matrix})" if matrix else "")
    shown = " ".join(words.printable(whole).split())
    if shown == whole and len(whole) <= _MOST_NAME:
        return whole
    return f"{shown[: _MOST_NAME - 18]}… {sha256(whole.encode('utf-8', 'backslashreplace')).hexdigest()[:16]}"


def conclusion(of: Ending) -> Conclusion:
    """What was not run is not green: GitHub lets a branch be merged where a required check is `skipped` or `neutral`.

    Advice that could not be had is no reason against merging, and no pass; a gate that was not asked is not open.
    """
    match of:
        case Passed():
            return Conclusion.SUCCESS
        case Failed() | CouldNotStart():
            return Conclusion.FAILURE
        case TimedOut():
            return Conclusion.TIMED_OUT
        case Unanswered(gate=False):
            return Conclusion.NEUTRAL
        case Cancelled() | Blocked() | Unanswered():
            return Conclusion.CANCELLED
        case _:
            assert_never(of)


def begun(name: str, why: str, now: float) -> CheckRun:
    """What runs, or is about to."""
    return CheckRun(name=name, title=_title(why), summary=f"Why it runs: {quiet(why)}.", started=now)


def ended(name: str, result: Result, run: str, now: float, report: Report | None = None) -> CheckRun:
    """What came of a check. `run`: the address of this run; `report`: of all of it, once it has ended."""
    lost = report is not None and report.lost
    found = annotations(result, ranked(report, result) if report else result.findings)
    return CheckRun(
        name=name,
        title=_title(LOST if lost else _headline(result)),
        summary=_page(result, run, len(found), lost),
        started=now - result.seconds,
        conclusion=Conclusion.FAILURE if lost and green(result.ending) else conclusion(result.ending),
        completed=now,
        annotations=found,
    )


def whole(name: str, report: Report, run: str, now: float) -> CheckRun:
    """The run as one check run, where there are too many checks for one each."""
    verdict = Conclusion.SUCCESS if passed(report) else Conclusion.CANCELLED if report.interrupted else Conclusion.FAILURE
    bad = [result for result in report.results if not green(result.ending)]
    rows = [f"- {quiet(result.check)}: {words.ending(result.ending)}" for result in bad]
    page = _within([f"FirstTry {headline(report)}.", *_address(run), "", *rows], "more did not pass")
    return CheckRun(name=name, title=_title(headline(report)), summary=page, started=now - report.seconds, conclusion=verdict, completed=now)


def left(name: str, started: float, now: float) -> CheckRun:
    """What nobody ended: the run was killed, or GitHub could not be told how it went."""
    told = "the run ended before it could tell"
    return CheckRun(name=name, title=told, summary=f"{told.capitalize()}.", started=started, conclusion=Conclusion.CANCELLED, completed=now)


def annotations(result: Result, findings: Iterable[Finding]) -> tuple[Annotation, ...]:
    """Those that have a place, as many as are told. `findings`: the result's, the most important first."""
    return tuple(_annotation(result, one) for one in [one for one in findings if _placed(one)][:MOST_ANNOTATIONS])


def _annotation(result: Result, of: Finding) -> Annotation:
    end = min(max(of.line, of.end_line), _MOST_LINE)
    column = of.column if 0 < of.column <= _MOST_LINE and end == of.line else 0
    return Annotation(
        path=of.path,
        start_line=of.line,
        end_line=end,
        annotation_level=_LEVELS[of.level],
        message=_cut(words.log(of.message), _MOST_MESSAGE) or "no message",
        title=_title(title(result, of)),
        raw_details=_cut(words.log(of.detail), _MOST_DETAIL),
        start_column=column,
        end_column=min(max(column, of.end_column), _MOST_LINE) if column else 0,
    )


def _placed(of: Finding) -> bool:
    inside = bool(of.path) and not of.path.startswith("/") and ".." not in of.path.split("/") and len(of.path) <= _LONGEST_PATH
    return inside and words.printable(of.path) == of.path and 0 < of.line <= _MOST_LINE


def _headline(result: Result) -> str:
    what = words.ending(result.ending, result.flaky)
    match result.decision:
        case Replay() if green(result.ending):
            return f"replayed: {words.result_reason(result)}"
        case Unaffected() if green(result.ending):
            return words.result_reason(result)
        case _ if isinstance(result.ending, Blocked | CouldNotStart | Unanswered):
            return f"{what}: {words.result_reason(result)}"
        case _:
            time = f" in {words.duration(result.seconds)}" if result.seconds and not isinstance(result.ending, TimedOut) else ""
            number = len(result.findings) + result.unread
            return f"{what}{time}" + (f", {words.count(number, 'finding')}" if number else "")


def _page(result: Result, run: str, annotated: int, lost: bool) -> str:
    reason = proof(quiet(words.result_reason(result)), result)
    why = ". Why it ran" if isinstance(result.decision, Run) and not isinstance(result.ending, Blocked | CouldNotStart | Unanswered) else ""
    lines = [*([f"{LOST.capitalize()}.", ""] if lost else []), f"{words.ending(result.ending, result.flaky).capitalize()}{why}: {reason}.", *_address(run)]
    lines += ["", f"Asked: {account.line(result.account)}."] if result.account else []
    lines += _listed("Changed files", list(result.changed))
    rest = [one for one in result.findings if not _placed(one)]
    lines += _listed("Findings without a line", [": ".join(filter(None, (one.level.value, place(one), one.message))) for one in rest])
    more = len(result.findings) - len(rest) - annotated + result.unread
    lines += ["", f"{words.count(more, 'more finding')}: see the log."] if more else []
    return _within(lines, "more lines")


def _listed(title: str, of: list[str]) -> list[str]:
    rows = [f"- {quiet(one)}" for one in of[:_SHOWN]]
    rows += [f"- and {len(of) - _SHOWN:,} more"] if len(of) > _SHOWN else []
    return ["", f"{title}:", "", *rows] if rows else []


def _address(run: str) -> list[str]:
    shown = linked("The run", run)
    return ["", f"{shown} has its log."] if shown != "The run" else []


def _within(lines: list[str], rest: str) -> str:
    """As many lines as GitHub takes, and how many there are beside them."""
    size = 0
    for number, line in enumerate(lines):
        size += len(line) + 1
        if size > _MOST_SUMMARY:
            return "\n".join([*lines[:number], "", f"{len(lines) - number:,} {rest}."])
    return "\n".join(lines)


def _title(text: str) -> str:
    shown = words.printable(text)
    return shown if len(shown) <= _MOST_NAME else f"{shown[: _MOST_NAME - 1]}…"


def _cut(text: str, most: int) -> str:
    content = text.encode("utf-8", "replace")
    return text if len(content) <= most else f"{content[:most].decode('utf-8', 'ignore')}…"

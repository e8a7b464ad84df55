"""Reasons, endings and times in words. One word for one thing, on every surface."""

import re
from datetime import UTC, datetime
from typing import assert_never

from ftaction.model.change import ChangeSet
from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut, Unanswered
from ftaction.model.manifest import Difference, Section
from ftaction.model.plan import Decision, Reason, Replay, Run, Unaffected, Why
from ftaction.model.record import CLEAN, Origin, OriginKind, Record, Tally
from ftaction.model.run import Judged, Move, Restored, Result, Transfer
from ftaction.model.selection import Selected
from ftaction.report import tests

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")  # ECMA-48: CSI, OSC, others
_PULL = re.compile(r"refs/pull/(\d+)/(?:merge|head)")
_UNITS = ((1e3, "KB"), (1e6, "MB"), (1e9, "GB"))
_SHOWN = 3  # differences named before the rest is counted


def ending(of: Ending, flaky: bool = False) -> str:
    """One or two words."""
    match of:
        case Passed():
            return "passed when tried again" if flaky else "passed"
        case Failed(changed=changed) if changed:
            return f"changed {count(len(changed), 'file')}"
        case Failed(code=code):
            return f"failed ({code})"
        case TimedOut(after=after):
            return f"timed out after {duration(after)}"
        case Cancelled():
            return "cancelled"
        case CouldNotStart():
            return "could not start"
        case Unanswered(asked=asked):
            return "not answered" if asked else "not asked"
        case Blocked():
            return "blocked"
        case _:
            assert_never(of)


def source(of: Decision) -> str:
    """Where a result comes from."""
    match of:
        case Run():
            return "ran"
        case Replay():
            return "replayed"
        case Unaffected():
            return "unaffected"
        case Blocked():
            return "not run"
        case _:
            assert_never(of)


def result_source(of: Result) -> str:
    """Of what was planned to run and then waited for others in vain too, or was not asked."""
    idle = isinstance(of.ending, Blocked | Unanswered) and not (of.account and of.account.spent)
    return "not run" if idle else source(of.decision)


def reason(of: Decision, agreed: bool | None = None, judged: Judged | None = None) -> str:
    """Why a check ran or not, in one line. `agreed`, `judged`: whether skipping what was observed or audited would have been right."""
    match of:
        case Run() | Replay() if of.asking is not None:
            from ftaction.report import asking  # imported where used: most checks run a command

            return printable(asking.reason(of, by_whom(of.record) if isinstance(of, Replay) else "", moment))
        case Run(why=why, instead=instead) if instead:
            told = {None: "", True: ", right", False: ", WRONG"}[agreed]
            return f"{_why(why)}{told}: it would be {source(instead)}, {reason(instead)}"
        case Run(why=why):
            chosen = printable(tests.chosen(of, judged))
            return f"{_why(why)}; {chosen}" if chosen else _why(why)
        case Replay(record=record):
            rest = f", {count(record.left_out, 'test' if record.tests else 'part')} of it by earlier runs" if record.left_out else ""
            return f"{'proved' if isinstance(record.ending, Passed) else 'it did not pass'} {by_whom(record)}{rest}"
        case Unaffected(base=record, selection=Selected() as none):
            return f"none of {count(len(none.left_out), none.unit)} can notice what changed since it was proved {by_whom(record)}"
        case Unaffected(base=record, moved=moved):
            only = f"; only tools moved: {differences(moved)}" if moved else ""
            return f"not affected: nothing it depends on changed since it passed {by_whom(record)}{only}"
        case Blocked(by=by):
            if of.barrier is Barrier.NEEDS:
                return f"needs {', '.join(by)}"
            return f"after {', '.join(by)} did not pass" if by else "the run was ending"
        case _:
            assert_never(of)


def result_reason(result: Result) -> str:
    """The reason, with what is noteworthy of how it ended."""
    match result.ending:
        case Blocked() as blocked:
            return reason(blocked)
        case CouldNotStart(problem=problem):
            return problem
        case _ if isinstance(result.decision, Run) and result.account:
            from ftaction.report import asking

            return printable(asking.came(result.decision, result.account, moment)).removeprefix(f"{ending(result.ending)}: ")
        case _:
            why = reason(result.decision, result.agreed, result.judged)
            return f"{why}; not remembered: {result.doubt}" if result.doubt else why


def by_whom(record: Record) -> str:
    """Who proved it, when, on which commit."""
    return f"{origin(record.origin)}, {moment(record.ended)}, commit {record.origin.commit[:9] or 'unknown'}"


def moment(seconds: float) -> str:
    """Of seconds since the epoch."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return "at an unknown time"  # a record comes from a store, and may hold any number


def origin(of: Origin) -> str:
    """Where a record was made."""
    ref = branch(of.ref) or "an unknown branch"
    match of.kind:
        case OriginKind.PROTECTED | OriginKind.PULL_REQUEST:
            return f"on {ref}"
        case OriginKind.FORK:
            return f"on {ref} of a fork"
        case OriginKind.LAPTOP:
            return "here"
        case _:
            assert_never(of.kind)


def branch(ref: str) -> str:
    """As people say it: `main`, `pull request 7`; any other ref as it is."""
    number = _PULL.fullmatch(ref)
    return f"pull request {number[1]}" if number else ref.removeprefix("refs/heads/")


def difference(of: Difference) -> str:
    """One line of a manifest that is not as it was."""
    what = {
        Section.FORMAT: "the manifest's format",
        Section.COMMAND: f"the command's {of.name}" if of.name != "run" else "the command",
        Section.INPUT: of.name,
        Section.ENV: f"variable {of.name}",
        Section.TOOLCHAIN: of.name,
        Section.PLATFORM: f"the platform's {of.name}",
        Section.NEED: f"what {of.name} makes",
    }[of.section]
    return f"{printable(what)} {of.change.value}"


def differences(of: tuple[Difference, ...]) -> str:
    """The first few, and how many more."""
    shown = ", ".join(difference(one) for one in of[:_SHOWN])
    return f"{shown} and {len(of) - _SHOWN} more" if len(of) > _SHOWN else shown


def changes(of: ChangeSet | None) -> tuple[str, ...]:
    """How much was touched, in a sentence; nothing where it was not asked."""
    if of is None:
        return ()
    if not of.complete:
        return (f"Everything counts as changed: {of.doubt}.",)
    return (f"{count(len(of.paths), 'file')} changed since {of.base[:9]}.",)


def rate(failed: int, runs: int) -> str:
    """How often the same inputs failed."""
    return f"{failed} of {count(runs, 'run')} of the same inputs"


def restored(of: Restored) -> str:
    """What was put back, or why that could not be."""
    if of.problem:
        return f"What {of.check} makes could not be restored: {of.problem}"
    return f"Restored what {of.check} makes ({size(of.size)}) in {duration(of.seconds)}."


def transfers(of: tuple[Transfer, ...]) -> tuple[str, ...]:
    """What went over a network, and what that took, in a sentence for each way."""
    return tuple(
        f"{'Saved' if saved else 'Restored'} {', '.join(parts)}."
        for saved in (False, True)
        if (parts := [f"{_transferred(one)} ({size(one.size)} in {duration(one.seconds)})" for one in of if one.saved is saved])
    )


def moved(of: Move) -> str:
    """What is on its way."""
    match of.what:
        case "bundle":
            return f"the bundle of {of.name.rpartition('.')[0] or of.name}"
        case "memory":
            return "what this run proved"
        case _:
            return f"what {of.name} makes" if not of.saved else f"outputs {of.name[:12]}"


def _transferred(of: Transfer) -> str:
    return f"the bundle of {of.name.rpartition('.')[0] or of.name}" if of.what == "bundle" else f"outputs {of.name[:12]}"


def duration(seconds: float) -> str:
    """A time as people say it: 40 ms, 3.2 s, 2 m 05 s, 1 h 02 m."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} m {rest:02} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02} m"


def size(number: int) -> str:
    """Bytes as people say them: 900 bytes, 40 KB, 1.2 MB, 148 MB, 2.1 GB. 1 MB is a million bytes, as everywhere in the configuration."""
    if number < 1000:
        return count(number, "byte")
    large, unit = next((number / each, unit) for each, unit in _UNITS if number / each < 999.5 or unit == "GB")
    return f"{large:.1f} {unit}" if large < 9.95 else f"{large:,.0f} {unit}"


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Untrusted text for one line: what could move a cursor or start a new line is spelt out."""
    return text if text.isprintable() else "".join(map(_spelt, text))


def _spelt(char: str) -> str:
    return char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode()


def log(text: str) -> str:
    """A log as plain lines: no colours, nothing that moves a cursor or hides text."""
    text = _SEQUENCE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line if line.isprintable() else _visible(line) for line in text.split("\n")).rstrip("\n")


def _visible(line: str) -> str:
    return "".join(char for char in line if char.isprintable() or char == "\t")


def _why(why: Why) -> str:
    details = ", ".join(printable(detail) for detail in why.details)
    match why.reason:
        case Reason.NEVER_PROVED:
            return "never proved before"
        case Reason.CHANGED:
            return differences(why.differences)
        case Reason.FAILED_LAST:
            return "it failed when this was last run"
        case Reason.FLAKY:
            return _flaky(why.earlier.tally if why.earlier else Tally(), why.details)
        case Reason.DISTRUSTED:
            return f"a skip of it was found wrong {by_whom(why.earlier)}; see `ftaction trust`" if why.earlier else "a skip of it was found wrong"
        case Reason.OBSERVED:
            return "observed"
        case Reason.AUDITED:
            return "audited"
        case Reason.NO_INPUTS:
            return "its inputs match no file, so it can't be remembered"
        case Reason.UNSTABLE:
            return f"can't be remembered: {details}"
        case Reason.MUST_PATCH:
            return "it changes files here"
        case Reason.UNTRUSTED:
            return f"proved {by_whom(why.earlier)}, which `cache.trust` does not accept here" if why.earlier else "`cache.trust`"
        case Reason.OUTPUTS_GONE:
            return "what it makes is no longer kept"
        case Reason.REPLANNED:
            return "a mutating check changed what it had judged"
        case Reason.FORCED:
            return "asked to run"
        case Reason.NO_MEMORY:
            return "memory is switched off"
        case Reason.UNANSWERED:
            return "a model is asked"
        case _:
            assert_never(why.reason)


def _flaky(tally: Tally, of: tuple[str, ...]) -> str:
    """It is counted since it last failed, so that its reader knows when this ends. `of`: tests that are; where the check never failed nothing else is."""
    names = f" ({', '.join(map(printable, of[:_SHOWN]))}{f' and {len(of) - _SHOWN} more' if len(of) > _SHOWN else ''})" if of else ""
    if not tally.failed:
        return f"flaky{names}"
    return f"flaky{names}: it failed {rate(tally.failed, tally.passed + tally.failed)}, and passed {tally.streak} in a row since; {CLEAN} are asked for"

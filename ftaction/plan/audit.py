"""Which of what would be skipped or left out is run all the same, and whether that would have been right."""

from collections.abc import Mapping
from hashlib import sha256

from ftaction.model.check import Check
from ftaction.model.ending import Ending, Failed, Passed, TimedOut
from ftaction.model.plan import Replay, Unaffected
from ftaction.model.record import Patched
from ftaction.model.run import Judged
from ftaction.model.selection import Selected
from ftaction.model.trace import Outcome, Trace


def sampled(share: float, commit: str, name: str) -> bool:
    """The same for each try of the same commit, so that nobody gets rid of an audit by trying again; another choice for another commit."""
    if share <= 0:
        return False
    digest = sha256(f"audit\n{commit}\n{name}".encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def named(check: Check) -> str:
    """The name under which a check's skips are distrusted: what it does and what it depends on. Say it otherwise, and it is believed anew."""
    said = (check.run, check.shell, check.working_directory, check.inputs, check.outputs, check.needs, check.env, check.tool, check.package)
    return f"{check.name}\n{said!r}"


def named_within(check: Check) -> str:
    """The name under which it is distrusted that tests of it may be left out: its replays are another matter."""
    return f"{named(check)}\ntests"


def drawn(of: Selected, share: float, commit: str, suite: str, files: Mapping[str, str]) -> Selected:
    """With the sample of what it leaves out. `suite`: a name of the check and its inputs; `files`: of each test."""
    return of._replace(audited={test: files[test] for test in sorted(of.left_out) if sampled(share, commit, f"{suite}\n{test}")}) if share > 0 else of


def judge(of: Selected, trace: Trace, ending: Ending) -> Judged:
    """What a run says of the tests that the selection leaves out, where some of them or all ran.

    What was left out had passed, so what fails of it fails newly. A file that need not be collected counts like a test where it can't be.
    Where the run failed and no test did, nobody knows what that would have been without those left out.
    """
    seen = [test for test in trace.tests if test.id in of.left_out]
    failed = [test for test in trace.tests if _failed(test.outcome)]
    wrong = tuple(test.id for test in failed if test.id in of.left_out or test.path in of.skipped)
    told = trace.whole and (isinstance(ending, Passed) or (isinstance(ending, Failed) and bool(failed)))
    return Judged(len(seen), sum(test.outcome.seconds for test in seen), wrong, False if wrong else True if told else None)


def _failed(outcome: Outcome) -> bool:
    """Also when it was tried again."""
    return not outcome.passed and not outcome.again


def agrees(skip: Replay | Unaffected, ending: Ending, patched: tuple[Patched, ...]) -> bool | None:
    """Whether the run came to what the skip would have said, a mutating check's changes among it. None where it came to nothing that says so."""
    record = skip.record if isinstance(skip, Replay) else skip.base
    if not isinstance(ending, Passed | Failed | TimedOut):
        return None
    if isinstance(record.ending, Passed) != isinstance(ending, Passed):
        return False
    return not isinstance(ending, Passed) or record.patched == patched

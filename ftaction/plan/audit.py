"""Which of what would be skipped is run all the same, and whether skipping it would have been right."""

from hashlib import sha256

from ftaction.model.check import Check
from ftaction.model.ending import Ending, Failed, Passed, TimedOut
from ftaction.model.plan import Replay, Unaffected
from ftaction.model.record import Patched


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


def agrees(skip: Replay | Unaffected, ending: Ending, patched: tuple[Patched, ...]) -> bool | None:
    """Whether the run came to what the skip would have said, a mutating check's changes among it. None where it came to nothing that says so."""
    record = skip.record if isinstance(skip, Replay) else skip.base
    if not isinstance(ending, Passed | Failed | TimedOut):
        return None
    if isinstance(record.ending, Passed) != isinstance(ending, Passed):
        return False
    return not isinstance(ending, Passed) or record.patched == patched

"""One run: what was asked, what is known when it starts, what came of it."""

from typing import TYPE_CHECKING, NamedTuple

from ftaction.model.change import ChangeSet, Pieces
from ftaction.model.check import Config, FailFast, Mode, OnChange
from ftaction.model.ending import Ending
from ftaction.model.finding import Finding
from ftaction.model.plan import Decision
from ftaction.model.record import Origin, Patched

if TYPE_CHECKING:
    from ftaction.model.asking import Account

Content = str  # "mode SP digest": git's mode of a file and git's blob digest of its bytes


class Snapshot(NamedTuple):
    """The files of the repository as they are: tracked and untracked, never what git ignores. Paths are posix, from the root."""

    commit: str
    branch: str
    files: dict[str, Content]
    links: dict[str, str] = {}  # symbolic link -> target
    unreadable: tuple[str, ...] = ()


class Request(NamedTuple):
    """What the user asked of this run."""

    checks: tuple[str, ...] = ()
    profile: str | None = None
    jobs: int | None = None
    use_memory: bool = True
    run_all: bool = False
    replay_failures: bool = False
    fail_fast: FailFast | None = None
    on_change: OnChange = OnChange.KEEP  # where a check does not say
    mode: Mode | None = None
    trust: tuple[str, ...] = ()  # checks whose skips count again, whatever was found of them


class Context(NamedTuple):
    """Where this run happens."""

    root: str
    origin: Origin
    in_workflow: bool = False
    final: bool = False  # everything is proved here, whatever was touched


class Judged(NamedTuple):
    """Of tests that a selection leaves out and that ran all the same: how many, how long they took, and which of them failed.

    `right`: whether leaving them out would have hidden nothing; None where the run does not say so.
    """

    tests: int
    seconds: float
    wrong: tuple[str, ...]
    right: bool | None


class Result(NamedTuple):
    """What came of one check. Times are seconds since the run began; `log` is a file's path."""

    check: str
    step: str
    decision: Decision
    ending: Ending
    started: float = 0.0
    seconds: float = 0.0
    log: str = ""
    flaky: bool = False
    failed: int = 0  # tries that failed
    changed: tuple[str, ...] = ()  # files a mutating check changed
    patch: str = ""  # the path of its patch
    patched: tuple[Patched, ...] = ()
    stored: bool = False
    doubt: str = ""  # why a pass was not stored
    unwatched: str = ""  # why nothing was seen of its tests
    agreed: bool | None = None  # whether skipping it would have been right; None where it was no question, or can't be told
    judged: Judged | None = None  # the same of tests of it; None where none of those left out was to run
    findings: tuple[Finding, ...] = ()  # what its tool said, the first ones first; also where it was replayed
    unread: int = 0  # findings beyond those that are kept
    slowest: tuple[tuple[str, float], ...] = ()  # tests that took longest, and their seconds
    ready: float = 0.0  # when nothing but a free slot or a lock was missing for it to start: needs had ended, outputs that it needs were put back
    locked_by: tuple[str, ...] = ()  # since then: checks that held one of its locks
    account: "Account | None" = None  # of a check that asks


class Transfer(NamedTuple):
    """One thing that went over a network: `what` it was (`bundle` or `outputs`), of which scope or blob, bytes and seconds."""

    what: str
    name: str
    size: int
    seconds: float
    saved: bool = False  # else it was restored


class Otherwise(NamedTuple):
    """What a run would have taken with so many worker slots, had each check taken as long as it did. Seconds."""

    slots: int
    seconds: float


class Move(NamedTuple):
    """Something on its way between memory and here, as far as it came. Told when it begins, now and then, and when it `ended`.

    `what`: `bundle`, `outputs`, or `memory` for all that a run saves at its end; `name`: of which scope, check or blob. Bytes and seconds.
    """

    what: str
    name: str
    saved: bool = False  # else it is restored
    size: int = 0
    seconds: float = 0.0
    ended: bool = False
    problem: str = ""


class Restored(NamedTuple):
    """The outputs of a replayed check, put back for one that ran; or why they could not be. `size`: bytes of the archive that were read."""

    check: str
    seconds: float
    size: int
    problem: str = ""


class Suspect(NamedTuple):
    """A check, or a test of it, that passed and failed on the same inputs lately: how often it failed, of how many runs of such inputs."""

    check: str
    failed: int
    runs: int
    test: str = ""


class Earlier(NamedTuple):
    """An earlier run of a check: whether it ended green, its seconds, when it ended (epoch), and whether that was on this branch."""

    passed: bool
    seconds: float
    ended: float
    here: bool


class Report(NamedTuple):
    """Everything the surfaces may tell. Notes are sentences of the run itself: what it went on without, and why."""

    version: str
    context: Context
    config: Config
    snapshot: Snapshot
    results: tuple[Result, ...]
    seconds: float
    slots: int
    changes: ChangeSet | None = None  # asked for only when something ran
    misspelt: tuple[tuple[str, str], ...] = ()  # a check and a glob of it that means no file
    restored: tuple[Restored, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    notes: tuple[str, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    lines: Pieces = {}  # of files with findings: what was touched of them
    history: dict[str, tuple[Earlier, ...]] = {}  # of checks that ran, the newest last, this run not among them
    otherwise: tuple[Otherwise, ...] = ()  # with more slots: one more, two, and so on; the last one is where nothing more is saved
    lost: bool = False  # the files could no longer be read, so no verdict holds for them
    interrupted: int = 0  # the signal that ended the run, or 0

"""What a repository wants proved: checks, and how they may run. `plan/config.py` makes these from a file, `tools/` from none."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ftaction.model.finding import Source
from ftaction.model.package import Declared

if TYPE_CHECKING:
    from ftaction.model.asking import Ask, Phase, Worker  # imported where used: most checks run a command

Command = str | tuple[str, ...]  # a shell line, or a list of arguments that no shell sees


class Stage(StrEnum):
    """Where a check that stands in no group runs: fast ones first, then mutating ones one at a time, slow ones last."""

    FAST = "fast"
    MUTATING = "mutating"
    SLOW = "slow"


class OnChange(StrEnum):
    """What it means for the run when a mutating check changed files."""

    FAIL = "fail"
    KEEP = "keep"


class FailFast(StrEnum):
    """What a failure stops: nothing, the groups that have not started, or everything at once."""

    NEVER = "never"
    GROUP = "group"
    ALL = "all"


class Mode(StrEnum):
    """Whether what is proved is skipped, or everything runs and it is told what would have been skipped."""

    PROVE = "prove"
    OBSERVE = "observe"


class Shell(StrEnum):
    """The shell that reads a check's `run` line. Both stop at the first failing command; bash also looks inside pipes."""

    BASH = "bash"
    SH = "sh"


class Tests(StrEnum):
    """Which tests of a suite run."""

    AFFECTED = "affected"
    ALL = "all"


class Check(NamedTuple):
    """A named command with inputs, and perhaps outputs; or what a model is asked, and then `run` is empty. `None` means: the tool or the run decides."""

    name: str
    run: Command
    inputs: tuple[str, ...] = ()  # globs from the root of the repository; none = every file
    outputs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    env: tuple[str, ...] = ()  # names or globs of names
    weight: int = 1  # worker slots
    timeout: float | None = None  # seconds
    retries: int = 0
    stage: Stage | None = None
    on_change: OnChange | None = None
    tool: str | None = None  # "none" switches the knowledge of tools off
    shell: Shell = Shell.BASH
    tests: Tests = Tests.AFFECTED
    working_directory: str = "."  # from the root of the repository; empty: its package's folder, which is not known yet
    findings: tuple[Source, ...] | None = None  # where what it found is read from; none of them: nothing is read
    package: str | None = None  # whose files, with those of all that it depends on, are inputs
    ask: "Ask | None" = None


FULL_SUITE = ("default-branch", "merge_group", "schedule", "release")


class Verification(NamedTuple):
    """How checks run beside each other. Times in seconds."""

    parallel: bool = False
    max_workers: int | None = None  # None = the CPUs this process may use
    batch_size: int = 8
    timeout: float = 900.0
    fail_fast: FailFast = FailFast.GROUP
    sequential_fallback: bool = True
    parallel_groups: tuple[tuple[str, ...], ...] = ()
    full_suite: tuple[str, ...] = FULL_SUITE  # where everything is proved, whatever was touched: branches and events
    mode: Mode = Mode.PROVE
    audit: float = 0.0  # of what would be skipped, the share that runs all the same: 0 to 1


class Cache(NamedTuple):
    """What memory may cost (bytes), whom it may believe, and where repositories share it."""

    budget: int = 500_000_000
    trust: str = "auto"
    shared: str | None = None  # the address of a store that repositories share
    keys: tuple[str, ...] = ()  # public keys: whose records in it count


class Config(NamedTuple):
    """A repository's whole configuration. `source` is its file, or None where it was found from the repository's files."""

    verification: Verification = Verification()
    profiles: dict[str, tuple[str, ...]] = {}
    checks: dict[str, Check] = {}
    cache: Cache = Cache()
    phases: "dict[str, Phase]" = {}
    workers: "dict[str, Worker]" = {}
    packages: dict[str, Declared] = {}  # what no manifest shows
    source: str | None = None

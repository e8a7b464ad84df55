"""Which of a test runner's tests a change can affect, as far as that can be told without running them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Rule(StrEnum):
    """What makes the full suite run. The value is the rule's name as it is shown."""

    SEVERAL_COMMANDS = "several commands"  # or a shell line of which only the shell knows what it means
    OWN_SELECTION = "the command selects tests itself"
    WATCHES = "watch mode"
    SEVERAL_PROJECTS = "several projects"
    COVERAGE = "coverage thresholds"  # a part of the suite would miss them
    SILENT = "silent reporters"  # they would not tell that a part held no test
    UNREADABLE = "unreadable source"
    NO_INPUT = "seen, and no input of the check"  # so nobody could tell that it changed
    CASE = "names that differ in case only"
    DELETED = "deleted or renamed"
    CONFIGURATION = "runner configuration"
    MANIFEST = "package.json"
    LOCK = "lock file"
    TRANSFORM = "compiler configuration"
    ENVIRONMENT = "environment file"
    WORKFLOW = "continuous integration"
    SETUP = "setup file"
    OUTSIDE = "outside the runner's folder"
    SHADOWS = "new file that may shadow another"
    SNAPSHOT = "snapshot without its test"
    MOCK = "mock of a package"
    TYPES = "types are checked"
    FOREIGN = "source of another language"  # which a compiler may take from any folder
    UNKNOWN_FILE = "file on no graph"
    NOT_REACHED = "changed, and no test reaches it"
    NOT_SAYABLE = "no command line can say it"
    EMPTY = "the runner found no test"  # in the part that it was given


class Blind(StrEnum):
    """What a source file does that no graph of imports shows. Tests that reach such a file always run."""

    READS = "reads files"
    STARTS = "starts programs"
    LOADS = "loads modules by computed names"
    LISTS = "names files by a pattern"
    PLACES = "computes paths"
    LEADS_AWAY = "imports what is not in the repository"


class Scan(NamedTuple):
    """What is in one source text. `texts`: every literal that could be a path; `imports`: those that are imported or mocked.

    `tests`: whether it seems to define tests.
    """

    texts: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    blind: tuple[Blind, ...] = ()
    tests: bool = False


class Whole(NamedTuple):
    """The full suite, by this rule. `because`: the paths, words or settings that made it fire."""

    rule: Rule
    because: tuple[str, ...] = ()


class Nothing(NamedTuple):
    """No test can be affected. `inert`: the changed files, none of which any test or source could see. `left_out`: all files with tests."""

    inert: tuple[str, ...]
    left_out: tuple[str, ...] = ()


class Related(NamedTuple):
    """A part of the suite. Paths are from the root of the repository, sorted.

    `options` are the words to append to the check's command. `tests` are the files with tests that will run, each with a file that it sees:
    one that changed, else one whose tests `always` run, whatever changed. `left_out` are those that will not run. Both as far as names and
    texts tell.
    """

    options: tuple[str, ...]
    tests: Mapping[str, str]
    left_out: tuple[str, ...]
    changed: tuple[str, ...]
    inert: tuple[str, ...] = ()
    always: tuple[tuple[str, tuple[Blind, ...]], ...] = ()


Narrowed = Whole | Nothing | Related

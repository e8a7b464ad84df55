"""Which tests of a suite run, and by what right the others do not."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from ftaction.model import narrow
from ftaction.model.check import Command


class Rule(StrEnum):
    """Why the whole suite runs."""

    NO_MAP = "no map"  # nobody has seen a whole run yet
    FINAL = "final checkpoint"  # `full_suite` says so
    OFF = "switched off"
    COMMAND = "command"  # its words choose tests in a way that can't be narrowed
    ENVIRONMENT = "environment"  # packages, interpreter, variables or the command differ from those of the map
    OLD = "old map"
    UNSEEN = "unseen"  # part of the run that made the map could not be followed
    LOCK_FILE = "lock file"
    CONFIGURATION = "configuration"
    COMPILED = "compiled code"
    SERVICES = "services"
    SHADOWING = "shadowing"  # a new file stands where another module was found before
    STANDARD = "standard module"  # a file stands before a module of Python's own: nobody may look on, who would have loaded that one already
    AROUND = "around the tests"  # what changed runs in hooks or plug-ins, outside of any test
    WIDE = "mentioned everywhere"  # what changed has names that reach nearly everything
    DISTRUST = "distrust"  # an audit found a shortcut of this check wrong
    LOADED = "loaded by itself"  # a changed module was loaded by something that no test names
    FAILED = "failed last"  # the whole, and nobody knows which of its tests did
    UNPROVED = "no whole pass"  # nothing is remembered that leaving tests out could rest on


class Whole(NamedTuple):
    """Everything runs. `details` are the paths or names that the rule fired for."""

    rule: Rule | narrow.Rule
    details: tuple[str, ...] = ()


class Right(StrEnum):
    """What makes a test run."""

    RAN = "ran"  # it ran code of a file that changed: code that is not what it was, or that mentions a name that is not
    MENTIONS = "mentions"  # it ran code of another file, which mentions such a name
    MODULE = "module"  # it relies on a module of which everything counts
    OPENED = "opened"  # it read or looked for a file
    LISTED = "listed"  # it listed a folder
    ITSELF = "itself"  # it stands in what changed
    FAILED = "failed"  # it did not pass last
    NOT_FOLLOWED = "not followed"  # it starts programs that nobody can look into
    FLAKY = "flaky"  # it passed and failed on the same inputs, so that its pass says too little
    WITNESS = "witness"  # the cheapest test that loads a changed module: an edit that breaks loading shows there
    SEES = "sees"  # it imports or names a changed file, directly or through others


class Cause(NamedTuple):
    """What makes a test run, and the file that did: the first that was found. Who reaches a blind file always runs."""

    right: Right | narrow.Blind
    path: str


class Selected(NamedTuple):
    """Only `tests` run, of those that are known; others that turn up are new, and run too.

    `left_out`: the known ones that do not. `skipped`: test files of which nothing need even be collected. Times are seconds, as they
    last took. `audited`: of those left out the ones that run all the same, to see whether leaving them out is right, each with its file.
    `unit`: what is told apart. `run`: the command that stands in for the check's own, where its runner itself is asked for a part.
    """

    tests: Mapping[str, Cause]
    left_out: frozenset[str]
    skipped: frozenset[str]
    seconds: float
    of_seconds: float
    unit: str = "test"
    run: Command = ""
    audited: Mapping[str, str] = {}


Selection = Selected | Whole

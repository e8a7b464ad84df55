"""What a test runner was seen doing while its tests ran: written by a process of the user's, so untrusted until it is read.

Paths are posix and from the root of the repository; what lies outside of it is not in a trace, for the environment stands for it.
A unit is what can change by itself: a function by its qualified name, or a module's or class's own body. `<module>` is the body of a module.
"""

from typing import NamedTuple


class Unit(NamedTuple):
    """A piece of code that ran. Several pieces of one file with one qualified name are one unit."""

    path: str
    name: str


class Window(NamedTuple):
    """What happened between two moments, as numbers: of units, of paths, of other windows. Each sorted, each number once.

    `opened` also holds what was looked for and not there. `spawned` names programs whose work could not be followed.
    `uses`: windows whose work this one relied on without doing it again: fixtures that were set up before, results that were kept.
    """

    units: tuple[int, ...] = ()
    opened: tuple[int, ...] = ()
    listed: tuple[int, ...] = ()
    spawned: tuple[str, ...] = ()
    uses: tuple[int, ...] = ()


class Outcome(NamedTuple):
    """How one test ended. `seconds` with its set-up and tear-down; `passed` also where it was skipped, or failed as expected.

    `again`: how often it failed before it passed when it was tried again at once, which is no clean pass, so `passed` is not said of it.
    """

    passed: bool
    seconds: float
    skipped: bool = False
    again: int = 0


class Test(NamedTuple):
    """One test. `id` is the runner's own word for it; `path` the file that it stands in; `window` the number of its window."""

    id: str
    path: str
    window: int
    outcome: Outcome


class Trace(NamedTuple):
    """One run of a test runner, all its processes put together.

    `imports`: a module's file -> the window of its import: its body, and whatever ran because of it that belongs to no other module.
    `collected`: a test file -> the window of its collection. `around`: what ran in no test, no fixture, no import and no collection.
    `modules`: every dotted name that was imported or asked for. `roots`: folders of the repository that modules were looked for in.
    `whole`: every process that was to be followed was, to its end. Where it is not, `doubt` says why.
    `late`: ids of tests of which more is taken to matter to others than would be if they were watched more closely.
    """

    python: str
    units: tuple[Unit, ...]
    paths: tuple[str, ...]
    windows: tuple[Window, ...]
    tests: tuple[Test, ...]
    imports: dict[str, int]
    collected: dict[str, int]
    around: Window
    modules: frozenset[str]
    roots: tuple[str, ...]
    whole: bool
    doubt: str = ""
    late: tuple[str, ...] = ()

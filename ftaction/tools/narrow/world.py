"""The sources of a runner's folder, what is in them, and who sees whom."""

from collections.abc import Callable, Iterable, Sequence
from posixpath import dirname
from typing import NamedTuple

from ftaction.model.narrow import Blind, Rule, Scan, Whole
from ftaction.tools.narrow import names
from ftaction.tools.narrow.asked import Read, table
from ftaction.tools.narrow.away import Known
from ftaction.tools.narrow.graph import Graph
from ftaction.tools.narrow.settings import Settings

_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


class Reading(NamedTuple):
    """The two ways to look into a file: its text, and what `scan` says of it. None where it can't be read."""

    read: Read
    scan: Callable[[str], Scan | None]


class Packages(NamedTuple):
    """`folders`: the packages of the repository, each with its folder. `declared`: the names of all that any of them asks for.

    `mocked`: whether the runner mocks packages unasked.
    """

    folders: dict[str, str]
    declared: set[str]
    mocked: bool


class World:
    """`root`: the folder of the runner's package, "" for the repository's own. `blind`: sources whose doings imports don't show."""

    def __init__(self, root: str, files: Sequence[str], scans: dict[str, Scan], said: Settings, others: Packages) -> None:
        self.root = root
        self.said = said
        self.files = frozenset(files)
        self.scans = {**scans, **said.scans}
        reading = {path for path, one in said.scans.items() if Blind.READS in one.blind}
        self.graph = Graph(self.scans, others.folders, root, said.scans.keys() - reading)
        known = Known(files, others.declared | others.folders.keys(), root, others.mocked)
        self.blind = {path: why for path, one in scans.items() if path not in said.scans and (why := _why(path, one, known))}
        self._reach: dict[str, set[str]] = {}

    def reach(self, path: str) -> set[str]:
        """The file, and every source that could see it."""
        if path not in self._reach:
            self._reach[path] = self.graph.reach([path])
        return self._reach[path]

    def inside(self, path: str) -> bool:
        return not self.root or path.startswith(self.root + "/")


def root_of(folder: str, files: Sequence[str]) -> str:
    """The nearest folder from the working folder upwards that has a package.json; the working folder where there is none."""
    known, at = frozenset(files), folder
    while True:
        if f"{at}/package.json".lstrip("/") in known:
            return at
        if not at:
            return folder
        at = dirname(at)


def look(root: str, said: Settings, files: Sequence[str], reading: Reading, mocked: bool) -> World | Whole:
    """The world as it is now, or the rule where a source can't be read."""
    start = f"{root}/" if root else ""
    sources = [path for path in files if path.startswith(start) and names.is_source(path) and not is_installed(path)]
    scans = {path: found for path in sources if (found := reading.scan(path)) is not None}
    if unread := [path for path in sources if path not in scans]:
        return Whole(Rule.UNREADABLE, tuple(unread))
    return World(root, files, scans, said, _packages(files, reading.read, mocked))


def is_installed(path: str) -> bool:
    """Whether it stands in a folder of packages."""
    return "node_modules" in path.split("/")


def _why(path: str, scan: Scan, known: Known) -> tuple[Blind, ...]:
    if names.is_declaration(path):
        return ()
    return (*scan.blind, *((Blind.LEADS_AWAY,) if known.leads_away(path, scan) else ()))


def _packages(files: Iterable[str], read: Read, mocked: bool) -> Packages:
    packages: dict[str, str] = {}
    declared: set[str] = set()
    for path in files:
        if path.rpartition("/")[2] == "package.json" and not is_installed(path):
            found = table(read(path))
            if dirname(path):
                packages[str(found.get("name") or f"./{dirname(path)}")] = dirname(path)
            for kind in _DEPENDENCIES:
                asked = found.get(kind)
                declared |= asked.keys() if isinstance(asked, dict) else set()
    return Packages(packages, declared, mocked)

"""Which packages of `go test ./...` a change can affect: by what their files import, whatever their build tags, and by what imports don't show.

The go command keeps outcomes of its own, by content, where its cache is kept. This says what it need not be asked for.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from posixpath import basename, dirname, relpath, splitext
from typing import NamedTuple

from ftaction.errors import Stop
from ftaction.model.change import Kind, Touched
from ftaction.model.check import Command
from ftaction.model.narrow import Blind, Narrowed, Nothing, Related, Rule, Scan, Whole
from ftaction.model.package import Packages
from ftaction.plan import packages as graph
from ftaction.run.asking import Kind as Runner
from ftaction.run.asking import Now, Read
from ftaction.run.scans import How
from ftaction.tools.narrow import go, names


class Ground(NamedTuple):
    """Paths are from the root of the repository; see `Ground` of `tools/narrow`. `packages`: all of the repository."""

    run: Command
    folder: str
    files: Sequence[str]
    touched: Sequence[Touched]
    read: Read
    scan: Callable[[str], Scan | None]
    packages: Packages
    inputs: Collection[str] | None = None


def narrow(ground: Ground) -> Narrowed:
    """What has to run. A unit is a package that `./...` means, by the pattern that names it."""
    if several := [path for path in ground.files if basename(path) == "go.work"]:
        return Whole(Rule.SEVERAL_PROJECTS, tuple(several))
    world = World(ground)
    if not world.units:
        return Whole(Rule.CONFIGURATION, ("no package of a module is found",))
    if whole := world.refuse():
        return whole
    judged = [(one.path, world.judge(one)) for one in ground.touched]
    for rule in Rule:
        if fired := tuple(path for path, found in judged if found is rule):
            return Whole(rule, fired)
    return _chosen(ground, world, tuple(path for path, found in judged if found), tuple(path for path, found in judged if not found))


def _chosen(ground: Ground, world: "World", seeds: tuple[str, ...], inert: tuple[str, ...]) -> Narrowed:
    touched = graph.affected(world.graph, seeds)
    seen = {folder: touched[name].path for folder, name in world.units.items() if name in touched}
    always = {folder: blind for folder, blind in world.blind().items() if folder not in seen and world.tests(folder)}
    chosen = {**seen, **{folder: path for folder, (path, _) in always.items()}}
    left_out = tuple(world.pattern(folder) for folder in world.units if folder not in chosen)
    if not any(world.tests(folder) for folder in chosen):
        return Whole(Rule.NOT_REACHED, seeds) if seeds else Nothing(inert, left_out)
    patterns = {world.pattern(folder): path for folder, path in sorted(chosen.items())}
    if go.say(ground.run, tuple(patterns)) is None:
        return Whole(Rule.NOT_SAYABLE, tuple(patterns))
    return Related(tuple(patterns), patterns, left_out, seeds, inert, tuple(sorted(always.values())))


class World:
    """The module of the check's folder. `units`: the folders of the packages that `./...` means there, each with the package's name."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.here = "" if ground.folder in (".", "./", "") else ground.folder.strip("/")
        self.modules = {dirname(path) for path in ground.files if basename(path) == "go.mod"}
        self.graph = graph.Ground(ground.packages)
        self.sources: dict[str, list[str]] = {}
        for path in ground.files:
            if go.is_source(path):
                self.sources.setdefault(dirname(path), []).append(path)
        self.module = self._module(self.here)
        self.units = {
            one.folder: name
            for name, one in sorted(ground.packages.items(), key=lambda pair: pair[1].folder)
            if one.ecosystem == "go" and one.folder in self.sources and f"{name}/." not in ground.packages and self._means(one.folder)
        }

    def _means(self, folder: str) -> bool:
        return (not self.here or f"{folder}/".startswith(f"{self.here}/")) and self.module is not None and self._module(folder) == self.module

    def _module(self, folder: str) -> str | None:
        """The folder of the innermost module that a folder is in."""
        while folder not in self.modules:
            if not folder:
                return None
            folder = dirname(folder)
        return folder

    @cached_property
    def reach(self) -> dict[str, list[str]]:
        """For every unit the folders of the packages that it needs, itself among them."""
        closures = {folder: [self.ground.packages[name].folder for name in self.graph.closure(of)] for folder, of in self.units.items()}
        return {folder: sorted({folder, *(one for one in found if one in self.sources)}) for folder, found in closures.items()}

    @cached_property
    def scans(self) -> dict[str, Scan | None]:
        return {path: self.ground.scan(path) for folder in {one for found in self.reach.values() for one in found} for path in self.sources[folder]}

    def refuse(self) -> Whole | None:
        """The rule by which nothing can be told of this world."""
        if unread := [path for path, found in self.scans.items() if found is None]:
            return Whole(Rule.UNREADABLE, tuple(sorted(unread)))
        inputs = self.ground.inputs
        around = [path for path in self.ground.files if basename(path) in ("go.mod", "go.sum") and dirname(path) == self.module]
        if inputs is not None and (missing := [path for path in (*around, *self.scans) if path not in inputs]):
            return Whole(Rule.NO_INPUT, tuple(sorted(missing)))
        return None

    def judge(self, one: Touched) -> Rule | bool:
        """The rule that the change of a file fires; else whether its package is to begin from."""
        path = one.path
        if rule := go.rule_of(path):
            return rule
        if path.endswith("/"):
            return Rule.OUTSIDE  # of what the package of the check needs, only folders are told
        if names.is_document(path, self.module or ""):
            return Rule.UNKNOWN_FILE if self._is_named(path) or self._is_embedded(path) else False
        inside = not self.module or path.startswith(f"{self.module}/")
        if not path.endswith(".go"):
            return Rule.UNKNOWN_FILE if inside else Rule.OUTSIDE
        if one.kind is Kind.DELETED:
            return Rule.DELETED
        return True if go.is_source(path) and not self._is_embedded(path) else Rule.UNKNOWN_FILE

    def blind(self) -> dict[str, tuple[str, tuple[Blind, ...]]]:
        """Units that may see a file by no import, each with the first source that does: one of its own, or one that is compiled into its tests."""
        found: dict[str, tuple[str, tuple[Blind, ...]]] = {}
        for folder, needed in self.reach.items():
            sources = [*self.sources[folder], *(path for one in needed if one != folder for path in self.sources[one] if not path.endswith("_test.go"))]
            blind = next(((path, scan.blind) for path in sources if (scan := self.scans[path]) and scan.blind), None)
            if blind:
                found[folder] = blind
        return found

    def tests(self, folder: str) -> bool:
        """Whether a package has tests."""
        return any(path.endswith("_test.go") for path in self.sources[folder])

    def pattern(self, folder: str) -> str:
        """What names the package on a command line. The go command refuses one by its name of which nothing is compiled here, but not by `...`."""
        below = relpath(folder or ".", self.here or ".")
        plain = "." if below == "." else f"./{below}"
        here = any(not go.may_be_left_out(path, self.ground.read(path) or "") for path in self.sources[folder])
        return plain if here else f"{plain}/..."

    def _is_embedded(self, path: str) -> bool:
        """Whether a pattern of a package above means the file, or a folder that it is in."""
        parts = path.split("/")
        heads = ["/".join(parts[: length + 1]) for length in range(len(parts))]
        return any(fnmatchcase(head, pattern) for pattern in self._embedded for head in heads)

    @cached_property
    def _embedded(self) -> list[str]:
        found = [(dirname(source), text.removeprefix(go.EMBEDS)) for source, one in self.scans.items() if one for text in one.imports]
        return [f"{folder}/{pattern}" if folder else pattern for folder, pattern in found]

    def _is_named(self, path: str) -> bool:
        """By any literal: its name, its ending, its folder where that is no package. Who lists folders is blind."""
        folder = "" if dirname(path) in self.sources else basename(dirname(path))
        return bool({basename(path), folder, splitext(path)[1]} & (self._said - {""}))

    @cached_property
    def _said(self) -> set[str]:
        """Every part of every literal that could be a path, and its ending."""
        texts = {text for found in self.scans.values() if found for text in found.texts if " " not in text}
        return {part for text in texts for part in (*text.split("/"), splitext(text)[1], text)}


def _refused(run: Command, _folder: str, _read: Read) -> Whole | bool:
    found = go.asked(run)
    return found if isinstance(found, Whole) else found is not None


def _narrow(now: Now, touched: list[Touched], _essences: Mapping[str, str]) -> Narrowed:
    check = now.check
    try:
        packages = now.packages()
    except Stop as stop:  # what the configuration says of packages fits nothing
        return Whole(Rule.CONFIGURATION, (stop.message,))
    return narrow(Ground(check.run, check.working_directory, now.files, touched, now.read, now.scans.of, packages, now.compared))


def _say(run: Command, patterns: tuple[str, ...]) -> Command:
    return go.say(run, patterns) or run


GO = Runner(unit="package", refused=_refused, how=How(go.scan, f"go {go.FORMAT}"), narrow=_narrow, say=_say)

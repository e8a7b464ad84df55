"""What each changed file means: a rule that makes the full suite run, a source to begin from, or nothing at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from posixpath import basename, dirname, splitext
from typing import NamedTuple

from ftaction.model.change import Kind, Touched
from ftaction.model.narrow import Blind, Rule, Whole
from ftaction.tools.narrow import names
from ftaction.tools.narrow.asked import Asked, Read
from ftaction.tools.narrow.essence import essence
from ftaction.tools.narrow.graph import names_of
from ftaction.tools.narrow.settings import Settings, checks_types
from ftaction.tools.narrow.world import World, is_installed

_ABROAD = re.compile(r"\bdeclare\s+(?:global|module|namespace)\b")
_MANIFESTS = ("package.json", "pyproject.toml", "go.mod", "Cargo.toml")
_PLATFORM = re.compile(r"\.(?:native|ios|android|web|macos|windows|d)$")


class Then(NamedTuple):
    """`read`: the texts as they are now. `before`: the essence of manifests and lock files as they were."""

    read: Read
    before: Mapping[str, str] = {}


class Judged(NamedTuple):
    """`seeds`: what to begin from. `inert`: what nothing can see."""

    seeds: tuple[str, ...]
    inert: tuple[str, ...]


def judge(asked: Asked, said: Settings, world: World, touched: Sequence[Touched], then: Then) -> Judged | Whole:
    """Of all rules that fire, the first in their order, with every path that made it fire."""
    judge = _Judge(asked, said, world, touched, then)
    fired: dict[Rule, list[str]] = {}
    seeds: set[str] = set()
    inert: list[str] = []
    for one in touched:
        found = judge.of(one)
        if isinstance(found, Rule):
            fired.setdefault(found, []).append(one.path)
        elif found:
            seeds |= found
        else:
            inert.append(one.path)
    for rule in Rule:
        if rule in fired:
            return Whole(rule, tuple(fired[rule]))
    return Judged(tuple(sorted(seeds)), tuple(inert))


class _Judge:
    def __init__(self, asked: Asked, said: Settings, world: World, touched: Sequence[Touched], then: Then) -> None:
        self.asked, self.said, self.world, self.then = asked, said, world, then
        self.touched = {one.path for one in touched}
        self.spelt: dict[str, set[str]] = {}
        for path in (*world.files, *self.touched):
            self.spelt.setdefault(path.lower(), set()).add(path)
        self.types = checks_types(asked, said)

    def of(self, one: Touched) -> Rule | set[str]:
        """The rule that the change of this file fires, or what to begin from; nothing where the file is inert."""
        path = one.path
        if path.endswith("/"):
            return Rule.OUTSIDE  # of what the package of the check needs, only folders are told
        if is_installed(path):
            return Rule.LOCK
        if path == self.asked.config or (rule := names.rule_of(path)) is Rule.CONFIGURATION:
            return Rule.CONFIGURATION
        if rule:
            return self._manifest(path, rule) if rule in (Rule.MANIFEST, Rule.LOCK) else rule
        if len(self.spelt[path.lower()]) > 1:
            return Rule.CASE
        if names.is_document(path, self._package(path)):
            return Rule.UNKNOWN_FILE if self._is_named(path) else set()
        if not self.world.inside(path):
            return Rule.OUTSIDE
        if names.is_snapshot(path):
            owner = names.owner(path)
            return {owner} if owner in self.world.files else Rule.SNAPSHOT
        if one.kind is Kind.DELETED:
            return Rule.DELETED
        if names.is_mock(path):
            return self._mock(path)
        if one.kind is Kind.ADDED and (names.is_source(path) or path.endswith(".json")) and self._shadows(path):
            return Rule.SHADOWS
        return self._file(path)

    def _file(self, path: str) -> Rule | set[str]:
        if not names.is_source(path):
            return {path} if self._is_imported(path) and not self._reaches_settings(path) else Rule.UNKNOWN_FILE
        if self.types and (names.is_declaration(path) or _ABROAD.search(self.then.read(path) or "declare global")):
            return Rule.TYPES
        if self._reaches_settings(path):
            return Rule.SETUP
        if names.is_declaration(path):
            return set()
        return {path} if any(self.is_test(seer) for seer in self.world.reach(path)) else Rule.NOT_REACHED

    def _manifest(self, path: str, rule: Rule) -> Rule | set[str]:
        """One in which nothing moved but what is for people and registries: its readers only, where all of them can be told."""
        before = self.then.before.get(path)
        if not before or essence(path, self.then.read(path)) != before:
            return rule
        around = [seen for seen, why in self.world.blind.items() if why and self._reaches_settings(seen)]
        if around or any(Blind.READS in one.blind for one in self.said.scans.values()):
            return rule  # what runs around all tests may read it by a name that no graph shows
        seers = self.world.reach(path) - {path}
        if any(seer in self.said.scans or names.is_setup(seer) for seer in seers):
            return Rule.SETUP
        return {path} if any(self.is_test(seer) for seer in seers) else set()

    def is_test(self, path: str) -> bool:
        return is_test(self.asked, self.world, path)

    def _package(self, path: str) -> str:
        """The folder of the package that a file belongs to: below it, folders are named as they are in every package."""
        while path := dirname(path):
            if self.world.files & {f"{path}/{name}" for name in _MANIFESTS}:
                return path
        return ""

    def _is_imported(self, path: str) -> bool:
        """Whether sources import a file that is no source, by its whole name."""
        name = basename(path)
        return any(name in text for seer in self.world.graph.seers(path) for text in self.world.scans[seer].imports)

    def _reaches_settings(self, path: str) -> bool:
        """Whether the runner's settings name it, or a file that sees it; or a set-up file does that some preset may name."""
        return any(seer in self.said.scans or (names.is_setup(seer) and not self.world.graph.seers(seer)) for seer in self.world.reach(path))

    def _mock(self, path: str) -> Rule | set[str]:
        """A mock stands in for the module beside its folder; by its bare name it may also stand in for a package."""
        folder, stem = dirname(dirname(path)), splitext(basename(path))[0]
        mocked = (f"{folder}/" if folder else "") + stem
        real = {file for file in self._beside(mocked) if not names.is_mock(file)}
        bare = any(text == stem for scan in self.world.scans.values() for text in scan.imports)
        return {path, *real} if real and not bare else Rule.MOCK

    def _beside(self, stem: str) -> Iterable[str]:
        return (file for file in self.world.scans if stem in names_of(file))

    def _shadows(self, path: str) -> bool:
        """Whether something already named this file before it was there, or another file has its name but for the ending."""
        if self.world.graph.seers(path) - self.touched:
            return True
        return not names.is_declaration(path) and any(
            file != path and not names.is_declaration(file) and _stems(file) & _stems(path) for file in self.world.files
        )

    def _is_named(self, path: str) -> bool:
        """Whether any text names this document, the uppermost folder that it stands in, or documents of its kind."""
        package = self._package(path)
        inside = path[len(package) + 1 :] if package else path
        return bool({basename(path), inside.split("/")[0], splitext(path)[1] or basename(path)} & self._said)

    @cached_property
    def _said(self) -> set[str]:
        """Every part of every text that could be a path, and its ending."""
        texts = {text for scan in self.world.scans.values() for text in scan.texts}
        return {part for text in texts for part in (*text.split("/"), splitext(text)[1], text)}


def is_test(asked: Asked, world: World, path: str) -> bool:
    """Whether a file seems to hold tests, by its name or its text; where settings have patterns of their own, also by nobody importing it."""
    scan = world.scans.get(path)
    if scan is None or path not in world.files:
        return False
    alone = world.said.patterned and path not in world.said.scans and not names.is_declaration(path) and not world.graph.seers(path)
    return scan.tests or bool(asked.runner.tests.fullmatch(path)) or alone


def _stems(path: str) -> set[str]:
    """What an import without an ending would call it."""
    stem = _PLATFORM.sub("", splitext(path)[0])
    return {stem, dirname(path)} if basename(stem) == "index" and dirname(path) else {stem}

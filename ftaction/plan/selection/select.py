"""The tests that a change can affect: what each was seen doing, against everything that differs since then."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ftaction.model.change import Kind, Touched
from ftaction.model.selection import Cause, Right, Rule, Selected, Selection, Whole
from ftaction.model.trace import Test, Trace
from ftaction.plan.selection import files, names
from ftaction.plan.selection.code import Code, Ran
from ftaction.plan.selection.edits import compare, everything
from ftaction.plan.selection.imports import Modules, holds_tests
from ftaction.plan.selection.meaning import Edits
from ftaction.plan.selection.mentions import ASKING_FILES
from ftaction.plan.selection.outline import outline
from ftaction.plan.selection.seen import Found, Seen
from ftaction.plan.selection.wanted import TooWideError


class Then(NamedTuple):
    """An earlier run: its trace, every file with its content as git names it, and the text of those that are Python or configuration."""

    trace: Trace
    files: Mapping[str, str]
    read: Callable[[str], bytes | None]


class Now(NamedTuple):
    """The files as they are. `installs`: the command may install what they ask for; else the environment is what it was, for the trace is of it."""

    files: Mapping[str, str]
    read: Callable[[str], bytes | None]
    installs: bool = True


def select(then: Then, now: Now) -> Selection:
    """What has to run so that no test is left out whose outcome may be another one."""
    touched = differences(then.files, now.files)
    if not then.trace.whole:
        return Whole(Rule.UNSEEN, (then.trace.doubt,))
    if found := files.whole(files.Asked(touched, then.read, now.read, then.trace.collected, now.installs, files.composed(now.files))):
        return found
    choice = _Choice(then, now, touched)
    try:
        choice.choose()
    except _Stop as stop:
        return stop.whole
    return choice.selected()


def combine(selections: Sequence[Selected], traces: Sequence[Trace]) -> Selected:
    """What runs where several earlier runs are known: a test that any of them proves need not."""
    known = {test.id: test for trace in traces for test in trace.tests}
    left_out = frozenset(identity for one in selections for identity in one.left_out)
    tests = {identity: cause for one in reversed(selections) for identity, cause in one.tests.items() if identity not in left_out}
    kept = {known[identity].path for identity in tests}
    return Selected(
        tests=tests,
        left_out=left_out,
        skipped=frozenset(path for one in selections for path in one.skipped if path not in kept),
        seconds=sum(known[identity].outcome.seconds for identity in tests),
        of_seconds=sum(test.outcome.seconds for test in known.values()),
    )


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[Touched, ...]:
    """What differs between two lists of files, sorted by path."""
    found = [Touched(path, Kind.DELETED) for path in then.keys() - now.keys()]
    found += [Touched(path, Kind.ADDED if path not in then else Kind.MODIFIED) for path, content in now.items() if then.get(path) != content]
    return tuple(sorted(found))


class _Stop(Exception):  # noqa: N818  # no error: the answer is found
    def __init__(self, rule: Rule, *details: str) -> None:
        self.whole = Whole(rule, details)


class _Choice:
    """What was chosen so far. `entire`: modules of which everything counts, each with the path that made it so."""

    def __init__(self, then: Then, now: Now, touched: tuple[Touched, ...]) -> None:
        self.then = then
        self.now = now
        self.touched = touched
        self.seen = Seen(then.trace)
        self.modules = Modules({*then.files, *now.files}, then.trace.roots)
        self.chosen: dict[str, Cause] = {}
        self.entire: dict[str, str] = {}
        self.collect: set[str] = {one.path for one in touched}

    def choose(self) -> None:
        """One kind of reason after the other; a test counts for the first."""
        tests = self.then.trace.tests
        self._take((test for test in tests if not test.outcome.passed), Right.FAILED)
        if not self.touched:
            return
        self._take(self.seen.spawned().tests, Right.NOT_FOLLOWED)
        self._shadowing()
        self._data()
        self._code()
        self._asked_for()
        self._entire()
        self._witnesses()

    def selected(self) -> Selected:
        """The answer."""
        tests = [test for test in self.then.trace.tests if test.path in self.now.files]
        chosen = [test for test in tests if test.id in self.chosen]
        return Selected(
            tests={test.id: self.chosen[test.id] for test in chosen},
            left_out=frozenset(test.id for test in tests if test.id not in self.chosen),
            skipped=frozenset(self.then.trace.collected.keys() - self.collect - {test.path for test in chosen}),
            seconds=sum(test.outcome.seconds for test in chosen),
            of_seconds=sum(test.outcome.seconds for test in tests),
        )

    def _take(self, tests: Iterable[Test], right: Right, path: str = "") -> None:
        for test in tests:
            self.chosen.setdefault(test.id, Cause(right, path or test.path))

    def _noticed(self, found: Found, right: Right, path: str) -> None:
        """Somebody noticed a file."""
        if found.around:
            raise _Stop(Rule.AROUND, path)
        self._take(found.tests, right, path)
        self._take((test for test in self.then.trace.tests if test.path in found.collected), right, path)
        for module in found.modules:
            self.entire.setdefault(module, path)

    def _shadowing(self) -> None:
        """New files that an import would have found first, or that it looked for and did not find."""
        known = self.then.trace.modules
        new = [one.path for one in self.touched if one.kind is Kind.ADDED and not one.path.endswith("conftest.py")]
        if found := [path for path in new if not known.isdisjoint(self.modules.names(path))]:
            raise _Stop(Rule.SHADOWING, *found)

    def _data(self) -> None:
        for one in self.touched:
            self._noticed(self.seen.opened(one.path), Right.OPENED, one.path)
            self._noticed(self.seen.listed(self._folders(one)), Right.LISTED, one.path)
            if one.path == "conftest.py" or one.path.endswith("/conftest.py"):
                self.collect.update(self._below(one.path))

    def _folders(self, one: Touched) -> Iterator[str]:
        """Folders whose list of names is another one."""
        others = self.then.files if one.kind is Kind.ADDED else self.now.files
        folder = one.path
        while one.kind is not Kind.MODIFIED and folder:
            folder = folder.rpartition("/")[0]
            yield folder or "."
            if any(path.startswith(f"{folder}/") for path in others):
                return

    def _code(self) -> None:
        known = self.seen.known()
        collected = [one.path for one in self.touched if one.kind is Kind.ADDED and self._may_be_collected(one.path)]
        changed = {one.path: self._edits(one) for one in self.touched if one.path in known or one.path.endswith("conftest.py")}
        changed |= {path: self._added(path) for path in collected if path not in changed}
        paths = [path for path in (*known, *(one.path for one in self.touched if one.path.endswith(".py"))) if path in self.now.files]
        contents = {path: content for path in dict.fromkeys(paths) if (content := self.now.read(path)) is not None}
        python = [one.path for one in self.touched if one.kind is not Kind.ADDED and one.path.endswith(".py")]
        earlier = {path: content for path in python if (content := self.then.read(path)) is not None}
        asked = {name.partition(".")[0] for name in self.then.trace.modules}
        ran = Ran(self.seen.at_import, self.seen.loaded(), known.union(collected), asked, self.seen.units, self.then.trace.paths)
        self.code = Code(contents, earlier, self.modules, ran, lambda path: self.now.read(path) if path in self.now.files else self.then.read(path))
        try:
            reached = names.spread(self.code, changed)
        except TooWideError:
            raise _Stop(Rule.WIDE, *changed) from None
        touched = {one.path for one in self.touched}
        for path in sorted({path for path, _ in reached.units}, key=lambda path: (path not in touched, path)):
            found = self.seen.ran(place for place in reached.units if place[0] == path and place[1] != "<module>")
            self._noticed_code(found, Right.RAN if path in touched else Right.MENTIONS, path)
            self._take(self.seen.ran_alone((path, "<module>")) if (path, "<module>") in reached.units else (), Right.RAN, path)
        for path in self.code.said.files({name for _, name in reached.names}):
            self._take(self.seen.opened(path).tests, Right.MENTIONS, path)
        if reached.otherwise:
            self._take(filter(_is_documentation, self.then.trace.tests), Right.NOT_FOLLOWED)
        for path, name in reached.names:
            self._take((test for test in self.then.trace.tests if test.path == path and name in _parts(test.id)), Right.ITSELF, path)
            self.collect.add(path)
        for path in reached.whole:
            self.entire.setdefault(path, path)
        self.loading = reached.loading

    def _noticed_code(self, found: Found, right: Right, path: str) -> None:
        """Of modules their names tell what changed in them, so their imports count only for what ran there."""
        if found.around:
            raise _Stop(Rule.AROUND, path)
        self._take(found.tests, right, path)
        self._take((test for test in self.then.trace.tests if test.path in found.collected), right, path)

    def _asked_for(self) -> None:
        """Files that come or go, where code asks whether a file is there, which nobody sees it do: all that does, if a program's text says its name."""
        for one in self.touched:
            stem = one.path.rpartition("/")[2].partition(".")[0]
            if one.kind is Kind.MODIFIED or not self.code.said.in_programs(stem):
                continue
            for path, name in self.code.mentioning_any(ASKING_FILES):
                if name:
                    self._take(self.seen.ran([(path, name)]).tests, Right.OPENED, one.path)
                else:
                    self.entire.setdefault(path, one.path)

    def _may_be_collected(self, path: str) -> bool:
        """Whether a new file may hold tests: by its name, or because it stands beside files that do, for the pattern of names is the user's own."""
        folder = path.rpartition("/")[0]
        beside = any(file.rpartition("/")[0] == folder for file in self.then.trace.collected)
        return path.endswith(".py") and (holds_tests(path) or beside)

    def _added(self, path: str) -> Edits:
        """A new file with tests: they run, for nobody has seen them yet; what its loading does to others is their business."""
        try:
            return everything(outline(self.now.read(path) or b"", self.modules.own))._replace(names=frozenset(), units=frozenset(), whole="")
        except (SyntaxError, ValueError):
            return Edits()  # it fails by itself

    def _edits(self, one: Touched) -> Edits:
        if one.path.endswith("conftest.py") and one.kind is not Kind.MODIFIED:
            return Edits(whole="conftest")
        old, new = self.then.read(one.path), self.now.read(one.path) if one.path in self.now.files else None
        if old is None:
            return Edits(whole="unknown")
        try:
            before, after = outline(old, self.modules.own), outline(new, self.modules.own) if new is not None else None
        except (SyntaxError, ValueError):
            return Edits(whole="unreadable")
        return compare(before, after) if after is not None else everything(before)._replace(whole="deleted")

    def _entire(self) -> None:
        """Everything that loads these modules, and whoever ran anything of them."""
        for module, path in self.entire.items():
            tests = self._loading(module)
            if not tests and module in self.seen.known():
                raise _Stop(Rule.LOADED, path)
            self._take(tests, Right.MODULE, path)

    def _loading(self, module: str) -> list[Test]:
        """Tests that load a module: by their imports, by a conftest above them, or by running anything of it."""
        reaching = self.code.reaching(module)
        files = reaching | {path for conftest in reaching if conftest.endswith("conftest.py") for path in self._below(conftest)}
        ran = {test.id for test in self.seen.ran_of(module).tests}
        return [test for test in self.then.trace.tests if test.path in files or test.id in ran]

    def _below(self, conftest: str) -> set[str]:
        folder = conftest.removesuffix("conftest.py")
        return {path for path in self.then.trace.collected if path.startswith(folder)}

    def _witnesses(self) -> None:
        """An edit that breaks the loading of a module, itself or by a name, shows in any test that loads it: the cheapest stands for the others."""
        touched = [one.path for one in self.touched if one.path in self.then.trace.imports and one.path not in self.then.trace.collected]
        for path in (*touched, *sorted(self.loading.difference(touched))):
            tests = self._loading(path)
            if not tests and path in touched:
                raise _Stop(Rule.LOADED, path)
            if tests and not any(test.id in self.chosen for test in tests):
                self._take([min(tests, key=lambda test: test.outcome.seconds)], Right.WITNESS, path)


def _is_documentation(test: Test) -> bool:
    """Whether a test is an example in documentation, which imports what it likes."""
    return not test.path.endswith(".py") or any("." in part for part in _parts(test.id))


def _parts(identity: str) -> list[str]:
    """The names in a test's id: its classes and its function, without parameters."""
    return identity.partition("[")[0].split("::")[1:]

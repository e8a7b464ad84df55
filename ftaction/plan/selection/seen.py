"""A trace, ready to be asked: who ran this code, who opened that file, and who relied on what they did."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import NamedTuple

from ftaction.model.trace import Test, Trace, Window
from ftaction.plan.selection.code import Place


class Found(NamedTuple):
    """Who did it: tests, also by what they relied on; modules while they were imported; or nobody of these (`around`).

    `collected`: test files while they were imported or collected, though not by modules that they were the first to import.
    """

    tests: list[Test]
    modules: list[str]
    collected: list[str]
    around: bool


class Seen:
    """Units go by the function that they stand in: what is defined in a function changes with it."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.units: dict[Place, list[int]] = {}
        for number, unit in enumerate(trace.units):
            self.units.setdefault((unit.path, unit.name.partition(".<locals>")[0]), []).append(number)
        self.paths = {path: number for number, path in enumerate(trace.paths)}
        self._importing: dict[Place, frozenset[str]] = {}
        self._users: dict[int, list[int]] = {}
        for number, window in enumerate(trace.windows):
            for used in window.uses:
                self._users.setdefault(used, []).append(number)

    def ran(self, places: Iterable[Place]) -> Found:
        """Who ran any of this code."""
        return self._who(lambda window: window.units, {number for place in places for number in self.units.get(place, ())})

    def ran_of(self, path: str) -> Found:
        """Who ran anything of this file."""
        return self.ran(place for place in self.units if place[0] == path)

    def ran_alone(self, place: Place) -> list[Test]:
        """Who ran the body of a module by itself: as a program, or once more, not by an import for everybody."""
        numbers = set(self.units.get(place, ()))
        direct = {number for number, window in enumerate(self.trace.windows) if numbers and not numbers.isdisjoint(window.units)}
        themselves = self._relying(direct, self._imports)
        return [test for test in self.trace.tests if test.window in themselves and test.window not in self._imports]

    def opened(self, path: str) -> Found:
        """Who read this file, or looked for it."""
        return self._who(lambda window: window.opened, self._numbers([path]))

    def listed(self, folders: Iterable[str]) -> Found:
        """Who listed any of these folders."""
        return self._who(lambda window: window.listed, self._numbers(folders))

    def spawned(self) -> Found:
        """Who started a program that could not be followed."""
        return self._find({number for number, window in enumerate(self.trace.windows) if window.spawned}, around=False)

    def at_import(self, place: Place) -> frozenset[str]:
        """The files in whose import or collection this code ran, by themselves or by what they relied on then."""
        if place not in self._importing:
            direct = {window for unit in self.units.get(place, ()) for window in self._windows_at_import.get(unit, ())}
            relying = self._relying(direct, within=self._at_import) if direct else set()
            self._importing[place] = frozenset(path for path, window in self._files_at_import if window in relying)
        return self._importing[place]

    @cached_property
    def _imports(self) -> frozenset[int]:
        return frozenset(self.trace.imports.values())

    @cached_property
    def _files_at_import(self) -> list[tuple[str, int]]:
        return [*self.trace.imports.items(), *self.trace.collected.items()]

    @cached_property
    def _at_import(self) -> set[int]:
        """The windows of imports and collections, with all that they relied on. What tests left behind counts for imports in tests alone."""
        loaded = self.loaded()
        early = [window for path, window in self._files_at_import if path in loaded]
        late = [window for path, window in self._files_at_import if path not in loaded]
        return self._used(early, left=False) | self._used(late)

    @cached_property
    def _windows_at_import(self) -> dict[int, list[int]]:
        """The windows in which each unit ran while files were imported or collected."""
        found: dict[int, list[int]] = {}
        for window in self._at_import:
            for unit in self.trace.windows[window].units:
                found.setdefault(unit, []).append(window)
        return found

    def loaded(self) -> frozenset[str]:
        """Python files that are imported before any test begins: all but those that only tests load while they run."""
        trace = self.trace
        before = self._used([*trace.collected.values(), *trace.around.uses])
        while_running = self._used([test.window for test in trace.tests])
        late = {path for path, window in trace.imports.items() if window in while_running and window not in before}
        return frozenset(trace.imports.keys() | trace.collected.keys()) - late

    def _used(self, waiting: list[int], *, left: bool = True) -> set[int]:
        """These windows and all that they rely on; `left`: also by what others left behind, for which windows stand that ran nothing themselves."""
        found: set[int] = set()
        first = frozenset(waiting)
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                window = self.trace.windows[number]
                waiting += window.uses if left or window.units or number in first else ()
        return found

    def known(self) -> frozenset[str]:
        """Python files of which anything ran, or that were collected."""
        return frozenset(path for path, _ in self.units) | self.trace.imports.keys() | self.trace.collected.keys()

    def _numbers(self, paths: Iterable[str]) -> set[int]:
        return {self.paths[path] for path in paths if path in self.paths}

    def _who(self, part: Callable[[Window], tuple[int, ...]], wanted: set[int]) -> Found:
        if not wanted:
            return Found([], [], [], around=False)
        known: dict[int, bool] = {}  # many windows share one list of numbers

        def hit(numbers: tuple[int, ...]) -> bool:
            if id(numbers) not in known:
                known[id(numbers)] = not wanted.isdisjoint(numbers)
            return known[id(numbers)]

        direct = {number for number, window in enumerate(self.trace.windows) if hit(part(window))}
        return self._find(direct, hit(part(self.trace.around)))

    def _relying(self, direct: Collection[int], but: Collection[int] = (), within: Collection[int] | None = None) -> set[int]:
        """These windows and all that rely on them, `but` for what relies on those; only `within` these."""
        found = set(direct)
        waiting = list(direct)
        while waiting:
            window = waiting.pop()
            for user in self._users.get(window, ()) if window not in but else ():
                if user not in found and (within is None or user in within):
                    found.add(user)
                    waiting.append(user)
        return found

    def _find(self, direct: Collection[int], around: bool) -> Found:
        relying = self._relying(direct)
        themselves = self._relying(direct, self._imports)
        return Found(
            tests=[test for test in self.trace.tests if test.window in relying],
            modules=[path for path, window in self.trace.imports.items() if window in direct],
            collected=[path for path, window in self.trace.collected.items() if not themselves.isdisjoint((window, self.trace.imports.get(path, window)))],
            around=around or any(window in themselves for window in self.trace.around.uses if window not in self._imports),
        )

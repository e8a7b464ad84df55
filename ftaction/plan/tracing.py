"""Puts the reports of the processes of one test run together into one Trace: pytest's own, its workers', those of the programs that tests started."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from ftaction.model.trace import Outcome, Test, Trace, Unit, Window
from ftaction.plan.traces import Report, Row

ENDED = {0, 1, 5}
"""Pytest's exit codes for a session that came to its end: all passed, some failed, none there. Others: interrupted, internal error, usage."""


def merged(reports: Mapping[str, Report], started: Set[str]) -> Trace | str:
    """`reports` by token; `started`: the tokens of the processes of pytest that were begun. A reason where nothing is to be had."""
    joint = _Joint()
    mains = {token: reports[token] for token in sorted(started) if token in reports}
    if not mains:
        return "no pytest of the run came to its end"
    for token in sorted(started):
        _add_pytest(joint, reports, token)
    if len({report.python for report in mains.values()}) > 1:
        joint.doubts["the run had more than one Python"] = None
    return joint.trace(next(iter(mains.values())).python)


def _add_pytest(joint: "_Joint", reports: Mapping[str, Report], token: str) -> None:
    report = reports.get(token)
    if report is None:
        joint.doubts["a process of pytest did not come to its end"] = None
        return
    if report.kind == "tests":
        joint.add(report, reports)
    if report.exit not in ENDED:
        joint.doubts[f"pytest ended with {report.exit}"] = None
    for worker in report.expected:
        if worker in reports and worker != token and not reports[worker].expected:
            _add_pytest(joint, reports, worker)
        else:
            joint.doubts["a worker of pytest-xdist did not come to its end"] = None


@dataclass(slots=True)
class _Joint:
    units: dict[Unit, int] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    tests: dict[str, list[Test]] = field(default_factory=dict)
    imports: dict[str, list[int]] = field(default_factory=dict)
    collected: dict[str, list[int]] = field(default_factory=dict)
    around: list[int] = field(default_factory=list)
    modules: set[str] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    doubts: dict[str, None] = field(default_factory=dict)

    def add(self, report: Report, reports: Mapping[str, Report]) -> None:
        """A process that ran tests, with all that were started from it."""
        first = len(self.windows)
        kept = self._kept(report, first)
        self._rows(report, reports, kept, frozenset())
        for test in report.tests:
            self.tests.setdefault(test.id, []).append(test._replace(window=test.window + first))
        for path, window in report.imports:
            self.imports.setdefault(path, []).append(window + first)
        for path, window in report.collected:
            self.collected.setdefault(path, []).append(window + first)
        self.around.append(report.around + first)
        self.late.update(report.late)
        if report.doubt:
            self.doubts[report.doubt] = None

    def _kept(self, report: Report, first: int) -> dict[int, set[int]]:
        """For each unit, the windows it relies on."""
        found: dict[int, set[int]] = {}
        for window, those in report.kept:
            for unit in those:
                found.setdefault(self.unit(report.units[unit]), set()).add(window + first)
        return found

    def _rows(self, report: Report, reports: Mapping[str, Report], kept: dict[int, set[int]], above: frozenset[str]) -> None:
        first = len(self.windows)
        units = [self.unit(unit) for unit in report.units]
        paths = [self.path(path) for path in report.paths]
        self.modules.update(report.modules)
        self.roots.update(report.roots)
        self.windows += [Window()] * len(report.windows)
        sets: dict[tuple[int, ...], tuple[tuple[int, ...], frozenset[int]]] = {}  # of units: most windows share theirs
        for place, row in enumerate(report.windows):
            if row.units not in sets:
                ran = tuple(sorted({units[one] for one in row.units}))
                sets[row.units] = ran, frozenset(window for unit in ran for window in kept.get(unit, ()))
            ran, relied = sets[row.units]
            uses = {one + first for one in row.uses} | relied
            spawned = self._children(row, reports, kept, above, uses)
            opened, listed = (tuple(sorted({paths[one] for one in those})) for those in (row.opened, row.listed))
            self.windows[first + place] = Window(ran, opened, listed, tuple(sorted(spawned)), tuple(sorted(uses - {first + place})))

    def _children(self, row: Row, reports: Mapping[str, Report], kept: dict[int, set[int]], above: frozenset[str], uses: set[int]) -> set[str]:
        """Names of the programs that were not followed to their end; the windows of those that were go to `uses`."""
        spawned = set(row.spawned)
        for token, name in row.children:
            child = reports.get(token)
            if child is None or child.kind != "child" or child.doubt or token in above or len(above) > 50:
                spawned.add(name)
                continue
            first = len(self.windows)
            self._rows(child, reports, kept, above | {token})
            uses.update(range(first, first + len(child.windows)))
        return spawned

    def unit(self, unit: Unit) -> int:
        return self.units.setdefault(unit, len(self.units))

    def path(self, path: str) -> int:
        return self.paths.setdefault(path, len(self.paths))

    def one(self, numbers: list[int]) -> int:
        """The one window that stands for several."""
        several = tuple(sorted(set(numbers)))
        if len(several) == 1:
            return several[0]
        self.windows.append(Window(uses=several))
        return len(self.windows) - 1

    def test(self, those: list[Test]) -> Test:
        """Ran several times, as where two processes were given it: it passed when it always did."""
        outcomes = [test.outcome for test in those]
        passed, skipped = all(one.passed for one in outcomes), all(one.skipped for one in outcomes)
        window = self.one([test.window for test in those])
        again = sum(one.again for one in outcomes) if all(one.passed or one.again for one in outcomes) else 0
        return those[0]._replace(window=window, outcome=Outcome(passed, sum(one.seconds for one in outcomes), skipped, again))

    def trace(self, python: str) -> Trace:
        tests = tuple(self.test(those) for those in self.tests.values())
        imports = {path: self.one(numbers) for path, numbers in sorted(self.imports.items())}
        collected = {path: self.one(numbers) for path, numbers in sorted(self.collected.items())}
        around = self.windows[self.one(self.around)]
        return Trace(
            python=python,
            units=tuple(self.units),
            paths=tuple(self.paths),
            windows=tuple(self.windows),
            tests=tests,
            imports=imports,
            collected=collected,
            around=around,
            modules=frozenset(self.modules),
            roots=tuple(sorted(self.roots)),
            whole=not self.doubts,
            doubt="; ".join(self.doubts),
            late=tuple(sorted(self.late)),
        )

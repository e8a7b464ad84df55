"""(m) Asking a model in two phases: how many calls, and how long they take beside what an answer's time and `max_parallel` allow."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import yaml

from tests.models.server import serving
from tests.models.speech import Call, Reply

from . import budgets, clock, repos
from .answering import answers
from .clock import NotMeasuredError, Sample
from .ours import FirstTry
from .table import Row, Section
from .world import World

TITLE = "(m) asking a model in two phases"
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "asking"
ANSWERING = Path(__file__).parent / "answering.sh"
SECONDS = 1.0  # each answer takes
AT_ONCE = 4  # `max_parallel` where calls are made side by side
LONGEST = 60  # seconds of calls one after the other that are waited for; beyond these they are only counted
MANY = (3, 10, 50)  # tests
CONFIGURATION: dict[str, Any] = yaml.safe_load((EXAMPLE / ".firsttry.yml").read_text())
CHECKS: dict[str, dict[str, Any]] = CONFIGURATION["checks"]
INGEST, BUILD = (tuple(name for name, check in CHECKS.items() if check["phase"] == phase) for phase in ("ingest", "build"))
OF_TESTS = ("analyses", "tasks")


class Way(NamedTuple):
    """How the two phases are asked. `reusing`: in one run; else each in a run and a store of its own, and `build` asks again what it is handed."""

    name: str
    batched: bool
    at_once: int
    reusing: bool


ONE_BY_ONE = Way("one by one", batched=False, at_once=1, reusing=False)
REUSING = Way("second phase reusing the first", batched=True, at_once=AT_ONCE, reusing=True)
WAYS = (ONE_BY_ONE, Way("batched", True, 1, False), Way("batched and parallel", True, AT_ONCE, False), REUSING)


class Asked(NamedTuple):
    """What some runs came to: calls that the worker was asked, and their seconds together."""

    calls: int
    seconds: float


class Example:
    """The example of docs/examples/asking over so many tests, and whoever answers. `calls`: that this one counted so far."""

    def __init__(self, folder: Path, ftaction: FirstTry, tests: int, seconds: float) -> None:
        self._ftaction, self._stores = ftaction, folder / "stores"
        self._called = folder / "calls"
        self._repository, self._tests = folder / "repository", tests
        shutil.rmtree(folder, ignore_errors=True)
        files = {path.relative_to(EXAMPLE).as_posix(): path.read_text() for path in EXAMPLE.rglob("*") if path.is_file()}
        files |= {"pyproject.toml": "[tool.pytest]\naddopts = '-q'\n"}
        files |= {f"src/part_{number:02}.py": f"def made():\n    return {number}\n" for number in range(tests)}
        files |= {f"tests/test_{number:02}.py": _test(number, number) for number in range(tests)}
        repos.make(self._repository, sorted(files.items()))
        self._called.touch()
        self._called.chmod(0o666)  # a model is asked as nobody, where that is possible
        command = [str(ANSWERING), sys.executable, str(self._called), f"{seconds:g}"]
        self.worker: dict[str, object] = {"run": command, "max_parallel": AT_ONCE}
        self.calls: Callable[[], int] = lambda: len(self._called.read_text().splitlines())

    def fresh(self, way: Way) -> Asked:
        """Both phases, with nothing remembered."""
        self._configure(way)
        shutil.rmtree(self._stores, ignore_errors=True)
        if way.reusing:
            return self._ran("one", *INGEST, *BUILD)
        one, other = self._ran("one", *INGEST), self._ran("other", *BUILD)
        return Asked(one.calls + other.calls, one.seconds + other.seconds)

    def again(self) -> Asked:
        """Once more, as it stands."""
        return self._ran("one", *INGEST, *BUILD)

    def changed(self) -> Asked:
        """Once more, after the content of one test changed."""
        (self._repository / "tests" / "test_00.py").write_text(_test(0, time.time_ns()))
        return self.again()

    def _configure(self, way: Way) -> None:
        checks = CHECKS if way.batched else {name: {**check, "batch": 1} if "batch" in check else check for name, check in CHECKS.items()}
        value = {**CONFIGURATION, "workers": {"claude": {**self.worker, "max_parallel": way.at_once}}, "checks": checks}
        (self._repository / ".firsttry.yml").write_text(json.dumps(value))  # JSON is YAML too

    def _ran(self, store: str, *checks: str) -> Asked:
        """One run of the whole program. Raises `NotMeasuredError` where it is not green."""
        before = self.calls()
        ended = self._ftaction.start(self._repository, self._stores / store, ("run", "--jobs", "2", *checks)).fine("ftaction run")
        return Asked(self.calls() - before, ended.seconds)


def _test(number: int, value: int) -> str:
    return f"from src.part_{number:02} import made\n\n\ndef test_made():\n    assert made() != {value + 1}\n"


def calls_of(tests: int, *, batched: bool) -> dict[str, int]:
    """By check: the calls that it takes."""
    return {name: -(-tests // (check["batch"] if batched else 1)) if name in OF_TESTS else 1 for name, check in CHECKS.items()}


def phases(way: Way) -> tuple[tuple[str, ...], ...]:
    """The checks of each run."""
    return ((*INGEST, *BUILD),) if way.reusing else (INGEST, ("list", "analyses", *BUILD))


def allowed(calls: Mapping[str, int], at_once: int) -> int:
    """Times of an answer that these calls take where none waits for anything but answers that it is handed and a place: the longest road first."""
    left, after, rounds = dict(calls), {name: _road(name, calls) for name in calls}, 0
    while any(left.values()):
        ready = [name for name in left if left[name] and not any(left.get(other) for other in CHECKS[name].get("with", ()))]
        places = at_once
        for name in sorted(ready, key=lambda name: -after[name]):
            taken = min(places, left[name])
            left[name], places = left[name] - taken, places - taken
        rounds += 1
    return rounds


def by_layers(calls: Mapping[str, int], at_once: int) -> int:
    """The same where no check begins before all are answered that stand as far from the first ones as what it is handed."""
    depths = {name: _depth(name, calls) for name in calls}
    return sum(-(-sum(calls[name] for name in calls if depths[name] == depth) // at_once) for depth in set(depths.values()))


def _depth(name: str, calls: Mapping[str, int]) -> int:
    return 1 + max((_depth(other, calls) for other in CHECKS[name].get("with", ()) if other in calls), default=0)


def _road(name: str, calls: Mapping[str, int]) -> int:
    """Checks one after the other, from this one on."""
    return 1 + max((_road(other, calls) for other in calls if name in CHECKS[other].get("with", ())), default=0)


def measure(world: World) -> Section:
    rows = [row for tests in MANY for row in _of(world, tests)]
    rows += _by_library(world)
    method = (
        f"docs/examples/asking, whole runs of the program; a command answers after {SECONDS:g} s each time, and counts its calls; ratio: to one by one.",
        "The first three ways: each phase is a run of its own with an empty store, so `build` asks for the list and the analyses again.",
        f"max_parallel is 1 for the first two, {AT_ONCE} for the others. `wall` is what the runs took, of what the calls allow: the shortest order in",
        "which max_parallel calls at a time wait for nothing but the answers that they are handed. One call after the other is run once, all",
        f"else {_rounds(world)} times; where that would take more than {LONGEST} s, calls are counted with answers at once, and time is not measured.",
    )
    return Section(title=TITLE, method=method, rows=tuple(rows))


def _of(world: World, tests: int) -> Iterator[Row]:
    folder = world.root / "asking" / str(tests)
    example = Example(folder / "slow", world.ftaction, tests, SECONDS)
    base = 0
    for way in WAYS:
        parts = [{name: calls for name, calls in calls_of(tests, batched=way.batched).items() if name in phase} for phase in phases(way)]
        bound = sum(allowed(part, way.at_once) for part in parts)
        layers = sum(by_layers(part, way.at_once) for part in parts)
        short = bound <= LONGEST
        used = example if short else Example(folder / "counted", world.ftaction, tests, 0.0)
        found = [used.fresh(way) for _ in range(_rounds(world) if way.at_once > 1 else 1)]
        base = base or found[0].calls
        budget = budgets.ASKED[way.name] if tests == 10 and way.name in budgets.ASKED else None
        items = sum(tests if name in OF_TESTS else 1 for part in parts for name in part)
        yield from _rows(f"{tests} tests, {way.name}", found, items, base, bound if short else None, budget, layers)
        if not short:
            yield Row(name="  wall", value=bound * SECONDS, unit="s", note="not measured: what the calls allow")
    ten = budgets.ASKED if tests == 10 else {}
    again = [example.again() for _ in range(_rounds(world))]
    yield from _rows(f"{tests} tests, second run", again, len(CHECKS) - 2 + 2 * tests, base, 0, ten.get("second run"))
    changed = [example.changed() for _ in range(_rounds(world))]
    bound = allowed({"analyses": 1, "tasks": 1, "validation": 1}, AT_ONCE)
    yield from _rows(f"{tests} tests, after one changed", changed, len(CHECKS) - 2 + 2 * tests, base, bound, ten.get("one changed"))


def _rounds(world: World) -> int:
    return world.rounds(3)


def _rows(name: str, found: list[Asked], items: int, base: int, bound: int | None, budget: float | None, layers: int | None = None) -> Iterator[Row]:
    """`bound`: times of an answer that are allowed; None where nothing was measured. `layers`: those that checks take layer by layer."""
    calls = {one.calls for one in found}
    if len(calls) != 1:
        raise NotMeasuredError(f"{name}: not the same calls each time: {sorted(calls)}")
    yield Row(name=name, value=calls.copy().pop(), unit="", ratio=calls.pop() / base, budget=budget, note=f"calls about {items} items")
    wall = Sample(values=tuple(one.seconds for one in found))
    if bound:
        ratio = Sample(values=tuple(one / (bound * SECONDS) for one in wall.values))
        note = f"{wall.median:.2f} s where {bound * SECONDS:g} s are allowed"
        note += f", {layers * SECONDS:g} s layer by layer" if layers and layers != bound else ""
        yield Row(name="  wall", value=ratio.median, unit="x", spread=ratio.middle, budget=budgets.ASKING, note=note)
    elif bound == 0:
        yield Row(name="  wall", value=wall.median * 1000, unit="ms", spread=Sample(values=tuple(one * 1000 for one in wall.values)).middle)


def _by_library(world: World) -> Iterator[Row]:
    """The same by the official client of an API, which each process that asks has to import first."""

    def after(call: Call) -> Reply:
        Event().wait(SECONDS)
        return Reply(answers(call.prompt))

    with serving(after) as server:
        example = Example(world.root / "asking" / "library", world.ftaction, 10, SECONDS)
        example.worker = {"api": "openai", "url": f"{server.url}/v1"}
        example.calls = lambda: len(server.calls)
        found = [example.fresh(REUSING) for _ in range(_rounds(world))]
    bound = allowed(calls_of(10, batched=True), AT_ONCE)
    base = sum(sum(calls_of(10, batched=False)[name] for name in phase) for phase in phases(ONE_BY_ONE))
    for row in _rows("10 tests, reusing, client library of OpenAI", found, len(CHECKS) - 2 + 20, base, bound, None):
        yield Row(name=row.name, value=row.value, unit=row.unit, spread=row.spread, ratio=row.ratio, note=row.note)
    bare = partial(_imported, world, "pass")
    contestants = {"openai": partial(_imported, world, "import openai"), "anthropic": partial(_imported, world, "import anthropic"), "": bare}
    samples = clock.take_turns(contestants, rounds=world.rounds(8), discard=1)
    for name in ("openai", "anthropic"):
        yield Row(name=f"  importing {name}", value=(samples[name].median - samples[""].median) * 1000, unit="ms", note="in each process that asks")


def _imported(world: World, code: str) -> float:
    return clock.run((sys.executable, "-I", "-c", code), world.root, world.env).fine(code).seconds

"""The simulation of a run: bounds that nothing can beat, the same as minute by minute, and as the executor itself does."""

import random
import shlex
import time
from collections.abc import Sequence
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.model.check import Check, Config, FailFast
from ftaction.model.ending import Passed
from ftaction.model.plan import Decision, Reason, Replay, Run, Why
from ftaction.model.run import Result
from ftaction.plan.schedule import next_check, order
from ftaction.plan.whatif import Span, otherwise, simulate, takes
from ftaction.report import whatif
from ftaction.run.execute import How, execute
from ftaction.run.job import Job
from tests.report.runs import RECORD, report
from tests.support.fixtures import gates, repository, rig
from tests.support.gates import Gates
from tests.support.rig import Rig, check

__all__ = ["gates", "repository", "rig"]

Times = dict[str, float]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Check], Times, int]:
    """Checks with needs on earlier ones, weights and locks; how long each takes, where it takes anything; and the slots."""
    checks: list[Check] = []
    for number in range(draw(st.integers(1, 9))):
        needs = draw(st.lists(st.sampled_from([one.name for one in checks]), max_size=2, unique=True)) if checks else []
        locks = draw(st.lists(st.sampled_from("xy"), max_size=1))
        checks.append(Check(name=f"c{number}", run="x", needs=tuple(needs), locks=tuple(locks), weight=draw(st.integers(1, 3))))
    times = {check.name: float(draw(st.integers(1, 6))) for check in checks if draw(st.integers(0, 4))}
    return checks, times, draw(st.integers(1, 4))


def simulated(checks: Sequence[Check], times: Times, slots: int) -> dict[str, Span]:
    expected = {check.name: times.get(check.name, 0.0) for check in checks}
    return simulate(checks, times, order(checks, expected, ()), slots, {})


def minute_by_minute(checks: Sequence[Check], times: Times, slots: int) -> dict[str, Span]:
    """The slow definition: at each whole moment end what has ended, pass on what takes no time, start what may start."""
    names = order(checks, {check.name: times.get(check.name, 0.0) for check in checks}, ())
    waiting = [next(check for check in checks if check.name == name) for name in names]
    spans: dict[str, Span] = {}
    mine = {check.name for check in checks}
    for now in range(200):
        ended = {name for name, span in spans.items() if span.ends <= now}
        while free := [check for check in waiting if check.name not in times and set(check.needs) <= ended]:
            waiting = [check for check in waiting if check not in free]
            spans |= {check.name: Span(now, now) for check in free}
            ended |= {check.name for check in free}
        running = [check for check in checks if check.name in spans and check.name not in ended]
        while check := next_check([one for one in waiting if one.name in times], ended, mine, running, slots):
            waiting.remove(check)
            running.append(check)
            spans[check.name] = Span(now, now + times[check.name])
    assert not waiting
    return spans


@given(graphs())
def test_it_is_what_the_rules_say_minute_by_minute(graph: tuple[list[Check], Times, int]) -> None:
    assert simulated(*graph) == minute_by_minute(*graph)


@given(graphs())
def test_no_number_of_slots_beats_the_longest_chain_or_the_work(graph: tuple[list[Check], Times, int]) -> None:
    checks, times, slots = graph
    chain: Times = {}
    for one in checks:  # needs stand before
        chain[one.name] = times.get(one.name, 0.0) + max((chain[need] for need in one.needs), default=0.0)
    work = sum(times.get(check.name, 0.0) * min(check.weight, slots) for check in checks) / slots
    assert takes(simulated(checks, times, slots)) >= max(*chain.values(), work) - 1e-9


@given(graphs())
def test_what_goes_on_is_the_rest_of_the_whole(graph: tuple[list[Check], Times, int]) -> None:
    """From any moment on, the rest is simulated as the whole was, where nothing is simulated with other expectations."""
    checks, times, slots = graph
    spans = simulated(checks, times, slots)
    names = order(checks, {check.name: times.get(check.name, 0.0) for check in checks}, ())
    for moment in {span.ends for span in spans.values()}:
        begun = {name: span.ends - moment for name, span in spans.items() if name in times and span.begins < moment < span.ends}
        ended = {name for name, span in spans.items() if span.ends <= moment and (name in times or moment > 0)}
        rest = [check for check in checks if check.name not in ended]
        again = simulate(rest, times, [name for name in names if name not in ended], slots, begun)
        assert moment + takes(again) == max([moment, *(span.ends for name, span in spans.items() if name not in ended)])


def ran(check: Check, seconds: float, step: str = "fast") -> Result:
    decision: Decision = Run(why=Why(Reason.FORCED), expected=seconds) if seconds else Replay(RECORD)
    return Result(check=check.name, step=step, decision=decision, ending=Passed(), seconds=seconds)


A, B, C, D = (Check(name=name, run="x") for name in "abcd")
AFTER = Check(name="after", run="x", needs=("a",))
LOCKED = [A._replace(locks=("x",)), B._replace(locks=("x",))]

SAID: list[tuple[str, Sequence[Check], int, Sequence[str], str]] = [
    ("one more is enough", [A, B], 1, (), "One more worker slot would have saved 10.0 s; with more than 2 nothing more is saved."),
    ("two are", [A, B, C], 1, (), "One more worker slot would have saved 10.0 s, two 20.0 s; with more than 3 nothing more is saved."),
    (
        "two more bring no more than one, three do",
        [A, B, C, D],
        1,
        (),
        "One more worker slot would have saved 20.0 s, two 20.0 s, and 4 in all 30.0 s; with more nothing more is saved.",
    ),
    (
        "one weighs more than there is",
        [A._replace(weight=4), B],
        2,
        (),
        "One more worker slot would have saved nothing, two nothing, and 5 in all 10.0 s; with more nothing more is saved.",
    ),
    ("each by its own need", [A, AFTER], 2, (), ""),
    ("a lock", LOCKED, 1, (), "More worker slots would have saved nothing"),
    ("steps wait for each other", [A, B], 1, ("1", "2"), "More worker slots would have saved nothing"),
    ("nothing ran", [], 1, (), ""),
]


@pytest.mark.parametrize(("checks", "slots", "steps", "said"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_what_other_slots_would_have_brought(checks: Sequence[Check], slots: int, steps: Sequence[str], said: str) -> None:
    """Each check takes ten seconds; the run took half a second besides."""
    told = [ran(check, 10.0, steps[number] if steps else "fast") for number, check in enumerate(checks)]
    seconds = 0.5 + 10.0 * len(checks)
    found = otherwise(report(*told, config=Config(checks={check.name: check for check in checks}), slots=slots, seconds=seconds))
    text = "".join(whatif.slots_said(slots, seconds, found))
    assert text.startswith(said)
    assert bool(text) == bool(said)


@pytest.mark.parametrize("seed", range(6))
def test_the_executor_does_what_was_simulated(rig: Rig, gates: Gates, seed: int) -> None:
    """Commands that end when the test says so, each as late as in the simulation: what begins, begins in the same order."""
    dice = random.Random(seed)
    checks: list[Check] = []
    for number in range(8):
        needs = dice.sample([one.name for one in checks], k=min(len(checks), dice.choice([0, 0, 1])))
        locks = dice.sample(["x", "y"], k=dice.choice([0, 0, 1]))
        checks.append(check(f"c{number}", gates.command(f"c{number}"), needs=needs, locks=locks, weight=dice.choice([1, 1, 2])))
    times = {one.name: float(2**number) for number, one in enumerate(dice.sample(checks, k=8))}  # no two moments are the same
    spans = simulate(checks, times, order(checks, times, ()), 2, {})
    ended: SimpleQueue[str] = SimpleQueue()
    acts: list[object] = []
    for name in sorted(spans, key=lambda name: spans[name].ends):
        acts += [("wait", other) for other in spans if spans[other].begins < spans[name].ends and ("wait", other) not in acts]
        acts += [("release", name), lambda: ended.get(timeout=60)]  # so that no two end at once
    jobs = {
        one.name: Job(
            check=one, command=f"bash -c {shlex.quote(str(one.run))}", environment=rig.variables, folder=str(rig.repository.root),
            log=f"{rig.folder}/{one.name}.log", timeout=60.0, expected=times[one.name],
        )
        for one in checks
    }  # fmt: skip
    begun: list[str] = []
    how = How(
        slots=2, identity=None, grace=0.5, clock=time.monotonic, started=begun.append, finished=lambda name, _attempt: ended.put(name), batch_size=4,
        fail_fast=FailFast.NEVER, fallback=False,
    )  # fmt: skip
    with gates.directed(*acts):
        execute(jobs, how)
    place = {name: number for number, name in enumerate(begun)}
    assert begun == sorted(begun, key=lambda name: (spans[name].begins, place[name]))

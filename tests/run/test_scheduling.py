"""What runs when: order, needs, slots, weights, locks, fail-fast, second tries."""

import random
import time
from collections.abc import Sequence

import pytest

from ftaction.model.check import Check, Config, FailFast, Stage
from ftaction.model.ending import Barrier, Blocked, Cancelled, Ending, Failed, Passed
from ftaction.run.execute import Attempt, How, execute
from ftaction.run.job import Job
from tests.support.gates import Gates
from tests.support.rig import Rig, check, config, decisions, endings, log, result

Event = tuple[str, str]


def _execute(checks: Sequence[Check], rig: Rig, slots: int) -> tuple[list[Event], dict[str, Ending]]:
    """The step's events in order, and how each check ended."""
    events: list[Event] = []
    ended: dict[str, Ending] = {}

    def finished(name: str, attempt: Attempt) -> None:
        events.append(("finished", name))
        assert name not in ended, f"{name} ended twice"
        ended[name] = attempt.ending

    root, folder = str(rig.repository.root), rig.folder
    jobs = {
        one.name: Job(check=one, command=f"bash -c '{one.run}'", environment=rig.variables, folder=root, log=f"{folder}/{one.name}.log", timeout=60.0)
        for one in checks
    }
    how = How(
        slots=slots, identity=None, grace=0.5, clock=time.monotonic, started=lambda name: events.append(("started", name)), finished=finished,
        batch_size=4, fail_fast=FailFast.NEVER, fallback=False,
    )  # fmt: skip
    execute(jobs, how)
    return events, ended


def _graph(seed: int) -> tuple[list[Check], int]:
    """Some checks with random needs on earlier ones, weights, locks and verdicts; and the slots."""
    dice = random.Random(seed)
    checks: list[Check] = []
    for number in range(dice.randint(1, 14)):
        needs = dice.sample([one.name for one in checks], k=min(len(checks), dice.choice([0, 0, 1, 2])))
        locks = dice.sample(["x", "y", "z"], k=dice.choice([0, 0, 1, 2]))
        run = "exit 1" if dice.random() < 0.15 else "true"
        checks.append(check(f"c{number}", run, needs=needs, locks=locks, weight=dice.choice([1, 1, 2, 3, 9])))
    dice.shuffle(checks)
    return checks, dice.randint(1, 4)


@pytest.mark.parametrize("seed", range(24))
def test_no_rule_is_ever_broken(rig: Rig, seed: int) -> None:
    """The events, played back, prove it: weights within the slots, no lock held twice, needs first, each check ended exactly once."""
    checks, slots = _graph(seed)
    events, ended = _execute(checks, rig, slots)
    by_name = {one.name: one for one in checks}
    assert ended.keys() == by_name.keys()
    running: set[str] = set()
    passed: set[str] = set()
    for what, name in events:
        one = by_name[name]
        if what == "started":
            assert name not in running
            assert set(one.needs) <= passed
            assert not {lock for other in running for lock in by_name[other].locks} & set(one.locks)
            running.add(name)
            assert sum(min(by_name[other].weight, slots) for other in running) <= slots
        else:
            running.discard(name)
            passed |= {name} if isinstance(ended[name], Passed) else set()
    assert not running
    for name, ending in ended.items():
        bad = {need for need in by_name[name].needs if need not in passed}
        if isinstance(ending, Blocked):
            assert ending.by
            assert set(ending.by) <= bad, "blocked by the first that did not pass"
        else:
            assert not bad
            assert ending == (Failed(1) if by_name[name].run == "exit 1" else Passed())


def test_as_many_run_as_fit(rig: Rig, gates: Gates) -> None:
    checks = config(*(check(name, gates.command(name)) for name in "abc"), max_workers=2)
    acts = [("wait", "a", "b"), lambda: _none(gates), ("release", "a"), ("wait", "c"), ("release", "b"), ("release", "c")]
    with gates.directed(*acts):
        report = rig.run(checks)
    assert set(endings(report).values()) == {Passed()}


def _none(gates: Gates) -> None:
    assert gates.begun() == []


def test_without_parallel_one_at_a_time_in_the_same_order(rig: Rig, gates: Gates) -> None:
    checks = config(*(check(name, gates.command(name)) for name in "cab"), parallel=False, max_workers=8)
    steps = [act for name in "cab" for act in (("wait", name), lambda: _none(gates), ("release", name))]
    with gates.directed(*steps):
        rig.run(checks)
    assert rig.surface.events == [(what, name) for name in "cab" for what in ("started", "finished")]


def test_stages_and_groups_in_their_order(rig: Rig) -> None:
    line = config(
        check("slow", "true", stage=Stage.SLOW), check("second", "true"), check("format", ": 1", stage=Stage.MUTATING), check("fast", "true"),
        check("first", "true"), check("format2", ": 2", stage=Stage.MUTATING), check("also first", "true", stage=Stage.SLOW),
        parallel_groups=(("first", "also first"), ("second",)), max_workers=4,
    )  # fmt: skip
    report = rig.run(line, use_memory=False)
    steps = [plan.step.title for plan in rig.surface.plans]
    assert steps == ["fast", "mutating format", "mutating format2", "group 1", "group 2", "slow"]
    assert {one.check: one.step for one in report.results}["also first"] == "group 1"
    order = rig.surface.of("started")
    assert order[:3] == ["fast", "format", "format2"]
    assert order[-2:] == ["second", "slow"]


def test_a_need_is_run_first_even_where_its_stage_is_later(rig: Rig) -> None:
    line = config(check("lint", "test -e built", needs=["build"]), check("build", "touch built", stage=Stage.SLOW))
    assert set(endings(rig.run(line)).values()) == {Passed()}


@pytest.mark.parametrize("groups", [(), (("a",), ("b",), ("c", "d"))], ids=["one step", "groups"])
def test_what_needs_a_failed_check_is_blocked_all_the_way(rig: Rig, groups: tuple[tuple[str, ...], ...]) -> None:
    line = config(
        check("a", "exit 2"), check("b", "true", needs=["a"]), check("c", "true", needs=["b"]), check("d", "true"),
        parallel_groups=groups, fail_fast="never", sequential_fallback=False,
    )  # fmt: skip
    report = rig.run(line)
    assert endings(report) == {"a": Failed(2), "b": Blocked(("a",)), "c": Blocked(("b",)), "d": Passed()}
    assert rig.surface.of("started") == ["a", "d"]


def test_a_replay_whose_need_fails_is_blocked(rig: Rig) -> None:
    switch = rig.folder / "switch"
    line = config(check("a", f"test ! -e {switch}", inputs=["a.txt"]), check("b", "true", needs=["a"], inputs=["b.txt"]), fail_fast="never")
    rig.run(line)
    switch.touch()
    rig.repository.write("a.txt", "changed\n")
    report = rig.run(line)
    assert endings(report) == {"a": Failed(1), "b": Blocked(("a",))}


BAD = ("bad",)
ALL_BAD = ("bad", "beside", "behind")
FAIL_FAST: list[tuple[str, dict[str, Ending]]] = [
    ("never", {"bad": Failed(1), "beside": Passed(), "behind": Passed(), "later": Passed()}),
    ("group", {"bad": Failed(1), "beside": Passed(), "behind": Passed(), "later": Blocked(BAD, Barrier.FAIL_FAST)}),
    ("all", {"bad": Failed(1), "beside": Cancelled(), "behind": Blocked(BAD, Barrier.FAIL_FAST), "later": Blocked(ALL_BAD, Barrier.FAIL_FAST)}),
]


@pytest.mark.parametrize(("form", "expected"), FAIL_FAST, ids=[row[0] for row in FAIL_FAST])
def test_what_a_failure_stops(rig: Rig, gates: Gates, form: str, expected: dict[str, Ending]) -> None:
    line = config(
        check("bad", gates.command("bad")), check("beside", gates.command("beside")), check("behind", "true"), check("later", "true"),
        parallel_groups=(("bad", "beside", "behind"), ("later",)), fail_fast=form, sequential_fallback=False, max_workers=2,
    )  # fmt: skip
    with gates.directed(("wait", "bad", "beside"), ("release", "bad", 1), *([] if form == "all" else [("release", "beside")])):
        report = rig.run(line)
    assert endings(report) == expected


def test_the_command_lines_word_on_fail_fast_goes_first(rig: Rig) -> None:
    line = config(check("a", "false"), check("b", "true"), parallel_groups=(("a",), ("b",)), fail_fast="never")
    assert endings(rig.run(line, fail_fast=FailFast.GROUP))["b"] == Blocked(("a",), Barrier.FAIL_FAST)


BESIDE = [("wait", "other", "rival"), ("release", "rival"), ("wait", "refused"), ("release", "other")]


def _rivals(rig: Rig, gates: Gates, **more: object) -> Config:
    """`rival` fails as long as `other` runs beside it, and passes alone."""
    held = rig.folder / "held"
    other = gates.command("other", before=f"touch {held}", after=f"rm {held}")
    rival = gates.command("rival", after=f"if test -e {held}; then {gates.saying('refused')}; exit 1; fi")
    return config(check("other", other), check("rival", rival), check("needs-rival", "true", needs=["rival"]), **more)


def test_what_failed_beside_others_is_tried_alone_flagged_and_not_remembered(rig: Rig, gates: Gates) -> None:
    with gates.directed(*BESIDE, ("wait", "rival"), ("release", "rival")):
        report = rig.run(_rivals(rig, gates))
    assert endings(report) == {"other": Passed(), "rival": Passed(), "needs-rival": Passed()}
    assert result(report, "rival").flaky
    assert not result(report, "other").flaky
    assert rig.surface.of("finished").count("rival") == 1
    again = rig.plan(_rivals(rig, gates))
    assert type(again["rival"]).__name__ == "Run"


def test_without_the_second_try_it_has_failed(rig: Rig, gates: Gates) -> None:
    with gates.directed(*BESIDE):
        report = rig.run(_rivals(rig, gates, sequential_fallback=False))
    assert endings(report) == {"other": Passed(), "rival": Failed(1), "needs-rival": Blocked(("rival",))}


def test_what_fails_alone_too_has_failed(rig: Rig) -> None:
    report = rig.run(config(check("a", "echo a; exit 3"), check("b", "true"), max_workers=2))
    assert endings(report)["a"] == Failed(3)
    assert not result(report, "a").flaky


def test_retries_are_flagged_and_not_remembered(rig: Rig) -> None:
    count = rig.folder / "count"
    run = f"echo x >> {count}; test $(wc -l < {count}) -ge 3"
    for retries, ending in ((1, Failed(1)), (5, Passed())):
        count.unlink(missing_ok=True)
        report = rig.run(config(check("a", run, retries=retries)))
        assert endings(report) == {"a": ending}
        assert result(report, "a").flaky == (ending == Passed())
        assert len(count.read_text().split()) == min(retries + 1, 3)
    assert decisions(rig.run(config(check("a", run, retries=5)))) == {"a": "Run"}


def test_a_check_is_not_tried_again_by_itself(rig: Rig) -> None:
    report = rig.run(config(check("a", "echo tried; exit 1")))
    assert log(report, "a") == "tried\n"


def test_the_longest_expected_starts_first(rig: Rig) -> None:
    from ftaction.run.memory import Memory

    memory = Memory(rig.store(), "rig")
    for name, seconds in (("short", 1.0), ("long", 50.0), ("middle", 7.0)):
        rig.store().append(memory._key(name), b'{"fingerprint":"0","passed":true,"seconds":%f}' % seconds)
    line = config(check("short", "true"), check("middle", "true"), check("long", "true"), check("first", "true", inputs=["a.txt"]), max_workers=1)
    rig.run(line)
    assert rig.surface.of("started") == ["first", "long", "middle", "short"], "the unknown counts as long"


def test_the_longest_road_starts_first(rig: Rig) -> None:
    line = config(check("alone", "true"), check("begin", "true"), check("end", "true", needs=["begin"]), max_workers=1)
    rig.run(line)
    assert rig.surface.of("started") == ["begin", "alone", "end"]


SHARES: list[tuple[str, str, str]] = [
    ("pytest", "pytest -q", "-n 3"),
    ("jest", "jest", "--maxWorkers=3"),
    ("make", "make", ""),
]


@pytest.mark.parametrize(("tool", "run", "option"), SHARES, ids=[row[0] for row in SHARES])
def test_a_tool_is_told_its_share(rig: Rig, tool: str, run: str, option: str) -> None:
    """Each of these programs prints what it was called with."""
    program = rig.repository.write(f".venv/bin/{tool}", '#!/bin/sh\necho called "$@"\necho make $MAKEFLAGS\n', 0o755)
    rig.variables["PATH"] = f"{program.parent}:{rig.variables['PATH']}"
    line = config(check("all", run, tool=None, weight=3), max_workers=4)
    text = log(rig.run(line), "all")
    assert "make -j3" in text
    if tool != "pytest":
        assert option in text
    line = config(check("all", run, tool=None, weight=3), parallel=False)
    assert option not in log(rig.run(line), "all") or not option


def test_weight_beyond_the_slots_is_all_of_them(rig: Rig, gates: Gates) -> None:
    line = config(check("wide", gates.command("wide"), weight=99), check("other", gates.command("other")), max_workers=2)
    with gates.directed(("wait", "wide"), lambda: _none(gates), ("release", "wide"), ("wait", "other"), ("release", "other")):
        assert set(endings(rig.run(line)).values()) == {Passed()}


def test_a_profile_and_names_choose_with_their_needs(rig: Rig) -> None:
    line = config(check("a", "true"), check("b", "true", needs=["a"]), check("c", "true"))._replace(profiles={"quick": ("b",)})
    assert set(endings(rig.run(line, profile="quick"))) == {"a", "b"}
    assert set(endings(rig.run(line, checks=("c",), profile="quick"))) == {"a", "b", "c"}

"""Outputs are put back beside the checks that do not need them; who needs them waits, and runs as if there were no memory where they are lost."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftaction import app
from ftaction.edge.git import own_folder
from ftaction.model.check import Check, Config, Stage
from ftaction.model.ending import Barrier, Blocked, Cancelled, Ending, Failed, Passed
from ftaction.model.plan import Reason, Replay, Run
from ftaction.model.run import Report, Request
from tests.support.gates import PATIENCE, Gates
from tests.support.held import Held, threads_end
from tests.support.rig import Recording, Rig, check, config, decisions, endings, result

LAYOUTS = ["one step", "two steps"]


@pytest.fixture(autouse=True)
def _ignored(rig: Rig) -> None:
    rig.repository.write(".gitignore", "/out\n")
    rig.repository.commit()


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    threads_end()


def _make(name: str = "make", run: str = "", **more: object) -> Check:
    """It makes `out/NAME`, of `a.txt`."""
    made = f"mkdir -p out/{name} && cat a.txt > out/{name}/made"
    return check(name, f"{run or ':'}\n{made}", **{"inputs": ["a.txt"], "outputs": [f"out/{name}"]} | more)


def _use(name: str = "use", run: str = ":", needs: tuple[str, ...] = ("make",), **more: object) -> Check:
    """It reads `b.txt` and what its needs make."""
    reads = " ".join(f"out/{need}/made" for need in needs)
    return check(name, f"cat b.txt {reads}\n{run}", **{"inputs": ["b.txt"], "needs": needs} | more)


def _other(gates: Gates, name: str = "other", **more: object) -> Check:
    return check(name, gates.command(name), inputs=["b.txt"], **more)


def _line(layout: str, *checks: Check, makers: tuple[str, ...] = ("make",), **verification: object) -> Config:
    others = tuple(one.name for one in checks if one.name not in makers)
    groups = (makers, others) if layout == "two steps" else ()
    return config(*checks, **{"parallel_groups": groups, "fail_fast": "never", "sequential_fallback": False} | verification)


def _proved(rig: Rig, gates: Gates, line: Config, *gated: str) -> Held:
    """All is proved; then the outputs are gone and `b.txt` is another, so that who makes is replayed and who uses must run."""
    acts = [act for name in gated for act in (("wait", name), ("release", name))]
    with gates.directed(*acts):
        report = rig.run(line)
    assert set(endings(report).values()) == {Passed()}
    records = {one.check: one.decision.record for one in rig.run(line).results if isinstance(one.decision, Replay)}
    assert records.keys() == line.checks.keys()
    shutil.rmtree(rig.repository.root / "out")
    rig.repository.write("b.txt", "changed\n")
    return Held(str(rig.store_folder), {record.outputs: name for name, record in records.items() if record.outputs})


def _run(rig: Rig, store: Held, line: Config) -> Report:
    rig.surface = Recording()
    return app.run(rig.world()._replace(store=store), line, Request())


def _told_once(rig: Rig) -> None:
    told = rig.surface.of("finished")
    assert sorted(told) == sorted(set(told))


def _order(rig: Rig, *events: tuple[str, str]) -> None:
    """Each of these was told once, one after the other."""
    assert [event for event in rig.surface.events if event in events] == list(events)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("workers", [1, 2])
def test_the_rest_of_the_step_runs_meanwhile(rig: Rig, gates: Gates, layout: str, workers: int) -> None:
    """Also with one slot, which a restore does not take; and who waits holds no lock and no weight."""
    line = _line(layout, _make(), _use(weight=2, locks=["x"]), _other(gates, locks=["x"]), max_workers=workers)
    held = _proved(rig, gates, line, "other")
    acts = [lambda: held.wait("make"), ("wait", "other"), ("release", "other"), lambda: held.release("make")]
    with gates.directed(*acts):
        report = _run(rig, held, line)
    assert endings(report) == {"make": Passed(), "use": Passed(), "other": Passed()}
    assert decisions(report) == {"make": "Replay", "use": "Run", "other": "Run"}
    _told_once(rig)
    _order(rig, ("started", "other"), ("started", "use"))
    assert (rig.repository.root / "out/make/made").read_text() == "a\n"
    (restored,) = report.restored
    assert (restored.check, restored.problem) == ("make", "")
    assert restored.size > 0


def test_who_waits_starts_beside_who_still_runs(rig: Rig, gates: Gates) -> None:
    line = _line("one step", _make(), _use(run=gates.command("use")), _other(gates))
    held = _proved(rig, gates, line, "other", "use")
    acts = [lambda: held.wait("make"), ("wait", "other"), lambda: held.release("make"), ("wait", "use"), ("release", "use"), ("release", "other")]
    with gates.directed(*acts):
        assert set(endings(_run(rig, held, line)).values()) == {Passed()}
    _order(rig, ("finished", "make"), ("started", "use"), ("finished", "other"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_cannot_be_had_is_made_again_when_the_others_ended(rig: Rig, gates: Gates, layout: str) -> None:
    line = _line(layout, _make(), _use(), _use("use too"), _other(gates))
    held = _proved(rig, gates, line, "other")
    acts = [("wait", "other"), lambda: held.wait("make"), lambda: held.fail("make"), ("release", "other")]
    with gates.directed(*acts):
        report = _run(rig, held, line)
    assert set(endings(report).values()) == {Passed()}
    assert set(decisions(report).values()) == {"Run"}
    decision = result(report, "make").decision
    assert isinstance(decision, Run)
    assert decision.why.reason is Reason.OUTPUTS_GONE
    _order(rig, ("finished", "other"), ("started", "make"), ("started", "use"))
    assert sorted(rig.surface.of("started")) == ["make", "other", "use", "use too"]
    if layout == "one step":
        _told_once(rig)
    else:  # its replay was told with its own step, which had ended
        assert sorted(rig.surface.of("finished")) == ["make", "make", "other", "use", "use too"]
    assert [(one.check, one.problem) for one in report.restored] == [("make", "the line is dead")]
    assert set(decisions(rig.run(line)).values()) == {"Replay"}, "and is remembered again"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fail_fast", ["never", "group"])
def test_a_failure_beside_it_means_no_more_than_without_memory(rig: Rig, gates: Gates, layout: str, fail_fast: str) -> None:
    """Another check of the same step fails while it is being restored; who waits runs all the same, as it would have beside it."""
    line = _line(layout, _make(), _use(), _other(gates), fail_fast=fail_fast)
    held = _proved(rig, gates, line, "other")
    acts = [("wait", "other"), lambda: held.wait("make"), ("release", "other", 1), lambda: held.fail("make")]
    with gates.directed(*acts):
        report = _run(rig, held, line)
    assert endings(report) == {"make": Passed(), "use": Passed(), "other": Failed(1)}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lost", [False, True])
def test_failing_fast_waits_for_no_restore(rig: Rig, gates: Gates, layout: str, lost: bool) -> None:
    """It is given up, or is lost and not made again: who needed it does not run any more."""
    line = _line(layout, _make(), _use(), _other(gates), fail_fast="all")
    held = _proved(rig, gates, line, "other")
    lose = [lambda: held.fail("make"), threads_end] if lost else []
    with gates.directed(("wait", "other"), lambda: held.wait("make"), *lose, ("release", "other", 1)):
        report = _run(rig, held, line)
    held.release("make")
    assert endings(report) == {"make": Passed(), "use": Blocked(("other",), Barrier.FAIL_FAST), "other": Failed(1)}
    assert decisions(report)["make"] == "Replay"
    _told_once(rig)
    threads_end()
    assert not (rig.repository.root / "out").exists()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lost", [False, True])
def test_a_need_of_who_is_blocked_is_not_made_again(rig: Rig, gates: Gates, layout: str, lost: bool) -> None:
    use = _use(run=":")._replace(needs=("make", "other"))
    line = _line(layout, _make(), use, _other(gates))
    held = _proved(rig, gates, line, "other")
    lose = [lambda: held.fail("make"), threads_end] if lost else []
    with gates.directed(("wait", "other"), lambda: held.wait("make"), *lose, ("release", "other", 1)):
        report = _run(rig, held, line)
    held.release("make")
    assert endings(report) == {"make": Passed(), "use": Blocked(("other",)), "other": Failed(1)}
    assert decisions(report)["make"] == "Replay"
    _told_once(rig)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_are_restored_at_once_and_one_of_them_is_lost(rig: Rig, gates: Gates, layout: str) -> None:
    makers = ("make", "more")
    line = _line(layout, _make(), _make("more"), _use(needs=makers), _use("only more", needs=("more",), run=gates.command("only")), makers=makers)
    held = _proved(rig, gates, line, "only")
    both = [lambda: held.wait("make"), lambda: held.wait("more")]
    acts = [*both, lambda: held.release("more"), ("wait", "only"), lambda: held.fail("make"), ("release", "only")]
    with gates.directed(*acts):
        report = _run(rig, held, line)
    assert set(endings(report).values()) == {Passed()}
    assert decisions(report) == {"make": "Run", "more": "Replay", "use": "Run", "only more": "Run"}
    assert held.most == 2
    _order(rig, ("finished", "only more"), ("started", "make"), ("started", "use"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_more_than_four_at_once(rig: Rig, gates: Gates, layout: str) -> None:
    makers = tuple(f"make{number}" for number in range(6))
    line = _line(layout, *map(_make_odd, makers), _use(needs=makers), makers=makers)
    held = _proved(rig, gates, line)
    first, rest = makers[:4], makers[4:]
    acts = [lambda name=name: held.wait(name) for name in first]
    acts += [act for name in (*first, *rest) for act in (lambda name=name: held.release(name),)]
    with gates.directed(*acts):
        report = _run(rig, held, line)
    assert set(endings(report).values()) == {Passed()}
    assert held.most == 4
    assert len(report.restored) == 6


def _make_odd(name: str) -> Check:
    """Its output differs from that of any other, so that their archives do."""
    return _make(name, run=f"mkdir -p out/{name} && echo {name} > out/{name}/name")


def test_a_second_try_alone_does_not_wait_for_a_restore(rig: Rig, gates: Gates) -> None:
    line = _line("one step", _make(), _use(), _other(gates), _other(gates, "beside"), sequential_fallback=True, max_workers=2)
    held = _proved(rig, gates, line, "other", "beside")
    acts = [lambda: held.wait("make"), ("wait", "other", "beside"), ("release", "other", 1), ("release", "beside"), ("wait", "other"), ("release", "other")]
    with gates.directed(*acts, lambda: held.release("make")):
        report = _run(rig, held, line)
    assert set(endings(report).values()) == {Passed()}
    assert result(report, "other").flaky
    assert decisions(report)["make"] == "Replay"


def test_a_mutating_check_begins_when_all_stands_there(rig: Rig, gates: Gates) -> None:
    """What is put back is none of its changes, also where git lists it."""
    rig.repository.write(".gitignore", "")
    rig.repository.commit()
    line = config(_make(), _use(run="echo more >> b.txt", stage=Stage.MUTATING))
    with gates.directed():
        rig.run(line)
    record = next(one.decision.record for one in rig.run(line).results if isinstance(one.decision, Replay) and one.check == "make")
    for lost in (False, True):
        shutil.rmtree(rig.repository.root / "out")
        rig.repository.write("b.txt", f"changed {lost}\n")
        rig.repository.git("add", "b.txt")
        held = Held(str(rig.store_folder), {record.outputs: "make"})
        held.fail("make") if lost else held.release("make")
        report = _run(rig, held, line)
        assert set(endings(report).values()) == {Passed()}
        assert result(report, "use").patched
        assert [one.path for one in result(report, "use").patched] == ["b.txt"]
        assert decisions(report)["make"] == ("Run" if lost else "Replay")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_signal_while_it_is_held(rig: Rig, gates: Gates, number: signal.Signals, alone: bool, layout: str) -> None:
    """The run does not wait for what can't be interrupted; when that goes on at last, nothing of it is put in place or left."""
    line = _line(layout, _make(), _use(), *([] if alone else [_other(gates)]))
    gated = [] if alone else ["other"]
    held = _proved(rig, gates, line, *gated)
    begun = [("wait", name) for name in gated]
    with gates.directed(lambda: held.wait("make"), *begun, lambda: os.kill(os.getpid(), number)):
        report = _run(rig, held, line)
    assert report.interrupted == number
    cancelled: dict[str, Ending] = dict.fromkeys(["use", *gated], Cancelled())
    assert endings(report) == {"make": Passed(), **cancelled}
    assert decisions(report)["make"] == "Replay"
    assert report.restored == ()
    _told_once(rig)
    held.release("make")
    threads_end()
    root = rig.repository.root
    assert not (root / "out").exists()
    assert [name for name in (*os.listdir(root), *os.listdir(own_folder(str(root)))) if "ftaction" in name] == []


@pytest.mark.parametrize("twice", [False, True])
def test_a_process_ends_though_a_store_never_answers(tmp_path: Path, twice: bool) -> None:
    """After the grace that a check would have too; a second signal waits for nothing."""
    grace = PATIENCE * 10 if twice else 0.1
    command = [sys.executable, "-m", "tests.support.hanging", str(tmp_path), str(grace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.send_signal(signal.SIGTERM)
        if twice:
            process.send_signal(signal.SIGINT)
        try:
            _, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode in (signal.SIGTERM, signal.SIGINT), "the first of the two, in whichever order they were seen"
    assert err == ""


def test_nothing_is_begun_where_all_stands_there(rig: Rig, gates: Gates) -> None:
    line = _line("one step", _make(), _use())
    _proved(rig, gates, line)
    report = rig.run(line)
    assert decisions(report)["make"] == "Replay"
    rig.repository.write("b.txt", "and again\n")
    before = threading.active_count()
    threads: list[int] = []
    rig.surface = _Counting(threads)
    held = Held(str(rig.store_folder), {})  # which may not be asked
    report = app.run(rig.world()._replace(store=held), line, Request())
    assert decisions(report) == {"make": "Replay", "use": "Run"}
    assert report.restored == ()
    assert threads == [before]


class _Counting(Recording):
    """How many threads there are when a check begins."""

    def __init__(self, counts: list[int]) -> None:
        super().__init__()
        self._counts = counts

    def started(self, check: str) -> None:
        self._counts.append(threading.active_count())


NESTED = {
    "last": check("last", "grep -q more out/deps/extra/made && cat b.txt", needs=["extra"], inputs=["b.txt"]),
    "extra": check("extra", "rm -rf out/deps/extra && mkdir out/deps/extra && echo more > out/deps/extra/made", needs=["deps"], inputs=["a.txt"],
                   outputs=["out/deps/extra"]),
    "deps": check("deps", "rm -rf out/deps && mkdir -p out/deps && cat a.txt > out/deps/made", inputs=["a.txt"], outputs=["out/deps"]),
}  # fmt: skip
GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "one step": (),
    "a step each": (("deps",), ("extra",), ("last",)),
    "deps before": (("deps",), ("extra", "last")),
}


@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("lost", ["nothing", "deps", "extra", "both"])
@pytest.mark.parametrize("gone", [False, True])
def test_what_stands_in_another_output_is_there_in_the_end(rig: Rig, gates: Gates, groups: str, lost: str, gone: bool) -> None:
    """Whichever of the two can't be had, and whether that is known beforehand (`gone`) or not."""
    line = config(*NESTED.values(), parallel_groups=GROUPS[groups])
    held = _proved(rig, gates, line)
    for digest, name in held.named():
        if lost in (name, "both"):
            (rig.store_folder / "cas" / digest[:2] / digest).unlink() if gone else held.fail(name)
        for _ in range(3):
            held.release(name)
    report = _run(rig, held, line)
    assert set(endings(report).values()) == {Passed()}, report.restored
    assert (rig.repository.root / "out/deps/made").read_text() == "a\n"
    assert (rig.repository.root / "out/deps/extra/made").read_text() == "more\n"


def test_what_was_put_back_once_is_left_as_later_checks_leave_it(rig: Rig, gates: Gates) -> None:
    """Without memory it would have been made once, too."""
    change = check("change", "cat b.txt && echo more >> out/make/made", inputs=["b.txt"], needs=["make"])
    read = check("read", "cat b.txt && grep more out/make/made", inputs=["b.txt"], needs=["make", "change"])
    line = config(_make(), change, read, parallel_groups=(("make",), ("change",), ("read",)))
    held = _proved(rig, gates, line)
    held.release("make")
    report = _run(rig, held, line)
    assert set(endings(report).values()) == {Passed()}
    assert len(report.restored) == 1

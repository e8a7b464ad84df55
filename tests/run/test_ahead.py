"""A command that is started before its turn: it is there when the turn comes, counts from then, and ends with the step where it never comes."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ftaction.model.check import FailFast
from ftaction.model.ending import Blocked, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.run.execute import How, execute
from ftaction.run.job import Job
from tests.support.rig import check

WAITS = "echo $$ >early; touch loaded; until [ -e turn ]; do sleep 0.01; done"
UNTIL_LOADED = "until [ -e loaded ]; do sleep 0.01; done"  # so that it is known to have been started while the other one ran


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _executed(folder: Path, first: str, second: str, timeout: float = 60.0, fate: Ending | None = None) -> dict[str, Ending]:
    """How both ended: `second` waits for `first`, and is started before its turn."""

    def early(job: Job) -> Job:
        return replace(job, command=f"bash -c '{second}'")

    def begin(job: Job) -> Job:
        (folder / "turn").touch()
        return replace(early(job), fate=fate)

    def job(name: str, run: str, needs: list[str]) -> Job:
        log, variables = f"{folder}/{name}.log", {"PATH": os.environ["PATH"]}
        return Job(check=check(name, run, needs=needs), command=f"bash -c '{run}'", environment=variables, folder=str(folder), log=log, timeout=60.0)

    after = job("second", "false", ["first"])
    jobs = {"first": job("first", first, []), "second": replace(after, begin=begin, early=early, timeout=timeout)}
    ended: dict[str, Ending] = {}
    how = How(
        slots=2, identity=None, grace=0.5, clock=time.monotonic, started=lambda _name: None, finished=lambda name, one: ended.update({name: one.ending}),
        batch_size=4, fail_fast=FailFast.NEVER, fallback=False,
    )  # fmt: skip
    execute(jobs, how)
    return ended


def _is_over(folder: Path) -> bool:
    try:
        os.kill(int((folder / "early").read_text()), 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    ("second", "ending"),
    [
        pytest.param(WAITS, Passed(), id="its status is that of the command that was started before"),
        pytest.param(f"{WAITS}; exit 3", Failed(3), id="also where it is another one"),
    ],
)
def test_it_is_there_when_its_turn_comes(folder: Path, second: str, ending: Ending) -> None:
    assert _executed(folder, UNTIL_LOADED, second) == {"first": Passed(), "second": ending}


def test_it_is_started_once(folder: Path) -> None:
    _executed(folder, UNTIL_LOADED, f"echo begun >>starts; {WAITS}")
    assert (folder / "starts").read_text() == "begun\n"


def test_its_time_counts_from_its_turn(folder: Path) -> None:
    assert _executed(folder, UNTIL_LOADED, f"{WAITS}; sleep 60", timeout=0.3)["second"] == TimedOut(0.3)
    assert _is_over(folder)


def test_it_ends_where_its_turn_never_comes(folder: Path) -> None:
    assert _executed(folder, f"{UNTIL_LOADED}; false", WAITS)["second"] == Blocked(("first",))
    assert _is_over(folder)


def test_it_ends_where_nothing_is_left_for_it_to_do(folder: Path) -> None:
    assert _executed(folder, UNTIL_LOADED, f"{WAITS}; sleep 60", fate=Passed())["second"] == Passed()
    assert _is_over(folder)


def test_one_that_ended_before_its_turn_is_told_as_any_other(folder: Path) -> None:
    assert _executed(folder, UNTIL_LOADED, "touch loaded; exit 7")["second"] == Failed(7)


def test_a_shell_that_is_gone_is_told(folder: Path) -> None:
    ended = _executed(folder, UNTIL_LOADED, "touch loaded; kill -9 $PPID; sleep 60")["second"]
    assert isinstance(ended, CouldNotStart)


def test_who_waits_for_an_order_ends_with_the_run(folder: Path) -> None:
    """A run that is killed can end nobody."""
    run = subprocess.Popen(["true"])
    run.wait()
    asking = subprocess.run([sys.executable, "-m", "ftaction.asking", str(folder), "echo", str(run.pid)], timeout=60, check=False)
    assert asking.returncode == 1

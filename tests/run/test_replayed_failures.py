"""`--replay-failures`: what is remembered as a failure is told again as one, never as a pass."""

import pytest

from ftaction.model.ending import Blocked, Ending, Failed, Passed, TimedOut
from ftaction.report.verdict import passed, totals
from tests.support.rig import Rig, check, config, decisions, endings

CHECKS = (check("bad", "exit 3"), check("good", "true"), check("after", "true", needs=["bad"], stage="slow"))


@pytest.mark.parametrize("beside", [(), (check("new", "echo new"),)], ids=["nothing runs", "beside a check that runs"])
def test_a_replayed_failure_is_red(rig: Rig, beside: tuple[object, ...]) -> None:
    assert endings(rig.run(config(*CHECKS)))["bad"] == Failed(3)
    report = rig.run(config(*CHECKS, *beside), replay_failures=True)  # type: ignore[arg-type]  # checks
    expected: dict[str, Ending] = {"bad": Failed(3), "good": Passed(), "after": Blocked(("bad",))}
    assert {name: ending for name, ending in endings(report).items() if name != "new"} == expected
    assert decisions(report)["bad"] == "Replay"
    assert not passed(report)
    assert (totals(report).failed, totals(report).replayed) == (("bad",), ("good",))


def test_a_replayed_time_out_is_red(rig: Rig) -> None:
    slow = check("slow", "sleep 60", timeout=0.2)
    assert endings(rig.run(config(slow)))["slow"] == TimedOut(0.2)
    assert endings(rig.run(config(slow), replay_failures=True))["slow"] == TimedOut(0.2)

"""One row a rule. The first rule that holds decides, so each row also says what it goes before."""

from typing import Any

import pytest

from ftaction.model.check import Check, FailFast, OnChange
from ftaction.model.ending import Barrier, Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut
from ftaction.model.manifest import Change, Difference, Manifest, Section
from ftaction.model.plan import Reason, Replay, Run
from ftaction.model.record import Origin, OriginKind, Patched, Record, Tally
from ftaction.plan.decide import Known, Rules, barrier, decide

PRINT = "f" * 64
RECORD = Record(
    check="a", fingerprint=PRINT, ending=Passed(), seconds=2.0, ended=1.0, origin=Origin(kind=OriginKind.LAPTOP, repository="r", ref="main", commit="c")
)
PATCHED = RECORD._replace(patched=(Patched(path="a.py", before="1", after="2"),))
NEAREST = (RECORD, (Difference(Section.INPUT, "a.py", Change.MODIFIED),))
MANIFEST = Manifest(head="h", inputs="i", inputs_digest="d")
PROVED: dict[str, Any] = {"manifest": MANIFEST, "fingerprint": PRINT, "record": RECORD}
ANY, FAILURES, OBSERVE = Rules(), Rules(replay_failures=True), Rules(observe=True)
FLAKY = RECORD._replace(tally=Tally(passed=5, failed=1, streak=4, failed_at=1.0))
WRONG = RECORD._replace(ending=Failed(1))


def known(**given: Any) -> Known:
    return Known(**PROVED | given)


REPLAYS = [
    pytest.param(known(), ANY, id="proved"),
    pytest.param(known(record=PATCHED, on_change=OnChange.KEEP), ANY, id="a patch that is kept and fits"),
    pytest.param(known(record=RECORD._replace(ending=Failed(1))), Rules(replay_failures=True), id="a failure, where that was asked for"),
    pytest.param(known(record=FLAKY._replace(tally=Tally(6, 1, 5, 1.0))), ANY, id="flaky once, and passed often enough since"),
    pytest.param(known(record=RECORD._replace(tally=Tally(1, 0, 1))), ANY, id="a single clean pass"),
    pytest.param(known(replanned=True), ANY, id="again, but back to what is proved"),
]


@pytest.mark.parametrize(("given", "rules"), REPLAYS)
def test_what_is_replayed(given: Known, rules: Rules) -> None:
    assert given.record is not None
    assert decide(given, rules) == Replay(record=given.record)


RUNS = [
    # known, rules, reason, whether what comes of it is remembered
    pytest.param(known(manifest=None), ANY, Reason.NO_MEMORY, False, id="memory off, whatever is remembered"),
    pytest.param(known(manifest=None, no_inputs=True, unstable=("x",)), Rules(run_all=True), Reason.NO_MEMORY, False, id="memory off before all"),
    pytest.param(known(no_inputs=True), ANY, Reason.NO_INPUTS, False, id="nothing could ever make it run again"),
    pytest.param(known(no_inputs=True, unstable=("x",)), Rules(run_all=True), Reason.NO_INPUTS, False, id="no inputs before unstable"),
    pytest.param(known(unstable=("x",)), ANY, Reason.UNSTABLE, False, id="something can't be identified"),
    pytest.param(known(unstable=("x",)), Rules(run_all=True), Reason.UNSTABLE, False, id="unstable before asked for: it may not be remembered"),
    pytest.param(known(), Rules(run_all=True), Reason.FORCED, True, id="asked for, and remembered"),
    pytest.param(known(record=None), Rules(run_all=True), Reason.FORCED, True, id="asked for, never proved"),
    pytest.param(known(record=None), ANY, Reason.NEVER_PROVED, True, id="nothing is known"),
    pytest.param(known(record=None, nearest=lambda: NEAREST), ANY, Reason.CHANGED, True, id="something changed"),
    pytest.param(known(record=None, nearest=lambda: NEAREST, replanned=True), ANY, Reason.REPLANNED, True, id="a mutating check changed it"),
    pytest.param(known(record=RECORD._replace(ending=Failed(1))), ANY, Reason.FAILED_LAST, True, id="failed"),
    pytest.param(known(record=RECORD._replace(ending=TimedOut(1.0))), ANY, Reason.FAILED_LAST, True, id="timed out"),
    pytest.param(known(record=RECORD._replace(ending=Cancelled())), ANY, Reason.FAILED_LAST, True, id="was cancelled"),
    pytest.param(known(record=RECORD._replace(ending=CouldNotStart("x"))), ANY, Reason.FAILED_LAST, True, id="did not start"),
    pytest.param(known(record=RECORD._replace(flaky=True)), ANY, Reason.FLAKY, True, id="passed when tried again"),
    pytest.param(known(record=RECORD._replace(flaky=True)), Rules(replay_failures=True), Reason.FLAKY, True, id="flaky is neither a pass nor a failure"),
    pytest.param(known(record=FLAKY), ANY, Reason.FLAKY, True, id="the same inputs failed, and did not pass often enough since"),
    pytest.param(known(record=FLAKY, trusted=False, distrusted=RECORD), ANY, Reason.FLAKY, True, id="flaky, whoever saw it pass"),
    pytest.param(known(record=FLAKY._replace(ending=Failed(1))), ANY, Reason.FAILED_LAST, True, id="flaky, and failed last"),
    pytest.param(known(record=FLAKY._replace(ending=Failed(1))), FAILURES, Reason.FLAKY, True, id="a failure that may be chance, where failures are replayed"),
    pytest.param(known(distrusted=WRONG), ANY, Reason.DISTRUSTED, True, id="a skip of this check was wrong"),
    pytest.param(known(distrusted=WRONG, audited=lambda: True), OBSERVE, Reason.DISTRUSTED, True, id="so there is none to observe or audit"),
    pytest.param(known(), OBSERVE, Reason.OBSERVED, True, id="proved, but everything runs"),
    pytest.param(known(audited=lambda: True), ANY, Reason.AUDITED, True, id="proved, but of the sample"),
    pytest.param(known(audited=lambda: True), OBSERVE, Reason.OBSERVED, True, id="observed before audited: it is not asked which are of the sample"),
    pytest.param(known(record=None), OBSERVE, Reason.NEVER_PROVED, True, id="what must run is not observed"),
    pytest.param(known(audited=lambda: True), Rules(run_all=True), Reason.FORCED, True, id="nor is what was asked for"),
    pytest.param(known(record=PATCHED, on_change=OnChange.FAIL), ANY, Reason.MUST_PATCH, True, id="a change is red here, and must be shown"),
    pytest.param(known(record=PATCHED, patch_fits=False), ANY, Reason.MUST_PATCH, True, id="the patch no longer fits"),
    pytest.param(known(outputs_kept=False), ANY, Reason.OUTPUTS_GONE, True, id="what it made is gone"),
]


@pytest.mark.parametrize(("given", "rules", "reason", "remembered"), RUNS)
def test_what_runs(given: Known, rules: Rules, reason: Reason, remembered: bool) -> None:
    decision = decide(given._replace(expected=lambda: 3.0), rules)
    assert isinstance(decision, Run)
    assert (decision.why.reason, decision.expected) == (reason, 3.0)
    assert (decision.fingerprint, decision.manifest) == ((PRINT, MANIFEST) if remembered else (None, None))


@pytest.mark.parametrize("rules", [OBSERVE, ANY], ids=["observed", "audited"])
def test_what_runs_all_the_same_knows_what_it_would_be(rules: Rules) -> None:
    decision = decide(known(audited=lambda: True, failed_last=lambda: True), rules)
    assert isinstance(decision, Run)
    assert (decision.instead, decision.failed_last) == (Replay(RECORD), True)
    forced = decide(known(), Rules(run_all=True))
    assert isinstance(forced, Run)
    assert (forced.instead, forced.failed_last) == (None, False)


def test_a_change_is_explained_by_the_nearest_record() -> None:
    decision = decide(known(record=None, nearest=lambda: NEAREST), ANY)
    assert isinstance(decision, Run)
    assert (decision.why.earlier, decision.why.differences) == NEAREST


def test_what_is_replayed_asks_nothing_more() -> None:
    """The warm path: neither the history nor the nearest record is looked at."""

    def never() -> Any:
        raise AssertionError("asked")

    assert isinstance(decide(known(nearest=never, expected=never, failed_last=never), ANY), Replay)


CHECK = Check(name="a", run="x", needs=("b", "c"))
BARRIERS = [
    pytest.param({}, FailFast.GROUP, None, id="nothing ended yet"),
    pytest.param({"b": Passed(), "c": Passed(), "d": Passed()}, FailFast.ALL, None, id="all passed"),
    pytest.param({"b": Passed(), "c": Failed(1)}, FailFast.NEVER, Blocked(("c",)), id="a need failed"),
    pytest.param({"b": TimedOut(1.0), "c": Cancelled()}, FailFast.GROUP, Blocked(("b", "c")), id="both needs, named"),
    pytest.param({"b": Blocked(("x",))}, FailFast.NEVER, Blocked(("b",)), id="a need was blocked itself"),
    pytest.param({"b": CouldNotStart("x")}, FailFast.NEVER, Blocked(("b",)), id="a need did not start"),
    pytest.param({"d": Failed(1)}, FailFast.NEVER, None, id="a stranger failed, nobody minds"),
    pytest.param({"d": Failed(1), "e": Passed()}, FailFast.GROUP, Blocked(("d",), Barrier.FAIL_FAST), id="a stranger failed in an earlier step"),
    pytest.param({"d": Failed(1)}, FailFast.ALL, Blocked(("d",), Barrier.FAIL_FAST), id="the same"),
    pytest.param({"c": Failed(1), "d": Failed(1)}, FailFast.ALL, Blocked(("c",)), id="a need is the better reason"),
]


@pytest.mark.parametrize(("endings", "fail_fast", "expected"), BARRIERS)
def test_what_keeps_a_check_from_starting(endings: dict[str, Ending], fail_fast: FailFast, expected: Blocked | None) -> None:
    assert barrier(CHECK, endings, Rules(fail_fast=fail_fast)) == expected

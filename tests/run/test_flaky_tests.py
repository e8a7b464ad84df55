"""Tests of a suite that fail and pass on the same inputs: what is told of them, and what the next run does. With a real pytest."""

from pathlib import Path

import pytest

from tests.run.suite import BOTH, ONE, RUN, TWO, Suite


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    found = Suite(tmp_path)
    assert found.go().selected == "no map"
    return found


F, P, A = ("both",), (), ("both", "--all")
"""What fails in a run, and whether everything is asked to run."""

RUNS = [
    # what fails, and whether everything is asked to run; what runs, suspects after it, reason
    (A, "ran", {"": "1/2", BOTH: "1/2"}, "it passed, then failed"),
    (P, [BOTH], {"": "1/3", BOTH: "1/3"}, "one clean pass, of that test alone"),
    (F, [BOTH], {"": "2/4", BOTH: "2/4"}, "a flaky test that fails again"),
    (P, [BOTH], {"": "2/5", BOTH: "2/5"}, "counted anew since"),
    (P, [BOTH], {"": "2/6", BOTH: "2/6"}, "two"),
    (P, [BOTH], {"": "2/7", BOTH: "2/7"}, "three"),
    (P, [BOTH], {"": "2/8", BOTH: "2/8"}, "four"),
    (P, [BOTH], {}, "five clean passes in a row"),
    (P, "replayed", {}, "so it counts as any other"),
]


def test_run_after_run_on_the_same_inputs(suite: Suite) -> None:
    assert suite.go().selected == "replayed", "a clean pass"
    for event, selected, suspects, reason in RUNS:
        suite.fail(*event[:1])
        ran = suite.go(*event[1:])
        assert (ran.status, ran.selected, ran.suspects) == (bool(event), selected, suspects), reason


def test_what_is_broken_is_not_flaky(suite: Suite) -> None:
    suite.edit("app/two.py", "return 2", "return 1 + 1")
    suite.fail("both", "both")
    assert [suite.go().suspects, suite.go().suspects] == [{}, {}]
    ran = suite.go()
    assert (ran.status, ran.selected, ran.suspects) == (0, [BOTH, TWO], {"": "2/3", BOTH: "2/3"}), "until it passes, and nothing changed"


def test_a_pass_of_a_flaky_test_is_none_that_leaving_it_out_may_rest_on(suite: Suite) -> None:
    """Whatever changes elsewhere, it runs, until it passed five times in a row."""
    suite.fail("both")
    assert suite.go("--all").status == 1
    seen = []
    for number in range(6):
        suite.edit("app/one.py", f"return {'0 + ' * number}1", f"return {'0 + ' * (number + 1)}1")
        ran = suite.go()
        seen.append(ran.selected)
        assert ran.suspects.get(BOTH) == ("1/2" if number < 4 else None), "of what changed since nobody knows whether it is the same"
    assert seen == [[ONE, BOTH]] * 5 + [[ONE]]


def test_it_is_told_by_what_right_it_runs(suite: Suite) -> None:
    suite.fail("both")
    suite.go("--all")
    suite.edit("app/one.py", "return 1", "return 0 + 1")
    ran = suite.go()
    assert {"right": "flaky", "path": "tests/test_two.py", "tests": 1} in ran.check["selection"]["causes"]
    assert f"{BOTH} of unit is a flaky suspect: it failed 1 of 2 runs of the same inputs." in ran.said


def test_what_failed_last_runs_though_an_older_run_would_do_without_it(suite: Suite) -> None:
    """Nothing that it was seen to do differs from when it passed, and it failed all the same."""
    suite.edit("pytest.ini", "pythonpath = .", "pythonpath = . app")
    suite.fail("both", "both")
    assert suite.go().selected == "configuration"
    suite.edit("app/one.py", "return 1", "return 0 + 1")
    suite.edit("pytest.ini", "pythonpath = . app", "pythonpath = .")
    ran = suite.go()
    assert (ran.status, ran.selected) == (1, [ONE, BOTH])
    ran = suite.go()
    assert (ran.status, ran.selected) == (0, [BOTH])


def test_a_test_that_passes_when_it_is_tried_again_is_flaky(suite: Suite) -> None:
    """The check is green, and its pass is no clean one: only that test runs again."""
    suite.settle(f"{RUN} --reruns 2")
    suite.fail("both", "both")
    ran = suite.go()
    assert (ran.status, ran.selected, ran.suspects) == (0, "environment", {BOTH: "2/3"})
    ran = suite.go()
    assert (ran.status, ran.selected, ran.suspects) == (0, [BOTH], {BOTH: "2/4"})
    assert ran.check["why"].startswith(f"flaky ({BOTH}); 1 of 3 tests")
    for _ in range(4):
        assert suite.go().selected == [BOTH]
    assert suite.go().selected == "replayed"


def test_a_check_that_passes_when_it_is_tried_again_names_its_test(suite: Suite) -> None:
    suite.settle(retries=1)
    suite.fail("two")
    ran = suite.go("--all")
    assert (ran.status, ran.check["flaky"], ran.suspects) == (0, True, {"": "1/3", TWO: "1/3"})
    assert suite.go().selected == "no map", "nothing rests on a run of which part was spoilt"


def test_a_failure_that_no_test_explains_hides_behind_none(suite: Suite) -> None:
    """Something around the tests failed. That each of them passed says nothing of it."""
    suite.repository.write("tests/conftest.py", "from app.said import obey\n\n\ndef pytest_sessionfinish(session):\n    try:\n        obey('around')\n"
                           "    except AssertionError:\n        session.exitstatus = 1\n")  # fmt: skip
    suite.settle()
    suite.fail("around", "around")
    assert suite.go().status == 1
    ran = suite.go()
    assert ran.status == 1
    assert "3 passed" in ran.log

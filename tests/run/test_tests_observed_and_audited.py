"""Tests that a selection would leave out run all the same: what that costs, what is told, and what follows from one that fails. With a real pytest."""

from pathlib import Path

import pytest

from tests.run.suite import BOTH, ONE, TWO, Ran, Suite

OBSERVE = {"mode": "observe"}
ALL = {"audit": "100%"}


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path)


def edited(suite: Suite, **verification: object) -> Suite:
    """The whole was watched, then a function changed that only `test_one` runs."""
    suite.settle(verification=verification)
    assert suite.go().status == 0
    suite.edit("app/one.py", "return 1", "return 0 + 1")
    return suite


def told(ran: Ran) -> tuple[int, object, list[str]]:
    """How many tests that would be left out ran, whether leaving them out would have been right, and which would not."""
    judged = ran.check["judged"]
    return judged["tests"], judged["right"], judged["wrong"]


def test_observing_runs_the_whole_suite_and_says_what_it_would_have_left_out(suite: Suite) -> None:
    ran = edited(suite, **OBSERVE).go()
    assert (ran.status, ran.selected) == (0, "ran")
    assert "3 passed" in ran.log
    would = ran.check["would_select"]
    assert (would["selected"], would["left_out"], would["of"]) == ([ONE], 2, 3)
    assert would["causes"] == [{"right": "ran", "path": "app/one.py", "tests": 1}]
    assert 0 < would["seconds"] < would["of_seconds"]
    assert told(ran) == (2, True, [])
    (note,) = [note for note in ran.said.splitlines() if note.startswith("Observed: leaving out")]
    assert note.startswith("Observed: leaving out 2 of 3 tests of unit would have saved ")
    assert note.endswith(": right. The others: 1 ran what changed in app/one.py.")
    assert ran.loud() == []


OBSERVED = [
    # file, old, new, what fails meanwhile, what would run or the rule, (tests seen, right, wrong), reason
    ("app/one.py", "return 1", "return 0 + 1", ("one",), [ONE], (2, True, []), "what would have run fails: nothing hidden"),
    ("app/one.py", "return 1", "return 0 + 1", ("one", "two"), [ONE], (2, False, [TWO]), "beside one that would have been seen another one is hidden"),
    ("app/one.py", "return 1", "return 0 + 1", ("load",), [ONE], (0, False, ["tests/test_three.py"]), "a file that need not be loaded can't be loaded"),
    ("pytest.ini", "pythonpath = .", "pythonpath = . app", ("two",), "configuration", None, "all of them would have run"),
]


@pytest.mark.parametrize(("path", "old", "new", "fails", "would", "judged", "reason"), OBSERVED, ids=[row[-1] for row in OBSERVED])
def test_what_observing_says(
    suite: Suite, path: str, old: str, new: str, fails: tuple[str, ...], would: object, judged: object, reason: str
) -> None:  # fmt: skip
    suite.repository.write("tests/test_three.py", "from app.said import obey\n\nobey('load')\n")
    suite.settle(verification=OBSERVE)
    assert suite.go().status == 0
    suite.edit(path, old, new)
    suite.fail(*fails)
    ran = suite.go()
    assert ran.status == 1
    assert (ran.check["would_select"]["rule"] or ran.check["would_select"]["selected"]) == would
    assert (told(ran) if judged else ran.check.get("judged")) == judged


@pytest.mark.parametrize("verification", [OBSERVE, ALL], ids=["observed", "audited"])
def test_a_test_left_out_that_fails_ends_all_leaving_out_until_it_is_cleared(suite: Suite, verification: dict[str, object]) -> None:
    edited(suite, **verification).fail("two")
    ran = suite.go()
    assert (ran.status, ran.report["verdict"]) == (1, "failed")
    assert told(ran) == (2, False, [TWO])
    (loud,) = ran.loud()
    assert loud == f"WRONG: leaving out tests of unit would have hidden that these failed: {TWO}. None of its tests is left out until `ftaction trust unit`."
    assert "1 left-out test WRONG" in ran.said
    assert suite.go("--mode", "prove").selected == "distrust"
    suite.settle()
    suite.edit("app/one.py", "0 + 1", "1 + 0")
    assert suite.go().selected == "distrust", "on other inputs too"
    assert suite.go().selected == "replayed", "which all of them passed"
    assert suite.run("trust", "unit")[0] == 0
    suite.edit("app/one.py", "1 + 0", "1 * 1")
    ran = suite.go()
    assert (ran.status, ran.selected) == (0, [ONE, TWO]), "and the test that failed is flaky now"
    assert ran.loud() == []


def test_an_audit_runs_tests_that_are_left_out_in_the_same_process(suite: Suite) -> None:
    ran = edited(suite, **ALL).go()
    assert (ran.status, ran.selected, told(ran)) == (0, [ONE], (2, True, []))
    assert "3 passed" in ran.log
    assert ran.check["selection"]["audited"] == [BOTH, TWO]
    assert "Audited 2 of 2 tests of unit that would be left out: right." in ran.said
    assert "2 of those left out audited: right" in ran.said


def test_what_an_audit_saw_is_still_a_pass_with_tests_left_out(suite: Suite) -> None:
    """Also where all of them were drawn: the sample says something of the map, and the rest of such a pass rests on it."""
    assert edited(suite, **ALL).go().status == 0
    suite.settle()
    ran = suite.go()
    assert ran.selected == "replayed"
    assert "2 tests of it by earlier runs" in ran.check["why"]


def test_a_pass_that_rests_on_what_is_distrusted_is_not_replayed(suite: Suite) -> None:
    assert edited(suite).go().selected == [ONE]
    assert suite.go().selected == "replayed"
    suite.edit("app/one.py", "0 + 1", "1 + 0")
    suite.settle(verification=ALL)
    suite.fail("both")
    assert told(suite.go())[2] == [BOTH]
    suite.settle()
    suite.edit("app/one.py", "1 + 0", "0 + 1")
    assert suite.go().selected == "distrust"
    suite.edit("app/one.py", "0 + 1", "1")
    assert suite.go().selected == "replayed", "the first one was of the whole"


def test_without_a_share_nothing_is_audited(suite: Suite) -> None:
    ran = edited(suite).go()
    assert (ran.selected, ran.check["selection"]["audited"], "judged" in ran.check) == ([ONE], [], False)
    assert "1 passed" in ran.log


def test_the_sample_is_the_plans_and_another_one_at_another_commit(suite: Suite) -> None:
    suite.repository.write("tests/test_many.py", "import pytest\n\n\n@pytest.mark.parametrize('number', range(60))\ndef test_many(number):\n    pass\n")
    edited(suite, audit="20%")
    drawn = [suite.plan()["steps"][0]["checks"][0]["selection"]["audited"] for _ in range(2)]
    ran = suite.go()
    assert ran.check["selection"]["audited"] == drawn[0] == drawn[1]
    assert 2 < len(drawn[0]) < 30
    assert f"{1 + len(drawn[0])} passed" in ran.log
    suite.edit("app/one.py", "0 + 1", "1 + 0")
    assert suite.plan()["steps"][0]["checks"][0]["selection"]["audited"] != drawn[0]


def test_at_a_final_checkpoint_it_is_observed_too(suite: Suite) -> None:
    """Which is where a nightly run is, and there it would say nothing else but that everything runs."""
    edited(suite)
    (suite.folder / "temp").mkdir()
    suite.variables |= {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "us/it", "GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main"}
    suite.variables |= {"GITHUB_WORKSPACE": str(suite.repository.root), "RUNNER_TEMP": str(suite.folder / "temp")}
    assert suite.go().selected == "final checkpoint"
    suite.edit("app/one.py", "0 + 1", "1 + 0")
    ran = suite.go("--mode", "observe")
    assert (ran.selected, ran.check["would_select"]["selected"], told(ran)) == ("ran", [ONE], (2, True, []))


def test_a_test_left_out_that_passes_when_the_check_is_tried_again_is_flaky_and_hides_nothing(suite: Suite) -> None:
    suite.settle(verification=ALL, retries=1)
    assert suite.go().status == 0
    suite.edit("app/one.py", "return 1", "return 0 + 1")
    suite.fail("two")
    ran = suite.go()
    assert (ran.status, ran.check["flaky"], "judged" in ran.check, ran.loud()) == (0, True, False, [])
    assert ran.suspects == {"": "1/2", TWO: "1/2"}
    assert "Audited 2 of 2 tests of unit that would be left out: not told by this run." in ran.said


UNSEEN = """\
from app.said import obey


def pytest_configure(config):
    try:
        obey('unseen')
    except AssertionError:
        config.pluginmanager.unregister(name='firsttry')
"""


@pytest.mark.parametrize(("fails", "right"), [((), "right"), (("two",), "not told by this run")], ids=["passed", "failed"])
def test_where_the_run_could_not_be_watched_only_a_pass_tells(suite: Suite, fails: tuple[str, ...], right: str) -> None:
    """All of it ran: where it passed, what would have been left out did so too."""
    suite.repository.write("tests/conftest.py", UNSEEN)
    edited(suite, **OBSERVE).fail("unseen", *fails)
    ran = suite.go()
    assert (ran.status, ran.check["would_select"]["selected"], ran.loud()) == (bool(fails), [ONE], [])
    assert "Observed: leaving out 2 of 3 tests of unit would have saved " in ran.said
    assert f": {right}. The others: " in ran.said

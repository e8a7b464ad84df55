"""In which order a suite runs: what failed last on this branch, what changed or is new, what failed before; the rest as pytest has it."""

import re
from pathlib import Path

import pytest

from tests.run.suite import RUN, Suite

TEST = "from app.said import obey\n\n\ndef test_{0}a():\n    obey('{0}a')\n\n\ndef test_{0}b():\n    obey('{0}b')\n"
AS_IT_IS = ["aa", "ab", "ba", "bb", "ca", "cb", "da", "db"]


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Four files of two tests, and every run is of all of them."""
    found = Suite(tmp_path)
    for old in ("test_one", "test_two"):
        (found.repository.root / f"tests/{old}.py").unlink()
    found.repository.write_all({f"tests/test_{name}.py": TEST.format(name) for name in "abcd"})
    found.settle(f"{RUN} -vv", verification={"full_suite": ["**"]})
    found.variables |= {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "us/it", "GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main"}
    found.variables |= {"GITHUB_WORKSPACE": str(found.repository.root), "RUNNER_TEMP": str(found.folder / "temp")}
    (found.folder / "temp").mkdir()
    return found


def ran(suite: Suite, *failing: str) -> list[str]:
    suite.fail(*failing)
    found = suite.go()
    assert found.status == bool(failing), found.said
    assert found.selected == "final checkpoint"
    return re.findall(r"::test_(\w+) (?:PASSED|FAILED)", found.log)


def on(suite: Suite, branch: str) -> None:
    suite.variables["GITHUB_REF"] = f"refs/heads/{branch}"


def test_the_order(suite: Suite) -> None:
    assert ran(suite, "db") == AS_IT_IS, "nothing is known"
    assert ran(suite, "cb", "ca") == ["db", "aa", "ab", "ba", "bb", "ca", "cb", "da"], "what failed last"
    first, second, third, *rest = ran(suite)
    assert ({first, second}, third, rest) == ({"ca", "cb"}, "db", ["aa", "ab", "ba", "bb", "da"]), "then what failed before; the rest stays"


def test_what_failed_on_another_branch_is_only_what_failed_before(suite: Suite) -> None:
    ran(suite, "bb")
    on(suite, "topic")
    suite.edit("app/one.py", "return 1", "return 0 + 1")
    assert ran(suite, "da", "db")[0] == "bb", "this branch is new, so what failed last anywhere"
    suite.edit("app/one.py", "return 0 + 1", "return 1")
    on(suite, "main")
    assert ran(suite, "bb")[0] == "bb", "on this branch it is another one"
    suite.edit("app/one.py", "return 1", "return 0 + 1")
    on(suite, "topic")
    assert set(ran(suite)[:2]) == {"da", "db"}


def test_what_changed_and_what_is_new_comes_before_what_failed_once(suite: Suite) -> None:
    ran(suite, "db")
    ran(suite)
    suite.edit("tests/test_c.py", "def test_ca", "def test_cn():\n    pass\n\n\ndef test_ca")
    suite.repository.write("tests/test_n.py", TEST.format("n"))
    assert ran(suite) == ["cn", "ca", "cb", "na", "nb", "db", "aa", "ab", "ba", "bb", "da"]


def test_a_suite_whose_tests_share_a_set_up_keeps_them_together(suite: Suite) -> None:
    shared = "import pytest\n\n\n@pytest.fixture(scope='module', autouse=True)\ndef shared():\n    yield\n\n\n"
    suite.repository.write("tests/test_c.py", shared + TEST.format("c"))
    ran(suite, "cb")
    assert ran(suite) == ["ca", "cb", "aa", "ab", "ba", "bb", "da", "db"]

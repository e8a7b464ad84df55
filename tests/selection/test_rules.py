"""Every rule that makes a whole suite run, through the real command line and a real pytest: it fires, and says its name.

Each row also changes `app/plain.py`, which without the rule runs one test of fourteen and more: see the control below.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ftaction.edge.disk import DiskStore
from ftaction.model.selection import Rule
from ftaction.report.tests import RULES
from ftaction.run.records import dump, load
from tests.selection.hazards import EVERY, FILES
from tests.selection.suites import Suite, copied, watched

PYTEST = "pytest -q -p no:cacheprovider -p no:randomly -p no:asyncio -p no:xdist"
PLAIN = {"app/plain.py": FILES["app/plain.py"].replace("return x\n", "return x + 0\n")}
HOOKS = """\
import importlib
import os
from app.hook import note

def pytest_configure(config):
    importlib.import_module(".".join(["app", "lo" + "aded"]))

def pytest_sessionfinish(session):
    note()
    if os.path.exists("stop"):
        session.exitstatus = 2
"""


def configuration(run: str = PYTEST, more: str = "", verification: str = "{}") -> str:
    return f"version: 1\nverification: {verification}\nchecks:\n  test:\n    run: {run}\n    env: [APP_MODE]\n{more}"


PROJECT = {
    **FILES,
    ".firsttry.yml": configuration(),
    "conftest.py": HOOKS,
    "app/hook.py": "def note():\n    return 1\n",
    "app/loaded.py": "VALUE = 1\n",
    "app/wide.py": "A0 = 1\n" + "".join(f"A{number + 1} = A{number}\n" for number in range(500)),
    "tests/test_wide.py": "from app.wide import A500\n\ndef test_wide():\n    assert A500\n",
    "tests/test_word.py": "import os\n\ndef test_word():\n    assert not os.path.exists('../word')\n",
    "requirements.txt": "left-pad==1\n",
    "compose.yml": "services: {}\n",
    "fast.c": "int x;\n",
}
ALL = len(EVERY) + sum(path.startswith("tests/test_") for path in PROJECT.keys() - FILES.keys())


def nothing(suite: Suite) -> None:
    """The suite was watched, and all is as it should be."""


def forgotten(suite: Suite) -> None:
    shutil.rmtree(suite.folder / "store")


def aged(suite: Suite) -> None:
    """Every record says that its run ended 31 days earlier than it did."""
    store = DiskStore(str(suite.folder / "store"))
    names = [entry.name.rpartition("/")[2] for entry in store.entries() if entry.name.startswith("ac/")]
    records = [(name, record) for name in names if (record := load(store.record(name) or b""))]
    assert records
    for name, record in records:
        store.put_record(name, dump(record._replace(ended=record.ended - 31 * 86_400)))


def interrupted(suite: Suite) -> None:
    """All that is remembered is a run in which a test failed, and that pytest says it broke off. Of another size: bytecode is told by size and second."""
    forgotten(suite)
    suite.edit({"stop": "", "app/plain.py": FILES["app/plain.py"].replace("return x\n", "return x + 100\n")})
    assert suite.ran().status == 1
    suite.edit({"stop": None})


def through_uv(suite: Suite) -> None:
    """The suite was watched under a command that may install before it tests."""
    suite.variables["PATH"] += f":{Path(sys.executable).parent}"
    suite.edit({".firsttry.yml": configuration(f"uv run --offline --no-project {PYTEST}")})
    ran = suite.ran()
    assert (ran.status, ran.rule) == (0, "environment"), ran.told


def wrong(suite: Suite) -> None:
    """An audit finds that a replay was wrong: a test depends on a file outside of the repository."""
    suite.edit({".firsttry.yml": configuration(verification="{audit: 100%}")})
    (suite.folder / "word").write_text("")
    ran = suite.ran()
    assert ran.status == 1, ran.told
    (suite.folder / "word").unlink()


def scheduled(suite: Suite) -> None:
    """A runner's variables."""
    event = {"repository": {"full_name": "us/it", "default_branch": "main"}, "schedule": "0 0 * * *"}
    (suite.folder / "event.json").write_text(json.dumps(event))
    (suite.folder / "temp").mkdir()
    head = suite.repository.git("rev-parse", "HEAD").decode().strip()
    suite.variables |= {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "us/it", "GITHUB_WORKSPACE": str(suite.repository.root), "GITHUB_SHA": head}
    suite.variables |= {"GITHUB_EVENT_NAME": "schedule", "GITHUB_EVENT_PATH": str(suite.folder / "event.json"), "GITHUB_REF": "refs/heads/main"}
    suite.variables |= {"RUNNER_TEMP": str(suite.folder / "temp")}


class Row(NamedTuple):
    """`edit`: path -> text. `details`: what the rule names."""

    rule: Rule
    why: str
    edit: dict[str, str]
    details: tuple[str, ...] = ()
    before: Callable[[Suite], None] = nothing
    variables: dict[str, str] = {}


ROWS = [
    Row(Rule.NO_MAP, "nothing is remembered", {}, (), forgotten),
    Row(Rule.FINAL, "the schedule runs everything", {}, (), scheduled),
    Row(Rule.OFF, "the configuration says so", {".firsttry.yml": configuration(more="    tests: all\n")}),
    Row(
        Rule.COMMAND,
        "what it writes is to tell of all tests",
        {".firsttry.yml": configuration(f"{PYTEST} --junitxml=report.xml")},
        ("--junitxml: it counts what ran",),
    ),
    Row(
        Rule.COMMAND,
        "what it makes may be of all tests",
        {".firsttry.yml": configuration(more="    outputs: [made]\n"), ".gitignore": "made\n__pycache__/\n"},
        ("it makes outputs",),
    ),
    Row(
        Rule.COMMAND,
        "it is said to be pytest, and is two of them",
        {".firsttry.yml": configuration(f"{PYTEST} && {PYTEST}", "    tool: pytest\n")},
        ("it is not one command",),
    ),
    Row(Rule.ENVIRONMENT, "a variable that the check sees", {}, (), nothing, {"APP_MODE": "plain"}),
    Row(Rule.OLD, "the map is of last month", {}, (), aged),
    Row(Rule.UNSEEN, "the run that was watched broke off", {}, ("pytest ended with 2",), interrupted),
    Row(Rule.LOCK_FILE, "what it may install by", {"requirements.txt": "left-pad==2\n"}, ("requirements.txt",), through_uv),
    Row(Rule.CONFIGURATION, "pytest's own", {"pytest.ini": "[pytest]\npythonpath = . app\n"}, ("pytest.ini",)),
    Row(Rule.COMPILED, "a source of compiled code", {"fast.c": "int y;\n"}, ("fast.c",)),
    Row(Rule.SERVICES, "services that run beside the tests", {"compose.yml": "services: {db: {image: db}}\n"}, ("compose.yml",)),
    Row(Rule.SHADOWING, "a new package of a module's name", {"helper_module/__init__.py": "VALUE = 1\n"}, ("helper_module/__init__.py",)),
    Row(Rule.STANDARD, "pytest's folder has one of its own", {"tests/calendar.py": "VALUE = 1\n"}, ("tests/calendar.py",)),
    Row(Rule.AROUND, "a hook of a conftest runs it", {"app/hook.py": "def note():\n    return 2\n"}, ("app/hook.py",)),
    Row(Rule.WIDE, "one name is in five hundred others", {"app/wide.py": PROJECT["app/wide.py"].replace("A0 = 1", "A0 = 2")}, ("app/plain.py", "app/wide.py")),
    Row(Rule.DISTRUST, "an audit was wrong about it", {}, (), wrong),
    Row(Rule.LOADED, "a hook loads it by a name that it makes up", {"app/loaded.py": "VALUE = 2\n"}, ("app/loaded.py",)),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return watched(tmp_path_factory.mktemp("base"), PROJECT)


@pytest.fixture
def suite(base: Suite, tmp_path: Path) -> Suite:
    return copied(base, tmp_path)


def test_every_rule_has_a_row_and_words() -> None:
    of_parts = {Rule.FAILED, Rule.UNPROVED}  # of runners whose tests nobody watches: tests/narrow/test_printed.py
    assert {row.rule for row in ROWS} | of_parts == set(Rule) == set(RULES)
    assert not {row.rule for row in ROWS} & of_parts


def test_without_a_rule_one_test_runs(suite: Suite) -> None:
    suite.edit(PLAIN)
    ran = suite.ran()
    assert (ran.status, ran.rule, ran.selected) == (0, "", frozenset(["tests/test_plain.py::test_double"])), ran.told
    assert f"{ALL - 1} of {ALL} tests of test left out: none can notice what changed since the whole run here, " in ran.told
    assert "1 test of test chosen: 1 in tests/test_plain.py." in ran.told
    assert ran.check["rests_on"]["commit"] == suite.repository.git("rev-parse", "HEAD").decode().strip()


def test_a_lock_file_from_which_somebody_else_installs_is_no_rule(suite: Suite) -> None:
    """The environment is as it was: its packages are in the fingerprint."""
    suite.edit({**PLAIN, "requirements.txt": "left-pad==2\n"})
    ran = suite.ran()
    assert (ran.status, ran.rule, ran.selected) == (0, "", frozenset(["tests/test_plain.py::test_double"])), ran.told


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.rule.value}: {row.why}" for row in ROWS])
def test_it_fires_and_says_its_name(suite: Suite, row: Row) -> None:
    row.before(suite)
    suite.edit({**PLAIN, **row.edit})
    ran = suite.ran(row.variables)
    details = f" ({', '.join(row.details)})" if row.details else ""
    assert f"all tests: {row.rule.value}: " in ran.told, ran.told  # where a line ends is the terminal's business
    assert ran.check["why"].endswith(f"all tests: {row.rule.value}: {RULES[row.rule]}{details}"), ran.check["why"]
    assert (ran.status, ran.rule, ran.selected) == (0, row.rule.value, None), ran.told
    assert f"{ALL} passed" in Path(ran.check["log"]).read_text()

"""Beside other plugins, options and layouts: the run is as it would have been, and what was seen is whole."""

from pathlib import Path

import pytest

from ftaction.model.trace import Trace
from tests.within.pythons import NEWEST, WATCHED, python
from tests.within.suites import QUIET, run, write

TESTS = """\
import asyncio, os
from app import core

def test_one(): assert core.one() == 1
def test_two(): assert core.two() == 2
def test_flaky():
    if not os.path.exists("again"):
        open("again", "w").close()
        assert 0
"""
CORE = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"
INI = "[pytest]\nasyncio_default_fixture_loop_scope = function\n"  # pytest-asyncio warns without it
ANEW = "import os, sys; os.environ['PYTHONPATH'] = 'src'; os.execv(sys.executable, [sys.executable, '-m', 'pytest'])"
SRC = {"src/app/__init__.py": "", "src/app/core.py": CORE, "tests/test_t.py": TESTS, "pytest.ini": INI + "pythonpath = src\n"}
ASYNC = "import pytest\nfrom app import core\n\n@pytest.mark.asyncio\nasync def test_one(): assert core.one() == 1\ndef test_two(): assert core.two() == 2\n"
OTHER_TOOL = "import sys\nfor n in (3, 4, 5): sys.monitoring.use_tool_id(n, 'x')\n"

CASES: list[tuple[str, tuple[str, ...], dict[str, str], dict[str, str]]] = [
    ("as it is", (), {}, {}),
    ("coverage of branches, by a tracer", ("--cov=app", "--cov-branch", "--cov-report="), {}, {}),
    ("coverage by sys.monitoring", ("--cov=app", "--cov-report="), {"COVERAGE_CORE": "sysmon"}, {}),
    ("two workers", ("-n", "2"), {}, {}),
    ("two workers with coverage", ("-n", "2", "--cov=app", "--cov-report="), {}, {}),
    ("in any order", ("-p", "randomly"), {}, {}),
    ("its own path in the environment", (), {"PYTHONPATH": "/nowhere"}, {}),
    ("its own options in the environment", (), {"PYTEST_ADDOPTS": "-p no:doctest"}, {}),
    ("no bytecode", (), {"PYTHONDONTWRITEBYTECODE": "1"}, {}),
    ("import mode", ("--import-mode=importlib",), {}, {}),
    ("no assertion rewriting", ("--assert=plain",), {}, {}),
    ("warnings are errors", ("-W", "error"), {}, {}),
    ("a coroutine", (), {}, {"tests/test_t.py": ASYNC}),
    ("flat layout", (), {}, {"src/app/core.py": "", "app/__init__.py": "", "app/core.py": CORE, "pytest.ini": INI + "pythonpath = .\n"}),
]


@pytest.mark.parametrize("version", WATCHED)
@pytest.mark.parametrize(("why", "arguments", "env", "files"), CASES, ids=[case[0] for case in CASES])
def test_seen_all_the_same(tmp_path: Path, version: str, why: str, arguments: tuple[str, ...], env: dict[str, str], files: dict[str, str]) -> None:
    root = tmp_path / "project"
    write(root, {**SRC, **files, "again": ""})
    seen = run(python(version), root, *arguments, env=env, quiet=QUIET if "randomly" not in arguments else ())
    assert seen.code == 0, seen.output
    assert (seen.trace.whole, seen.trace.doubt) == (True, ""), why
    core = "app/core.py" if "app/core.py" in files else "src/app/core.py"
    for name in ("one", "two"):
        ran = {unit for unit in seen.of(f"test_{name}") if unit.startswith(core) and "<module>" not in unit}
        assert ran == {f"{core}:{name}"}, why


RETRIED = "import os\n\ndef test_it():\n    os.mkdir(next(name for name in 'abcdefgh' if not os.path.exists(name)))\n    assert os.path.exists('{needed}')\n"
RETRIES = [
    # which try passes, arguments, exit code, tries that failed before it passed, reason
    ("a", (), 0, 0, "the first"),
    ("b", (), 0, 1, "the second"),
    ("c", (), 0, 2, "the third, the last one"),
    ("d", (), 1, 0, "none: it is broken, as far as this run can tell"),
    ("c", ("-n", "1"), 0, 2, "in a worker"),
]


@pytest.mark.parametrize(("needed", "arguments", "code", "again", "why"), RETRIES, ids=[row[-1] for row in RETRIES])
def test_passed_only_after_a_retry_is_not_passed(tmp_path: Path, needed: str, arguments: tuple[str, ...], code: int, again: int, why: str) -> None:
    write(tmp_path / "project", {"test_t.py": RETRIED.format(needed=needed), "pytest.ini": INI})
    seen = run(python(NEWEST), tmp_path / "project", "--reruns", "2", *arguments)
    (test,) = seen.trace.tests
    assert (seen.code, test.outcome.passed, test.outcome.again) == (code, needed == "a", again)


@pytest.mark.parametrize("arguments", [(), ("-n", "2"), ("--continue-on-collection-errors",)], ids=" ".join)
def test_a_file_that_can_not_be_loaded_counts_as_a_test_that_failed(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Nobody knows which tests it holds, so that without it leaving them out would hide this."""
    write(
        tmp_path / "project",
        {**SRC, "again": "", "tests/test_b.py": "1 / 0\n", "tests/test_s.py": "import pytest\npytest.skip('no', allow_module_level=True)\n"},
    )
    seen = run(python(NEWEST), tmp_path / "project", *arguments)
    assert seen.code in (1, 2)
    failed = [(test.id, test.path) for test in seen.trace.tests if not test.outcome.passed]
    assert failed == [("tests/test_b.py", "tests/test_b.py")]


def test_the_first_failure_ends_the_run(tmp_path: Path) -> None:
    write(tmp_path / "project", {**SRC, "tests/test_t.py": "def test_a(): assert 0\ndef test_b(): pass\n"})
    seen = run(python(NEWEST), tmp_path / "project", "-x")
    assert (seen.code, seen.outcomes(), seen.trace.whole) == (1, {"tests/test_t.py::test_a": "failed"}, True)


def test_a_root_of_pytest_below_the_repository(tmp_path: Path) -> None:
    write(tmp_path / "project", {f"part/{name}": text for name, text in SRC.items()} | {"part/again": ""})
    seen = run(python(NEWEST), tmp_path / "project", cwd="part")
    assert seen.outcomes().keys() == {"tests/test_t.py::test_one", "tests/test_t.py::test_two", "tests/test_t.py::test_flaky"}
    assert {test.path for test in seen.trace.tests} == {"part/tests/test_t.py"}
    assert "part/src/app/core.py:one" in seen.of("test_one")


def test_two_pytests_in_one_run(tmp_path: Path) -> None:
    write(tmp_path / "project", {**SRC, "again": ""})
    both = "import subprocess, sys\nfor n in ('one', 'two'): subprocess.run([sys.executable, '-m', 'pytest', '-q', '-k', n], check=True)\n"
    seen = run(python(NEWEST), tmp_path / "project", command=("-c", both), quiet=())
    assert (seen.order(), seen.trace.whole) == (["test_one", "test_two"], True)


def test_other_tools_took_every_number(tmp_path: Path) -> None:
    write(tmp_path / "project", {**SRC, "again": "", "taker.py": OTHER_TOOL})
    seen = run(python(NEWEST), tmp_path / "project", env={"PYTHONPATH": "."}, command=("-c", "import taker, pytest, sys; sys.exit(pytest.main())"))
    assert (seen.code, seen.trace.whole, len(seen.trace.tests)) == (0, False, 3)
    assert "no number of sys.monitoring is free" in seen.trace.doubt


PATCHED = """\
import os, sys, threading
import pytest
from app import core

KEPT = {{}}

class Filled:
    def add(self, value):
        self.values = {{**getattr(self, "values", {{}}), value: 1}}

def put(key):
    KEPT[key] = 1

def use():
    put(1)
    Filled().add(1)
    assert core.one() == 1
    with open("pytest.ini") as file:
        assert file.read()

def test_it(monkeypatch, tmp_path):
    {patch}
    use()
    monkeypatch.undo()

def test_after():
    use()
"""
PATCHES = [
    ("monkeypatch.delattr(sys, '_getframe')", "as on a Python that has none"),
    ("monkeypatch.setattr(os, 'getcwd', lambda: '/nowhere')", "as if it stood elsewhere"),
    ("monkeypatch.setattr(os, 'getcwd', lambda: 1 / 0)", "as if it stood in a folder that is gone"),
    ("monkeypatch.setattr(os.path, 'realpath', lambda path: '/nowhere')", "no links"),
    ("monkeypatch.setattr(os, 'fsdecode', lambda path: 'nothing')", "names of another system"),
    ("monkeypatch.setattr(os, 'sep', '\\\\')", "the separator of another system"),
    ("import ntpath; monkeypatch.setattr(os, 'path', ntpath)", "the paths of another system"),
    ("monkeypatch.setattr(threading, 'get_ident', lambda: 7)", "in one thread"),
    ("import types, weakref; monkeypatch.setitem(sys.modules, 'gone', weakref.proxy(types.ModuleType('gone')))", "a module that is gone"),
    ("monkeypatch.setitem(sys.modules, 'odd', type('Odd', (), {'__getattr__': lambda *_: 1 / 0})())", "a module that is none"),
]


@pytest.mark.parametrize(("patch", "why"), PATCHES, ids=[row[1] for row in PATCHES])
def test_what_a_test_sets_on_the_standard_library_does_not_lead_us_astray(tmp_path: Path, patch: str, why: str) -> None:
    write(tmp_path / "project", {**SRC, "tests/test_t.py": PATCHED.format(patch=patch)})
    seen = run(python(NEWEST), tmp_path / "project")
    assert (seen.code, seen.trace.doubt) == (0, ""), seen.output
    for test in ("test_it", "test_after"):
        assert {"src/app/core.py:one", "tests/test_t.py:use", "tests/test_t.py:put", "tests/test_t.py:Filled.add", "open pytest.ini"} <= seen.of(test), why


def test_a_folder_that_is_gone_is_nowhere(tmp_path: Path) -> None:
    tests = """\
import os, pytest
from app import core

def test_it(monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(OSError):
        open("x.txt")
    assert core.one() == 1
"""
    write(tmp_path / "project", {**SRC, "tests/test_t.py": tests})
    seen = run(python(NEWEST), tmp_path / "project")
    assert (seen.code, seen.trace.doubt) == (0, ""), seen.output
    assert "src/app/core.py:one" in seen.of("test_it")


NOT_WATCHED: list[tuple[str, tuple[str, ...], dict[str, str]]] = [
    ("the environment does not count for Python", ("-E", "-m", "pytest"), {}),
    (
        "the command sets the path anew",
        ("-c", ANEW),
        {},
    ),
    ("pytest looks for no plugins", ("-m", "pytest"), {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
]


@pytest.mark.parametrize(("why", "command", "env"), NOT_WATCHED, ids=[case[0] for case in NOT_WATCHED])
def test_where_we_do_not_get_in_the_run_is_as_ever(tmp_path: Path, why: str, command: tuple[str, ...], env: dict[str, str]) -> None:
    write(tmp_path / "project", {**SRC, "again": ""})
    seen = run(python(NEWEST), tmp_path / "project", command=command, env=env, quiet=())
    assert (seen.code, seen.found) == (0, "no pytest of the run could be watched"), seen.output


ENDINGS: list[tuple[str, str, str]] = [
    ("killed", "import os\ndef test_a(): os.kill(os.getpid(), 9)\n", "no pytest of the run came to its end"),
    ("interrupted", "def test_a(): raise KeyboardInterrupt\n", "pytest ended with 2"),
    ("a file can't be imported", "1 / 0\n", "pytest ended with 2"),
    ("a worker died", "import os\ndef test_a(): os._exit(1)\n", "a worker of pytest-xdist did not come to its end"),
]


@pytest.mark.parametrize(("why", "tests", "doubt"), ENDINGS, ids=[case[0] for case in ENDINGS])
def test_a_bad_ending_is_told(tmp_path: Path, why: str, tests: str, doubt: str) -> None:
    write(tmp_path / "project", {"test_a.py": tests})
    seen = run(python(NEWEST), tmp_path / "project", *(("-n", "1", "--max-worker-restart=0") if "worker" in why else ()))
    assert doubt in (seen.found if isinstance(seen.found, str) else seen.found.doubt)
    assert isinstance(seen.found, str) or not seen.found.whole


FAULTS: list[tuple[str, str]] = [
    ("what code runs", "    def look_at(self, code: CodeType, frame: FrameType, unit: int) -> Any:\n"),
    ("registering code", "    def register(self, code: CodeType) -> None:\n"),
    ("a module's search", "    def searched(self, frame: FrameType) -> None:\n"),
    ("a file", "    def on_open(self, args: tuple[Any, ...]) -> None:\n"),
    ("a test's end", "    def ended(self, item: Any, window: Window) -> None:\n"),
    ("a test's beginning", "    def joins(self, function: object) -> bool:\n"),
    ("collecting", "def path_of(node: Any) -> str | None:\n"),
    ("closing a window", "    def end(self, window: Window) -> None:\n"),
    ("a program", "    def hand_over("),
    ("the choice", "    def choose(self, config: Any, items: list[Any]) -> None:\n"),
    ("the beginning", "def make(token: str, job: dict[str, Any]) -> Plugin:\n"),
    ("writing", "def document(recorder: Recorder, session: Session) -> dict[str, Any]:\n"),
]
USES_ALL = """\
import subprocess, sys
KEPT = {}

def put(key):
    KEPT[key] = 1

def test_a():
    put(1)
    open("pytest.ini").close()
    subprocess.run([sys.executable, "-c", ""], check=True)

def test_b():
    put(2)
"""


@pytest.mark.parametrize(("where", "line"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_of_ours_is_told_and_harms_nothing(tmp_path: Path, where: str, line: str) -> None:
    write(tmp_path / "project", {"test_a.py": USES_ALL, "pytest.ini": INI})
    indent = " " * (len(line.rsplit("\n", 2)[-2]) - len(line.rsplit("\n", 2)[-2].lstrip()) + 4) if line.endswith("\n") else ""
    broken = (line, f"{line}{indent}raise RuntimeError('ours')\n") if line.endswith("\n") else (line, "    def hand_over_no_more(")
    seen = run(python(NEWEST), tmp_path / "project", broken=broken)
    assert seen.code == 0, seen.output
    assert "2 passed" in seen.output
    assert "rror" not in seen.output
    if isinstance(seen.found, Trace):
        assert not seen.found.whole
        assert "watching stopped in" in seen.found.doubt
    else:
        assert "no pytest of the run" in seen.found

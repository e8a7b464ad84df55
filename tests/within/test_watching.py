"""What is seen of a test: it is what may make it fail when it changes. A row that misses something is a change that no test is run for."""

from pathlib import Path

import pytest

from ftaction.within import firsttry_pytest
from tests.within import project
from tests.within.pythons import WATCHED, python
from tests.within.suites import Seen, run, write

U = "src/app/util.py:"

SEES: list[tuple[str, str, list[str], str]] = [
    ("test_plain", "a function, and what it calls", [f"{U}helper", "src/app/core.py:plain", "tests/test_all.py:test_plain"], f"{U}deep"),
    ("test_lru[1]", "behind functools.lru_cache", [f"{U}deep"], f"{U}stored"),
    ("test_lru[2]", "a hit runs no Python at all", [f"{U}deep", "src/app/core.py:cached"], f"{U}stored"),
    ("test_alias[1]", "lru_cache by call, under another name, imported as a third", [f"{U}aliased"], f"{U}deep"),
    ("test_alias[2]", "a hit under a name that the function itself does not have", [f"{U}aliased"], f"{U}deep"),
    ("test_container[1]", "a dictionary that is a global", [f"{U}stored"], f"{U}deep"),
    ("test_container[2]", "a hit in it", [f"{U}stored"], f"{U}deep"),
    ("test_global[2]", "a global that was assigned", [f"{U}assigned"], f"{U}deep"),
    ("test_closure[2]", "a memoize of one's own: a dictionary in a closure", [f"{U}closed"], f"{U}deep"),
    ("test_class[2]", "an attribute of a class, set through cls", [f"{U}classed"], f"{U}deep"),
    ("test_object[2]", "an attribute of an object that is a global", [f"{U}filled"], f"{U}deep"),
    ("test_fixture_object[2]", "an attribute of an object that a session's fixture gave", [f"{U}filled"], f"{U}deep"),
    ("test_property[2]", "functools.cached_property", [f"{U}propertied"], f"{U}deep"),
    ("test_session_1", "a fixture of the session, its tear-down too", [f"{U}fixed", f"{U}torn", "tests/conftest.py:shared"], f"{U}deep"),
    ("test_session_2", "the same, set up for the test before", [f"{U}fixed", f"{U}torn", "tests/conftest.py:shared"], f"{U}deep"),
    ("test_session_by_name", "by request.getfixturevalue, in a fixture of its own", [f"{U}fixed", f"{U}torn"], f"{U}deep"),
    ("test_session_through_another", "a fixture that uses a fixture", [f"{U}fixed", "tests/conftest.py:outer"], f"{U}deep"),
    ("test_of_module[1]", "a fixture of the module with parameters: the first", [f"{U}first"], f"{U}second"),
    ("test_of_module[2]", "the second", [f"{U}second"], f"{U}first"),
    ("test_no_fixture", "nothing of what others set up", ["tests/test_all.py:test_no_fixture"], f"{U}fixed"),
    ("TestUnits::test_u2", "setUpClass, run for the test before; a class's fixture for every test", [f"{U}fixed", f"{U}classed"], f"{U}deep"),
    ("test_m2", "setup_module, run for the test before", [f"{U}closed"], f"{U}deep"),
    ("test_generator", "a generator, its later parts too", [f"{U}first", f"{U}second"], f"{U}deep"),
    ("test_thread", "another thread", [f"{U}threaded"], f"{U}deep"),
    ("test_made", "code compiled under the name of a file", ["src/app/generated.py:inner"], f"{U}deep"),
    ("test_async", "a coroutine", [f"{U}awaited"], f"{U}deep"),
    ("test_lambda", "a lambda has the name of where it stands", [f"{U}helper", "tests/test_all.py:test_lambda.<locals>.<lambda>"], f"{U}deep"),
    ("test_late_import", "a module that it is the first to import", [f"{U}second", "src/app/late.py:<module>"], f"{U}deep"),
    ("test_replaced_code", "code made of other code by hand", [f"{U}source"], f"{U}deep"),
    ("test_assigned_code", "such code, put into a function", [f"{U}source"], f"{U}deep"),
    ("test_marshalled_code", "read by marshal", [f"{U}source"], f"{U}deep"),
    ("test_code_run_by_c", "made into a function by C, of which no audit event tells", [f"{U}source"], f"{U}deep"),
    ("test_raising", "what runs after an exception left what keeps something", [f"{U}before_raising", f"{U}after_raising"], f"{U}deep"),
    ("test_after_raising", "nothing of what ran after that exception in another test", [f"{U}before_raising"], f"{U}after_raising"),
    ("test_open", "a file", ["open data/a.txt"], "open data/missing.txt"),
    ("test_path_open", "by pathlib", ["open data/a.txt"], "list data"),
    ("test_os_open", "by its number", ["open data/a.txt"], "list data"),
    ("test_bytes", "by a name of bytes", ["open data/a.txt"], "list data"),
    ("test_link", "through a link: both names", ["open data/a.txt", "open data/link.txt"], "list data"),
    ("test_link_outside", "through a link from elsewhere", ["open data/a.txt"], "list data"),
    ("test_elsewhere", "from another folder", ["open data/a.txt"], "open a.txt"),
    ("test_missing", "looked for and not there", ["open data/missing.txt"], "list data"),
    ("test_sqlite", "a data base", ["open data/base.db"], "list data"),
    ("test_written", "written without a look at what was there: nothing", ["tests/test_all.py:test_written"], "open data/out.txt"),
    ("test_listdir", "a folder", ["list data"], "open data/a.txt"),
    ("test_scandir", "by scandir", ["list data"], "open data/a.txt"),
    ("test_glob", "by glob", ["list data"], "open data/a.txt"),
    ("test_walk", "by walk", ["list data"], "open data/a.txt"),
    ("test_iterdir", "by pathlib", ["list data"], "open data/a.txt"),
    ("test_source", "its own source is read", ["open src/app/util.py"], "open src/app/core.py"),
    ("test_source_again", "from linecache, the second time", ["open src/app/util.py"], "open src/app/core.py"),
    ("test_package_data", "data by way of a module's loader", ["open src/app/data.json"], "open src/app/util.py"),
    ("test_outside", "nothing of what lies elsewhere", ["tests/test_all.py:test_outside"], "list ."),
    ("test_child", "a Python that it starts", [f"{U}threaded", f"{U}<module>"], "run python"),
    ("test_child_own_environment", "with an environment of its own", [f"{U}threaded"], "run python"),
    ("test_child_opens", "files that a child opens", ["open data/a.txt"], "run python"),
    ("test_child_of_child", "a child's child", [f"{U}threaded"], "run python"),
    ("test_child_ending_hard", "os._exit", [f"{U}threaded"], "run python"),
    ("test_child_isolated", "-I: can't be followed", ["run python"], f"{U}threaded"),
    ("test_child_without_site", "-S: can't be followed", ["run python"], f"{U}threaded"),
    ("test_child_killed", "killed: what it did is not known", ["run python"], f"{U}threaded"),
    ("test_child_posix_spawn", "os.posix_spawn", [f"{U}threaded"], "run python"),
    ("test_other_program", "another program", ["run git"], f"{U}threaded"),
    ("test_reader", "a program that reads what it is told to", ["open data/a.txt"], "run cat"),
    ("test_reader_of_option", "what it reads stands in a file", ["run sort"], f"{U}threaded"),
    ("test_reader_with_help", "a pager that starts another program", ["run less"], f"{U}threaded"),
    ("test_shell", "a shell", ["run sh"], f"{U}threaded"),
    ("test_system", "os.system", ["run true"], f"{U}threaded"),
    ("test_fork", "os.fork", [f"{U}threaded"], "run fork"),
    ("test_fork_and_exec", "os.fork, then another program", ["run fork"], f"{U}threaded"),
    ("test_multiprocessing[fork]", "multiprocessing by fork", [f"{U}threaded"], "run fork"),
    ("test_multiprocessing[spawn]", "multiprocessing by spawn", [f"{U}threaded"], "run python"),
    ("TestLiving::test_starts", "a program that lives on", [f"{U}threaded"], "run python"),
    ("TestLiving::test_between", "while it lives", [f"{U}threaded"], "run python"),
    ("TestLiving::test_ends", "its last test", [f"{U}threaded"], "run python"),
    ("TestLiving::test_after", "after it ended", ["tests/test_all.py:TestLiving.test_after"], f"{U}threaded"),
    ("test_many[3]", "the first of many alike stand alone", [f"{U}helper"], f"{U}awaited"),
    ("test_many[20]", "later ones may share what they ran, where they are quick", [f"{U}helper"], "open data/a.txt"),
    ("test_many[30]", "but never the files", ["open data/a.txt"], f"{U}deep"),
    ("app.core.Settings", "a doctest", [f"{U}helper"], f"{U}deep"),
    ("import:src/app/values.py", "a module that reads data when imported", ["open src/app/data.json", "src/app/values.py:<module>"], f"{U}helper"),
    ("import:src/app/util.py", "the import of a module is no reading of a file", [f"{U}<module>"], "open src/app/util.py"),
    ("import:src/app/core.py", "the body of a module and of its classes", ["src/app/core.py:<module>", "src/app/core.py:Settings"], "src/app/core.py:plain"),
    ("collect:tests/test_all.py", "what collecting a file ran", ["tests/test_all.py:<module>", "tests/test_all.py:TestUnits"], "list tests"),
]


@pytest.fixture(scope="module", params=WATCHED)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    root = tmp_path_factory.mktemp("watched") / "project"
    write(root, project.FILES)
    (root / "data" / "link.txt").symlink_to("a.txt")
    return run(python(request.param), root)


@pytest.mark.parametrize(("name", "why", "sees", "not_that"), SEES, ids=[row[0] for row in SEES])
def test_seen(seen: Seen, name: str, why: str, sees: list[str], not_that: str) -> None:
    found = {"run python" if one.startswith("run python") else one for one in seen.of(name)}
    assert set(sees) - found == set(), (why, sorted(found))
    assert not_that not in found, why


def test_outcomes(seen: Seen) -> None:
    outcomes = seen.outcomes()
    assert {name.split("::")[-1]: how for name, how in outcomes.items() if how != "passed"} == {"test_skipped": "skipped", "test_fails": "failed"}
    assert len(outcomes) > 100
    assert seen.code == 1


def test_whole_and_named(seen: Seen) -> None:
    trace = seen.trace
    assert (trace.whole, trace.doubt) == (True, "")
    assert {"src", "tests"} <= set(trace.roots) <= {".", "src", "tests"}
    assert {"app.absent", "nowhere_to_be_found", "app.late", "app.util"} <= trace.modules
    assert {"pytest", "pluggy"} <= trace.modules, "what was loaded before we were is as good as asked for: a new file of that name would stand before it"
    assert all(test.path in ("tests/test_all.py", "tests/test_module.py", "src/app/core.py") for test in trace.tests)
    assert not [path for path in trace.paths if ".venv" in path or "__pycache__" in path]
    assert {"tests/conftest.py", "src/app/core.py", "tests/test_all.py"} <= trace.imports.keys()


LIBRARIES: list[tuple[str, str, bytes, bool]] = [
    ("can't run code", "_speedups.cpython-313-x86_64-linux-gnu.so", b"\x7fELF PyUnicode_New", False),
    ("runs code objects", "fast.so", b"\x7fELF PyEval_EvalCode", True),
    ("sees every frame", "frames.so.1", b"\x7fELF _PyInterpreterState_SetEvalFrameFunc", True),
    ("makes functions of code", "made.so", b"\x7fELF PyFunction_NewWithQualName", True),
    ("Python itself", "libpython3.13.so.1.0", b"\x7fELF PyEval_EvalCode", False),
    ("no library", "cache.db", b"PyEval_EvalCode", False),
]


@pytest.mark.parametrize(("why", "name", "content", "runs"), LIBRARIES, ids=[row[0] for row in LIBRARIES])
def test_libraries_that_may_run_code(tmp_path: Path, why: str, name: str, content: bytes, runs: bool) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "maps").write_text(f"7f00-7f01 r-xp 00000000 08:01 1234    {tmp_path / name}\n7f02-7f03 rw-p 00000000 00:00 0\n")
    assert firsttry_pytest.runners(set(), str(tmp_path / "maps")) is runs, why


def test_where_it_can_not_be_told_they_may(tmp_path: Path) -> None:
    assert firsttry_pytest.runners(set(), str(tmp_path / "absent"))

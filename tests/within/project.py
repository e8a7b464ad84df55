"""One project in which every kind of work that a test can rely on is done once. The tables beside it say what has to be seen of it."""

INI = "[pytest]\npythonpath = src\naddopts = --doctest-modules\ntestpaths = tests src/app/core.py\nasyncio_default_fixture_loop_scope = function\n"

CORE = '''\
import functools, json, os, threading
from app import util, values

CACHE = {}
LAST = None


def plain(x):
    return util.helper(x)


@functools.lru_cache(maxsize=None)
def cached(x):
    return util.deep(x)


def _hidden(x):
    return util.aliased(x)


public = functools.lru_cache()(_hidden)


def lazy(x):
    if x not in CACHE:
        CACHE[x] = util.stored(x)
    return CACHE[x]


def last():
    global LAST
    if LAST is None:
        LAST = util.assigned()
    return LAST


def memoize(function):
    results = {}

    def wrapper(x):
        if x not in results:
            results[x] = function(x)
        return results[x]

    return wrapper


@memoize
def memoized(x):
    return util.closed(x)


class Settings:
    """
    >>> plain(3)
    3
    """

    value = None

    def __init__(self):
        self.loaded = None

    @classmethod
    def shared(cls):
        if cls.value is None:
            cls.value = util.classed()
        return cls.value

    def get(self):
        if self.loaded is None:
            self.loaded = util.filled()
        return self.loaded

    @functools.cached_property
    def once(self):
        return util.propertied()


SETTINGS = Settings()


def generator():
    yield util.first()
    yield util.second()


def in_thread(x):
    results = []
    thread = threading.Thread(target=lambda: results.append(util.threaded(x)))
    thread.start()
    thread.join()
    return results[0]


def made():
    space = {}
    exec(compile("def inner():\\n    return 1\\n", os.path.join(os.path.dirname(__file__), "generated.py"), "exec"), space)
    return space["inner"]()


async def waits():
    return util.awaited()


def raises(x):
    global LAST
    LAST = LAST
    util.before_raising()
    raise ValueError(x)
'''

UTIL_NAMES = (
    *("helper", "deep", "aliased", "stored", "assigned", "closed", "classed", "filled", "propertied", "first", "second", "threaded", "awaited"),
    *("before_raising", "after_raising", "fixed", "torn"),
)
UTIL = "".join(f"def {name}(x=1):\n    return x\n\n\n" for name in UTIL_NAMES) + "def source():\n    return 1\n"

CONFTEST = """\
import pytest
from app import util, core


@pytest.fixture(scope="session")
def shared():
    yield util.fixed(5)
    util.torn()


@pytest.fixture(scope="session")
def outer(shared):
    return shared + 1


@pytest.fixture(scope="module", params=[1, 2])
def numbered(request):
    return (util.first, util.second)[request.param - 1]()


@pytest.fixture
def by_name(request):
    return request.getfixturevalue("shared")


@pytest.fixture(scope="session")
def thing():
    return core.Settings()


@pytest.fixture(scope="class", autouse=True)
def _each_class():
    util.classed()
"""

TESTS = '''\
import asyncio, glob, inspect, io, linecache, os, pathlib, sqlite3, subprocess, sys, types, unittest

import pytest

from app import core, util, values
from app.core import public as renamed


def test_plain():
    assert core.plain(1) == 1


@pytest.mark.parametrize("turn", [1, 2])
class TestTwice:
    """Each way of keeping a result; the second of each pair runs nothing of what was kept."""

    def test_lru(self, turn): assert core.cached(1) == 1
    def test_alias(self, turn): assert renamed(1) == 1
    def test_container(self, turn): assert core.lazy(1) == 1
    def test_global(self, turn): assert core.last() == 1
    def test_closure(self, turn): assert core.memoized(1) == 1
    def test_class(self, turn): assert core.Settings.shared() == 1
    def test_object(self, turn): assert core.SETTINGS.get() == 1
    def test_fixture_object(self, turn, thing): assert thing.get() == 1
    def test_property(self, turn): assert core.SETTINGS.once == 1


def test_session_1(shared): assert shared == 5
def test_session_2(shared): assert shared == 5
def test_session_by_name(by_name): assert by_name == 5
def test_session_through_another(outer): assert outer == 6
def test_of_module(numbered): assert numbered
def test_no_fixture(): pass


class TestUnits(unittest.TestCase):
    @classmethod
    def setUpClass(cls): util.fixed()
    def test_u1(self): pass
    def test_u2(self): pass


def test_generator(): assert list(core.generator()) == [1, 1]
def test_thread(): assert core.in_thread(1) == 1
def test_made(): assert core.made() == 1
def test_async(): assert asyncio.run(core.waits()) == 1
def test_lambda(): assert (lambda: util.helper())() == 1
def test_late_import(): import app.late
def test_after_late_import(): import app.late

def test_replaced_code():
    made = types.FunctionType(util.source.__code__.replace(co_name="other"), {})
    assert made() == 1

def test_raising():
    with pytest.raises(ValueError): core.raises(1)
    assert util.after_raising() == 1

def test_after_raising():
    with pytest.raises(ValueError): core.raises(1)


def test_open(): assert open("data/a.txt").read()
def test_path_open(): assert pathlib.Path("data/a.txt").read_text()
def test_os_open(): os.close(os.open("data/a.txt", os.O_RDONLY))
def test_bytes(): assert open(b"data/a.txt").read()
def test_link(): assert open("data/link.txt").read()
def test_link_outside(tmp_path):
    (tmp_path / "x").symlink_to(pathlib.Path("data/a.txt").resolve())
    assert (tmp_path / "x").read_text()
def test_elsewhere(monkeypatch):
    monkeypatch.chdir("data")
    assert open("a.txt").read()
def test_missing(): pytest.raises(OSError, open, "data/missing.txt")
def test_sqlite(): sqlite3.connect("data/base.db").close()
def test_written(): open("data/out.txt", "w").close()
def test_listdir(): assert os.listdir("data")
def test_scandir(): assert list(os.scandir("data"))
def test_glob(): assert glob.glob("data/*.txt")
def test_walk(): assert list(os.walk("data"))
def test_iterdir(): assert list(pathlib.Path("data").iterdir())
def test_source(): assert inspect.getsource(util.source)
def test_source_again(): assert inspect.getsource(util.source)
def test_package_data():
    import pkgutil
    assert pkgutil.get_data("app", "data.json")
def test_outside(tmp_path):
    (tmp_path / "x").write_text("x")
    assert (tmp_path / "x").read_text() and os.listdir(tmp_path)


def test_asked_modules():
    with pytest.raises(ImportError): import app.absent
    import importlib.util
    assert importlib.util.find_spec("nowhere_to_be_found") is None

def child(code, *options, **more):
    subprocess.run([sys.executable, *options, "-c", code], check=True, **more)

SRC = {"PYTHONPATH": "src"}
CODE = "from app import util; util.threaded()"
def test_child(): child(CODE, env={**os.environ, **SRC})
def test_child_own_environment(): child(CODE, env=SRC)
def test_child_opens(): child("open('data/a.txt')")
def test_child_of_child(): child(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CODE!r}], check=True)", env=SRC)
def test_child_ending_hard(): child(CODE + "; import os; os._exit(0)", env=SRC)
def test_reader(): subprocess.run(["cat", "a.txt"], cwd="data", check=True)
def test_reader_of_option(): subprocess.run(["sort", "--files0-from=data/list"], check=False)
def test_reader_with_help(): subprocess.run(["less", "data/a.txt"], env={**os.environ, "LESSOPEN": "|cat %s"}, check=True, stdout=subprocess.DEVNULL)
def test_child_isolated(): child("pass", "-I")
def test_child_without_site(): child("pass", "-S")
def test_child_killed():
    child = subprocess.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])
    assert child.returncode == -9
def test_child_sees_nothing():
    code = "import os, sys; print(sorted(os.environ), sys.path)"
    out = subprocess.run([sys.executable, "-c", code], env=SRC, check=True, capture_output=True, text=True).stdout
    assert "FTACTION" not in out and "jobs" not in out, out
def test_child_posix_spawn():
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", CODE], {**os.environ, **SRC})
    assert os.waitpid(pid, 0)[1] == 0
def test_other_program(): subprocess.run(["git", "--version"], check=True)
def test_shell(): subprocess.run("true", shell=True, check=True)
def test_system(): os.system("true")
def test_fork():
    pid = os.fork()
    if pid == 0:
        util.threaded()
        os._exit(0)
    os.waitpid(pid, 0)
def test_fork_and_exec():
    pid = os.fork()
    if pid == 0:
        os.execv("/bin/true", ["true"])
    os.waitpid(pid, 0)
@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_multiprocessing(way):
    import multiprocessing
    process = multiprocessing.get_context(way).Process(target=util.threaded)
    process.start()
    process.join()
    assert process.exitcode == 0

class TestLiving:
    """A program that one test starts and another works with."""
    def test_starts(self):
        type(self).process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read(); " + CODE], stdin=subprocess.PIPE, env=SRC)
    def test_between(self): pass
    def test_ends(self):
        self.process.stdin.close()
        assert self.process.wait() == 0
    def test_after(self): pass

def test_environment():
    assert not [name for name in os.environ if "FTACTION" in name or name in ("PYTHONPATH", "PYTEST_PLUGINS", "PYTEST_ADDOPTS")]
    assert not [entry for entry in sys.path if "jobs" in entry]

@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert 0
def test_fails(): assert 0
@pytest.mark.parametrize("value", ["a/b", "x::y", "[z]", "ü", "a b\\n"])
def test_odd(value): pass
@pytest.mark.parametrize("value", range(40))
def test_many(value):
    assert core.plain(value) == value
    if value == 30: open("data/a.txt").close()
    if value == 35: util.awaited()

def test_assigned_code():
    def made(): pass
    made.__code__ = util.source.__code__.replace(co_name="assigned")
    assert made() == 1

def test_marshalled_code():
    import marshal
    assert types.FunctionType(marshal.loads(marshal.dumps(util.source.__code__)), {})() == 1

def test_code_run_by_c():
    import ctypes
    new = ctypes.pythonapi.PyFunction_New
    new.restype, new.argtypes = ctypes.py_object, [ctypes.py_object, ctypes.py_object]
    assert new(util.source.__code__.replace(co_name="run"), {})() == 1
'''

FILES = {
    "pytest.ini": INI,
    "src/app/__init__.py": "",
    "src/app/core.py": CORE,
    "src/app/util.py": UTIL,
    "src/app/values.py": "import json, os\n\nLIMIT = 3\nTABLE = json.load(open(os.path.join(os.path.dirname(__file__), 'data.json')))\n",
    "src/app/late.py": "from app import util\n\nutil.second()\n",
    "src/app/data.json": "{}",
    "src/app/generated.py": "",
    "tests/conftest.py": CONFTEST,
    "tests/test_all.py": TESTS,
    "tests/test_module.py": "from app import util\n\ndef setup_module(): util.closed()\ndef test_m1(): pass\ndef test_m2(): pass\n",
    "data/a.txt": "a\n",
    ".venv/lib/x.txt": "",
}

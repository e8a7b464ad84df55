"""What a function leaves behind is the business of later tests that run it; what it takes back is nobody's."""

import pytest

from ftaction.run.tests_job import Selection
from tests.within.pythons import WATCHED, python
from tests.within.suites import Seen, run, write

CORE = '''\
import contextlib
import threading

from app import other, util

STACK, CACHE, HANDLERS, LEVEL, COUNT = [], {}, {}, None, 0
LOCAL = threading.local()
LOCAL.stack = []


def push(name):
    STACK.append(util.helper(name))


def pop():
    return STACK.pop()


def enter(name):
    LOCAL.__dict__.setdefault("stack", []).append(util.helper(name))


def leave():
    LOCAL.stack.pop()


def cached(name):
    if name not in CACHE:
        CACHE[name] = util.helper(name)
    return CACHE[name]


def nested(name):
    return CACHE.setdefault("deep", {}).setdefault(name, util.helper(name))


@contextlib.contextmanager
def pushing(name, back=True):
    STACK.append(util.helper(name))
    yield
    if back:
        STACK.pop()


def far(name):
    other.ITEMS.append(util.helper(name))


def near(name):
    other.ITEMS.append(util.helper(name))
    other.ITEMS.pop()


def memoize(function):
    results = {}

    def wrapper(name):
        if name not in results:
            results[name] = function(name)
        return results[name]

    return wrapper


def once(function):
    result = None

    def wrapper(name):
        nonlocal result
        if result is None:
            result = function(name)
        return result

    return wrapper


@memoize
def remembered(name):
    return util.helper(name)


@once
def first(name):
    return util.helper(name)


def register(name, function):
    HANDLERS[name] = util.helper(function)


def forget():
    HANDLERS.clear()


def level(value):
    global LEVEL
    before, LEVEL = LEVEL, util.helper(value)
    return before


def count(value):
    global COUNT
    COUNT += util.helper(value)


def broken(value, by=0):
    HANDLERS[value] = util.helper(value)
    return 1 / by


def counts():
    total = []

    def add(value):
        total.append(util.helper(value))
        return total

    return add


class Level:
    now = None
    known = []

    @classmethod
    def set(cls, value):
        before, cls.now = cls.now, util.helper(value)
        return before

    @classmethod
    def add(cls, value):
        cls.known.append(util.helper(value))


class App:
    """Like flask's: made once for a file, with decorators that fill it and contexts that come and go."""

    def __init__(self):
        self.views, self.contexts, self.ready = {}, [], False

    def route(self, rule):
        def decorator(function):
            self.views[rule] = util.helper(function)
            return function

        return decorator

    def call(self, rule):
        self.contexts.append(rule)
        try:
            return util.helper(rule)
        finally:
            self.contexts.pop()

    def start(self, value):
        if not self.ready:
            self.ready = util.helper(value)
        return self.ready


def command(name, **attrs):
    """Like click's: what it closes over is filled by the decorator that it gives."""

    def decorator(function):
        attrs.setdefault("params", []).append(util.helper(function))
        return function

    return decorator


APP = App()
'''

KINDS: list[tuple[str, str, str, str, bool]] = [
    ("stack", "pushed and popped", "core.push(w); core.pop()", "core.push(2); core.pop()", False),
    ("unbalanced", "a stack that is left with more", "core.push(w)", "core.push(2); core.pop()", True),
    ("local", "a stack of the thread's that is left with more", "core.enter(w)", "core.enter(2); core.leave()", True),
    ("balanced_local", "a stack of the thread's, pushed and popped", "core.enter(w); core.leave()", "core.enter(2); core.leave()", False),
    ("cache", "a dictionary filled in one, met in the other", "core.cached(w)", "core.cached(w)", True),
    ("cleared_cache", "filled and cleared again", "core.cached(w); core.CACHE.clear()", "core.cached(2); core.CACHE.clear()", False),
    ("nested", "in a dictionary of a dictionary", "core.nested(w)", "core.nested(w)", True),
    ("memo", "in a decorator's closure", "core.remembered(w)", "core.remembered(w)", True),
    ("once", "a name of an enclosing function", "core.first(w)", "core.first(w)", True),
    ("own_closure", "a closure made and used in each", "core.counts()(w)", "core.counts()(2)", False),
    ("own_memo", "a decorator used in each", "core.memoize(util.helper)(w)", "core.memoize(util.helper)(2)", False),
    ("own_once", "the same with a name", "core.once(util.helper)(w)", "core.once(util.helper)(2)", False),
    ("command", "click's decorators", "core.command('a')(w)", "core.command('b', cls=1)(2)", False),
    ("registry", "filled and left", "core.register('a', w)", "core.register('b', 2)", True),
    ("emptied", "filled, cleared at the tear-down", "core.register('a', w)", "core.register('b', 2)", False),
    ("put_back", "a global assigned and set back to what it was", "old = core.level(w); core.level(old)", "old = core.level(2); core.level(old)", False),
    ("assigned", "a global assigned", "core.level(w)", "core.level(2)", True),
    ("counter", "a counter", "core.count(w)", "core.count(2)", True),
    ("class_back", "an attribute of a class set back", "old = core.Level.set(w); core.Level.set(old)", "old = core.Level.set(2); core.Level.set(old)", False),
    ("class_left", "an attribute of a class", "core.Level.set(w)", "core.Level.set(2)", True),
    ("class_list", "a list of a class", "core.Level.add(w)", "core.Level.add(2)", True),
    ("context", "a context manager that takes back", "with core.pushing(w): pass", "with core.pushing(2): pass", False),
    ("context_left", "a context manager that leaves", "with core.pushing(w, False): pass", "with core.pushing(2): pass", True),
    ("far", "a list of another module", "core.far(w)", "core.far(2)", True),
    ("near", "a list of another module, put back", "core.near(w)", "core.near(2)", False),
    ("call", "an application's context comes and goes", "core.APP.call(w)", "core.APP.call('b')", False),
    ("start", "an application's first start", "core.APP.start(w)", "core.APP.start(2)", True),
    ("own_route", "a route of an application of its own", "core.App().route('a')(w)", "core.App().route('b')(2)", False),
    ("raised", "left by an exception, with nothing set", "pytest.raises(ZeroDivisionError, core.level, fails)", "core.level(2)", False),
    ("raised_late", "left by an exception, with something set", "pytest.raises(ZeroDivisionError, core.broken, w)", "core.broken(2, 1)", True),
]
"""Name, why, what the first test does, what the second does, whether the second relies on what ran for the first. Each has a file of its own."""

LATE: list[tuple[str, str, str, str, str]] = [
    ("stack", "first pushed and popped, then left with more", "core.push(2); core.pop()", "core.push(w)", "core.push(2); core.pop()"),
    ("assigned", "first set back, then left", "old = core.level(2); core.level(old)", "core.level(w)", "core.level(2)"),
    ("memo", "first in decorators of the tests' own, then in one of the module's", "core.memoize(util.helper)(2)", "core.remembered(w)", "core.remembered(w)"),
    ("class_left", "first set back, then left", "old = core.Level.set(2); core.Level.set(old)", "core.Level.set(w)", "core.Level.set(2)"),
]
"""Name, why, what so many tests do before that it is no longer looked at closely, what the first test does, what the second does."""

TESTS = """\
import pytest
from app import core_{name} as core, util

def w(): return 1
def fails(): return 1 / 0
def fails_not(): return 1

{fixture}
{before}
def test_one():
    {one}
    {besides}
def test_two():
    {two}
"""
SHARED = """\
import pytest
from app import core_shared as core

def mark(): return 1

@pytest.mark.parametrize("number", range(30))
def test_many(number):
    core.push(2)
    core.push(mark())
    core.pop()
    core.pop()

def test_other():
    core.push(2)
    core.pop()
"""
FIXTURE = "@pytest.fixture(autouse=True)\ndef _emptied():\n    yield\n    core.forget()\n"


@pytest.fixture(scope="module", params=WATCHED)
def twice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, Seen]:
    """The second time those are watched more closely that the first time asks for."""
    root = tmp_path_factory.mktemp("keeping") / "project"
    files = {"pytest.ini": "[pytest]\npythonpath = src\n", "src/app/util.py": "def helper(value):\n    return value() if callable(value) else value\n"}
    files["src/app/other.py"] = "ITEMS = []\n"
    for name, _, one, two, _ in KINDS:
        files[f"src/app/core_{name}.py"] = CORE
        files[f"tests/test_{name}.py"] = TESTS.format(name=name, one=one, two=two, fixture=FIXTURE if name == "emptied" else "", before="", besides="")
    for name, _, quiet, one, two in LATE:
        files[f"src/app/core_late_{name}.py"] = CORE
        before = "".join(f"def test_before_{number}(): {quiet}\n" for number in range(15))
        files[f"tests/test_late_{name}.py"] = TESTS.format(name=f"late_{name}", one=one, two=two, fixture="", before=before, besides="fails_not()")
    files["src/app/core_shared.py"] = CORE
    files["tests/test_shared.py"] = SHARED
    write(root, files)
    first = run(python(request.param), root)
    return first, run(python(request.param), root, selection=Selection(closely=first.trace.late))


@pytest.fixture
def seen(twice: tuple[Seen, Seen]) -> Seen:
    return twice[0]


@pytest.mark.parametrize(("name", "why", "one", "two", "tied"), KINDS, ids=[row[0] for row in KINDS])
def test_relies_on_what_was_left(seen: Seen, name: str, why: str, one: str, two: str, tied: bool) -> None:
    ran = {f"tests/test_{name}.py:w", f"tests/test_{name}.py:fails"}
    assert ran & seen.of(f"test_{name}.py::test_one"), seen.output
    assert bool(ran & seen.of(f"test_{name}.py::test_two")) == tied, why


@pytest.mark.parametrize(("name", "why"), [row[:2] for row in LATE], ids=[row[0] for row in LATE])
def test_relies_on_what_was_left_late(twice: tuple[Seen, Seen], name: str, why: str) -> None:
    first, second = (seen.of(f"test_late_{name}.py::test_two") for seen in twice)
    besides = f"tests/test_late_{name}.py:fails_not"
    assert f"tests/test_late_{name}.py:w" in first & second, why
    assert besides in first, "all that was done beside it counts, too"
    assert besides not in second, "but for where it is watched more closely"


def test_siblings_that_put_back_what_they_left(seen: Seen) -> None:
    """They share a window, and are looked at from its beginning to its end: not from where one of them happens to be."""
    assert "tests/test_shared.py:mark" in seen.of("test_shared.py::test_many[29]")
    assert "tests/test_shared.py:mark" not in seen.of("test_shared.py::test_other")


def test_asks_for_more(twice: tuple[Seen, Seen]) -> None:
    late = tuple(sorted(f"tests/test_late_{name}.py::test_one" for name, *_ in LATE))
    assert [seen.trace.late for seen in twice] == [late, late], "and goes on asking, for the next time must not be less exact again"


def test_all_pass(seen: Seen) -> None:
    assert (seen.code, seen.trace.whole) == (0, True), seen.output

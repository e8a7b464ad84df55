"""What a function leaves behind is the business of later tests that run it; what it takes back is nobody's."""

import pytest

from tests.within.pythons import WATCHED, python
from tests.within.suites import Seen, run, write

CORE = '''\
import threading

from app import util

STACK, CACHE, HANDLERS, LEVEL, COUNT = [], {}, {}, None, 0
LOCAL = threading.local()


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


def count():
    global COUNT
    COUNT += util.helper(1)


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

    def start(self):
        if not self.ready:
            self.ready = util.helper(True)
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
    ("balanced_local", "a stack of the thread's, once it is there", "core.enter(w); core.leave()", "core.enter(2); core.leave()", False),
    ("cache", "a dictionary filled in one, met in the other", "core.cached(w)", "core.cached(w)", True),
    ("cleared_cache", "filled and cleared again", "core.cached(w); core.CACHE.clear()", "core.cached(2); core.CACHE.clear()", False),
    ("nested", "in a dictionary of a dictionary", "core.nested(w)", "core.nested(w)", True),
    ("memo", "in a decorator's closure", "core.remembered(w)", "core.remembered(w)", True),
    ("once", "a name of an enclosing function", "core.first(w)", "core.first(w)", True),
    ("own_closure", "a closure made and used in each", "core.counts()(w)", "core.counts()(2)", False),
    ("own_memo", "a decorator used in each", "core.memoize(abs)(w)", "core.memoize(len)('a')", False),
    ("own_once", "the same with a name", "core.once(abs)(w)", "core.once(len)('a')", False),
    ("command", "click's decorators", "core.command('a')(print)", "core.command('b', cls=1)(len)", False),
    ("registry", "filled and left", "core.register('a', w)", "core.register('b', 2)", True),
    ("emptied", "filled, cleared at the tear-down", "core.register('a', w)", "core.register('b', 2)", False),
    ("restored", "a global assigned and set back", "core.level(core.level(w))", "core.level(core.level(2))", True),
    ("put_back", "a global assigned and set back to what it was", "old = core.level(w); core.level(old)", "old = core.level(2); core.level(old)", False),
    ("assigned", "a global assigned", "core.level(w)", "core.level(2)", True),
    ("counter", "a counter", "core.count()", "core.count()", True),
    ("class_back", "an attribute of a class set back", "old = core.Level.set(w); core.Level.set(old)", "old = core.Level.set(2); core.Level.set(old)", False),
    ("class_left", "an attribute of a class", "core.Level.set(w)", "core.Level.set(2)", True),
    ("class_list", "a list of a class", "core.Level.add(w)", "core.Level.add(2)", True),
    ("call", "an application's context comes and goes", "core.APP.call(w)", "core.APP.call('b')", False),
    ("start", "an application's first start", "core.APP.start()", "core.APP.start()", True),
    ("own_route", "a route of an application of its own", "core.App().route('a')(print)", "core.App().route('b')(len)", False),
    ("raised", "an exception leaves what it set", "pytest.raises(ZeroDivisionError, core.level, 1 / w)", "core.level(2)", False),
]
"""Name, why, what the first test does, what the second does, whether the second relies on the first. Each pair is a file, run in a process of its own."""

FIXTURE = "@pytest.fixture(autouse=True)\ndef _emptied():\n    yield\n    core.forget()\n\n"


@pytest.fixture(scope="module", params=WATCHED)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    return {}

"""A small project in which each test depends on something in a way that is easily overlooked, and an edit for each that makes it fail.

`app/other.py` and `app/aside.py` have one of each kind too, on which nothing but `tests/deep/test_other.py` depends: an edit there says whether
anything is left out.
"""

from __future__ import annotations

from typing import NamedTuple

FILES = {
    "app/__init__.py": "",
    "app/settings.py": "LIMIT = 3\nclass Colours:\n    primary = 'red'\n",
    "app/registry.py": "PLUGINS = {}\ndef register(name):\n    def put(function):\n        PLUGINS[name] = function\n        return function\n    return put\n",
    "app/plugins.py": "from app.registry import register\n\n@register('one')\ndef one():\n    return 1\n",
    "app/data.py": "import json\nfrom pathlib import Path\n\ndef table():\n    return json.loads((Path(__file__).parent / 'table.json').read_text())\n",
    "app/table.json": '{"a": 1}\n',
    "app/shared.py": "def make():\n    return [1, 2]\n",
    "app/cached.py": "from functools import lru_cache\n\n@lru_cache(maxsize=None)\ndef answer():\n    return compute()\n\ndef compute():\n    return 42\n",
    "app/cli.py": "def main():\n    print('hello')\n\nif __name__ == '__main__':\n    main()\n",
    "app/environment.py": "import os\n\ndef mode():\n    return os.environ.get('APP_MODE', 'plain')\n",
    "app/plain.py": "def double(x):\n    return helper(x) * 2\n\ndef helper(x):\n    return x\n",
    "app/made.py": (
        "NAMES = {}\n\ndef spelled(function):\n    return function.__name__\n\n"
        "def named(function):\n    NAMES[spelled(function)] = function\n    return function\n"
    ),
    "app/fruit.py": "from app.made import named\n\n@named\ndef apple():\n    return 1\n",
    "app/unused.py": "def main():\n    print('hello')\n",
    "app/unused.json": '{"a": 1}\n',
    "app/other.py": (
        "from functools import lru_cache\n\nLIMIT = 3\n\nclass Shades:\n    second = 'red'\n\n"
        "def build():\n    return [1, 2]\n\n"
        "@lru_cache(maxsize=None)\ndef question():\n    return work()\n\ndef work():\n    return 42\n"
    ),
    "app/aside.py": (
        "KNOWN = {}\n\ndef spell(function):\n    return function.__name__\n\n"
        "def know(function):\n    KNOWN[spell(function)] = function\n    return function\n\n"
        "@know\ndef first():\n    return 1\n"
    ),
    "helper_module.py": "VALUE = 1\n",
    "tests/conftest.py": (
        "import pytest\nfrom app.shared import make\nfrom app.other import build\n\n@pytest.fixture(scope='session')\ndef shared():\n    return make()\n\n"
        "@pytest.fixture(scope='session')\ndef built():\n    return build()\n"
    ),
    "tests/deep/__init__.py": "",
    "tests/deep/test_other.py": (
        "from app import aside, other\n\ndef test_other(built):\n"
        "    assert built and other.LIMIT and aside.KNOWN and other.Shades.second and aside.first() and other.question()\n"
    ),
    "tests/test_a_loads.py": "import app.fruit\n\ndef test_loaded():\n    assert app.fruit\n",
    "tests/test_made.py": "import app.fruit\nfrom app.made import NAMES\n\ndef test_names():\n    assert list(NAMES) == ['apple']\n",
    "tests/test_constant.py": "from app.settings import LIMIT\n\ndef test_limit():\n    assert LIMIT == 3\n",
    "tests/test_attribute.py": "from app import settings\n\ndef test_colour():\n    assert settings.Colours.primary == 'red'\n",
    "tests/test_registry.py": "import app.plugins\nfrom app.registry import PLUGINS\n\ndef test_registered():\n    assert sorted(PLUGINS) == ['one']\n",
    "tests/test_data.py": "from app.data import table\n\ndef test_table():\n    assert table() == {'a': 1}\n",
    "tests/test_fixture.py": "def test_first(shared):\n    assert shared[0] == 1\n\ndef test_second(shared):\n    assert len(shared) == 2\n",
    "tests/test_cache.py": "from app.cached import answer\n\ndef test_first():\n    assert answer()\n\ndef test_second():\n    assert answer() == 42\n",
    "tests/test_cli.py": (
        "import subprocess, sys\n\ndef test_hello():\n"
        "    assert subprocess.run([sys.executable, '-m', 'app.cli'], capture_output=True, text=True).stdout == 'hello\\n'\n"
    ),
    "tests/test_order.py": "STATE = []\n\ndef test_state():\n    assert not STATE\n",
    "tests/test_shadow.py": "from helper_module import VALUE\n\ndef test_value():\n    assert VALUE == 1\n",
    "tests/test_environment.py": "from app.environment import mode\n\ndef test_mode():\n    assert mode() == 'plain'\n",
    "tests/test_plain.py": "from app.plain import double\n\ndef test_double():\n    assert double(2) == 4\n",
    "setup.cfg": "[flake8]\nmax-line-length = 1\n",
    "pytest.ini": "[pytest]\npythonpath = .\n",
    ".gitignore": "__pycache__/\n",
    ".firsttry.yml": "version: 1\nchecks:\n  test:\n    run: pytest -q -p no:cacheprovider -p no:randomly -p no:asyncio -p no:xdist\n    env: [APP_MODE]\n",
}


OTHER = "tests/deep/test_other.py::test_other"


def within(path: str, old: str, new: str) -> dict[str, str]:
    """An edit of one file."""
    assert FILES[path].count(old) == 1, f"{path}: {old}"
    return {path: FILES[path].replace(old, new)}


def tests(*names: str) -> frozenset[str]:
    return frozenset(f"tests/test_{name}" for name in names)


EVERY = frozenset(
    f"{path}::{line.removeprefix('def ').partition('(')[0]}"
    for path, text in FILES.items()
    for line in text.splitlines()
    if path.rpartition("/")[2].startswith("test_") and line.startswith("def test_")
)
AUTOUSE = "import pytest\n\n@pytest.fixture(autouse=True)\ndef dirty():\n    import app.settings\n    app.settings.Colours.primary = 'green'\n"


class Hazard(NamedTuple):
    """An edit that makes the whole suite fail. `edit`: path -> content. `expected`: the rule that fires, or the only tests that run.

    `control`: the same kind of edit where none of these tests can notice it; `runs`: the tests that run then.
    """

    name: str
    edit: dict[str, str]
    expected: str | frozenset[str]
    control: dict[str, str]
    runs: frozenset[str] = frozenset([OTHER])
    environment: dict[str, str] = {}
    control_environment: dict[str, str] = {}


NONE: frozenset[str] = frozenset()
HAZARDS = [
    Hazard(
        "a constant of a module without a function that ran",
        within("app/settings.py", "3", "4"),
        tests("constant.py::test_limit") | {OTHER},  # which asks a module for such a name, and may have been handed any
        within("app/other.py", "LIMIT = 3", "LIMIT = 4"),
    ),
    Hazard(
        "a class attribute alone",
        within("app/settings.py", "red", "blue"),
        tests("attribute.py::test_colour"),
        within("app/other.py", "red", "blue"),
    ),
    Hazard(
        "a registry filled at import",
        {"app/plugins.py": FILES["app/plugins.py"] + "\n@register('two')\ndef two():\n    return 2\n"},
        tests("registry.py::test_registered"),
        {"app/aside.py": FILES["app/aside.py"] + "\n@know\ndef second():\n    return 2\n"},
    ),
    Hazard("a data file that code reads", {"app/table.json": '{"a": 2}\n'}, tests("data.py::test_table"), {"app/unused.json": '{"a": 2}\n'}, NONE),
    Hazard(
        "code that ran in a fixture that tests share",
        within("app/shared.py", "[1, 2]", "[1]"),
        tests("fixture.py::test_first", "fixture.py::test_second"),
        within("app/other.py", "[1, 2]", "[1]"),
    ),
    Hazard(
        "code behind a function that keeps its results",
        within("app/cached.py", "42", "41"),
        tests("cache.py::test_first", "cache.py::test_second"),
        within("app/other.py", "42", "41"),
    ),
    Hazard(
        "code behind such a function that only an import ran, and not the test's own",
        within("app/made.py", "function.__name__\n", "function.__name__.upper()\n"),
        tests("made.py::test_names", "a_loads.py::test_loaded"),  # the second a witness: it imports the file in whose import that ran
        within("app/aside.py", "function.__name__\n", "function.__name__.upper()\n"),
    ),
    Hazard(
        "code that only ran in another process",
        within("app/cli.py", "hello", "bye"),
        tests("cli.py::test_hello"),
        within("app/unused.py", "hello", "bye"),
        NONE,
    ),
    Hazard("a new conftest with a fixture that nobody names", {"conftest.py": AUTOUSE}, EVERY, {"tests/deep/conftest.py": AUTOUSE}),
    Hazard(
        "a new package that stands before a module",
        {"helper_module/__init__.py": "VALUE = 2\n"},
        "shadowing",
        {"another_module/__init__.py": "VALUE = 2\n"},
        NONE,
    ),
    Hazard("a variable that differs", {}, "environment", {}, NONE, {"APP_MODE": "fancy"}, {"OTHER_MODE": "fancy"}),
    Hazard("pytest's own configuration", {"pytest.ini": "[pytest]\npythonpath = app\n"}, "configuration", within("setup.cfg", "1", "2"), NONE),
    Hazard("the body of a function", within("app/plain.py", "* 2", "* 3"), tests("plain.py::test_double"), within("app/aside.py", "return 1\n", "return 2\n")),
]

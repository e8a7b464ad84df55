"""A small project in which each test depends on something in a way that is easily overlooked, and an edit for each that makes it fail."""

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
    "helper_module.py": "VALUE = 1\n",
    "tests/conftest.py": "import pytest\nfrom app.shared import make\n\n@pytest.fixture(scope='session')\ndef shared():\n    return make()\n",
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
    "pytest.ini": "[pytest]\npythonpath = .\n",
    ".gitignore": "__pycache__/\n",
    ".firsttry.yml": "version: 1\nchecks:\n  test:\n    run: python -m pytest -q -p no:cacheprovider\n    env: [APP_MODE]\n",
}


class Hazard(NamedTuple):
    """An edit that makes the whole suite fail. `edit`: path -> content. `expected`: the rule that fires, or the only tests that run."""

    name: str
    edit: dict[str, str]
    expected: str | frozenset[str]
    environment: dict[str, str] = {}


HAZARDS = [
    Hazard(
        "a constant of a module without a function that ran",
        {"app/settings.py": FILES["app/settings.py"].replace("3", "4")},
        frozenset(["tests/test_constant.py::test_limit"]),
    ),
    Hazard(
        "a class attribute alone", {"app/settings.py": FILES["app/settings.py"].replace("red", "blue")}, frozenset(["tests/test_attribute.py::test_colour"])
    ),
    Hazard(
        "a registry filled at import",
        {"app/plugins.py": FILES["app/plugins.py"] + "\n@register('two')\ndef two():\n    return 2\n"},
        frozenset(["tests/test_registry.py::test_registered"]),
    ),
    Hazard("a data file that code reads", {"app/table.json": '{"a": 2}\n'}, frozenset(["tests/test_data.py::test_table"])),
    Hazard(
        "code that ran in a fixture that tests share",
        {"app/shared.py": "def make():\n    return [1]\n"},
        frozenset(["tests/test_fixture.py::test_first", "tests/test_fixture.py::test_second"]),
    ),
    Hazard(
        "code behind a function that keeps its results",
        {"app/cached.py": FILES["app/cached.py"].replace("42", "41")},
        frozenset(["tests/test_cache.py::test_first", "tests/test_cache.py::test_second"]),
    ),
    Hazard("code that only ran in another process", {"app/cli.py": FILES["app/cli.py"].replace("hello", "bye")}, frozenset(["tests/test_cli.py::test_hello"])),
    Hazard(
        "a new conftest with a fixture that nobody names",
        {"conftest.py": "import pytest\n\n@pytest.fixture(autouse=True)\ndef dirty():\n    import app.settings\n    app.settings.Colours.primary = 'green'\n"},
        "all of them",
    ),
    Hazard("a new package that stands before a module", {"helper_module/__init__.py": "VALUE = 2\n"}, "shadowing"),
    Hazard("a variable that differs", {}, "environment", {"APP_MODE": "fancy"}),
    Hazard("pytest's own configuration", {"pytest.ini": "[pytest]\npythonpath = app\n"}, "configuration"),
    Hazard("the body of a function", {"app/plain.py": FILES["app/plain.py"].replace("* 2", "* 3")}, frozenset(["tests/test_plain.py::test_double"])),
]

"""Every kind of fault can be made, fits, and leaves Python what Python can read; the same seed makes the same ones."""

from collections import Counter
from pathlib import Path

import pytest

from .faults import catalog
from .faults.sources import Sources
from .small import Small
from .tree import Tree

RICH = {
    "src/app/__init__.py": """\
from app.core import run
from app.data import *

__all__ = ["run", "COLOURS"]


def __getattr__(name):
    raise AttributeError(name)
""",
    "src/app/__main__.py": "from app import run\n\nrun()\n",
    "src/app/data.py": "COLOURS = {'red': 1, 'blue': [2, 3]}\nLIMIT = 7\n",
    "src/app/core.py": '''\
"""The core."""

import enum
import functools
import json
import re
from dataclasses import dataclass

try:
    import tomli
except ImportError:
    tomli = None

NAME = re.compile("[a-z]+")
REGISTRY = {}
_made = {}


class Colour(enum.Enum):
    RED = 1
    BLUE = "b"


class CoreError(ValueError):
    pass


def register(function):
    """Keep it.

    >>> register(len)
    """
    REGISTRY[function.__name__] = function
    return function


@dataclass
class Base:
    size: int = 3

    def grow(self, by: int = 1) -> int:
        if self.size > 2 and by:
            return self.size + by
        raise CoreError("small")


class Child(Base):
    label = "child"

    def visit_name(self, node):
        return getattr(self, "visit_" + node, None)


@register
def run(first="a", second="b"):
    from json import dumps

    joined = dumps(first, second)
    return not joined


@functools.lru_cache
def kept(key):
    return key * 2


REGISTRY["other"] = kept
if NAME:
    LAST = True
if __name__ == "__main__":
    run()
''',
    "src/app/templates/page.html": "<p>\nhello\n</p>\n",
    "tests/conftest.py": "import json\n\nimport pytest\n\n\n@pytest.fixture(scope='session')\ndef base():\n    json.dumps(1)\n    return 'x'\n",
    "tests/helpers.py": "EXPECTED = [1, 2]\n\n\ndef check(one):\n    assert one\n",
    "tests/test_core.py": "VALUES = (1, 2)\n\n\ndef test_run(base):\n    assert base == 'x'\n",
    "tests/data/case.txt": "one\ntwo\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-ra'\n",
}
"""Something for every kind."""

KINDS = {**catalog.aimed(("COLUMNS",)), **catalog.anywhere()}


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tree, str]:
    small = Small(tmp_path_factory.mktemp("rich"))
    return small.tree, small.commit(RICH)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made_and_fits(rich: tuple[Tree, str], kind: str) -> None:
    tree, commit = rich
    tree.go(commit)
    candidates = [one for one in KINDS[kind](Sources(tree.folder, RICH)) if all("app/__init__" not in path for path in one.patch.deletes)]
    assert candidates, f"nothing to do for {kind} in a repository that has something for every kind"
    states = set()
    for candidate in candidates[:4]:
        tree.go(commit, candidate.patch)
        states.add(tree.digest)
        assert candidate.patch.env or tree.git("diff", "--name-only", "--no-renames", commit).split() == sorted(candidate.patch.paths), candidate.title
    tree.go(commit)
    assert tree.digest not in states


def test_half_are_aimed_all_can_be_read_and_the_seed_decides(rich: tuple[Tree, str], tmp_path: Path) -> None:
    tree, commit = rich
    tree.go(commit)
    faults = catalog.make(Sources(tree.folder, RICH), commit, 120, ("COLUMNS",), seed=3)
    assert sum(fault.aimed for fault in faults) == 60
    assert max(Counter(fault.kind for fault in faults if fault.aimed).values()) <= 4  # the kinds take turns
    assert len({fault.id for fault in faults}) == len(faults) > 80
    catalog.write(tmp_path / "faults.jsonl", faults)
    assert catalog.read(tmp_path / "faults.jsonl") == faults
    for fault in faults:
        tree.go(commit, fault.patch)
        for path in fault.patch.paths:
            if path.endswith(".py") and (tree.folder / path).exists() and fault.kind != "new_data_file":
                compile((tree.folder / path).read_bytes(), path, "exec")
    tree.go(commit)
    assert catalog.make(Sources(tree.folder, RICH), commit, 120, ("COLUMNS",), seed=3) == faults
    assert catalog.make(Sources(tree.folder, RICH), commit, 120, ("COLUMNS",), seed=4) != faults


def test_what_is_near_a_commit_is_what_it_touched_and_what_that_imports(rich: tuple[Tree, str]) -> None:
    tree, commit = rich
    tree.go(commit)
    assert Sources(tree.folder, ["src/app/__main__.py"]).near == ("src/app/__init__.py", "src/app/__main__.py", "src/app/core.py", "src/app/data.py")
    assert Sources(tree.folder, ["src/app/data.py"]).near == ("src/app/data.py",)
    assert Sources(tree.folder, ["README.md"]).near == ()

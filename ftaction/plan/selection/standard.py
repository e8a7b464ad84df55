"""Files named like modules of Python's own: whoever watches has loaded some of those, and would hide that another one is found first."""

import sys
from collections.abc import Collection

from ftaction.plan.selection.imports import holds_tests

_FIRST = ("", "lib", "src")


def standard(files: Collection[str]) -> tuple[str, ...]:
    """Files that may be found before modules of Python's own: in the root, in `src` and `lib`, and beside tests that stand in no package."""
    named = [path for path in files if _module(path) in sys.stdlib_module_names]
    folders = {_place(path) for path in named}
    tests = {path.rpartition("/")[0] for path in files if holds_tests(path)} if folders else set()
    looked_in = {folder for folder in folders if folder in _FIRST or (folder in tests and f"{folder}/__init__.py" not in files)}
    return tuple(sorted(path for path in named if _place(path) in looked_in))


def _module(path: str) -> str:
    return path.removesuffix("/__init__.py").rpartition("/")[2].removesuffix(".py") if path.endswith(".py") else ""


def _place(path: str) -> str:
    """The folder that a module or package stands in."""
    return path.removesuffix("/__init__.py").rpartition("/")[0]

"""Aimed at what stands around tests: fixtures, conftest, pytest's configuration, the environment."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..patch import Patch
from .constants import inside, other
from .sources import Candidate, Function, Sources, body, decorators, functions

_AUTOUSE = {
    "that fails every third test": "if len(request.node.name) % 3 == 0:\n        raise RuntimeError('autouse')",
    "that changes the working folder": "import os, tempfile\n    os.chdir(tempfile.mkdtemp())",
    "that empties the environment": "import os\n    os.environ.clear()",
    "that breaks json": "import json\n    json.dumps = None",
}
_HOOKS = {
    "a hook that fails the longest name": "def pytest_runtest_setup(item):\n    if len(item.name) > 40:\n        raise RuntimeError('hook')\n",
    "a hook that fails when pytest is set up": "def pytest_configure(config):\n    raise RuntimeError('hook')\n",
    "a hook that turns the order": "def pytest_collection_modifyitems(items):\n    items.reverse()\n    items[:] = items * (len(items) > 0)\n",
}
_OPTIONS = ("-W error", "--strict-markers -p no:unittest", "--import-mode=importlib", "-p no:tmpdir", "-p no:monkeypatch", "--doctest-modules")
_VARIABLES = {
    "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error", "LANG": "C", "LC_ALL": "POSIX", "TZ": "Asia/Kathmandu", "PYTHONUTF8": "0",
    "PYTHONHASHSEED": "7", "PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "ascii", "PYTEST_ADDOPTS": "-p no:tmpdir", "PYTHONPATH": "tests",
}  # fmt: skip
"""Names that a check sees without declaring them, or as the repository declares."""


def _fixtures(sources: Sources) -> Iterator[tuple[str, Function]]:
    for path in sources.tests:
        tree = sources.tree(path)
        yield from ((path, function) for function in (functions(tree) if tree else ()) if "fixture" in decorators(function))


def fixture_body(sources: Sources) -> Iterator[Candidate]:
    for path, function in _fixtures(sources):
        scope = re.search(r"scope=.(\w+)", " ".join(map(ast.unparse, function.decorator_list)))
        for statement in body(function):
            for _ in range(3 if scope else 1):  # those that live longer than a test matter most
                if statement.lineno > function.lineno:
                    yield sources.before(path, statement, f"raise RuntimeError({function.name!r})")
            for node in ast.walk(statement):
                if isinstance(node, ast.Constant) and (new := other(node)) is not None:
                    yield sources.replaced(path, node, new)
                elif isinstance(node, ast.Return | ast.Expr) and node.value is not None and not isinstance(node.value, ast.Yield):
                    yield sources.replaced(path, node, "return None" if isinstance(node, ast.Return) else "pass")


def fixture_scope(sources: Sources) -> Iterator[Candidate]:
    """What was made for each test is shared, and the other way round."""
    for path, function in _fixtures(sources):
        for decorator in function.decorator_list:
            if "fixture" in ast.unparse(decorator):
                yield sources.replaced(path, decorator, "__import__('pytest').fixture(scope='session', autouse=True)")


def autouse_fixture(sources: Sources) -> Iterator[Candidate]:
    """In a conftest that is there, or in a new one."""
    for path, there in _conftests(sources):
        for what, lines in _AUTOUSE.items():
            text = f"\n\nimport pytest as _pytest\n\n\n@_pytest.fixture(autouse=True)\ndef _another(request):\n    {lines}\n"
            made = sources.appended(path, text).patch if there else Patch(writes={path: text})
            yield Candidate(title=f"{path}: {'' if there else 'new, with '}an autouse fixture {what}", patch=made)


def hook(sources: Sources) -> Iterator[Candidate]:
    for path, there in _conftests(sources):
        for what, text in _HOOKS.items():
            made = sources.appended(path, "\n\n" + text).patch if there else Patch(writes={path: text})
            yield Candidate(title=f"{path}: {'' if there else 'new, with '}{what}", patch=made)


def _conftests(sources: Sources) -> Iterator[tuple[str, bool]]:
    folders = {str(PurePosixPath(path).parent) for path in sources.tests if PurePosixPath(path).name.startswith("test_")}
    for folder in sorted(folders):
        path = f"{folder}/conftest.py"
        yield path, path in sources.paths
    if "conftest.py" in sources.paths:
        yield "conftest.py", True


def helper(sources: Sources) -> Iterator[Candidate]:
    """Modules of the tests that are no test files: what they define, many tests use."""
    for path in sources.tests:
        name = PurePosixPath(path).name
        tree = sources.tree(path)
        if tree is None or name.startswith(("test_", "typing_")) or name == "conftest.py":  # what type checkers alone look at
            continue
        for function in functions(tree):
            if body(function) and body(function)[0].lineno > function.lineno:
                yield sources.before(path, body(function)[0], f"raise RuntimeError({function.name!r})")
        for statement in tree.body:
            if isinstance(statement, ast.Assign):
                for node in inside(statement.value):
                    yield sources.replaced(path, node, other(node) or "None")


def test_itself(sources: Sources) -> Iterator[Candidate]:
    """A test, its parameters or its values."""
    for path in sources.tests:
        tree = sources.tree(path)
        for node in tree.body if tree and PurePosixPath(path).name.startswith("test_") else ():
            if isinstance(node, Function) and node.name.startswith("test_"):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Assert):
                        yield sources.replaced(path, inner.test, f"not ({ast.unparse(inner.test)})")
            elif isinstance(node, ast.Assign):
                for value in inside(node.value):
                    yield sources.replaced(path, value, other(value) or "None")


def pytest_configuration(sources: Sources) -> Iterator[Candidate]:
    """The file that pytest reads, or a new one that it prefers."""
    for path in ("pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini"):
        content = sources.read(path) if path in sources.paths else b""
        for found in re.finditer(rb"(?m)^\[(?:tool\.pytest(?:\.ini_options)?|tool:pytest|pytest)\]\n", content):
            for line in (b'python_functions = ["test_a*"]\n', b'usefixtures = ["no_such_fixture"]\n', b'required_plugins = ["pytest-nothing"]\n'):
                at = found.end()
                yield Candidate(title=f"{path}: pytest is told {line.decode().strip()}", patch=sources.edit(path, at, at, line))
            for old in re.finditer(rb"(?m)^(filterwarnings|addopts|xfail_strict|strict) *= *", content[found.end() :]):
                at = found.end() + old.start()
                yield Candidate(title=f"{path}: pytest's {old[1].decode()} is no more", patch=sources.edit(path, at, at, b"disabled_"))
    if "pytest.ini" not in sources.paths:
        for option in _OPTIONS:
            yield Candidate(title=f"pytest.ini: new, with {option}", patch=Patch(writes={"pytest.ini": f"[pytest]\naddopts = {option}\n"}))


def variable(declared: tuple[str, ...]) -> Iterator[Candidate]:
    """No file differs at all."""
    for name, value in {**_VARIABLES, **dict.fromkeys(declared, "1")}.items():
        yield Candidate(title=f"the environment has {name}={value}", patch=Patch(env={name: value}))


TESTING = (fixture_body, fixture_scope, autouse_fixture, hook, helper, test_itself, pytest_configuration)

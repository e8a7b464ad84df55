"""Rules by a file's name: what makes the whole suite run, whatever the map says."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from configparser import ConfigParser, Error
from fnmatch import fnmatchcase
from typing import NamedTuple

from ftaction.model.change import Kind, Touched
from ftaction.model.selection import Rule, Whole

_COMPOSED = ("docker-compose*.y*ml", "compose*.y*ml")
_RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (Rule.CONFIGURATION, ("setup.py", "*.pth", "sitecustomize.py", "usercustomize.py")),
    (Rule.CONFIGURATION, (".python-version", ".tool-versions", "mise.toml", ".mise.toml", ".coveragerc")),
    (Rule.SERVICES, (*_COMPOSED, ".env", ".env.*")),
    (Rule.COMPILED, ("*.c", "*.cc", "*.cpp", "*.cxx", "*.h", "*.hpp", "*.pyx", "*.pxd", "*.pxi", "*.f", "*.f90", "*.rs", "*.so", "*.pyd", "*.cu")),
    (Rule.COMPILED, ("meson.build", "CMakeLists.txt", "build.rs", "Cargo.toml", "Cargo.lock")),
)
"""By the last part of the path, the first that fits."""

_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "Pipfile", "pylock*.toml", "*requirements*.txt", "*constraints*.txt", "pixi.lock")
_IMAGES = ("Dockerfile*", "*.dockerfile")

_SECTIONS = ("pyproject.toml", "setup.cfg", "tox.ini")
_RUNNER = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml")
"""What a test runner looks for in the folders above its tests, and nowhere else (pytest's documented way to its root)."""

_READ = frozenset(["coverage", "hypothesis", "pytest"])
"""Tools whose sections are read around the tests, unseen. Whoever else reads the file is seen doing it."""

_INERT_TOOLS = frozenset(
    [
        *("bandit", "basedpyright", "black", "bumpversion", "check-manifest", "cibuildwheel", "codespell", "commitizen", "djlint", "docformatter"),
        *("flake8", "flit", "interrogate", "isort", "mypy", "nox", "pydocstyle", "pylint", "pyright", "refurb", "repo-review", "ruff"),
        *("semantic_release", "sphinx", "towncrier", "ty", "typos", "yamllint", "zizmor"),
    ]
)
"""Tools that neither a test runner nor an installation loads."""


class Asked(NamedTuple):
    """What the rules are asked about.

    `tests`: the files that hold tests. `installs`: the command may install before it tests. `composed`: services are built in this repository.
    """

    touched: tuple[Touched, ...]
    then: Callable[[str], bytes | None]
    now: Callable[[str], bytes | None]
    tests: Collection[str]
    installs: bool
    composed: bool


def composed(files: Iterable[str]) -> bool:
    """Whether a list of files says which services run beside the tests, and so may build them."""
    return any(_fits(path, _COMPOSED) for path in files)


def whole(asked: Asked) -> Whole | None:
    """The first rule that fires, with every file that it fires for."""
    fired: dict[Rule, list[str]] = {}
    for one in asked.touched:
        rule = _rule(one, asked)
        if rule:
            fired.setdefault(rule, []).append(one.path)
    return next((Whole(rule, tuple(paths)) for rule, paths in fired.items()), None)


def _rule(one: Touched, asked: Asked) -> Rule | None:
    name = one.path.rpartition("/")[2]
    if name in (*_SECTIONS, *_RUNNER) and not _above(one.path, asked.tests):
        return None
    if name in _RUNNER:
        return Rule.CONFIGURATION
    if name in _SECTIONS:
        return Rule.CONFIGURATION if one.kind is not Kind.MODIFIED or _differs(name, asked.then(one.path), asked.now(one.path), asked.installs) else None
    if _fits(name, _LOCKS):
        return Rule.LOCK_FILE if asked.installs else None
    if _fits(name, _IMAGES):
        return Rule.SERVICES if asked.composed else None
    return next((rule for rule, patterns in _RULES if _fits(name, patterns)), None)


def _above(path: str, tests: Collection[str]) -> bool:
    folder = path.rpartition("/")[0]
    return not folder or any(test.startswith(f"{folder}/") for test in tests)


def _fits(path: str, patterns: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _differs(name: str, old: bytes | None, new: bytes | None, installs: bool) -> bool:
    """Whether sections differ that count. What can't be read may hold anything."""
    read = _toml if name.endswith(".toml") else _ini
    before, after = (read(content) if content is not None else None for content in (old, new))
    if before is None or after is None:
        return True
    return any(before.get(section) != after.get(section) for section in before.keys() | after.keys() if _counts(section, installs))


def _counts(section: str, installs: bool) -> bool:
    """Whether a section is read by the test runner, or by an installation that goes before it."""
    name = section.removeprefix("tool.").removeprefix("tool:").partition(":")[0]
    return name not in _INERT_TOOLS if installs else name in _READ


def _toml(content: bytes) -> Mapping[str, object] | None:
    try:
        document = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    tools = document.pop("tool", {})
    return document | ({f"tool.{name}": value for name, value in tools.items()} if isinstance(tools, dict) else {"tool": tools})


def _ini(content: bytes) -> Mapping[str, object] | None:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(content.decode())
    except (UnicodeDecodeError, Error, AttributeError):  # the last by a bug of its own, for some files
        return None
    return {section: dict(parser[section]) for section in parser.sections()}

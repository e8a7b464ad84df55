"""Rules by a file's name: what makes the whole suite run, whatever the map says."""

import tomllib
from collections.abc import Callable, Mapping
from configparser import ConfigParser, Error
from fnmatch import fnmatchcase

from ftaction.model.change import Kind, Touched
from ftaction.model.selection import Rule, Whole

_RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (Rule.LOCK_FILE, ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "Pipfile", "pylock*.toml", "*requirements*.txt", "*constraints*.txt")),
    (Rule.CONFIGURATION, ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "setup.py", "*.pth", "sitecustomize.py", "usercustomize.py")),
    (Rule.CONFIGURATION, (".python-version", ".tool-versions", "mise.toml", ".mise.toml", ".coveragerc")),
    (Rule.SERVICES, ("Dockerfile*", "*.dockerfile", "docker-compose*.y*ml", "compose*.y*ml", ".env", ".env.*")),
    (Rule.COMPILED, ("*.c", "*.cc", "*.cpp", "*.cxx", "*.h", "*.hpp", "*.pyx", "*.pxd", "*.pxi", "*.f", "*.f90", "*.rs", "*.so", "*.pyd", "*.cu")),
    (Rule.COMPILED, ("meson.build", "CMakeLists.txt", "build.rs", "Cargo.toml", "Cargo.lock")),
)
"""By the last part of the path, the first that fits."""

_SECTIONS = ("pyproject.toml", "setup.cfg", "tox.ini")
_INERT_TOOLS = frozenset(
    [
        *("bandit", "basedpyright", "black", "bumpversion", "check-manifest", "cibuildwheel", "codespell", "commitizen", "djlint", "docformatter"),
        *("flake8", "flit", "interrogate", "isort", "mypy", "nox", "pydocstyle", "pylint", "pyright", "refurb", "repo-review", "ruff"),
        *("semantic_release", "sphinx", "towncrier", "tox", "ty", "typos", "yamllint", "zizmor"),
    ]
)
"""Tools that no test runner loads."""

_INSTALLED = frozenset(["project", "build-system", "dependency-groups", "metadata", "options", "options.extras_require", "options.entry_points"])
"""What only an installation reads: where it changed anything, the environment is another one, and its own rule fires."""


def whole(touched: tuple[Touched, ...], then: Callable[[str], bytes | None], now: Callable[[str], bytes | None]) -> Whole | None:
    """The first rule that fires, with every file that it fires for."""
    fired: dict[Rule, list[str]] = {}
    for one in touched:
        rule = _rule(one, then, now)
        if rule:
            fired.setdefault(rule, []).append(one.path)
    return next((Whole(rule, tuple(paths)) for rule, paths in fired.items()), None)


def _rule(one: Touched, then: Callable[[str], bytes | None], now: Callable[[str], bytes | None]) -> Rule | None:
    name = one.path.rpartition("/")[2]
    if name in _SECTIONS:
        return Rule.CONFIGURATION if one.kind is not Kind.MODIFIED or _differs(name, then(one.path), now(one.path)) else None
    return next((rule for rule, patterns in _RULES if any(fnmatchcase(name, pattern) for pattern in patterns)), None)


def _differs(name: str, old: bytes | None, new: bytes | None) -> bool:
    """Whether sections differ that a run of tests may read. What can't be read may hold anything."""
    read = _toml if name.endswith(".toml") else _ini
    before, after = (read(content) if content is not None else None for content in (old, new))
    if before is None or after is None:
        return True
    return any(before.get(section) != after.get(section) for section in before.keys() | after.keys() if not _inert(section))


def _inert(section: str) -> bool:
    name = section.removeprefix("tool.").partition(":")[0]
    return section in _INSTALLED or name in _INERT_TOOLS


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

"""The exact command of a Python linter, formatter or type checker: the repository's own where it can be taken over."""

import re

from ftaction.model.tool import Words
from ftaction.tools.detect.commands import Commands
from ftaction.tools.detect.repository import Repository, join
from ftaction.tools.values import table

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_DROPPED = frozenset(  # how it tells, and what would make it write or install
    (
        *(
            "--fix",
            "--unsafe-fixes",
            "--show-fixes",
            "--no-fix",
            "--check",
            "--check-only",
            "--diff",
            "-c",
            "--exit-zero",
            "--exit-non-zero-on-fix",
            "--exit-non-zero-on-format",
        ),
        *("--install-types", "--non-interactive", "--no-cache", "--output-format=github", "--outputjson"),
        *("-q", "--quiet", "-v", "--verbose", "--color", "--pretty", "--no-error-summary"),
    )
)
_READING = {  # options that keep a tool from writing
    "ruff format": ("--check",),
    "black": ("--check",),
    "isort": ("--check-only",),
}
_VERBS: dict[str, Words] = {"ruff check": ("ruff", "check"), "ruff format": ("ruff", "format")}
_OWN_FILES = ("files", "packages", "modules")  # keys of mypy's configuration that say what to check


def command(repository: Repository, place: str, key: str, commands: Commands, *, executable: str) -> str:
    start: Words = _VERBS.get(key, (executable,))
    if key == "ruff check" and _fixes_by_itself(repository, place):
        start += ("--no-fix",)
    start += _READING.get(key, ())
    for run in commands.of(key):
        arguments = _arguments(repository, place, run.words[1:], _VERBS.get(key, (key,))[1:])
        if arguments is not None and (arguments or key not in ("flake8", "pylint", "black", "isort")):
            if key == "mypy" and not arguments and not _says_files(repository, place):
                continue
            return " ".join((*start, *arguments))
    return " ".join((*start, *_default(repository, place, key)))


def _arguments(repository: Repository, place: str, words: Words, verb: Words) -> Words | None:
    """What can be taken over of a command's arguments; None when one of them is not plain, or names a path that is not there."""
    words = words[1:] if verb and words[:1] == verb else words
    kept: list[str] = []
    before = ""
    for word in words:
        if not _PLAIN.fullmatch(word):
            return None
        if word not in _DROPPED:
            if not word.startswith("-") and not before.startswith("-") and not _exists(repository, place, word):
                return None
            kept.append(word)
        before = word if word not in _DROPPED else ""
    return tuple(kept)


def _exists(repository: Repository, place: str, word: str) -> bool:
    path = join(place, word.removeprefix("./").rstrip("/"))
    return word in (".", "./") or path in repository.names or any(name.startswith(path + "/") for name in repository.paths)


def _default(repository: Repository, place: str, key: str) -> Words:
    if key in ("black", "isort"):
        return (".",)
    if key == "mypy":
        return () if _says_files(repository, place) else _sources(repository, place)
    return _sources(repository, place) if key in ("flake8", "pylint") else ()


def _sources(repository: Repository, place: str) -> Words:
    """`src`, else the folders that are packages, and the tests beside them; `.` where there are none."""
    inside = [path for path in repository.inside(place) if path.endswith((".py", ".pyi"))]
    top = sorted({path.partition("/")[0] for path in inside if "/" in path})
    packages = [name for name in top if name == "src" or join(place, f"{name}/__init__.py") in repository.names]
    packages = [name for name in packages if name not in ("tests", "test", "docs", "examples", "benchmarks")]
    return ("src",) if "src" in packages else tuple(packages) or (".",)


def _says_files(repository: Repository, place: str) -> bool:
    found = table(repository.toml(join(place, "pyproject.toml")), "tool", "mypy")
    for file in ("mypy.ini", ".mypy.ini", "setup.cfg"):
        found = found or dict(repository.ini(join(place, file)).get("mypy", {}))
    return any(found.get(key) for key in _OWN_FILES)


def _fixes_by_itself(repository: Repository, place: str) -> bool:
    """`fix = true` makes `ruff check` write."""
    found = table(repository.toml(join(place, "pyproject.toml")), "tool", "ruff")
    for file in ("ruff.toml", ".ruff.toml"):
        found = repository.toml(join(place, file)) or found
    return found.get("fix") is True or found.get("fix-only") is True

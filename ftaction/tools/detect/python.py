"""Python: linters, formatters and type checkers that are configured, and the test suite."""

from collections.abc import Iterator

from ftaction.tools.detect.commands import Commands
from ftaction.tools.detect.proposal import Kind, Proposal
from ftaction.tools.detect.python_commands import command
from ftaction.tools.detect.python_evidence import Evidence, evidence
from ftaction.tools.detect.python_runner import prefix
from ftaction.tools.detect.repository import Repository, join

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini", "requirements.txt", "Pipfile", "noxfile.py")
_SOURCES = ("**/*.py", "**/*.pyi", "**/*.ipynb", "**/*.toml", "**/*.cfg", "**/*.ini", "**/.gitignore")
_FILES_ONLY = frozenset({"ruff check", "ruff format", "black", "flake8", "isort"})  # judge each file by itself and their configuration
_KINDS = {
    "ruff check": Kind.LINT,
    "flake8": Kind.LINT,
    "pylint": Kind.LINT,
    "isort": Kind.FORMAT,
    "ruff format": Kind.FORMAT,
    "black": Kind.FORMAT,
    "mypy": Kind.TYPECHECK,
    "pyright": Kind.TYPECHECK,
}
_HATCH = {"fmt": Kind.LINT, "test": Kind.TEST}
_HATCH_SCRIPTS = (
    *((name, Kind.TYPECHECK) for name in ("types", "typing", "typecheck", "mypy")),
    *((name, Kind.LINT) for name in ("lint", "style")),
    *((name, Kind.TEST) for name in ("test", "tests", "cov")),
)
_YIELDS_TO_RUFF = frozenset({"flake8", "pylint", "isort", "black"})


def python(repository: Repository, commands: Commands, hooked: frozenset[str]) -> Iterator[Proposal]:
    """`hooked` are the keys that the repository's hooks already cover."""
    for place in _projects(repository):
        found = evidence(repository, place, commands)
        by_hatch = () if place else tuple(_hatch(commands))
        yield from by_hatch
        kinds = {proposal.kind for proposal in by_hatch}
        for key, kind in _KINDS.items():
            reason = _reason(key, found, commands, hooked)
            if reason and kind not in kinds:
                yield Proposal(
                    kind=kind,
                    tool=key.split()[0],
                    run=prefix(repository, place, found.executable(key), found.declared)
                    + command(repository, place, key, commands, executable=found.executable(key)),
                    because=reason,
                    place=place,
                    inputs=_SOURCES if key in _FILES_ONLY and not place else (),
                )
        if Kind.TEST not in kinds:
            yield from _suite(repository, place, found)


def _hatch(commands: Commands) -> Iterator[Proposal]:
    """What workflows run through hatch's own words: `hatch fmt --check`, `hatch test`, `hatch run types:check`."""
    seen: set[Kind] = set()
    for run in commands.in_workflows("hatch"):
        named = [word for word in run.words[1:] if not word.startswith("-")]
        script = named[1] if named[:1] == ["run"] and len(named) > 1 else ""
        kind = _HATCH.get(named[0] if named else "") or next((kind for part, kind in _HATCH_SCRIPTS if part in script.split(":")), None)
        if kind and kind not in seen and (kind is not Kind.LINT or "--check" in run.words or script):
            seen.add(kind)
            line = " ".join(["hatch", "run", script] if script else ["hatch", named[0], *(["--check"] if "--check" in run.words else [])])
            yield Proposal(kind=kind, tool="hatch", run=line, because=f"`{line}` in {run.source}")


def _projects(repository: Repository) -> tuple[str, ...]:
    """The root where it is a project, else every folder that is one. Projects below a project are its own business."""
    places = {place for name in _PROJECT_FILES for place in repository.places(name)}
    if "" in places:
        return ("",) if any(path.endswith(".py") for path in repository.paths) else ()
    return tuple(sorted(place for place in places if not any(place.startswith(other + "/") for other in places)))


def _reason(key: str, found: Evidence, commands: Commands, hooked: frozenset[str]) -> str | None:
    """Why this check is proposed; None when it is not. What continuous integration runs counts first."""
    run = found.runs(key)
    reached = commands.known is not None and key in commands.known
    if run and reached and (not found.place or found.asks_for(key)):
        return run
    if key in hooked:
        return None
    configured = found.configured(key)
    if configured and (key not in _YIELDS_TO_RUFF or found.is_declared(key) or not found.configured("ruff check")):
        return configured
    if run and commands.known is None:
        return run
    known = commands.known is not None and any(other in commands.known for other in (*_KINDS, "pytest"))
    return found.declared_reason(key) if not known else None


def _suite(repository: Repository, place: str, found: Evidence) -> Iterator[Proposal]:
    tests = [path for path in repository.inside(place) if _is_test(path)]
    own_names = any("python_files" in repository.text(join(place, name)) for name in _PROJECT_FILES)
    if not tests and not own_names:
        return
    asked = found.runs("pytest") or found.configured("pytest") or found.declared_reason("pytest")
    if asked is None and any(path.rsplit("/", 1)[-1] == "conftest.py" for path in repository.inside(place)):
        asked = "conftest.py"
    if asked:
        run = prefix(repository, place, "pytest", found.declared) + "pytest"
        yield Proposal(kind=Kind.TEST, tool="pytest", run=run, because=asked, place=place)
        return
    if not tests:
        return
    run = prefix(repository, place, "python", found.declared) + "python -m unittest discover" + _start(repository, place, tests)
    yield Proposal(kind=Kind.TEST, tool="unittest", run=run, because=f"{join(place, tests[0])}, and no pytest", place=place)


def _is_test(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py") or name == "tests.py")


def _start(repository: Repository, place: str, tests: list[str]) -> str:
    """Unittest looks below the working folder into packages only; a folder of tests that is none has to be named."""
    folder = next((name for name in ("tests", "test") if any(path.startswith(name + "/") for path in tests)), "")
    return f" -s {folder}" if folder and join(place, f"{folder}/__init__.py") not in repository.names else ""

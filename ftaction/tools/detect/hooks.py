"""pre-commit and prek: all hooks as one check, which may write. What they run is not proposed a second time."""

from collections.abc import Iterator

from ftaction.model.check import Stage
from ftaction.tools import recognise
from ftaction.tools.detect.commands import Commands, key_of
from ftaction.tools.detect.proposal import Kind, Proposal
from ftaction.tools.detect.python_runner import declared_in, prefix
from ftaction.tools.detect.repository import Repository, tables
from ftaction.tools.values import string
from ftaction.tools.words import split

_FILES = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_KEYS = {  # a hook's id where it differs from the tool's name
    "ruff": "ruff check",
    "ruff-check": "ruff check",
    "ruff-format": "ruff format",
    "black-jupyter": "black",
    "black-pre-commit-mirror": "black",
    "basedpyright": "pyright",
    "fmt": "cargo fmt",
    "cargo-fmt": "cargo fmt",
    "clippy": "cargo clippy",
    "cargo-clippy": "cargo clippy",
    "golangci-lint-full": "golangci-lint",
}


def hooks(repository: Repository, commands: Commands) -> Iterator[Proposal]:
    file = _file(repository)
    if file is None or not _hooks(repository, file):
        return
    said = next(iter(commands.of("pre-commit")), None)
    because = f"`{' '.join(said.words)}` in {said.source}" if said else file
    name = "prek" if said and said.words[0] == "prek" else "pre-commit"
    run = prefix(repository, "", name, declared) if name in (declared := declared_in(repository, "")) else ""
    yield Proposal(kind=Kind.HOOKS, tool=name, run=f"{run}{name} run --all-files", because=because, stage=Stage.MUTATING)


def hooked(repository: Repository) -> frozenset[str]:
    """The keys of tools that the hooks run."""
    file = _file(repository)
    found: set[str] = set()
    for hook in _hooks(repository, file) if file else ():
        name = string(hook.get("id"))
        found.add(_KEYS.get(name, name))
        for words in split(string(hook.get("entry"))):
            known = recognise(words)
            if known:
                found.add(key_of(known[0].name, known[1]))
    return frozenset(found)


def _file(repository: Repository) -> str | None:
    return next((name for name in _FILES if name in repository.names), None)


def _hooks(repository: Repository, file: str) -> list[dict[str, object]]:
    return [hook for source in tables(repository.yaml(file).get("repos")) for hook in tables(source.get("hooks"))]

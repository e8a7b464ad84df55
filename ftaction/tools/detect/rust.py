"""Rust: formatting, clippy and the suite. Where workflows show which of them the project runs, the others are left out."""

import shlex
from collections.abc import Iterator

from ftaction.tools.detect.commands import Commands
from ftaction.tools.detect.proposal import Kind, Proposal
from ftaction.tools.detect.repository import Repository, join
from ftaction.tools.values import table

_CONFIGURATION = {
    "cargo fmt": ("rustfmt.toml", ".rustfmt.toml"),
    "cargo clippy": ("clippy.toml", ".clippy.toml"),
    "cargo test": (),
}
_KINDS = {"cargo fmt": Kind.FORMAT, "cargo clippy": Kind.LINT, "cargo test": Kind.TEST}


def rust(repository: Repository, commands: Commands) -> Iterator[Proposal]:
    places = repository.places("Cargo.toml")
    for place in ("",) if "" in places else tuple(place for place in places if _is_top(place, places)):
        for key, kind in _KINDS.items():
            reason = _reason(repository, place, key, commands)
            if reason:
                inputs = ("**/*.rs", "**/*.toml", "**/.gitignore") if key == "cargo fmt" and not place else ()
                run = _run(repository, place, key, commands)
                yield Proposal(kind=kind, tool=key.split()[1], run=run, because=reason, place=place, inputs=inputs)


def _is_top(place: str, places: tuple[str, ...]) -> bool:
    return not any(place.startswith(other + "/") for other in places)


def _reason(repository: Repository, place: str, key: str, commands: Commands) -> str | None:
    run = next(iter(commands.of(key)), None)
    if run:
        return f"`{' '.join(run.words)}` in {run.source}"
    for name in _CONFIGURATION[key]:
        if join(place, name) in repository.names:
            return join(place, name)
    known = commands.known is not None and any(other in commands.known for other in _KINDS)
    return None if known else join(place, "Cargo.toml")


def _run(repository: Repository, place: str, key: str, commands: Commands) -> str:
    if key == "cargo fmt":
        return "cargo fmt --all --check"
    locked = any(join(up, "Cargo.lock") in repository.names for up in (place, ""))
    options = ["--locked"] if locked else []  # a check must not rewrite the lock file
    if "workspace" in repository.toml(join(place, "Cargo.toml")) or table(repository.toml(join(place, "Cargo.toml")), "workspace"):
        options.append("--workspace")
    said = [word for command in commands.of(key)[:1] for word in command.words]
    options += [word for word in ("--all-targets", "--all-features", "--tests", "--benches", "--examples") if word in said]
    if key == "cargo clippy":
        options += ["--all-targets"] if not said else []
        options += said[said.index("--") :] if "--" in said else []  # without its lints, what CI refuses would pass
    return shlex.join((*key.split(), *options))

"""Go: vet, the suite, formatting, and golangci-lint where it is configured."""

import re
from collections.abc import Iterator

from ftaction.tools.detect.commands import Commands
from ftaction.tools.detect.proposal import Kind, Proposal
from ftaction.tools.detect.repository import Repository, join

_LINTER_FILES = (".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json")
_FORMATS = re.compile(r"^\s*-\s*[\"']?(gofmt|gofumpt|goimports|gci)\b", re.MULTILINE)
_FOREIGN = re.compile(r"(^|/)(vendor|testdata|third_party|node_modules)/")
_FORMATTED = "gofmt -l . | { ! grep . ; }"  # gofmt lists what it would change, and ends well all the same
# Files under testdata are often wrong on purpose, and vendored ones are not ours.
_FORMATTED_OWN = "git ls-files -z '*.go' ':!:*vendor/*' ':!:*testdata/*' | xargs -0 gofmt -l | { ! grep . ; }"


def go(repository: Repository, commands: Commands) -> Iterator[Proposal]:
    for place in repository.places("go.mod"):
        module = join(place, "go.mod")
        files = [path for path in repository.inside(place) if path.endswith(".go")]
        if not files:
            continue
        linter = _linter(repository, place, commands)
        yield Proposal(kind=Kind.LINT, tool="vet", run="go vet ./...", because=module, place=place)
        if linter:
            yield Proposal(kind=Kind.LINT, tool="golangci-lint", run="golangci-lint run", because=linter, place=place)
        if not (linter and _FORMATS.search(repository.text(linter))):
            run = _FORMATTED_OWN if any(_FOREIGN.search(path) for path in files) else _FORMATTED
            inputs = ("**/*.go", "**/.gitignore") if not place else ()
            yield Proposal(kind=Kind.FORMAT, tool="gofmt", run=run, because=module, place=place, inputs=inputs)
        if any(path.endswith("_test.go") for path in files):
            yield Proposal(kind=Kind.TEST, tool="go", run="go test ./...", because=module, place=place)


def _linter(repository: Repository, place: str, commands: Commands) -> str | None:
    """Its configuration beside the module or at the root, or where it is run."""
    for folder in dict.fromkeys((place, "")):
        for name in _LINTER_FILES:
            if join(folder, name) in repository.names:
                return join(folder, name)
    run = next(iter(commands.of("golangci-lint")), None)
    return run.source if run and not place else None

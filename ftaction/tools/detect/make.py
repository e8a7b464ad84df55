"""Make: targets that prove something no other ecosystem here proves already."""

import re
from collections.abc import Iterator

from ftaction.tools.detect.proposal import Kind, Proposal
from ftaction.tools.detect.repository import Repository

_FILES = ("GNUmakefile", "makefile", "Makefile")  # in make's own order
_TARGET = re.compile(r"^([A-Za-z0-9][\w.\- ]*?)\s*::?(?!=)", re.MULTILINE)
_TARGETS = (  # the first of a kind counts
    (Kind.LINT, "lint"),
    (Kind.FORMAT, "format-check"),
    (Kind.FORMAT, "check-format"),
    (Kind.FORMAT, "fmt-check"),
    (Kind.TYPECHECK, "typecheck"),
    (Kind.TYPECHECK, "type-check"),
    (Kind.TYPECHECK, "mypy"),
    (Kind.TEST, "test"),
    (Kind.TEST, "tests"),
    (Kind.TEST, "check"),
)


def make(repository: Repository, covered: frozenset[Kind]) -> Iterator[Proposal]:
    file = next((name for name in _FILES if name in repository.names), None)
    if file is None:
        return
    targets = {name for line in _TARGET.findall(repository.text(file)) for name in line.split()}
    seen = set(covered)
    for kind, target in _TARGETS:
        if kind not in seen and target in targets:
            seen.add(kind)
            yield Proposal(kind=kind, tool="make", run=f"make {target}", because=f"the target {target} in {file}")

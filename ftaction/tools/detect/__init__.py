"""Checks for a repository without configuration, found from its files."""

from collections.abc import Callable, Sequence

from ftaction.tools.detect.commands import commands_of
from ftaction.tools.detect.detected import Detected
from ftaction.tools.detect.go import go
from ftaction.tools.detect.hooks import hooked, hooks
from ftaction.tools.detect.init import init_text
from ftaction.tools.detect.make import make
from ftaction.tools.detect.naming import check_of, groups, named
from ftaction.tools.detect.node import node
from ftaction.tools.detect.proposal import Kind
from ftaction.tools.detect.python import python
from ftaction.tools.detect.repository import repository_of
from ftaction.tools.detect.rust import rust
from ftaction.tools.detect.workflows import UNKNOWN

__all__ = ["Detected", "detect", "init_text"]


def detect(paths: Sequence[str], read: Callable[[str], str | None]) -> Detected:
    """From all files of a repository (posix paths from its root) and a way to read one (None when it can't be).

    Whatever is in the files, this returns: what can't be parsed proposes nothing.
    """
    repository = repository_of(paths, read)
    commands = commands_of(repository)
    found = [
        *hooks(repository, commands),
        *python(repository, commands, hooked(repository)),
        *node(repository, commands),
        *go(repository, commands),
        *rust(repository, commands),
    ]
    covered = frozenset(proposal.kind for proposal in found)
    found += make(repository, covered | ({Kind.FORMAT, Kind.TYPECHECK} if found else set()) | ({Kind.LINT} if Kind.HOOKS in covered else set()))
    checks = named(found)
    return Detected(
        checks=tuple(check_of(name, proposal) for name, proposal in checks.items()),
        parallel_groups=groups(checks),
        because={name: proposal.because.replace(UNKNOWN, "…") for name, proposal in checks.items()},
    )

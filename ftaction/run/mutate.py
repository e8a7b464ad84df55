"""What a mutating check changed, as a patch: taken between two trees of a temporary index, applied again when it is replayed.

Index and new objects stand outside the repository (`GIT_INDEX_FILE`, `GIT_OBJECT_DIRECTORY`), so neither the user's index nor
his object store ever sees them: https://git-scm.com/docs/git#_environment_variables
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from ftaction.edge.git import Repository
from ftaction.edge.machine import Identity
from ftaction.errors import Stop
from ftaction.model.record import Patched


class Patch(NamedTuple):
    """The bytes that `git apply` takes, and the files in it."""

    content: bytes
    files: tuple[Patched, ...]


class Watch:
    """Begun before a mutating check runs, asked afterwards. `folder` is empty and ours."""

    def __init__(self, repository: Repository, folder: str, identity: Identity | None) -> None:
        self._repository = repository
        import shutil

        os.makedirs(f"{folder}/objects", mode=0o700)
        objects, index = repository.run("rev-parse", "--git-path", "objects", "--git-path", "index").decode().split("\n")[:2]
        source = os.path.join(repository.root, index)
        if os.path.exists(source):
            shutil.copy2(source, f"{folder}/index")  # with its time, by which git tells the entries that may be stale
        for path in (folder, f"{folder}/objects", f"{folder}/index") if identity else ():
            if identity and os.path.exists(path):
                os.chown(path, identity.user, identity.group)
        self._environment: Mapping[str, str] = {
            "GIT_INDEX_FILE": f"{folder}/index",
            "GIT_OBJECT_DIRECTORY": f"{folder}/objects",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.path.join(repository.root, objects),
        }
        self._before = self._tree()

    def patch(self) -> Patch:
        """What differs now from what was there at the beginning."""
        after = self._tree()
        if after == self._before:
            return Patch(content=b"", files=())
        trees = (self._before, after)
        raw = self._git("diff", "--raw", "-z", "--no-renames", "--no-abbrev", *trees)
        content = self._git("diff", "--binary", "--full-index", "--no-renames", "--no-textconv", "--no-ext-diff", "--src-prefix=a/", "--dst-prefix=b/", *trees)
        return Patch(content=content, files=_changes(raw))

    def _tree(self) -> str:
        self._git("add", "--all", "--", ".")
        return self._git("write-tree").decode().strip()

    def _git(self, *arguments: str) -> bytes:
        return self._repository.run("-c", "core.fsmonitor=false", "-c", "advice.addEmbeddedRepo=false", *arguments, extra=self._environment)


def fits(files: tuple[Patched, ...], now: Mapping[str, str]) -> bool:
    """Whether every file of a patch is still as it was before it. `now`: git's mode and digest by path."""
    return all(now.get(one.path, " ").partition(" ")[2] == one.before for one in files)


def apply(repository: Repository, content: bytes) -> bool:
    """Apply a patch that fits. False when git refuses it; git then changes nothing."""
    try:
        repository.run("apply", "--binary", "--whitespace=nowarn", "-", given=content)
    except Stop:
        return False
    return True


def _changes(raw: bytes) -> tuple[Patched, ...]:
    """`:MODE MODE DIGEST DIGEST STATUS NUL PATH NUL` for each file."""
    fields = os.fsdecode(raw).split("\0")
    found = []
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        _, _, before, after, _ = meta.split(" ")
        found.append(Patched(path=path, before=_digest(before), after=_digest(after)))
    return tuple(found)


def _digest(text: str) -> str:
    return "" if set(text) == {"0"} else text  # all zeros: the file is not there

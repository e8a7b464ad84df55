"""A new folder on the file system of a working tree, where nobody looks, and the removal of what killed runs left there."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ftaction.edge.descent import IN
from ftaction.edge.git import own_folder
from ftaction.edge.machine import Identity


@contextmanager
def fresh_folder(root: str, identity: Identity | None) -> Iterator[tuple[str, int]]:
    """Its path and descriptor: beside git's own files, or below the root where those stand on another file system. Removed at the end."""
    folder = own_folder(root)
    parent, dot = (folder, "") if os.path.isdir(folder) and os.stat(folder).st_dev == os.stat(root).st_dev else (root, ".")
    _clear(parent, f"{dot}ftaction.")
    fresh = f"{parent}/{dot}ftaction.{os.getpid()}.{os.urandom(8).hex()}.tmp"
    os.mkdir(fresh, 0o700)
    held = os.open(fresh, IN)
    try:
        _lock(held)
        if identity:
            os.fchown(held, identity.user, identity.group)
        yield fresh, held
    finally:
        remove(fresh)
        os.close(held)


def _clear(parent: str, start: str) -> None:
    """Remove left-over folders: those that nobody holds a lock on. A process number would not tell: in a container we are always process 1."""
    for name in os.listdir(parent):
        if name.startswith(start) and name.endswith(".tmp"):
            with suppress(OSError):  # held, or gone meanwhile
                held = os.open(f"{parent}/{name}", IN)
                try:
                    _lock(held)
                    remove(f"{parent}/{name}")
                finally:
                    os.close(held)


def _lock(folder: int) -> None:
    """Until we end, however we do. Raises OSError where another process holds it."""
    import fcntl

    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)


def remove(path: str) -> None:
    """A whole tree, also where its owner made folders that he may not write himself. What can't be removed stays."""
    import shutil

    shutil.rmtree(path, ignore_errors=True)
    if not os.path.lexists(path):
        return
    for _, names, _, here in os.fwalk(path):  # from above, so that every folder can be entered when its turn comes
        for name in names:
            with suppress(OSError):
                mode = os.stat(name, dir_fd=here, follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
                    os.chmod(name, 0o700, dir_fd=here)
    shutil.rmtree(path, ignore_errors=True)

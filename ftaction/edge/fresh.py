"""A new folder on the file system of a working tree, where nobody looks, and the removal of what killed runs left there."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ftaction.edge.descent import IN
from ftaction.edge.git import own_folder
from ftaction.edge.machine import Identity

_TRIES = 10


@contextmanager
def fresh_folder(root: str, identity: Identity | None) -> Iterator[tuple[str, int]]:
    """Its path and descriptor: beside git's own files, or below the root where those stand on another file system. Removed at the end."""
    folder = own_folder(root)
    parent, dot = (folder, "") if os.path.isdir(folder) and os.stat(folder).st_dev == os.stat(root).st_dev else (root, ".")
    _clear(parent, f"{dot}ftaction.")
    fresh, held = _made(f"{parent}/{dot}ftaction")
    try:
        if identity:
            os.fchown(held, identity.user, identity.group)
        yield fresh, held
    finally:
        remove(fresh)
        os.close(held)


def _made(start: str) -> tuple[str, int]:
    """A locked folder. Another run may take one for left over that is not locked yet; then we make another."""
    for _ in range(_TRIES):
        fresh = f"{start}.{os.getpid()}.{os.urandom(8).hex()}.tmp"
        os.mkdir(fresh, 0o700)
        held = _held(fresh)
        if held is not None:
            return fresh, held
    raise OSError(errno.EBUSY, "somebody takes every new folder")


def _held(fresh: str) -> int | None:
    """Our new folder, open and locked; None where somebody removed it before it was. Its name comes twice nowhere, so what bears it is ours."""
    try:
        held = os.open(fresh, IN)
    except FileNotFoundError:
        return None
    if _lock(held) is not False and os.path.lexists(fresh):
        return held
    os.close(held)
    return None


def _clear(parent: str, start: str) -> None:
    """Remove left-over folders: those that nobody holds a lock on. A process number would not tell: in a container we are always process 1."""
    for name in os.listdir(parent):
        if name.startswith(start) and name.endswith(".tmp"):
            with suppress(OSError):  # gone meanwhile, or no folder
                held = os.open(f"{parent}/{name}", IN)
                if _lock(held):
                    remove(f"{parent}/{name}")
                os.close(held)


def _lock(folder: int) -> bool | None:
    """Take it until we end, however we do. False where another run has it, None where the file system has no locks."""
    import fcntl

    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


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

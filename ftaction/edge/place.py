"""Moving finished outputs into a working tree.

Every folder on the way is opened, none through a link, and everything is renamed between open folders: whoever owns the tree may be changing
it meanwhile, and we may be root.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ftaction.edge.descent import IN
from ftaction.edge.machine import Identity
from ftaction.errors import StoreError


def refuse_links(root: str, outputs: tuple[str, ...]) -> None:
    """Raises `StoreError` where an output stands behind a symbolic link, or where no folder can be."""
    for output in outputs:
        try:
            with _above(root, output, make=False):
                pass
        except FileNotFoundError:
            pass  # it is made when there is something to put into it
        except OSError as error:
            raise StoreError(f"{output} can't be reached: {error.strerror}") from error


def put_in_place(fresh: int, root: str, outputs: tuple[str, ...], identity: Identity | None) -> None:
    """All of them or none: `fresh` holds the first under the name 1. What stood in their places is moved there. Raises `StoreError` or OSError."""
    done: list[tuple[str, str]] = []
    try:
        for number, output in enumerate(outputs, start=1):
            with _above(root, output, make=True, identity=identity) as folder:
                name = os.path.basename(output)
                if _there(name, folder):
                    _rename(name, folder, f"{number}.before", fresh)
                done.append((output, str(number)))
                _rename(str(number), fresh, name, folder)
    except BaseException:
        for output, kept in reversed(done):
            _put_back(fresh, root, output, kept)
        raise


def _put_back(fresh: int, root: str, output: str, number: str) -> None:
    with suppress(OSError, StoreError), _above(root, output, make=False) as folder:
        name = os.path.basename(output)
        if not _there(number, fresh):
            _rename(name, folder, number, fresh)
        if _there(f"{number}.before", fresh):
            _rename(f"{number}.before", fresh, name, folder)


@contextmanager
def _above(root: str, output: str, make: bool, identity: Identity | None = None) -> Iterator[int]:
    """The open folder that an output stands in. `make`: what is missing is made, and owned as what is put there."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in output.split("/")[:-1]:
            if make and not _there(name, folder):
                os.mkdir(name, dir_fd=folder)
                if identity:
                    os.chown(name, identity.user, identity.group, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                raise StoreError(f"{output} stands behind a symbolic link")
            inner = os.open(name, IN, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _there(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _rename(name: str, folder: int, new: str, to: int) -> None:
    """Moving a folder writes its `..`, so its owner must be able to write it meanwhile."""
    try:
        os.rename(name, new, src_dir_fd=folder, dst_dir_fd=to)
        return
    except PermissionError:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if not stat.S_ISDIR(mode) or mode & 0o200:
            raise
    held = os.open(name, IN, dir_fd=folder)
    try:
        os.fchmod(held, stat.S_IMODE(mode) | 0o200)
        os.rename(name, new, src_dir_fd=folder, dst_dir_fd=to)
    finally:
        os.fchmod(held, stat.S_IMODE(mode))
        os.close(held)

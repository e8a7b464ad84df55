"""How outputs stand on disk, in one digest of names, modes, sizes and times: the same digest means that they were not touched."""

import os
import stat
from collections.abc import Iterable
from hashlib import sha256

_LEFT_OUT = b"__pycache__"  # Python writes there whenever something is imported


def standing(root: str, outputs: Iterable[str]) -> str:
    """Times and sizes of folders do not count. What can't be looked at is as if it were not there."""
    digest = sha256()
    folders: list[bytes] = []
    for output in outputs:
        path = os.fsencode(f"{root}/{output}")
        try:
            digest.update(_line(path, os.lstat(path), folders))
        except OSError:
            continue
    while folders:
        folder = folders.pop()
        digest.update(b"%b\n" % folder)
        try:
            with os.scandir(folder) as entries:
                found = sorted((entry.name, entry.stat(follow_symlinks=False)) for entry in entries)
        except OSError:
            continue
        digest.update(b"".join(_line(b"%b/%b" % (folder, name), stats, folders) for name, stats in found if name != _LEFT_OUT))
    return digest.hexdigest()


def _line(path: bytes, stats: os.stat_result, folders: list[bytes]) -> bytes:
    """One thing; a folder is put among `folders` too."""
    if stat.S_ISDIR(stats.st_mode):
        folders.append(path)
        return b"%b\0%o\n" % (path, stats.st_mode)
    return b"%b\0%o\0%d\0%d\n" % (path, stats.st_mode, stats.st_size, stats.st_mtime_ns)

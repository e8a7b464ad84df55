"""What stands in a folder, for comparing."""

import os
import stat
from pathlib import Path
from typing import NamedTuple


class Seen(NamedTuple):
    mode: int
    content: str  # bytes, or a link's target
    time: int  # ns
    names: tuple[str, ...]  # of the same file


def tree(folder: Path) -> dict[str, Seen]:
    """Every entry below, by its path in hexadecimal digits."""
    found: dict[str, tuple[os.stat_result, str]] = {}
    for path in sorted(folder.rglob("*")):
        stats = path.lstat()
        text = os.readlink(os.fsencode(path)).hex() if stat.S_ISLNK(stats.st_mode) else path.read_bytes().hex() if stat.S_ISREG(stats.st_mode) else ""
        found[os.fsencode(path.relative_to(folder)).hex()] = (stats, text)
    same: dict[int, list[str]] = {}
    for name, (stats, _) in found.items():
        if not stat.S_ISDIR(stats.st_mode):
            same.setdefault(stats.st_ino, []).append(name)
    return {name: Seen(stats.st_mode, text, stats.st_mtime_ns, tuple(same.get(stats.st_ino, ()))) for name, (stats, text) in found.items()}

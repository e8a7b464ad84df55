"""What a symbolic link leads to beyond the files that git lists: outside the repository, or into something that git ignores."""

import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from stat import S_ISREG

UNREADABLE = "unreadable"
_MOST = 5_000  # files behind one link; more is no input of a check but somebody's disk
_NO_FILES = ("/proc", "/sys", "/dev")


def behind(root: str, link: str, listed: Sequence[str], entry: Callable[[str], str], may_read: Callable[[os.stat_result], bool]) -> dict[str, str]:
    """Entries by `LINK/.` for a file and `LINK/PATH` for those of a folder; no path of this machine is in them.

    `listed` are git's files, sorted. `entry` gives a file's mode and digest or raises `OSError`; nothing is asked of it that the
    checks themselves could not read.
    """
    target = os.path.realpath(f"{root}/{link}")
    if not os.path.lexists(target) or _git_lists(os.path.relpath(target, root), listed):
        return {}
    found: dict[str, str] = {}
    for path, name in _files(target):
        try:
            stat = os.lstat(path)
            if S_ISREG(stat.st_mode):
                found[f"{link}/{name}"] = entry(path) if may_read(stat) else UNREADABLE
        except OSError:
            found[f"{link}/{name}"] = UNREADABLE
        if len(found) > _MOST:
            return {f"{link}/.": UNREADABLE}
    return found


def _files(target: str) -> Iterator[tuple[str, str]]:
    if any(target == folder or target.startswith(f"{folder}/") for folder in _NO_FILES):
        return
    if not os.path.isdir(target):
        yield target, "."
    for folder, _, names in os.walk(target):
        for name in names:
            yield f"{folder}/{name}", os.path.relpath(f"{folder}/{name}", target)


def _git_lists(path: str, listed: Sequence[str]) -> bool:
    at = bisect_left(listed, path)
    below = bisect_left(listed, f"{path}/")
    return path == "." or listed[at : at + 1] == [path] or (below < len(listed) and listed[below].startswith(f"{path}/"))

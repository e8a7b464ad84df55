"""Digests of files that git does not keep, remembered by the file's stat so that an unchanged file is read once.

As in git's index a file that changed within the last moments is not remembered: its next change might keep size and time
(https://git-scm.com/docs/racy-git).
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from hashlib import sha1, sha256

_RACY = 2_000_000_000  # nanoseconds; the coarsest time stamps of common file systems
_PIECE = 1 << 20
TRAMPOLINE = b"'''exec' "
"""How the second line of a script begins where the first can't hold its interpreter's path: sh starts the python beside it.

`ScriptMaker._get_shebang` in https://github.com/pypa/distlib/blob/master/distlib/scripts.py
"""
_MOST = 50_000  # remembered files; past it only what this run used is kept


class Digests:
    """`path` is where they are kept between runs; unreadable or damaged content there only costs reading again.

    `now` counts nanoseconds since the epoch, as the times of files do.
    """

    def __init__(self, path: str | None, now: Callable[[], int] = time.time_ns) -> None:
        self._path = path
        self._now = now
        self._old = self._load()
        self._new: dict[str, list[object]] = {}

    def of(self, kind: str, path: str, compute: Callable[[str], str]) -> str:
        """`compute(path)`, or what it was when the file had this very stat. Raises `OSError` as `compute` and stat do.

        The stat is taken at every call: within one run a check, or its user, may change the file.
        """
        stat = os.lstat(path)  # each time: a file may change between two looks of one run
        return self._known(f"{kind}:{path}", stat) or self._computed(f"{kind}:{path}", stat, compute(path))

    def of_many(self, kind: str, root: str, paths: Iterable[str], compute: Callable[[str], str]) -> dict[str, str]:
        """The same for many files below `root`, by path; those that can't be read are left out."""
        prefix, found = f"{kind}:{root}/", {}
        for path in paths:
            try:
                stat = os.lstat(f"{root}/{path}")
                found[path] = self._known(prefix + path, stat) or self._computed(prefix + path, stat, compute(f"{root}/{path}"))
            except OSError:
                continue
        return found

    def _known(self, key: str, stat: os.stat_result) -> str:
        old = self._new.get(key)
        if old is None:
            old = self._old.get(key)
            if old is None:
                return ""
            self._new[key] = old
        return str(old[-1]) if old[:-1] == _seen(stat) else ""

    def _computed(self, key: str, stat: os.stat_result, digest: str) -> str:
        if self._now() - max(stat.st_mtime_ns, stat.st_ctime_ns) > _RACY:
            self._new[key] = [*_seen(stat), digest]
        else:
            self._new.pop(key, None)
        return digest

    def mark(self, key: str) -> str:
        """What `set_mark` last said of this key."""
        value = self._new.get(f"mark:{key}") or self._old.get(f"mark:{key}")
        return str(value[-1]) if value else ""

    def set_mark(self, key: str, value: str) -> None:
        """Remember a word between runs."""
        self._new[f"mark:{key}"] = [value]

    def save(self) -> None:
        """Keep what this run used, where it differs from what was there."""
        if self._path is None or all(self._old.get(key) == value for key, value in self._new.items()):
            return
        temporary = f"{self._path}.{os.getpid()}.{os.urandom(8).hex()}.tmp"
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as file:
                json.dump(self._old | self._new if len(self._old) < _MOST else self._new, file)
            os.rename(temporary, self._path)
        except OSError:
            pass  # costs reading the files again

    def _load(self) -> dict[str, list[object]]:
        try:
            with open(self._path or "", encoding="utf-8", errors="surrogateescape") as file:
                loaded = json.load(file)
        except (OSError, ValueError):
            return {}
        return loaded if isinstance(loaded, dict) and all(isinstance(value, list) for value in loaded.values()) else {}


def _seen(stat: os.stat_result) -> list[object]:
    return [stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_mode]


def git_blob(algorithm: str) -> Callable[[str], str]:
    """How git names a file's bytes, links not followed: `sha1` or `sha256` over `blob SIZE NUL` and the bytes."""

    def compute(path: str) -> str:
        if os.path.islink(path):
            target = os.fsencode(os.readlink(path))
            return (sha1 if algorithm == "sha1" else sha256)(b"blob %d\0" % len(target) + target).hexdigest()
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            digest = (sha1 if algorithm == "sha1" else sha256)(b"blob %d\0" % size)
            while piece := file.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()

    return compute


def content(path: str) -> str:
    """SHA-256 of a program's bytes; of a script, of all but the lines that name where its interpreter stands."""
    with open(path, "rb") as file:
        digest = sha256()
        if file.peek(2)[:2] == b"#!":
            file.readline()
            if file.peek(len(TRAMPOLINE)).startswith(TRAMPOLINE):
                file.readline()
                file.readline()  # which closes what the second line opened
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()

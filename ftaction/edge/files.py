"""Reading text that a pull request may have put there, or a link to anything in its place."""

import os
from errno import EFBIG
from stat import S_ISREG

_MOST = 100 << 20  # bytes; where git too gives up on an attributes file (git 2.38.1, CVE-2022-23521)


def text(path: str) -> str:
    """A plain file's text, links followed, any byte kept. Raises `OSError`, also for devices and pipes, which have no end, and for what is too large."""
    with open(path, encoding="utf-8", errors="surrogateescape", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        stat = os.fstat(file.fileno())
        if not S_ISREG(stat.st_mode) or stat.st_size > _MOST:
            raise OSError(EFBIG, "no plain file, or too large", path)
        return file.read(_MOST)

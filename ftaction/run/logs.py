"""Logs of checks: made empty before a command begins, read in part, with what must not be told masked."""

import os

from ftaction.run.world import World, file_name

_LOG_HEAD = 64 * 1024  # bytes of a log that a record keeps from its beginning,
_LOG_TAIL = 192 * 1024  # and from its end


def new_log(world: World, check: str) -> str:
    """An empty log. The folder is ours, so that a check can't put a link in the log's place; the file is its own."""
    path = f"{world.folder}/{file_name(check)}.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if world.identity:
        os.fchown(descriptor, world.identity.user, world.identity.group)
    os.close(descriptor)
    return path


def read_log(path: str, hidden: tuple[str, ...], most: int = _LOG_HEAD + _LOG_TAIL) -> bytes:
    """A log's beginning and end, with the values masked that must not be told: masked before it is cut, so that no half of one stays.

    `most`: bytes of both, of which the beginning is a quarter.
    """
    longest = max((len(value) for value in hidden), default=0) * 4  # bytes of a character, at most
    first, last = most * _LOG_HEAD // (_LOG_HEAD + _LOG_TAIL), most * _LOG_TAIL // (_LOG_HEAD + _LOG_TAIL)
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= most:
            return masked(file.read(most), hidden)  # not to its end: what a check left behind may still be writing
        head = masked(file.read(first + longest), hidden)[:first]
        file.seek(max(0, size - last - longest))
        tail = masked(file.read(last + longest), hidden)[-last:]
    return head + f"\n… {size - first - last:,} bytes left out …\n".encode() + tail


def masked(content: bytes, hidden: tuple[str, ...]) -> bytes:
    """With these values, of which the longest come first, made unreadable."""
    for value in hidden:
        content = content.replace(value.encode("utf-8", "surrogateescape"), b"***")
    return content


def masked_text(text: str, hidden: tuple[str, ...]) -> str:
    """The same of text."""
    for value in hidden:
        text = text.replace(value, "***")
    return text

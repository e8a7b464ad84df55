"""A file on its way to a server: in one request, or in blocks side by side.

Blocks are Azure's: https://learn.microsoft.com/rest/api/storageservices/put-block
"""

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from ftaction.edge.ahead import Task, ahead
from ftaction.edge.exchange import Part, Request
from ftaction.edge.retry import BUSY, busy
from ftaction.edge.way import Way
from ftaction.errors import StoreError

_MOST_BLOCKS = 50_000
_BYTES = {"Content-Type": "application/octet-stream"}


class Source(NamedTuple):
    """A file as it was when its upload began."""

    path: str
    size: int
    identity: tuple[int, ...]

    @contextmanager
    def part(self, offset: int, size: int) -> Iterator[Part]:
        """A stretch of it. Each user opens the file anew: a thread that is left behind must not read from a descriptor that was given away."""
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise StoreError(f"the file to send can't be read: {error.strerror}") from error
        try:
            if _identity(os.fstat(file)) != self.identity:
                raise StoreError("the file to send was changed while it was sent")
            yield Part(file, offset, size)
        finally:
            os.close(file)


def source(path: str) -> Source:
    """Raises `StoreError` where it can't be read."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise StoreError(f"the file to send can't be read: {error.strerror}") from error
    return Source(path, found.st_size, _identity(found))


def send(way: Way, request: Request, file: Source, stretch: tuple[int, int], deadline: float) -> None:
    """A stretch of the file, offset and size, as the body of the request. Raises `StoreError` unless the server took it."""

    def attempt(until: float) -> None:
        with file.part(*stretch) as part:
            _ask(way, request._replace(body=part), until)

    way.move(attempt, deadline)


def put_blob(way: Way, address: str, file: Source) -> None:
    """The file as a block blob, under an address that carries its own permission: no token goes along."""
    deadline = way.transfer_ends()
    if file.size <= way.sizes.single:
        send(way, Request("PUT", address, {**_BYTES, "x-ms-blob-type": "BlockBlob"}), file, (0, file.size), deadline)
        return
    unique = _unique()
    names = [_block_name(unique, number) for number in range(len(blocks(file, way)))]
    tasks = [
        _sending(way, Request("PUT", _with(address, f"comp=block&blockid={quote(name, safe='')}"), _BYTES), file, stretch, deadline)
        for name, stretch in zip(names, blocks(file, way), strict=True)
    ]
    for _ in ahead(tasks, way.sizes.width):
        pass
    _commit(way, address, names, deadline)


def blocks(file: Source, way: Way) -> list[tuple[int, int]]:
    """Offset and size of each."""
    size = max(way.sizes.block, -(-file.size // _MOST_BLOCKS))
    return [(offset, min(size, file.size - offset)) for offset in range(0, file.size, size)]


def _sending(way: Way, request: Request, file: Source, stretch: tuple[int, int], deadline: float) -> Task[None]:
    return lambda stopped: None if stopped.is_set() else send(way, request, file, stretch, deadline)


def _commit(way: Way, address: str, names: list[str], deadline: float) -> None:
    listed = "".join(f"<Latest>{name}</Latest>" for name in names)
    body = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><BlockList>{listed}</BlockList>'.encode()
    request = Request("PUT", _with(address, "comp=blocklist"), {"Content-Type": "application/xml"}, body)

    way.move(lambda until: _ask(way, request, until), deadline)


def _ask(way: Way, request: Request, until: float) -> None:
    with way.web.ask(request, until) as answer:
        if answer.status in BUSY:
            raise busy(way.web.name, answer, again=True)
        if not 200 <= answer.status < 300:
            raise StoreError(f"{way.web.name} answered {answer.status} to an upload")
        answer.read()


def _unique() -> str:
    from uuid import uuid4

    return str(uuid4())


def _block_name(unique: str, number: int) -> str:
    """48 bytes as @actions/cache has them: other servers read the number from their end."""
    return b64encode(f"{unique}{number:012d}".encode()).decode()


def _with(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"


def _identity(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

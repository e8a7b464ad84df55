"""One request over an open connection and the head of its answer, in HTTP/1.1. `http.client` writes and reads the heads; the waits are `Line`'s."""

import os
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult

from ftaction import __version__
from ftaction.edge.proxies import Proxy
from ftaction.edge.wire import Line
from ftaction.errors import StoreError

PIECE = 1 << 18  # bytes that are held at a time of what passes through
_MOST_HEAD = 1 << 16


class Part(NamedTuple):
    """A stretch of an open file. Sending reads it piece by piece and moves no position."""

    file: int  # its descriptor
    offset: int
    size: int


class Request(NamedTuple):
    """`GET` follows redirects, with `Authorization` only to the same host.

    `again`: whether it may be sent once more where a kept connection closes before it is answered: it may have arrived all the same.
    """

    method: str
    address: str
    headers: Mapping[str, str] = {}
    body: bytes | Part | None = None
    again: bool = True


class Place(NamedTuple):
    """Where a connection leads to, and through what."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None

    @property
    def named(self) -> str:
        """As `Host` has it, with the port always."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class _Response(HTTPResponse):
    """`http.client` reads a chunk of a negative size to the end of the connection, however much comes."""

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]  # its own, and unknown to the types
        if size < 0:
            raise ValueError(size)
        return size


def exchange(line: Line, place: Place, parts: SplitResult, request: Request) -> HTTPResponse:
    """Raises what `http.client` raises, and `StoreError` for a head that is too large or a file that can't be read."""
    head = HTTPConnection(place.host, place.port)
    head.sock = line
    head.putrequest(request.method, _target(parts, place), skip_host=True)
    for name, value in _headers(parts, place, request).items():
        head.putheader(name, value)
    try:
        head.endheaders()
        for piece in _pieces(request.body):
            line.sendall(piece)
    except (BrokenPipeError, ConnectionResetError):
        pass  # a server may refuse a body before it has all of it: its answer says why, and where there is none, reading fails the same
    return _answer(line, request.method)


def tunnel(line: Line, place: Place, proxy: Proxy) -> None:
    """Ask the proxy for a way to the place. Raises `HTTPException` where it refuses."""
    asked = HTTPConnection(place.host, place.port)
    asked.sock = line
    asked.putrequest("CONNECT", place.named, skip_host=True, skip_accept_encoding=True)
    asked.putheader("Host", place.named)
    if proxy.authorization:
        asked.putheader("Proxy-Authorization", proxy.authorization)
    asked.endheaders()
    answer = _answer(line, "CONNECT")
    if answer.status != 200:
        raise HTTPException(f"it answered {answer.status}")


def _answer(line: Line, method: str) -> HTTPResponse:
    response = _Response(line, method=method)  # type: ignore[arg-type]  # all it asks of a socket is `makefile`
    response.begin()
    if line.ended:  # `http.client` takes a head that is cut off for a whole one
        raise ConnectionResetError
    if sum(len(name) + len(value) for name, value in response.headers.items()) > _MOST_HEAD:
        raise HTTPException(f"its headers have more than {_MOST_HEAD} bytes")
    return response


def _target(parts: SplitResult, place: Place) -> str:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"http://{place.named}{path}" if place.proxy and place.scheme == "http" else path


def _headers(parts: SplitResult, place: Place, request: Request) -> dict[str, str]:
    size = _size(request.body)
    return {
        "Host": parts.netloc.rpartition("@")[2],
        "User-Agent": f"ftaction/{__version__}",
        **({"Proxy-Authorization": place.proxy.authorization} if place.proxy and place.scheme == "http" and place.proxy.authorization else {}),
        **({} if size is None else {"Content-Length": str(size)}),
        **request.headers,
    }


def _size(body: bytes | Part | None) -> int | None:
    return body.size if isinstance(body, Part) else None if body is None else len(body)


def _pieces(body: bytes | Part | None) -> Iterator[bytes]:
    if not isinstance(body, Part):
        yield body or b""
        return
    offset, end = body.offset, body.offset + body.size
    while offset < end:
        try:
            piece = os.pread(body.file, min(PIECE, end - offset), offset)
        except OSError as error:
            raise StoreError(f"the file to send can't be read: {error.strerror}") from error
        if not piece:
            raise StoreError("the file to send became shorter while it was sent")
        offset += len(piece)
        yield piece

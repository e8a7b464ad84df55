"""A server that says on each connection what the test wrote for it: for all that no decent server would say."""

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import NamedTuple

Act = Callable[[socket.socket], None]


class Speaker(NamedTuple):
    """Where it is, and the heads of the requests that it was sent."""

    port: int
    heads: list[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def speaking(*acts: Act) -> Iterator[Speaker]:
    """Each connection in turn gets the next act, the last one again and again; it is closed when its act ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)
    speaker = Speaker(listener.getsockname()[1], [])

    def serve() -> None:
        number = 0
        with suppress(OSError):  # closed below
            while True:
                connection, _ = listener.accept()
                Thread(target=_play, args=(connection, acts[min(number, len(acts) - 1)], speaker), daemon=True).start()
                number += 1

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield speaker
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        listener.close()
        thread.join()


def _play(connection: socket.socket, act: Act, speaker: Speaker) -> None:
    with connection, suppress(OSError):
        speaker.heads.append(head(connection))
        act(connection)


def head(connection: socket.socket) -> bytes:
    """What comes up to the empty line."""
    found = b""
    while b"\r\n\r\n" not in found and (byte := connection.recv(1)):
        found += byte
    return found


def says(*contents: bytes) -> Act:
    """All of it, then the end."""

    def act(connection: socket.socket) -> None:
        for content in contents:
            connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        until_gone(connection)

    return act


def silent(*contents: bytes) -> Act:
    """All of it, and then nothing until the client has gone."""

    def act(connection: socket.socket) -> None:
        for content in contents:
            connection.sendall(content)
        until_gone(connection)

    return act


def dripping(before: bytes, drop: bytes) -> Act:
    """A drop every hundredth of a second, until the client has gone; 2,000 of them at most, so that a test that waits for all of them ends."""

    def act(connection: socket.socket) -> None:
        connection.sendall(before)
        for _ in range(2_000):
            if select.select([connection], [], [], 0.01)[0]:
                return
            connection.sendall(drop)

    return act


def resets(*contents: bytes) -> Act:
    """Says it, and breaks off with a reset."""

    def act(connection: socket.socket) -> None:
        for content in contents:
            connection.sendall(content)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    return act


def until_gone(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        pass

"""Connections whose every wait has an end: looking up a name, connecting, TLS, a proxy on the way, sending, receiving.

A time limit of the operating system holds for one `recv`. A server that sends a byte now and then would hold us for ever, so each wait
gets what is left until the deadline of the exchange.
"""

import io
import select
import socket
import ssl
from collections.abc import Callable
from typing import NamedTuple
from weakref import finalize

Clock = Callable[[], float]

_BUFFER = 1 << 16


class Limits(NamedTuple):
    """Seconds until a connection stands, and until one without a byte is given up."""

    connect: float = 10.0
    idle: float = 30.0


USUAL = Limits()


class Line:
    """One connection, as much of a socket as `http.client` asks for. Raises `OSError`; `TimeoutError` at the deadline or after `idle`."""

    def __init__(self, connection: socket.socket, idle: float, clock: Clock) -> None:
        self._connection = connection
        finalize(self, connection.close)  # where it was kept for another request that never came
        self._idle = idle
        self._clock = clock
        self.deadline = 0.0  # of the exchange that it is used for, as `clock` counts
        self.ended = False  # whether the other side said its last

    def sendall(self, content: bytes) -> None:
        left = memoryview(content)
        while left:
            self._limit()
            left = left[self._connection.send(left) :]

    def receive(self, buffer: memoryview) -> int:
        self._limit()
        size = self._connection.recv_into(buffer)
        self.ended = size == 0
        return size

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self), _BUFFER)

    def secured(self, context: ssl.SSLContext, host: str) -> "Line":
        """TLS over this connection, which from then on belongs to the one returned."""
        self._limit()
        line = Line(context.wrap_socket(self._connection, server_hostname=host), self._idle, self._clock)
        line.deadline = self.deadline
        return line

    def usable(self) -> bool:
        """Whether nothing came since the last answer: what comes unasked is the end of the connection."""
        try:
            return not select.select([self._connection], [], [], 0)[0]
        except (OSError, ValueError):  # closed, or a descriptor that select can't hold
            return False

    def close(self) -> None:
        self._connection.close()

    def _limit(self) -> None:
        left = min(self._idle, self.deadline - self._clock())
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)


class _Reader(io.RawIOBase):
    """Closing it leaves the connection open: another answer may come over it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io.BufferedReader hands over a memoryview
        return self._line.receive(buffer)


def dial(host: str, port: int, limits: Limits, deadline: float, clock: Clock) -> Line:
    """A connection to the first of its addresses that takes one. They share what time there is. Raises `OSError`."""
    until = min(deadline, clock() + limits.connect)
    addresses = _addresses(host, port, until - clock())
    failed: OSError = OSError("no address")
    for number, (family, kind, protocol, _, address) in enumerate(addresses):
        share = (until - clock()) / (len(addresses) - number)
        if share <= 0:
            raise TimeoutError
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(share)
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connection.close()
            failed = error
            continue
        line = Line(connection, limits.idle, clock)
        line.deadline = until
        return line
    raise failed


_Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


def _addresses(host: str, port: int, seconds: float) -> list[_Address]:
    """Looked up beside: nothing ends a look-up that a name server leaves without an answer."""
    from threading import Thread

    found: list[_Address] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:  # a label of more than 63 characters can't be encoded
            failed.append(error if isinstance(error, OSError) else socket.gaierror(str(error)))

    thread = Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if thread.is_alive():
        raise TimeoutError
    if failed:
        raise failed[0]
    return found

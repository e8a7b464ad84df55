"""HTTP for everything at the edge: bodies from memory or from a file, answers in pieces, and an end to every wait.

Whatever goes wrong is a `StoreError`; a `NetworkError` where the way failed and trying again may help. No sentence names an address.
"""

import ssl
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPException, HTTPResponse, IncompleteRead
from threading import Lock
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit

from ftaction.edge.exchange import PIECE, Place, Request, exchange, tunnel
from ftaction.edge.proxies import proxy_for
from ftaction.edge.wire import USUAL, Clock, Limits, Line, dial
from ftaction.errors import StoreError

MOST_ANSWER = 1 << 20  # bytes of an answer that is read as a whole
_REDIRECTS = 3
_MOVED = frozenset((301, 302, 303, 307, 308))
_PORTS = {"http": 80, "https": 443}
_PRINTABLE = frozenset(map(chr, range(0x21, 0x7F)))


class NetworkError(StoreError):
    """The way to the server or back failed, not what was asked."""


class Answer:
    """The head of an answer, and its body once. To be closed; what is read to its end frees the connection for another request."""

    def __init__(self, web: "Web", place: Place, line: Line, response: HTTPResponse) -> None:
        self.status = response.status
        self._web = web
        self._place = place
        self._line = line
        self._response = response
        self._open = True

    def header(self, name: str) -> str:
        """Empty where it is not given."""
        return self._response.headers.get(name, "")

    def until(self, deadline: float) -> None:
        """Another end of the time that the body may take."""
        self._line.deadline = deadline

    def pieces(self) -> Iterator[bytes]:
        """At most `PIECE` bytes each. Raises `NetworkError` where the body ends too soon."""
        while self._open:
            expected = self._response.length  # None: until the connection ends, or in chunks
            try:
                piece = self._response.read(PIECE)
                if expected and not piece:
                    raise ConnectionResetError
            except (OSError, HTTPException, ValueError) as error:  # ValueError: the length of a chunk is no number
                self.close()
                raise self._web.failure(error, self._line.deadline) from error
            if not piece:
                self._end()
                return
            yield piece

    def read(self, most: int = MOST_ANSWER) -> bytes:
        """The whole body. More than `most` bytes is an error."""
        found = bytearray()
        for piece in self.pieces():
            found += piece
            if len(found) > most:
                self.close()
                raise StoreError(f"{self._web.name} answered with more than {most} bytes")
        return bytes(found)

    def close(self) -> None:
        """What was not read is not wanted."""
        if self._open:
            self._open = False
            self._line.close()

    def _end(self) -> None:
        if self._response.will_close:
            self.close()
        else:
            self._open = False
            self._web.keep(self._place, self._line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Web:
    """`name` is what the sentences call the server: "the cache service". Any number of threads may ask at once."""

    def __init__(self, name: str, variables: Mapping[str, str], *, limits: Limits = USUAL, clock: Clock = time.monotonic) -> None:
        self.name = name
        self.clock = clock
        self._variables = variables
        self._limits = limits
        self._lock = Lock()
        self._kept: dict[Place, list[Line]] = {}
        self._context: ssl.SSLContext | None = None

    def ask(self, request: Request, deadline: float) -> Answer:
        """The answer, of any status. `deadline`, as `clock` counts, ends the exchange with its body."""
        for _ in range(_REDIRECTS + 1):
            answer = self._ask(request, deadline)
            if answer.status not in _MOVED or request.method != "GET":
                return answer
            answer.close()
            request = self._moved(request, answer.header("location"))
        raise StoreError(f"{self.name} redirects in circles")

    def keep(self, place: Place, line: Line) -> None:
        """The connection may be used again."""
        with self._lock:
            self._kept.setdefault(place, []).append(line)

    def close(self) -> None:
        """Close what is kept open."""
        with self._lock:
            lines = [line for kept in self._kept.values() for line in kept]
            self._kept.clear()
        for line in lines:
            line.close()

    def failure(self, error: Exception, deadline: float) -> NetworkError:
        """What happened on an open connection, in words."""
        if isinstance(error, TimeoutError):
            late = self.clock() >= deadline
            return NetworkError(f"{self.name} took too long" if late else f"{self.name} was silent for {self._limits.idle:g} s")
        if isinstance(error, OSError | IncompleteRead):
            return NetworkError(f"the connection to {self.name} broke off")
        return NetworkError(f"{self.name} answered with something that is not HTTP")

    def _ask(self, request: Request, deadline: float) -> Answer:
        parts = self._split(request.address)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]
        place = Place(scheme, host, port, proxy_for(scheme, host, port, self._variables))
        line = self._kept_line(place)
        if line:
            try:
                return self._over(line, place, request, deadline)
            except NetworkError as error:
                if not request.again or not isinstance(error.__cause__, ConnectionError):
                    raise  # else the server closed it at just this moment
        return self._over(self._connected(place, deadline), place, request, deadline)

    def _over(self, line: Line, place: Place, request: Request, deadline: float) -> Answer:
        line.deadline = deadline
        try:
            return Answer(self, place, line, exchange(line, place, urlsplit(request.address), request))
        except (OSError, HTTPException, ValueError) as error:
            line.close()
            raise self.failure(error, deadline) from error
        except BaseException:
            line.close()
            raise

    def _split(self, address: str) -> SplitResult:
        try:
            parts = urlsplit(address)
            if _PRINTABLE.issuperset(address) and parts.scheme in _PORTS and parts.hostname and (parts.port is None or parts.port):
                return parts
        except ValueError:  # a port that is none, a bracket without its other
            pass
        raise StoreError(f"the address of {self.name} is no http address")

    def _kept_line(self, place: Place) -> Line | None:
        with self._lock:
            kept = self._kept.get(place)
            line = kept.pop() if kept else None
        if line and not line.usable():
            line.close()
            return None
        return line

    def _connected(self, place: Place, deadline: float) -> Line:
        near = place.proxy or place
        line = None
        try:
            line = dial(near.host, near.port, self._limits, deadline, self.clock)
            if place.proxy and place.scheme == "https":
                tunnel(line, place, place.proxy)
            return line.secured(self._trusted(), place.host) if place.scheme == "https" else line
        except (OSError, HTTPException, ValueError) as error:
            if line:
                line.close()
            raise _unreachable(f"{self.name}, by its proxy," if place.proxy else self.name, error) from error

    def _trusted(self) -> ssl.SSLContext:
        """The system's authorities, or those of `SSL_CERT_FILE`: reading them takes longer than all else here, so once."""
        with self._lock:
            if self._context is None:
                self._context = ssl.create_default_context()
        return self._context

    def _moved(self, request: Request, location: str) -> Request:
        old, new = self._split(request.address), self._split(_joined(request.address, location))
        if (old.scheme, new.scheme) == ("https", "http"):
            raise StoreError(f"{self.name} redirects to an address without TLS")
        same = (old.scheme, old.hostname, old.port) == (new.scheme, new.hostname, new.port)
        kept = {name: value for name, value in request.headers.items() if same or name.lower() != "authorization"}
        return request._replace(address=new.geturl(), headers=kept)


def _joined(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        return ""


def _unreachable(name: str, error: Exception) -> StoreError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return StoreError(f"{name} is not trusted: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        why = "TLS failed"
    elif isinstance(error, TimeoutError):
        why = "no answer in time"
    elif isinstance(error, OSError):
        why = (error.strerror or "the connection failed").lower()
    else:
        why = str(error)
    return NetworkError(f"{name} can't be reached: {why}")

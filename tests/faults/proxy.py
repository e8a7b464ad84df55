"""A proxy that lies: it stands before the cache server, and does to chosen requests what networks and servers do at their worst.

A fault is a function of one `Exchange`. What no fault is for is passed on as it is. Whoever stalls waits for `released`, which a test sets.
"""

import http.client
import json
import socket
import struct
from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

_TWIRP = {"GetCacheEntryDownloadURL": "find", "CreateCacheEntry": "create", "FinalizeCacheEntryUpload": "finalize"}
_HOP = ("connection", "transfer-encoding", "content-length")


class Truth(NamedTuple):
    """What the server really answers."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Exchange:
    """One request. What is sent is sent as it is; the connection ends with the fault."""

    def __init__(self, proxy: "Proxy", client: socket.socket, line: str, headers: Mapping[str, str], body: Callable[[], bytes]) -> None:
        self.proxy = proxy
        self.method, self.path, _ = line.split(" ", 2)
        self.headers = headers
        self.released = proxy.released
        self._client = client
        self._read_body = body
        self._body: bytes | None = None

    @property
    def call(self) -> str:
        """`find`, `create` (of version 1: `reserve`), `put`, `block`, `blocklist`, `patch`, `finalize` (`commit`), `download`."""
        parts = urlsplit(self.path)
        if parts.path.startswith("/twirp/"):
            return _TWIRP[parts.path.rpartition("/")[2]]
        if "/_apis/" in parts.path:
            last = parts.path.rpartition("/")[2]
            return {"GET": "find", "PATCH": "patch"}.get(self.method, "create" if last == "caches" else "finalize")
        return "download" if self.method == "GET" else parse_qs(parts.query).get("comp", ["put"])[0]

    def body(self) -> bytes:
        if self._body is None:
            self._body = self._read_body()
        return self._body

    def truth(self, **headers: str) -> Truth:
        """Ask the server; `headers` go over those of the request."""
        body = self.body()
        connection = http.client.HTTPConnection(*self.proxy.server)
        try:
            names = {name.replace("_", "-").lower() for name in headers}
            sent = {name: value for name, value in self.headers.items() if name not in (*_HOP, *names)}
            sent |= {name.replace("_", "-"): value for name, value in headers.items() if value}
            connection.request(self.method, self.path, body if self.method != "GET" else None, sent)
            answer = connection.getresponse()
            return Truth(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def fields(self) -> dict[str, Any]:
        """What the server really answers, as JSON."""
        fields: dict[str, Any] = json.loads(self.truth().body)
        return fields

    def send(self, content: bytes) -> None:
        self._client.sendall(content)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; a header whose value is empty is left out."""
        given = {"Content-Length": str(len(body)), "Connection": "close"} | {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
        self.send(f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode("latin-1") + body)

    def tell(self, truth: Truth, **headers: str) -> None:
        """The server's answer, passed on."""
        kept = {name: value for name, value in truth.headers.items() if name not in _HOP}
        self.answer(truth.status, truth.body, **(kept | headers))

    def json(self, fields: object, status: int = 200) -> None:
        self.answer(status, json.dumps(fields).encode(), Content_Type="application/json")

    def reset(self) -> None:
        """The connection ends as when a machine loses power and comes back."""
        self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._client.close()

    def stall(self) -> None:
        """Nothing comes any more, until the test is over."""
        self.released.wait(60)


Fault = Callable[[Exchange], None]


class Rule(NamedTuple):
    """`fault` for calls of this name, from the number `skip` on, `times` times; for ever where that is None."""

    call: str
    fault: Fault
    skip: int = 0
    times: int | None = None


class Proxy:
    """One for many tests: `begin` each, `end` each. `calls`: what came, by name."""

    def __init__(self) -> None:
        self.server = ("127.0.0.1", 0)
        self.released = Event()
        self.calls: list[str] = []
        self.gone = False  # whoever connects is sent away
        self.harmed = 0
        self._rules: tuple[Rule, ...] = ()
        self._lock = Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def begin(self, server: str, *rules: Rule) -> None:
        parts = urlsplit(server)
        self.server = (parts.hostname or "", parts.port or 0)
        self.released, self.calls, self._rules, self.gone, self.harmed = Event(), [], rules, False, 0

    def end(self) -> None:
        self.released.set()

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines:
            try:
                while line := lines.readline().decode("latin-1").strip():
                    headers = {}
                    while header := lines.readline().decode("latin-1").strip():
                        name, _, value = header.partition(":")
                        headers[name.lower()] = value.strip()
                    size = int(headers.get("content-length", "0"))
                    if self._one(Exchange(self, client, line, headers, lambda size=size: lines.read(size))):  # type: ignore[misc]  # each its own size
                        return
            except (OSError, ValueError):
                pass  # the client has gone, or speaks something else, as some faults want it

    def _one(self, exchange: Exchange) -> bool:
        """Whether the connection ends with this."""
        if self.gone:
            exchange.reset()
            return True
        with self._lock:
            number = self.calls.count(exchange.call)
            self.calls.append(exchange.call)
        for rule in self._rules:
            if rule.call == exchange.call and rule.skip <= number and (rule.times is None or number < rule.skip + rule.times):
                self.harmed += 1
                rule.fault(exchange)
                return True
        exchange.tell(exchange.truth(), Connection="")
        return False

"""Real servers on loopback for stores that repositories share: S3 by moto, and HTTP as nginx with WebDAV answers it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import NamedTuple
from urllib.request import Request, urlopen

from ftaction.edge.patience import USUAL, Patience
from ftaction.edge.retry import Backoff, Rules
from ftaction.edge.shelf_http import HttpShelf
from ftaction.edge.shelf_s3 import S3Shelf

TOKEN = "shared-store-token"
KEYS = "AKIDTEST:test-secret-of-s3"


class Asked(NamedTuple):
    """One request that reached the server."""

    method: str
    path: str
    authorization: str


class Handler(BaseHTTPRequestHandler):
    """One connection of an `HttpServer`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    store: "HttpServer"

    def _handle(self) -> None:
        store = self.store
        store.asked.append(Asked(self.command, self.path, self.headers.get("Authorization", "")))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if store.answer and store.answer(self):
            return
        with store.lock:
            content = store.entries.get(self.path)
            if self.command == "PUT":
                store.entries[self.path] = body
        if self.command == "PUT":
            self.reply(201 if content is None else 204)
        else:
            self.reply(404 if content is None else 200, content or b"")

    do_GET = do_HEAD = do_PUT = _handle  # noqa: N815  # `http.server` finds them by these names

    def reply(self, status: int, content: bytes = b"", length: int | None = None) -> None:
        """`length`: what is said of the content's length, which may be a lie. Then the connection ends."""
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.close_connection = length is not None

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that had enough hangs up; that is no news."""


class HttpServer:
    """`answer` may answer a request itself, and says whether it did."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}
        self.asked: list[Asked] = []
        self.answer: Callable[[Handler], bool] | None = None
        self.lock = Lock()
        self._shelves: list[HttpShelf] = []
        self._server = _Server(("127.0.0.1", 0), type("OneHandler", (Handler,), {"store": self}))
        self.address = f"http://127.0.0.1:{self._server.server_port}/shared"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def shelf(self, token: str = TOKEN, variables: dict[str, str] | None = None, patience: Patience = USUAL) -> HttpShelf:
        """As a run asks it, but that a pause between two tries is none."""
        shelf = HttpShelf(self.address, token, variables or {}, patience, Backoff(Rules(tries=3), sleep=lambda _: None))
        self._shelves.append(shelf)
        return shelf

    def close(self) -> None:
        for shelf in self._shelves:
            shelf.close()
        self._server.shutdown()
        self._server.server_close()


class S3Server:
    """A bucket in moto's server. A new one for each test; the server is the session's."""

    def __init__(self, endpoint: str, bucket: str) -> None:
        self.endpoint = endpoint
        self.bucket = bucket
        self.address = f"s3://{bucket}/some/prefix?region=eu-west-1&endpoint={endpoint}"
        urlopen(Request(f"{endpoint}/{bucket}", method="PUT")).close()

    def shelf(self, token: str = KEYS, variables: dict[str, str] | None = None, patience: Patience = USUAL) -> S3Shelf:
        return S3Shelf(self.address, token, variables or {}, patience)

    def close(self) -> None:
        """The next test has another bucket."""


@contextmanager
def moto() -> Iterator[str]:
    """Where the server is."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()

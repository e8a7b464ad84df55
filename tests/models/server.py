"""A server on loopback that speaks as models' services do, plain and streaming, and answers as it is told.

`python -m tests.models.server --port 8080 --delay 1` runs it with the usual answers, each after that many seconds.
"""

import argparse
import gzip
import json
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any, NamedTuple

from tests.models.answers import usual
from tests.models.speech import APIS, Api, Call, Reply, words

Answer = Callable[[Call], Reply]
AT_ONCE = 128  # connections; further ones wait


class Request(NamedTuple):
    """One that arrived. Names of headers are in lower case; the body is as it was before it was packed for the way."""

    method: str
    path: str  # without the query
    headers: Mapping[str, str]
    body: bytes

    @property
    def asked(self) -> dict[str, Any]:
        """The body as JSON; empty where it is none."""
        found = json.loads(self.body) if self.body else {}
        return found if isinstance(found, dict) else {}


class Server(ThreadingHTTPServer):
    """`requests`: all that arrived. `calls`: those that asked a model. `most`: how many of these waited for their answer at once."""

    daemon_threads = True
    request_queue_size = AT_ONCE

    def __init__(self, answer: Answer, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = answer
        self.requests: list[Request] = []
        self.calls: list[Call] = []
        self.most = 0
        self._now = 0
        self._lock = Lock()
        self._numbers = count(1)
        self._places = BoundedSemaphore(AT_ONCE)
        self._open: set[socket.socket] = set()
        self._delays: set[Event] = set()
        self._over = False

    @property
    def url(self) -> str:
        """Without the `/v1` that OpenAI's clients want at its end."""
        return f"http://127.0.0.1:{self.server_port}"

    def call(self, api: str, asked: dict[str, Any]) -> tuple[Call, Reply]:
        """Asks for the answer, and waits until it may be given."""
        system, prompt = APIS[api].read(asked)
        with self._lock:
            call = Call(str(asked.get("model", "")), system, prompt, next(self._numbers), api)
            self.calls.append(call)
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            reply = self.answer(call)
            if reply.delay:
                with self._lock:
                    self._delays.add(reply.delay)
                    if self._over:
                        reply.delay.set()
                reply.delay.wait()
        finally:
            with self._lock:
                self._now -= 1
        return call, reply

    def process_request(self, request: Any, client_address: Any) -> None:
        self._places.acquire()
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)
        self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that had enough hangs up; anything else is a fault of this server's."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as it came

    def end(self) -> None:
        """Connections are dropped, and nobody waits any longer. In this order, as nobody is to get an answer now."""
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the client was first
        with self._lock:
            self._over = True
            for delay in self._delays:
                delay.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def _handle(self) -> None:
        body = unpacked(self.rfile.read(int(self.headers.get("Content-Length", 0))), self.headers.get("Content-Encoding", ""))
        request = Request(self.command, self.path.partition("?")[0], {name.lower(): value for name, value in self.headers.items()}, body)
        self.server.requests.append(request)
        match request.method, request.path:
            case "POST", path if path in APIS:
                self._answer(APIS[path], path, request.asked)
            case "POST", "/v1/messages/count_tokens":
                self._send(200, json.dumps({"input_tokens": sum(map(words, APIS["/v1/messages"].read(request.asked)))}).encode())
            case (("GET" | "HEAD"), "/" | "/v1/models"):
                self._send(200, json.dumps({"object": "list", "data": [], "has_more": False}).encode())
            case _:
                self._send(404, json.dumps({"type": "error", "error": {"type": "not_found_error", "message": "no such place"}}).encode())

    do_GET = do_HEAD = do_POST = _handle  # noqa: N815  # `http.server` finds them by these names

    def _answer(self, api: Api, path: str, asked: dict[str, Any]) -> None:
        call, reply = self.server.call(path, asked)
        if reply.body is not None or reply.status != 200 or not asked.get("stream"):
            said = api.whole(asked, call, reply) if reply.status == 200 else api.wrong(reply)
            self._send(reply.status, json.dumps(said).encode() if reply.body is None else reply.body, reply.headers, reply.cut)
        else:
            self._stream(api.stream(asked, call, reply), reply)

    def _send(self, status: int, content: bytes, headers: Mapping[str, str] = {}, cut: bool = False) -> None:
        self._begin(status, {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers})
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def _stream(self, pieces: Iterable[bytes], reply: Reply) -> None:
        self._begin(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **reply.headers})
        sent = list(pieces)
        for piece in sent[: len(sent) // 2] if reply.cut else sent:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if not reply.cut:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = self.close_connection or reply.cut

    def _begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def unpacked(body: bytes, encoding: str) -> bytes:
    match encoding:
        case "gzip":
            return gzip.decompress(body)
        case "zstd":
            import zstandard  # which the end-to-end tests do not have, nor need

            return zstandard.ZstdDecompressor().decompressobj().decompress(body)
        case _:
            return body


@contextmanager
def serving(answer: Answer = usual) -> Iterator[Server]:
    """Whoever still waits for an answer when it ends loses the connection."""
    server = Server(answer)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.end()
        server.shutdown()
        thread.join()
        server.server_close()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.models.server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS")
    given = parser.parse_args(arguments)

    def after(call: Call) -> Reply:
        Event().wait(given.delay)
        return usual(call)

    server = Server(after, given.port)
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])

"""A git server over HTTP on loopback: `git http-backend`, told what to allow as GitHub is, with every request and its bytes written down."""

import os
import subprocess
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple, Self

GITHUB = {"uploadpack.allowFilter": "true", "uploadpack.allowAnySHA1InWant": "true", "http.receivepack": "false"}
"""What github.com answers to: filters, and any commit by its name (seen with `GIT_TRACE_PACKET`)."""


class Seen(NamedTuple):
    """One request: bytes of its body and of the answer's."""

    method: str
    path: str
    authorization: str
    sent: int
    received: int


class GitServer:
    """Serves the bare repositories in `folder`, at `address/NAME.git`. `status` of a request that is refused; 0 lets it in."""

    def __init__(self, folder: Path, refuse: Callable[[Seen], int] = lambda _: 0) -> None:
        self.folder = folder
        self.refuse = refuse
        self.seen: list[Seen] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def received(self) -> int:
        """Bytes of all answers so far."""
        return sum(one.received for one in self.seen)

    def forget(self) -> None:
        self.seen.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


def bare(source: Path, target: Path, settings: dict[str, str] = GITHUB) -> Path:
    """A mirror of a repository that such a server serves."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(target.parent)}
    subprocess.run(["git", "clone", "--quiet", "--mirror", str(source), str(target)], env=environment, check=True)
    for name, value in settings.items():
        subprocess.run(["git", "-C", str(target), "config", name, value], env=environment, check=True)
    return target


def _handler(server: GitServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length")
            self._answer(self.rfile.read(int(length)) if length else self._chunks())

        def _chunks(self) -> bytes:
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def _answer(self, body: bytes) -> None:
            seen = Seen(self.command, self.path, self.headers.get("Authorization", ""), len(body), 0)
            if status := server.refuse(seen):
                server.seen.append(seen)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, headers, content = _backend(server.folder, self, body)
            server.seen.append(seen._replace(received=len(content)))
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def _backend(folder: Path, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """git-http-backend(1) is a CGI program."""
    path, _, query = request.path.partition("?")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "GIT_PROJECT_ROOT": str(folder), "GIT_HTTP_EXPORT_ALL": "1", "REQUEST_METHOD": request.command,
        "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": request.headers.get("Content-Type", ""), "REMOTE_ADDR": "127.0.0.1",
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""), "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
    }  # fmt: skip
    out = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False).stdout
    head, _, content = out.partition(b"\r\n\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in head.decode().split("\r\n"))]
    status = next((int(value.split(" ")[0]) for name, value in headers if name == "Status"), 200)
    return status, [(name, value) for name, value in headers if name != "Status"], content

"""GitHub's REST API on loopback, as far as pull requests go: its pages, its cap, its limits.

https://docs.github.com/en/rest/pulls/pulls and https://docs.github.com/en/rest/commits/commits#compare-two-commits.
"""

import json
import re
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

_CAP = 3000


class Reply(NamedTuple):
    """What is answered in place of the truth."""

    status: int
    body: object = None
    headers: Mapping[str, str] = {}


class GitHubApi:
    """`files` as the API lists them; `merge_base` is what a comparison says. `intercept` sees each path before it is answered."""

    def __init__(self, number: int, head: str, base: str, files: list[dict[str, object]], merge_base: str = "") -> None:
        self.number, self.head, self.base, self.files, self.merge_base = number, head, base, files, merge_base
        self.count = len(files)
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.intercept: Callable[[str], Reply | None] = lambda _: None
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, path: str) -> Reply:
        parts = urlsplit(path)
        query = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
        if parts.path == f"/repos/octo/demo/pulls/{self.number}":
            return Reply(200, {"number": self.number, "head": {"sha": self.head}, "base": {"sha": self.base}, "changed_files": self.count})
        if parts.path == f"/repos/octo/demo/pulls/{self.number}/files":
            size, page = query.get("per_page", 30), query.get("page", 1)
            return Reply(200, self.files[:_CAP][(page - 1) * size : page * size])
        if re.fullmatch(r"/repos/octo/demo/compare/\w+\.\.\.\w+", parts.path):
            return Reply(200, {"merge_base_commit": {"sha": self.merge_base}, "commits": []})
        return Reply(404, {"message": "Not Found"})

    def __enter__(self) -> Self:
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


def _handler(api: GitHubApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

        def do_GET(self) -> None:
            api.asked.append(self.path)
            api.tokens.add(self.headers.get("Authorization", ""))
            reply = api.intercept(self.path) or api.answer(self.path)
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler

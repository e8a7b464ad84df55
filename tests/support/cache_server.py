"""GitHub's cache service on loopback: version 2 with Azure's block blobs, and version 1. Proven by the real @actions/cache (`tests/interop`).

In a test: `with CacheServer(folder) as server`. As a process of its own: `python -m tests.support.cache_server --port 0 --folder F`, which
prints its address as its first line; `GET /seen` and `GET /entries` then tell, as JSON, what was asked and what is there. What a request
may do stands in its bearer token (`cache_entries.token`).
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple, Self
from urllib.parse import parse_qs, quote, urlsplit

from tests.support.cache_entries import MAIN, READ, WRITE, Entries, Entry, Scope, scopes_of

_PIECE = 1 << 20
_TWIRP = "/twirp/github.actions.results.api.v1.CacheService/"
_V1 = "/_apis/artifactcache/"
_AZURE = ".blob.core.windows.net"


class Seen(NamedTuple):
    """A request that came. `body` is that of a call; that of a blob is not kept."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def name(self) -> str:
        """For counting: `CreateCacheEntry`, `POST caches`, `PUT block`, `GET blob`."""
        if self.path.startswith(_TWIRP):
            return self.path.removeprefix(_TWIRP)
        if _V1 in self.path:
            return f"{self.method} {re.sub('[0-9]+', 'N', self.path.partition(_V1)[2])}"
        return f"{self.method} {self.query.get('comp', 'blob')}"


class Reply(NamedTuple):
    """What is answered in place of the truth. `headers` may lie; the connection ends after it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class CacheServer:
    """`protocols`: what it speaks; others answer 404 as act's artifact server does. `ranges`: whether downloads honour them."""

    def __init__(
        self, folder: Path, *, protocols: frozenset[str] = frozenset(("v1", "v2")), ranges: bool = True, place: tuple[str, int] = ("127.0.0.1", 0)
    ) -> None:
        self.entries = Entries(folder)
        self.protocols = protocols
        self.ranges = ranges
        self.intercept: Callable[[Seen], Reply | None] = lambda seen: None
        self.seen: list[Seen] = []
        self.lock = Lock()
        self._generation = 0
        self._http = _Http(place, _Handler)
        self._http.cache = self
        self.url = f"http://{place[0]}:{self._http.server_port}"

    def requests(self, name: str) -> int:
        """How many came of this name, see `Seen.name`."""
        with self.lock:
            return sum(seen.name == name for seen in self.seen)

    def expire(self) -> None:
        """Every address that was signed until now is refused from now on."""
        self._generation += 1

    def signed(self, number: int, permission: str, host: str = "") -> str:
        """Under a host's name of Azure's where the client came by such a one: only there @actions/cache downloads by ranges."""
        base = f"http://{host}" if _AZURE in host else self.url
        return f"{base}/blobs/{number}?sp={permission}&se={self._generation}&sig={quote(self._signature(number, permission), safe='')}"

    def permits(self, number: int, query: Mapping[str, str], permission: str) -> bool:
        same = hmac.compare_digest(query.get("sig", ""), self._signature(number, permission))
        return same and query.get("sp") == permission and query.get("se") == str(self._generation)

    def _signature(self, number: int, permission: str) -> str:
        return base64.b64encode(hmac.digest(b"key", f"{number} {permission} {self._generation}".encode(), hashlib.sha256)).decode()

    def serve(self, look: float = 0.5) -> None:
        """Until it is shut down, for which it looks every so many seconds."""
        self._http.serve_forever(look)

    def __enter__(self) -> Self:
        Thread(target=self.serve, args=(0.005,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    cache: CacheServer
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Http

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            pass  # the client has gone, as some tests want it

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        pass

    @property
    def _cache(self) -> CacheServer:
        return self.server.cache

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        seen = Seen(self.command, parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}, dict(self.headers.items()))
        if self.command == "POST":
            self._content = b"".join(self._body())
            seen = seen._replace(body=self._content)
        if parts.path in ("/seen", "/entries"):
            self._tell(parts.path)
            return
        with self._cache.lock:
            self._cache.seen.append(seen)
        reply = self._cache.intercept(seen)
        if reply:
            self.close_connection = True
            self._reply(reply.status, reply.body, {"Connection": "close", **reply.headers})
        elif parts.path.startswith(_TWIRP) and "v2" in self._cache.protocols:
            self._twirp(parts.path.removeprefix(_TWIRP))
        elif _V1 in parts.path and "v1" in self._cache.protocols:
            self._v1(parts.path.partition(_V1)[2], seen.query)
        elif blob := re.fullmatch(r"/blobs/(\d+)", parts.path):
            self._blob(int(blob[1]), seen.query)
        else:
            self._finish_body()
            self._reply(404, b"404 page not found\n", {"Content-Type": "text/plain"})

    def _tell(self, path: str) -> None:
        with self._cache.lock:
            names = [seen.name for seen in self._cache.seen]
        self._json({"seen": names} if path == "/seen" else {"entries": [entry._asdict() for entry in self._cache.entries.all()]})

    # Version 2

    def _twirp(self, method: str) -> None:
        asked = json.loads(self._content)
        scopes = scopes_of(self.headers.get("Authorization", "").removeprefix("Bearer "))
        calls = {"GetCacheEntryDownloadURL": self._get, "CreateCacheEntry": self._create, "FinalizeCacheEntryUpload": self._finalize}
        if scopes is None:
            self._json({"code": "unauthenticated", "msg": "no valid token"}, 401)
        elif method not in calls:
            self._json({"code": "bad_route", "msg": "no handler for path"}, 404)
        else:
            calls[method](scopes, asked)

    def _get(self, scopes: tuple[Scope, ...], asked: dict[str, object]) -> None:
        readable = [scope for scope in scopes if scope.permission & READ]
        if not readable:
            self._json({"code": "permission_denied", "msg": "cache read denied: token has no readable scopes"}, 403)
            return
        keys = [str(asked["key"]), *_texts(asked.get("restore_keys"))]
        entry = self._cache.entries.find(readable, keys, str(asked["version"]))
        if entry:
            self._json({"ok": True, "signed_download_url": self._signed(entry, "r"), "matched_key": entry.key})
        else:
            self._json({"ok": False})

    def _create(self, scopes: tuple[Scope, ...], asked: dict[str, object]) -> None:
        scope = _writable(scopes)
        if not scope:
            self._json({"ok": False, "message": "cache write denied: token has no writable scopes"})
            return
        entry = self._cache.entries.reserve(scope, str(asked["key"]), str(asked["version"]))
        if entry:
            self._json({"ok": True, "signed_upload_url": self._signed(entry, "w")})
        else:
            self._json({"code": "already_exists", "msg": "cache entry with the same key, version, and scope already exists"}, 409)

    def _finalize(self, scopes: tuple[Scope, ...], asked: dict[str, object]) -> None:
        entry = self._cache.entries.reserved(_writable(scopes), str(asked["key"]), str(asked["version"]))
        if not entry:
            self._json({"code": "not_found", "msg": "no such upload"}, 404)
        elif not self._cache.entries.complete(entry, int(str(asked["size_bytes"]))):
            self._json({"code": "invalid_argument", "msg": "the size is another one"}, 400)
        else:
            self._json({"ok": True, "entry_id": str(entry.number)})

    # Blobs

    def _signed(self, entry: Entry, permission: str) -> str:
        return self._cache.signed(entry.number, permission, self.headers.get("Host", ""))

    def _blob(self, number: int, query: Mapping[str, str]) -> None:
        writing = self.command == "PUT"
        if not self._cache.permits(number, query, "w" if writing else "r"):
            self._finish_body()
            self._reply(403, b"<Error><Code>AuthenticationFailed</Code></Error>", {"Content-Type": "application/xml"})
        elif writing:
            self._put(number, query)
        else:
            self._download(self._cache.entries.path(number))

    def _put(self, number: int, query: Mapping[str, str]) -> None:
        entries, done = self._cache.entries, True
        if query.get("comp") == "block":
            entries.put_block(number, query["blockid"], self._body())
        elif query.get("comp") == "blocklist":
            done = entries.put_list(number, [block.text or "" for block in ET.fromstring(b"".join(self._body()))])
        else:
            done = self.headers.get("x-ms-blob-type") == "BlockBlob"
            entries.put(number, self._body())
        self._reply(201 if done else 400, headers={"ETag": '"1"', "Last-Modified": self.date_time_string(0), "x-ms-request-id": "1"})

    def _download(self, path: Path) -> None:
        size = path.stat().st_size
        start, end, status = 0, size, 200
        wanted = self.headers.get("x-ms-range") or self.headers.get("Range") or ""  # the first is what Azure's own client sends
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted) if self._cache.ranges else None
        headers = {"Content-Type": "application/octet-stream", "ETag": f'"{path.stat().st_mtime_ns:x}"', "x-ms-blob-type": "BlockBlob"}
        if self.headers.get("If-Match", headers["ETag"]) != headers["ETag"]:
            self._reply(412)
            return
        if asked:
            start, end, status = int(asked[1]), min(size, int(asked[2] or size) + 1), 206
            if start >= size:
                self._reply(416, headers={"Content-Range": f"bytes */{size}"})
                return
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        self._reply(status, headers={**headers, "Content-Length": str(end - start)})
        if self.command == "GET" and end > start:
            with path.open("rb") as file:
                self.connection.sendfile(file, start, end - start)

    # Version 1

    def _v1(self, path: str, query: Mapping[str, str]) -> None:
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        scopes = scopes_of(bearer) if bearer else (Scope(MAIN, READ | WRITE),)
        number = path.rpartition("/")[2]
        if scopes is None:
            self._finish_body()
            self._json({"message": "no valid token"}, 401)
        elif (self.command, path) == ("GET", "cache"):
            self._v1_find(scopes, query)
        elif (self.command, path) == ("POST", "caches"):
            self._v1_reserve(scopes, json.loads(self._content))
        elif self.command == "PATCH" and number.isdigit():
            asked = re.fullmatch(r"bytes (\d+)-(\d+)/\*", self.headers.get("Content-Range", ""))
            done = asked is not None and self._cache.entries.put_at(int(number), int(asked[1]), self._body()) == int(asked[2]) + 1
            self._reply(204 if done else 400)
        elif self.command == "POST" and number.isdigit():
            entry = self._cache.entries.entry(int(number))
            done = entry is not None and entry.size < 0 and self._cache.entries.complete(entry, int(json.loads(self._content)["size"]))
            self._reply(204 if done else 400)
        else:
            self._finish_body()
            self._reply(404)

    def _v1_find(self, scopes: tuple[Scope, ...], query: Mapping[str, str]) -> None:
        """In lower case, as act keeps its keys."""
        readable = [scope for scope in scopes if scope.permission & READ]
        entry = self._cache.entries.find(readable, query["keys"].lower().split(","), query["version"])
        if entry:
            self._json({"archiveLocation": self._cache.signed(entry.number, "r"), "cacheKey": entry.key, "scope": entry.scope})
        else:
            self._reply(204)

    def _v1_reserve(self, scopes: tuple[Scope, ...], asked: dict[str, object]) -> None:
        scope = _writable(scopes)
        if not scope:
            self._json({"message": "cache write denied"}, 403)
        elif entry := self._cache.entries.reserve(scope, str(asked["key"]).lower(), str(asked["version"])):
            self._json({"cacheId": entry.number}, 201)
        else:
            self._json({"message": "already exists"}, 409)

    # HTTP

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield from self._exactly(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            yield from self._exactly(int(self.headers.get("Content-Length", "0")))

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self.rfile.read(min(size, _PIECE))
            if not piece:
                raise ConnectionResetError
            size -= len(piece)
            yield piece

    def _finish_body(self) -> None:
        if self.command != "POST":
            for _ in self._body():
                pass

    def _json(self, fields: Mapping[str, object], status: int = 200) -> None:
        self._reply(status, json.dumps(fields).encode(), {"Content-Type": "application/json"})

    def _reply(self, status: int, body: bytes = b"", headers: Mapping[str, str] = {}) -> None:
        self.send_response(status)
        for name, value in ({} if status == 204 else {"Content-Length": str(len(body))} | dict(headers)).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()


def _writable(scopes: tuple[Scope, ...]) -> str:
    return next((scope.name for scope in scopes if scope.permission & WRITE), "")


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="127.0.0.1", help="another one only for containers of this machine")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--protocol", action="append", choices=("v1", "v2"), help="repeatable; both unless given")
    parser.add_argument("--no-ranges", action="store_true", help="downloads are one stream always")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        protocols = frozenset(given.protocol or ("v1", "v2"))
        server = CacheServer(given.folder or Path(temporary), protocols=protocols, ranges=not given.no_ranges, place=(given.host, given.port))
        print(server.url, flush=True)
        server.serve()


if __name__ == "__main__":
    main(sys.argv[1:])

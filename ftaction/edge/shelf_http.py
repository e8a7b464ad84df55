"""A shelf behind plain HTTP: GET, HEAD and PUT of `<address>/ac/<name>` and `<address>/cas/<name>`, as bazel-remote and nginx with WebDAV serve them.

nginx: `dav_methods PUT; create_full_put_path on; client_max_body_size 0`. https://nginx.org/en/docs/http/ngx_http_dav_module.html
"""

import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from ftaction.edge.exchange import Part, Request
from ftaction.edge.patience import USUAL, Patience
from ftaction.edge.retry import BUSY, Backoff, RefusedError, Rules, busy
from ftaction.edge.web import Answer, NetworkError, Web
from ftaction.edge.wire import Limits
from ftaction.errors import StoreDownError, StoreError

Result = TypeVar("Result")
_NAME = "the shared store"
_RULES = Rules(tries=3, first=0.2, most=2.0, asked=5.0)
_THERE, _MISSING, _TOO_LARGE = 200, (404, 410), 413
_LOCAL = ("localhost", "127.0.0.1", "::1")


class HttpShelf:
    """`token`: a bearer token, or `user:password`; empty for what ~/.netrc has for this very host, which is told over TLS only."""

    def __init__(self, address: str, token: str, variables: Mapping[str, str], patience: Patience = USUAL, backoff: Backoff | None = None) -> None:
        self._address = address.rstrip("/")
        self._web = Web(_NAME, variables, limits=Limits(connect=patience.connect, idle=patience.idle))
        authorization = _authorization(token or _from_netrc(address, variables))
        self._headers = {"Authorization": authorization} if authorization else {}
        self._patience = patience
        self._backoff = backoff or Backoff(_RULES)

    def has(self, name: str) -> bool:
        def attempt(deadline: float) -> bool:
            with self._ask("HEAD", name, deadline) as answer:
                there = _is_there(answer)
                answer.read()  # of nothing: the connection can be used again
                return there

        return self._keep_trying(attempt, self._patience.whole)

    def get(self, name: str, most: int) -> bytes | None:
        def attempt(deadline: float) -> bytes | None:
            with self._ask("GET", name, deadline) as answer:
                if _is_there(answer):
                    return answer.read(most)
                answer.read()
                return None

        return self._keep_trying(attempt, self._patience.whole)

    def stream(self, name: str) -> Iterator[bytes] | None:
        def attempt(deadline: float) -> Iterator[bytes] | None:
            answer = self._ask("GET", name, deadline)
            try:
                if _is_there(answer):
                    return _pieces(answer)
            except StoreError:
                answer.close()
                raise
            answer.close()
            return None

        return self._keep_trying(attempt, self._patience.blob)

    def put(self, name: str, content: bytes) -> None:
        self._put(name, content, self._patience.whole)

    def put_file(self, name: str, path: str) -> None:
        try:
            with open(path, "rb") as file:
                self._put(name, Part(file.fileno(), 0, os.fstat(file.fileno()).st_size), self._patience.blob)
        except OSError as error:
            raise StoreError(f"a file for {_NAME} can't be read: {error.strerror}") from None

    def close(self) -> None:
        self._web.close()

    def _put(self, name: str, body: bytes | Part, seconds: float) -> None:
        def attempt(deadline: float) -> None:
            with self._ask("PUT", name, deadline, body) as answer:
                if answer.status == _TOO_LARGE:
                    raise StoreError(f"{_NAME} takes nothing of this size ({answer.status})")
                if not _THERE <= answer.status < 300:
                    raise StoreDownError(f"{_NAME} takes no writes ({answer.status})")
                answer.read()

        self._keep_trying(attempt, seconds)

    def _ask(self, method: str, name: str, deadline: float, body: bytes | Part | None = None) -> Answer:
        try:
            answer = self._web.ask(Request(method, f"{self._address}/{name}", self._headers, body), deadline)
        except NetworkError:
            raise
        except StoreError as error:  # an address that is none, a certificate that nobody vouches for: nothing that trying again would change
            raise StoreDownError(str(error)) from None
        if answer.status in BUSY:
            answer.close()
            raise busy(_NAME, answer, again=True)
        return answer

    def _keep_trying(self, attempt: Callable[[float], Result], seconds: float) -> Result:
        try:
            return self._backoff.keep_trying(attempt, each=seconds, deadline=self._web.clock() + seconds)
        except RefusedError as error:
            raise StoreDownError(str(error)) from None


def _is_there(answer: Answer) -> bool:
    if answer.status != _THERE and answer.status not in _MISSING:
        raise StoreDownError(f"{_NAME} answered {answer.status}")
    return answer.status == _THERE


def _pieces(answer: Answer) -> Iterator[bytes]:
    with answer:
        yield from answer.pieces()


def _authorization(token: str) -> str:
    if ":" in token:
        return f"Basic {b64encode(token.encode('utf-8', 'surrogateescape')).decode()}"
    return f"Bearer {token}" if token else ""


def _from_netrc(address: str, variables: Mapping[str, str]) -> str:
    """`user:password` for the address's host. An address may be a pull request's: it gets what belongs to its host, and not in clear."""
    from netrc import NetrcParseError, netrc

    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        return ""
    path = variables.get("NETRC") or f"{variables.get('HOME', '')}/.netrc"
    try:
        entry = netrc(path).hosts.get(parts.hostname or "")  # not `default`, which is for any host
    except (NetrcParseError, OSError, ValueError):
        return ""
    return f"{entry[0]}:{entry[2]}" if entry and entry[2] else ""

"""The cache service, version 1: GitHub Enterprise Server, act, and the runners of Gitea and Forgejo.

The protocol follows @actions/cache 6.3.0 (cacheHttpClient.ts) and act's server (pkg/artifactcache/handler.go).
"""

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

from ftaction.edge.ahead import Task, ahead
from ftaction.edge.cache_v2 import Fields, NotThereError, TakenError, check_keys, hit_of, parsed, place_again
from ftaction.edge.exchange import Request
from ftaction.edge.fetch import Signed, fetch
from ftaction.edge.retry import TROUBLE, RefusedError, busy
from ftaction.edge.upload import Source, send, source
from ftaction.edge.way import Way
from ftaction.edge.web import Answer, NetworkError
from ftaction.errors import StoreError
from ftaction.model.doors import Hit

_MOST_DIGITS = 20
_ACCEPT = "application/json;api-version=6.0-preview.1"


class CacheV1:
    """`base` may have a path, which is kept: act's holds the permission. Without a token none is sent."""

    def __init__(self, *, base: str, token: str, version: str, way: Way, mask: Callable[[str], None]) -> None:
        self._base = f"{base.rstrip('/')}/_apis/artifactcache"
        self._headers = {"Accept": _ACCEPT, **({"Authorization": f"Bearer {token}"} if token else {})}
        self._version = version
        self._way = way
        self._mask = mask
        self.readable = True
        self.writable = True

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        """Some servers compare keys in lower case and give them back so."""
        check_keys(key, *prefixes)
        keys = quote(",".join((key, *prefixes)), safe="")
        found = self._call("GET", f"cache?keys={keys}&version={quote(self._version, safe='')}")
        return hit_of(str(found.get("cacheKey", "")), str(found.get("archiveLocation", "")), (key, prefixes), self._mask)

    def download(self, hit: Hit) -> Iterator[bytes]:
        """By ranges where the server has them, as act's does."""
        return fetch(self._way, Signed(hit.place, lambda: place_again(self, hit)))

    def save(self, key: str, path: str) -> bool:
        """What could not be uploaded whole is never committed."""
        check_keys(key)
        file = source(path)
        try:
            reserved = self._call("POST", "caches", {"key": key, "version": self._version, "cacheSize": file.size})
        except TakenError:
            return False
        number = str(reserved.get("cacheId"))  # Protobuf's JSON has large numbers as text
        if not (number.isascii() and number.isdigit() and len(number) < _MOST_DIGITS):
            raise StoreError(f"{self._way.web.name} did not reserve the entry")
        self._upload(number, file)
        self._commit(key, number, file.size)
        return True

    def _commit(self, key: str, number: str, size: int) -> None:
        try:
            self._call("POST", f"caches/{number}", {"size": size})
        except StoreError as error:
            if isinstance(error, RefusedError) or not self.find(key):  # it is there where only the first answer was lost
                raise

    def _upload(self, number: str, file: Source) -> None:
        """Chunks of up to 32 MiB, as every server of this protocol knows them."""
        deadline = self._way.transfer_ends()
        stretches = [(start, min(self._way.sizes.single, file.size - start)) for start in range(0, file.size, self._way.sizes.single)]
        for _ in ahead([self._chunk(number, file, stretch, deadline) for stretch in stretches], self._way.sizes.width):
            pass

    def _chunk(self, number: str, file: Source, stretch: tuple[int, int], deadline: float) -> Task[None]:
        range_ = f"bytes {stretch[0]}-{sum(stretch) - 1}/*"
        headers = {**self._headers, "Content-Type": "application/octet-stream", "Content-Range": range_}
        request = Request("PATCH", f"{self._base}/caches/{number}", headers)
        return lambda stopped: None if stopped.is_set() else send(self._way, request, file, stretch, deadline)

    def _call(self, method: str, path: str, fields: Fields | None = None) -> Fields:
        headers = {**self._headers, **({} if fields is None else {"Content-Type": "application/json"})}
        body = None if fields is None else json.dumps(fields, separators=(",", ":")).encode()
        request = Request(method, f"{self._base}/{path}", headers, body)

        def attempt(until: float) -> Fields:
            with self._way.web.ask(request, until) as answer:
                return self._fields(answer)

        return self._way.call(attempt)

    def _fields(self, answer: Answer) -> Fields:
        """Raises what the status means."""
        name, status = self._way.web.name, answer.status
        if status == 429:
            raise busy(name, answer, again=False)
        if status in TROUBLE:
            raise busy(name, answer, again=True)
        content = answer.read()
        if status == 204 or (200 <= status < 300 and not content.strip()):
            return {}
        fields = parsed(content)
        if 200 <= status < 300:
            if fields is None:
                raise NetworkError(f"{name} answered with something that is not JSON")
            return fields
        if status == 404:
            raise NotThereError(f"{name} answered 404")
        if status == 409:
            raise TakenError(f"{name} has this key already")
        if status in (401, 403):
            raise RefusedError(f"{name} answered {status}")
        raise StoreError(f"{name} answered {status}")

"""GitHub's cache service, version 2: Twirp calls in JSON, and Azure blobs under signed addresses.

The protocol follows @actions/cache 6.3.0 (cacheTwirpClient.ts, cacheUtils.ts), as seen on the wire.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from ftaction.edge.exchange import Request
from ftaction.edge.fetch import Signed, fetch
from ftaction.edge.retry import TROUBLE, RefusedError, busy
from ftaction.edge.upload import put_blob, source
from ftaction.edge.way import Way
from ftaction.edge.web import Answer, NetworkError
from ftaction.errors import StoreError
from ftaction.model.doors import CacheService, Hit

_SERVICE = "twirp/github.actions.results.api.v1.CacheService"
_SIGNATURES = frozenset(("sig", "x-amz-signature", "x-amz-security-token", "x-goog-signature"))
_MOST_KEY = 512
_MOST_KEYS = 10
_MOST_WORDS = 160

Fields = Mapping[str, object]


class NotThereError(StoreError):
    """The server does not know this protocol."""


class TakenError(StoreError):
    """There is an entry of this key already."""


class CacheV2:
    """`base` may have a path, which is kept. `mask` is told each signature, so that no log shows it."""

    def __init__(self, *, base: str, token: str, version: str, way: Way, mask: Callable[[str], None]) -> None:
        self._base = base.rstrip("/")
        self._token = token
        self._version = version
        self._way = way
        self._mask = mask
        self.readable = True
        self.writable = True

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        """Asks without a prefix for exactly this key: the service itself takes any key for a prefix."""
        check_keys(key, *prefixes)
        asked: dict[str, object] = {"key": key, "restore_keys": list(prefixes), "version": self._version}
        answer = self._call("GetCacheEntryDownloadURL", {name: value for name, value in asked.items() if value})
        if not answer.get("ok"):
            return None
        return hit_of(_text(answer, "matched_key"), _text(answer, "signed_download_url"), (key, prefixes), self._mask)

    def download(self, hit: Hit) -> Iterator[bytes]:
        """By ranges where the server has them."""
        return fetch(self._way, Signed(hit.place, lambda: place_again(self, hit)))

    def save(self, key: str, path: str) -> bool:
        """What could not be uploaded whole is never finalized."""
        check_keys(key)
        file = source(path)
        try:
            created = self._call("CreateCacheEntry", {"key": key, "version": self._version})
        except TakenError:
            return False
        if not created.get("ok"):
            return self._not_created(_text(created, "message"))
        address = _text(created, "signed_upload_url")
        mask_signatures(address, self._mask)
        put_blob(self._way, address, file)
        ended = self._call("FinalizeCacheEntryUpload", {"key": key, "size_bytes": str(file.size), "version": self._version})
        if not ended.get("ok") and not self.find(key):  # it is there where only the first answer was lost
            raise StoreError(f"{self._way.web.name} did not take the entry{self._said(_text(ended, 'message'))}")
        return True

    def _not_created(self, message: str) -> bool:
        if message:
            raise RefusedError(f"{self._way.web.name} refuses to save{self._said(message)}")
        return False  # somebody else is uploading it

    def _call(self, method: str, fields: Fields) -> Fields:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", "Accept": "application/json"}
        body = json.dumps(fields, separators=(",", ":")).encode()
        request = Request("POST", f"{self._base}/{_SERVICE}/{method}", headers, body)

        def attempt(until: float) -> Fields:
            with self._way.web.ask(request, until) as answer:
                return self._fields(answer)

        return self._way.call(attempt)

    def _fields(self, answer: Answer) -> Fields:
        """Raises what the status means."""
        name, status = self._way.web.name, answer.status
        if status == 429:
            raise busy(name, answer, again=False)
        fields = parsed(answer.read())
        if status == 200:
            if fields is None:
                raise NetworkError(f"{name} answered with something that is not JSON")
            return fields
        message, code = _text(fields or {}, "msg") or _text(fields or {}, "message"), _text(fields or {}, "code")
        if status == 404 and code == "not_found":
            return {}
        if status == 404:
            raise NotThereError(f"{name} answered 404")
        if status == 409:
            raise TakenError(f"{name} has this key already")
        if status in (401, 403) or "insufficient usage" in message:
            raise RefusedError(f"{name} answered {status}{self._said(message)}")
        if status in TROUBLE:
            raise busy(name, answer, again=True)
        raise StoreError(f"{name} answered {status}{self._said(message)}")

    def _said(self, message: str) -> str:
        """The server's own words where they can be shown: short, without an address, without the token."""
        words = " ".join("".join(letter if letter.isprintable() else " " for letter in message[: 4 * _MOST_WORDS]).split())
        return f": {words[:_MOST_WORDS]}" if words and "://" not in words and (not self._token or self._token not in words) else ""


def check_keys(*keys: str) -> None:
    """Raises `StoreError` for what the service would not take (cache.ts)."""
    if len(keys) > _MOST_KEYS or any(not key or len(key) > _MOST_KEY or "," in key for key in keys):
        raise StoreError("the cache takes at most 10 keys of at most 512 characters without a comma")


def matches(matched: str, key: str, prefixes: tuple[str, ...]) -> bool:
    """Whether an entry of this key was asked for. Some servers keep keys in lower case."""
    found = matched.casefold()
    return found == key.casefold() or any(found.startswith(prefix.casefold()) for prefix in prefixes)


def hit_of(matched: str, place: str, asked: tuple[str, tuple[str, ...]], mask: Callable[[str], None]) -> Hit | None:
    """What a server answered to a key and prefixes, where it is what was `asked`; its signature is hidden from then on."""
    if not place or not matches(matched, *asked):
        return None
    mask_signatures(place, mask)
    return Hit(matched, place)


def place_again(service: CacheService, hit: Hit) -> str:
    """A new address for an entry whose address has run out. Raises `StoreError`."""
    found = service.find(hit.key)
    if not found:
        raise StoreError("the entry is gone")
    return found.place


def mask_signatures(address: str, mask: Callable[[str], None]) -> None:
    """As they stand in the address, as they are meant, and as @actions/cache encodes them."""
    try:
        address.encode("ascii")
        query = urlsplit(address).query
        pairs = parse_qsl(query)
    except ValueError:
        return  # no address: nothing will be asked there
    written = dict(part.partition("=")[::2] for part in query.split("&"))
    for name, value in pairs:
        if name.lower() in _SIGNATURES and value:
            for form in dict.fromkeys((value, quote(value, safe=""), written.get(name, value))):
                mask(form)


def parsed(content: bytes) -> Fields | None:
    """A JSON object; None for anything else."""
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _text(fields: Fields, name: str) -> str:
    """Protobuf's JSON may have either name: `matched_key` or `matchedKey`."""
    first, *others = name.split("_")
    value = fields.get(name, fields.get(first + "".join(part.capitalize() for part in others)))
    return value if isinstance(value, str) else ""

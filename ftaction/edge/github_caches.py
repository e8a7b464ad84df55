"""The entries of a repository's cache, over GitHub's REST API: to look into it and to clear it, from anywhere.

https://docs.github.com/en/rest/actions/cache. It needs a token that may read (or, to clear, write) the repository's actions.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from ftaction.edge.exchange import Request
from ftaction.edge.retry import Backoff
from ftaction.edge.way import Way
from ftaction.edge.web import Answer, Web
from ftaction.errors import StoreError

OURS = "ft-"
_PAGE = 100
_MOST_PAGES = 100
_MOST = 8 << 20  # bytes of one page


class CacheEntry(NamedTuple):
    """One entry. `size` in bytes; `used` in seconds since the epoch."""

    number: int
    key: str
    ref: str
    size: int
    used: float


class GitHubCaches:
    """`repository` is `owner/name`. Raises `StoreError`, whatever goes wrong."""

    def __init__(self, api: str, repository: str, token: str, variables: Mapping[str, str]) -> None:
        self._base = f"{api.rstrip('/')}/repos/{quote(repository)}/actions"
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        self._way = Way(Web("GitHub's API", variables), Backoff())

    def usage(self) -> int:
        """Bytes of all the repository's caches, whosever they are."""
        return _number(self._call("GET", "/cache/usage"), "active_caches_size_in_bytes")

    def ours(self) -> Iterator[CacheEntry]:
        """Those that this program made."""
        for page in range(1, _MOST_PAGES + 1):
            answer = self._call("GET", f"/caches?key={OURS}&per_page={_PAGE}&page={page}")
            entries = answer.get("actions_caches")
            if not isinstance(entries, list):
                raise StoreError("GitHub's API answered with no list of caches")
            yield from map(_entry, entries)
            if len(entries) < _PAGE:
                return

    def remove(self, entry: CacheEntry) -> None:
        """One that is gone already is no matter."""
        self._call("DELETE", f"/caches/{entry.number}", gone=True)

    def _call(self, method: str, path: str, gone: bool = False) -> dict[str, Any]:
        def attempt(until: float) -> dict[str, Any]:
            with self._way.web.ask(Request(method, f"{self._base}{path}", self._headers), until) as answer:
                return {} if gone and answer.status == 404 else _read(answer)

        return self._way.call(attempt)


def _read(answer: Answer) -> dict[str, Any]:
    if answer.status in (401, 403, 404):
        raise StoreError(f"GitHub's API answered {answer.status}: the token may not see this repository's actions, or there is no such repository")
    if answer.status == 204:
        return {}
    if answer.status != 200:
        raise StoreError(f"GitHub's API answered {answer.status}")
    try:
        found = json.loads(answer.read(_MOST))
    except (ValueError, RecursionError) as error:
        raise StoreError("GitHub's API answered with something that is not JSON") from error
    if not isinstance(found, dict):
        raise StoreError("GitHub's API answered with something else than was asked")
    return found


def _entry(of: object) -> CacheEntry:
    if not isinstance(of, dict):
        raise StoreError("GitHub's API answered with no list of caches")
    return CacheEntry(_number(of, "id"), str(of.get("key", "")), str(of.get("ref", "")), _number(of, "size_in_bytes"), _seconds(of.get("last_accessed_at")))


def _number(of: Mapping[str, Any], name: str) -> int:
    value = of.get(name)
    if type(value) is not int:
        raise StoreError(f"GitHub's API did not say {name}")
    return value


def _seconds(text: object) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except (ValueError, OverflowError):
        return 0.0

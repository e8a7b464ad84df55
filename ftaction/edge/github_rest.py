"""GitHub's REST API for what is told to it: JSON there and back, one request at a time, and what each refusal means.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api says how limits are told, and that whoever goes on asking may be
shut out: so a limit is waited for as long as it says, and a minute where it says nothing.
"""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ftaction.edge.exchange import Request
from ftaction.edge.retry import TROUBLE, BusyError, Rules, busy
from ftaction.edge.web import Answer, Web
from ftaction.edge.wire import USUAL, Clock, Limits
from ftaction.errors import StoreError

NAME = "GitHub's API"
RULES = Rules(tries=6, first=1.0, most=30.0, asked=7200.0)
"""A limit is for an hour at most."""

_MOST = 8 << 20  # bytes of one answer
_LIMIT = 429
_A_MINUTE = 60.0
_DENIED = frozenset((401, 403, 404, 410))


class DeniedError(StoreError):
    """The token may not do this, or there is no such thing for it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{NAME} answered {status}")
        self.status = status


class InvalidError(StoreError):
    """GitHub does not take what was sent."""


class GitHubRest:
    """`repository` is `owner/name`. Nothing is asked twice here. Raises `StoreError`, whatever goes wrong: `NetworkError` and `BusyError` may pass."""

    def __init__(
        self,
        api: str,
        repository: str,
        token: str,
        variables: Mapping[str, str],
        *,
        limits: Limits = USUAL,
        clock: Clock = time.monotonic,
        now: Clock = time.time,
    ) -> None:
        self._base = f"{api.rstrip('/')}/repos/{quote(repository)}"
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        self._web = Web(NAME, variables, limits=limits, clock=clock)
        self._now = now

    def ask(self, method: str, path: str, until: float, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401  # what JSON holds
        """The answer's JSON; None where it has none."""
        content = None if body is None else json.dumps(body).encode()
        headers = self._headers | ({} if content is None else {"Content-Type": "application/json"})
        with self._web.ask(Request(method, f"{self._base}{path}", headers, content, again=method == "GET"), until) as answer:
            return self._read(answer)

    def close(self) -> None:
        """Close what is kept open."""
        self._web.close()

    def _read(self, answer: Answer) -> object:
        if answer.status in TROUBLE:
            raise busy(NAME, answer, again=True)
        if answer.status in (403, _LIMIT) and (asked := self._limited(answer)):
            raise BusyError(NAME, _LIMIT, asked)
        if answer.status in _DENIED:
            raise DeniedError(answer.status)
        if answer.status in (400, 422):
            raise InvalidError(f"{NAME} answered {answer.status}: {_message(answer)}")
        if answer.status not in (200, 201, 204):
            raise StoreError(f"{NAME} answered {answer.status}")
        return _json(answer.read(_MOST)) if answer.status != 204 else None

    def _limited(self, answer: Answer) -> float:
        """Seconds to wait; 0 where it is no limit that it tells of. A secondary limit may stand in its words alone."""
        asked = busy(NAME, answer, again=True, now=self._now).asked
        if answer.header("x-ratelimit-remaining") == "0":
            reset = answer.header("x-ratelimit-reset")
            return max(1.0, asked, float(reset[:12]) - self._now() if reset.isascii() and reset.isdigit() else _A_MINUTE)
        if asked or answer.header("retry-after"):
            return max(1.0, asked)
        return _A_MINUTE if answer.status == _LIMIT or "rate limit" in _message(answer).lower() else 0.0


def _message(answer: Answer) -> str:
    """What GitHub says of it, as far as it says anything."""
    try:
        found = _json(answer.read(_MOST))
    except StoreError:
        return ""
    message = found.get("message") if isinstance(found, dict) else None
    return message[:200] if isinstance(message, str) and message.isprintable() else ""


def _json(content: bytes) -> object:
    try:
        found: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{NAME} answered with something that is not JSON") from error
    return found

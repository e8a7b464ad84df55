"""Comments of a pull request, over GitHub's REST API: https://docs.github.com/en/rest/issues/comments. It needs `pull-requests: write`."""

from collections.abc import Iterator, Mapping
from typing import Any

from ftaction.edge.github_rest import GitHubRest
from ftaction.errors import StoreError

_PAGE = 100
_MOST_PAGES = 30
_TRUSTED = frozenset(("OWNER", "MEMBER", "COLLABORATOR"))


class GitHubComments:
    """Of the pull request `number`. Raises `StoreError`, whatever goes wrong. `until`, on the clock of `rest`, ends each request."""

    def __init__(self, rest: GitHubRest, number: int) -> None:
        self._rest = rest
        self._path = f"/issues/{number}/comments"

    def find(self, mark: str, until: float) -> int:
        """The oldest that begins with `mark`, or 0. Anybody may write such a one: it counts only where a bot did, or whoever may change ours as well."""
        return next((one["id"] for one in self._all(until) if _begins(one, mark) and _trusted(one) and type(one.get("id")) is int), 0)

    def create(self, body: str, until: float) -> int:
        """Its number. Whether it was made can't be told from a `NetworkError`."""
        answer = self._rest.ask("POST", self._path, until, {"body": body})
        number = answer.get("id") if isinstance(answer, dict) else None
        if type(number) is not int:
            raise StoreError("GitHub's API did not say id")
        return number

    def update(self, number: int, body: str, until: float) -> None:
        """In place of what it says."""
        self._rest.ask("PATCH", f"/issues/comments/{number}", until, {"body": body})

    def remove(self, number: int, until: float) -> None:
        """Take it away."""
        self._rest.ask("DELETE", f"/issues/comments/{number}", until)

    def _all(self, until: float) -> Iterator[Mapping[str, Any]]:
        """The oldest first."""
        for page in range(1, _MOST_PAGES + 1):
            found = self._rest.ask("GET", f"{self._path}?per_page={_PAGE}&page={page}", until)
            if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                raise StoreError("GitHub's API answered with no list of comments")
            yield from found
            if len(found) < _PAGE:
                return


def _begins(comment: Mapping[str, Any], mark: str) -> bool:
    body = comment.get("body")
    return isinstance(body, str) and body.startswith(mark)


def _trusted(comment: Mapping[str, Any]) -> bool:
    user = comment.get("user")
    return comment.get("author_association") in _TRUSTED or (isinstance(user, dict) and user.get("type") == "Bot")

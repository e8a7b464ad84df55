"""The files of a pull request, over GitHub's REST API: where git can't be asked for its base.

https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files: pages of 100, and never more than 3,000 files, whatever the pull request
holds; so the list is whole only where it has as many files as the pull request itself says.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ftaction.edge.exchange import Request
from ftaction.edge.retry import TROUBLE, Backoff, busy
from ftaction.edge.way import Way
from ftaction.edge.web import Answer, Web
from ftaction.errors import StoreError
from ftaction.model.base import Pull
from ftaction.model.change import Kind, Touched

_PAGE = 100
_CAP = 3000
_MOST = 64 << 20  # bytes of one page: patches come along, and can't be left out
_REPLACED = "\ufffd"
_KINDS = {"added": Kind.ADDED, "copied": Kind.ADDED, "renamed": Kind.ADDED, "removed": Kind.DELETED, "modified": Kind.MODIFIED, "changed": Kind.MODIFIED}


class GitHubPulls:
    """`repository` is `owner/name`. Raises `StoreError`, whatever goes wrong."""

    def __init__(self, api: str, repository: str, token: str, variables: Mapping[str, str], backoff: Backoff | None = None) -> None:
        self._base = f"{api.rstrip('/')}/repos/{quote(repository)}"
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        self._way = Way(Web("GitHub's API", variables), backoff or Backoff())

    def merge_base(self, base: str, head: str) -> str:
        """Where `head` left the branch of `base`."""
        answer = self._call(f"/compare/{quote(base)}...{quote(head)}?per_page=1&page=2")  # the first page lists files, up to 300 of them
        commit = answer.get("merge_base_commit") if isinstance(answer, dict) else None
        found = commit.get("sha") if isinstance(commit, dict) else None
        if not isinstance(found, str) or len(found) != len(head) or not found.isalnum():
            raise StoreError("GitHub's API did not say where the pull request left its base")
        return found

    def files(self, pull: Pull) -> tuple[Touched, ...]:
        """All of them, sorted, each path once; a rename is a deletion and an addition."""
        count = self._count(pull)
        if count > _CAP:
            raise StoreError(f"the pull request changes {count} files, and GitHub's API lists no more than {_CAP}")
        found = [one for page in range(1, -(-count // _PAGE) + 1) for one in self._page(pull, page)]
        if len(found) != count or self._count(pull) != count:
            raise StoreError(f"GitHub's API listed {len(found)} of the pull request's {count} files")
        kinds: dict[str, Kind] = {}
        for one in found:
            for path, kind in _touched(one):
                kinds[path] = Kind.MODIFIED if path in kinds and kinds[path] is not kind else kind
        return tuple(Touched(path, kind) for path, kind in sorted(kinds.items()))

    def _count(self, pull: Pull) -> int:
        """How many files the pull request says that it changes. It must still be the one that was checked out."""
        answer = self._call(f"/pulls/{pull.number}")
        head = answer.get("head") if isinstance(answer, dict) else None
        count = answer.get("changed_files") if isinstance(answer, dict) else None
        if type(count) is not int or not isinstance(head, dict):
            raise StoreError("GitHub's API did not say how many files the pull request changes")
        if head.get("sha") != pull.head:
            raise StoreError("the pull request has changed since this run began")
        return count

    def _page(self, pull: Pull, page: int) -> list[object]:
        answer = self._call(f"/pulls/{pull.number}/files?per_page={_PAGE}&page={page}")
        if not isinstance(answer, list):
            raise StoreError("GitHub's API answered with no list of files")
        return answer

    def _call(self, path: str) -> Any:  # noqa: ANN401  # what JSON holds
        def attempt(until: float) -> object:
            with self._way.web.ask(Request("GET", f"{self._base}{path}", self._headers), until) as answer:
                return _read(answer)

        return self._way.call(attempt)

    def close(self) -> None:
        """Close what is kept open."""
        self._way.web.close()


def _read(answer: Answer) -> object:
    """A limit on how often it may be asked is a 403 or a 429 (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api)."""
    if answer.status in TROUBLE or (answer.status in (403, 429) and answer.header("retry-after")):
        raise busy("GitHub's API", answer, again=True)
    if answer.status == 429 or (answer.status == 403 and answer.header("x-ratelimit-remaining") == "0"):
        raise StoreError(f"GitHub's API limits how often it is asked ({answer.status})")
    if answer.status in (401, 403, 404):
        raise StoreError(f"GitHub's API answered {answer.status}: the token may not read this repository's pull requests")
    if answer.status != 200:
        raise StoreError(f"GitHub's API answered {answer.status}")
    try:
        found: object = json.loads(answer.read(_MOST))
    except (ValueError, RecursionError) as error:
        raise StoreError("GitHub's API answered with something that is not JSON") from error
    return found


def _touched(of: object) -> list[Touched]:
    name, status, previous = (of.get(key) for key in ("filename", "status", "previous_filename")) if isinstance(of, dict) else (None, None, None)
    if not isinstance(name, str) or not name or status not in _KINDS:
        raise StoreError("GitHub's API listed something that is not a changed file")
    names = [name, *([previous] if isinstance(previous, str) and status == "renamed" else [])]
    if any(_REPLACED in one or "\0" in one for one in names) or (status == "renamed" and len(names) == 1):
        raise StoreError("GitHub's API can't tell the name of a file")
    return [Touched(name, _KINDS[status]), *(Touched(one, Kind.DELETED) for one in names[1:])]

"""Check runs of a commit, over GitHub's REST API: https://docs.github.com/en/rest/checks/runs. It needs a token with `checks: write`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from ftaction.edge.github_rest import GitHubRest
from ftaction.errors import StoreError
from ftaction.model.status import Annotation, CheckRun

CHUNK = 50  # annotations that GitHub takes at a time; it adds them to those that are there
_PAGE = 100
_MOST_PAGES = 10


class Known(NamedTuple):
    """A check run that is there. `mark`: its `external_id`; `annotations`: how many it has."""

    number: int
    name: str
    mark: str
    ended: bool
    annotations: int


class GitHubChecks:
    """Raises `StoreError`, whatever goes wrong. `until`, on the clock of `rest`, ends each request."""

    def __init__(self, rest: GitHubRest, commit: str) -> None:
        self._rest = rest
        self._commit = commit

    def known(self, until: float) -> tuple[Known, ...]:
        """Those of the commit, whosever they are: of each name the newest of its suite."""
        return tuple(map(_known, self._pages(f"/commits/{quote(self._commit)}/check-runs?filter=latest&", "check_runs", until)))

    def annotations(self, number: int, until: float) -> frozenset[Annotation]:
        """What is there already, as it was sent."""
        return frozenset(map(_annotation, self._pages(f"/check-runs/{number}/annotations?", "", until)))

    def create(self, mark: str, run: CheckRun, part: tuple[Annotation, ...], until: float) -> int:
        """Its number. Whether it was made can't be told from a `NetworkError`."""
        answer = self._rest.ask("POST", "/check-runs", until, {"head_sha": self._commit, **_body(mark, run, part)})
        return _number(answer, "id")

    def update(self, number: int, mark: str, run: CheckRun, part: tuple[Annotation, ...], until: float) -> None:
        """In place of what stands there; only annotations add up."""
        self._rest.ask("PATCH", f"/check-runs/{number}", until, _body(mark, run, part))

    def _pages(self, path: str, name: str, until: float) -> Iterator[Mapping[str, Any]]:
        for page in range(1, _MOST_PAGES + 1):
            answer = self._rest.ask("GET", f"{path}per_page={_PAGE}&page={page}", until)
            found = answer.get(name) if name and isinstance(answer, dict) else answer
            if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                raise StoreError("GitHub's API answered with no list")
            yield from found
            if len(found) < _PAGE:
                return


def _body(mark: str, run: CheckRun, part: tuple[Annotation, ...]) -> dict[str, object]:
    ended = {"status": "completed", "conclusion": run.conclusion.value, "completed_at": _time(run.completed)} if run.conclusion else {"status": "in_progress"}
    annotations = {"annotations": [{name: value for name, value in one._asdict().items() if value not in ("", 0)} for one in part]} if part else {}
    return {
        "name": run.name, "external_id": mark, "started_at": _time(run.started), **ended,
        "output": {"title": run.title, "summary": run.summary, **annotations},
    }  # fmt: skip


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(max(0.0, seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _known(of: Mapping[str, Any]) -> Known:
    output = of.get("output")
    count = output.get("annotations_count") if isinstance(output, dict) else 0
    ended = of.get("status") == "completed"
    return Known(_number(of, "id"), str(of.get("name", "")), str(of.get("external_id") or ""), ended, count if type(count) is int else 0)


def _annotation(of: Mapping[str, Any]) -> Annotation:
    path, level, message, title, details = (str(of.get(name) or "") for name in ("path", "annotation_level", "message", "title", "raw_details"))
    start, end, column, last = (int(of.get(name) or 0) for name in ("start_line", "end_line", "start_column", "end_column"))
    return Annotation(path, start, end, level, message, title, details, column, last)


def _number(of: object, name: str) -> int:
    value = of.get(name) if isinstance(of, dict) else None
    if type(value) is not int:
        raise StoreError(f"GitHub's API did not say {name}")
    return value

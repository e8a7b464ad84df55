"""GitHub on loopback, as far as check runs and comments go. Every request is held to GitHub's own description, and every answer too.

What the description does not say stands here with its source: annotations add up, of a name the newest of a suite is listed, a check run
belongs to the app that made it (https://docs.github.com/en/rest/checks/runs).
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from tests.support.openapi import Description, Operation, github

HEAD = "5" * 40
READ_ONLY = {"message": "Resource not accessible by integration", "documentation_url": "https://docs.github.com/rest", "status": "403"}
_APP = 15368
_SIZES = {"message": 64 << 10, "raw_details": 64 << 10}
_PERMISSIONS = {"checks": "checks", "issues": "pull-requests"}


class Asked(NamedTuple):
    """A request: the operation as GitHub calls it (`checks/create`), its path, its body."""

    name: str
    path: str
    body: Any

    @property
    def writes(self) -> bool:
        return not self.name.split("/")[1].startswith("list")


class Reply(NamedTuple):
    """What is answered in place of the truth. `after`: the request was carried out all the same. Status 0 is no answer: the connection ends."""

    status: int
    body: object = None
    headers: Mapping[str, str] = {}
    after: bool = False


class GitHubTold:
    """`may`: permissions of the token; `intercept` sees each request before it is answered; `invalid` is what must stay empty."""

    def __init__(self, commits: tuple[str, ...] = (HEAD,), may: frozenset[str] = frozenset(("checks", "pull-requests"))) -> None:
        self.description: Description = github()
        self.may = may
        self.commits = commits
        self.asked: list[Asked] = []
        self.invalid: list[str] = []
        self.check_runs: dict[int, dict[str, Any]] = {}
        self.annotations: dict[int, list[dict[str, Any]]] = {}
        self.comments: dict[int, dict[str, Any]] = {}
        self.app = _APP
        self.author = ("github-actions[bot]", "Bot", "NONE")
        self.intercept: Callable[[Asked], Reply | None] = lambda _: None
        self.released = threading.Event()
        self.lock = Condition()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self.address = f"http://127.0.0.1:{self._http.server_port}"

    def until(self, times: int) -> None:
        """So many requests came, and are carried out."""
        with self.lock:
            assert self.lock.wait_for(lambda: len(self.asked) >= times, timeout=60)

    def named(self, name: str) -> list[dict[str, Any]]:
        """The check runs of this name, the newest last."""
        return [run for run in self.check_runs.values() if run["name"] == name]

    def one(self, name: str) -> dict[str, Any]:
        (run,) = self.named(name)
        return run

    def conclusions(self) -> dict[str, str | None]:
        return {run["name"]: run["conclusion"] for run in self.check_runs.values()}

    def writes(self) -> list[str]:
        return [one.name for one in self.asked if one.writes]

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        operation = self.description.operation(method, path)
        if operation is None:
            self.invalid.append(f"{method} {path}: no such operation")
            return Reply(404, {"message": "Not Found"})
        if wrong := self.description.wrong_request(operation, path, headers, body):
            self.invalid += [f"{operation.about['operationId']}: {one}" for one in wrong]
            return Reply(422, {"message": "Invalid request"})
        asked = Asked(operation.about["operationId"], path, json.loads(body) if body else None)
        with self.lock:
            self.asked.append(asked)
            self.lock.notify_all()
            other = self.intercept(asked)
            if other and not other.after:
                return other
            reply = self._answer(operation, asked)
            self.lock.notify_all()
            self.invalid += self.description.wrong_answer(operation, reply.status, reply.body)
        return other or reply

    def _answer(self, operation: Operation, asked: Asked) -> Reply:
        if asked.writes and _PERMISSIONS[asked.name.split("/")[0]] not in self.may:
            return Reply(403, READ_ONLY)
        parts = urlsplit(asked.path)
        match = operation.pattern.fullmatch(parts.path)
        assert match
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return _ANSWERS[asked.name](self, match.groupdict(), query, asked.body)

    def create(self, _path: Mapping[str, str], _query: Mapping[str, str], body: dict[str, Any]) -> Reply:
        if body["head_sha"] not in self.commits:
            return Reply(422, {"message": f"No commit found for SHA: {body['head_sha']}"})
        number = len(self.check_runs) + 1
        run = self.description.example("check-run") | {"id": number, "head_sha": body["head_sha"], "name": body["name"], "conclusion": None, "status": "queued"}
        run["app"] |= {"id": self.app}
        run["output"] |= {"annotations_count": 0, "title": None, "summary": None, "text": None}
        self.annotations[number] = []
        return self._put(number, run, body, 201)

    def update(self, path: Mapping[str, str], _query: Mapping[str, str], body: dict[str, Any]) -> Reply:
        number = int(path["check_run_id"])
        if number not in self.check_runs:
            return Reply(404, {"message": "Not Found"})
        if self.check_runs[number]["app"]["id"] != self.app:
            return Reply(403, {"message": f"Invalid app_id `{self.app}` - check run can only be modified by the GitHub App that created it."})
        return self._put(number, self.check_runs[number], body, 200)

    def _put(self, number: int, run: dict[str, Any], body: dict[str, Any], status: int) -> Reply:
        output = body.get("output", {})
        if wrong := [*_too_long(body), *(problem for one in output.get("annotations", []) for problem in _wrong_annotation(one))]:
            self.invalid += wrong
            return Reply(422, {"message": wrong[0]})
        run |= {name: body[name] for name in ("name", "external_id", "started_at", "completed_at", "status") if name in body}
        run |= {"status": "completed", "conclusion": body["conclusion"]} if "conclusion" in body else {"conclusion": None, "completed_at": None}
        self.annotations[number] += output.get("annotations", [])
        run["output"] |= {name: output[name] for name in ("title", "summary") if name in output} | {"annotations_count": len(self.annotations[number])}
        self.check_runs[number] = run
        return Reply(status, run)

    def known(self, path: Mapping[str, str], query: Mapping[str, str], _body: object) -> Reply:
        of = [run for run in self.check_runs.values() if run["head_sha"] == path["ref"]]
        newest = {(run["name"], run["app"]["id"]): run for run in of}
        found = list(newest.values()) if query.get("filter", "latest") == "latest" else of
        return Reply(200, {"total_count": len(found), "check_runs": _page(found, query)})

    def listed(self, path: Mapping[str, str], query: Mapping[str, str], _body: object) -> Reply:
        whole = self.description.example("check-annotation-items")[0] | {"title": None, "raw_details": None, "start_column": None, "end_column": None}
        return Reply(200, _page([whole | one for one in self.annotations[int(path["check_run_id"])]], query))

    def comments_of(self, path: Mapping[str, str], query: Mapping[str, str], _body: object) -> Reply:
        of = [one for one in self.comments.values() if one["issue_url"].endswith(f"/{path['issue_number']}")]
        return Reply(200, _page(of, query))

    def comment(self, path: Mapping[str, str], _query: Mapping[str, str], body: dict[str, Any]) -> Reply:
        number = max(self.comments, default=0) + 1
        one = self.description.example("issue-comment") | {"id": number, "body": body["body"]}
        login, kind, association = self.author
        one["user"] |= {"login": login, "type": kind}
        one |= {"author_association": association, "issue_url": f"https://api.github.com/repos/octo/demo/issues/{path['issue_number']}"}
        return self._say(number, one, body, 201)

    def change(self, path: Mapping[str, str], _query: Mapping[str, str], body: dict[str, Any]) -> Reply:
        number = int(path["comment_id"])
        return self._say(number, self.comments[number], body, 200) if number in self.comments else Reply(404, {"message": "Not Found"})

    def _say(self, number: int, one: dict[str, Any], body: dict[str, Any], status: int) -> Reply:
        if len(body["body"]) > 65_536:
            self.invalid.append("the comment is too long")
            return Reply(422, {"message": "Body is too long (maximum is 65536 characters)"})
        self.comments[number] = one | {"body": body["body"]}
        return Reply(status, self.comments[number])

    def remove(self, path: Mapping[str, str], _query: Mapping[str, str], _body: object) -> Reply:
        return Reply(204) if self.comments.pop(int(path["comment_id"]), None) else Reply(404, {"message": "Not Found"})

    def __enter__(self) -> Self:
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()


_ANSWERS: Mapping[str, Callable[[GitHubTold, Mapping[str, str], Mapping[str, str], Any], Reply]] = {
    "checks/create": GitHubTold.create,
    "checks/update": GitHubTold.update,
    "checks/list-for-ref": GitHubTold.known,
    "checks/list-annotations": GitHubTold.listed,
    "issues/list-comments": GitHubTold.comments_of,
    "issues/create-comment": GitHubTold.comment,
    "issues/update-comment": GitHubTold.change,
    "issues/delete-comment": GitHubTold.remove,
}


def _page(of: list[Any], query: Mapping[str, str]) -> list[Any]:
    size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
    return of[(page - 1) * size : page * size]


def _too_long(body: Mapping[str, Any]) -> list[str]:
    texts = {"name": body["name"], "external_id": body["external_id"], "title": body["output"]["title"]}
    return [f"{name} is too long" for name, text in texts.items() if len(text) > 255] + [f"{name} is empty" for name, text in texts.items() if not text.strip()]


def _wrong_annotation(one: Mapping[str, Any]) -> list[str]:
    """What the description says in words alone."""
    lines = one["start_line"], one["end_line"]
    columns = one.get("start_column"), one.get("end_column")
    wrong = [f"{name} has too many bytes" for name, most in _SIZES.items() if len(one.get(name, "").encode()) > most]
    wrong += ["the title is too long"] if len(one.get("title", "")) > 255 else []
    wrong += ["lines"] if not 1 <= lines[0] <= lines[1] < 1 << 31 else []
    wrong += ["columns"] if any(columns) and (lines[0] != lines[1] or None in columns or not 1 <= columns[0] <= columns[1] < 1 << 31) else []  # type: ignore[operator]
    wrong += ["path"] if not one["path"] or one["path"].startswith(("/", "./")) else []
    return [*wrong, *(["no message"] if not one["message"].strip() else [])]


def _handler(api: GitHubTold) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = api.answer(self.command, self.path, dict(self.headers.items()), body)
            if reply.status == 0:
                self.close_connection = True
                return
            if reply.status < 0:  # no answer at all, until the test is over
                api.released.wait()
                self.close_connection = True
                return
            content = b"" if reply.status == 204 else reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815  # names of the standard library's

    return Handler

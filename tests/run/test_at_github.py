"""Looking into what workflows saved, and making it smaller, over an API that answers as GitHub's does."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ftaction.edge.github_caches import CacheEntry, GitHubCaches
from ftaction.errors import StoreError
from ftaction.run.at_github import care_at_github, superseded
from tests.support.command_line import CommandLine
from tests.support.repository import committed

MAIN = "refs/heads/main"


def bundle(number: int, scope: str = "main.0a1b2c3d4e5f", ref: str = MAIN, size: int = 10) -> dict[str, object]:
    key = f"ft-linux-x86_64-{scope}-{number:012x}-0badcafe"
    return {"id": number, "ref": ref, "key": key, "size_in_bytes": size, "last_accessed_at": f"2026-11-{number % 28 + 1:02}T01:02:03.123456700Z"}


def outputs(number: int, size: int) -> dict[str, object]:
    return {"id": number, "ref": MAIN, "key": f"ft-cas-{number:064x}", "size_in_bytes": size, "last_accessed_at": f"2026-11-{number % 28 + 1:02}T01:02:03Z"}


class Api:
    """`broken`: a status and a body that answer everything."""

    def __init__(self, caches: list[dict[str, object]]) -> None:
        self.caches = caches
        self.removed: list[int] = []
        self.tokens: set[str] = set()
        self.broken: tuple[int, bytes] | None = None
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def answer(self, method: str, path: str) -> tuple[int, bytes]:
        where, _, query = path.partition("?")
        if self.broken:
            return self.broken
        if method == "DELETE":
            number = int(where.rpartition("/")[2])
            self.removed.append(number)
            return (204, b"") if any(one["id"] == number for one in self.caches) else (404, b"{}")
        if where.endswith("/cache/usage"):
            return 200, json.dumps({"full_name": "org/name", "active_caches_size_in_bytes": 4_000_000_000, "active_caches_count": 9}).encode()
        assert where == "/repos/org/name/actions/caches"
        asked = dict(pair.split("=") for pair in query.split("&"))
        begin = (int(asked["page"]) - 1) * int(asked["per_page"])
        found = [one for one in self.caches if str(one["key"]).startswith(asked["key"])]
        return 200, json.dumps({"total_count": len(found), "actions_caches": found[begin : begin + int(asked["per_page"])]}).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                api.tokens.add(self.headers["Authorization"])
                status, body = api.answer(self.command, self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_DELETE(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api([*(bundle(number) for number in range(1, 151)), bundle(7000, "pull.1", "refs/pull/1/merge"), outputs(9001, 500), outputs(9002, 700)])
    thread = Thread(target=api.http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield api
    api.http.shutdown()
    api.http.server_close()


def caches(api: Api) -> GitHubCaches:
    return GitHubCaches(api.url, "org/name", "the-token", {})


def test_what_there_is_and_its_share(api: Api) -> None:
    assert care_at_github("stats", caches(api), 0) == {
        "bundles": 151, "bundle bytes": 1510, "outputs": 2, "bytes": 2710, "bytes of all caches": 4_000_000_000, "share of the free 10 GB": "0.0 %",
    }  # fmt: skip
    assert api.tokens == {"Bearer the-token"}


def test_pruning_keeps_the_newest_bundle_of_each_scope(api: Api) -> None:
    assert care_at_github("prune", caches(api), 1_000_000) == {"removed": 149, "bytes": 1490}
    assert sorted(api.removed) == list(range(1, 150))


def test_clearing_removes_all_and_what_is_gone_is_no_matter(api: Api) -> None:
    api.caches, known = [*api.caches[:1]], caches(api)
    entries = list(known.ours())
    api.caches = []
    for entry in entries:
        known.remove(entry)
    assert api.removed == [1]


def test_beyond_the_budget_the_least_recently_used_goes() -> None:
    old, new = CacheEntry(1, "ft-cas-1", MAIN, 600, 10.0), CacheEntry(2, "ft-cas-2", MAIN, 600, 20.0)
    assert superseded([old, new], 1000) == [old]
    assert superseded([old, new], 1200) == []
    assert superseded([old, new], 100) == [old, new]


BROKEN = [
    (401, b"{}", "the token"),
    (403, b'{"message": "Resource not accessible"}', "the token"),
    (404, b"{}", "no such repository"),
    (200, b"no json", "not JSON"),
    (200, b"[" * 100_000, "not JSON"),
    (200, b"[]", "something else"),
    (200, b"{}", "no list"),
    (200, b'{"actions_caches": [7]}', "no list"),
    (200, b'{"actions_caches": [{}]}', "did not say id"),
    (418, b"", "418"),
]


@pytest.mark.parametrize(("status", "body", "said"), BROKEN, ids=[f"{row[0]} {row[2]}" for row in BROKEN])
def test_what_goes_wrong_is_said(api: Api, status: int, body: bytes, said: str) -> None:
    api.broken = (status, body)
    with pytest.raises(StoreError, match=said):
        care_at_github("stats", caches(api), 0)


def test_from_the_command_line(api: Api, tmp_path: Path) -> None:
    repository = committed(tmp_path / "repository", {".firsttry.yml": "version: 1\nchecks: {a: {run: 'true'}}\n"})
    repository.git("remote", "add", "origin", "git@github.com:org/name.git")
    line = CommandLine(repository, tmp_path / "store")
    status, _, err = line.run("cache", "stats", "--github")
    assert (status, "GITHUB_TOKEN" in err) == (2, True)
    line.variables |= {"GH_TOKEN": "the-token", "GITHUB_API_URL": api.url}
    status, out, err = line.run("cache", "stats", "--github")
    assert (status, err) == (0, "")
    assert "bundles: 151" in out
    api.broken = (404, b"{}")
    status, out, err = line.run("cache", "stats", "--github")
    assert (status, out) == (3, "")
    assert err == "ftaction: GitHub's API answered 404: the token may not see this repository's actions, or there is no such repository\n"

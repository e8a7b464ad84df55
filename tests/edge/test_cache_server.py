"""The tests' own cache server as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from ftaction.edge.cache_service import VERSION
from ftaction.edge.exchange import Request
from ftaction.edge.web import Web
from tests.support.cache_client import TOKEN, client, saved

ROOT = Path(__file__).parents[2]


@contextmanager
def process(folder: Path, *options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.support.cache_server", "--port", "0", "--folder", str(folder), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def told(address: str) -> Any:
    with Web("the server", {}).ask(Request("GET", address), monotonic() + 30) as answer:
        return json.loads(answer.read())


def test_it_tells_what_was_asked_and_keeps_what_it_has(tmp_path: Path) -> None:
    with process(tmp_path / "server") as url:
        assert client({"ACTIONS_RESULTS_URL": url, "ACTIONS_RUNTIME_TOKEN": TOKEN}).save("key", saved(tmp_path, b"x"))
        assert told(f"{url}/seen") == {"seen": ["CreateCacheEntry", "PUT blob", "FinalizeCacheEntryUpload"]}
    with process(tmp_path / "server", "--protocol", "v2", "--no-ranges") as url:
        assert [(entry["key"], entry["size"]) for entry in told(f"{url}/entries")["entries"]] == [("key", 1)]
        service = client({"ACTIONS_RESULTS_URL": url, "ACTIONS_RUNTIME_TOKEN": TOKEN})
        hit = service.find("key")
        assert hit is not None
        assert b"".join(service.download(hit)) == b"x"


def test_signed_addresses_bear_a_name_of_azures_where_the_client_came_by_one(tmp_path: Path) -> None:
    """Only there @actions/cache downloads by ranges; everybody else is sent to where the server is."""
    with process(tmp_path / "server") as url:
        client({"ACTIONS_RESULTS_URL": url, "ACTIONS_RUNTIME_TOKEN": TOKEN}).save("key", saved(tmp_path, b"x"))
        port = url.rpartition(":")[2]
        azure = f"firsttry.blob.core.windows.net:{port}"
        assert _place(url, azure).startswith(f"http://{azure}/blobs/")
        assert _place(url, f"localhost:{port}").startswith(f"{url}/blobs/")


def _place(url: str, host: str) -> str:
    asked = json.dumps({"key": "key", "version": VERSION}).encode()
    headers = {"Host": host, "Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    request = Request("POST", f"{url}/twirp/github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL", headers, asked)
    with Web("the server", {}).ask(request, monotonic() + 30) as answer:
        return str(json.loads(answer.read())["signed_download_url"])

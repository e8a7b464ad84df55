"""The real @actions/cache and ours over one server, in both directions: it proves the server, and through the server it proves ours."""

import os
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ftaction.edge.cache_service import cache_service
from ftaction.model.doors import CacheService
from tests.interop.node import node, said
from tests.support.cache_entries import MAIN, READ, WRITE, token
from tests.support.cache_server import CacheServer

PATHS = ["made", "other/deep"]
VERSION = sha256("|".join([*PATHS, "zstd-without-long", "1.0"]).encode()).hexdigest()
TOKEN = token((MAIN, READ | WRITE))
READ_ONLY = token((MAIN, READ))
FILES = {"made/a.txt": b"a\n" * 1000, "made/b c.bin": os.urandom(3_000_000), "other/deep/empty": b"", "other/deep/\u00fc.txt": b"x"}

Variables = dict[str, str]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CacheServer]:
    with CacheServer(tmp_path / "server") as running:
        yield running


@pytest.fixture(params=["v1", "v2"])
def variables(request: pytest.FixtureRequest, server: CacheServer) -> Variables:
    """A job's environment where both sides choose this version."""
    common = {"ACTIONS_RUNTIME_TOKEN": TOKEN}
    if request.param == "v1":
        return {**common, "ACTIONS_CACHE_URL": f"{server.url}/secret/", "GITHUB_SERVER_URL": "https://git.example"}
    return {**common, "ACTIONS_RESULTS_URL": f"{server.url}/", "ACTIONS_CACHE_SERVICE_V2": "True"}


def workspace(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    folder.mkdir(exist_ok=True)
    return folder


def theirs(what: str, key: str, folder: Path, variables: Variables, *more: str) -> tuple[object, str]:
    """What @actions/cache returned, and all it said."""
    temporary = folder.parent / f"{folder.name}.temporary"
    temporary.mkdir(exist_ok=True)
    places = {"GITHUB_WORKSPACE": str(folder), "RUNNER_TEMP": str(temporary)}
    output = node("cache.mjs", what, key, '["made", "other/deep"]', *more, folder=folder, variables={**variables, **places})
    return said(output), output


def ours(variables: Variables) -> CacheService:
    service = cache_service(variables, version=VERSION, mask=lambda text: None).service
    assert service is not None
    return service


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def tar(*arguments: str, folder: Path) -> None:
    subprocess.run(["tar", "--use-compress-program", "zstd", *arguments], cwd=folder, check=True)


def test_ours_reads_what_it_saved(variables: Variables, tmp_path: Path) -> None:
    assert theirs("save", "linux-1", workspace(tmp_path / "theirs", FILES), variables)[0] != -1
    hit = ours(variables).find("linux-2", ("windows-", "linux-"))
    assert hit is not None
    assert hit.key == "linux-1"
    (tmp_path / "archive").write_bytes(b"".join(ours(variables).download(hit)))
    (tmp_path / "mine").mkdir()
    tar("-xf", str(tmp_path / "archive"), folder=tmp_path / "mine")
    assert files(tmp_path / "mine") == FILES


def test_it_restores_what_ours_saved(variables: Variables, tmp_path: Path) -> None:
    tar("-cf", str(tmp_path / "archive"), *PATHS, folder=workspace(tmp_path / "mine", FILES))
    assert ours(variables).save("linux-1", str(tmp_path / "archive"))
    assert theirs("restore", "linux-2", workspace(tmp_path / "theirs", {}), variables, '["linux-"]')[0] == "linux-1"
    assert files(tmp_path / "theirs") == FILES


def test_both_find_nothing_of_another_version(variables: Variables, tmp_path: Path) -> None:
    tar("-cf", str(tmp_path / "archive"), *PATHS, folder=workspace(tmp_path / "mine", FILES))
    private = cache_service(variables, mask=lambda text: None).service
    assert private is not None
    assert private.save("linux-1", str(tmp_path / "archive"))
    assert ours(variables).find("linux-1") is None
    assert theirs("restore", "linux-1", workspace(tmp_path / "theirs", {}), variables)[0] is None


def test_a_key_that_ours_took_is_taken_for_it_and_the_other_way_round(variables: Variables, tmp_path: Path) -> None:
    folder = workspace(tmp_path / "theirs", FILES)
    (tmp_path / "file").write_bytes(b"x")
    assert ours(variables).save("linux-1", str(tmp_path / "file"))
    returned, output = theirs("save", "linux-1", folder, variables)
    assert returned == -1
    assert "another job may be creating this cache" in output
    assert theirs("save", "linux-2", folder, variables)[0] != -1
    assert not ours(variables).save("linux-2", str(tmp_path / "file"))


def test_it_too_is_told_that_a_token_may_not_write(server: CacheServer, tmp_path: Path) -> None:
    variables = {"ACTIONS_RUNTIME_TOKEN": READ_ONLY, "ACTIONS_RESULTS_URL": server.url, "ACTIONS_CACHE_SERVICE_V2": "1"}
    returned, output = theirs("save", "linux-1", workspace(tmp_path / "theirs", FILES), variables)
    assert returned == -1
    assert "cache write denied: token has no writable scopes" in output


@pytest.mark.parametrize("ranges", [True, False])
def test_the_clients_of_azure_and_ours_agree_on_blocks_and_ranges(tmp_path: Path, ranges: bool) -> None:
    content = os.urandom(5_300_000)
    (tmp_path / "file").write_bytes(content)
    with CacheServer(tmp_path / "server", ranges=ranges) as server:
        variables = {"ACTIONS_RUNTIME_TOKEN": TOKEN, "ACTIONS_RESULTS_URL": server.url}
        entry = server.entries.reserve(f"1 {MAIN}", "key", VERSION)
        assert entry is not None
        node("blob.mjs", "put", server.signed(entry.number, "w"), str(tmp_path / "file"), folder=tmp_path)
        assert server.requests("PUT block") == 6
        assert server.entries.complete(entry, len(content))
        hit = ours(variables).find("key")
        assert hit is not None
        assert b"".join(ours(variables).download(hit)) == content
        if ranges:
            node("blob.mjs", "get", hit.place, str(tmp_path / "back"), folder=tmp_path)
            assert (tmp_path / "back").read_bytes() == content

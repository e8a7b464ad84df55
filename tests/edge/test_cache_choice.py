"""Which service a job has: one row a rule."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ftaction.edge.cache_service import Choice, cache_service, choose
from ftaction.edge.retry import RefusedError
from ftaction.errors import StoreError
from tests.support.cache_client import client, saved, variables
from tests.support.cache_server import CacheServer, Reply, Seen

R, C = "https://results.example", "https://cache.example/abc/"
TOKEN = {"ACTIONS_RUNTIME_TOKEN": "t"}
BOTH = {**TOKEN, "ACTIONS_RESULTS_URL": f"{R}/", "ACTIONS_CACHE_URL": C}
NO_HTTP = "the address of the cache service is no http address (ACTIONS_RESULTS_URL, ACTIONS_CACHE_URL)"
NONE = "this job has no cache service (neither ACTIONS_RESULTS_URL nor ACTIONS_CACHE_URL is set)"

ROWS: list[tuple[str, dict[str, str], str, Choice]] = [
    ("a container on github.com is told no version", {**TOKEN, "ACTIONS_RESULTS_URL": f"{R}/"}, "", Choice(v2=R)),
    ("version 2 first, where there may be both", BOTH, "", Choice(v2=R, v1=C)),
    ("github.com by name", {**BOTH, "GITHUB_SERVER_URL": "https://github.com"}, "", Choice(v2=R, v1=C)),
    ("in any case", {**BOTH, "GITHUB_SERVER_URL": "https://GitHub.COM"}, "", Choice(v2=R, v1=C)),
    ("with data residency", {**BOTH, "GITHUB_SERVER_URL": "https://octo.ghe.com"}, "", Choice(v2=R, v1=C)),
    ("GitHub's own development", {**BOTH, "GITHUB_SERVER_URL": "http://github.localhost"}, "", Choice(v2=R, v1=C)),
    ("Enterprise Server knows version 1 only", {**BOTH, "GITHUB_SERVER_URL": "https://git.example"}, "", Choice(v1=C)),
    ("even with the flag of version 2", {**BOTH, "GITHUB_SERVER_URL": "https://git.example", "ACTIONS_CACHE_SERVICE_V2": "1"}, "", Choice(v1=C)),
    ("at the results address where there is no other", {"ACTIONS_RESULTS_URL": R, "GITHUB_SERVER_URL": "https://git.example"}, "", Choice(v1=R)),
    ("a name that only ends like GitHub's", {**BOTH, "GITHUB_SERVER_URL": "https://notgithub.com"}, "", Choice(v1=C)),
    ("a name that only begins like GitHub's", {**BOTH, "GITHUB_SERVER_URL": "https://github.com.example"}, "", Choice(v1=C)),
    ("a name with GitHub's as its user", {**BOTH, "GITHUB_SERVER_URL": "https://github.com@git.example"}, "", Choice(v1=C)),
    ("what is no address is not GitHub's", {**BOTH, "GITHUB_SERVER_URL": "https://["}, "", Choice(v1=C)),
    ("act: version 1, without a token", {"ACTIONS_CACHE_URL": C, "GITHUB_SERVER_URL": "https://github.com"}, "", Choice(v1=C)),
    ("version 2 needs a token", {"ACTIONS_RESULTS_URL": R, "ACTIONS_CACHE_URL": C}, "", Choice(v1=C)),
    ("a path of the results address is dropped", {**TOKEN, "ACTIONS_RESULTS_URL": f"{R}:8443/a/b?c"}, "", Choice(v2=f"{R}:8443")),
    ("no address, no service", {**TOKEN}, "", Choice(reason=NONE)),
    ("nothing at all", {}, "", Choice(reason=NONE)),
    ("only version 2 and no token", {"ACTIONS_RESULTS_URL": R}, "", Choice(reason="this job has no token for the cache service (ACTIONS_RUNTIME_TOKEN)")),
    ("an address that is none", {**TOKEN, "ACTIONS_RESULTS_URL": "results"}, "", Choice(reason=NO_HTTP)),
    ("another kind of address", {"ACTIONS_CACHE_URL": "file:///tmp"}, "", Choice(reason=NO_HTTP)),
    ("one that is none beside one that is", {**BOTH, "ACTIONS_RESULTS_URL": "http://[::1"}, "", Choice(v1=C)),
    ("the user's own goes before all, with its path", BOTH, "http://own:3000/x", Choice(v2="http://own:3000/x", v1="http://own:3000/x")),
    ("also on Enterprise Server", {"GITHUB_SERVER_URL": "https://git.example"}, "http://own", Choice(v2="http://own", v1="http://own")),
    ("spaces around it are none of it", {}, " http://own\n", Choice(v2="http://own", v1="http://own")),
    ("only spaces are none", BOTH, "  ", Choice(v2=R, v1=C)),
    ("one that is no address is a mistake", BOTH, "own", Choice(reason="the given address of a cache service is no http address")),
    ("switched off", {**BOTH, "ACTIONS_CACHE_MODE": "none"}, "", Choice(reason="the workflow switched the cache off (cache-mode: none)")),
    ("also the user's own", {"ACTIONS_CACHE_MODE": " None "}, "http://own", Choice(reason="the workflow switched the cache off (cache-mode: none)")),
    ("reading only", {**BOTH, "ACTIONS_CACHE_MODE": "Read"}, "", Choice(v2=R, v1=C, writable=False)),
    ("writing only", {**BOTH, "ACTIONS_CACHE_MODE": "write-only\n"}, "", Choice(v2=R, v1=C, readable=False)),
    ("writing means reading too", {**BOTH, "ACTIONS_CACHE_MODE": "write"}, "", Choice(v2=R, v1=C)),
    ("a word of tomorrow permits both", {**BOTH, "ACTIONS_CACHE_MODE": "append"}, "", Choice(v2=R, v1=C)),
]


@pytest.mark.parametrize(("given", "cache_url", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_choice(given: dict[str, str], cache_url: str, expected: Choice) -> None:
    assert choose(given, cache_url) == expected


def test_no_service_says_why() -> None:
    found = cache_service({}, mask=lambda text: None)
    assert found.service is None
    assert found.reason == NONE


ACT = frozenset(("v1",))


def test_an_address_of_results_that_knows_no_cache_leads_to_version_1(tmp_path: Path) -> None:
    """As act answers where its artifact server runs."""
    with CacheServer(tmp_path / "server", protocols=ACT) as server:
        service = client({**variables("v2", server), **variables("v1", server)})
        assert service.find("key") is None
        assert service.save("key", saved(tmp_path, b"x"))
        hit = service.find("key")
        assert hit is not None
        assert b"".join(service.download(hit)) == b"x"
        assert server.requests("GetCacheEntryDownloadURL") == 1  # asked once only
        assert server.requests("CreateCacheEntry") == 0


@pytest.mark.parametrize("protocol", ["v1", "v2"])
def test_the_users_own_server_may_speak_either(tmp_path: Path, protocol: str) -> None:
    with CacheServer(tmp_path / "server", protocols=frozenset((protocol,))) as server:
        service = client({"ACTIONS_RUNTIME_TOKEN": variables("v2", server)["ACTIONS_RUNTIME_TOKEN"]}, cache_url=server.url)
        assert service.save("key", saved(tmp_path, b"x"))
        assert service.find("key") is not None


def test_a_server_that_knows_neither(tmp_path: Path) -> None:
    with CacheServer(tmp_path / "server", protocols=frozenset()) as server, pytest.raises(StoreError, match="the cache service answered 404"):
        client({**variables("v2", server), **variables("v1", server)}).find("key")


def test_trouble_of_version_2_is_no_reason_for_version_1(tmp_path: Path) -> None:
    """What is refused there would be found here under other rules."""
    with CacheServer(tmp_path / "server") as server:
        server.intercept = lambda seen: Reply(503) if "twirp" in seen.path else None
        with pytest.raises(RefusedError):
            client({**variables("v2", server), **variables("v1", server)}).find("key")
        assert server.requests("GET cache") == 0


Look = Callable[[Seen], Reply | None]


def test_a_job_that_may_only_read_asks_for_nothing_else(tmp_path: Path) -> None:
    with CacheServer(tmp_path / "server") as server:
        assert client(variables("v2", server)).save("key", saved(tmp_path, b"x"))
        service = client({**variables("v2", server), "ACTIONS_CACHE_MODE": "read"})
        assert (service.readable, service.writable) == (True, False)
        assert service.find("key") is not None
        with pytest.raises(RefusedError, match="this job may not write the cache"):
            service.save("other", saved(tmp_path, b"x"))
        assert server.requests("CreateCacheEntry") == 1


def test_a_job_that_may_only_write_looks_for_nothing(tmp_path: Path) -> None:
    with CacheServer(tmp_path / "server") as server:
        service = client({**variables("v2", server), "ACTIONS_CACHE_MODE": "write-only"})
        assert (service.readable, service.writable) == (False, True)
        assert service.find("key") is None
        assert service.save("key", saved(tmp_path, b"x"))
        assert server.requests("GetCacheEntryDownloadURL") == 0

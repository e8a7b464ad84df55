"""Faults of a job's surroundings: names, ports, TLS, proxies, tokens, modes. In this process, and as the command line ends for its user."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from tests.faults import kinds as k
from tests.faults.proxy import Fault, Rule
from tests.faults.scene import RESTORING, SAVING, SHORT, TOKEN, USUAL, Ground, Patience
from tests.faults.test_calls import ends_as_without
from tests.support.cache_entries import MAIN, READ, WRITE, token
from tests.support.job import Job

OTHER = token(("refs/heads/other", READ | WRITE))


class Place(NamedTuple):
    """`notes`: how many of restoring, and of saving."""

    name: str
    why: str
    variables: dict[str, str]
    notes: tuple[int, int] = (1, 1)
    patience: Patience = USUAL
    replayed: bool = False


PLACES = [
    Place("unknown-name", "a name that nobody has", {"ACTIONS_RESULTS_URL": "http://cache.invalid/"}),
    Place("long-name", "a name that can't be one", {"ACTIONS_RESULTS_URL": f"http://{'x' * 64}.invalid/"}),
    Place("refused", "nobody listens there", {"ACTIONS_RESULTS_URL": "http://127.0.0.1:1/"}),
    Place("proxy-dead", "a proxy that is away", {"http_proxy": "http://127.0.0.1:1"}),
    Place("proxy-unknown", "a proxy that nobody knows", {"http_proxy": "http://proxy.invalid:3128"}),
    Place("proxy-socks", "a proxy of a kind that we don't speak", {"HTTP_PROXY": "socks5://127.0.0.1:1"}),
    Place("proxy-text", "a proxy that is no address", {"http_proxy": "http://[half"}),
    Place(
        "proxy-excepted", "a proxy that is away, but not for this machine", {"http_proxy": "http://127.0.0.1:1", "no_proxy": "127.0.0.1"}, (0, 0), replayed=True
    ),
    Place("tls-to-plain", "TLS where the server speaks none", {"ACTIONS_RESULTS_URL": "https://127.0.0.1:{port}/"}, patience=SHORT),
    Place("token-empty-claims", "a token for nothing", {"ACTIONS_RUNTIME_TOKEN": token()}),
    Place("token-broken", "a token that is none", {"ACTIONS_RUNTIME_TOKEN": "no-token"}),
    Place("token-newline", "a token with a line behind it", {"ACTIONS_RUNTIME_TOKEN": f"{TOKEN}\nX: y"}),
    Place("token-letters", "a token that can't be a header", {"ACTIONS_RUNTIME_TOKEN": f"{TOKEN}\u2028"}),
    Place("token-write", "a token that may only write", {"ACTIONS_RUNTIME_TOKEN": token((MAIN, WRITE))}),
    Place("token-other", "a token of another branch", {"ACTIONS_RUNTIME_TOKEN": OTHER}, (0, 0)),
    Place("mode-write", "the workflow lets the job only write", {"ACTIONS_CACHE_MODE": "write-only"}, (0, 0)),
    Place("mode-read", "the workflow lets the job only read", {"ACTIONS_CACHE_MODE": "read"}, (0, 0), replayed=True),
    Place("mode-unknown", "a mode to come", {"ACTIONS_CACHE_MODE": "append"}, (0, 0), replayed=True),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_places(place: Place, plain: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    port = plain.proxy.url.rpartition(":")[2]
    with plain.server("v2", warm=True):
        done = plain.run("v2", patience=place.patience, variables={name: value.format(port=port) for name, value in place.variables.items()})
    ends_as_without(done, plain, capfd)
    assert done.decisions == {"a": "Replay" if place.replayed else "Run", "bad": "Run"}
    assert (len(done.notes(RESTORING)), len(done.notes(SAVING))) == place.notes, done.report.notes


SAVERS = [
    Place("token-read", "the token of a fork may only read", {"ACTIONS_RUNTIME_TOKEN": token((MAIN, READ))}, (0, 1)),
    Place("mode-read", "the workflow lets the job only read", {"ACTIONS_CACHE_MODE": "read"}, (0, 0)),
]


@pytest.mark.parametrize("place", SAVERS, ids=lambda place: place.name)
@pytest.mark.parametrize("protocol", ["v1", "v2"])
def test_who_may_not_save(place: Place, protocol: str, plain: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    with plain.server(protocol, warm=False) as server:
        done = plain.run(protocol, variables=place.variables)
        assert server.entries.all() == []
    ends_as_without(done, plain, capfd)
    assert (len(done.notes(RESTORING)), len(done.notes(SAVING))) == place.notes, done.report.notes


@contextmanager
def _tls(folder: Path) -> Iterator[str]:
    """A server with a certificate that nobody signed but itself."""
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key", "-out", "certificate", *subject]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                    with client:
                        context.wrap_socket(client, server_side=True).close()
                except ssl.SSLError:
                    pass  # as it should be
                except OSError:
                    return

        thread = Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_certificate_that_nobody_signed(plain: Ground, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with plain.server("v2", warm=True), _tls(tmp_path) as address:
        done = plain.run("v2", variables={"ACTIONS_RESULTS_URL": address})
    ends_as_without(done, plain, capfd)
    assert "is not trusted" in done.notes(RESTORING)[0]


def test_plain_words_to_a_server_of_tls(plain: Ground, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with plain.server("v2", warm=True), _tls(tmp_path) as address:
        done = plain.run("v2", variables={"ACTIONS_RESULTS_URL": address.replace("https", "http")})
    ends_as_without(done, plain, capfd)
    assert len(done.notes(RESTORING)) == len(done.notes(SAVING)) == 1


class Command(NamedTuple):
    """A row for the real command line, which knows no other limits than its own: only what ends at once."""

    name: str
    why: str
    call: str
    fault: Fault
    told: str = ""
    variables: dict[str, str] = {}


COMMANDS = [
    Command("find-400", "the request was not understood", "find", k.status(400), "could not be restored: the cache service answered 400"),
    Command("find-401", "the token ran out", "find", k.status(401), "could not be restored: the cache service answered 401"),
    Command("find-429", "too many requests", "find", k.status(429), "could not be restored: the cache service limits how often"),
    Command("find-huge", "an answer without end", "find", k.says(b" " * (2 << 20)), "could not be restored: the cache service answered with more"),
    Command("find-circle", "a redirect", "find", k.in_circles, "could not be restored: the cache service answered 301"),
    Command("download-404", "the blob is gone", "download", k.status(404), "could not be restored: the cache service answered 404"),
    Command("download-flipped", "one bit", "download", k.bytes_changed(k.flipped), "could not be restored: the bundle"),
    Command("download-format", "a bundle to come", "download", k.status(200, b"ftaction bundle 2 x" + b" " * 600), "restored: the bundle is of another format"),
    Command("address-file", "a file of this machine", "find", k.address(lambda _: "file:///etc/passwd"), "restored: the address of the cache service is no"),
    Command("key-other", "another entry", "find", k.key(lambda _: "node-modules")),
    Command("token-broken", "a token that is none", "never", k.silent, "could not be restored: the cache service answered 401", {"ACTIONS_RUNTIME_TOKEN": "x"}),
    Command("mode-none", "the workflow switched it off", "never", k.silent, "", {"ACTIONS_CACHE_MODE": "none"}),
    Command("proxy", "a proxy of another kind", "never", k.silent, "could not be restored: http\\_proxy names no http:// proxy", {"http_proxy": "ftp://x"}),
]


@pytest.fixture(scope="module")
def earlier(plain: Ground) -> Iterator[dict[str, str]]:
    """The variables of a job with a server that has what an earlier job saved."""
    config = '{"version": 1, "checks": {"a": {"run": "cat a.txt", "inputs": ["a.txt"]}, "bad": {"run": "grep x b.txt", "inputs": ["b.txt"]}}}'
    plain.repository.write(".git/firsttry.json", config)
    with plain.server("v2", warm=False):
        names = {"ACTIONS_RESULTS_URL": plain.proxy.url, "ACTIONS_RUNTIME_TOKEN": TOKEN}
        first = Job(plain.folder / "first", plain.repository, names).run(*RUN)
        assert (first.status, first.err) == (1, "")
        assert "Saved the bundle" in first.summary
        yield names


RUN = ("run", "--config", ".git/firsttry.json")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_command_line(command: Command, plain: Ground, earlier: dict[str, str], tmp_path: Path) -> None:
    plain.proxy.begin(plain.real, Rule(command.call, command.fault))
    job = Job(tmp_path / "job", plain.repository, earlier | command.variables)
    done = job.run(*RUN)
    plain.proxy.end()
    assert (done.status, done.err) == (1, "")
    assert "Traceback" not in done.out
    assert done.summary.count(command.told) == 1 if command.told else "could not be restored" not in done.summary
    assert job.left == []

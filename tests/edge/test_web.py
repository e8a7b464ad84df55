"""The HTTP door: every wait ends, every failure is a sentence, nothing secret goes where it does not belong."""

import socket
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from ftaction.edge.exchange import Part, Request
from ftaction.edge.proxies import proxy_for
from ftaction.edge.web import NetworkError, Web
from ftaction.edge.wire import Limits
from ftaction.errors import StoreError
from tests.support.speaker import Act, dripping, head, resets, says, silent, speaking, until_gone

OK = b"HTTP/1.1 200 OK\r\n"
LIMITS = Limits(connect=5.0, idle=0.3)
LONG = 60.0  # seconds; never reached where all is well


def web(variables: dict[str, str] | None = None, limits: Limits = LIMITS) -> Web:
    return Web("the server", variables or {}, limits=limits)


def got(address: str, *, seconds: float = LONG, door: Web | None = None, headers: dict[str, str] | None = None, most: int = 1 << 20) -> tuple[int, bytes]:
    with (door or web()).ask(Request("GET", address, headers or {}), monotonic() + seconds) as answer:
        return answer.status, answer.read(most)


ANSWERS: list[tuple[str, bytes, tuple[int, bytes]]] = [
    ("a length", OK + b"Content-Length: 3\r\n\r\nabc", (200, b"abc")),
    ("nothing behind the length is read", OK + b"Content-Length: 3\r\n\r\nabcdef", (200, b"abc")),
    ("no length: until the end", OK + b"\r\nabc", (200, b"abc")),
    ("chunks", OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nTrailer: x\r\n\r\n", (200, b"abc")),
    ("no body", b"HTTP/1.1 204 No\r\n\r\n", (204, b"")),
    ("100 is no answer yet", b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n", (200, b"")),
    ("any status is an answer", b"HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno", (503, b"no")),
    ("the last century", b"HTTP/1.0 200 OK\r\n\r\nabc", (200, b"abc")),
]


@pytest.mark.parametrize(("said", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_an_answer(said: bytes, expected: tuple[int, bytes]) -> None:
    with speaking(says(said)) as speaker:
        assert got(speaker.url) == expected


FAULTS: list[tuple[str, Act, float, str]] = [
    ("nothing at all", says(), LONG, "the connection to the server broke off"),
    ("a reset before the answer", resets(), LONG, "the connection to the server broke off"),
    ("a head cut off", says(OK + b"Content-Le"), LONG, "the connection to the server broke off"),
    ("a body cut off", says(OK + b"Content-Length: 5\r\n\r\nabc"), LONG, "the connection to the server broke off"),
    ("a reset in the body", resets(OK + b"Content-Length: 9\r\n\r\nabc"), LONG, "the connection to the server broke off"),
    ("a chunk cut off", says(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"), LONG, "the connection to the server broke off"),
    ("chunks without their end", says(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), LONG, "the connection to the server broke off"),
    ("a chunk whose length is none", says(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n"), LONG, "the connection to the server broke off"),
    ("another protocol", says(b"SSH-2.0-OpenSSH\r\n"), LONG, "the server answered with something that is not HTTP"),
    ("a status that is none", says(b"HTTP/1.1 abc OK\r\n\r\n"), LONG, "the server answered with something that is not HTTP"),
    ("a header line too long", says(OK + b"A: " + b"a" * 70_000 + b"\r\n\r\n"), LONG, "the server answered with something that is not HTTP"),
    ("too many headers", says(OK + b"A: a\r\n" * 200 + b"\r\n"), LONG, "the server answered with something that is not HTTP"),
    ("headers too large together", says(OK + (b"A: " + b"a" * 60_000 + b"\r\n") * 3 + b"\r\n"), LONG, "the server answered with something that is not HTTP"),
    ("silence instead of an answer", silent(), LONG, "the server was silent for 0.3 s"),
    ("silence in the head", silent(OK), LONG, "the server was silent for 0.3 s"),
    ("silence in the body", silent(OK + b"Content-Length: 9\r\n\r\nabc"), LONG, "the server was silent for 0.3 s"),
    ("silence up to the deadline", silent(), 0.1, "the server took too long"),
    ("a head in drops", dripping(OK + b"A: ", b"a"), 0.2, "the server took too long"),
    ("headers in drops", dripping(OK, b"A: a\r\n"), 0.2, "the server took too long"),
    ("a body in drops", dripping(OK + b"Content-Length: 99999\r\n\r\n", b"a"), 0.2, "the server took too long"),
    ("chunks in drops", dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"), 0.2, "the server took too long"),
    ("trailers in drops", dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: a\r\n"), 0.2, "the server took too long"),
    ("not yet, again and again", dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), 0.2, "the server took too long"),
    ("no end without a length", dripping(OK + b"\r\n", b"a"), 0.2, "the server took too long"),
]


@pytest.mark.parametrize(("act", "seconds", "sentence"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_a_fault_on_the_way_is_a_sentence(act: Act, seconds: float, sentence: str) -> None:
    with speaking(act) as speaker, pytest.raises(NetworkError) as raised:
        got(speaker.url, seconds=seconds)
    assert str(raised.value) == sentence


def test_an_answer_larger_than_wanted_is_an_error_and_not_a_fault_of_the_way() -> None:
    with speaking(dripping(OK + b"Content-Length: 9000000\r\n\r\n", b"a" * 300_000)) as speaker, pytest.raises(StoreError) as raised:
        got(speaker.url, most=1000)
    assert not isinstance(raised.value, NetworkError)
    assert str(raised.value) == "the server answered with more than 1000 bytes"


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NetworkError, match="be reached: connection refused"):
        got(f"http://127.0.0.1:{port}")


def test_a_server_that_takes_no_connection_is_given_up() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]  # fill what it keeps waiting
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(NetworkError, match="be reached: no answer in time"):
            got(f"http://127.0.0.1:{full.getsockname()[1]}", door=web(limits=Limits(connect=0.2, idle=9.0)))
        for one in waiting:
            one.close()


def test_a_name_that_nobody_has() -> None:
    with pytest.raises(NetworkError, match="be reached: "):
        got("http://nobody.invalid/", seconds=5)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://",
        "http://[::1",
        "http://h:99999/",
        "http://h:0/",
        "http://h/\r\nA: b",
        "http://h/ x",
        "http://h/\u00fc",
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(StoreError, match="the address of the server is no http address"):
        got(address)


def test_a_connection_is_used_again_and_replaced_when_the_server_closed_it() -> None:
    two = OK + b"Content-Length: 2\r\n\r\nab"

    def twice(connection: socket.socket) -> None:
        connection.sendall(two)
        head(connection)
        connection.sendall(two)

    with speaking(twice, says(two)) as speaker:
        door = web()
        assert [got(speaker.url, door=door) for _ in range(3)] == [(200, b"ab")] * 3
        assert len(speaker.heads) == 2  # one for each connection
        door.close()


def test_what_may_not_be_sent_twice_is_not() -> None:
    """It may have arrived before the server closed the connection that was kept."""
    two = OK + b"Content-Length: 2\r\n\r\nab"

    def once(connection: socket.socket) -> None:
        connection.sendall(two)
        head(connection)

    with speaking(once, says(two)) as speaker:
        door = web()
        assert got(speaker.url, door=door) == (200, b"ab")
        with pytest.raises(NetworkError, match="broke off"):
            door.ask(Request("POST", speaker.url, again=False), monotonic() + LONG)
        assert len(speaker.heads) == 1
        door.close()


def test_a_body_that_was_not_read_to_its_end_ends_the_connection() -> None:
    with speaking(silent(OK + b"Content-Length: 9\r\n\r\nabc"), says(OK + b"Content-Length: 2\r\n\r\nab")) as speaker:
        door = web()
        with door.ask(Request("GET", speaker.url), monotonic() + LONG) as answer:
            assert answer.status == 200
        assert got(speaker.url, door=door) == (200, b"ab")


def test_a_stretch_of_a_file_is_sent(tmp_path: Path) -> None:
    content = bytes(range(256)) * 4000
    (tmp_path / "file").write_bytes(content)
    bodies: list[bytes] = []

    def act(connection: socket.socket) -> None:
        body = b""
        while len(body) < 900_000:
            body += connection.recv(1 << 16)
        bodies.append(body)
        connection.sendall(OK + b"Content-Length: 0\r\n\r\n")

    with speaking(act) as speaker, (tmp_path / "file").open("rb") as file:
        with web().ask(Request("PUT", speaker.url, {"A": "b"}, Part(file.fileno(), 1000, 900_000)), monotonic() + LONG) as answer:
            assert answer.status == 200
        assert b"\r\nContent-Length: 900000\r\n" in speaker.heads[0]
        assert b"\r\nA: b\r\n" in speaker.heads[0]
    assert bodies == [content[1000:901_000]]


def test_a_file_that_became_shorter_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    with (
        speaking(silent()) as speaker,
        (tmp_path / "file").open("rb") as file,
        pytest.raises(StoreError, match="the file to send became shorter while it was sent"),
    ):
        web().ask(Request("PUT", speaker.url, {}, Part(file.fileno(), 0, 900)), monotonic() + LONG)


def test_a_body_that_is_refused_early_is_answered(tmp_path: Path) -> None:
    """The server says why and reads no more of it."""

    def act(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        connection.shutdown(socket.SHUT_RD)
        until_gone(connection)

    with speaking(act) as speaker, web().ask(Request("PUT", speaker.url, {}, b"a" * 100_000), monotonic() + LONG) as answer:
        assert answer.status == 413


def test_a_server_that_takes_a_body_in_no_time_limit_is_given_up() -> None:
    released = Event()

    def act(connection: socket.socket) -> None:
        released.wait()

    with speaking(act) as speaker:
        with pytest.raises(NetworkError, match="the server took too long"):
            web(limits=Limits(idle=9.0)).ask(Request("PUT", speaker.url, {}, b"a" * 50_000_000), monotonic() + 0.3)
        released.set()


def moved(where: str, status: int = 302) -> Act:
    return says(b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, where.encode()))


def test_authorization_stays_with_its_host() -> None:
    with speaking(says(OK + b"Content-Length: 2\r\n\r\nab")) as other, speaking(moved("/here"), moved(f"{other.url}/there")) as first:
        assert got(first.url, headers={"Authorization": "secret", "Accept": "x"}) == (200, b"ab")
        assert [b"Authorization: secret" in one for one in first.heads] == [True, True]
        assert b"Accept: x" in other.heads[0]
        assert b"secret" not in other.heads[0]


REDIRECTS: list[tuple[str, str, Callable[[int], str]]] = [
    ("in circles", "the server redirects in circles", lambda port: f"http://127.0.0.1:{port}/"),
    ("to a file", "the address of the server is no http address", lambda port: "file:///etc/passwd"),
    ("to what is no address", "the address of the server is no http address", lambda port: "http://[::1"),
]


@pytest.mark.parametrize(("sentence", "where"), [row[1:] for row in REDIRECTS], ids=[row[0] for row in REDIRECTS])
def test_a_redirect_that_is_not_followed(sentence: str, where: Callable[[int], str]) -> None:
    def act(connection: socket.socket) -> None:
        moved(where(connection.getsockname()[1]))(connection)

    with speaking(act) as speaker:
        with pytest.raises(StoreError) as raised:
            got(speaker.url)
        assert str(raised.value) == sentence
        assert len(speaker.heads) <= 4


def test_only_get_follows() -> None:
    with speaking(moved("/there")) as speaker, web().ask(Request("POST", speaker.url, {}, b"x"), monotonic() + LONG) as answer:
        assert answer.status == 302


PROXIES: list[tuple[str, str, str, dict[str, str], str]] = [
    ("none named", "https", "a.b", {}, ""),
    ("lower case", "https", "a.b", {"https_proxy": "http://p:1"}, "p:1"),
    ("upper case", "https", "a.b", {"HTTPS_PROXY": "http://p:1"}, "p:1"),
    ("lower before upper", "https", "a.b", {"https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:1"}, "p:1"),
    ("each scheme has its own", "http", "a.b", {"https_proxy": "http://p:1"}, ""),
    ("without a scheme", "http", "a.b", {"http_proxy": "p:1"}, "p:1"),
    ("without a port", "http", "a.b", {"http_proxy": "http://p"}, "p:80"),
    ("but not for this name", "http", "a.b", {"http_proxy": "p:1", "no_proxy": "x, A.B"}, ""),
    ("nor below it", "http", "c.a.b", {"http_proxy": "p:1", "NO_PROXY": "a.b"}, ""),
    ("a dot before it changes nothing", "http", "a.b", {"http_proxy": "p:1", "no_proxy": ".a.b"}, ""),
    ("nor a star", "http", "c.a.b", {"http_proxy": "p:1", "no_proxy": "*.a.b"}, ""),
    ("an ending is not below", "http", "xa.b", {"http_proxy": "p:1", "no_proxy": "a.b"}, "p:1"),
    ("all", "http", "a.b", {"http_proxy": "p:1", "no_proxy": "*"}, ""),
    ("this port", "http", "a.b", {"http_proxy": "p:1", "no_proxy": "a.b:80"}, ""),
    ("another port", "http", "a.b", {"http_proxy": "p:1", "no_proxy": "a.b:81"}, "p:1"),
    ("a network", "http", "10.1.2.3", {"http_proxy": "p:1", "no_proxy": "10.0.0.0/8"}, ""),
    ("another network", "http", "11.1.2.3", {"http_proxy": "p:1", "no_proxy": "10.0.0.0/8"}, "p:1"),
    ("an address of version 6", "http", "::1", {"http_proxy": "p:1", "no_proxy": "::1"}, ""),
    ("nothing between commas", "http", "a.b", {"http_proxy": "p:1", "no_proxy": ",,"}, "p:1"),
]


@pytest.mark.parametrize(("scheme", "host", "variables", "expected"), [row[1:] for row in PROXIES], ids=[row[0] for row in PROXIES])
def test_which_proxy(scheme: str, host: str, variables: dict[str, str], expected: str) -> None:
    proxy = proxy_for(scheme, host, 80, variables)
    assert (f"{proxy.host}:{proxy.port}" if proxy else "") == expected


@pytest.mark.parametrize("named", ["socks5://p:1", "https://p:1", "http://", "http://p:x"])
def test_a_proxy_that_we_cannot_use(named: str) -> None:
    with pytest.raises(StoreError, match="https_proxy names no http:// proxy"):
        proxy_for("https", "a.b", 443, {"https_proxy": named})


def test_a_proxy_is_asked_for_the_whole_address_and_told_who_asks() -> None:
    with speaking(says(OK + b"Content-Length: 2\r\n\r\nab")) as proxy:
        door = web({"http_proxy": f"http://user:p%40ss@127.0.0.1:{proxy.port}"})
        assert got("http://server.invalid/a?b=c", door=door) == (200, b"ab")
    assert proxy.heads[0].startswith(b"GET http://server.invalid:80/a?b=c HTTP/1.1\r\n")
    assert b"\r\nProxy-Authorization: Basic dXNlcjpwQHNz\r\n" in proxy.heads[0]
    assert b"\r\nHost: server.invalid\r\n" in proxy.heads[0]


def test_a_proxy_that_refuses() -> None:
    with speaking(says(b"HTTP/1.1 407 Who\r\n\r\n")) as proxy, pytest.raises(NetworkError) as raised:
        got("https://server.invalid/", door=web({"https_proxy": f"http://127.0.0.1:{proxy.port}"}))
    assert str(raised.value) == "the server, by its proxy, can't be reached: it answered 407"


TLS = """\
import sys
from time import monotonic
from ftaction.edge.exchange import Request
from ftaction.edge.web import Web
from ftaction.errors import StoreError
web = Web("the server", dict([sys.argv[2].split("=", 1)]) if sys.argv[2] else {})
try:
    with web.ask(Request("GET", sys.argv[1]), monotonic() + 30) as answer:
        print(answer.status, answer.read().decode())
except StoreError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of localhost, signed by itself, with its key."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*new, "-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def secured(certificate: Path) -> Act:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def act(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as inner:
            head(inner)
            inner.sendall(OK + b"Content-Length: 2\r\n\r\nab")

    return act


@pytest.mark.parametrize(
    ("trusted", "host", "expected"),
    [
        pytest.param(True, "localhost", "200 ab", id="SSL_CERT_FILE names who is trusted"),
        pytest.param(False, "localhost", "the server, by its proxy, is not trusted: self-signed certificate", id="nobody else is"),
        pytest.param(True, "127.0.0.2", "the server, by its proxy, is not trusted: IP address mismatch", id="and for their own names only"),
    ],
)
def test_tls_through_a_proxy(certificate: Path, trusted: bool, host: str, expected: str) -> None:
    """In a process of its own: OpenSSL reads the variable from the environment."""
    variables = {"SSL_CERT_FILE": f"{certificate}.crt"} if trusted else {}
    with speaking(secured(certificate)) as proxy:
        command = [sys.executable, "-c", TLS, f"https://{host}/", f"https_proxy=http://127.0.0.1:{proxy.port}"]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        assert done.stdout.strip().startswith(expected)
        assert proxy.heads[0].startswith(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n".encode())


def test_what_is_asked_is_http(tmp_path: Path) -> None:
    """One look at a whole request, by eye."""
    with speaking(says(OK + b"Content-Length: 0\r\n\r\n")) as speaker:
        got(f"{speaker.url}/a/b?c=d&e=%2F#fragment")
        *lines, last = speaker.heads[0].decode().split("\r\n\r\n")[0].split("\r\n")
    assert lines == ["GET /a/b?c=d&e=%2F HTTP/1.1", "Accept-Encoding: identity", f"Host: 127.0.0.1:{speaker.port}"]
    assert last.startswith("User-Agent: ftaction/")
    assert HTTPConnection.default_port == 80

"""The table of what happens to one call. Each row says why it can happen, which calls it happens to, and how the run must end.

`works`: as if nothing had happened. `lost`: nothing restored, or nothing saved, and one note says so. `miss`: the service says in good order
that it has nothing.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.faults import kinds as k
from tests.faults.proxy import Fault
from tests.faults.scene import SHORT, USUAL, Patience

RESTORING = ("find", "download")
SAVING = ("create", "put", "patch", "block", "blocklist", "finalize")
OF = {"v2": ("find", "create", "put", "block", "blocklist", "finalize", "download"), "v1": ("find", "create", "patch", "finalize")}
"""Downloads are the same in both versions."""
ALL = (*RESTORING, *SAVING)
TALKING = ("find", "create", "finalize")
MAIN = ("find", "create", "put", "patch", "finalize", "download")


class Row(NamedTuple):
    """`once`, `always`: how the run ends where it happens so often; empty where that is no case of its own."""

    name: str
    why: str
    fault: Fault
    calls: tuple[str, ...]
    once: str = ""
    always: str = ""
    patience: Patience = USUAL
    only: str = ""  # one version of the protocol


class Case(NamedTuple):
    row: Row
    protocol: str
    call: str
    times: int | None
    ends: str

    @property
    def name(self) -> str:
        return f"{self.row.name}-{self.protocol}-{self.call}-{'once' if self.times else 'always'}"


WIRE = [
    Row("reset", "a load balancer was restarted: the connection breaks before anything is read", k.reset_at_once, ALL, "works"),
    Row("reset", "a load balancer is being restarted, for long", k.reset_at_once, ("find", "create", "put", "download"), "", "lost"),
    Row("reset-behind", "a server died over the request", k.reset_behind_request, ("find", "block", "blocklist", "download"), "", "lost"),
    Row("reset-in-head", "a server died while it answered", k.reset_within_head, ("find", "put", "download"), "works"),
    Row("closed", "a kept connection is closed in order just when it is used", k.closed_at_once, ("find", "put", "patch", "download"), "works", "lost"),
    Row("half-head", "the head ends in the middle, in order", k.closed_within_head, ("find", "put", "download"), "", "lost"),
    Row("truncated", "a proxy gave up in the middle of the body", k.truncated, ("find", "create", "download"), "works", "lost"),
    Row("reset-in-body", "a server died in the middle of the body", k.reset_within_body, ("find", "finalize", "download"), "works", "lost"),
    Row("silent", "a firewall swallows all packets", k.silent, ("find", "create", "put", "patch", "finalize", "download"), "", "lost", SHORT),
    Row("silent-early", "a server takes the connection and reads no body", k.silent_before_body_is_read, ("put", "patch"), "", "lost", SHORT),
    Row("silent-in-head", "nothing comes behind the first header", k.silent_within_head, ("find",), "", "lost", SHORT),
    Row("silent-in-body", "nothing comes behind the middle of the body", k.silent_within_body, RESTORING, "", "lost", SHORT),
    Row("drip", "a byte now and then: no single wait is long", k.drip, ("download",), "", "lost", SHORT),
    Row("drip-put", "an answer that never ends, behind an upload", k.drip, ("put", "patch"), "", "lost", SHORT),
    Row("drip-head", "headers without end", k.drip_head, ("find",), "", "lost", SHORT),
    Row("continues", "`100 Continue` without end", k.continues, ("find",), "", "lost", SHORT),
    Row("ssh", "another service on that port", k.raw(b"SSH-2.0-OpenSSH_9.6\r\n"), ("find", "put", "download"), "", "lost"),
    Row("zeros", "no text at all", k.raw(bytes(5000)), ("find", "download"), "", "lost"),
    Row("status-word", "a status that is no number", k.raw(b"HTTP/1.1 2OO OK\r\n\r\n{}"), ("find", "put"), "works", "lost"),
    Row("status-99", "a status below all", k.raw(b"HTTP/1.1 099 OK\r\n\r\n{}"), ("find",), "", "lost"),
    Row("status-999", "a status above all", k.raw(b"HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n"), ("find", "download"), "", "lost"),
    Row("http-9", "a version that nobody knows", k.raw(b"HTTP/9.9 200 OK\r\n\r\n{}"), ("find",), "", "lost"),
    Row("http-0.9", "an answer without a head", k.raw(b'{"ok": true}'), ("find",), "", "lost"),
    Row("long-line", "a header of a megabyte", k.raw(k.HEAD + b"X: " + b"y" * (1 << 20) + b"\r\n\r\n{}"), ("find",), "", "lost"),
    Row("many-headers", "five hundred headers", k.many_headers, ("find", "download"), "", "lost"),
    Row("no-colon", "a header that is none", k.raw(k.HEAD + b"nothing\r\n\r\n"), ("find",), "", "lost", only="v2"),
    Row("length-longer", "`Content-Length` says more than comes", k.length("+7"), ("find",), "works", "lost"),
    Row("length-longer", "the same behind the last byte of a range that is all there", k.length("+7"), ("download",), "", "works"),
    Row("length-shorter", "`Content-Length` says less than comes", k.shorter, ("find", "download"), "", "lost"),
    Row("length-none", "the body ends with the connection", k.length(""), ("find", "create", "download"), "", "works"),
    Row("length-negative", "a negative length means none", k.length("-5"), ("find", "download"), "", "works"),
    Row("length-word", "a length that is no number means none", k.length("many"), ("find", "download"), "", "works"),
    Row("length-absurd", "a length beyond all memory", k.length("9" * 30), ("find",), "works", "lost"),
    Row("length-absurd", "the same behind the last byte of a range that is all there", k.length("9" * 30), ("download",), "", "works"),
    Row("chunks", "chunked in good order", k.chunks(b"%", b"0\r\n\r\n"), ("find", "download"), "", "works"),
    Row("chunks-extended", "with an extension and a trailer", k.chunks(b"%", b"0;x=y\r\nX: y\r\n\r\n"), ("find", "download"), "", "works"),
    Row("chunks-no-end", "the last chunk is missing", k.chunks(b"%"), ("find", "download"), "works"),
    Row("chunks-word", "a size that is no number", k.chunks(b"zz\r\nabc\r\n"), ("find", "download"), "", "lost"),
    Row("chunks-minus-1", "a negative size, which would mean: all there is", k.chunks(b"-1\r\nabc\r\n0\r\n\r\n"), ("find", "download"), "", "lost"),
    Row("chunks-minus-9", "a negative size", k.chunks(b"-9\r\nabc\r\n0\r\n\r\n"), ("download",), "", "lost"),
    Row("chunks-huge", "a chunk beyond all memory", k.chunks(b"ffffffffffffff\r\nabc"), ("find", "download"), "", "lost"),
    Row("lost-answer", "it was done, and nobody hears of it", k.lost_answer, ALL, "works"),
    Row("goes-away", "the server ends behind this answer", k.goes_away, ("find", "create"), "", "lost"),
    Row("goes-away", "the server ends behind the upload", k.goes_away, ("put", "patch"), "", "lost"),
]

_STATUS = {
    400: "the request was not understood", 401: "the token ran out while the job ran", 403: "the token may not", 404: "no such route",
    409: "something of that name is there", 410: "it is gone for good", 413: "it is too large", 418: "a status that nobody expects",
    429: "more requests than the repository may make", 500: "the server has a defect", 502: "the server behind the proxy is away",
    503: "the server has too much to do", 504: "the server behind the proxy is slow", 507: "the disk of the server is full",
}  # fmt: skip


def _only(number: int) -> str:
    """Those that say something of their own are tried with both versions."""
    return "" if number in (401, 404, 409, 500) else "v2"


def _calls(number: int) -> tuple[str, ...]:
    return ("find", "put", "download") if _only(number) else MAIN


STATUS = [
    *[Row(f"{number}", why, k.status(number, b"<html>no</html>"), _calls(number), "", "lost", only=_only(number)) for number, why in _STATUS.items()],
    *[
        Row(f"{number}", why, k.status(number), _calls(number), "works", only=_only(number))
        for number, why in _STATUS.items()
        if number in (500, 502, 503, 504)
    ],
    *[Row(f"{number}", why, k.status(number), ("block", "blocklist"), "works", "lost") for number, why in _STATUS.items() if number in (429, 503)],
    Row("408", "the server waited too long for a piece", k.status(408), ("put", "download"), "works", "lost"),
    Row("429-put", "a rate limit on blobs passes", k.status(429), ("put", "patch", "download"), "works"),
    Row("301-circle", "an address that leads to itself", k.in_circles, ("find", "put", "download"), "", "lost"),
    Row("302-nowhere", "a redirect without an address", k.status(302), ("find", "download"), "", "lost"),
    Row("307-file", "a redirect to a file of this machine", k.elsewhere(307, "file:///etc/passwd"), ("find", "download"), "", "lost", only="v2"),
    Row("308-odd", "a redirect to no address", k.elsewhere(308, "http://[half"), ("find", "download"), "", "lost", only="v2"),
    Row("204", "nothing, in order", k.status(204), ("find",), "", "miss", only="v1"),
    Row("204", "nothing, where the protocol has no such thing", k.status(204), ("find", "create", "finalize"), "", "lost", only="v2"),
    Row("304", "not modified, which nobody asked", k.status(304), ("find", "download"), "", "lost", only="v2"),
    Row("429-seconds", "a rate limit says how long", k.status(429, Retry_After="120"), ("find", "create", "put", "patch"), "", "lost"),
    Row("503-seconds", "come back in two minutes: no longer than we allow", k.status(503, Retry_After="120"), ("find", "put", "download"), "works"),
    Row("503-date", "come back in many years", k.in_an_hour, ("find", "download"), "works", "lost", only="v2"),
    Row("503-absurd", "a number of a thousand digits", k.status(503, Retry_After="9" * 1000), ("find", "put"), "works", "lost", only="v2"),
    Row("503-negative", "a negative number", k.status(503, Retry_After="-30"), ("find", "put"), "works", "lost", only="v2"),
    Row("503-word", "neither number nor date", k.status(503, Retry_After="Mon, 99 Foo 0000 99:99:99 +99999999"), ("find", "put"), "works", "lost", only="v2"),
    Row("404-twirp", "Twirp's word for nothing found", k.status(404, b'{"code": "not_found", "msg": "x"}'), ("find",), "", "miss", only="v2"),
    Row("quota", "the quota is used up", k.status(403, b'{"msg": "insufficient usage to complete the request"}'), ("create",), "", "lost"),
    Row("quota-412", "the same with another status", k.status(412, b'{"msg": "insufficient usage to complete the request"}'), ("create",), "", "lost"),
    Row("read-denied", "cache-mode: write-only, as the service says it", k.status(403, b'{"msg": "cache read denied"}'), ("find",), "", "lost"),
    Row("write-denied", "a token that may only read", k.says(b'{"ok": false, "message": "cache write denied: no scopes"}'), ("create",), "", "lost"),
    Row("expired", "the signed address ran out", k.status(403, b"<Error><Code>AuthenticationFailed</Code></Error>"), ("download",), "works", "lost"),
]

_NOT_JSON: dict[str, tuple[str, bytes]] = {
    "html": ("the page of a captive portal, with 200", b"<!doctype html><html><body>Sign in</body></html>"),
    "text": ("a word", b"ok"),
    "half": ("half of an object", b'{"ok": tr'),
    "list": ("a list", b'[{"ok": true}]'),
    "null": ("nothing, as JSON", b"null"),
    "number": ("a number", b"1"),
    "string": ("a string", b'"ok"'),
    "deep": ("brackets a hundred thousand deep", b"[" * 100_000),
    "deep-object": ("objects a hundred thousand deep", b'{"ok":' * 100_000),
    "huge": ("more than an answer may have", b'{"ok": "' + b"x" * (2 << 20) + b'"}'),
    "digits": ("a number that takes long to read", b'{"ok": ' + b"1" * 10_000 + b"}"),
    "latin": ("bytes that are no UTF-8", b'{"ok": "\xff\xfe"}'),
    "binary": ("no text at all", bytes(range(256))),
}

SAID = [
    *[Row(name, why, k.says(body), ("find",), "", "lost", only="v2") for name, (why, body) in _NOT_JSON.items()],
    *[Row(name, why, k.says(body), ("create",), "", "lost", only="v1") for name, (why, body) in _NOT_JSON.items() if name in ("html", "list", "deep")],
    Row("empty", "no body, where the protocol has no such thing", k.says(b""), TALKING, "", "lost", only="v2"),
    Row("empty", "no body: nothing is there", k.says(b""), ("find",), "", "miss", only="v1"),
    Row("object", "an object without any field", k.says(b"{}"), ("find",), "", "miss"),
    Row("object", "an object without any field", k.says(b"{}"), ("create",), "", "lost", only="v1"),
    Row("ok-false", "the service says no", k.with_fields(ok=False), ("find",), "", "miss", only="v2"),
    Row("ok-false", "the entry was taken, whatever is said", k.with_fields(ok=False), ("finalize",), "", "works", only="v2"),
    Row("ok-false-said", "the entry was not taken, and why", k.says(b'{"ok": false, "message": "too large"}'), ("finalize",), "", "lost", only="v2"),
    Row("id-object", "an id of the wrong type", k.with_fields(cacheId={"a": 1}), ("create",), "", "lost", only="v1"),
    Row("id-true", "an id that is true", k.with_fields(cacheId=True), ("create",), "", "lost", only="v1"),
    Row("id-path", "an id that is a way elsewhere", k.with_fields(cacheId="../../x"), ("create",), "", "lost", only="v1"),
    Row("id-negative", "a negative id", k.with_fields(cacheId=-1), ("create",), "", "lost", only="v1"),
    Row("id-text", "Protobuf writes large numbers as text", k.as_text("cacheId"), ("create",), "", "works", only="v1"),
    Row("entry-number", "a number where the protocol has text", k.with_fields(entry_id=7), ("finalize",), "", "works", only="v2"),
    Row("unknown-fields", "a newer server says more", k.with_fields(new={"a": [1]}, z=None), TALKING, "", "works", only="v2"),
    Row("unknown-fields", "a newer server says more", k.with_fields(new={"a": [1]}, z=None), ("find", "create"), "", "works", only="v1"),
    Row("camel", "the other way to write Protobuf's names", k.camel, TALKING, "", "works", only="v2"),
    Row("respaced", "with white space", k.respaced, ("find", "create"), "", "works"),
]

_ADDRESSES: dict[str, tuple[str, Callable[[str], object], str]] = {
    "relative": ("a path without a host", lambda old: old[old.index("/blobs") :], "lost"),
    "no-scheme": ("a host without a scheme", lambda old: old.removeprefix("http:"), "lost"),
    "file": ("a file of this machine", lambda _: "file:///etc/passwd", "lost"),
    "ftp": ("another protocol", lambda old: old.replace("http:", "ftp:"), "lost"),
    "newline": ("a second request in the address", lambda old: old + " HTTP/1.1\r\nX: y\r\n\r\nGET /", "lost"),
    "space": ("a space in the address", lambda old: old + " x", "lost"),
    "letters": ("letters beyond ASCII", lambda old: old + "&x=ü", "lost"),
    "port-0": ("a port that is none", lambda _: "http://127.0.0.1:0/blobs/1?sig=x", "lost"),
    "port-large": ("a port beyond all", lambda _: "http://127.0.0.1:99999/blobs/1?sig=x", "lost"),
    "bracket": ("half an address", lambda _: "http://[::1/blobs/1?sig=x", "lost"),
    "surrogate": ("a signature that is no text", lambda old: old + "&sig=\ud800", "lost"),
    "unknown-host": ("a name that nobody has", lambda _: "http://blobs.invalid/1?sig=x", "lost"),
    "dead": ("a machine that refuses", lambda _: "http://127.0.0.1:1/blobs/1?sig=x", "lost"),
    "credentials": ("a name and a password in the address", lambda old: old.replace("//", "//user:word@"), "works"),
    "fragment": ("a fragment, which is never sent", lambda old: old + "#x", "works"),
}

ADDRESSES = [
    *[
        Row(f"address-{name}", why, k.address(change), ("find",), "", ends, only="v2")
        for name, (why, change, ends) in _ADDRESSES.items()
    ],
    *[Row(f"address-{name}", why, k.address(change), ("create",), "", ends, only="v2") for name, (why, change, ends) in _ADDRESSES.items()],
    Row("address-none", "found, but nowhere", k.without("signed_download_url", "archiveLocation"), ("find",), "", "miss"),
    Row("address-none", "created, but nowhere", k.without("signed_upload_url"), ("create",), "", "lost", only="v2"),
    Row("address-number", "an address of the wrong type", k.address(lambda _: 7), ("find",), "", "miss", only="v2"),
    Row("address-number", "an address of the wrong type", k.address(lambda _: 7), ("create",), "", "lost", only="v2"),
]  # fmt: skip

KEYS = [
    Row("key-other", "an entry of another program", k.key(lambda _: "node-modules-linux"), ("find",), "", "miss"),
    Row("key-scope", "an entry of another branch", k.key(lambda old: str(old).replace("main.1", "pull.1")), ("find",), "", "miss"),
    Row("key-platform", "an entry of another platform", k.key(lambda old: str(old).replace("linux", "darwin")), ("find",), "", "miss"),
    Row("key-shorter", "less than was asked for", k.key(lambda _: "ft-linux"), ("find",), "", "miss"),
    Row("key-empty", "a key that is none", k.key(lambda _: ""), ("find",), "", "miss"),
    Row("key-number", "a key of the wrong type", k.key(lambda _: 7), ("find",), "", "miss"),
    Row("key-null", "no key at all", k.key(lambda _: None), ("find",), "", "miss"),
    Row("key-list", "several keys", k.key(lambda old: [old]), ("find",), "", "miss"),
    Row("key-case", "a server that does not tell case", k.key(lambda old: str(old).upper()), ("find",), "", "works"),
]

ROWS = [*WIRE, *STATUS, *SAID, *ADDRESSES, *KEYS]


_BOTH = ("reset", "truncated", "silent", "lost-answer", "length-none", "chunks")


def _differs(row: Row, protocol: str, call: str) -> bool:
    """What breaks on the wire breaks below the protocol, so a few rows show that a question of version 1 meets it like one of version 2."""
    return protocol == "v2" or call != "find" or row not in WIRE or row.name in _BOTH


def cases() -> Iterator[Case]:
    """Every row with each of its calls, versions and numbers of times."""
    for row in ROWS:
        for protocol, calls in OF.items():
            for call in calls if row.only in ("", protocol) else ():
                if call in row.calls and _differs(row, protocol, call):
                    yield from (Case(row, protocol, call, times, ends) for times, ends in ((1, row.once), (None, row.always)) if ends)

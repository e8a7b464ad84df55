"""What can be done to one exchange: on the wire, with its status, with what it says, with the bytes of a download."""

import json
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

from tests.faults.proxy import Exchange, Fault

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

# On the wire


def reset_at_once(exchange: Exchange) -> None:
    exchange.reset()


def reset_behind_request(exchange: Exchange) -> None:
    exchange.body()
    exchange.reset()


def reset_within_head(exchange: Exchange) -> None:
    exchange.body()
    exchange.send(HEAD[:20])
    exchange.reset()


def closed_within_head(exchange: Exchange) -> None:
    exchange.body()
    exchange.send(HEAD)


def closed_at_once(exchange: Exchange) -> None:
    exchange.body()


def truncated(exchange: Exchange) -> None:
    truth = exchange.truth()
    body = truth.body or b"some"
    exchange.send(_head(200 if truth.status == 204 else truth.status, len(body), truth.headers) + body[: len(body) // 2])


def reset_within_body(exchange: Exchange) -> None:
    truncated(exchange)
    exchange.reset()


def silent(exchange: Exchange) -> None:
    exchange.body()
    exchange.stall()


def silent_before_body_is_read(exchange: Exchange) -> None:
    exchange.stall()


def silent_within_head(exchange: Exchange) -> None:
    exchange.body()
    exchange.send(HEAD)
    exchange.stall()


def silent_within_body(exchange: Exchange) -> None:
    truncated(exchange)
    exchange.stall()


def drip(exchange: Exchange) -> None:
    """A byte now and then, so that no limit on one silence ever ends it."""
    exchange.body()
    exchange.send(HEAD + b"Content-Length: 1000000\r\n\r\n")
    while not exchange.released.wait(0.05):
        exchange.send(b" ")


def drip_head(exchange: Exchange) -> None:
    exchange.body()
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    while not exchange.released.wait(0.05):
        exchange.send(b"X: y\r\n")


def continues(exchange: Exchange) -> None:
    """`100 Continue` without end."""
    exchange.body()
    while not exchange.released.is_set():
        exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        exchange.released.wait(0.02)


def raw(content: bytes) -> Fault:
    def fault(exchange: Exchange) -> None:
        exchange.body()
        exchange.send(content)

    return fault


def many_headers(exchange: Exchange) -> None:
    exchange.body()
    exchange.send(HEAD + b"".join(b"X-%d: y\r\n" % number for number in range(500)) + b"\r\n{}")


def length(said: str) -> Fault:
    """The truth with another `Content-Length`: a number on top of the right one, or a word."""

    def fault(exchange: Exchange) -> None:
        truth = exchange.truth()
        told = str(len(truth.body) + int(said)) if said[:1] == "+" or said[:2] == "-=" else said
        exchange.tell(truth, Content_Length=told)

    return fault


def shorter(exchange: Exchange) -> None:
    truth = exchange.truth()
    exchange.tell(truth, Content_Length=str(max(0, len(truth.body) - 3)))


def chunks(*parts: bytes) -> Fault:
    """Chunked as given; `%` stands for the true body as one chunk."""

    def fault(exchange: Exchange) -> None:
        truth = exchange.truth()
        whole = b"%x\r\n%b\r\n" % (len(truth.body), truth.body)
        head = _head(truth.status, None, truth.headers) + b"Transfer-Encoding: chunked\r\n\r\n"
        exchange.send(head + b"".join(whole if part == b"%" else part for part in parts))

    return fault


def lost_answer(exchange: Exchange) -> None:
    """The server did what was asked; nobody hears of it."""
    exchange.truth()
    exchange.reset()


def goes_away(exchange: Exchange) -> None:
    """The last thing that the server ever said."""
    exchange.proxy.gone = True
    exchange.tell(exchange.truth())


# Status


def status(number: int, body: bytes = b"", /, **headers: str) -> Fault:
    def fault(exchange: Exchange) -> None:
        exchange.body()
        exchange.answer(number, body, **headers)

    return fault


def in_circles(exchange: Exchange) -> None:
    exchange.body()
    exchange.answer(301, Location=exchange.path)


def elsewhere(number: int, location: str) -> Fault:
    return status(number, Location=location)


def in_an_hour(exchange: Exchange) -> None:
    exchange.body()
    exchange.answer(503, Retry_After=formatdate(4_000_000_000, usegmt=True))


# What is said


def says(body: bytes) -> Fault:
    return status(200, body, Content_Type="application/json")


def changed(change: Callable[[dict[str, Any]], object]) -> Fault:
    """The truth, with fields changed."""

    def fault(exchange: Exchange) -> None:
        fields = exchange.fields()
        exchange.json(change(fields) or fields)

    return fault


def with_fields(**more: object) -> Fault:
    return changed(lambda fields: fields | more)


def without(*names: str) -> Fault:
    return changed(lambda fields: {name: value for name, value in fields.items() if name not in names})


def address(change: Callable[[str], object]) -> Fault:
    """The truth, with another address for the blob, whatever this version calls it."""

    def change_all(fields: dict[str, Any]) -> dict[str, Any]:
        named = ("signed_download_url", "signed_upload_url", "archiveLocation")
        return {name: change(value) if name in named else value for name, value in fields.items()}

    return changed(change_all)


def key(change: Callable[[str], object]) -> Fault:
    """The truth, with another key for what was found."""
    return changed(lambda fields: {name: change(value) if name in ("matched_key", "cacheKey") else value for name, value in fields.items()})


def camel(exchange: Exchange) -> None:
    """Protobuf's JSON may be written either way."""

    def renamed(name: str) -> str:
        first, *others = name.split("_")
        return first + "".join(map(str.capitalize, others))

    exchange.json({renamed(name): value for name, value in exchange.fields().items()})


def as_text(name: str) -> Fault:
    return changed(lambda fields: {one: str(value) if one == name else value for one, value in fields.items()})


def respaced(exchange: Exchange) -> None:
    exchange.answer(200, b"\n\t " + json.dumps(exchange.fields(), indent=8).encode() + b"\r\n\r\n")


# Downloads


def bytes_changed(change: Callable[[bytes], bytes]) -> Fault:
    def fault(exchange: Exchange) -> None:
        truth = exchange.truth()
        exchange.tell(truth._replace(body=change(truth.body)))

    return fault


def whole_changed(change: Callable[[bytes], bytes]) -> Fault:
    """Another entry in its place: served whole, whatever range is asked."""

    def fault(exchange: Exchange) -> None:
        exchange.answer(200, change(exchange.truth(Range="").body))

    return fault


def flipped(content: bytes, at: int = -30) -> bytes:
    at %= len(content)
    return content[:at] + bytes((content[at] ^ 0x10,)) + content[at + 1 :]


def without_ranges(exchange: Exchange) -> None:
    exchange.tell(exchange.truth(Range=""))


def other_range(change: Callable[[int, int, int], str]) -> Fault:
    """`Content-Range` says something else: made of start, end and length."""

    def fault(exchange: Exchange) -> None:
        truth = exchange.truth()
        if truth.status != 206:
            exchange.tell(truth)
            return
        span, _, total = truth.headers["content-range"].removeprefix("bytes ").partition("/")
        start, _, end = span.partition("-")
        exchange.tell(truth, **{"content-range": change(int(start), int(end), int(total))})

    return fault


def neighbour(exchange: Exchange) -> None:
    """Another stretch of the same length, told as the one that was asked for."""
    truth = exchange.truth()
    other = exchange.truth(Range="bytes=0-999").body
    exchange.tell(truth._replace(body=other[: len(truth.body)]))


def tag(text: str) -> Fault:
    def fault(exchange: Exchange) -> None:
        exchange.tell(exchange.truth(If_Match=""), etag=text)

    return fault


def _head(number: int, size: int | None, headers: Mapping[str, str]) -> bytes:
    """Without its end where `size` is None."""
    kept = {name: value for name, value in headers.items() if name not in ("content-length", "connection", "transfer-encoding")}
    lines = "".join(f"{name}: {value}\r\n" for name, value in kept.items())
    end = "" if size is None else f"Content-Length: {size}\r\n\r\n"
    return f"HTTP/1.1 {number} Said\r\n{lines}{end}".encode("latin-1")

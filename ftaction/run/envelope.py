"""A record as it stands in a shared store: signed, in the form that servers of build caches take.

bazel-remote takes under `/ac/` only what is an `ActionResult` of the Remote Execution API and may write it anew, so the content is that
message's `stdout_raw`; every other server keeps any bytes. Inside stand the signature, a line end, and the content. What is signed is what it
is, under which name, and the content: a record put in another's place is not signed.
https://github.com/buchgr/bazel-remote (`server/http.go`), build/bazel/remote/execution/v2/remote_execution.proto
"""

from ftaction.edge.signing import Signer, Verifier

_STDOUT_RAW = 0x2A  # field 5, a length and bytes
_WORKER = b"\x4a\x0a\x0a\x08ftaction"  # field 9: without a worker's name bazel-remote writes the message anew
FRAME = 1 << 10  # bytes that an envelope may have beside its content
_MOST_SIGNATURE = 200  # bytes; 64 in base64, and the key's name


def wrap(signer: Signer, kind: str, name: str, content: bytes) -> bytes:
    """What `unwrap` takes back under the same kind and name."""
    body = f"{signer.sign(_signed(kind, name, content))}\n".encode() + content
    return bytes((_STDOUT_RAW,)) + _varint(len(body)) + body + _WORKER


def unwrap(verifier: Verifier, kind: str, name: str, envelope: bytes) -> bytes | None:
    """The content; None for everything that a known key did not sign as this."""
    try:
        body = _stdout_raw(envelope)
        end = body.index(b"\n", 0, _MOST_SIGNATURE)
        signature, content = body[:end].decode("ascii"), body[end + 1 :]
    except (ValueError, IndexError):
        return None
    return content if verifier.verify(_signed(kind, name, content), signature) else None


def _signed(kind: str, name: str, content: bytes) -> bytes:
    return f"{kind}\n{name}\n".encode() + content


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*found, number))


def _stdout_raw(message: bytes) -> bytes:
    """The last field of that number, as protobuf has it. Raises `ValueError` or `IndexError` where this is no such message."""
    at, found = 0, None
    while at < len(message):
        tag, at = _number(message, at)
        length = {1: 8, 5: 4}.get(tag & 7, 0)
        if tag & 7 == 0:
            _, at = _number(message, at)
        elif tag & 7 == 2:
            length, at = _number(message, at)
        elif not length:
            raise ValueError(tag)
        if at + length > len(message):
            raise ValueError(length)
        found = message[at : at + length] if tag == _STDOUT_RAW else found
        at += length
    if found is None:
        raise ValueError("no field of ours")
    return found


def _number(message: bytes, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 64, 7):
        byte = message[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
    raise ValueError("a number without an end")

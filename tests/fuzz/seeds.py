"""What is sound, for a fuzzer to begin with."""

import json

from ftaction.edge.index import write_index
from ftaction.model.ending import Failed, Passed
from ftaction.model.record import Origin, OriginKind, Patched, Record
from ftaction.run.records import dump
from tests.mutations import forge
from tests.support import archives

_ORIGIN = Origin(kind=OriginKind.PROTECTED, repository="org/repository", ref="refs/heads/main", commit="c" * 40, run="https://localhost/1")
_RECORDS = [
    dump(Record(check="a", fingerprint="a" * 64, ending=Passed(), seconds=1.5, ended=1e9, origin=_ORIGIN, log="b" * 64)),
    dump(Record(check="b", fingerprint="b" * 64, ending=Failed(3), seconds=1.5, ended=1e9, origin=_ORIGIN, patched=(Patched("a", "1", "2"),))),
]
_INDEX = forge.index((f"ac/{'a' * 64}", 1000, 1), (f"cas/{'b' * 64}", 1000, 1), merged=["ft-linux-main-1"], large={"c" * 64: 7})
_LINE = json.dumps({"fingerprint": "a" * 64, "passed": True, "seconds": 1.5, "ended": 1e9}).encode()
_FOUND = [
    {"ok": True, "signed_download_url": "http://localhost/1?sig=a%2Bb&se=1", "matched_key": "a1"},
    {"archiveLocation": "http://localhost/1?sig=a", "cacheKey": "a1"},
    {"code": "not_found", "msg": "x"},
]
_SAID = b"HTTP/1.1 %b\r\n%b\r\n"
_TREE = archives.index(
    archives.folder(b"made"), archives.file(b"a", 1), archives.folder(b"b", 1), archives.link(b"c", b"../x", 1), archives.hard(b"d", 2, 1),
    archives.sparse(b"e", 9000, ((0, 4096),), bytes(4096), 1),
)  # fmt: skip

SEEDS: dict[str, list[bytes]] = {
    "bundle": [b"\0" + len(_INDEX).to_bytes(8, "big") + _INDEX + bytes(2000), b"\xff" + forge.frame(_INDEX, bytes(2000))[18:]],
    "index": [_INDEX],
    "record": _RECORDS,
    "history": [_LINE + b"\n" + _RECORDS[0]],
    "shared_histories": [json.dumps({"a": [_LINE.decode()]}).encode()],
    "http": [
        b"\xff" + _SAID % (b"200 OK", b"Content-Length: 2\r\n") + b"{}",
        b"\xff" + _SAID % (b"200 OK", b"Transfer-Encoding: chunked\r\n") + b"2;x=y\r\n{}\r\n0\r\nX: y\r\n\r\n",
        b"\xff" + _SAID % (b"503 No", b"Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n"),
        b"\0" + _SAID % (b"100 Continue", b"") + _SAID % (b"204 None", b""),
    ],
    "service": [bytes((number,)) + json.dumps(found).encode() for number, found in zip((0, 0, 1), _FOUND, strict=True)],
    "address": [b"https://localhost:1/a?sig=a%2Bb&X-Amz-Signature=c#d"],
    "archive": [b"\0" + write_index(_TREE)],
    "envelope": [b"a" * 16 + b":" + b"QUJD" * 8 + b"\n{}"],
}

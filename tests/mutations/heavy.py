"""What would take much memory if it were read without a thought: each is read in a process of its own, see `weigh`."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import NamedTuple

from ftaction.edge.bundle import MOST_ENTRIES
from ftaction.edge.index import closed, write_index
from ftaction.model.ending import Passed
from ftaction.model.record import Origin, OriginKind, Record
from ftaction.run.records import dump
from tests.mutations import forge
from tests.mutations.weigh import FINGERPRINT, MAIN
from tests.support.archives import file, folder, framed, index

_HERE = Origin(kind=OriginKind.PROTECTED, repository="org/repository", ref=MAIN, commit="c" * 40)
_RECORD = Record(check="a", fingerprint=FINGERPRINT, ending=Passed(), seconds=1.0, ended=1.0, origin=_HERE)
_HISTORY = f"history/{sha256(b'org/repository').hexdigest()[:16]}/{sha256(b'a').hexdigest()[:32]}"
_LINE = json.dumps({"fingerprint": FINGERPRINT, "passed": True, "seconds": 1}).encode()
_NOISE = Random(1).randbytes(1 << 20).hex().encode()  # even enough to be no bomb


class Heavy(NamedTuple):
    """`kind` as `weigh` has it; `make` writes it to a path."""

    name: str
    kind: str
    make: Callable[[Path], object]


def _many(piece: bytes, size: int) -> bytes:
    return (piece * (size // len(piece) + 1))[:size]


def _entries(**named: bytes) -> bytes:
    return forge.frame(forge.index(*((name, len(content), 2_000_000_000) for name, content in named.items())), b"".join(named.values()))


def _same(names: Iterator[str], content: Callable[[int], bytes]) -> bytes:
    """As many entries as there may be."""
    contents = [content(number) for number in range(MOST_ENTRIES)]
    listed = [(name, len(one), 2_000_000_000) for name, one in zip(names, contents, strict=False)]
    return forge.frame(forge.index(*listed), b"".join(contents))


def _merged(piece: bytes, size: int = 2_000_000) -> bytes:
    """An index within its bytes, of something that takes more of them in memory."""
    return forge.frame(b'{"large":{},"entries":[],"merged":[' + piece * (size // len(piece)) + b"0]}")


def _long_record(number: int) -> bytes:
    return dump(_RECORD._replace(check=_NOISE[number * 7 :][:2700].decode(), fingerprint=f"{number:064x}")).ljust(3300)


def _manifest(size: int) -> dict[str, bytes]:
    blob = _many(_NOISE, size)
    digest = sha256(blob).hexdigest()
    return {f"ac/{FINGERPRINT}": dump(_RECORD._replace(head=digest, inputs=digest, log=digest)), f"cas/{digest}": blob, _HISTORY: _LINE}


def _store(contents: dict[str, bytes]) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        for name, content in contents.items():
            kind, _, digest = name.partition("/")
            if kind != "history":
                (path / kind / digest[:2]).mkdir(parents=True)
                sealed = sha256(content).hexdigest().encode() + b"\n" + content if kind == "ac" else content
                (path / kind / digest[:2] / digest).write_bytes(sealed)

    return make


def _bundle(name: str, content: Callable[[], bytes]) -> Heavy:
    return Heavy(name, "bundle", lambda path: path.write_bytes(content()))


_OBJECTS = b'{"x":[' + _many(b'{"":0},', 90_000_000)[:-1] + b"0]}"


def _large() -> bytes:
    return forge.frame(b'{"merged":[],"entries":[],"large":{' + b",".join(b'"%064x":1' % one for one in range(28_000)) + b"}}")


def _histories() -> bytes:
    names = (f"history/{one:016x}/{one:032x}" for one in range(MOST_ENTRIES))
    return _same(names, lambda one: _many(b"%x\n%x\n" % (one, one + 1), 3000))


def _names() -> bytes:
    return framed([closed(write_index(index(folder(b"made"), *(file(b"%06d" % one, 1, b"") for one in range(290_000)))))])


HEAVY = [
    _bundle("index-objects", lambda: _merged(b'{"":0},')),
    _bundle("index-lists", lambda: _merged(b"[],")),
    _bundle("index-words", lambda: _merged(b'"ab",')),
    _bundle("index-numbers", lambda: _merged(b"1.5,")),
    _bundle("index-large", _large),
    _bundle("record-of-90-mb", lambda: _entries(**{f"ac/{FINGERPRINT}": _OBJECTS})),
    _bundle("record-of-2-mb", lambda: _entries(**{f"ac/{FINGERPRINT}": b'{"x":[' + _many(b'{"":0},', 2_000_003)[:-1] + b",0]}"})),
    _bundle("history-of-90-mb", lambda: _entries(**{_HISTORY: _many(_NOISE, 90_000_000)})),
    _bundle("history-of-objects", lambda: _entries(**{_HISTORY: b"\n[" + _many(b'{"":0},', 60_004) + b"0]"})),
    _bundle("manifest-of-90-mb", lambda: _entries(**_manifest(90_000_000))),
    _bundle("manifest-of-30-mb", lambda: _entries(**_manifest(30_000_000))),
    _bundle("many-records", lambda: _same((f"ac/{one:064x}" for one in range(MOST_ENTRIES)), _long_record)),
    _bundle("many-histories", _histories),
    *[_bundle(name, lambda bomb=bomb: bomb) for name, _, bomb in forge.bombs()],  # type: ignore[misc]  # each its own
    Heavy("store-record-of-90-mb", "store", _store({f"ac/{FINGERPRINT}": _OBJECTS})),
    Heavy("store-manifest-of-90-mb", "store", _store(_manifest(90_000_000))),
    Heavy("archive-of-names", "archive", lambda path: path.write_bytes(_names())),
    Heavy("chunk-of-minus-one", "web", lambda path: None),
]

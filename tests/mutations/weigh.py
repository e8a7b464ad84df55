"""`python -m tests.mutations.weigh KIND PATH`: read one hostile thing as a run would, and print the most memory that took, in bytes.

A process of its own, from `/proc`: what `getrusage` tells of a child may be its parent's, for that is kept over `exec`.
"""

import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

from ftaction.edge.archive import unpack
from ftaction.edge.disk import DiskStore
from ftaction.edge.exchange import Request
from ftaction.edge.web import Web
from ftaction.errors import StoreError
from ftaction.model.check import Cache
from ftaction.model.doors import Hit
from ftaction.model.ending import Passed
from ftaction.model.manifest import Manifest
from ftaction.model.record import Origin, OriginKind, Record
from ftaction.plan.scopes import Scope, Scopes
from ftaction.run.across import Across, Seal, Surroundings
from ftaction.run.layers import Layers
from ftaction.run.memory import Memory
from ftaction.run.records import dump
from ftaction.stores import believed

MAIN = "refs/heads/main"
FINGERPRINT = "ab" * 32
BUDGET = 50_000_000  # of a bundle, where nobody says otherwise
_HERE = Origin(kind=OriginKind.PROTECTED, repository="org/repository", ref=MAIN, commit="c" * 40)
_SCOPE = Scope("main.1", MAIN, OriginKind.PROTECTED)


class _File:
    """A cache service with one entry, which is a file."""

    readable = writable = True

    def __init__(self, path: str) -> None:
        self._path = path

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        return Hit(f"{key}0", "")

    def download(self, hit: Hit) -> Iterator[bytes]:
        yield from _pieces(self._path)

    def save(self, key: str, path: str) -> bool:
        return True


def _pieces(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while piece := file.read(1 << 18):
            yield piece


def _all(store: Layers) -> None:
    """All that a run may ask of one check."""
    memory = Memory(store, _HERE.repository)
    memory.expected("a")
    memory.nearest("a", Manifest("", "", ""))
    record = memory.find(FINGERPRINT)
    if record:
        memory.manifest(record)
        memory.blob(record.log)
        memory.blob(record.patch)


def bundle(path: str) -> None:
    around = Surroundings(_HERE, "linux", str(Path(path).parent), BUDGET, Seal(), time.time, time.monotonic, lambda _: None)
    across = Across(_File(path), Scopes((_SCOPE,), _SCOPE), around)
    store = Layers(DiskStore(f"{path}.store"), across, None, believed(_HERE, Cache()))
    _all(store)
    new = Record(check="new", fingerprint="cd" * 32, ending=Passed(), seconds=1.0, ended=1.0, origin=_HERE)
    store.put_record(new.fingerprint, dump(new))
    store.save()


def store(path: str) -> None:
    _all(Layers(DiskStore(path), None, None, believed(_HERE, Cache())))


def archive(path: str) -> None:
    root = Path(f"{path}.root")
    root.mkdir()
    try:
        unpack(_pieces(path), str(root), ("made",), None)
    except StoreError:
        pass


def web(path: str) -> None:
    """A chunk of the size -1, which `http.client` takes for all that comes. Nothing is read from the path."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client = listener.accept()[0]
            with client:
                client.recv(1 << 16)
                client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")
                with suppress(OSError):
                    for _ in range(200):
                        client.sendall(bytes(1 << 20))

        Thread(target=serve, daemon=True).start()
        asked = Request("GET", f"http://127.0.0.1:{listener.getsockname()[1]}/")
        with suppress(StoreError), Web("it", {}).ask(asked, time.monotonic() + 60) as answer:
            for _ in answer.pieces():
                pass


def main(kind: str, path: str) -> None:
    {"bundle": bundle, "store": store, "archive": archive, "web": web}[kind](path)
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    print(int(found[1]) * 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])

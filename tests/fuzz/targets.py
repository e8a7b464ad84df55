"""The readers of what others wrote, each as a function of bytes that raises only where the reader has a defect. By name in `TARGETS`."""

import io
from collections.abc import Callable, Iterator
from http.client import HTTPException
from itertools import islice
from urllib.parse import urlsplit

from ftaction.edge.allowed import refuse
from ftaction.edge.bundle import MAGIC, read_bundle
from ftaction.edge.cache_v1 import CacheV1
from ftaction.edge.cache_v2 import CacheV2, mask_signatures
from ftaction.edge.exchange import Place, Request, exchange
from ftaction.edge.index import MOST_RAW, blocks, opened, read_index, segments
from ftaction.edge.retry import Backoff, busy
from ftaction.edge.signing import Verifier
from ftaction.edge.way import Way
from ftaction.edge.web import Answer, Web
from ftaction.edge.wire import Line
from ftaction.errors import StoreError
from ftaction.model.manifest import Manifest
from ftaction.run import histories
from ftaction.run.envelope import unwrap
from ftaction.run.memory import Memory
from ftaction.run.records import dump, load
from tests.mutations import forge

_VERIFIER = Verifier((f"hmac:{'QUJD' * 11}",), "")
_MOST = 10_000_000
_PLACE = Place("http", "localhost", 80, None)


def bundle(data: bytes) -> None:
    """Its bytes as they are, or as what its frame holds, with every sum right."""
    raw, rest = data[:1] > b"\x7f", data[1:]
    content = MAGIC.encode() + b" " + rest if raw else forge.frame(rest[8:], length=int.from_bytes(rest[:8], "big"))
    try:
        found = read_bundle([content[:100], content[100:]], lambda _digest, _signature: None, _MOST)
    except StoreError:
        return
    for item in found.items():
        item.read()
    found.close()


def index(data: bytes) -> None:
    """The index of a bundle, with content to fit its length."""
    try:
        found = read_bundle([forge.frame(data, bytes(2000))], lambda _digest, _signature: None, _MOST)
    except StoreError:
        return
    found.close()


def record(data: bytes) -> None:
    """What is taken for a record can be written, and is the same then."""
    found = load(data)
    if found is not None:
        again = load(dump(found))
        assert again is not None
        assert again._replace(seconds=0.0, ended=0.0) == found._replace(seconds=0.0, ended=0.0)


class _Lines:
    """A store that has a history and one blob for everything."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def history(self, key: str) -> list[bytes]:
        return self._content.split(b"\n")

    def record(self, fingerprint: str) -> bytes | None:
        return self._content.partition(b"\n")[2]

    def blob(self, digest: str) -> bytes | None:
        return self._content


def history(data: bytes) -> None:
    memory = Memory(_Lines(data), "")  # type: ignore[arg-type]  # as much of a store as is read
    memory.expected("a")
    memory.nearest("a", Manifest("", "", ""))


def shared_histories(data: bytes) -> None:
    histories.read(data)


class _Line(Line):
    """A connection on which these bytes come, and then its end."""

    def __init__(self, content: bytes) -> None:
        self._bytes = io.BytesIO(content)
        self.ended = False
        self.deadline = 0.0

    def sendall(self, content: bytes) -> None:
        pass

    def receive(self, buffer: memoryview) -> int:
        size = self._bytes.readinto(buffer)
        self.ended = size == 0
        return size

    def close(self) -> None:
        pass


def http(data: bytes) -> None:
    """Anything as an answer of HTTP."""
    for answer in _answers(data):
        busy("it", answer, again=True)
        try:
            answer.read()
        except StoreError:
            pass


def _answers(data: bytes) -> Iterator[Answer]:
    line, method = _Line(data[1:]), "GET" if data[:1] > b"\x3f" else "POST"
    request = Request(method, "http://localhost/")
    try:
        response = exchange(line, _PLACE, urlsplit(request.address), request)
    except (OSError, HTTPException, ValueError, StoreError):
        return  # the four that `Web` expects
    yield Answer(Web("it", {}), _PLACE, line, response)


class _Web(Web):
    """A server that answers these bytes, whatever is asked."""

    def __init__(self, content: bytes) -> None:
        super().__init__("it", {})
        self._content = content

    def ask(self, request: Request, deadline: float) -> Answer:
        self._split(request.address)
        for answer in _answers(b"\xff" + self._content):
            return answer
        raise StoreError("it is no HTTP")


def service(data: bytes) -> None:
    """Anything as what a cache service says to a question."""
    head = f"HTTP/1.1 {('200', '404', '409', '500')[data[0] & 3]} Said\r\nContent-Length: {len(data) - 1}\r\n\r\n".encode() if data else b""
    way = Way(_Web(head + data[1:]), Backoff(sleep=lambda _: None))
    for made in (CacheV1, CacheV2):
        client = made(base="http://localhost", token="token", version="1", way=way, mask=_mask)
        try:
            hit = client.find("a", ("a",))
            if hit:
                assert hit.key.casefold().startswith("a")
                list(islice(client.download(hit), 10))
        except StoreError as error:
            said = str(error)
        else:
            said = ""
        assert "\n" not in said
        assert len(said) < 400


def address(data: bytes) -> None:
    text = data.decode("utf-8", "surrogatepass") if _is_text(data) else data.decode("latin-1")
    mask_signatures(text, _mask)


def _mask(text: str) -> None:
    """As the command line, which has to write it."""
    text.encode()


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except ValueError:
        return False
    return True


def archive(data: bytes) -> None:
    """The index of an archive, packed or not. What is let through can be cut into blocks, and every block has its place."""
    try:
        found = read_index(opened(data[1:], 1, MOST_RAW) if data[:1] > b"\xef" else data[1:])
        refuse(found, ("made",))
    except StoreError:
        return
    for block in islice(blocks(found), 1000):
        for number in range(block.first, min(block.stop, block.first + 10)):
            list(islice(segments(found, number, 0, 1), 10))


def envelope(data: bytes) -> None:
    """Nobody without the key signs anything."""
    assert unwrap(_VERIFIER, "record", "a", data) is None
    assert unwrap(_VERIFIER, "record", "a", b"\x2a" + bytes((len(data) & 0x7F,)) + data) is None


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (bundle, index, record, history, shared_histories, http, service, address, archive, envelope)
}

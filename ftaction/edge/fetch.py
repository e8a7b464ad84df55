"""What lies under one signed address, in pieces: by ranges side by side where the server honours them, else as one stream.

The first request asks for a range. Only an answer of 206 with exactly that range proves that the server has them; 200 is all of it.
Every range is of the same entity: same length, same tag.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from threading import Event, Lock
from typing import NamedTuple

from ftaction.edge.ahead import Task, ahead
from ftaction.edge.exchange import Request
from ftaction.edge.retry import BUSY, busy
from ftaction.edge.way import Way
from ftaction.edge.web import Answer, NetworkError
from ftaction.errors import StoreError

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)


class Signed:
    """An address that runs out. It is asked for anew once, by whichever thread finds out first."""

    def __init__(self, address: str, renew: Callable[[], str]) -> None:
        self.address = address
        self._renew = renew
        self._renewed = False
        self._lock = Lock()

    def renew(self, old: str, sentence: str) -> None:
        """`old` was refused. Raises `StoreError` with the sentence where a new one was refused as well."""
        with self._lock:
            if self.address != old:
                return
            if self._renewed:
                raise StoreError(sentence)
            self._renewed = True
            self.address = self._renew()


class _Stretch(NamedTuple):
    """From the byte `start` up to the byte before `end`, of an entity of `total` bytes with this tag."""

    start: int
    end: int
    total: int
    tag: str


def fetch(way: Way, signed: Signed) -> Iterator[bytes]:
    """Its bytes. Raises `StoreError` where they end too soon or can't be had; never more of them in memory than `Sizes` says."""
    return _Fetch(way, signed, way.transfer_ends()).pieces()


class _Fetch(NamedTuple):
    way: Way
    signed: Signed
    deadline: float

    def pieces(self) -> Iterator[bytes]:
        with self._ask({"Range": f"bytes=0-{self.way.sizes.piece - 1}"}) as answer:
            first = _first(answer, self.way.sizes.piece)
            if first:
                yield from self._ranges(first, answer)
                return
            if answer.status == 200:
                yield from self._stream(answer)
                return
        with self._ask({}) as answer:  # it can't do this range, or has not this one: an empty entry has none
            if answer.status != 200:
                raise StoreError(f"{self.way.web.name} answered {answer.status} to a download")
            yield from self._stream(answer)

    def _stream(self, answer: Answer) -> Iterator[bytes]:
        answer.until(self.deadline)
        return answer.pieces()

    def _ranges(self, first: _Stretch, answer: Answer) -> Iterator[bytes]:
        size = self.way.sizes.piece
        rest = (first._replace(start=start, end=min(start + size, first.total)) for start in range(first.end, first.total, size))
        tasks = chain((self._task(first, answer),), (self._task(stretch) for stretch in rest))
        for pieces in ahead(tasks, self.way.sizes.width):
            yield from pieces

    def _task(self, stretch: _Stretch, opened: Answer | None = None) -> Task[list[bytes]]:
        return lambda stopped: self._stretch(stretch, opened, stopped)

    def _stretch(self, stretch: _Stretch, opened: Answer | None, stopped: Event) -> list[bytes]:
        """All of its pieces. Where a connection breaks off the next one goes on from there."""
        found: list[bytes] = []
        position = stretch.start

        def attempt(until: float) -> None:
            nonlocal position, opened
            if position == stretch.end:
                return  # it broke off behind the last byte
            left = stretch._replace(start=position)
            answer, opened = opened or self._get(_asking(left), until), None
            with answer:
                if not _is(answer, left):
                    raise StoreError(f"{self.way.web.name} gave another range than was asked for, or the entry changed")
                for piece in answer.pieces():
                    position += len(piece)
                    if position > stretch.end or stopped.is_set():
                        raise StoreError(f"{self.way.web.name} gave more than was asked for")
                    found.append(piece)
            if position < stretch.end:
                raise NetworkError(f"the connection to {self.way.web.name} broke off")

        self.way.move(attempt, self.deadline)
        return found

    def _ask(self, headers: dict[str, str]) -> Answer:
        return self.way.move(lambda until: self._get(headers, until), self.deadline)

    def _get(self, headers: dict[str, str], until: float) -> Answer:
        """An answer of 200, 206, 412 or 416; an address that was refused is renewed."""
        while True:
            address = self.signed.address
            answer = self.way.web.ask(Request("GET", address, headers), until)
            if answer.status in (200, 206, 412, 416):
                return answer
            with answer:
                if answer.status in BUSY:
                    raise busy(self.way.web.name, answer, again=True)
                sentence = f"{self.way.web.name} answered {answer.status} to a download"
                if answer.status not in (401, 403):
                    raise StoreError(sentence)
            self.signed.renew(address, sentence)


def _asking(stretch: _Stretch) -> dict[str, str]:
    return {"Range": f"bytes={stretch.start}-{stretch.end - 1}", **({"If-Match": stretch.tag} if stretch.tag else {})}


def _first(answer: Answer, size: int) -> _Stretch | None:
    found = _RANGE.fullmatch(answer.header("content-range"))
    if not found:
        return None
    total = int(found[3])
    stretch = _Stretch(0, min(size, total), total, _tag(answer))
    return stretch if _is(answer, stretch) else None


def _is(answer: Answer, stretch: _Stretch) -> bool:
    """Whether the answer is this stretch of this entity."""
    same = answer.header("content-range") == f"bytes {stretch.start}-{stretch.end - 1}/{stretch.total}"
    return answer.status == 206 and same and (not stretch.tag or _tag(answer) in (stretch.tag, ""))


def _tag(answer: Answer) -> str:
    """A strong tag; a weak one says nothing of bytes."""
    tag = answer.header("etag")
    return tag if tag.startswith('"') else ""

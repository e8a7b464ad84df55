"""How a client of a cache service reaches it: one door, one back-off, and the limits of what it sends and fetches."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from ftaction.edge.retry import Backoff
from ftaction.edge.web import Web

Result = TypeVar("Result")
_MIB = 1 << 20


class Sizes(NamedTuple):
    """Bytes, and how many of them at once. Memory for a download is `piece` times `width`."""

    piece: int = 4 * _MIB  # of a download
    single: int = 32 * _MIB  # sent in one request up to here
    block: int = 8 * _MIB  # else in blocks
    width: int = 4


class Times(NamedTuple):
    """Seconds: for one small request, for all its tries, for one piece or block, and for all of a transfer."""

    call: float = 30.0
    calls: float = 60.0
    piece: float = 120.0
    transfer: float = 600.0


class Way(NamedTuple):
    """The way to one service."""

    web: Web
    backoff: Backoff
    sizes: Sizes = Sizes()
    times: Times = Times()

    def call(self, attempt: Callable[[float], Result]) -> Result:
        """A small request and its answer."""
        return self.backoff.keep_trying(attempt, each=self.times.call, deadline=self.web.clock() + self.times.calls)

    def move(self, attempt: Callable[[float], Result], deadline: float) -> Result:
        """A piece or block of a transfer that ends at `deadline`."""
        return self.backoff.keep_trying(attempt, each=self.times.piece, deadline=deadline)

    def transfer_ends(self) -> float:
        """The deadline of a transfer that begins now."""
        return self.web.clock() + self.times.transfer

"""Which worker slot each check took, as far as times tell: nobody writes it down."""

from collections.abc import Iterable
from heapq import heappop, heappush

from ftaction.model.run import Result

_TOUCH = 0.001  # seconds by which one may seem to begin before the one in its slot ended


def lanes(results: Iterable[Result]) -> dict[str, int]:
    """Of each check that took time, the number of the first slot that is free when it begins, from 0."""
    busy: list[tuple[float, int]] = []  # until when, and which
    free: list[int] = []
    taken: dict[str, int] = {}
    for result in sorted((one for one in results if one.seconds > 0), key=lambda one: (one.started, one.check)):
        while busy and busy[0][0] <= result.started + _TOUCH:
            heappush(free, heappop(busy)[1])
        taken[result.check] = heappop(free) if free else len(busy)
        heappush(busy, (result.started + result.seconds, taken[result.check]))
    return taken

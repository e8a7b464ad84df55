"""How fast GitHub may be told something.

It takes 80 requests a minute that make something, and 500 an hour, of all that a token does
(https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits): some are left to others.
"""

from collections import deque

from ftaction.edge.wire import Clock

_WINDOWS = ((60.0, 70), (3600.0, 400))  # seconds, and how many within them


class Pace:
    """Counts what was sent; times are of `clock`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: deque[float] = deque(maxlen=max(most for _, most in _WINDOWS))

    def wrote(self) -> None:
        """One more."""
        self._sent.append(self._clock())

    def room(self) -> int:
        """How many may follow at once."""
        now = self._clock()
        return min(most - sum(now - one < seconds for one in self._sent) for seconds, most in _WINDOWS)

    def left(self) -> float:
        """Seconds until the next may follow."""
        now = self._clock()
        return max(self._sent[-most] + seconds - now if len(self._sent) >= most else 0.0 for seconds, most in _WINDOWS)

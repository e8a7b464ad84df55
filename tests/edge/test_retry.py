"""When it is tried again, after which pause, and for how long. Time passes only when somebody sleeps."""

from collections.abc import Callable

import pytest

from ftaction.edge.retry import Backoff, BusyError, RefusedError, Rules
from ftaction.edge.retry import busy as busy_answer
from ftaction.edge.web import NetworkError
from ftaction.errors import StoreError
from tests.support.speaker import says, speaking


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def trying(time: Time, errors: list[StoreError], random: float = 1.0, rules: Rules = Rules(), each: float = 30.0, total: float = 600.0) -> str:  # noqa: B008  # frozen
    left = list(errors)

    def attempt(until: float) -> str:
        assert until == min(time.now + each, 1000.0 + total)
        if left:
            raise left.pop(0)
        return "done"

    backoff = Backoff(rules, clock=lambda: time.now, sleep=time.sleep, random=lambda: random)
    return backoff.keep_trying(attempt, each=each, deadline=1000.0 + total)


LOST = NetworkError("the way broke")
ROWS: list[tuple[str, list[StoreError], list[float]]] = [
    ("nothing went wrong", [], []),
    ("once more", [LOST], [1.0]),
    ("each pause may be twice as long", [LOST, LOST, LOST, LOST], [1.0, 2.0, 4.0, 8.0]),
    ("what the server asks for, and some more", [BusyError("it", 503, 7.0)], [8.0]),
    ("but not for ever", [BusyError("it", 503, 7000.0)], [31.0]),
    ("only who has too much to do may ask", [BusyError("it", 500, 7.0)], [1.0]),
    ("a way that broke is no wish", [LOST, BusyError("it", 502)], [1.0, 2.0]),
]


@pytest.mark.parametrize(("errors", "pauses"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_pauses(errors: list[StoreError], pauses: list[float]) -> None:
    time = Time()
    assert trying(time, errors) == "done"
    assert [seconds for seconds in time.slept if seconds > 0] == pauses


@pytest.mark.parametrize("random", [0.0, 0.25, 1.0])
def test_jitter_is_full(random: float) -> None:
    time = Time()
    trying(time, [LOST] * 4, random)
    assert time.slept == [random * 1, random * 2, random * 4, random * 8]


def test_a_pause_has_a_longest() -> None:
    time = Time()
    trying(time, [LOST] * 9, rules=Rules(tries=10, most=5.0))
    assert max(time.slept) == 5.0


ENDS: list[tuple[str, list[StoreError], float, str, int]] = [
    ("as often as makes sense", [LOST] * 9, 600.0, "the way broke, 5 times", 4),
    ("no time left for another", [LOST] * 9, 6.0, "the way broke, 3 times", 2),
    ("no time at all", [LOST] * 9, 0.5, "the way broke", 0),
    ("not what is not to be tried again", [BusyError("it", 429, 5.0, again=False)], 600.0, "it limits how often it is asked (429)", 0),
    ("not when it asks for more time than there is", [BusyError("it", 503, 20.0)], 15.0, "it answered 503", 0),
]


@pytest.mark.parametrize(("errors", "total", "sentence", "pauses"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_it_ends(errors: list[StoreError], total: float, sentence: str, pauses: int) -> None:
    time = Time()
    with pytest.raises(RefusedError) as raised:
        trying(time, errors, total=total)
    assert str(raised.value) == sentence
    assert len(time.slept) == pauses


def test_other_errors_are_not_tried_again() -> None:
    with pytest.raises(StoreError, match="wrong") as raised:
        trying(Time(), [StoreError("wrong")])
    assert not isinstance(raised.value, RefusedError)


@pytest.mark.parametrize(
    ("status", "waits"),
    [
        pytest.param(429, True, id="a rate limit is one for all"),
        pytest.param(503, True, id="so is too much to do"),
        pytest.param(500, False, id="trouble of its own may be over for the next"),
    ],
)
def test_parallel_calls_share_one_pause(status: int, waits: bool) -> None:
    time = Time()
    backoff = Backoff(clock=lambda: time.now, sleep=time.sleep, random=lambda: 0.0)

    def refused(until: float) -> str:
        raise BusyError("it", status, 9.0, again=False)

    with pytest.raises(RefusedError):
        backoff.keep_trying(refused, each=30.0, deadline=2000.0)
    assert backoff.keep_trying(lambda until: "done", each=30.0, deadline=2000.0) == "done"
    assert time.slept == ([9.0] if waits else [])
    assert backoff.keep_trying(lambda until: "done", each=30.0, deadline=2000.0) == "done"
    assert len(time.slept) == int(waits)  # it is over then


WISHES: list[tuple[str, str, float]] = [
    ("none", "", 0.0),
    ("seconds", "120", 120.0),
    ("a date of HTTP", "Sun, 06 Nov 1994 08:49:37 GMT", 37.0),
    ("a date that has passed", "Sun, 06 Nov 1994 08:00:00 GMT", 0.0),
    ("no date", "soon", 0.0),
    ("less than nothing", "-5", 0.0),
    ("a year that is none", "Sun, 06 Nov 99999 08:49:37 GMT", 0.0),
    ("a month that is none", "Sun, 06 Foo 1994 08:49:37 GMT", 0.0),
    ("digits of another script", "\u0661", 0.0),
    ("a very long number", "9" * 5000, 999999999.0),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in WISHES], ids=[row[0] for row in WISHES])
def test_retry_after(text: str, expected: float) -> None:
    from time import monotonic

    from ftaction.edge.exchange import Request
    from ftaction.edge.web import Web

    now: Callable[[], float] = lambda: 784111740.0  # noqa: E731  # 08:49:00 of that day
    with (
        speaking(says(f"HTTP/1.1 503 No\r\nRetry-After: {text}\r\nContent-Length: 0\r\n\r\n".encode())) as speaker,
        Web("it", {}).ask(Request("GET", speaker.url), monotonic() + 30) as answer,
    ):
        assert busy_answer("it", answer, again=True, now=now).asked == expected

"""How fast GitHub is told something."""

from ftaction.run.pace import Pace
from tests.statuses.scene import Clock


def test_a_minutes_worth_goes_at_once_and_the_next_waits() -> None:
    clock = Clock()
    pace = Pace(clock.now)
    assert (pace.room(), pace.left()) == (70, 0.0)
    for _ in range(70):
        pace.wrote()
    assert (pace.room(), pace.left()) == (0, 60.0)
    clock.seconds = 59.0
    assert (pace.room(), pace.left()) == (0, 1.0)
    clock.seconds = 60.0
    assert (pace.room(), pace.left()) == (70, 0.0)


def test_no_minute_has_more_than_70_and_no_hour_more_than_400() -> None:
    clock = Clock()
    pace = Pace(clock.now)
    sent = []
    for _ in range(1000):
        clock.seconds += pace.left()
        pace.wrote()
        sent.append(clock.seconds)
    for seconds, most in ((60.0, 70), (3600.0, 400)):
        assert max(sum(at <= one < at + seconds for one in sent) for at in set(sent)) <= most
    assert clock.seconds <= 3 * 3600

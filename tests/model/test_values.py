"""The model's values are tuples: what is told apart by its type alone must not be equal, and nothing that is there is false."""

from itertools import combinations

import pytest

from ftaction.model.ending import Blocked, Cancelled, CouldNotStart, Ending, Failed, Passed, TimedOut

ENDINGS: list[Ending] = [Passed(), Failed(1), TimedOut(1), Cancelled(), CouldNotStart(""), Blocked(())]


@pytest.mark.parametrize(("one", "other"), list(combinations(ENDINGS, 2)), ids=repr)
def test_no_ending_is_another(one: Ending, other: Ending) -> None:
    assert one != other
    assert hash(one) != hash(other)


@pytest.mark.parametrize("ending", ENDINGS, ids=repr)
def test_every_ending_is_something(ending: Ending) -> None:
    assert ending
    assert isinstance(hash(ending), int)

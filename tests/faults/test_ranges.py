"""A bundle in pieces of a thousand bytes."""

import pytest

from tests.faults.proxy import Rule
from tests.faults.ranges import RANGES, Range
from tests.faults.scene import PIECES, RESTORING, SAVING, Ground
from tests.faults.test_calls import ends_as_without


@pytest.mark.parametrize("case", RANGES, ids=lambda case: case.name)
def test_ranges(case: Range, plain: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    with plain.server("v2", warm=True):
        done = plain.run("v2", Rule("download", case.fault, case.skip, case.times), patience=PIECES)
    assert plain.proxy.harmed
    ends_as_without(done, plain, capfd)
    assert done.decisions == {"a": "Replay" if case.ends == "works" else "Run", "bad": "Run"}
    assert len(done.notes(RESTORING)) == (case.ends == "lost"), done.report.notes
    assert done.notes(SAVING) == []


def test_pieces_are_pieces(plain: Ground) -> None:
    with plain.server("v2", warm=True):
        plain.run("v2", patience=PIECES)
    assert plain.proxy.calls.count("download") == 3

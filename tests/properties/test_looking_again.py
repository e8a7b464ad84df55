"""What changes while a run goes on: a pass of the new must not be remembered as a pass of the old."""

from pathlib import Path

import pytest

from ftaction.model.check import Check
from tests.properties.workshop import Workshop, put

READS = {"reads": Check(name="reads", run="sh ../hook; ! grep -q BAD input")}


@pytest.mark.parametrize("tracked", [True, False], ids=["a committed file", "an untracked file"])
@pytest.mark.parametrize("dirty", [True, False], ids=["changed before", "clean before"])
def test_a_file_mended_while_its_check_waits_does_not_make_the_old_one_good(tmp_path: Path, tracked: bool, dirty: bool) -> None:
    shop = Workshop(tmp_path)
    shop.write("input", "first\n" if dirty else "BAD\n")
    if tracked:
        shop.commit()
    shop.write("input", "BAD\n")
    put(tmp_path / "hook", "echo mended > input")
    first = shop.run(READS)
    put(tmp_path / "hook", "")
    shop.write("input", "BAD\n")
    second = shop.run(READS)
    assert first.green, "the command saw the mended file"
    assert not first.report.results[0].stored, first.why()
    assert not second.green, second.why()

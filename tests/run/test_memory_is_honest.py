"""By what a failing check could be told as passed: each test holds one such way shut."""

from ftaction.model.ending import Passed
from tests.support.gates import Gates
from tests.support.rig import Rig, check, config, endings, result


def test_an_uncommitted_file_that_changes_while_a_check_reads_it_is_not_remembered(rig: Rig, gates: Gates) -> None:
    dirty = rig.repository.write("dirty.txt", "before")
    checks = config(check("reads", gates.command("reads", after="cat dirty.txt")))
    with gates.directed(("wait", "reads"), lambda: dirty.write_text("afterwards"), ("release", "reads")):
        report = rig.run(checks)
    assert endings(report) == {"reads": Passed()}
    assert not result(report, "reads").stored
    assert "changed while it ran" in result(report, "reads").doubt

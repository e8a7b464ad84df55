"""Whatever lies where a bundle should lie: the run ends as without a cache, and only what is proved is replayed."""

import pytest

from tests.faults.contents import CONTENTS, Content
from tests.faults.kinds import whole_changed
from tests.faults.proxy import Rule
from tests.faults.scene import RESTORING, SAVING, Ground
from tests.faults.test_calls import ends_as_without


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content.name)
def test_contents(content: Content, plain: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    with plain.server("v2", warm=True):
        done = plain.run("v2", Rule("download", whole_changed(content.change)))
    ends_as_without(done, plain, capfd)
    assert done.decisions == {"a": "Replay" if content.ends == "works" else "Run", "bad": "Run"}
    assert len(done.notes(RESTORING)) == (content.ends == "lost"), done.report.notes
    assert done.notes(SAVING) == []

"""Each case is a whole run: it ends as without a cache, in time, says once what it had to do without, and leaves nothing behind."""

import re

import pytest

from ftaction.edge.bundle import read_bundle
from tests.faults.cases import RESTORING as RESTORING_CALLS
from tests.faults.cases import SAVING as SAVING_CALLS
from tests.faults.cases import Case, cases
from tests.faults.proxy import Rule
from tests.faults.scene import BUDGET, PIECES, RESTORING, SAVING, Done, Ground
from tests.support.cache_server import CacheServer

CASES = list(cases())


def test_no_case_is_there_twice() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 200


@pytest.mark.parametrize("case", [case for case in CASES if case.call in RESTORING_CALLS], ids=lambda case: case.name)
def test_restoring(case: Case, plain: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    with plain.server(case.protocol, warm=True):
        done = plain.run(case.protocol, Rule(case.call, case.row.fault, times=case.times), patience=case.row.patience)
    assert plain.proxy.harmed, "the fault happened"
    ends_as_without(done, plain, capfd)
    assert done.decisions == {"a": "Replay" if case.ends == "works" else "Run", "bad": "Run"}
    assert len(done.notes(RESTORING)) == (case.ends == "lost"), done.report.notes
    assert len(done.notes(SAVING)) <= (case.ends != "works"), done.report.notes


@pytest.mark.parametrize("case", [case for case in CASES if case.call in SAVING_CALLS], ids=lambda case: case.name)
def test_saving(case: Case, plain: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    patience = PIECES if case.call in ("block", "blocklist") else case.row.patience
    with plain.server(case.protocol, warm=False) as server:
        done = plain.run(case.protocol, Rule(case.call, case.row.fault, times=case.times), patience=patience)
        assert plain.proxy.harmed, "the fault happened"
        ends_as_without(done, plain, capfd)
        assert set(done.decisions.values()) == {"Run"}
        assert len(done.notes(SAVING)) == len(done.report.notes) == (case.ends == "lost"), done.report.notes
        if case.ends == "works":
            assert plain.run(case.protocol).decisions["a"] == "Replay"
        nothing_by_halves(server)


def ends_as_without(done: Done, ground: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    assert done.endings == ground.without_cache
    assert len(done.report.notes) == len(done.notes(RESTORING)) + len(done.notes(SAVING)), done.report.notes
    assert done.left == []
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", ""), "a thread that ended badly would tell it here"
    assert not [note for note in done.report.notes if re.search(r"://\S|sig=", note) or len(note) > 300]


def nothing_by_halves(server: CacheServer) -> None:
    """What a later run can find is whole."""
    for entry in server.entries.all():
        if entry.size >= 0:
            read_bundle([server.entries.path(entry.number).read_bytes()], lambda _digest, _signature: None, BUDGET).close()

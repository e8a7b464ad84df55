"""What a check makes, as an entry of its own: where it can't be had the check runs again, and what needs it sees what was made."""

import shutil
from typing import NamedTuple

import pytest

from tests.faults import kinds as k
from tests.faults.proxy import Fault, Rule
from tests.faults.scene import BIG_PIECES, SAVING, SHORT, USUAL, Ground, Patience
from tests.mutations import forge
from tests.support.cache_server import CacheServer


class Output(NamedTuple):
    """`download` 0 is the bundle, all that follow are the output's; `find` likewise."""

    name: str
    why: str
    fault: Fault
    call: str = "download"
    ends: str = "lost"
    times: int | None = None
    patience: Patience = USUAL
    skip: int = 1


RESTORING = [
    Output("gone", "it was removed for want of room", k.says(b'{"ok": false}'), "find"),
    Output("other-key", "another entry in its place", k.key(lambda _: "ft-cas-" + "0" * 64), "find"),
    Output("find-500", "trouble when it is looked for", k.status(500), "find"),
    Output("find-500-once", "trouble once", k.status(500), "find", "works", times=1),
    Output("address-dead", "it lies on a machine that is away", k.address(lambda _: "http://127.0.0.1:1/blobs/2?sig=x"), "find"),
    Output("reset", "the connection breaks at once", k.reset_at_once),
    Output("reset-once", "it breaks once", k.reset_at_once, ends="works", times=1),
    Output("404", "the blob is gone, its entry is not", k.status(404)),
    Output("503", "trouble", k.status(503)),
    Output("expired-once", "the address ran out while checks ran", k.status(403), ends="works", times=1),
    Output("expired", "it runs out always", k.status(403)),
    Output("empty", "no bytes", k.whole_changed(lambda _: b"")),
    Output("truncated", "the first half only, with its length", k.whole_changed(lambda content: content[: len(content) // 2])),
    Output("last-byte", "all but the last byte", k.whole_changed(lambda content: content[:-1])),
    Output("longer", "a byte too many", k.whole_changed(lambda content: content + b"x")),
    Output("flipped", "one bit", k.whole_changed(k.flipped)),
    Output("flipped-early", "one bit at its beginning", k.whole_changed(lambda content: k.flipped(content, 40))),
    Output("zeros", "as many zeros", k.whole_changed(lambda content: bytes(len(content)))),
    Output("reordered", "the second half before the first", k.whole_changed(lambda content: content[len(content) // 2 :] + content[: len(content) // 2])),
    Output("bundle", "a bundle in its place", k.whole_changed(lambda _: forge.frame(forge.index()))),
    Output("silent", "the middle never comes", k.silent_within_body, patience=SHORT),
    Output("drip", "a byte now and then", k.drip, patience=SHORT),
    Output("by-ranges", "in pieces side by side", k.truncated, "never", "works", patience=BIG_PIECES),
    Output("neighbour", "a piece in another's place", k.neighbour, patience=BIG_PIECES, skip=2, times=1),
    Output("piece-flipped", "a bit in the third piece", k.bytes_changed(k.flipped), patience=BIG_PIECES, skip=3, times=1),
    Output("piece-tag", "another entity from the third piece on", k.tag('"other"'), patience=BIG_PIECES, skip=3),
    Output("piece-reset", "the connection breaks within the third piece", k.reset_within_body, ends="works", patience=BIG_PIECES, skip=3, times=1),
    Output("piece-404", "it is removed between the pieces", k.status(404), patience=BIG_PIECES, skip=3),
    Output("no-ranges", "a server that knows no ranges", k.without_ranges, ends="works", patience=BIG_PIECES),
    Output("ranges-ignored-later", "a server that forgets that it knows ranges", k.without_ranges, patience=BIG_PIECES, skip=3),
]


def _changed_since(making: Ground, content: str) -> None:
    """What needs the output has to run, and the output is not there."""
    making.repository.write("b.txt", content)
    shutil.rmtree(making.repository.root / "made", ignore_errors=True)


@pytest.mark.parametrize("case", RESTORING, ids=lambda case: case.name)
def test_restoring(case: Output, making: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    _changed_since(making, "b\n")
    with making.server("v2", warm=True):
        _changed_since(making, "changed\n")
        done = making.run("v2", Rule(case.call, case.fault, case.skip, case.times), patience=case.patience)
    assert making.proxy.harmed or case.call == "never"
    assert done.endings == making.without_cache
    assert done.decisions == {"make": "Replay" if case.ends == "works" else "Run", "use": "Run"}
    told = [one.problem for one in done.report.restored if one.problem]
    assert len(told) == (case.ends == "lost"), done.report.restored
    assert len(done.notes(SAVING)) == len(done.report.notes) <= (case.call == "find" and case.ends == "lost"), done.report.notes
    _left_in_order(making, done.left, capfd)


def _left_in_order(making: Ground, left: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    root = making.repository.root
    assert left == []
    assert sorted(path.name for path in root.iterdir()) == [".git", ".gitignore", "a.txt", "b.txt", "made"]
    assert sorted((path.name, path.stat().st_size) for path in (root / "made").iterdir()) == [("a.txt", 2), ("big", 1_100_000)]
    assert not list(root.rglob("*.tmp"))
    assert capfd.readouterr() == ("", "")


SAVING_FAULTS = [
    Output("create", "no room for what a check makes", k.status(507), "create", skip=0, times=1),
    Output("create-taken", "another job saves the same", k.status(409), "create", "works", skip=0, times=1),
    Output("put", "the upload breaks off, on a kept connection and on new ones", k.reset_at_once, "put", skip=0, times=3),
    Output("put-once", "the upload breaks off once", k.reset_at_once, "put", "works", skip=0, times=1),
    Output("put-lost", "the upload arrived, and nobody heard of it", k.lost_answer, "put", "works", skip=0, times=1),
    Output("put-silent", "the upload is swallowed", k.silent_before_body_is_read, "put", skip=0, times=2, patience=SHORT),
    Output("finalize", "it is not taken", k.says(b'{"ok": false}'), "finalize", skip=0, times=1),
    Output("everything", "nothing can be saved", k.status(500), "create", skip=0),
]


@pytest.mark.parametrize("case", SAVING_FAULTS, ids=lambda case: case.name)
def test_saving(case: Output, making: Ground, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing claims that something was saved which was not: the next run either has it or makes it."""
    _changed_since(making, "b\n")
    with making.server("v2", warm=False) as server:
        done = making.run("v2", Rule(case.call, case.fault, case.skip, case.times), patience=case.patience)
        assert making.proxy.harmed
        assert done.endings == making.without_cache
        assert len(done.report.notes) == (case.ends == "lost"), done.report.notes
        _left_in_order(making, done.left, capfd)
        _changed_since(making, "changed\n")
        again = making.run("v2")
        assert again.endings == making.without_cache
        saved = case.ends == "works" and case.name != "create-taken"  # here nobody else did save it
        assert (again.decisions["make"] == "Replay") == saved
        _left_in_order(making, again.left, capfd)
        whole(server)


def whole(server: CacheServer) -> None:
    assert all(server.entries.path(entry.number).stat().st_size == entry.size for entry in server.entries.all() if entry.size >= 0)

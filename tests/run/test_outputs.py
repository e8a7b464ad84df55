"""What checks make: kept, put back only where a check that needs it has to run, and made again where it can't be put back."""

import os
from pathlib import Path

import pytest

from ftaction.edge.index import MAGIC
from ftaction.model.check import Config
from ftaction.model.ending import Blocked, Failed, Passed
from tests.support.rig import Rig, check, config, decisions, endings, result

MAKE = "mkdir -p out && cat a.txt > out/made && ln -sfn made out/link && ln -sfn /etc/hostname out/absolute && chmod 751 out/made && mkdir -p out/empty"


@pytest.fixture(autouse=True)
def _ignored(rig: Rig) -> None:
    rig.repository.write(".gitignore", "/out\n")
    rig.repository.commit()


def _line(make: str = MAKE, **verification: object) -> Config:
    return config(
        check("make", make, inputs=["a.txt"], outputs=["out"]),
        check("use", "cat out/made b.txt", inputs=["b.txt"], needs=["make"]),
        **verification,
    )


def _grouped(make: str = MAKE) -> Config:
    return _line(make, parallel_groups=(("make",), ("use",)))


def _remove_out(rig: Rig) -> None:
    for path in sorted((rig.repository.root / "out").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    (rig.repository.root / "out").rmdir()


def _archive(rig: Rig) -> Path:
    """The blob of the outputs: the only one that begins as an archive."""
    blobs = [path for path in (rig.store_folder / "cas").rglob("*") if path.is_file() and path.read_bytes().startswith(MAGIC)]
    assert len(blobs) == 1
    return blobs[0]


@pytest.mark.parametrize("line", [_line(), _grouped()], ids=["in one step", "in two steps"])
def test_outputs_come_back_only_for_a_check_that_runs(rig: Rig, line: Config) -> None:
    assert set(endings(rig.run(line)).values()) == {Passed()}
    _remove_out(rig)
    assert set(decisions(rig.run(line)).values()) == {"Replay"}
    assert not (rig.repository.root / "out").exists(), "nothing needed it"

    rig.repository.write("b.txt", "changed\n")
    report = rig.run(line)
    assert decisions(report) == {"make": "Replay", "use": "Run"}
    assert endings(report)["use"] == Passed()
    out = rig.repository.root / "out"
    assert (out / "made").read_text() == "a\n"
    assert os.readlink(out / "link") == "made"
    assert os.readlink(out / "absolute") == "/etc/hostname"
    assert (out / "made").stat().st_mode & 0o777 == 0o751
    assert (out / "empty").is_dir()


@pytest.mark.parametrize("line", [_line(), _grouped()], ids=["in one step", "in two steps"])
@pytest.mark.parametrize("damage", ["gone", "truncated", "other bytes"])
def test_what_cannot_be_put_back_is_made_again(rig: Rig, line: Config, damage: str) -> None:
    rig.run(line)
    _remove_out(rig)
    archive = _archive(rig)
    if damage == "gone":
        archive.unlink()
    else:
        archive.write_bytes(archive.read_bytes()[:-5] if damage == "truncated" else b"no archive")
    rig.repository.write("b.txt", "changed\n")
    report = rig.run(line)
    assert endings(report) == {"make": Passed(), "use": Passed()}
    assert decisions(report) == {"make": "Run", "use": "Run"}
    assert (rig.repository.root / "out/made").read_text() == "a\n"
    assert set(decisions(rig.run(line)).values()) == {"Replay"}, "and is remembered again"


def test_a_need_that_fails_when_it_is_made_again_blocks_what_needs_it(rig: Rig) -> None:
    """It was proved, so only its outputs are missing; its second run is as good as any."""
    switch = rig.folder / "switch"
    make = f"test ! -e {switch} && {MAKE}"
    rig.run(_grouped(make))
    switch.touch()
    _remove_out(rig)
    _archive(rig).write_bytes(b"")
    rig.repository.write("b.txt", "changed\n")
    report = rig.run(_grouped(make))
    assert endings(report) == {"make": Failed(1), "use": Blocked(("make",))}


def test_a_need_that_failed_last_time_runs_again(rig: Rig) -> None:
    """Its record has no outputs to put back, and none are missed."""
    switch = rig.folder / "switch"
    line = _line(f"test -e {switch} && {MAKE}")
    assert endings(rig.run(line)) == {"make": Failed(1), "use": Blocked(("make",))}
    switch.touch()
    assert endings(rig.run(line)) == {"make": Passed(), "use": Passed()}


def test_an_output_that_was_not_made_keeps_the_pass_from_being_remembered(rig: Rig) -> None:
    line = config(check("make", "true", inputs=["a.txt"], outputs=["out"]))
    report = rig.run(line)
    assert endings(report) == {"make": Passed()}
    assert "out was not made" in result(report, "make").doubt
    assert decisions(rig.run(line)) == {"make": "Run"}

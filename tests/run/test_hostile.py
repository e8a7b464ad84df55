"""Checks that misbehave: the run ends, with the right verdict, in bounded memory, with output that can be read."""

import os
import resource
import shlex
import subprocess
from pathlib import Path

import pytest

from ftaction.model.ending import CouldNotStart, Failed, Passed, TimedOut
from ftaction.model.run import Result
from ftaction.report.verdict import passed
from ftaction.run.logs import read_log
from ftaction.run.surfaces import Plain, log_reader
from ftaction.run.workflow import Workflow
from tests.support.gates import Gates
from tests.support.processes import ends
from tests.support.rig import Rig, check, config, endings, log, result

MEMORY = 120 * 1024  # KiB; the budget of docs/design.md


def _told(rig: Rig, surface: type[Plain]) -> str:
    """What a surface would have said of the last run."""
    pieces: list[str] = []
    teller = surface(pieces.append, log_reader(rig.variables), 100)
    for one in rig.surface.results:
        teller.finished(one)
    teller.done(rig.surface.reports[-1])
    return "".join(pieces)


COMMANDS = ["::set-output name=x::y", "##[error]no", "::add-mask::a", "::stop-commands::x", "  ::error::indented", "##[group]g", "::x::", "%0A::error::z"]


@pytest.mark.parametrize("code", [0, 1])
def test_workflow_commands_are_fenced_off(rig: Rig, code: int) -> None:
    lines = "\n".join(COMMANDS)
    rig.run(config(check("prints", f"printf '%s\\n' {shlex.quote(lines)}; printf '\\r::error::after a return\\n'; exit {code}")))
    text = _told(rig, Workflow)
    assert "::add-mask::a" in text, "it is shown"
    open_fence = ""
    for line in text.replace("\r", "\n").split("\n"):
        if open_fence:
            open_fence = "" if line == f"::{open_fence}::" else open_fence
        elif line.startswith("::stop-commands::"):
            open_fence = line.removeprefix("::stop-commands::")
        else:
            assert not line.strip().startswith(("::set-output", "::add-mask", "::x", "::error::indented", "::error::after")), line
        assert "##[error]" not in line
        assert "##[group]" not in line
    assert not open_fence


def test_a_gigabyte_of_output(rig: Rig) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = rig.run(config(check("loud", "(yes || true) | head -c 1000000000; exit 3")))
    assert endings(report) == {"loud": Failed(3)}
    text = _told(rig, Plain)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < max(before, MEMORY) + 8 * 1024
    assert "bytes left out" in text
    assert len(text) < 1_000_000
    assert os.path.getsize(result(report, "loud").log) == 1_000_000_000, "in full on disk"
    os.unlink(result(report, "loud").log)


@pytest.mark.parametrize(
    "command",
    [
        "head -c 5000000 /dev/zero | tr '\\0' x",
        "head -c 3000000 /dev/urandom",
        "printf 'a\\377\\376b\\000c\\n'",
        "printf '\\033[2J\\033]0;title\\007\\033[31mred\\b\\b\\n'",
        "printf 'no end of line'",
        "printf '\\342\\200\\256reversed\\n'",
    ],
    ids=["lines of megabytes", "noise", "not utf-8", "escapes", "no end of line", "direction"],
)
def test_output_of_any_kind_is_told(rig: Rig, command: str) -> None:
    report = rig.run(config(check("odd", f"{command}; exit 1")))
    assert endings(report) == {"odd": Failed(1)}
    for surface in (Plain, Workflow):
        text = _told(rig, surface)
        text.encode("utf-8")
        assert "\x1b" not in text
        assert "\0" not in text
        assert len(text) < 1_000_000


def test_a_log_that_grows_while_it_is_read_is_read_no_further() -> None:
    """A daemon may write for ever; this file has no end either."""
    assert len(read_log("/dev/zero", ())) <= 300 * 1024


def test_a_check_that_ignores_to_be_asked(rig: Rig, gates: Gates) -> None:
    report = rig.run(config(check("stubborn", gates.command("stubborn", before="trap '' TERM INT HUP"), timeout=0.3)))
    assert endings(report) == {"stubborn": TimedOut(0.3)}


DAEMONS: list[tuple[str, str]] = [
    ("in its group", "(trap '' TERM HUP; echo $BASHPID > FILE; exec sleep 600) & until test -s FILE; do :; done"),
    ("in a session of its own", "setsid --fork sh -c 'echo $$ > FILE; exec sleep 600'; until test -s FILE; do :; done"),
]


@pytest.mark.parametrize("code", [0, 5])
@pytest.mark.parametrize(("daemon", "own"), [(DAEMONS[0][1], False), (DAEMONS[1][1], True)], ids=[name for name, _ in DAEMONS])
def test_a_daemon_that_keeps_the_log_open_holds_up_nobody(rig: Rig, tmp_path: Path, daemon: str, own: bool, code: int) -> None:
    pid = tmp_path / "pid"
    report = rig.run(
        config(check("forks", f"{daemon.replace('FILE', str(pid))}; echo said; exit {code}"), check("next", "echo next"), sequential_fallback=False)
    )
    assert endings(report)["forks"] == (Passed() if code == 0 else Failed(5))
    assert log(report, "forks") == "said\n"
    number = int(pid.read_text())
    if own:
        os.kill(number, 9)
    assert ends(number), "what stays in its group is ended with it"


def test_a_daemon_that_writes_on_after_the_end(rig: Rig, gates: Gates, tmp_path: Path) -> None:
    write = f"echo $$ > {tmp_path}/pid; {gates.saying('writes')}; while true; do echo more; done"
    report = rig.run(config(check("fills", f"setsid --fork bash -c {shlex.quote(write)}; until test -s {tmp_path}/pid; do :; done")))
    os.kill(int((tmp_path / "pid").read_text()), 9)
    assert endings(report) == {"fills": Passed()}
    assert len(_told(rig, Plain)) < 1_000_000


DESTRUCTIVE: list[tuple[str, str]] = [
    ("its working folder", 'rm -rf "$PWD/../folder"'),
    ("git's own files", "rm -rf ../.git"),
    ("the whole repository", 'rm -rf "$(dirname "$PWD")"'),
    ("the index", "echo damaged > ../.git/index"),
    ("HEAD", "echo damaged > ../.git/HEAD"),
]


@pytest.mark.parametrize("code", [0, 5])
@pytest.mark.parametrize("command", [row[1] for row in DESTRUCTIVE], ids=[row[0] for row in DESTRUCTIVE])
def test_a_check_that_destroys(rig: Rig, command: str, code: int) -> None:
    """Its own status is its verdict, no pass of it is remembered, and what comes after has not passed."""
    destroys = check("destroys", f"{command}; exit {code}", working_directory="folder", inputs=["folder/**"])
    after = check("after", "cat folder/c.txt", inputs=["folder/**"])
    report = rig.run(config(destroys, after, parallel_groups=(("destroys",), ("after",)), fail_fast="never"))
    assert endings(report)["destroys"] == (Passed() if code == 0 else Failed(5))
    assert isinstance(endings(report)["after"], CouldNotStart | Failed)
    assert not (result(report, "destroys").stored and code == 0)
    _told(rig, Plain)


@pytest.mark.parametrize("command", [row[1] for row in DESTRUCTIVE[1:]], ids=[row[0] for row in DESTRUCTIVE[1:]])
def test_a_last_check_that_destroys_leaves_no_green(rig: Rig, command: str) -> None:
    """A verdict counts for the files as they are at the end, and nobody can read them."""
    assert not passed(rig.run(config(check("destroys", f"{command}; exit 0", working_directory="folder", inputs=["folder/**"]))))


@pytest.mark.parametrize("before", [64 * 1024 - 3, 100 * 1024 - 3], ids=["where the beginning ends", "where the end begins"])
def test_a_secret_on_a_cut_is_masked(tmp_path: Path, before: int) -> None:
    """300 KiB, of which the first 64 and the last 192 are kept: half a secret is a secret too."""
    path = tmp_path / "log"
    path.write_bytes(b"-" * before + b"geheimnis" + b"-" * (292 * 1024 - before - 9))
    kept = read_log(str(path), ("geheimnis",))
    assert b"geh" not in kept
    assert b"nis" not in kept


@pytest.mark.parametrize("command", ["chmod -R 000 ..", "chmod 000 ../.git", "chmod 000 c.txt"])
def test_a_check_that_takes_our_rights(rig: Rig, command: str) -> None:
    """Where we are root that takes nothing; elsewhere nothing can be read any more."""
    takes = check("takes", command, working_directory="folder", inputs=["folder/**"])
    try:
        after = check("after", "cat folder/c.txt", inputs=["folder/**"])
        report = rig.run(config(takes, after, parallel_groups=(("takes",), ("after",)), fail_fast="never"))
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", str(rig.repository.root)], check=True)
    assert endings(report)["takes"] == Passed()
    assert isinstance(endings(report)["after"], Passed if os.geteuid() == 0 else CouldNotStart | Failed)


def test_a_check_that_deletes_our_logs(rig: Rig) -> None:
    """The run's own folder is gone: no fault of ours, and no wrong verdict."""
    rig.run(config(check("first", "true")))
    logs = rig.folder / "logs-2"
    groups = (("destroys", "beside"), ("after",))
    checks = (check("destroys", f"rm -rf {logs}; exit 4"), check("beside", "true"), check("after", "true", inputs=["a.txt"]))
    report = rig.run(config(*checks, parallel_groups=groups, fail_fast="never", max_workers=1))
    assert endings(report)["destroys"] == Failed(4)
    assert isinstance(endings(report)["after"], CouldNotStart)
    _told(rig, Plain)


SUICIDES: list[tuple[str, str, tuple[type, ...]]] = [
    ("stops itself", "kill -STOP $$", (Failed, TimedOut)),
    ("kills its group", "kill -KILL 0", (Failed,)),
    ("asks its group", "kill -TERM 0", (Failed,)),
    ("kills its parent", "kill -KILL $PPID; exit 0", (CouldNotStart,)),
    ("exhausts descriptors", "ulimit -n 3; ls", (Failed,)),
    ("writes to the shell around", "for n in 0 1 2 3 4 5 6 7 8 9 10 11 12; do echo 'end 0' >&$n; done 2>/dev/null; exit 6", (Failed,)),
]


@pytest.mark.parametrize(("command", "kinds"), [row[1:] for row in SUICIDES], ids=[row[0] for row in SUICIDES])
def test_a_check_that_harms_itself_has_not_passed(rig: Rig, command: str, kinds: tuple[type, ...]) -> None:
    report = rig.run(config(check("harms", command, timeout=2), check("next", "echo next"), max_workers=1, fail_fast="never"))
    assert isinstance(endings(report)["harms"], kinds)
    assert endings(report)["next"] == Passed()
    assert rig.run(config(check("harms", command, timeout=2), max_workers=1)).results[0].ending != Passed()


def test_results_are_told_once_each(rig: Rig) -> None:
    rig.run(config(*(check(str(number), f"exit {number % 2}") for number in range(6)), fail_fast="never"))
    told: list[Result] = rig.surface.results
    assert sorted(one.check for one in told) == sorted({one.check for one in told})

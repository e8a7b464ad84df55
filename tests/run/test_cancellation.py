"""SIGINT and SIGTERM to the real command line: everything ends, the summary is still told, nothing half-done is remembered."""

import json
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.gates import Gates
from tests.support.processes import ends, of_session
from tests.support.repository import TestRepository

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.fixture
def line(repository: TestRepository, tmp_path: Path) -> CommandLine:
    return CommandLine(repository, tmp_path / "store")


def _sessions(tmp_path: Path) -> str:
    """A shell line that writes down the session it runs in."""
    return f"read -r stat < /proc/$$/stat; set -- ${{stat##*) }}; echo $4 >> {tmp_path}/sessions"


def _left(tmp_path: Path) -> list[int]:
    return [pid for session in (tmp_path / "sessions").read_text().split() for pid in of_session(int(session)) if not ends(pid)]


def _configure(line: CommandLine, checks: dict[str, dict[str, object]], **verification: object) -> None:
    settled = {"parallel": True, "max_workers": 2, "timeout": 60} | verification
    line.configure({"verification": settled, "checks": {name: {"tool": "none"} | one for name, one in checks.items()}})


def _report(tmp_path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((tmp_path / "report.json").read_text())
    return document


def _endings(tmp_path: Path) -> dict[str, str]:
    return {one["check"]: one["ending"] for one in _report(tmp_path)["checks"]}


def _end(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_running_checks_end_and_the_rest_does_not_start(line: CommandLine, gates: Gates, tmp_path: Path, number: signal.Signals, status: int) -> None:
    checks: dict[str, dict[str, object]] = {
        "done": {"run": "true", "inputs": ["a.txt"]},
        "one": {"run": gates.command("one", before=_sessions(tmp_path)), "needs": ["done"]},
        "two": {"run": gates.command("two", before=_sessions(tmp_path)), "needs": ["done"]},
        "waiting": {"run": "true", "needs": ["one"]},
        "later": {"run": "true", "stage": "slow"},
    }
    _configure(line, checks)
    process = line.start("run", "--report", str(tmp_path / "report.json"))
    gates.wait("one", "two")
    process.send_signal(number)
    code, out, err = _end(process)
    assert code == status, err
    assert "Traceback" not in out + err
    assert _endings(tmp_path) == {"done": "passed", "one": "cancelled", "two": "cancelled", "waiting": "cancelled", "later": "cancelled"}
    assert _report(tmp_path)["verdict"] == "failed"
    assert _report(tmp_path)["interrupted"] == number
    assert "one" in out
    assert "cancelled" in out
    assert _left(tmp_path) == []
    planned = {one["check"]: one["source"] for step in line.plan()["steps"] for one in step["checks"]}
    assert planned == {"done": "replayed", "one": "ran", "two": "ran", "waiting": "ran", "later": "ran"}


def test_a_check_that_ends_well_when_asked_has_not_passed(line: CommandLine, gates: Gates, tmp_path: Path) -> None:
    run = gates.command("polite", before=f"{_sessions(tmp_path)}\ntrap 'exit 0' TERM")
    _configure(line, {"polite": {"run": run}})
    process = line.start("run", "--report", str(tmp_path / "report.json"))
    gates.wait("polite")
    process.send_signal(signal.SIGTERM)
    assert _end(process)[0] == 143
    assert _endings(tmp_path) == {"polite": "cancelled"}
    assert line.plan()["steps"][0]["checks"][0]["source"] == "ran"


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_a_second_signal_insists(line: CommandLine, gates: Gates, tmp_path: Path, number: signal.Signals, status: int) -> None:
    """The check says that it was asked, and goes on; the second signal takes its word."""
    stubborn = gates.command("stubborn", before=f"{_sessions(tmp_path)}\ntrap {shlex.quote(gates.saying('asked'))} TERM INT")
    stubborn = stubborn.replace("read -r code", "until read -r code").replace("\nexit", "; do :; done\nexit")
    _configure(line, {"stubborn": {"run": stubborn}})
    process = line.start("run", "--report", str(tmp_path / "report.json"))
    gates.wait("stubborn")
    process.send_signal(number)
    gates.wait("asked")
    process.send_signal(signal.SIGINT)
    code, out, err = _end(process)
    assert code == status, err
    assert "Traceback" not in out + err
    assert _endings(tmp_path) == {"stubborn": "cancelled"}
    assert _left(tmp_path) == []


def test_children_of_a_check_end_with_it(line: CommandLine, gates: Gates, tmp_path: Path) -> None:
    children = "sleep 600 & (sleep 600 & sleep 600) & bash -c 'trap \"\" TERM; sleep 600' & "
    _configure(line, {"parent": {"run": gates.command("parent", before=f"{_sessions(tmp_path)}\n{children}")}})
    process = line.start("run")
    gates.wait("parent")
    process.send_signal(signal.SIGTERM)
    assert _end(process)[0] == 143
    assert _left(tmp_path) == []


def test_an_interrupted_mutating_check_is_not_remembered(line: CommandLine, gates: Gates, tmp_path: Path) -> None:
    _configure(line, {"format": {"run": gates.command("format", before="echo changed > a.txt"), "stage": "mutating", "inputs": ["b.txt"]}})
    process = line.start("run", "--report", str(tmp_path / "report.json"))
    gates.wait("format")
    process.send_signal(signal.SIGINT)
    assert _end(process)[0] == 130
    assert _endings(tmp_path) == {"format": "cancelled"}
    assert _report(tmp_path)["checks"][0]["changed"] == ["a.txt"], "what it changed is told"
    assert line.plan()["steps"][0]["checks"][0]["source"] == "ran"


def _slow_git(line: CommandLine, gates: Gates, tmp_path: Path) -> Path:
    """A git that, once the file is there, says so and waits before it answers."""
    hold = tmp_path / "hold"
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    waits = gates.command("git").removesuffix("\nexit $code")
    program.write_text(f'#!/bin/bash\nif test -e {hold}; then\nrm {hold}\n{waits}\nfi\nexec {shutil.which("git")} "$@"\n')
    program.chmod(0o755)
    line.variables["PATH"] = f"{program.parent}:{line.variables['PATH']}"
    return hold


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_a_signal_before_anything_runs(line: CommandLine, gates: Gates, tmp_path: Path, number: signal.Signals, status: int) -> None:
    _configure(line, {"one": {"run": "true"}})
    _slow_git(line, gates, tmp_path).touch()
    process = line.start("run")
    gates.wait("git")
    process.send_signal(number)
    code, out, err = _end(process)
    assert code == status
    assert "Traceback" not in out + err
    gates.release("git")


@pytest.mark.parametrize(("number", "status"), SIGNALS)
@pytest.mark.parametrize("stage", ["fast", "mutating"])
def test_a_signal_between_two_steps(
    line: CommandLine, gates: Gates, tmp_path: Path, number: signal.Signals, status: int, stage: str
) -> None:  # fmt: skip
    """While we look what a check has changed: it is not remembered, what follows does not start, and the summary is told."""
    hold = _slow_git(line, gates, tmp_path)
    _configure(line, {"first": {"run": f"touch {hold}", "stage": stage}, "later": {"run": "true", "stage": "slow"}})
    process = line.start("run", "--report", str(tmp_path / "report.json"))
    gates.wait("git")
    process.send_signal(number)
    code, out, err = _end(process)
    assert code == status, err
    assert "Traceback" not in out + err
    gates.release("git")
    assert _endings(tmp_path) == {"first": "passed" if stage == "fast" else "cancelled", "later": "cancelled"}
    assert "later" in out
    planned = {one["check"]: one["source"] for step in line.plan()["steps"] for one in step["checks"]}
    assert planned == {"first": "ran", "later": "ran"}


def test_without_a_signal_all_is_well(line: CommandLine, gates: Gates, tmp_path: Path) -> None:
    _configure(line, {"one": {"run": gates.command("one", before=_sessions(tmp_path))}})
    process = line.start("run", "--report", str(tmp_path / "report.json"))
    gates.wait("one")
    gates.release("one")
    assert _end(process)[0] == 0
    assert _endings(tmp_path) == {"one": "passed"}
    assert _left(tmp_path) == []

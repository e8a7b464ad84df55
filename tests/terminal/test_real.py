"""Runs of the real program on a real pseudo-terminal: what its user sees, and how he gets his terminal back."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.fixtures import gates
from tests.support.gates import Gates
from tests.support.repository import TestRepository
from tests.terminal.pty_run import OnTerminal

__all__ = ["gates"]


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    repository = TestRepository(tmp_path / "repository")
    repository.write_all({"a.txt": "a\n", "b.txt": "b\n"})
    return CommandLine(repository, tmp_path / "store")


def two(gates: Gates) -> dict[str, object]:
    return {
        "verification": {"parallel": True, "max_workers": 2},
        "checks": {name: {"run": gates.command(name), "inputs": [f"{name}.txt"], "tool": "none"} for name in "ab"},
    }


def shows(*parts: str) -> Callable[[OnTerminal], bool]:
    return lambda seen: all(any(row.startswith(part) for row in seen.rows) for part in parts)


def test_what_runs_is_seen_and_in_the_end_only_what_happened(line: CommandLine, gates: Gates) -> None:
    line.configure(two(gates))
    with OnTerminal(line.repository, line.variables, "run") as seen:
        seen.until(shows("run  a  ", "run  b  "))
        assert seen.hides_cursor()
        gates.release("a")
        seen.until(shows("ok   a  passed", "run  b  "))
        assert not any(row.startswith("run  a") for row in seen.rows)
        gates.release("b", 3)
        gates.release("b", 3)
        assert seen.end() == 1
        assert not seen.hides_cursor()
        assert not [row for row in seen.rows if row.startswith(("run  ", "     "))]
        assert [row for row in seen.rows if row.startswith("FirstTry failed in ")]
    with OnTerminal(line.repository, line.variables, "run", "a") as seen:
        assert (seen.end(), b"\x1b" in seen.written, len(seen.rows)) == (0, False, 2)
        assert seen.rows[0].startswith("proved here, ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_gives_the_terminal_back(line: CommandLine, gates: Gates, number: int) -> None:
    line.configure(two(gates))
    with OnTerminal(line.repository, line.variables, "run") as seen:
        seen.until(shows("run  a  ", "run  b  "))
        seen.process.send_signal(number)
        assert seen.end() == 128 + number
        assert not seen.hides_cursor()
        assert not [row for row in seen.rows if row.startswith("run  ")]


def test_a_stopped_run_gives_the_terminal_back_until_it_goes_on(line: CommandLine, gates: Gates) -> None:
    line.configure(two(gates))
    with OnTerminal(line.repository, line.variables, "run") as seen:
        seen.until(shows("run  a  ", "run  b  "))
        seen.process.send_signal(signal.SIGTSTP)
        seen.until(lambda one: not one.hides_cursor())
        os.waitid(os.P_PID, seen.process.pid, os.WSTOPPED)
        assert seen.rows == [""]
        seen.process.send_signal(signal.SIGCONT)
        seen.until(shows("run  a  ", "run  b  "))
        gates.release_all()
        gates.release_all()
        assert seen.end() == 1


def test_the_window_gets_narrower(line: CommandLine, gates: Gates) -> None:
    line.configure(two(gates))
    with OnTerminal(line.repository, line.variables, "run") as seen:
        seen.until(shows("run  a  ", "run  b  "))
        seen.resize(30, 6)
        seen.until(lambda one: b"\x1b[2J" in one.written and shows("run  a  ", "run  b  ")(one))
        assert sum(row.startswith("run  ") for row in seen.rows) == 2
        gates.release("a")
        gates.release("b")
        assert seen.end() == 0


@pytest.mark.parametrize(
    ("variables", "arguments"), [({"TERM": "dumb"}, ()), ({"TERM": ""}, ()), ({}, ("--quiet",))], ids=["a dumb terminal", "one of no kind", "quiet"]
)
def test_where_nothing_can_be_drawn_nothing_is(line: CommandLine, variables: dict[str, str], arguments: tuple[str, ...]) -> None:
    line.configure({"checks": {"good": {"run": "true", "inputs": ["a.txt"]}}})
    with OnTerminal(line.repository, line.variables | variables, "run", *arguments) as seen:
        assert (seen.end(), b"\x1b" in seen.written) == (0, False)
        assert len(seen.rows) == (1 if arguments else len(seen.rows))


def test_quiet_says_what_failed_and_no_more(line: CommandLine) -> None:
    line.configure({"checks": {"good": {"run": "true", "inputs": ["a.txt"]}, "bad": {"run": "echo why; false", "inputs": ["b.txt"]}}})
    status, out, err = line.run("run", "-q")
    assert (status, err, out.splitlines()[:2], out.splitlines()[-1][:18]) == (1, "", ["── bad: failed (1) ──", "why"], "FirstTry failed in")
    assert "good" not in out
    assert line.run("run", "-q", "good")[1].count("\n") == 1


def test_programs_are_told_line_by_line(line: CommandLine, gates: Gates) -> None:
    """Each line is there when it happens: the check that waits to be released was told as started before."""
    line.configure(two(gates) | {"verification": {}})
    process = line.start("run", "--json")
    assert process.stdout is not None
    events: list[dict[str, Any]] = []
    for name in "ab":
        while not events or (events[-1]["event"], events[-1].get("check")) != ("started", name):
            events.append(json.loads(process.stdout.readline()))
        gates.release(name, 0 if name == "a" else 1)
    rest, words = process.communicate()
    events += [json.loads(text) for text in rest.splitlines()]
    assert [event["event"] for event in events] == ["planned", "started", "finished", "started", "finished", "saving", "saved", "report"]
    assert {event["version"] for event in events} == {1}
    assert [check["reason"] for check in events[0]["checks"]] == ["never_proved"] * 2
    report = events[-1]["report"]
    told = [{key: value for key, value in event.items() if key not in ("version", "event", "at")} for event in events if event["event"] == "finished"]
    assert [one["ending"] for one in told] == ["passed", "failed"]
    for one, final in zip(told, report["checks"], strict=True):
        assert one.keys() == final.keys()
        assert {key for key in one if one[key] != final[key]} <= {"stored"}, "whether it was stored is known a moment later"
    assert "FirstTry failed in" in words

"""What a worker is started with, and that nothing of it is left: after its time is over, after a signal, after a second one, after a kill."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from ftaction.edge.model_command import CommandModel
from ftaction.edge.model_guard import Guard
from ftaction.model.asking import Budget, Said, Verdict
from ftaction.model.ending import Passed, Unanswered
from tests.asking.scene import ITEMS, KEY, Scene, asks, left, messages, of
from tests.support.command_line import CommandLine
from tests.support.processes import ends
from tests.support.repository import committed
from tests.support.rig import check, log

A, B, C, D = ITEMS
WORKER = str(Path(__file__).with_name("worker.py"))


def test_a_worker_sees_its_key_and_an_empty_folder_and_the_prompt(scene: Scene) -> None:
    """Nobody else sees the key, and it sees nobody else's."""
    scene.rig.variables |= {"WORKER_API_KEY": KEY, "OTHER_API_KEY": "another", "GITHUB_TOKEN": "a token", "CI": "true"}
    scene.worker = scene.worker._replace(env=("WORKER_API_KEY", "GITHUB_TOKEN"))
    report = scene.run(asks(items=(A,)), check("beside", "env"))
    (call,) = scene.calls()
    seen = call["environment"]
    assert (seen["WORKER_API_KEY"], seen["CI"]) == (KEY, "true")
    assert {"OTHER_API_KEY", "GITHUB_TOKEN"} & seen.keys() == set()
    assert call["there"] == []
    assert not call["folder"].startswith(str(scene.rig.folder / "repository"))
    assert not os.path.exists(call["folder"])
    assert f"1 first line of {A}\n2 second line\n" in call["prompt"]
    assert KEY not in Path(of(report, "beside").log).read_text()
    assert KEY not in log(report, "review")


def test_the_prompt_is_what_is_kept_of_it(scene: Scene) -> None:
    """Whatever stands in an item: the worker reads these bytes and no others."""
    scene.rig.repository.write(A, "ü \\n ' \" $HOME `id` \0 \x1b\r\n".encode() + b"\xff\n")
    scene.run(asks(items=(A,)))
    (call,) = scene.calls()
    kept = [path.read_bytes() for path in (scene.rig.store_folder / "cas").rglob("*") if path.is_file()]
    assert call["prompt"].startswith("\n")  # what begins with `/` is a command to some
    assert call["prompt"][1:].encode() in kept
    assert "1 ü \\n ' \" $HOME `id` \0 \x1b\r\n2 \ufffd\n" in call["prompt"]


def test_the_last_words_of_a_worker_do_not_tell_its_key(scene: Scene) -> None:
    scene.rig.variables["WORKER_API_KEY"] = KEY
    scene.worker = scene.worker._replace(env=("WORKER_API_KEY",))
    scene.behave("leaky")
    report = scene.run(asks(batch=4))
    assert set(left(report).values()) == {"the command ended with status 1: this key is not good: ***"}
    assert KEY not in repr(of(report).ending)


class Pipe:
    """Through which a worker that hangs says who it is."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._lines: IO[str] = os.fdopen(os.open(path, os.O_RDWR), "r")

    def close(self) -> None:
        self._lines.close()

    def pids(self, count: int) -> list[int]:
        return [int(self._lines.readline()) for _ in range(count)]


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    made = Pipe(tmp_path / "pipe")
    yield made
    made.close()


def test_nothing_is_left_of_a_call_that_takes_too_long(scene: Scene, pipe: Pipe) -> None:
    """It has a child, and both go on when they are asked to end. What else was answered counts."""
    scene.behave(f"hang {pipe.path}")
    scene.worker = scene.worker._replace(timeout=0.5)
    report = scene.run(asks(batch=1))
    assert left(report) == {B: "there was no answer within 0.5 seconds"}
    assert of(report).ending == Passed()
    assert all(map(ends, pipe.pids(6)))  # three tries, two processes each
    scene.behave("good")
    assert len(messages(scene.run(asks(batch=1)))) == 4


def test_a_budget_of_seconds_ends_what_is_under_way(scene: Scene, pipe: Pipe) -> None:
    scene.behave(f"hang {pipe.path}")
    report = scene.run(asks(batch=1, budget=Budget(seconds=3.0), verdict=Verdict.GATE))
    assert isinstance(of(report).ending, Unanswered)
    assert set(left(report)) == {B}
    assert all(map(ends, pipe.pids(2)))


# The run is ended


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    files = {name: f"first line of {name}\n" for name in ITEMS}
    return CommandLine(committed(tmp_path / "repository", {**files, "ask.md": "Say what these are.\n{items}\n"}), tmp_path / "store")


def _configure(line: CommandLine, folder: Path, behaviour: str) -> None:
    (folder / "calls").mkdir(parents=True)
    (folder / "behaviour").write_text(behaviour)
    line.configure({
        "verification": {"parallel": True},
        "workers": {"w": {"run": [sys.executable, "-P", WORKER, str(folder), "{model}"], "max_parallel": 1}},
        "phases": {"p": {"worker": "w", "model": "small"}},
        "checks": {"review": {"ask": "ask.md", "phase": "p", "items": ["items/**"], "verdict": "gate"}},
    })  # fmt: skip


def _calls(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in (folder / "calls").glob("[0-9]*")]


@pytest.mark.parametrize("insist", [False, True], ids=["one signal", "two signals"])
def test_what_was_answered_before_a_signal_counts(line: CommandLine, tmp_path: Path, pipe: Pipe, insist: bool) -> None:
    folder = tmp_path / "worker"
    _configure(line, folder, f"hang {pipe.path}")
    process = line.start("run", "--report", str(tmp_path / "report.json"))
    pids = pipe.pids(2)
    process.send_signal(signal.SIGTERM)
    if insist:
        process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 143, err
    assert "Traceback" not in out + err
    assert all(map(ends, pids))
    report = json.loads((tmp_path / "report.json").read_text())
    assert [one["ending"] for one in report["checks"]] == ["cancelled"]

    (folder / "behaviour").write_text("good")
    before = len(_calls(folder))
    status, _, err = line.run("run")
    assert status == 0, err
    assert (before, len(_calls(folder)) - before) == (2, 3)  # the first was answered while the second hung


# The process that asks is killed


def _command(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script)


def _asked(command: tuple[str, ...], prompt: str = "", timeout: float = 30.0) -> Said:
    model = CommandModel(
        command, (), dict(os.environ), "LIMIT", lambda text, code: Said(text, problem=f"it ended with status {code}" if code else ""), guard=Guard()
    )

    async def ask() -> Said:
        try:
            return await model.ask("small", prompt, 123, timeout)
        finally:
            await model.close()

    return asyncio.run(ask())


def test_the_guard_ends_what_a_killed_process_left_running(pipe: Pipe) -> None:
    hangs = f"import os, signal\nopen({str(pipe.path)!r}, 'w').write(f'{{os.getpid()}}\\n')\nsignal.signal(15, signal.SIG_IGN)\nsignal.pause()"
    child = os.fork()
    if child == 0:
        try:
            _asked(_command(hangs))
        finally:
            os._exit(1)
    (pid,) = pipe.pids(1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert ends(pid)


PRINTED = [
    ("print('hello')", Said("hello\n"), "what it prints"),
    ("import sys; print(len(sys.stdin.read()))", Said("3000001\n"), "a prompt larger than a pipe"),
    ("print('early')", Said("early\n"), "one that does not read its prompt"),
    ("import os; print(os.environ['LIMIT'])", Said("123\n"), "how many tokens it may answer with"),
    ("import sys; sys.exit(7)", Said("", problem="it ended with status 7"), "a status"),
    ("import sys; print('why', file=sys.stderr); sys.exit(7)", Said("", problem="it ended with status 7: why"), "its last words"),
    ("import os; os.write(1, b'\\xff\\n')", Said("\ufffd\n"), "bytes that are no text"),
    ("import sys; sys.stderr.write('x' * 3_000_000); print('y')", Said("y\n"), "much on the other side"),
]


@pytest.mark.parametrize(("script", "expected", "reason"), PRINTED, ids=[row[-1] for row in PRINTED])
def test_what_a_command_says(script: str, expected: Said, reason: str) -> None:
    assert _asked(_command(script), "p" * 3_000_000) == expected


@pytest.mark.parametrize("command", [("no-such-program",), ("/",), ("a\0b",)])
def test_a_command_that_can_not_be_started(command: tuple[str, ...]) -> None:
    said = _asked(command)
    assert (said.refused, said.text) == (True, "")
    assert "can't be started" in said.problem

"""A check that is left out on a branch runs at a final checkpoint: the command line under a runner's variables."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.repository import TestRepository


class Runner(CommandLine):
    """The program that the check calls stands outside of the repository, and may become another."""

    def __init__(self, folder: Path) -> None:
        super().__init__(TestRepository(folder / "repository"), folder / "store")
        self.folder = folder
        self.variables |= {"PATH": f"{folder / 'bin'}:{self.variables['PATH']}", "RUNNER_TEMP": str(folder / "temp"), "GITHUB_ACTIONS": "true"}
        self.variables |= {"GITHUB_REPOSITORY": "us/it", "GITHUB_WORKSPACE": str(self.repository.root), "GITHUB_EVENT_PATH": str(folder / "event.json")}
        for name in ("bin", "temp"):
            (folder / name).mkdir()

    def tool(self, version: str) -> None:
        path = self.folder / "bin" / "mytool"
        path.write_text(f"#!/bin/sh\necho {version}\n")
        path.chmod(0o755)

    def event(self, name: str, ref: str, before: str) -> None:
        head = self.repository.git("rev-parse", "HEAD").decode().strip()
        repository = {"full_name": "us/it", "default_branch": "main"}
        event = {"repository": repository, "ref": ref, "before": before, "after": head, "created": False, "forced": False}
        (self.folder / "event.json").write_text(json.dumps(event))
        self.variables |= {"GITHUB_EVENT_NAME": name, "GITHUB_REF": ref, "GITHUB_SHA": head, "GITHUB_REF_NAME": ref.removeprefix("refs/heads/")}

    def report(self) -> dict[str, Any]:
        path = self.folder / "report.json"
        status, out, err = self.run("run", "--store", str(self.folder / "store"), "--report", str(path))
        assert status == 0, out + err
        found: dict[str, Any] = json.loads(path.read_text())
        return found


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """`main` passed with one tool; a branch changed what is no input, and the image brought another tool."""
    line = Runner(tmp_path)
    line.tool("one")
    line.repository.write_all({"src/a.txt": "a\n", "README.md": "r\n"})
    line.configure({"checks": {"use": {"run": "mytool", "inputs": ["src"]}}})
    before = line.repository.git("rev-parse", "HEAD").decode().strip()
    line.event("push", "refs/heads/main", before)
    assert line.report()["ran"] == ["use"]
    line.repository.git("switch", "--quiet", "--create", "topic")
    line.repository.write("README.md", "more\n")
    line.repository.commit()
    line.event("push", "refs/heads/topic", before)
    line.tool("two")
    return line


def test_on_a_branch_it_is_left_out(runner: Runner) -> None:
    report = runner.report()
    assert (report["ran"], report["unaffected"], report["verdict"]) == ([], ["use"], "passed")
    (check,) = report["checks"]
    assert check["moved"] == [{"section": "toolchain", "name": "program mytool", "change": "modified"}]
    assert check["proved"]["origin"] == "protected"


@pytest.mark.parametrize(
    ("event", "ref"), [("schedule", "refs/heads/main"), ("push", "refs/heads/main"), ("push", "refs/tags/v1"), ("release", "refs/tags/v1")]
)
def test_at_a_final_checkpoint_it_runs(runner: Runner, event: str, ref: str) -> None:
    runner.variables |= {"GITHUB_EVENT_NAME": event, "GITHUB_REF": ref}
    assert runner.report()["ran"] == ["use"]


def test_the_configuration_says_where_that_is(runner: Runner) -> None:
    """Written before the base passed, for a touched configuration alone makes everything run."""
    path = runner.repository.root / ".firsttry.json"
    assert "full_suite" not in path.read_text()
    runner.repository.git("switch", "--quiet", "main")
    runner.configure({"verification": {"full_suite": ["topic"]}, "checks": {"use": {"run": "mytool", "inputs": ["src"]}}})
    before = runner.repository.git("rev-parse", "HEAD").decode().strip()
    runner.repository.git("switch", "--quiet", "--create", "topic2")
    runner.repository.write("README.md", "even more\n")
    runner.repository.commit()
    runner.event("push", "refs/heads/topic2", before)
    assert runner.report()["unaffected"] == ["use"]
    runner.variables["GITHUB_REF"] = "refs/heads/topic"
    assert runner.report()["ran"] == ["use"]

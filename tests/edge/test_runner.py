"""The files through which a step talks to GitHub's runner."""

import json
from pathlib import Path

import pytest

from ftaction.edge.runner import RunnerFiles, read_input

VALUES = {"verdict": "passed", "lines": "one\ntwo\n", "forged": "x\nghadelimiter_0\nverdict<<E\nfailed\nE", "empty": "", "odd": 'é "quoted" %0A ::error::'}


def _parsed(text: str) -> dict[str, str]:
    """As the runner reads its output file."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        value = []
        while (part := next(lines)) != delimiter:
            value.append(part)
        found[name] = "\n".join(value)
    return found


def test_outputs_come_out_as_they_went_in(tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.write_text("")
    files = RunnerFiles({"GITHUB_OUTPUT": str(output)})
    assert files.set_outputs(VALUES) == ""
    assert {name: value.rstrip("\n") for name, value in _parsed(output.read_text()).items()} == {name: value.rstrip("\n") for name, value in VALUES.items()}


def test_each_call_has_a_delimiter_of_its_own(tmp_path: Path) -> None:
    files = RunnerFiles({"GITHUB_OUTPUT": str(tmp_path / "output")})
    files.set_outputs({"a": "1"})
    files.set_outputs({"b": "2"})
    delimiters = {line.partition("<<")[2] for line in (tmp_path / "output").read_text().splitlines() if "<<" in line}
    assert len(delimiters) == 2
    assert _parsed((tmp_path / "output").read_text()) == {"a": "1", "b": "2"}


def test_a_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    assert RunnerFiles({"GITHUB_STEP_SUMMARY": str(summary)}).add_summary("text \udcff\n") == ""
    assert summary.read_text() == "before\ntext \\udcff\n"


def test_without_a_runner_nothing_is_written() -> None:
    files = RunnerFiles({})
    assert files.add_summary("text") == ""
    assert files.set_outputs({"a": "1"}) == ""
    assert files.event() == {}


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    files = RunnerFiles({"GITHUB_STEP_SUMMARY": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "no/where")})
    assert "GITHUB_STEP_SUMMARY can't be written" in files.add_summary("text")
    assert "GITHUB_OUTPUT can't be written" in files.set_outputs({"a": "1"})


def test_under_act_a_path_that_is_not_there_is_acts_own(tmp_path: Path) -> None:
    """Its own folder is not there either in this test, and the sentence shows that it was asked."""
    variables = {"GITHUB_OUTPUT": str(tmp_path / "host/only/output"), "ACT": "true"}
    assert "can't be written" in RunnerFiles(variables).set_outputs({"a": "1"})
    there = tmp_path / "there"
    there.write_text("")
    RunnerFiles({"GITHUB_OUTPUT": str(there), "ACT": "true"}).set_outputs({"a": "1"})
    assert _parsed(there.read_text()) == {"a": "1"}


EVENTS: list[tuple[str, dict[str, object]]] = [
    (json.dumps({"action": "opened"}), {"action": "opened"}), ("[]", {}), ("", {}), ("{", {}), ("\0", {}), ("null", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "event"), EVENTS)
def test_an_event_that_is_none_is_empty(tmp_path: Path, text: str, event: dict[str, object]) -> None:
    (tmp_path / "event").write_text(text)
    assert RunnerFiles({"GITHUB_EVENT_PATH": str(tmp_path / "event")}).event() == event


def test_inputs_keep_their_dashes() -> None:
    variables = {"INPUT_FAIL-FAST": " all\n", "INPUT_MY_NAME": "x"}
    assert read_input(variables, "fail-fast") == "all"
    assert read_input(variables, "my name") == "x"
    assert read_input(variables, "missing") == ""

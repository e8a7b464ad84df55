"""The files that a run leaves for people and viewers: where they stand, what is in them of what was replayed, and that no secret is."""

import json
from pathlib import Path

import pytest

from tests.report.test_page import Parsed, shown
from tests.support.command_line import CommandLine
from tests.support.job import Job
from tests.support.repository import TestRepository

CHECKS: dict[str, object] = {
    "checks": {
        "says": {"run": "echo a word; echo $API_TOKEN", "inputs": ["a.txt"], "env": ["API_TOKEN"], "tool": "none"},
        "other": {"run": "echo other", "inputs": ["b.txt"], "tool": "none"},
    }
}
SECRET = "token-that-nobody-may-read"


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    repository = TestRepository(tmp_path / "repository")
    repository.write("a.txt", "a\n")
    repository.write("b.txt", "b\n")
    made = CommandLine(repository, tmp_path / "store")
    made.variables["API_TOKEN"] = SECRET
    made.configure(CHECKS)
    return made


def test_on_a_laptop_they_are_written_where_they_are_asked_for(line: CommandLine, tmp_path: Path) -> None:
    assert line.run("run", "--page", str(tmp_path / "p.html"), "--trace", str(tmp_path / "t.json"), "--report", str(tmp_path / "r.json"))[::2] == (0, "")
    assert shown((tmp_path / "p.html").read_text(), "says", "log") == "a word\n***\n"
    events = json.loads((tmp_path / "t.json").read_text())["traceEvents"]
    assert sorted(one["name"] for one in events if one["ph"] == "X") == ["other", "says"]
    assert json.loads((tmp_path / "r.json").read_text())["ran"] == ["says", "other"]
    assert not [*(tmp_path / "store").rglob("report.html"), *(tmp_path / "store").rglob("trace.json")], "and nowhere else"


def test_what_was_replayed_has_its_log_and_manifest_too(line: CommandLine, tmp_path: Path) -> None:
    line.run("run")
    line.repository.write("b.txt", "other\n")
    assert "1 ran, 1 replayed" in line.run("run", "--page", str(tmp_path / "p.html"))[1]
    page = (tmp_path / "p.html").read_text()
    assert shown(page, "says", "log") == "a word\n***\n"
    assert "command\trun\t'echo a word; echo $API_TOKEN'\n" in str(shown(page, "says", "head"))
    assert str(shown(page, "says", "inputs")).endswith("\ta.txt\n")
    data = Parsed(page).json("data")
    assert isinstance(data, dict)
    assert [(one["check"], one["source"]) for one in data["checks"]] == [("says", "replayed"), ("other", "ran")]


def test_without_memory_there_is_a_page_as_well(line: CommandLine, tmp_path: Path) -> None:
    assert line.run("run", "--no-cache", "--page", str(tmp_path / "p.html"))[0] == 0
    assert shown((tmp_path / "p.html").read_text(), "other", "log") == "other\n"


def test_no_secret_is_in_any_of_them(line: CommandLine, tmp_path: Path) -> None:
    line.configure({"checks": {"says": {"run": f"echo $API_TOKEN {SECRET}", "inputs": ["a.txt"], "env": ["API_TOKEN"]}}})
    for _ in range(2):
        line.run("run", "--page", str(tmp_path / "p.html"), "--trace", str(tmp_path / "t.json"))
        assert SECRET not in (tmp_path / "p.html").read_text() + (tmp_path / "t.json").read_text()


@pytest.mark.parametrize("option", ["--page", "--trace"])
def test_a_place_that_is_none_is_a_mistake_in_words(option: str, line: CommandLine, tmp_path: Path) -> None:
    status, _, err = line.run("run", option, str(tmp_path / "not" / "there"))
    assert (status, "can't be written: No such file or directory" in err, "Traceback" in err) == (2, True, False)


def test_in_a_workflow_the_outputs_say_where_they_stand(line: CommandLine, tmp_path: Path) -> None:
    done = Job(tmp_path / "job", line.repository, {"API_TOKEN": SECRET}).run()
    assert done.status == 0, done.err
    page, trace = (Path(done.outputs[name]) for name in ("page", "trace"))
    assert (page.name, trace.name) == ("report.html", "trace.json")
    assert page.parent == trace.parent == Path(done.outputs["report"]).parent
    data = Parsed(page.read_text()).json("data")
    assert isinstance(data, dict)
    assert (data["run"], data["repository"]) == ("https://github.com/org/repository/actions/runs/7", "org/repository")
    assert SECRET not in page.read_text() + trace.read_text()

"""`ftaction changed` and the action's outputs: what a user, a program and a workflow are told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ftaction.model.change import ChangeSet, Kind, Touched
from ftaction.report.changed import changed_outputs
from tests.changes.scene import FILES, Host, workflow
from tests.support.command_line import CommandLine
from tests.support.github_api import GitHubApi
from tests.support.repository import TestRepository, committed

ALL = ["A new.txt", "D b.txt", "M src/x.py"]


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    repository = committed(tmp_path / "here", FILES)
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.write("src/x.py", "changed\n")
    repository.commit()
    repository.write("new.txt")
    (repository.root / "b.txt").unlink()
    return CommandLine(repository, tmp_path / "store")


@pytest.mark.parametrize(
    ("arguments", "expected", "reason"),
    [
        ([], ["D b.txt", "A new.txt", "M src/x.py"], "all, sorted by path"),
        (["src"], ["M src/x.py"], "a folder means what is in it"),
        (["*.txt"], ["D b.txt", "A new.txt"], "a star stays in its folder"),
        (["**", "!src/**"], ["D b.txt", "A new.txt"], "first what adds, then what subtracts"),
        (["!src/**"], ["D b.txt", "A new.txt"], "nothing that adds is everything"),
        (["--only", "added,deleted"], ["D b.txt", "A new.txt"], "kinds"),
        (["--only", "modified", "*.txt"], [], "both must fit"),
        (["--base", "HEAD"], ["D b.txt", "A new.txt"], "from another base"),
    ],
)
def test_the_list(line: CommandLine, arguments: list[str], expected: list[str], reason: str) -> None:
    status, out, err = line.run("changed", *arguments)
    assert (status, out.splitlines()) == (0, expected), reason
    assert err.endswith(f"changed since {line.repository.git('rev-parse', 'HEAD' if '--base' in arguments else 'main').decode()[:9]}.\n")


@pytest.mark.parametrize(("arguments", "status"), [([], 1), (["nowhere"], 0), (["--only", "added", "src"], 0), (["--base", "HEAD", "new.txt"], 1)])
def test_the_exit_code_says_whether_there_is_something(line: CommandLine, arguments: list[str], status: int) -> None:
    assert line.run("changed", "--exit-code", *arguments)[0] == status


def test_json(line: CommandLine) -> None:
    document = json.loads(line.run("changed", "--json", "src")[1])
    base = line.repository.git("rev-parse", "main").decode().strip()
    assert document == {"version": 1, "base": base, "complete": True, "doubt": "", "files": [{"path": "src/x.py", "kind": "modified"}]}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [(["--base", "nowhere"], "no commit `nowhere` here"), (["--base=--help"], "no commit `--help` here"), (["--only", "moved"], "'moved' is none of added")],
)
def test_what_it_can_not_do_it_says(line: CommandLine, arguments: list[str], problem: str) -> None:
    _, _, err = line.run("changed", *arguments)
    assert problem in err


def test_in_doubt_every_file_is_named(line: CommandLine) -> None:
    status, out, err = line.run("changed", "--base", "nowhere", "--only", "deleted")
    assert status == 0
    assert out.splitlines() == ["? a.txt", "? docs/d.md", "? new.txt", "? src/x.py", "? src/y.py"]
    assert err == "Everything counts as changed: there is no commit `nowhere` here.\n"
    assert line.run("changed", "--base", "nowhere", "--exit-code", "no-such-file")[0] == 1
    assert {one["kind"] for one in json.loads(line.run("changed", "--base", "nowhere", "--json")[1])["files"]} == {"unknown"}


def test_names_are_harmless_on_a_terminal_and_whole_between_nuls(line: CommandLine) -> None:
    line.repository.write(b"\x1b[2J\nevil\xff", "x")
    assert "A \\x1b[2J\\nevil\\udcff\n" in line.run("changed")[1]
    command = [sys.executable, "-m", "ftaction", "changed", "-0"]
    out = subprocess.run(command, cwd=line.repository.root, env=line.variables, capture_output=True, check=True).stdout
    assert out.split(b"\0") == [b"\x1b[2J\nevil\xff", b"b.txt", b"new.txt", b"src/x.py", b""]
    files = json.loads(line.run("changed", "--json")[1])["files"]
    assert files[0] == {"path": "\x1b[2J\nevil\ufffd", "kind": "added", "hex": b"\x1b[2J\nevil\xff".hex()}


CHANGED = ChangeSet(base="c" * 40, touched=(Touched("a", Kind.DELETED), Touched("ü\n", Kind.ADDED)), complete=True)
DOUBT = ChangeSet(base="", touched=(), complete=False, doubt="why")

OUTPUTS: list[tuple[str, ChangeSet | None, list[str], dict[str, str]]] = [
    ("a list", CHANGED, [], {"changed": '["a","\\u00fc\\n"]', "changed-complete": "true", "changed-base": "c" * 40}),
    ("nothing", CHANGED._replace(touched=()), ["a"], {"changed": "[]", "changed-complete": "true", "changed-base": "c" * 40}),
    ("a doubt names every file", DOUBT, ["b", "a"], {"changed": '["a","b"]', "changed-complete": "false", "changed-base": ""}),
    ("nobody asked", None, ["a"], {"changed": "", "changed-complete": "false", "changed-base": ""}),
    ("a name that JSON can't hold", CHANGED._replace(touched=(Touched("\udcff", Kind.ADDED),)), [],
     {"changed": "", "changed-complete": "false", "changed-base": "c" * 40}),
    ("a list that is too long", CHANGED._replace(touched=tuple(Touched("x" * 100 + str(number), Kind.ADDED) for number in range(5000))), [],
     {"changed": "", "changed-complete": "false", "changed-base": "c" * 40}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "files", "expected"), [row[1:] for row in OUTPUTS], ids=[row[0] for row in OUTPUTS])
def test_the_outputs(changes: ChangeSet | None, files: list[str], expected: dict[str, str]) -> None:
    assert changed_outputs(changes, files) == expected


def in_action(host: Host, clone: TestRepository, store: Path, api: str = "", **inputs: str) -> tuple[int, dict[str, str], str]:
    """The action on this checkout: its status, outputs and log. `api`: where GitHub is."""
    event, output = host.folder / "event.json", host.folder / f"output-{len(list(host.folder.glob('output-*')))}"
    event.write_text(json.dumps(host.pull_request()))
    output.touch()
    line = CommandLine(clone, store)
    line.variables |= workflow("pull_request", host.merge, "refs/pull/1/merge")
    line.variables |= {"GITHUB_EVENT_PATH": str(event), "GITHUB_OUTPUT": str(output), "GITHUB_WORKSPACE": str(clone.root), "GITHUB_API_URL": api}
    line.variables |= {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
    status, out, err = line.run("action")
    written = output.read_text().split("\n")
    return status, {written[at].partition("<<")[0]: written[at + 1] for at in range(0, len(written) - 1, 3)}, out + err


def test_an_action_tells_what_was_touched(host: Host, tmp_path: Path) -> None:
    host.merge = host.merged(host.on(host.main[5], {".firsttry.json": '{"version": 1, "checks": {"one": {"run": "true"}}}'}), host.topic[1])
    clone = host.checked_out(host.merge)
    told = {"changed": '["docs/d.md","new.py","src/x.py"]', "changed-complete": "true"}
    base = clone.git("cat-file", "-p", "HEAD").decode().split("\n")[1].split(" ")[1]
    told["changed-base"] = base
    store = tmp_path / "store"
    status, outputs, log = in_action(host, clone, store, changed="only")
    assert (status, outputs) == (0, told), log
    assert "3 files changed since" in log
    ran = in_action(host, clone, store)
    assert ran[0] == 0, ran[2]
    assert told.items() <= ran[1].items()
    assert json.loads(ran[1]["ran"]) == ["one"]
    replayed = in_action(host, clone, store)[1]
    assert (replayed["ran"], replayed["changed"], replayed["changed-complete"]) == ("[]", "", "false"), "nobody asked, and nothing had to be found out"
    asked = in_action(host, clone, store, changed="true")[1]
    assert asked["ran"] == "[]"
    assert told.items() <= asked.items()


@pytest.mark.parametrize(("token", "complete"), [("a token", "true"), ("", "false")])
def test_the_token_of_the_input_asks_github_where_git_is_refused(host: Host, tmp_path: Path, token: str, complete: str) -> None:
    clone = host.checked_out(host.merge)
    clone.git("remote", "set-url", "origin", f"file://{tmp_path}/nowhere")
    files: list[dict[str, object]] = [
        {"filename": path, "status": {"A": "added", "D": "removed", "M": "modified"}[kind]} for path, kind in host.changes.items()
    ]
    with GitHubApi(1, host.topic[1], host.main[5], files) as github:
        status, outputs, log = in_action(host, clone, tmp_path / "store", github.address, changed="only", token=token)
        assert (status, outputs["changed-complete"]) == (0, complete), log
        assert github.tokens == ({f"Bearer {token}"} if token else set())
    assert "a token" not in log
    listed = sorted(host.changes) if token else sorted(clone.git("ls-files").decode().split())
    assert json.loads(outputs["changed"]) == listed


def test_a_wrong_word_for_the_input_is_told(host: Host, tmp_path: Path) -> None:
    status, _, log = in_action(host, host.checked_out(host.merge), tmp_path / "store", changed="maybe")
    assert status == 2
    assert "the input `changed` is 'maybe'" in log

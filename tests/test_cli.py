"""The commands as a user meets them: what they print, and the status they end with."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.repository import TestRepository

CHECKS: dict[str, object] = {"checks": {"good": {"run": "true", "inputs": ["a.txt"]}, "bad": {"run": "echo why; false", "inputs": ["b.txt"]}}}


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    repository = TestRepository(tmp_path / "repository")
    repository.write("a.txt", "a\n")
    repository.write("b.txt", "b\n")
    return CommandLine(repository, tmp_path / "store")


def test_the_failure_comes_last_with_its_log_open(line: CommandLine) -> None:
    line.configure(CHECKS)
    status, out, err = line.run("run")
    assert (status, err) == (1, "")
    assert out.index("── bad: failed (1) ──") < out.index("why") < out.index("FirstTry failed in")


def test_explain_names_what_changed_and_who_proved_it(line: CommandLine) -> None:
    line.configure(CHECKS)
    line.run("run", "good")
    assert "It would be replayed: exactly this is remembered, and it passed.\n  proved here, " in line.run("explain", "good")[1]
    line.repository.write("a.txt", "other\n")
    status, out, _ = line.run("explain", "good")
    assert status == 0
    assert "It would run: 1 thing that it depends on is not as in the nearest record.\n  a.txt modified\n" in out
    assert "What would make it run: another content of\n  1 file, by `a.txt`\n    a.txt\n" in out
    assert "UTC, it was run and passed in " in out
    assert line.run("explain")[1].startswith("The last run, ")
    assert line.run("explain", "nosuch")[0] == 2


def test_init_writes_what_was_found_and_never_overwrites(line: CommandLine) -> None:
    line.repository.write("pyproject.toml", "[tool.ruff]\nline-length = 100\n")
    line.repository.write("a.py", "A = 1\n")
    assert line.run("init")[:2] == (0, "wrote .firsttry.yml: read it, then `ftaction run`\n")
    written = (line.repository.root / ".firsttry.yml").read_text()
    assert "run: ruff check" in written
    assert "parallel: true" in written
    status, _, err = line.run("init")
    assert (status, "is there already" in err) == (2, True)
    assert (line.repository.root / ".firsttry.yml").read_text() == written


def test_init_says_when_nothing_was_found(line: CommandLine) -> None:
    status, _, err = line.run("init")
    assert (status, "no check was found" in err) == (2, True)
    assert not (line.repository.root / ".firsttry.yml").exists()


def test_a_run_without_checks_is_never_green(line: CommandLine) -> None:
    assert line.run("run")[0] == 2


def test_memory_is_looked_after(line: CommandLine) -> None:
    line.configure(CHECKS)
    line.run("run", "good")
    stats = json.loads(line.run("cache", "stats", "--json")[1])
    assert stats["records"] == 2, "the check's and the configuration's"
    assert stats["bytes"] > 0
    assert sum(json.loads(line.run("cache", "ls", "--json")[1]).values()) == stats["bytes"]
    assert json.loads(line.run("cache", "verify", "--json")[1])["damaged"] == 0
    assert line.run("cache", "clear")[0] == 0
    assert json.loads(line.run("cache", "stats", "--json")[1])["bytes"] == 0
    assert "never proved before" in line.run("plan", "good")[1]


def test_a_damaged_blob_is_found_and_dropped(line: CommandLine, tmp_path: Path) -> None:
    line.configure(CHECKS)
    line.run("run", "good")
    blob = next(path for path in (tmp_path / "store/cas").rglob("*") if path.is_file())
    blob.write_bytes(b"damaged")
    status, out, _ = line.run("cache", "verify", "--json")
    assert (status, json.loads(out)["damaged"]) == (1, 1)
    assert line.run("cache", "verify")[0] == 0


def test_a_run_keeps_its_memory_within_the_budget(line: CommandLine, tmp_path: Path) -> None:
    """Looked at once a day: the first run of a store is the first time."""
    left, written = (tmp_path / "store/cas" / name for name in ("left.tmp", "written.tmp"))
    left.parent.mkdir(parents=True)
    for path in (left, written):
        path.write_bytes(b"x" * 1000)
    os.utime(left, (time.time() - 7200,) * 2)
    line.configure(CHECKS | {"cache": {"budget": 1}})
    line.run("run", "good")
    assert json.loads(line.run("cache", "ls", "--json")[1]) == {"cas/written.tmp": 1000}, "somebody may still be writing it"


def test_a_fault_of_ours_is_a_file_and_not_a_traceback(line: CommandLine, tmp_path: Path) -> None:
    """A store whose place is taken by a file of ours that no kind of store could be is no fault; a module that is not there is one."""
    script = "import sys, ftaction.cli as cli; sys.modules['ftaction.app'] = None; sys.exit(cli.main(['run']))"
    line.configure(CHECKS)
    variables = {**line.variables, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], cwd=line.repository.root, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (3, False)
    (report,) = tmp_path.glob("ftaction-fault-*.txt")
    assert str(report) in done.stderr
    assert "Traceback" in report.read_text()


def test_whoever_reads_our_output_may_go(line: CommandLine) -> None:
    line.configure(CHECKS)
    with line.start("plan") as process:
        assert process.stdout is not None
        process.stdout.close()
        process.wait()
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nosuch"], "there is no check `nosuch`"),
        (["run", "--jobs", "0"], "neither a whole number from 1 nor `auto`"),
        (["run", "--profile", "nosuch"], "there is no profile `nosuch`"),
        (["run", "--config", "nosuch.yml"], "nosuch.yml can't be read"),
        (["nosuch"], "invalid choice: 'nosuch'"),
    ],
    ids=["a check", "slots", "a profile", "a configuration", "a command"],
)
def test_what_is_not_there_is_said(line: CommandLine, arguments: list[str], said: str) -> None:
    line.configure(CHECKS)
    status, out, err = line.run(*arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_a_new_pair_of_keys_is_printed_with_where_each_half_goes(line: CommandLine) -> None:
    status, out, err = line.run("cache", "keygen")
    secret, where_secret, public, where_public = out.splitlines()
    assert (status, err) == (0, "")
    assert (secret[:8], public[:15]) == ("ed25519:", "ed25519-public:")
    assert "signing-key" in where_secret
    assert ".firsttry.yml" in where_public
    assert line.run("cache", "keygen")[1] != out


def test_affected_lists_packages_and_checks(line: CommandLine) -> None:
    line.repository.write_all({"web/package.json": '{"name": "web", "dependencies": {"core": "*"}}', "core/package.json": '{"name": "core"}'})
    line.configure({"checks": {"test:web": {"run": "pwd", "package": "web"}, "good": {"run": "true", "inputs": ["a.txt"]}}})
    line.repository.git("switch", "--quiet", "--create", "change")
    line.repository.write("core/index.js", "1\n")
    line.repository.commit()
    status, out, err = line.run("affected")
    assert (status, err) == (0, "")
    assert out.splitlines()[1:] == [
        "packages:",
        "  core  core/index.js",
        "  web   web → core: core/index.js",
        "checks:",
        "  test:web  bound to web",
        "checks not affected: good",
    ]
    document = json.loads(line.run("affected", "--json", "--base", "HEAD")[1])
    assert [check["affected"] for check in document["checks"]] == [False, False]
    assert line.run("affected", "--base", "nowhere")[1].startswith("Everything counts as changed")
    status, _, err = line.run("run", "test:web", "--config", ".firsttry.json")
    assert (status, err) == (0, "")


def test_what_is_observed_and_found_wrong_is_told_and_cleared(line: CommandLine) -> None:
    """The whole of it as a user meets it: a check that reads what it does not say, found out, seen in the plan, believed again."""
    hidden = line.repository.root.parent / "hidden"
    sly = {"run": "cd ..; test ! -e hidden", "inputs": ["a.txt"], "tool": "none"}
    line.configure({"checks": {"sly": sly}})
    assert line.run("run")[0] == 0
    assert "observed: it would be replayed, proved here, " in line.run("plan", "--mode", "observe")[1]
    status, out, _ = line.run("run", "--mode", "observe")
    assert (status, "skipping 1 of 1 check would have saved" in out, "right 1 of 1" in out) == (0, True, True)
    hidden.touch()
    status, out, _ = line.run("run", "--mode", "observe")
    assert (status, "1 skip WRONG" in out) == (1, True)
    assert "WRONG: skipping sly would have hidden that it failed (1). Nothing of it is skipped until `ftaction trust sly`." in out
    hidden.unlink()
    line.repository.write("a.txt", "other\n")
    assert line.run("run")[0] == 0
    assert "a skip of it was found wrong here, " in line.run("explain", "sly")[1]
    assert line.run("trust", "sly") == (0, "sly: what is remembered of it counts again\n", "")
    assert line.run("trust", "sly") == (0, "sly: it was not distrusted here\n", "")
    assert "It would be replayed" in line.run("explain", "sly")[1]
    assert line.run("trust", "slly")[0] == 2


def test_an_audit_of_everything(line: CommandLine) -> None:
    line.configure({"verification": {"audit": "100%"}, **CHECKS})
    line.run("run", "good")
    document = line.reported("good")
    assert document["would_skip"]["right"] == document["would_skip"]["checks"] == ["good"]
    assert document["checks"][0]["reason"] == "audited"
    assert line.reported("good")["replayed"] == ["good"], "it was seen to be right at this commit"

"""The program as root in a workspace of another user, as in the action's container: checks run as that user, and root is never led astray."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run checks as another user")
OWNER = 1001
HERE = Path(__file__).parent.parent


@pytest.fixture
def ground(ground: Path) -> Path:
    """With the folders of a job."""
    for name in ("workspace", "temp", "home"):
        (ground / name).mkdir()
    return ground


def _run(
    ground: Path, command: str, *, store: str = "../store", files: dict[str, str] | None = None, variables: dict[str, str] | None = None, **check: str
) -> "subprocess.CompletedProcess[str]":
    workspace = ground / "workspace"
    lines = ["version: 1", "checks:", "  one:", f"    run: {command}", *(f"    {key}: {value}" for key, value in check.items())]
    for name, text in {".firsttry.yml": "\n".join(lines), **(files or {})}.items():
        (workspace / name).write_text(text)
    subprocess.run(["git", "init", "-q", "."], cwd=workspace, check=True)
    subprocess.run(["chown", "-hR", f"{OWNER}:{OWNER}", *(str(ground / name) for name in ("workspace", "temp", "home"))], check=True)
    environment = {
        "PATH": f"{ground}/home/bin:{os.environ['PATH']}", "HOME": f"{ground}/home", "PYTHONPATH": str(HERE),
        "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace), "RUNNER_TEMP": f"{ground}/temp", "GITHUB_OUTPUT": f"{ground}/output", **(variables or {}),
    }  # fmt: skip
    command_line = [sys.executable, "-m", "ftaction", "run", "--store", store]
    return subprocess.run(command_line, cwd=workspace, env=environment, capture_output=True, text=True, check=False)


def test_checks_run_as_the_owner_and_later_steps_find_what_is_told(ground: Path) -> None:
    ran = _run(ground, "id -u; echo more >>file", stage="mutating", on_change="keep", files={"file": "some\n"})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = next(Path(line) for line in (ground / "output").read_text().split("\n") if line.endswith("report.json"))
    assert report.is_relative_to(ground / "temp")
    assert {path.name for path in report.parent.iterdir()} == {"report.json", "report.html", "trace.json", "one.log", "one.patch"}
    assert not Path("/tmp", report.parent.name).exists(), "nothing is left where it was made"
    assert (report.parent / "one.log").read_text() == f"{OWNER}\n"
    assert {path.lstat().st_uid for path in (ground / "temp").rglob("*")} == {OWNER}


def test_no_check_puts_a_link_where_root_writes(ground: Path) -> None:
    """Whoever owns a folder may rename what is in it, whosever that is: so nothing that root writes during a run stands in one of his."""
    victim = ground / "of-root"
    victim.write_text("untouched")
    script = f"""cd {ground}/temp
for run in firsttry-*; do [ -d $run ] && mv $run moved && mkdir $run && cp -a moved/trees-1 $run; ln -s {victim} $run/one.patch; done
echo more >>{ground}/workspace/file"""
    _run(ground, "bash ./swap.sh", stage="mutating", on_change="keep", files={"file": "some\n", "swap.sh": script})
    assert victim.read_text() == "untouched"


def test_root_removes_nothing_behind_links_of_others(ground: Path) -> None:
    """Old run folders are swept by name, and anybody may make such names where the new one stands."""
    victim = ground / "of-root"
    victim.mkdir()
    (victim / "file").write_text("of root")
    links = [Path(folder) / f"firsttry-00000000-000000-{1 << 30}-{number}" for folder in ("/tmp", ground / "temp") for number in range(25)]
    try:
        for link in links:
            link.symlink_to(victim)
        assert _run(ground, "exit 0").returncode == 0
        assert (victim / "file").exists()
    finally:
        for link in links:
            link.unlink(missing_ok=True)


@pytest.mark.parametrize("link", ["cache", "cache/ac"])
def test_a_store_behind_a_link_of_the_repository_is_refused_or_not_followed(ground: Path, link: str) -> None:
    """Root gives the store's folders to the owner when it ends."""
    victim = ground / "of-root"
    victim.mkdir()
    (victim / "file").write_text("of root")
    place = ground / "workspace" / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(victim)
    _run(ground, "exit 0", store="cache")
    assert (victim.stat().st_uid, (victim / "file").stat().st_uid) == (0, 0)


def test_a_node_from_the_owners_folder_is_not_started_as_root(ground: Path) -> None:
    programs = ground / "home/bin"
    programs.mkdir()
    (programs / "node").write_text(f"#!/bin/sh\nid -u >>{ground}/home/asked\nexit 1\n")
    (programs / "npm").write_text("#!/bin/sh\n")
    for name in ("node", "npm"):
        (programs / name).chmod(0o755)
    (ground / "home/package.json").write_text('{"version": "10.0.0"}')
    ran = _run(ground, "npm test", files={"package.json": '{"scripts": {"test": "exit 0"}}'})
    assert (ground / "home/asked").read_text().split() == [str(OWNER)]
    assert ran.returncode == 0, "a node that says nothing is left to npm\n" + ran.stdout + ran.stderr


def test_what_is_restored_is_the_owners_with_the_folders_above_it(ground: Path) -> None:
    def run(word: str) -> "subprocess.CompletedProcess[str]":
        needing = f"\n  two:\n    run: cat a/b/out {word}\n    needs: [one]\n    inputs: [{word}]"
        more = {"input": "1", word: word, ".gitignore": "a"}
        return _run(ground, "mkdir -p a/b && echo made >a/b/out", outputs="[a/b/out]", inputs=f"[input]{needing}", files=more)

    assert run("first").returncode == 0
    shutil.rmtree(ground / "workspace/a")
    ran = run("second")
    assert ran.returncode == 0, ran.stdout
    assert "1 replayed" in ran.stdout
    assert {path.lstat().st_uid for path in (ground / "workspace/a").rglob("*")} == {OWNER}
    assert (ground / "workspace/a").stat().st_uid == OWNER


def test_no_check_puts_another_store_in_the_place_of_ours(ground: Path) -> None:
    swap = f"cd {ground}/home && mv store ours && mkdir -p store/ac && touch store/ac/forged"
    assert _run(ground, swap, store=f"{ground}/home/store").returncode == 0
    assert not (ground / "home/ours").exists()
    assert any((ground / "home/store/ac").rglob("?" * 64))
    assert not (ground / "home/store/ac/forged").exists()


def test_no_check_writes_what_the_runner_reads(ground: Path) -> None:
    """Neither into the files nor in their place; afterwards everything is again whose it was. `commands` is in reach under two names."""
    commands = ground / "temp/commands"
    commands.mkdir()
    for name in ("output", "env", "event"):
        (commands / name).touch()
    script = f"""cd {ground}/temp
for name in env output event; do echo forged=1 >>commands/$name; mv commands/$name commands/old; echo forged=1 >commands/$name; done
mv commands old-commands && mkdir commands && echo forged=1 >commands/env
touch mine commands/mine && rm mine commands/mine && echo done >{ground}/home/done
"""
    variables = {"GITHUB_OUTPUT": "output", "GITHUB_ENV": "env", "GITHUB_EVENT_PATH": "event"}
    ran = _run(ground, "sh ./script", files={"script": script}, variables={name: f"{commands}/{file}" for name, file in variables.items()})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (ground / "home/done").exists(), "its own files are its own"
    assert sorted(path.name for path in commands.iterdir()) == ["env", "event", "output"]
    assert "forged" not in "".join(path.read_text() for path in commands.iterdir())
    assert "verdict" in (commands / "output").read_text()
    assert {path.lstat().st_uid for path in (ground / "temp", *(ground / "temp").rglob("*"))} == {OWNER}
    assert {path.stat().st_mode & 0o7777 for path in (commands, ground / "temp")} == {0o755}


def test_a_broken_configuration_leaves_nothing_of_roots(ground: Path) -> None:
    ran = _run(ground, "exit 0", store="cache/store", colour="red")
    assert (ran.returncode, "can't be written" in ran.stderr) == (2, False)
    assert {path.lstat().st_uid for path in (ground / "workspace").rglob("*")} == {OWNER}

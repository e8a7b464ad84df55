"""`cargo test` is asked for no part of a workspace: `-p` builds what crates share with other features, so neither verdict stands for the other.

A check of one crate, bound to it, asks the same each time. These run cargo itself, where it is there.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.repository import TestRepository

pytestmark = pytest.mark.skipif(shutil.which("cargo") is None, reason="there is no cargo command")


def crate(name: str, more: str = "") -> str:
    return f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n{more}'


def workspace(expected: int) -> dict[str, str]:
    """`base` answers 2 where anybody asks for its feature, else 1; `uses` doesn't ask, `other` does."""
    return {
        "Cargo.toml": '[workspace]\nmembers = ["base", "uses", "other"]\nresolver = "2"\n',
        ".gitignore": "target\n",
        "base/Cargo.toml": crate("base", "[features]\nloud = []\n"),
        "base/src/lib.rs": 'pub fn get() -> i32 { if cfg!(feature = "loud") { 2 } else { 1 } }\n',
        "uses/Cargo.toml": crate("uses", '[dependencies]\nbase = { path = "../base" }\n'),
        "uses/src/lib.rs": f"#[test]\nfn it() {{ assert_eq!(base::get(), {expected}) }}\n",
        "other/Cargo.toml": crate("other", '[dependencies]\nbase = { path = "../base", features = ["loud"] }\n'),
        "other/src/lib.rs": "#[test]\nfn it() {}\n",
    }


def cargo(root: Path, *words: str) -> bool:
    return subprocess.run(["cargo", "test", "--quiet", "--offline", *words], cwd=root, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("expected", [1, 2])
def test_a_part_of_a_workspace_is_another_build(tmp_path: Path, expected: int) -> None:
    """Why no part is asked for. Should cargo build both alike one day, this fails."""
    root = TestRepository(tmp_path / "repository").write_all(workspace(expected)).root
    assert (cargo(root), cargo(root, "-p", "uses")) == (expected == 2, expected == 1)


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    """One check for all of the workspace, and one for each of two crates, bound to them."""
    line = CommandLine(TestRepository(tmp_path / "repository").write_all(workspace(2)), tmp_path / "store")
    line.repository.write("uses/src/lib.rs", "#[test]\nfn it() { assert!(base::get() > 0) }\n")
    line.variables |= {"CARGO_HOME": str(Path("~/.cargo").expanduser()), "RUSTUP_HOME": str(Path("~/.rustup").expanduser())}
    test = "cargo test --quiet --offline"
    bound = {name: {"run": f"{test} -p {name}", "package": name, "working_directory": "."} for name in ("uses", "other")}
    line.configure({"checks": {"all": {"run": test}, **bound}})
    assert cargo(line.repository.root), "which writes the lock file"
    line.repository.commit()
    status, out, err = line.run("run")
    assert status == 0, out + err
    return line


def sources(line: CommandLine) -> dict[str, str]:
    found = {check["check"]: check for step in line.plan()["steps"] for check in step["checks"]}
    assert "selection" not in found["all"]
    return {name: check["source"] for name, check in found.items()}


def test_checks_of_crates_run_by_what_they_depend_on(line: CommandLine) -> None:
    assert sources(line) == {"all": "replayed", "uses": "replayed", "other": "replayed"}
    line.repository.write("other/src/lib.rs", "#[test]\nfn it() { assert!(false) }\n")
    assert sources(line) == {"all": "ran", "uses": "replayed", "other": "ran"}
    line.repository.write("other/src/lib.rs", "#[test]\nfn it() {}\n")
    line.repository.write("base/src/lib.rs", "pub fn get() -> i32 { 0 }\n")
    assert sources(line) == {"all": "ran", "uses": "ran", "other": "ran"}
    status, out, _ = line.run("run", "uses")
    assert (status, "FAIL uses" in out) == (1, True)

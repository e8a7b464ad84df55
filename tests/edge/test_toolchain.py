"""What a program is, found without starting it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ftaction.edge import shims
from ftaction.edge.digests import Digests
from ftaction.edge.toolchain import Toolchain

Identities = tuple[tuple[str, str], ...]


def _program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def _toolchain(root: Path, *path: Path) -> Toolchain:
    return Toolchain(str(root), ":".join(map(str, path)), Digests(None))


def test_what_a_need_makes_is_not_looked_into(tmp_path: Path) -> None:
    """Its fingerprint stands for it; else a check would differ before and after its need ran."""
    _program(tmp_path / "out/tool")
    for word in ("out/tool", "./out/tool", "folder/../out/tool"):
        assert _toolchain(tmp_path).of(word, ".", ("out",)) == (), word
        assert _toolchain(tmp_path).of(word, ".") != (), word


TRAMPOLINES = [
    "#!/bin/sh\n'''exec' \"{venv}/bin/python\" \"$0\" \"$@\"\n' '''\n",
    "#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\n",
]
"""As pip and uv write scripts where a first line can't hold the interpreter's path, or where the venv may be moved."""


def _venv(root: Path, base: Path) -> Path:
    """A virtual environment as far as its files tell: interpreter, settings, one distribution and one script."""
    _program(base / "bin/python3.11", "interpreter 1")
    venv = root / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to(base / "bin/python3.11")
    (venv / "bin/python3").symlink_to("python")
    (venv / "pyvenv.cfg").write_text("include-system-site-packages = false\n")
    _install(venv, "tool", "1.0")
    plain = f"#!{venv}/bin/python\n"
    first = plain if " " not in plain and len(plain) < 128 else TRAMPOLINES[0].replace("{venv}", str(venv))
    _program(venv / "bin/tool", first + "import tool\n")
    return venv


def _install(venv: Path, name: str, version: str, digest: str = "aaa") -> None:
    packages = venv / "lib/python3.11/site-packages"
    for old in packages.glob(f"{name}-*.dist-info"):
        shutil.rmtree(old)
    information = packages / f"{name}-{version}.dist-info"
    information.mkdir(parents=True)
    lines = [f"{name}/__init__.py,sha256={digest},10", f"{name}-{version}.dist-info/RECORD,,", f"../../../bin/{name},sha256=of-the-path,1"]
    (information / "RECORD").write_text("\n".join([*lines, f"{name}/__pycache__/x.pyc,,"]) + "\n")


def _of(root: Path, word: str = "tool", path: tuple[Path, ...] = ()) -> Identities:
    """As a new process would find it."""
    return _toolchain(root, *path).of(word, ".")


def _upgrade(venv: Path) -> None:
    _install(venv, "tool", "1.1")


def _rebuild(venv: Path) -> None:
    _install(venv, "tool", "1.0", "bbb")


def _another(venv: Path) -> None:
    _install(venv, "plugin", "1.0")


def _remove(venv: Path) -> None:
    shutil.rmtree(venv / "lib/python3.11/site-packages/tool-1.0.dist-info")


def _edit_script(venv: Path) -> None:
    script = venv / "bin/tool"
    script.write_text(script.read_text() + "more()\n")


def _replace_interpreter(venv: Path) -> None:
    Path(os.path.realpath(venv / "bin/python")).write_text("interpreter 2")


def _path_file(venv: Path) -> None:
    (venv / "lib/python3.11/site-packages/extra.pth").write_text("/somewhere\n")


def _see_system(venv: Path) -> None:
    """What the interpreter itself has installed counts from now on."""
    (venv / "pyvenv.cfg").write_text("include-system-site-packages = TRUE\n")
    _install(Path(os.path.realpath(venv / "bin/python")).parent.parent, "system", "3.0")


CHANGES = [_upgrade, _rebuild, _another, _remove, _edit_script, _replace_interpreter, _path_file, _see_system]
PLACES = ["plain", "with space", "brackets[ab]", "stars*", "x" * 150]


@pytest.mark.parametrize("place", PLACES, ids=["plain", "space", "brackets", "stars", "long"])
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_in_a_venv_changes_its_programs(tmp_path: Path, place: str, change: Callable[[Path], None]) -> None:
    root = tmp_path / place
    venv = _venv(root, tmp_path / "base [1]")
    before = _of(root)
    assert any(name.startswith("package tool-1.0") for name, _ in before)
    assert _of(root) == before, "and nothing else does"
    change(venv)
    assert _of(root) != before


@pytest.mark.parametrize("text", TRAMPOLINES, ids=["of pip", "of uv"])
@pytest.mark.parametrize("change", [_upgrade, _another, _replace_interpreter])
def test_a_script_that_starts_its_python_through_sh(tmp_path: Path, text: str, change: Callable[[Path], None]) -> None:
    """The venv stands outside, on no PATH."""
    venv = _venv(tmp_path / "elsewhere", tmp_path / "base")
    _program(venv / "bin/tool", text.replace("{venv}", str(venv)))
    (tmp_path / "root").mkdir()
    before = _of(tmp_path / "root", str(venv / "bin/tool"))
    change(venv)
    assert _of(tmp_path / "root", str(venv / "bin/tool")) != before


def test_two_worktrees_with_the_same_packages_agree(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two[2]", "and " * 40):
        _venv(tmp_path / name, tmp_path / "base")
        found.append((_of(tmp_path / name), _toolchain(tmp_path / name).python(".")))
    assert found[0] == found[1] == found[2]
    assert str(tmp_path) not in str(found)


def test_a_tool_that_is_replaced(tmp_path: Path) -> None:
    program = _program(tmp_path / "bin/tool", "binary 1")
    before = _of(tmp_path, path=(tmp_path / "bin",))
    program.write_text("binary 2")
    assert _of(tmp_path, path=(tmp_path / "bin",)) != before


def test_another_tool_that_comes_first(tmp_path: Path) -> None:
    _program(tmp_path / "second/tool", "binary")
    path = (tmp_path / "first", tmp_path / "second")
    before = _of(tmp_path, path=path)
    _program(tmp_path / "first/tool", "another")
    first = _of(tmp_path, path=path)
    assert first != before
    _program(tmp_path / ".venv/bin/tool", "local")
    assert _of(tmp_path, path=path) != first


def test_a_script_counts_by_its_interpreter_not_by_where_that_stands(tmp_path: Path) -> None:
    for name in ("one", "two"):
        _program(tmp_path / name / "ruby", "same interpreter")
        _program(tmp_path / name / "tool", f"#!{tmp_path}/{name}/ruby\nbody\n")
    one, two = (_of(tmp_path, path=(tmp_path / name,)) for name in ("one", "two"))
    assert one == two
    _program(tmp_path / "two/ruby", "another interpreter")
    assert _of(tmp_path, path=(tmp_path / "two",)) != one


def test_a_script_with_env_counts_by_what_env_finds(tmp_path: Path) -> None:
    _program(tmp_path / "bin/tool", "#!/usr/bin/env -S FOO=1 thing\nbody\n")
    _program(tmp_path / "bin/thing", "one")
    before = _of(tmp_path, path=(tmp_path / "bin",))
    _program(tmp_path / "bin/thing", "two")
    assert _of(tmp_path, path=(tmp_path / "bin",)) != before


@pytest.mark.parametrize("first", ["FOO=2 thing -x", "FOO=1 thing -y", "FOO=1 thing", "FOO=1 other -x"])
def test_a_first_line_counts_by_all_it_says(tmp_path: Path, first: str) -> None:
    _program(tmp_path / "bin/thing", "one")
    _program(tmp_path / "bin/other", "two")
    tool = _program(tmp_path / "bin/tool", "#!/usr/bin/env -S FOO=1 thing -x\nbody\n")
    before = _of(tmp_path, path=(tmp_path / "bin",))
    tool.write_text(f"#!/usr/bin/env -S {first}\nbody\n")
    assert _of(tmp_path, path=(tmp_path / "bin",)) != before


@pytest.mark.parametrize("state", [".package-lock.json", ".pnpm/lock.yaml", ".yarn-state.yml", ".yarn-integrity"])
def test_what_is_installed_for_node_counts(tmp_path: Path, state: str) -> None:
    path = tmp_path / "node_modules" / state
    path.parent.mkdir(parents=True)
    path.write_text("1")
    before = _toolchain(tmp_path).node("packages/one")
    path.write_text("22")
    assert _toolchain(tmp_path).node("packages/one") != before
    assert _toolchain(tmp_path).node(".", ("node_modules",)) == ()


def test_a_word_that_is_no_program_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("not executable")
    for word in ("nowhere", "./folder", "./text", "", "/", "~nobody/x"):
        assert _of(tmp_path, word) == ()


def test_what_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    """And a check that starts it is never remembered."""
    venv = _venv(tmp_path / "root", tmp_path / "base")
    (venv / "pyvenv.cfg").unlink()
    (venv / "pyvenv.cfg").mkdir()
    assert any(identity.startswith("unreadable") for _, identity in _of(tmp_path / "root"))


@pytest.mark.parametrize(
    ("texts", "expected", "why"),
    [
        (["3.11.7\n"], ["3.11.7"], "named in full"),
        (["3.12\n"], ["3.12.1", "3.12.4"], "by its beginning: the newest may change"),
        (["3.11.7", "3.12.4\n3.9\n"], ["3.11.7", "3.12.4"], "each that a file or variable names"),
        (["3.1\n"], ["3.11.7", "3.12.1", "3.12.4"], "3.1 is not the beginning of 3.11: nothing is named, so any may be"),
        (["system\n"], ["3.11.7", "3.12.1", "3.12.4"], "no version at all"),
        ([], ["3.11.7", "3.12.1", "3.12.4"], "no file at all"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_shim_may_start_what_is_named(texts: list[str], expected: list[str], why: str) -> None:
    programs = [f"/pyenv/versions/{version}/bin/python" for version in ("3.11.7", "3.12.1", "3.12.4")]
    chosen = shims.chosen(programs, ("/pyenv", ("versions/*/bin",)), texts)
    assert [program.split("/")[3] for program in chosen] == expected, why

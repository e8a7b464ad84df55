"""Checks that may change files: what they changed is theirs, is replayed as a patch, and has earlier verdicts planned again."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ftaction.model.check import Check, OnChange, Stage
from ftaction.model.ending import CouldNotStart, Failed, Passed
from ftaction.model.plan import Reason, Run
from tests.support.repository import TestRepository, committed
from tests.support.rig import Rig, check, config, decisions, endings, result

ONE = {"max_workers": 1, "fail_fast": "never"}


def mutating(name: str, run: str, **more: object) -> Check:
    return check(name, run, stage=Stage.MUTATING, **more)


def _why(rig: Rig, name: str) -> Reason | None:
    decision = {one.check: one.decision for one in rig.surface.reports[-1].results}[name]
    return decision.why.reason if isinstance(decision, Run) else None


CHANGES: list[tuple[str, str, list[str]]] = [
    ("modified", "echo more >> a.txt", ["a.txt"]),
    ("binary", r"printf '\000\001\377' > a.txt; head -c 9000 /dev/zero > zeros", ["a.txt", "zeros"]),
    ("new", "mkdir -p new/er; echo new > new/er/file", ["new/er/file"]),
    ("deleted", "rm a.txt; rm -r folder", ["a.txt", "folder/c.txt"]),
    ("renamed", "mv a.txt z.txt", ["a.txt", "z.txt"]),
    ("mode", "chmod +x a.txt", ["a.txt"]),
    ("no final newline", "printf x > a.txt", ["a.txt"]),
    ("windows lines", r"printf 'x\r\ny\r\n' > a.txt", ["a.txt"]),
    ("emptied", ": > a.txt", ["a.txt"]),
    ("a link for a file", "ln -sf b.txt a.txt", ["a.txt"]),
    ("a folder for a file", "rm a.txt; mkdir a.txt; echo > a.txt/inside", ["a.txt", "a.txt/inside"]),
    ("odd names", "echo > 'with space'; echo > $'new\\nline'; echo > -dash; echo > '\"'; echo > é", ['"', "-dash", "new\nline", "with space", "é"]),
    ("untracked before", "echo more >> untracked", ["untracked"]),
    ("dirty before", "echo more >> b.txt", ["b.txt"]),
    ("staged before", "echo more >> staged", ["staged"]),
]


def _dirty(repository: TestRepository) -> None:
    repository.write("untracked", "untracked\n")
    repository.write("b.txt", "dirty\n")
    repository.write("staged", "staged\n")
    repository.git("add", "staged")


def _files(root: Path) -> dict[str, tuple[int, bytes]]:
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if not name.startswith(".git/") and (path.is_symlink() or path.is_file()):
            found[name] = (path.lstat().st_mode & 0o100, os.readlink(path).encode() if path.is_symlink() else path.read_bytes())
    return found


@pytest.mark.parametrize(("run", "changed"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_a_change_is_attributed_and_replayed(rig: Rig, tmp_path: Path, run: str, changed: list[str]) -> None:
    _dirty(rig.repository)
    index = (rig.repository.root / ".git/index").read_bytes()
    line = config(check("before", "true"), mutating("change", run), **ONE)
    first = rig.run(line)
    assert endings(first) == {"before": Passed(), "change": Passed()}
    assert list(result(first, "change").changed) == changed
    assert rig.repository.git("diff", "--cached", "--name-only").decode() == "staged\n"
    assert rig.repository.git("ls-files", "-s") == _entries(rig, index)
    after = _files(rig.repository.root)

    again = Rig(committed(tmp_path / "second" / "repository", {"a.txt": "a\n", "b.txt": "b\n", "folder/c.txt": "c\n"}), store=rig.store_folder)
    again.variables = rig.variables
    _dirty(again.repository)
    second = again.run(line)
    assert decisions(second)["change"] == "Replay"
    assert list(result(second, "change").changed) == changed
    assert _files(again.repository.root) == after
    assert again.repository.git("diff", "--cached", "--name-only").decode() == "staged\n"


def _entries(rig: Rig, index: bytes) -> bytes:
    saved = rig.folder / "index-before"
    saved.write_bytes(index)
    rig.repository.environment["GIT_INDEX_FILE"] = str(saved)
    try:
        return rig.repository.git("ls-files", "-s")
    finally:
        del rig.repository.environment["GIT_INDEX_FILE"]


def test_nothing_is_left_in_the_users_object_store(rig: Rig) -> None:
    def objects() -> set[Path]:
        return {path for path in (rig.repository.root / ".git/objects").rglob("*") if path.is_file()}

    before = objects()
    rig.run(config(mutating("change", "echo unheard-of > a.txt"), **ONE))
    assert objects() == before


@pytest.mark.parametrize("on_change", [OnChange.FAIL, OnChange.KEEP])
def test_what_a_change_means(rig: Rig, on_change: OnChange) -> None:
    report = rig.run(config(mutating("change", "echo x > a.txt"), **ONE), on_change=on_change)
    assert endings(report)["change"] == (Passed() if on_change is OnChange.KEEP else Failed(0, ("a.txt",)))
    assert (rig.repository.root / "a.txt").read_text() == "x\n"
    assert b"+x" in Path(result(report, "change").patch).read_bytes()


def test_the_checks_own_word_on_changes_goes_first(rig: Rig) -> None:
    line = config(mutating("change", "echo x > a.txt", on_change=OnChange.FAIL), **ONE)
    assert endings(rig.run(line, on_change=OnChange.KEEP))["change"] == Failed(0, ("a.txt",))


def test_a_kept_change_does_not_stand_where_changes_fail(rig: Rig) -> None:
    line = config(mutating("change", "echo x > a.txt", inputs=["b.txt"]), **ONE)
    rig.run(line, on_change=OnChange.KEEP)
    rig.repository.git("checkout", "--quiet", ".")
    assert endings(rig.run(line, on_change=OnChange.FAIL))["change"] == Failed(0, ("a.txt",))
    rig.repository.git("checkout", "--quiet", ".")
    assert endings(rig.run(line, on_change=OnChange.FAIL))["change"] == Failed(0, ("a.txt",)), "nor was it remembered"


def test_a_formatter_that_changes_nothing_passes_and_is_replayed(rig: Rig) -> None:
    line = config(mutating("format", "cat a.txt > a.new; cat a.new > a.txt; rm a.new"), **ONE)
    first = rig.run(line, on_change=OnChange.FAIL)
    assert endings(first) == {"format": Passed()}
    assert result(first, "format").changed == ()
    assert decisions(rig.run(line, on_change=OnChange.FAIL)) == {"format": "Replay"}


def test_a_failing_formatter_is_failed_and_keeps_its_change_visible(rig: Rig) -> None:
    report = rig.run(config(mutating("format", "echo x > a.txt; exit 3"), **ONE))
    assert endings(report) == {"format": Failed(3)}
    assert result(report, "format").changed == ("a.txt",)


def test_earlier_verdicts_on_changed_files_are_planned_again(rig: Rig) -> None:
    """`lint` passed on what is no longer there; `other` was of other files and stands."""
    lint, other = check("lint", "grep -q a a.txt", inputs=["a.txt"]), check("other", "true", inputs=["b.txt"])
    line = config(lint, other, mutating("format", "echo x > a.txt", inputs=["a.txt"]), **ONE)
    report = rig.run(line)
    assert endings(report) == {"lint": Failed(1), "other": Passed(), "format": Passed()}
    assert rig.surface.of("started") == ["lint", "other", "format", "lint"]


def test_a_check_that_cannot_be_identified_is_planned_again_too(rig: Rig) -> None:
    """It has no fingerprint before and none after, which says nothing about its files."""
    rig.repository.write(".gitignore", ".venv\n")
    rig.repository.commit()
    (rig.repository.root / ".venv/bin").mkdir(parents=True)
    (rig.repository.root / ".venv/bin/python3").symlink_to(sys.executable)
    (rig.repository.root / ".venv/pyvenv.cfg").mkdir()
    line = config(check("lint", "grep -q a a.txt", inputs=["a.txt"]), mutating("format", "echo x > a.txt", inputs=["b.txt"]), **ONE)
    report = rig.run(line)
    assert endings(report)["lint"] == Failed(1)


def test_two_that_disagree_are_told(rig: Rig) -> None:
    line = config(mutating("one", "echo 1 > a.txt", inputs=["a.txt"]), mutating("two", "echo 2 > a.txt", inputs=["a.txt"]), **ONE)
    for _ in range(3):
        report = rig.run(line)
        assert endings(report)["one"] == Failed(0, ("a.txt",))


def test_two_that_disagree_are_told_also_where_both_are_remembered(rig: Rig) -> None:
    """A replayed patch changes the files under the other's verdict as a run would."""
    one, two = mutating("one", "echo 1 > a.txt", inputs=["a.txt"]), mutating("two", "echo 2 > a.txt", inputs=["a.txt"])
    rig.repository.write("a.txt", "2\n")
    assert endings(rig.run(config(one, **ONE))) == {"one": Passed()}
    rig.repository.write("a.txt", "a\n")
    report = rig.run(config(one, two, **ONE))
    assert Failed(0, ("a.txt",)) in endings(report).values()


def test_a_pass_for_which_no_change_was_looked_for_is_another(rig: Rig) -> None:
    """As a fast check it may write beside its inputs, and nobody takes a patch."""
    write = "echo x > b.txt"
    assert endings(rig.run(config(check("writes", write, inputs=["a.txt"]), **ONE))) == {"writes": Passed()}
    rig.repository.git("checkout", "--quiet", ".")
    report = rig.run(config(mutating("writes", write, inputs=["a.txt"]), **ONE), on_change=OnChange.FAIL)
    assert endings(report) == {"writes": Failed(0, ("b.txt",))}


def test_changes_in_a_submodule_are_seen(rig: Rig, tmp_path: Path) -> None:
    """No patch of this repository can hold them, so they are told and not remembered."""
    inner = committed(tmp_path / "inner", {"x.py": "x\n"})
    rig.repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub")
    rig.repository.commit()
    line = config(check("lint", "grep -q x sub/x.py", inputs=["sub/**"]), mutating("format", "echo y > sub/x.py"), **ONE)
    report = rig.run(line)
    assert endings(report) == {"lint": Failed(1), "format": Passed()}
    assert result(report, "format").changed == ("sub/x.py",)
    assert "a patch can't hold" in result(report, "format").doubt
    rig.repository.git("-C", "sub", "checkout", "--quiet", ".")
    assert endings(rig.run(line, on_change=OnChange.FAIL))["format"] == Failed(0, ("sub/x.py",))


def test_changes_to_a_file_that_git_was_told_not_to_look_at_are_seen(rig: Rig) -> None:
    rig.repository.git("update-index", "--assume-unchanged", "a.txt")
    report = rig.run(config(mutating("format", "echo y > a.txt"), **ONE), on_change=OnChange.FAIL)
    assert endings(report)["format"] == Failed(0, ("a.txt",))


def test_changes_to_an_ignored_input_are_not_remembered_as_none(rig: Rig) -> None:
    rig.repository.write(".gitignore", "local.env\n")
    rig.repository.commit()
    rig.repository.write("local.env", "1")
    line = config(check("lint", "grep -q 1 local.env", inputs=["local.env"]), mutating("format", "echo 2 > local.env", inputs=["local.env"]), **ONE)
    report = rig.run(line)
    assert endings(report)["lint"] == Failed(1)
    assert not result(report, "format").stored


def _refuse(repository: TestRepository) -> None:
    repository.git("config", "filter.broken.clean", "false")
    repository.git("config", "filter.broken.required", "true")


def test_changes_that_cannot_be_told_are_no_pass(rig: Rig) -> None:
    rig.repository.write(".gitattributes", "*.bin filter=broken\n")
    rig.repository.commit()
    _refuse(rig.repository)
    report = rig.run(config(mutating("format", "echo x > x.bin"), **ONE), on_change=OnChange.FAIL)
    assert isinstance(endings(report)["format"], CouldNotStart)
    (rig.repository.root / "x.bin").unlink(missing_ok=True)
    rig.repository.write("y.bin", "y")
    report = rig.run(config(check("other", "true"), mutating("format", "true"), **ONE), on_change=OnChange.FAIL)
    assert endings(report)["other"] == Passed()
    assert isinstance(endings(report)["format"], CouldNotStart)


def _gone(path: Path) -> None:
    path.unlink()


def _other(path: Path) -> None:
    path.write_bytes(b"no patch")


@pytest.mark.parametrize("harm", [_gone, _other])
def test_a_patch_that_cannot_be_had_is_made_again(rig: Rig, harm: Callable[[Path], None]) -> None:
    line = config(mutating("format", "echo x > a.txt", inputs=["b.txt"]), **ONE)
    rig.run(line)
    rig.repository.git("checkout", "--quiet", ".")
    patches = [path for path in (rig.store_folder / "cas").rglob("*") if path.is_file() and path.read_bytes().startswith(b"diff --git")]
    assert len(patches) == 1
    harm(patches[0])
    report = rig.run(line)
    assert endings(report) == {"format": Passed()}
    assert decisions(report) == {"format": "Run"}
    assert (rig.repository.root / "a.txt").read_text() == "x\n"


def test_a_patch_that_no_longer_fits_is_made_again(rig: Rig) -> None:
    line = config(mutating("format", "echo x > a.txt", inputs=["b.txt"]), **ONE)
    rig.run(line)
    rig.repository.write("a.txt", "something else\n")
    assert endings(rig.run(line)) == {"format": Passed()}
    assert _why(rig, "format") is Reason.MUST_PATCH
    assert (rig.repository.root / "a.txt").read_text() == "x\n"


def test_what_comes_after_reads_what_was_changed(rig: Rig) -> None:
    line = config(mutating("format", "echo x > a.txt", inputs=["a.txt"]), check("slow", "grep -q x a.txt", inputs=["a.txt"], stage=Stage.SLOW), **ONE)
    assert endings(rig.run(line)) == {"format": Passed(), "slow": Passed()}
    rig.repository.git("checkout", "--quiet", ".")
    report = rig.run(line)
    assert decisions(report) == {"format": "Replay", "slow": "Replay"}
    assert (rig.repository.root / "a.txt").read_text() == "x\n"

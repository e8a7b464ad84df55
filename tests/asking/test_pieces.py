"""The change set as items: whatever a file is called and whatever happened to it, its pieces are its own, and none is lost."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ftaction import app
from ftaction.edge.changed_lines import changed_text
from ftaction.edge.changes_fetch import Limits
from ftaction.edge.digests import Digests
from ftaction.edge.git import Repository
from ftaction.model.asking import Verdict
from ftaction.model.ending import Passed, Unanswered
from ftaction.model.run import Report, Request
from ftaction.plan.asking.hunks import hunks
from ftaction.touched import change_set, diffs_of
from tests.asking.scene import Scene, account, asks, left, messages, of
from tests.support.repository import TestRepository, committed

LINES = "".join(f"{number}\n" for number in range(1, 31))
ODD = ["plain.txt", "with space.txt", 'quo"te.txt', "back\\slash.txt", "new\nline.txt", "tab\t.txt", "ü.txt", ":(top)x", "*.txt", "-n", "a -> b", "deep/er/x"]
BROKEN = os.fsdecode(b"no-\xff-text.txt")


def _diffs(repository: TestRepository, base: str, paths: list[str]) -> dict[str, str] | None:
    return changed_text(Repository(str(repository.root), Digests(None), repository.environment), base, paths, {}, limits=Limits())


def test_names_of_any_kind(tmp_path: Path) -> None:
    names = [*ODD, BROKEN]
    repository = committed(tmp_path / "r", {})
    for name in names:
        repository.write(os.fsencode(name), LINES)
    base = repository.commit()
    for number, name in enumerate(names):
        repository.write(os.fsencode(name), LINES.replace("15\n", f"{number} is new\n"))
    found = _diffs(repository, base, names)
    assert found is not None
    assert sorted(found) == sorted(names)
    for number, name in enumerate(names):
        (piece,) = hunks(name, found[name])
        assert piece.text == f" 12\n 13\n 14\n-15\n+{number} is new\n 16\n 17\n 18"
        assert piece.lines == (12, 13, 14, 0, 15, 16, 17, 18)


def _chmod(root: Path) -> None:
    (root / "x").chmod(0o755)


def _link(root: Path) -> None:
    (root / "x").unlink()
    (root / "x").symlink_to("y")


def _to_folder(root: Path) -> None:
    (root / "x").unlink()
    (root / "x").mkdir()
    (root / "x" / "inner").write_text("x\n")


def _writes(content: str | bytes) -> Callable[[Path], object]:
    return lambda root: (root / "x").write_bytes(content if isinstance(content, bytes) else content.encode())


HAPPENED: list[tuple[Callable[[Path], object], list[str] | None, str]] = [
    (lambda root: (root / "x").unlink(), ["-a\n-b"], "it is gone"),
    (lambda root: (root / "x").rename(root / "z"), ["-a\n-b"], "it has another name"),
    (_writes(b"\0\1\2"), [], "it holds bytes"),
    (_writes("a\nb"), [" a\n-b\n+b"], "its last line has no end any more"),
    (_writes("a\r\nb\r\n"), ["-a\n-b\n+a\r\n+b\r"], "other ends of lines"),
    (_writes("a\n\nb\n"), [" a\n+\n b"], "an empty line"),
    (_writes(""), ["-a\n-b"], "it is empty"),
    (_writes("diff --git x x\n@@ -1 +1 @@\n"), ["-a\n-b\n+diff --git x x\n+@@ -1 +1 @@"], "it looks like a diff"),
    (_writes(b"\xff\n"), ["-a\n-b\n+\ufffd"], "it is no text"),
    (_chmod, [], "another mode alone"),
    (_link, ["-a\n-b", "+y"], "a link in its place"),
    (_to_folder, ["-a\n-b"], "a folder in its place"),
]


@pytest.mark.parametrize(("happen", "pieces", "reason"), HAPPENED, ids=[row[-1] for row in HAPPENED])
def test_what_happens_to_a_file(tmp_path: Path, happen: Callable[[Path], object], pieces: list[str], reason: str) -> None:
    """The one beside it has its own piece all the same."""
    repository = committed(tmp_path / "r", {"x": "a\nb\n", "y": "1\n"})
    base = repository.git("rev-parse", "HEAD").decode().strip()
    happen(repository.root)
    repository.write("y", "2\n")
    found = _diffs(repository, base, ["x", "y"])
    assert found is not None
    assert [one.text for one in hunks("x", found.get("x", ""))] == pieces
    assert [one.text for one in hunks("y", found["y"])] == ["-1\n+2"]


def test_a_base_that_is_not_there_is_no_diff(tmp_path: Path) -> None:
    repository = committed(tmp_path / "r", {"x": "a\n"})
    assert _diffs(repository, "0" * 40, ["x"]) is None
    assert _diffs(repository, "HEAD", []) == {}


# Through the whole program


def run(scene: Scene, base: str, verdict: Verdict = Verdict.GATE) -> Report:
    repository = Repository(str(scene.rig.repository.root), Digests(None), scene.rig.repository.environment)
    world = scene.rig.world()._replace(
        changes=lambda: change_set(repository, {}, {}, base), diffs=lambda changes, paths: diffs_of(repository, {}, changes, paths)
    )
    return app.run(world, scene.config(asks(items="change", batch=1, verdict=verdict)), Request())


def _base(scene: Scene) -> str:
    return scene.rig.repository.git("rev-parse", "HEAD").decode().strip()


def test_each_piece_is_asked_about_and_only_what_is_new_is_asked_again(scene: Scene) -> None:
    """The second push moves one piece, changes another and adds a file."""
    repository = scene.rig.repository
    repository.write_all({"x.txt": LINES, "y.bin": "x\n", "z.txt": "z\n"})
    base = repository.commit()
    repository.write("x.txt", LINES.replace("3\n4\n", "3\nnew\n", 1).replace("25\n", "other\n"))
    repository.write("y.bin", b"\0\1")
    (repository.root / "z.txt").unlink()
    repository.commit()
    first = run(scene, base)
    assert of(first).ending == Passed()
    assert messages(first) == [("", 0, "seen in z.txt:0"), ("x.txt", 1, "seen in x.txt:1-7"), ("x.txt", 22, "seen in x.txt:22-28")]
    assert len(scene.calls()) == 3

    top = "".join(f"top {number}\n" for number in range(9))
    repository.write("x.txt", top + LINES.replace("3\n4\n", "3\nnew\n", 1).replace("25\n", "another\n"))
    repository.write("added.txt", "one\ntwo\n")
    second = run(scene, base)
    asked = [name for call in scene.calls() for name in ("x.txt", "added.txt") if f'"{name}:' in call["prompt"]]
    assert sorted(asked) == ["added.txt", "x.txt", "x.txt"]  # lines above are in the piece that was first
    assert account(second).remembered == 1


def test_a_change_of_nothing_is_a_pass(scene: Scene) -> None:
    report = run(scene, _base(scene))
    assert (of(report).ending, account(report).items, scene.calls()) == (Passed(), 0, [])


@pytest.mark.parametrize("verdict", Verdict)
def test_where_the_change_is_not_known_nothing_is_asked(scene: Scene, verdict: Verdict) -> None:
    report = run(scene, "no-such-commit", verdict)
    ending = of(report).ending
    assert isinstance(ending, Unanswered)
    assert ending.problem.startswith("what was touched is not known: ")
    assert ending.gate is (verdict is Verdict.GATE)
    assert left(report) == {}


def test_files_of_any_name_are_asked_about(scene: Scene) -> None:
    for name in [*ODD, BROKEN]:
        scene.rig.repository.write(os.fsencode(name), LINES)
    base = scene.rig.repository.commit()
    for number, name in enumerate([*ODD, BROKEN]):
        scene.rig.repository.write(os.fsencode(name), LINES.replace("15\n", f"{number} is new\n"))
    report = run(scene, base)
    assert (of(report).ending, account(report).items, left(report)) == (Passed(), len(ODD) + 1, {})
    assert len(scene.calls()) == len(ODD) + 1
    assert {one.line for one in of(report).findings} == {12}

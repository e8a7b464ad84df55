"""From a commit to the files as they are: whatever stands in the index or on disk, the exact list.

Each row says why it is there; what it does to a repository of `FILES` must give just this list. Where nothing is converted and no other
repository lies inside, an independent listing of both trees agrees.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ftaction import touched
from ftaction.edge.changes import change_set
from ftaction.edge.changes_fetch import cut_off
from ftaction.edge.digests import Digests
from ftaction.edge.git import Repository
from ftaction.model.base import Exactly
from tests.changes.scene import Expected, agrees, begun, door, measured, slow, told
from tests.support.repository import TestRepository, committed

Act = Callable[[TestRepository], object]


def git(*words: str) -> Act:
    return lambda here: here.git(*words)


def write(path: str | bytes, content: str | bytes = "new\n", mode: int | None = None) -> Act:
    return lambda here: here.write(path, content, mode)


def gone(path: str) -> Act:
    return lambda here: (here.root / path).unlink()


def renamed(path: str, other: str) -> Act:
    return lambda here: (here.root / path).rename(here.root / other)


def link(path: str, target: str) -> Act:
    return lambda here: (here.root / path).symlink_to(target)


def no_folder(path: str) -> Act:
    return lambda here: shutil.rmtree(here.root / path)


def commit(here: TestRepository) -> object:
    return here.commit()


def configure(*pairs: str) -> Act:
    return lambda here: [here.git("config", name, value) for name, _, value in (pair.partition("=") for pair in pairs)]


def merging(here: TestRepository) -> None:
    """A merge that stopped: `a.txt` on both sides, `theirs` staged by it."""
    here.git("checkout", "--quiet", "-b", "other")
    here.write_all({"a.txt": "theirs\n", "theirs": "t\n"})
    here.commit()
    here.git("checkout", "--quiet", "main")
    here.write("a.txt", "ours\n")
    here.commit()
    with pytest.raises(AssertionError, match="merge"):  # it ends with 1
        here.git("merge", "other")


def settled(here: TestRepository) -> None:
    merging(here)
    here.write("a.txt", "a\n")


def odd(here: TestRepository) -> None:
    for name in ODD:
        here.write(name, b"1")
        here.write(b"kept/" + name, b"1")
    here.git("add", "kept")


ODD = [b"new\nline", b'quo"te', b"tab\there", b"back\\slash", b"-rf", b"--output=x", b":(glob)*", b"\xff\xfe", "ü €".encode(), b" space ", b"{a,b}", b"x*y[z]?"]


def forked(here: TestRepository) -> TestRepository:
    return committed(here.root.parent / "inner", {"x.txt": "x\n", "y.txt": "y\n"})


def submodule(here: TestRepository) -> None:
    here.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(forked(here).root), "sub")


def moved_submodule(here: TestRepository) -> None:
    here.write("sub/x.txt", "other\n")
    here.git("-C", "sub", "-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "-am", "moved")


def embedded(here: TestRepository) -> None:
    committed(here.root / "vendored", {"v.txt": "v\n"})
    shutil.rmtree(here.root / "vendored.home")


def clean_filter(here: TestRepository) -> None:
    """As Git LFS: what git keeps is not what stands on disk."""
    configure("filter.up.clean=tr a-z A-Z", "filter.up.smudge=tr A-Z a-z")(here)
    here.write(".gitattributes", "*.up filter=up\n")
    here.write("one.up", "text\n")
    here.write("two.up", "text\n")


def touched_again(here: TestRepository) -> None:
    for name in ("a.txt", "b.txt"):
        os.utime(here.root / name, (1, 1))


def hostile_settings(here: TestRepository) -> None:
    here.git("mv", "a.txt", "moved.txt")
    (here.root / "b.txt").chmod(0o755)
    made = here.root.parent / "ran"
    script = here.write("../run.sh", f"#!/bin/sh\ntouch {made}\ncat\n", 0o755)
    configure(
        "diff.renames=copies", "diff.ignoreSubmodules=all", "diff.noprefix=true", "diff.relative=true", "diff.submodule=log", "diff.external=" + str(script),
        "core.quotePath=true", "core.fsmonitor=" + str(script), "core.pager=" + str(script), "status.showUntrackedFiles=no", "status.renames=copies",
        "status.relativePaths=true", "diff.orderFile=/nowhere", "color.ui=always", "status.branch=true", "diff.wordRegex=(", "core.fileMode=false",
        "core.checkStat=minimal", "core.trustctime=false", "diff.suppressBlankEmpty=true", "alias.status=!" + str(script), "column.ui=always",
        "diff.x.textconv=" + str(script), "diff.x.command=" + str(script), "core.hooksPath=" + str(here.root.parent), "diff.autoRefreshIndex=false",
    )(here)  # fmt: skip
    here.write(".git/info/attributes", "* diff=x\n")


STRANGE = "an inner repository or a conversion, which the independent listing does not know"

ROWS: list[tuple[str, list[Act], Expected]] = [
    ("nothing at all", [], {}),
    ("committed", [write("a.txt"), commit], {"a.txt": "M"}),
    ("staged", [write("a.txt"), git("add", ".")], {"a.txt": "M"}),
    ("neither", [write("a.txt")], {"a.txt": "M"}),
    ("the same size", [write("a.txt", "z\n")], {"a.txt": "M"}),
    ("the same bytes, another time", [touched_again], {}),
    ("committed and taken back in the working tree", [write("a.txt"), commit, write("a.txt", "a\n")], {}),
    ("staged and taken back in the working tree", [write("a.txt"), git("add", "."), write("a.txt", "a\n")], {}),
    ("committed, and the commit reverted", [write("a.txt"), commit, git("revert", "--no-edit", "HEAD")], {}),
    ("staged and changed again", [write("a.txt"), git("add", "."), write("a.txt", "newer\n")], {"a.txt": "M"}),
    ("staged as new, deleted on disk", [write("n"), git("add", "."), gone("n")], {}),
    ("committed as new, deleted on disk", [write("n"), commit, gone("n")], {}),
    ("untracked", [write("n"), write("deep/er/n")], {"deep/er/n": "A", "n": "A"}),
    ("intent to add, with nothing in it", [write("n", ""), git("add", "-N", "n")], {"n": "A"}),
    ("ignored", [write(".gitignore", "*.log\n"), write("x.log")], {".gitignore": "A"}),
    ("ignored and tracked all the same", [write(".gitignore", "*.txt\n"), write("a.txt")], {".gitignore": "A", "a.txt": "M"}),
    ("ignored by the clone's own list", [lambda here: here.write(".git/info/exclude", "n\n"), write("n")], {}),
    ("deleted on disk", [gone("a.txt")], {"a.txt": "D"}),
    ("deleted and staged", [git("rm", "--quiet", "a.txt")], {"a.txt": "D"}),
    ("deleted from the index alone", [git("rm", "--quiet", "--cached", "a.txt")], {}),
    ("deleted from the index alone, and ignored", [git("rm", "--quiet", "--cached", "a.txt"), write(".gitignore", "a.txt\n")],
     {".gitignore": "A", "a.txt": "D"}),
    ("deleted, and back with other bytes", [git("rm", "--quiet", "a.txt"), commit, write("a.txt")], {"a.txt": "M"}),
    ("a rename", [git("mv", "a.txt", "moved.txt"), commit], {"a.txt": "D", "moved.txt": "A"}),
    ("a rename of a folder", [git("mv", "src", "lib")], {"lib/x.py": "A", "lib/y.py": "A", "src/x.py": "D", "src/y.py": "D"}),
    ("a rename by case alone", [git("mv", "a.txt", "A.txt"), commit], {"A.txt": "A", "a.txt": "D"}),
    ("a rename by case alone, which git is told to overlook", [configure("core.ignoreCase=true"), renamed("a.txt", "A.txt")], {"A.txt": "A", "a.txt": "D"}),
    ("two files change their names", [git("mv", "a.txt", "t"), git("mv", "b.txt", "a.txt"), git("mv", "t", "b.txt")], {"a.txt": "M", "b.txt": "M"}),
    ("a copy", [write("copy", "a\n"), commit], {"copy": "A"}),
    ("a mode alone", [lambda here: (here.root / "a.txt").chmod(0o755)], {"a.txt": "M"}),
    ("a mode that git was told not to see", [configure("core.fileMode=false"), lambda here: (here.root / "a.txt").chmod(0o755)], {"a.txt": "M"}),
    ("a mode in the index alone", [git("update-index", "--chmod=+x", "a.txt")], {}),
    ("a link for a file", [gone("a.txt"), link("a.txt", "b.txt")], {"a.txt": "M"}),
    ("another target", [link("l", "a.txt"), git("add", "."), commit, gone("l"), link("l", "b.txt"), commit], {"l": "A"}),
    ("a link that leads nowhere", [link("l", "nowhere")], {"l": "A"}),
    ("a file for a link", [link("l", "a.txt"), git("add", "l"), gone("l"), write("l")], {"l": "A"}),
    ("a folder for a file", [gone("a.txt"), write("a.txt/inside")], {"a.txt": "D", "a.txt/inside": "A"}),
    ("a file for a folder", [no_folder("docs"), write("docs")], {"docs": "A", "docs/d.md": "D"}),
    ("a folder for a file, committed", [git("rm", "-q", "a.txt"), write("a.txt/inside"), commit], {"a.txt": "D", "a.txt/inside": "A"}),
    ("a link for a folder, with the same file behind it", [write("other/d.md", "d\n"), no_folder("docs"), link("docs", "other")],
     {"docs": "A", "docs/d.md": "D", "other/d.md": "A"}),
    ("told to assume unchanged", [git("update-index", "--assume-unchanged", "a.txt", "b.txt"), write("a.txt")], {"a.txt": "M"}),
    ("told to assume unchanged, and gone", [git("update-index", "--assume-unchanged", "a.txt"), gone("a.txt")], {"a.txt": "D"}),
    ("told to skip, and changed", [git("update-index", "--skip-worktree", "a.txt", "b.txt"), write("a.txt")], {"a.txt": "M"}),
    ("told to skip without a sparse checkout, and gone", [git("update-index", "--skip-worktree", "a.txt"), gone("a.txt")], {"a.txt": "D"}),
    ("a merge that stopped", [merging], {"a.txt": "M", "theirs": "A"}),
    ("a merge that stopped, its file back as it was", [settled], {"theirs": "A"}),
    ("names with any byte", [odd], {**{f"kept/{os.fsdecode(name)}": "A" for name in ODD}, **{os.fsdecode(name): "A" for name in ODD}}),
    ("names with any byte, staged and then changed", [odd, lambda here: [here.write(b"kept/" + name, b"2") for name in ODD]],
     {**{f"kept/{os.fsdecode(name)}": "A" for name in ODD}, **{os.fsdecode(name): "A" for name in ODD}}),
    ("settings that change what git prints, or run something", [hostile_settings], {"a.txt": "D", "b.txt": "M", "moved.txt": "A"}),
    ("a commit that says it is another", [write("a.txt"), commit, git("replace", "HEAD~1", "HEAD")], {"a.txt": "M"}),
    ("a detached head", [git("checkout", "--quiet", "--detach"), write("a.txt"), commit], {"a.txt": "M"}),
    ("another branch without a common commit", [git("checkout", "--quiet", "--orphan", "new"), git("rm", "-rfq", "."), write("n")],
     {**dict.fromkeys(("a.txt", "b.txt", "docs/d.md", "src/x.py", "src/y.py"), "D"), "n": "A"}),
    ("a lock that somebody holds", [write("a.txt"), write(".git/index.lock", "")], {"a.txt": "M"}),
]  # fmt: skip

STRANGE_ROWS: list[tuple[str, list[Act], Expected]] = [
    ("a sparse checkout leaves out, which is not to delete", [git("sparse-checkout", "set", "src"), write("src/x.py")], {"src/x.py": "M"}),
    ("what a sparse checkout leaves out came back by hand", [git("sparse-checkout", "set", "src"), write("docs/d.md")], {"docs/d.md": "M"}),
    ("what a sparse checkout leaves out was committed", [write("docs/d.md"), commit, git("sparse-checkout", "set", "src")], {"docs/d.md": "M"}),
    ("a sparse index", [write("docs/d.md"), commit, git("sparse-checkout", "set", "--cone", "--sparse-index", "src")], {"docs/d.md": "M"}),
    ("CRLF on disk is LF to git", [configure("core.autocrlf=true"), write("a.txt", "a\r\n"), touched_again], {}),
    ("CRLF on disk, and other words", [configure("core.autocrlf=true"), write("a.txt", "z\r\n")], {"a.txt": "M"}),
    ("CRLF on disk, told to assume unchanged",
     [configure("core.autocrlf=true"), git("update-index", "--assume-unchanged", "a.txt"), write("a.txt", "a\r\n")], {}),
    ("CRLF in git, which an attribute would have as LF", [write("w", "w\r\n"), commit, write(".gitattributes", "* text=auto\n"), touched_again],
     {".gitattributes": "A", "w": "A"}),
    ("a filter, as Git LFS is one", [clean_filter, git("add", "."), commit, write("two.up", "other\n")], {".gitattributes": "A", "one.up": "A", "two.up": "A"}),
    ("a new submodule", [submodule], {".gitmodules": "A", "sub": "A", "sub/x.txt": "A", "sub/y.txt": "A"}),
    ("a repository inside that git does not list", [embedded], {"vendored/v.txt": "A"}),
]  # fmt: skip

FROM_SUBMODULE: list[tuple[str, list[Act], Expected]] = [
    ("a submodule as it was", [], {}),
    ("a submodule with changes of its own", [write("sub/x.txt"), write("sub/new")], {"sub/new": "A", "sub/x.txt": "M"}),
    ("a submodule at another commit", [moved_submodule], {"sub": "M", "sub/x.txt": "M"}),
    ("the same, committed", [moved_submodule, commit], {"sub": "M", "sub/x.txt": "M"}),
    ("git is told to overlook it", [moved_submodule, configure("submodule.sub.ignore=all")], {"sub": "M", "sub/x.txt": "M"}),
    ("a submodule taken out", [git("rm", "--quiet", "sub")], {".gitmodules": "M", "sub": "D"}),
    ("its folder is gone", [no_folder("sub")], {"sub": "D"}),
    ("it is not checked out", [git("submodule", "--quiet", "deinit", "--force", "sub")], {}),
    ("a file in its place", [no_folder("sub"), write("sub")], {"sub": "M"}),
]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize(("acts", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_list_is_exact(tmp_path: Path, acts: list[Act], expected: dict[str, str], object_format: str) -> None:
    repository, base = begun(tmp_path / "here", object_format)
    for act in acts:
        act(repository)
    found = measured(repository, Exactly(base))
    assert told(found) == dict(sorted(expected.items()))
    assert found.base == base
    assert not (tmp_path / "ran").exists(), "a setting of the repository ran something"
    assert dict(told(found)) == slow(repository, base)  # type: ignore[arg-type]  # it is complete


@pytest.mark.parametrize(("acts", "expected"), [row[1:] for row in STRANGE_ROWS], ids=[row[0] for row in STRANGE_ROWS])
def test_what_is_converted_left_out_or_inside_is_listed_as_git_has_it(tmp_path: Path, acts: list[Act], expected: Expected) -> None:
    repository, base = begun(tmp_path / "here")
    for act in acts:
        act(repository)
    assert agrees(found := measured(repository, Exactly(base)), expected), told(found)


@pytest.mark.parametrize(("acts", "expected"), [row[1:] for row in FROM_SUBMODULE], ids=[row[0] for row in FROM_SUBMODULE])
def test_a_submodule_is_one_path_and_its_files(tmp_path: Path, acts: list[Act], expected: Expected) -> None:
    repository, _ = begun(tmp_path / "here")
    submodule(repository)
    base = repository.commit("with a submodule")
    for act in acts:
        act(repository)
    assert agrees(found := measured(repository, Exactly(base)), expected), told(found)


def test_a_submodule_whose_earlier_commit_nobody_has_makes_everything_changed(tmp_path: Path) -> None:
    repository, _ = begun(tmp_path / "here")
    submodule(repository)
    moved_submodule(repository)
    base = repository.commit("a commit of the submodule that was never pushed")
    shutil.rmtree(repository.root / "sub")
    shutil.rmtree(repository.root / ".git/modules/sub")
    repository.git("clone", "--quiet", str(tmp_path / "inner"), "sub")
    assert agrees(found := measured(repository, Exactly(base)), "did not hand it out"), told(found)


def test_a_submodule_whose_earlier_commit_is_not_here_has_it_fetched(tmp_path: Path) -> None:
    """As after a checkout with submodules at depth 1."""
    repository, _ = begun(tmp_path / "here")
    submodule(repository)
    base = repository.commit("with a submodule")
    inner = TestRepository(tmp_path / "inner")
    inner.write_all({"x.txt": "other\n", "z.txt": "z\n"})
    inner.commit()
    shutil.rmtree(repository.root / "sub")
    shutil.rmtree(repository.root / ".git/modules/sub")
    repository.git("clone", "--quiet", "--depth=1", f"file://{inner.root}", "sub")
    assert told(measured(repository, Exactly(base))) == {"sub": "M", "sub/x.txt": "M", "sub/z.txt": "A"}


def test_a_repository_that_is_gone_is_a_doubt(tmp_path: Path) -> None:
    repository, base = begun(tmp_path / "here")
    here = door(repository.root, repository.environment)
    shutil.rmtree(repository.root / ".git")
    assert "not a git repository" in change_set(here, Exactly(base), {}).doubt
    assert "not a git repository" in touched.change_set(here, {}, {}).doubt


def test_a_link_in_place_of_what_git_keeps_is_not_followed_out(tmp_path: Path) -> None:
    """Root may read what the workspace's owner, whom git runs as, may not."""
    repository, _ = begun(tmp_path / "here")
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    (repository.root / ".git/shallow").symlink_to(secret)
    assert cut_off(str(repository.root / ".git")) == frozenset()


def test_files_of_a_store_inside_the_repository_are_none_of_it(tmp_path: Path) -> None:
    repository, base = begun(tmp_path / "here")
    repository.write(".store/ac/x")
    here = Repository(str(repository.root), Digests(None), repository.environment, hidden=str(repository.root / ".store"))
    assert told(change_set(here, Exactly(base), {})) == {}


def test_the_same_bytes_are_no_change_whatever_git_would_make_of_them(tmp_path: Path) -> None:
    """Of a file that was committed with CRLF before an attribute asked for LF git says after every checkout that it differs."""
    repository, _ = begun(tmp_path / "here")
    repository.write("w", "w\r\n")
    base = repository.commit()
    repository.write(".gitattributes", "* text\n")
    os.utime(repository.root / "w", (1, 1))
    assert told(measured(repository, Exactly(base))) == {".gitattributes": "A"}


def test_the_index_is_not_written(tmp_path: Path) -> None:
    repository, base = begun(tmp_path / "here")
    touched_again(repository)
    index = repository.root / ".git/index"
    before = index.read_bytes(), index.stat()
    assert told(measured(repository, Exactly(base))) == {}
    assert (index.read_bytes(), index.stat()) == before

"""The snapshot is what stands on disk: it agrees with an independent, slow definition whatever the working tree looks like."""

import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ftaction.edge.digests import Digests
from ftaction.edge.git import Repository, find_root
from ftaction.errors import Stop
from ftaction.model.run import Snapshot
from tests.support.repository import TestRepository, committed

FILES = {"a.txt": "a\n", "b.txt": "b\n", "folder/c.txt": "c\n", "folder/deep/d.txt": "d\n", "run.sh": "#!/bin/sh\n", ".gitignore": "*.log\nbuild/\n"}


def slow(repository: TestRepository, root: Path | None = None) -> dict[str, str]:
    """Every file that `git ls-files -co --exclude-standard` lists, read and hashed; submodules by their entry and their own files.

    What a link leads to outside is there as well.
    """
    root = root or repository.root
    kind = repository.git("-C", str(root), "rev-parse", "--show-object-format").decode().strip()
    found: dict[str, str] = {}
    for name in filter(None, repository.git("-C", str(root), "ls-files", "-z", "-co", "--exclude-standard").split(b"\0")):
        found.update(_one(repository, root, os.fsdecode(name).rstrip("/"), kind))
    for entry in filter(None, repository.git("-C", str(root), "ls-files", "-z", "-s").split(b"\0")):
        meta, _, path = os.fsdecode(entry).partition("\t")
        if meta.startswith("160000") and not (root / path).is_file():
            found[path] = meta[:-2]
    return found


def _one(repository: TestRepository, root: Path, name: str, kind: str) -> dict[str, str]:
    path = root / name
    if not os.path.lexists(path):
        return {}
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        target = Path(os.path.realpath(path))
        outside = target.is_file() and not target.is_relative_to(root)
        beyond = {f"{name}/.": f"file {_blob(target.read_bytes(), 'sha1')}"} if outside else {}
        return {name: f"120000 {_blob(os.fsencode(os.readlink(path)), kind)}"} | beyond
    if stat.S_ISDIR(mode):
        inner = slow(repository, path) if (path / ".git").exists() else {}
        return {f"{name}/{below}": content for below, content in inner.items()}
    return {name: f"{'100755' if mode & 0o100 else '100644'} {_blob(path.read_bytes(), kind)}"} if stat.S_ISREG(mode) else {}


def _blob(content: bytes, kind: str) -> str:
    return hashlib.new(kind, b"blob %d\0" % len(content) + content).hexdigest()


def fast(repository: TestRepository, root: Path | None = None, quiet: bool = False) -> Snapshot:
    return Repository(str(root or repository.root), Digests(None), repository.environment).snapshot(quiet)


def _modified(repository: TestRepository) -> None:
    repository.write("a.txt", "changed\n")


def _same_size(repository: TestRepository) -> None:
    repository.write("a.txt", "x\n")


def _staged(repository: TestRepository) -> None:
    repository.write("a.txt", "staged\n")
    repository.git("add", "a.txt")


def _staged_and_modified(repository: TestRepository) -> None:
    _staged(repository)
    repository.write("a.txt", "and modified\n")


def _staged_and_back(repository: TestRepository) -> None:
    _staged(repository)
    repository.write("a.txt", "a\n")


def _deleted(repository: TestRepository) -> None:
    (repository.root / "a.txt").unlink()
    repository.git("rm", "--quiet", "b.txt")
    repository.git("rm", "--quiet", "--cached", "folder/c.txt")


def _untracked(repository: TestRepository) -> None:
    repository.write("new/er/file", "new\n")
    repository.write("ignored.log", "ignored\n")
    repository.write("build/out", "ignored\n")
    repository.write("folder/new", "")


def _renamed(repository: TestRepository) -> None:
    repository.git("mv", "a.txt", "moved.txt")
    (repository.root / "b.txt").rename(repository.root / "moved too.txt")


def _modes(repository: TestRepository) -> None:
    (repository.root / "run.sh").chmod(0o755)
    repository.write("new.sh", "", 0o755)


def _modes_unseen_by_git(repository: TestRepository) -> None:
    repository.git("config", "core.fileMode", "false")
    (repository.root / "run.sh").chmod(0o755)


def _links(repository: TestRepository) -> None:
    for name, target in (("file", "a.txt"), ("folder-link", "folder"), ("dangling", "nowhere"), ("loop", "loop"), ("absolute", "/etc/hostname")):
        (repository.root / name).symlink_to(target)
    repository.git("add", "file", "loop", "folder-link")
    (repository.root / "file").unlink()
    (repository.root / "file").symlink_to("b.txt")


def _link_for_file(repository: TestRepository) -> None:
    (repository.root / "a.txt").unlink()
    (repository.root / "a.txt").symlink_to("b.txt")


def _folder_for_file(repository: TestRepository) -> None:
    (repository.root / "a.txt").unlink()
    repository.write("a.txt/inside", "x")


def _file_for_folder(repository: TestRepository) -> None:
    subprocess.run(["rm", "-r", "folder"], cwd=repository.root, check=True)
    repository.write("folder", "x")


ODD = [
    b"new\nline",
    b'quo"te',
    b"apo'strophe",
    b"tab\there",
    b"back\\slash",
    b"-dash",
    b"not utf-8 \xff\xfe",
    "ümlaut €".encode(),
    b" space ",
    b"# hash",
    b"? mark",
]


def _odd_names(repository: TestRepository) -> None:
    for name in ODD:
        repository.write(name, name)
        repository.write(b"tracked/" + name, name)
    repository.git("add", "tracked")
    repository.git("commit", "--quiet", "-m", "odd")
    for name in ODD[::2]:
        repository.write(b"tracked/" + name, b"changed")


def _intent_to_add(repository: TestRepository) -> None:
    repository.write("new.txt", "new\n")
    repository.git("add", "--intent-to-add", "new.txt")


def _assume_unchanged(repository: TestRepository) -> None:
    repository.git("update-index", "--assume-unchanged", "a.txt", "b.txt")
    _modified(repository)


def _skip_worktree(repository: TestRepository) -> None:
    repository.git("update-index", "--skip-worktree", "a.txt", "b.txt")
    _modified(repository)
    (repository.root / "b.txt").unlink()


def _sparse(repository: TestRepository) -> None:
    repository.git("sparse-checkout", "set", "folder/deep")
    repository.write("b.txt", "came back by hand\n")


def _inner(repository: TestRepository) -> TestRepository:
    return committed(repository.root.parent / "inner", {"x.txt": "x\n", "y.txt": "y\n"})


def _submodule(repository: TestRepository) -> None:
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(_inner(repository).root), "sub")
    repository.git("commit", "--quiet", "-m", "sub")


def _submodule_dirty(repository: TestRepository) -> None:
    _submodule(repository)
    repository.write("sub/x.txt", "dirty\n")
    repository.write("sub/new", "new\n")
    (repository.root / "sub/link").symlink_to("x.txt")


def _submodule_moved_on(repository: TestRepository) -> None:
    _submodule(repository)
    repository.write("sub/z.txt", "z\n")
    repository.git("-C", "sub", "add", ".")
    repository.git("-C", "sub", "-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "on")


def _submodule_uninitialised(repository: TestRepository) -> None:
    _submodule(repository)
    repository.git("submodule", "--quiet", "deinit", "--force", "sub")


def _submodule_replaced_by_a_file(repository: TestRepository) -> None:
    _submodule(repository)
    subprocess.run(["rm", "-r", "sub"], cwd=repository.root, check=True)
    repository.write("sub", "a file\n")


def _nested(repository: TestRepository) -> None:
    committed(repository.root / "nested", {"n.txt": "n\n", "deep/er.txt": "x\n"}).write("untracked", "u\n")
    TestRepository(repository.root / "empty-nested")


def _detached(repository: TestRepository) -> None:
    repository.git("checkout", "--quiet", "--detach")
    _modified(repository)


def _conflict(repository: TestRepository) -> None:
    repository.git("checkout", "--quiet", "-b", "other")
    repository.write("a.txt", "theirs\n")
    repository.git("rm", "--quiet", "b.txt")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.write("a.txt", "ours\n")
    repository.write("b.txt", "ours\n")
    repository.commit()
    subprocess.run(["git", "merge", "--quiet", "other"], cwd=repository.root, env=repository.environment, capture_output=True, check=False)


def _windows_lines(repository: TestRepository) -> None:
    """What git calls unmodified has other bytes on disk than in git."""
    repository.write(".gitattributes", "*.txt text=auto\n*.win text eol=crlf\n")
    repository.write("w.win", "one\r\ntwo\r\n")
    repository.commit()
    repository.write("a.txt", "a\r\n")
    repository.git("status", "--short")


def _windows_lines_from_settings(repository: TestRepository) -> None:
    repository.git("config", "core.autocrlf", "input")
    repository.write("a.txt", "a\r\n")
    repository.git("add", "a.txt")


def _attributes_of_the_clone(repository: TestRepository) -> None:
    (repository.root / ".git/info/attributes").write_text("*.txt text\n")
    repository.write("a.txt", "a\r\n")
    repository.git("add", "a.txt")


def _attributes_of_the_user(repository: TestRepository) -> None:
    home = Path(repository.environment["XDG_CONFIG_HOME"])
    (home / "git").mkdir(parents=True)
    (home / "git/attributes").write_text("*.txt text\n")
    repository.write("a.txt", "a\r\n")
    repository.git("add", "a.txt")


def _filtered(repository: TestRepository) -> None:
    """As git-lfs does: a pointer in git, the content on disk, or the pointer in both."""
    repository.git("config", "filter.upper.clean", "tr a-z A-Z")
    repository.git("config", "filter.upper.smudge", "tr A-Z a-z")
    repository.write(".gitattributes", "*.big filter=upper\n")
    repository.write("one.big", "content\n")
    repository.commit()


def _lax_stat(repository: TestRepository) -> None:
    """With these settings git takes a file of the same size and time for unmodified."""
    path = repository.root / "a.txt"
    os.utime(path, (1_700_000_000, 1_700_000_000))
    repository.git("config", "core.trustctime", "false")
    repository.git("config", "core.checkStat", "minimal")
    repository.git("update-index", "--refresh")
    other = repository.write("a.new", "x\n")
    os.utime(other, (1_700_000_000, 1_700_000_000))
    other.rename(path)


def _lying_monitor(repository: TestRepository) -> None:
    """A monitor that says nothing ever changes."""
    hook = repository.write(".git/monitor", "#!/bin/sh\nprintf 'token\\0'\n", 0o755)
    repository.git("config", "core.fsmonitor", str(hook))
    repository.git("config", "core.fsmonitorHookVersion", "2")
    repository.git("update-index", "--fsmonitor")
    repository.git("status", "--short")
    _modified(repository)


def _untracked_hidden(repository: TestRepository) -> None:
    repository.git("config", "status.showUntrackedFiles", "no")
    repository.git("config", "status.relativePaths", "true")
    repository.git("config", "core.quotePath", "true")
    repository.git("config", "diff.renames", "copies")
    _untracked(repository)
    _renamed(repository)


def _index_of_another_kind(repository: TestRepository) -> None:
    repository.git("config", "feature.manyFiles", "true")
    repository.git("update-index", "--split-index", "--untracked-cache", "--index-version", "4")
    _untracked(repository)
    _modified(repository)


STATES: list[Callable[[TestRepository], None]] = [
    lambda _: None, _modified, _same_size, _staged, _staged_and_modified, _staged_and_back, _deleted, _untracked, _renamed, _modes,
    _modes_unseen_by_git, _links, _link_for_file, _folder_for_file, _file_for_folder, _odd_names, _intent_to_add, _assume_unchanged,
    _skip_worktree, _sparse, _submodule, _submodule_dirty, _submodule_moved_on, _submodule_uninitialised, _submodule_replaced_by_a_file,
    _nested, _detached, _conflict, _windows_lines, _windows_lines_from_settings, _attributes_of_the_clone, _attributes_of_the_user,
    _filtered, _lax_stat, _lying_monitor, _untracked_hidden, _index_of_another_kind,
]  # fmt: skip
NAMES = ["clean", *(state.__name__.strip("_").replace("_", " ") for state in STATES[1:])]


@pytest.mark.parametrize("quiet", [False, True], ids=["", "quiet"])
@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_the_snapshot_is_what_stands_on_disk(tmp_path: Path, state: Callable[[TestRepository], None], quiet: bool) -> None:
    repository = committed(tmp_path / "repository", FILES)
    state(repository)
    found = fast(repository, quiet=quiet)
    assert found.files == slow(repository)
    assert list(found.files) == sorted(found.files)
    assert found.unreadable == ()
    assert found.links == {name: os.readlink(repository.root / name) for name, content in found.files.items() if content.startswith("120000")}


@pytest.mark.parametrize("state", [state for state in STATES if state not in (_nested, _submodule_dirty)], ids=lambda state: state.__name__.strip("_"))
def test_a_clean_checkout_and_a_dirty_tree_with_the_same_bytes_agree(tmp_path: Path, state: Callable[[TestRepository], None]) -> None:
    dirty = committed(tmp_path / "dirty", FILES)
    state(dirty)
    clean = TestRepository(tmp_path / "clean")
    _copy(dirty, clean)
    found = {name: content for name, content in fast(dirty).files.items() if not content.startswith("160000") and not name.startswith("sub")}
    clean.git("-c", "core.autocrlf=false", "add", "--all", "--force", "--", *_existing(found, clean))
    clean.git("commit", "--quiet", "-m", "same bytes")
    assert fast(clean).files == found


def _existing(names: dict[str, str], repository: TestRepository) -> Iterator[str]:
    return (f":(literal){name}" for name in names if not name.endswith("/.") and os.path.lexists(repository.root / name))


def _copy(source: TestRepository, target: TestRepository) -> None:
    subprocess.run(f"tar -C '{source.root}' --exclude=./.git --exclude=./sub -cf - . | tar -C '{target.root}' -xf -", shell=True, check=True)


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_both_kinds_of_repository(tmp_path: Path, kind: str) -> None:
    repository = TestRepository(tmp_path / "repository", kind).write_all(FILES)
    repository.commit()
    _modified(repository)
    _untracked(repository)
    assert fast(repository).files == slow(repository)


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_a_repository_without_a_commit(tmp_path: Path, kind: str) -> None:
    repository = TestRepository(tmp_path / "repository", kind)
    assert fast(repository).files == {}
    repository.write_all(FILES)
    assert fast(repository).files.keys() == slow(repository).keys()
    repository.git("add", "a.txt")
    repository.write("a.txt", "changed\n")
    assert fast(repository).files == slow(repository)


def test_a_worktree(tmp_path: Path) -> None:
    repository = committed(tmp_path / "repository", FILES)
    repository.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    (tmp_path / "tree/a.txt").write_text("changed\n")
    _modified(repository)
    assert fast(repository, tmp_path / "tree").files == slow(repository, tmp_path / "tree")
    assert find_root(str(tmp_path / "tree/folder")) == str(tmp_path / "tree")


def test_two_worktrees_with_the_same_bytes_agree(tmp_path: Path) -> None:
    repository = committed(tmp_path / "repository", FILES)
    repository.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert fast(repository).files == fast(repository, tmp_path / "tree").files


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    repository = committed(tmp_path / "repository", FILES)
    assert find_root(str(repository.root / "folder/deep")) == str(repository.root)
    with pytest.raises(Stop, match="no git repository"):
        find_root(str(tmp_path))


def test_names_that_are_not_utf8_can_be_told_apart(tmp_path: Path) -> None:
    repository = TestRepository(tmp_path / "repository")
    for name in (b"x\xff", b"x\xfe", "x\ufffd".encode()):
        repository.write(name, b"")
    assert len(fast(repository).files) == 3


def test_the_snapshot_names_commit_and_branch(tmp_path: Path) -> None:
    repository = committed(tmp_path / "repository", FILES)
    assert (fast(repository).commit, fast(repository).branch) == (repository.git("rev-parse", "HEAD").decode().strip(), "main")


def test_a_quiet_look_leaves_the_index_alone(tmp_path: Path) -> None:
    repository = committed(tmp_path / "repository", FILES)
    for path in repository.root.rglob("*.txt"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    before = (repository.root / ".git/index").stat().st_mtime_ns
    fast(repository, quiet=True)
    assert (repository.root / ".git/index").stat().st_mtime_ns == before


class _Refused(Digests):
    """Digests of files of which some can't be read; root could read any that is really there."""

    def of(self, kind: str, path: str, compute: Callable[[str], str]) -> str:
        if path.endswith(("/a.txt", "/sub/x.txt")):
            raise PermissionError(path)
        return super().of(kind, path, compute)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    repository = committed(tmp_path / "repository", FILES)
    _submodule(repository)
    for name in ("a.txt", "sub/x.txt"):
        repository.write(name, "changed")
    snapshot = Repository(str(repository.root), _Refused(None), repository.environment).snapshot()
    assert snapshot.unreadable == ("a.txt", "sub/x.txt")


def test_what_the_repository_configures_sees_nothing_of_ours(tmp_path: Path) -> None:
    """A check may have written `.git/config`; the programs it names run with git's environment."""
    repository = committed(tmp_path / "repository", FILES)
    seen = tmp_path / "seen"
    spy = repository.write(".git/spy", f"#!/bin/sh\nenv >> {seen}\ncat\n", 0o755)
    for setting in ("core.fsmonitor", "core.hooksPath", "filter.spy.clean", "diff.external", "core.pager", "core.sshCommand"):
        repository.git("config", setting, str(spy))
    repository.write(".gitattributes", "*.txt filter=spy\n")
    _modified(repository)
    environment = {**repository.environment, "GIT_CONFIG_COUNT": "0", "GIT_DIR": "/nowhere"}
    Repository(str(repository.root), Digests(None), environment).snapshot()
    assert seen.exists(), "a filter is asked whether the file was modified"
    names = {line.partition("=")[0] for line in seen.read_text().splitlines()}
    assert "GIT_CONFIG_COUNT" not in names
    assert {name for name in names if not name.startswith("GIT_")} <= {*repository.environment, "PWD", "_", "SHLVL", "OLDPWD"}


READS: list[tuple[str, str | None]] = [
    ("a.txt", "a\n"),
    ("nowhere", None),
    ("folder", None),
    ("link", None),
    ("../outside", None),
    ("folder/../a.txt", None),
    ("pipe", None),
]


@pytest.mark.parametrize(("path", "text"), READS)
def test_only_plain_files_inside_are_read(tmp_path: Path, path: str, text: str | None) -> None:
    repository = committed(tmp_path / "repository", FILES)
    (repository.root / "link").symlink_to("a.txt")
    (tmp_path / "outside").write_text("secret")
    os.mkfifo(repository.root / "pipe")
    assert Repository(str(repository.root), Digests(None), repository.environment).read(path) == text


def test_an_index_that_moves_between_two_answers_is_asked_again(tmp_path: Path) -> None:
    """Listed before `git add`, compared after it, a changed file would pass for what it was."""
    repository = committed(tmp_path / "repository", FILES)
    _modified(repository)
    git = shutil.which("git")
    wrapper = f"""#!/bin/sh
case "$*" in
*ls-files*) {git} "$@"; status=$?; touch {tmp_path}/listed; exit $status ;;
*status*) until test -e {tmp_path}/listed; do :; done; test -e {tmp_path}/added || {git} -C {repository.root} add a.txt; touch {tmp_path}/added ;;
esac
exec {git} "$@"
"""
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(wrapper)
    program.chmod(0o755)
    expected = slow(repository)
    repository.environment["PATH"] = f"{program.parent}:{repository.environment['PATH']}"
    assert fast(repository).files == expected

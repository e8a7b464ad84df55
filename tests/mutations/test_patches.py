"""A patch comes from a store too: whatever it says, nothing outside the repository is touched, and nothing of git's own."""

import os
import subprocess
from pathlib import Path
from random import Random

import pytest

from ftaction.edge.digests import Digests
from ftaction.edge.git import Repository
from ftaction.run.mutate import apply
from tests.mutations.mutants import BLUNT
from tests.support.repository import TestRepository, committed


def _file(path: str, mode: str = "100644", content: str = "x", old: str = "/dev/null") -> str:
    return f"diff --git a/{path} b/{path}\nnew file mode {mode}\nindex 0000000..1111111\n--- {old}\n+++ b/{path}\n@@ -0,0 +1 @@\n+{content}\n"


def _link(path: str, target: str) -> str:
    return _file(path, "120000", target) + "\\ No newline at end of file\n"


def _named(old: str, new: str) -> str:
    """A new file, its name quoted as given."""
    return f'diff --git "a/{old}" "b/{new}"\nnew file mode 100644\n--- /dev/null\n+++ "b/{new}"\n@@ -0,0 +1 @@\n+x\n'


def _deletion(path: str) -> str:
    return f"diff --git a/{path} b/{path}\ndeleted file mode 100644\n--- a/{path}\n+++ /dev/null\n@@ -1 +0,0 @@\n-alive\n"


PATCHES = [
    ("climbs", _file("../canary/new")),
    ("climbs within", _file("folder/../../canary/new")),
    ("climbs onto", "diff --git a/../canary/bird b/../canary/bird\n--- a/../canary/bird\n+++ b/../canary/bird\n@@ -1 +1 @@\n-alive\n+dead\n"),
    ("absolute", _file("/tmp/ftaction-escaped-from-a-test")),
    ("absolute without a prefix", "--- /dev/null\n+++ /tmp/ftaction-escaped-from-a-test\n@@ -0,0 +1 @@\n+x\n"),
    ("git's hooks", _file(".git/hooks/post-checkout", "100755")),
    ("git's configuration", _file(".GIT/config")),
    ("git's configuration by another name", _file(".git\u200c/config")),
    ("through a link", _file("out/new")),
    ("a link, and through it", _link("new", "../canary") + _file("new/escaped")),
    ("a link that leads out by its own name", _link("../canary/link", "/etc/passwd")),
    ("a rename out", "diff --git a/a.txt b/../canary/a.txt\nsimilarity index 100%\nrename from a.txt\nrename to ../canary/a.txt\n"),
    ("a copy out", "diff --git a/a.txt b/../canary/a.txt\nsimilarity index 100%\ncopy from a.txt\ncopy to ../canary/a.txt\n"),
    ("a deletion outside", _deletion("../canary/bird")),
    ("a device", _file("null", "020666")),
    ("a submodule", _file("sub", "160000", "Subproject commit " + "1" * 40)),
    ("nothing", ""),
    ("no patch", "x" * 1000),
    ("a name with a newline", _named("x\\n../canary/new", "x\\n../canary/new")),
    ("quoted", _named("\\056\\056/canary/new", "\\056\\056/canary/new")),
]  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> TestRepository:
    (tmp_path / "canary").mkdir()
    (tmp_path / "canary/bird").write_text("alive\n")
    made = committed(tmp_path / "repository", {"a.txt": "a\n", "folder/b.txt": "b\n"})
    os.symlink("../canary", made.root / "out")
    made.commit("a link")
    return made


def _around(repository: TestRepository) -> list[tuple[str, int, bytes]]:
    """The canary, and git's own files but for what any command of git refreshes."""
    own = repository.root / ".git"
    places = (repository.root.parent / "canary", own / "hooks", own / "config", own / "info")
    paths = [path for place in places for path in (place, *place.rglob("*"))]
    return sorted((str(path), path.lstat().st_mode, path.read_bytes() if path.is_file() else b"") for path in paths)


@pytest.mark.parametrize("patch", [patch for _, patch in PATCHES], ids=[name for name, _ in PATCHES])
def test_a_patch_stays_within(repository: TestRepository, tmp_path: Path, patch: str) -> None:
    before = _around(repository)
    apply(Repository(str(repository.root), Digests(str(tmp_path / "digests"), lambda: 0), repository.environment), patch.encode())
    assert _around(repository) == before
    assert not Path("/tmp/ftaction-escaped-from-a-test").exists()


def test_mutated_patches_stay_within(repository: TestRepository, tmp_path: Path) -> None:
    repository.write("a.txt", "another\n")
    repository.write("folder/new.txt", "new\n")
    repository.git("add", "-A")
    original = repository.git("diff", "--cached", "--binary")
    repository.git("reset", "--quiet", "--hard")
    before, random = _around(repository), Random(1)
    reader = Repository(str(repository.root), Digests(str(tmp_path / "digests"), lambda: 0), repository.environment)
    applied = 0
    for _ in range(60):
        applied += apply(reader, random.choice(BLUNT)(random, original))
        subprocess.run(["git", "-C", str(repository.root), "reset", "--quiet", "--hard"], env=repository.environment, check=True)
        subprocess.run(["git", "-C", str(repository.root), "clean", "-qfdx"], env=repository.environment, check=True)
        assert _around(repository) == before
    assert applied > 0, "some of them were harmless"

"""One state after the other at one path: nothing of a state is left when the next one is looked at."""

import pytest

from . import process
from .patch import DoesNotFitError, Edit, Patch
from .small import FILES, Small


def _said(small: Small, code: str) -> str:
    ended = process.run([str(small.place.python), "-c", code], small.place.tree, {**small.place.environment(), **small.tree.variables}, 60)
    return ended.out.strip()


def test_bytecode_of_another_state_is_not_believed(small: Small) -> None:
    """Same size, same second: Python would take the old bytecode."""
    swapped = Edit(path="app/sums.py", at=FILES["app/sums.py"].index("+"), old="+", new="-")
    answers = []
    for patch in (None, Patch(edits=(swapped,)), None, Patch(edits=(swapped,))):
        small.tree.go(small.first, patch)
        answers.append(_said(small, "from app.sums import add; print(add(3, 1))"))
    assert answers == ["4", "2", "4", "2"]


def test_a_folder_that_is_gone_is_no_namespace_package(small: Small) -> None:
    with_extra = small.commit({"app/extra/__init__.py": "", "app/extra/deep/__init__.py": ""})
    small.tree.go(with_extra)
    assert _said(small, "import app.extra.deep; print('there')") == "there"
    small.tree.go(small.first)
    assert "No module named 'app.extra'" in _said(small, "import app.extra")


def test_what_a_run_left_is_gone_and_what_is_installed_stays(small: Small) -> None:
    (small.place.tree / "left.txt").write_text("left")
    (small.place.tree / "app/_version.py").write_text("version = 1\n")
    small.tree.keep = ("/app/_version.py",)
    small.tree.go(small.first)
    assert not (small.place.tree / "left.txt").exists()
    assert (small.place.tree / "app/_version.py").exists()


@pytest.mark.parametrize(
    ("patch", "code", "answer"),
    [
        pytest.param(Patch(writes={"app/new.py": "x = 1\n"}), "import app.new; print(app.new.x)", "1", id="a new file"),
        pytest.param(Patch(deletes=("app/words.py",)), "import importlib.util as u; print(u.find_spec('app.words'))", "None", id="a file that is gone"),
        pytest.param(Patch(env={"ANSWER": "42"}), "import os; print(os.environ['ANSWER'])", "42", id="a variable"),
    ],
)
def test_a_patch_is_a_state_of_its_own(small: Small, patch: Patch, code: str, answer: str) -> None:
    small.tree.go(small.first)
    before = small.tree.digest
    small.tree.go(small.first, patch)
    assert small.tree.digest != before
    assert small.git("status", "--porcelain") == ""
    assert _said(small, code) == answer
    small.tree.go(small.first)
    assert small.tree.digest == before


def test_the_same_files_in_two_commits_are_one_state(small: Small) -> None:
    other = small.commit({})
    small.tree.go(small.first)
    before = small.tree.digest
    small.tree.go(other)
    assert small.tree.digest == before


def test_the_default_branch_stands_at_the_base(small: Small) -> None:
    small.tree.go(small.first, Patch(writes={"a.txt": "a"}))
    assert small.git("rev-parse", "main") == small.first
    assert small.git("diff", "--name-only", "main", "HEAD") == "a.txt"


def test_a_patch_for_another_file_is_refused(small: Small) -> None:
    with pytest.raises(DoesNotFitError):
        small.tree.go(small.first, Patch(edits=(Edit(path="app/sums.py", at=0, old="class", new="def"),)))

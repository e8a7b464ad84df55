"""What a command may hear from git beside the files."""

import pytest

from ftaction.model.check import Command
from ftaction.tools.history import reads_history, reads_index

ROWS: list[tuple[Command, bool, bool, str]] = [
    ("ruff check .", False, False, "asks nothing"),
    ("git ls-files -z '*.sh' | xargs -0 shellcheck", True, False, "which files there are"),
    ("make docs && git diff --exit-code", True, False, "files against the index"),
    ("git diff --exit-code -- docs/", True, False, "words after -- are files"),
    ("git diff --exit-code HEAD", True, True, "files against a commit"),
    ("git diff --cached --exit-code", True, True, "the index against a commit"),
    ("git diff --name-only origin/main... | xargs eslint", True, True, "against a branch"),
    ("git -C sub describe --tags", True, True, "tags, after an option with a value"),
    ("python build.py --version=$(git rev-parse HEAD)", True, True, "inside a substitution"),
    (("git", "log", "-1"), True, True, "a list of arguments"),
    ("git config user.name x && pytest", False, False, "only configures"),
    ("npx commitlint --from=HEAD~1", True, True, "reads commits itself"),
    ("pre-commit run", True, True, "hooks on what is staged"),
    ("pre-commit run --all-files", True, False, "hooks on what git lists"),
    ("prek run --from-ref origin/main --to-ref HEAD", True, True, "hooks on what a branch changed"),
    ("npx nx affected -t test", True, True, "what changed since a branch"),
    ("jest --changedSince=main", True, True, "the same"),
    ("./legit status", False, False, "another program"),
    ("pytest tests/git", False, False, "a folder of that name"),
]


@pytest.mark.parametrize(("run", "index", "history", "why"), ROWS, ids=[row[3] for row in ROWS])
def test_what_is_read_of_git(run: Command, index: bool, history: bool, why: str) -> None:
    assert (reads_index(run), reads_history(run)) == (index, history)

"""Whatever two trees hold and however one became the other: the list is what a comparison of all files gives."""

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.base import Exactly
from tests.changes.scene import measured, slow, told
from tests.support.repository import TestRepository

NAMES = [b"a", b"b", b"A", b"d/a", b"d/b", b"d/e/a", b"e", b"new\nline", b'q"', b"\xff", b"-x", b"s p"]
CONTENTS = ["file 1", "file 2", "exec 1", "exec 2", "link a", "link d"]
TREES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(CONTENTS), max_size=8)
STEPS = st.lists(st.tuples(st.sampled_from(["write", "stage", "commit"]), TREES), min_size=1, max_size=3)


def put(here: TestRepository, tree: dict[bytes, str]) -> None:
    """Make the working tree this one. Of a file and a folder of one name the first that was put stays."""
    for entry in os.scandir(here.root):
        if entry.name != ".git":
            shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
    for name, content in tree.items():
        path = Path(os.fsdecode(os.path.join(os.fsencode(here.root), name)))
        parents = [parent for parent in path.parents if here.root in parent.parents]
        if os.path.lexists(path) or any(os.path.lexists(parent) and (parent.is_symlink() or not parent.is_dir()) for parent in parents):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        kind, _, word = content.partition(" ")
        if kind == "link":
            path.symlink_to(word)
        else:
            path.write_text(word)
            path.chmod(0o755 if kind == "exec" else 0o644)


@settings(max_examples=60, deadline=None)
@given(first=TREES, steps=STEPS)
def test_the_list_is_what_a_comparison_of_all_files_gives(first: dict[bytes, str], steps: list[tuple[str, dict[bytes, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = TestRepository(Path(folder) / "here")
        put(here, first)
        base = here.commit()
        for how, tree in steps:
            put(here, tree)
            if how != "write":
                here.git("add", "--all")
            if how == "commit":
                here.commit()
        assert told(measured(here, Exactly(base))) == slow(here, base)

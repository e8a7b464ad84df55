"""Which file a tool means by a path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.tools.findings.places import Places

FILES = ["src/app/models.py", "src/app/a.py", "tests/test_a.py", "web/src/app/a.py", "web/index.ts", "README.md", "odd name.py", "lib/util.py"]
ROOTS = ("/home/me/repo", "/github/workspace/")
TABLE = [
    ("src/app/a.py", ".", "src/app/a.py", "as it stands"),
    ("./src/app/../app/a.py", ".", "src/app/a.py", "with detours"),
    ("index.ts", "web", "web/index.ts", "from the folder that the check runs in"),
    ("../src/app/a.py", "web", "src/app/a.py", "out of that folder"),
    ("src/app/a.py", "web", "src/app/a.py", "the root goes before the folder: pytest prints paths from its root, wherever it is started"),
    ("/home/me/repo/src/app/a.py", ".", "src/app/a.py", "absolute"),
    ("/github/workspace/src/app/a.py", ".", "src/app/a.py", "as a container sees it"),
    ("file:///github/workspace/web/index.ts", ".", "web/index.ts", "as an address"),
    ("/work/checkout/tests/test_a.py", ".", "tests/test_a.py", "from another container: two parts are the same"),
    ("/app/src/app/models.py", ".", "src/app/models.py", "the longest end that is a file"),
    ("models.py", ".", "src/app/models.py", "a bare name that only one file has, as go prints them"),
    ("app/a.py", ".", "", "two files end so"),
    ("/usr/lib/python3/util.py", ".", "", "absolute, and only the name is the same"),
    ("/usr/lib/python3/site-packages/lib/util.py", ".", "", "a package's own file"),
    ("node_modules/lib/util.py", ".", "", "likewise"),
    ("src/app", ".", "", "a folder"),
    ("<string>", ".", "", "no file at all"),
    ("", ".", "", "nothing"),
    ("a\0b", ".", "", "no path"),
    ("../../../etc/passwd", ".", "", "out of the repository"),
    ("odd name.py", ".", "odd name.py", "with a blank"),
]


@pytest.mark.parametrize(("printed", "folder", "meant", "reason"), TABLE, ids=[row[3] for row in TABLE])
def test_a_path(printed: str, folder: str, meant: str, reason: str) -> None:
    assert Places(FILES, ROOTS, folder).find(printed) == meant, reason


@given(st.text(), st.sampled_from([".", "web", "not there"]))
def test_whatever_is_printed_it_is_a_file_of_the_repository_or_none(printed: str, folder: str) -> None:
    assert Places(FILES, ROOTS, folder).find(printed) in ("", *FILES)

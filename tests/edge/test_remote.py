"""What the remote is called, for every way to write its address."""

from pathlib import Path

import pytest

from ftaction.edge.remote import repository_name

ROWS = [
    ("https://github.com/org/name.git", "org/name", "as it is cloned"),
    ("https://github.com/org/name", "org/name", "without its ending"),
    ("https://user:secret@github.com/org/name/", "org/name", "with a password and a last slash"),
    ("git@github.com:org/name.git", "org/name", "as scp has it"),
    ("ssh://git@host.example:2222/org/name.git", "org/name", "with a port"),
    ("https://host.example/some/prefix/org/name.git", "org/name", "a host with a path of its own"),
    ("git@host.example:group/org/name.git", "org/name", "a group above"),
    ("https://github.com/org/na.me-1_2.git", "org/na.me-1_2", "every letter that a name may have"),
    ("/srv/git/org/name.git", "", "a folder of this machine is no host"),
    ("../org/name", "", "nor is one beside"),
    ("https://github.com/name", "", "no owner"),
]


@pytest.mark.parametrize(("url", "name", "reason"), ROWS, ids=[row[2] for row in ROWS])
def test_the_name_of_a_remote(tmp_path: Path, url: str, name: str, reason: str) -> None:
    (tmp_path / "config").write_text(
        f'[core]\n\tbare = false\n[remote "other"]\n\turl = https://h/no/no\n[remote "origin"]\n\tfetch = +a:b\n\turl = {url}\n[x]\n\ty = z\n'
    )
    assert repository_name(str(tmp_path)) == name


def test_without_a_remote_there_is_no_name(tmp_path: Path) -> None:
    assert repository_name(str(tmp_path)) == ""
    (tmp_path / "config").write_text("[core]\n\tbare = false\n")
    assert repository_name(str(tmp_path)) == ""

"""Digests remembered by a file's stat: an unchanged file is read once, a changed one never taken for unchanged."""

import json
import os
from pathlib import Path

import pytest

from ftaction.edge.digests import Digests, content, git_blob

HOUR = 3_600_000_000_000  # nanoseconds


class Reader:
    """Counts how often it had to read."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self, path: str) -> str:
        self.reads += 1
        return Path(path).read_text()


def _later(path: Path, by: int = HOUR) -> int:
    stat = path.stat()
    return max(stat.st_mtime_ns, stat.st_ctime_ns) + by


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("one")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> str:
    return str(tmp_path / "folder/digests.json")


def test_an_unchanged_file_is_read_once(file: Path, kept: str) -> None:
    reader = Reader()
    for _ in range(3):
        digests = Digests(kept, lambda: _later(file))
        assert digests.of("kind", str(file), reader) == "one"
        assert digests.of("kind", str(file), reader) == "one"
        digests.save()
    assert reader.reads == 1


@pytest.mark.parametrize("saved", [True, False], ids=["by the next process", "by the same"])
def test_a_changed_file_is_read_again(file: Path, kept: str, saved: bool) -> None:
    reader = Reader()
    digests = Digests(kept, lambda: _later(file))
    assert digests.of("kind", str(file), reader) == "one"
    if saved:
        digests.save()
        digests = Digests(kept, lambda: _later(file))
    file.write_text("other")
    assert digests.of("kind", str(file), reader) == "other"


def test_another_file_in_its_place_is_read(file: Path, kept: str) -> None:
    """Same size, same time: only the inode tells."""
    reader = Reader()
    digests = Digests(kept, lambda: _later(file))
    digests.of("kind", str(file), reader)
    stat = file.stat()
    other = file.with_name("other")
    other.write_text("two")
    os.utime(other, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    other.rename(file)
    assert digests.of("kind", str(file), reader) == "two"


@pytest.mark.parametrize("age", [0, 1_000_000_000, 2_000_000_000])
def test_a_file_that_changed_a_moment_ago_is_not_remembered(file: Path, kept: str, age: int) -> None:
    """Its next change might keep size and time; the same holds within one process."""
    reader = Reader()
    digests = Digests(kept, lambda: _later(file, age))
    digests.of("kind", str(file), reader)
    digests.of("kind", str(file), reader)
    assert reader.reads == 2
    digests.save()
    Digests(kept, lambda: _later(file, age)).of("kind", str(file), reader)
    assert reader.reads == 3


def test_a_file_from_the_future_is_not_remembered(file: Path, kept: str) -> None:
    reader = Reader()
    digests = Digests(kept, lambda: _later(file, -HOUR))
    digests.of("kind", str(file), reader)
    digests.of("kind", str(file), reader)
    assert reader.reads == 2


DAMAGES = [
    "",
    "{",
    "null",
    "[]",
    '"text"',
    '{"kind:PATH": "x"}',
    '{"kind:PATH": []}',
    '{"kind:PATH": ["only"]}',
    '{"kind:PATH": [1, 2, 3]}',
    '{"kind:PATH": null}',
    "\0" * 1000,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_memory_only_costs_reading(file: Path, kept: str, damage: str) -> None:
    Path(kept).parent.mkdir()
    Path(kept).write_text(damage.replace("PATH", json.dumps(str(file))[1:-1]))
    reader = Reader()
    digests = Digests(kept, lambda: _later(file))
    assert digests.of("kind", str(file), reader) == "one"
    digests.save()
    assert Digests(kept, lambda: _later(file)).of("kind", str(file), reader) == "one"
    assert reader.reads == 1


def test_memory_that_cannot_be_written_is_no_error(file: Path, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    digests = Digests(str(tmp_path / "blocked/digests.json"), lambda: _later(file))
    assert digests.of("kind", str(file), Reader()) == "one"
    digests.save()


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Digests(None).of("kind", str(tmp_path / "nowhere"), Reader())


def test_kinds_of_one_file_are_apart(file: Path, kept: str) -> None:
    digests = Digests(kept, lambda: _later(file))
    assert digests.of("sha1", str(file), git_blob("sha1")) != digests.of("sha256", str(file), git_blob("sha256"))


def test_git_names_files_and_links_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a\n")
    (tmp_path / "link").symlink_to("a\n")
    for name in ("file", "link"):
        assert git_blob("sha1")(str(tmp_path / name)) == "78981922613b2afb6025042ff6bd878ac1994e85"


def test_a_scripts_first_line_does_not_count(tmp_path: Path) -> None:
    for name, text in (
        ("one", "#!/here/python\nbody"),
        ("two", "#!/there/python\nbody"),
        ("three", "#!/here/python\nother"),
        ("four", "x#!/here/python\nbody"),
    ):
        (tmp_path / name).write_text(text)
    one, two, three, four = (content(str(tmp_path / name)) for name in ("one", "two", "three", "four"))
    assert one == two
    assert len({one, three, four}) == 3


def test_marks_are_kept(kept: str) -> None:
    digests = Digests(kept)
    digests.set_mark("key", "word")
    digests.save()
    assert Digests(kept).mark("key") == "word"
    assert Digests(kept).mark("other") == ""

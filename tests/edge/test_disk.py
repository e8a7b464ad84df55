"""The store on a disk that is damaged, full or may not be written: every doubt is a miss, counted, and never an error."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from ftaction.edge.disk import DiskStore
from ftaction.errors import StoreError
from tests.support.processes import as_nobody

KEY = "0123456789abcdef" * 4
CONTENT = b"content " * 1000
DIGEST = sha256(CONTENT).hexdigest()


def _filled(folder: Path) -> DiskStore:
    store = DiskStore(str(folder))
    store.put_record(KEY, CONTENT)
    store.put_blob(CONTENT)
    store.append("scope/check", b"line")
    return store


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def _one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _other(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


HARMS = [_emptied, _cut, _longer, _one_bit, _other, _folder, _link_to_nowhere, _link_to_itself]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_record_is_a_miss(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    _filled(tmp_path)
    harm(tmp_path / "ac" / KEY[:2] / KEY)
    store = DiskStore(str(tmp_path))
    assert store.record(KEY) is None
    assert len(store.doubts) == (0 if harm is _link_to_nowhere else 1)
    if harm is not _folder:
        assert store.put_record(KEY, CONTENT)
        assert DiskStore(str(tmp_path)).record(KEY) == CONTENT


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_blob_is_a_miss(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    _filled(tmp_path)
    harm(tmp_path / "cas" / DIGEST[:2] / DIGEST)
    assert DiskStore(str(tmp_path)).blob(DIGEST) is None
    _filled(tmp_path)
    if harm not in (_folder, _link_to_nowhere):
        harm(tmp_path / "cas" / DIGEST[:2] / DIGEST)
        pieces = DiskStore(str(tmp_path)).stream(DIGEST)
        if pieces is not None:
            with pytest.raises(StoreError):
                list(pieces)


@pytest.mark.parametrize("harm", [_emptied, _cut, _longer])
def test_a_torn_blob_is_written_anew(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    _filled(tmp_path)
    harm(tmp_path / "cas" / DIGEST[:2] / DIGEST)
    store = DiskStore(str(tmp_path))
    assert store.put_blob(CONTENT) == DIGEST
    assert store.blob(DIGEST) == CONTENT


def test_a_damaged_history_is_what_can_be_read_of_it(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    path = tmp_path / "history/scope/check"
    path.write_bytes(path.read_bytes() + b"\ntorn half of a li")
    store.append("scope/check", b"next")
    assert store.history("scope/check")[-1] == b"next"
    path.unlink()
    path.mkdir()
    assert store.history("scope/check") == []
    store.append("scope/check", b"lost")
    assert len(store.doubts) == 1


def test_a_file_where_the_store_should_be(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("no folder")
    store = DiskStore(str(tmp_path / "store"))
    assert not store.put_record(KEY, CONTENT)
    assert store.put_blob(CONTENT) == ""
    assert store.put_stream([CONTENT]) == ""
    store.append("scope/check", b"line")
    assert store.record(KEY) is None
    assert store.blob(DIGEST) is None
    assert store.stream(DIGEST) is None
    assert store.history("scope/check") == []
    assert 1 <= len(store.doubts) <= 2, "said once, not for every file"


_LIMITED = """
import resource, signal, sys
from ftaction.edge.disk import DiskStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
store = DiskStore(sys.argv[1])
big = bytes(range(256)) * 100
assert not store.put_record("0" * 64, big)
assert store.put_blob(big) == ""
assert store.put_stream([big[:500], big]) == ""
assert store.record("0" * 64) is None
assert store.put_blob(b"small") != ""
assert len(store.doubts) == 1, store.doubts
"""


def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    """A limit on the size of files stands for a full disk: the write breaks off in its middle."""
    done = subprocess.run([sys.executable, "-c", _LIMITED, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_store_that_may_only_be_read_still_answers() -> None:
    """Asked by a user who may not write there; root may write everywhere."""

    def ask() -> None:
        store = DiskStore(folder)
        assert store.record(KEY) == CONTENT
        assert store.blob(DIGEST) == CONTENT
        assert store.history("scope/check")[-1] == b"line"
        assert not store.put_record("f" * 64, CONTENT)
        assert store.put_blob(b"other") == ""
        assert len(store.doubts) == 1

    with tempfile.TemporaryDirectory() as folder:
        _filled(Path(folder))
        paths = [Path(folder), *Path(folder).rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            as_nobody(ask)
        finally:
            for path in paths:
                path.chmod(0o755)


def test_nothing_of_a_broken_write_is_taken_for_an_entry(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    (tmp_path / "cas" / DIGEST[:2] / f"{DIGEST}.0123.tmp").write_bytes(b"half")
    assert store.blob(DIGEST) == CONTENT
    assert {entry.name for entry in store.entries() if entry.name.endswith(".tmp")} == {f"cas/{DIGEST[:2]}/{DIGEST}.0123.tmp"}


def test_entries_are_all_there_is(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    found = {entry.name: entry for entry in store.entries()}
    assert found.keys() == {f"ac/{KEY[:2]}/{KEY}", f"cas/{DIGEST[:2]}/{DIGEST}", "history/scope/check"}
    assert found[f"cas/{DIGEST[:2]}/{DIGEST}"].size == len(CONTENT)
    for name in found:
        store.remove(name)
        store.remove(name)
    assert list(store.entries()) == []
    assert store.record(KEY) is None


def test_reading_marks_as_used(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            os.utime(path, (1, 1))
    store.record(KEY)
    store.blob(DIGEST)
    assert {entry.name.partition("/")[0] for entry in store.entries() if entry.used == 1} == {"history"}

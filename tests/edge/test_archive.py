"""Outputs to an archive and back."""

import os
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftaction.edge.archive import pack, unpack
from ftaction.edge.index import BLOCK
from ftaction.errors import StoreError
from tests.support.archives import archive, file
from tests.support.others import NOBODY
from tests.support.trees import tree

AN_HOUR_AGO = 1_700_000_000_123_456_789


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def _odd_tree(root: Path) -> None:
    for folder in ("out", "out/empty", "out/deep/er", "other folder"):
        (root / folder).mkdir(parents=True)
    for odd in (b"plain", b"-leading dash", b"with\nnewline", b"quote'\"", b"back\\slash", b"not utf-8 \xff", "ümlaut".encode(), b"n" * 255):
        Path(os.fsdecode(os.fsencode(root / "out") + b"/" + odd)).write_bytes(odd)
    for name, mode in (("program", 0o755), ("private", 0o600), ("everybody", 0o666), ("fixed", 0o444), ("locked", 0o000)):
        (root / "out" / name).write_bytes(b"#!" if mode else b"")
        (root / "out" / name).chmod(mode)
    for name, target in (("relative", "plain"), ("absolute", "/etc/hostname"), ("dangling", "nowhere"), ("up", "../.."), ("to a folder", "deep")):
        (root / "out" / name).symlink_to(target)
    os.link(root / "out/plain", root / "out/deep/er/the same")
    os.link(root / "out/plain", root / "out/and again")
    (root / "other folder/file").write_bytes(random.Random(0).randbytes(3 * BLOCK + 5))
    (root / "other folder/file").chmod(0o555)
    (root / "other folder/block").write_bytes(b"y" * BLOCK)
    (root / "single").write_bytes(b"z")
    os.utime(root / "out/deep", ns=(AN_HOUR_AGO, AN_HOUR_AGO))
    os.utime(root / "out/dangling", ns=(AN_HOUR_AGO + 1, AN_HOUR_AGO + 1), follow_symlinks=False)
    os.utime(root / "other folder/file", ns=(AN_HOUR_AGO + 2, AN_HOUR_AGO + 2))
    os.utime(root / "out/program", ns=(-5, -5))
    os.utime(root / "out", ns=(AN_HOUR_AGO + 3, AN_HOUR_AGO + 3))


def test_everything_comes_back_as_it_was(root: Path) -> None:
    _odd_tree(root)
    outputs = ("out", "other folder", "single")
    before = tree(root)
    assert len(before[b"out/plain".hex()].names) == 3
    packed = list(pack(str(root), outputs, None))
    subprocess.run(["rm", "-rf", "--", "out", "other folder"], cwd=root, check=True)
    (root / "single").write_bytes(b"changed since")
    unpack(packed, str(root), outputs, None)
    assert tree(root) == before


def test_the_same_files_are_the_same_archive(root: Path) -> None:
    """However many workers there are, and whoever is quicker: so the store keeps them once."""
    _odd_tree(root)
    many = root / "out/many"
    many.mkdir()
    for number in range(3000):
        (many / str(number)).write_bytes(b"%d" % number * 100)
    first, second = (b"".join(pack(str(root), ("out", "other folder"), None)) for _ in range(2))
    assert first == second


def test_it_does_not_matter_how_the_bytes_are_cut(root: Path) -> None:
    _odd_tree(root)
    before = tree(root)
    whole = b"".join(pack(str(root), ("out", "other folder", "single"), None))
    for size in (997, 1 << 16, len(whole)):
        unpack((whole[place : place + size] for place in range(0, len(whole), size)), str(root), ("out", "other folder", "single"), None)
        assert tree(root) == before


def test_what_stands_there_is_replaced_whole(root: Path) -> None:
    (root / "out").mkdir()
    (root / "out/made").write_bytes(b"1")
    packed = list(pack(str(root), ("out",), None))
    (root / "out/left over").write_bytes(b"2")
    unpack(packed, str(root), ("out",), None)
    assert sorted(os.listdir(root / "out")) == ["made"]


def test_a_folder_in_the_place_of_a_file_and_the_other_way_round(root: Path) -> None:
    (root / "out").write_bytes(b"file")
    (root / "deep/er").mkdir(parents=True)
    packed = list(pack(str(root), ("out", "deep"), None))
    os.unlink(root / "out")
    (root / "out").mkdir()
    (root / "deep/er").rmdir()
    (root / "deep").rmdir()
    (root / "deep").write_bytes(b"")
    unpack(packed, str(root), ("out", "deep"), None)
    assert (root / "out").read_bytes() == b"file"
    assert (root / "deep/er").is_dir()


def test_outputs_inside_one_another_are_kept_once(root: Path) -> None:
    (root / "out/in").mkdir(parents=True)
    (root / "out/in/made").write_bytes(b"1")
    packed = list(pack(str(root), ("out/in", "out"), None))
    shutil.rmtree(root / "out")
    unpack(packed, str(root), ("out/in", "out"), None)
    assert (root / "out/in/made").read_bytes() == b"1"


def test_a_sparse_file_stays_one_and_costs_nothing(root: Path) -> None:
    (root / "out").mkdir()
    for name, size in (("large", 1 << 30), ("small", 300_000), ("nothing else", 5 << 20)):
        with (root / "out" / name).open("wb") as made:
            made.truncate(size)
            if name != "nothing else":
                made.seek(size // 2)
                made.write(b"in the middle")
    if (root / "out/large").stat().st_blocks * 512 > 1 << 20:
        pytest.skip("this file system has no holes")
    sizes = {path.name: (path.stat().st_size, path.stat().st_blocks) for path in (root / "out").iterdir()}
    packed = list(pack(str(root), ("out",), None))
    assert sum(map(len, packed)) < 2000
    shutil.rmtree(root / "out")
    unpack(packed, str(root), ("out",), None)
    for path in (root / "out").iterdir():
        size, taken = sizes[path.name]
        assert path.stat().st_size == size
        assert path.stat().st_blocks <= taken + 16
        if path.name != "nothing else":
            with path.open("rb") as read:
                read.seek(size // 2 - 3)
                assert read.read(19) == b"\0\0\0in the middle\0\0\0"


def test_a_sparse_file_of_many_blocks(root: Path) -> None:
    chance = random.Random(1)
    with (root / "out").open("wb") as made:
        made.truncate(40 << 20)
        for place in range(1 << 20, 40 << 20, 7 << 20):
            made.seek(place)
            made.write(chance.randbytes(1_500_000))
    before = tree(root)
    packed = list(pack(str(root), ("out",), None))
    assert sum(map(len, packed)) < 10 << 20
    unpack(packed, str(root), ("out",), None)
    assert tree(root) == before


def test_a_path_as_long_as_there_may_be(root: Path) -> None:
    """Longer than PATH_MAX with the root before it: no call may be given the whole of it."""
    here = os.open(root, os.O_RDONLY)
    names = ["out", *(["d" * 250] * 15)]
    for name in names:
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    made = os.open("made", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(made, b"x")
    os.close(made)
    os.close(here)
    packed = list(pack(str(root), ("out",), None))
    shutil.rmtree(root / "out")
    unpack(packed, str(root), ("out",), None)
    assert list(pack(str(root), ("out",), None)) == packed


Names = st.binary(min_size=1, max_size=12).filter(lambda name: not set(name) & {0, 0x2F} and name not in (b".", b".."))
Modes = st.sampled_from((0o644, 0o600, 0o755, 0o444, 0o000, 0o777))
Times = st.integers(-(10**18), 4 * 10**18)
Leaves = st.one_of(
    st.tuples(st.just("file"), st.binary(max_size=2000), Modes, Times),
    st.tuples(st.just("file"), st.integers(BLOCK - 1, 2 * BLOCK).map(lambda size: random.Random(size).randbytes(size)), Modes, Times),
    st.tuples(st.just("link"), st.binary(min_size=1, max_size=50).filter(lambda target: 0 not in target), Modes, Times),
    st.tuples(st.just("hard"), st.just(b""), Modes, Times),
)
Trees = st.recursive(Leaves, lambda inner: st.dictionaries(Names, inner, max_size=6), max_leaves=25)


def _grow(path: bytes, what: object, files: list[bytes]) -> None:
    if isinstance(what, dict):
        os.mkdir(path)
        for name, inner in what.items():
            _grow(path + b"/" + name, inner, files)
        return
    assert isinstance(what, tuple)
    kind, content, mode, time = what
    if kind == "link":
        os.symlink(content, path)
        os.utime(path, ns=(time, time), follow_symlinks=False)
    elif kind == "hard" and files:
        os.link(files[-1], path)
    else:
        Path(os.fsdecode(path)).write_bytes(content)
        os.chmod(path, mode)
        os.utime(path, ns=(time, time))
        files.append(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="a file of mode 0 is read by nobody else")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(what=Trees)
def test_any_tree_comes_back(tmp_path: Path, what: object) -> None:
    root = tmp_path / "root"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    _grow(os.fsencode(root) + b"/out", what, [])
    before = tree(root)
    packed = list(pack(str(root), ("out",), None))
    unpack(packed, str(root), ("out",), None)
    assert tree(root) == before


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # its path may be 107 bytes long at most
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(here)


def _device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


def _set_uid(path: Path) -> None:
    path.write_bytes(b"")
    path.chmod(0o4755)


def _too_deep(path: Path) -> None:
    (path / "/".join("d" * 120)).mkdir(parents=True)


UNPACKABLE: list[tuple[str, Callable[[Path], None], str]] = [
    ("a named pipe: reading it would wait for ever", _pipe, "out/odd is a named pipe"),
    ("a socket", _socket, "out/odd is a socket"),
    ("a device: reading it has no end", _device, "out/odd is a device"),
    ("a set-uid file", _set_uid, "out/odd is a set-uid"),
    ("folders deeper than unpacking allows", _too_deep, "too deep"),
]


@pytest.mark.parametrize(("make", "sentence"), [row[1:] for row in UNPACKABLE], ids=[row[0] for row in UNPACKABLE])
def test_what_can_not_be_kept_is_an_error_that_says_so(root: Path, make: Callable[[Path], None], sentence: str) -> None:
    (root / "out").mkdir()
    make(root / "out/odd")
    with pytest.raises(StoreError, match=sentence):
        list(pack(str(root), ("out",), None))


def test_a_missing_output_is_an_error_of_packing(root: Path) -> None:
    with pytest.raises(StoreError, match="out: No such file"):
        list(pack(str(root), ("out",), None))


def test_an_output_below_a_file_is_an_error_of_packing(root: Path) -> None:
    (root / "folder").write_bytes(b"")
    with pytest.raises(StoreError, match="folder/out can't be reached: Not a directory"):
        list(pack(str(root), ("folder/out",), None))


def test_an_output_behind_a_link_is_an_error_of_packing(root: Path) -> None:
    """It could not be put back."""
    (root / "real/out").mkdir(parents=True)
    (root / "folder").symlink_to("real")
    with pytest.raises(StoreError, match="behind a symbolic link"):
        list(pack(str(root), ("folder/out",), None))


def test_a_set_group_bit_of_a_folder_is_no_matter(root: Path) -> None:
    """Every folder below one that has it gets it."""
    (root / "out").mkdir()
    (root / "out").chmod(0o2755)
    unpack(list(pack(str(root), ("out",), None)), str(root), ("out",), None)
    assert stat.S_IMODE((root / "out").stat().st_mode) & 0o777 == 0o755


CHANGES: list[tuple[str, str]] = [
    ("grows", "echo >>"),
    ("shrinks", "echo >"),
    ("goes", "rm"),
    ("becomes a link to the same bytes", "mv {} .. && ln -s ../{}"),
    ("becomes a pipe, which is not waited for", "rm {} && mkfifo"),
    ("becomes a folder", "rm {} && mkdir"),
    ("has another time", "touch"),
]


@pytest.mark.parametrize("change", [row[1] for row in CHANGES], ids=[row[0] for row in CHANGES])
@pytest.mark.parametrize("name", ["last", "much"])
def test_a_file_that_changes_while_it_is_packed_is_an_error(root: Path, name: str, change: str) -> None:
    """The index comes first; nobody asked for the content yet, and the workers can't have gone far ahead."""
    (root / "out").mkdir()
    (root / "out/before").write_bytes(random.Random(0).randbytes(24 << 20))
    for late, size in (("last", 2_000), ("much", 2_000_000)):
        (root / "out" / late).write_bytes(b"x" * size)
        os.utime(root / "out" / late, ns=(AN_HOUR_AGO, AN_HOUR_AGO))
    pieces = pack(str(root), ("out",), None)
    next(pieces)
    subprocess.run(["sh", "-ec", f"{change} {{}}".replace("{}", name)], cwd=root / "out", check=True)
    with pytest.raises(StoreError):
        list(pieces)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start processes as another user")
def test_an_unreadable_file_is_an_error(root: Path) -> None:
    (root / "out").mkdir()
    (root / "out/secret").write_bytes(b"x")
    (root / "out/secret").chmod(0)
    for path in (root, root / "out"):
        path.chmod(0o755)
    with pytest.raises(StoreError, match="secret: Permission denied"):
        list(pack(str(root), ("out",), NOBODY))


def _children() -> set[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as listed:
        return set(map(int, listed.read().split()))


def test_a_worker_that_is_killed_while_packing_is_an_error(root: Path) -> None:
    (root / "out").write_bytes(random.Random(0).randbytes(24 << 20))
    before = _children()
    pieces = pack(str(root), ("out",), None)
    next(pieces)
    next(pieces)
    for pid in _children() - before:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(StoreError, match="ended before its work did"):
        list(pieces)


def test_a_worker_that_is_killed_while_unpacking_is_an_error(root: Path) -> None:
    (root / "out").write_bytes(random.Random(0).randbytes(24 << 20))
    packed = list(pack(str(root), ("out",), None))
    (root / "out").write_bytes(b"old")
    before = _children()

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate(packed):
            if number == 5:
                for pid in _children() - before:
                    os.kill(pid, signal.SIGKILL)
            yield piece

    with pytest.raises(StoreError):
        unpack(pieces(), str(root), ("out",), None)
    assert (root / "out").read_bytes() == b"old"
    assert os.listdir(root) == ["out"]
    assert _children() == before


def test_one_who_stops_asking_leaves_no_worker(root: Path) -> None:
    (root / "out").write_bytes(random.Random(0).randbytes(24 << 20))
    before = _children()
    pieces = pack(str(root), ("out",), None)
    next(pieces)
    assert _children() - before
    pieces.close()  # type: ignore[attr-defined]  # it is a generator, as whoever drops it knows
    assert _children() == before


def test_a_stream_that_fails_at_its_end_puts_nothing_in_place(root: Path) -> None:
    """As a store's does whose bytes are not what their digest says."""
    (root / "out").write_bytes(b"right")
    packed = list(pack(str(root), ("out",), None))
    (root / "out").write_bytes(b"old")

    def pieces() -> Iterator[bytes]:
        yield from packed
        raise StoreError("not what the digest says")

    with pytest.raises(StoreError, match="not what the digest says"):
        unpack(pieces(), str(root), ("out",), None)
    assert (root / "out").read_bytes() == b"old"


def test_nothing_is_put_in_place_unless_everything_can_be(root: Path) -> None:
    (root / "a").write_bytes(b"old")
    (root / "b").write_bytes(b"")
    with pytest.raises(StoreError):
        unpack([archive(file(b"a", content=b"new"), file(b"b/c", content=b"new"))], str(root), ("a", "b/c"), None)
    assert (root / "a").read_bytes() == b"old"
    assert sorted(os.listdir(root)) == ["a", "b"]


def test_a_link_in_the_repository_does_not_lead_out(tmp_path: Path, root: Path) -> None:
    (tmp_path / "outside").mkdir()
    (root / "folder").symlink_to(tmp_path / "outside")
    with pytest.raises(StoreError, match="behind a symbolic link"):
        unpack([archive(file(b"folder/made"))], str(root), ("folder/made",), None)
    assert os.listdir(tmp_path / "outside") == []


def test_a_link_in_the_place_of_an_output_is_replaced_not_followed(tmp_path: Path, root: Path) -> None:
    (tmp_path / "treasure").write_bytes(b"treasure")
    (root / "out").symlink_to(tmp_path / "treasure")
    unpack([archive(file(b"out", content=b"new"))], str(root), ("out",), None)
    assert not (root / "out").is_symlink()
    assert (tmp_path / "treasure").read_bytes() == b"treasure"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start processes as another user")
def test_folders_that_their_owner_can_not_write_come_and_go(root: Path) -> None:
    """As those of Go's modules."""
    (root / "out/in").mkdir(parents=True)
    (root / "out/in/made").write_bytes(b"1")
    subprocess.run(["chown", "-R", f"{NOBODY.user}:{NOBODY.group}", str(root)], check=True)
    (root / "out/in").chmod(0o555)
    (root / "out").chmod(0o555)
    before = tree(root)
    packed = list(pack(str(root), ("out",), NOBODY))
    unpack(packed, str(root), ("out",), NOBODY)
    assert tree(root) == before
    assert os.listdir(root) == ["out"], "nothing is left over"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start processes as another user")
def test_what_is_put_in_place_belongs_to_the_owner(root: Path) -> None:
    os.chown(root, *NOBODY)
    (root / "made/in").mkdir(parents=True)
    (root / "made/in/file").write_bytes(b"x")
    packed = list(pack(str(root), ("made/in",), NOBODY))
    shutil.rmtree(root / "made")
    unpack(packed, str(root), ("made/in",), NOBODY)
    assert {path.stat().st_uid for path in root.rglob("*")} == {NOBODY.user}


def test_neither_way_needs_memory_for_the_size(root: Path) -> None:
    """300 MB that don't compress, of every process that is started."""
    script = """
import re, resource, sys
from ftaction.edge.archive import pack, unpack
root = sys.argv[1]
with open(root + "/../packed", "wb") as file:
    file.writelines(pack(root, ("made",), None))
with open(root + "/../packed", "rb") as file:
    unpack(iter(lambda: file.read(1 << 20), b""), root, ("made",), None)
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])  # ru_maxrss would count whoever forked us
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    with (root / "made").open("wb") as made:
        for number in range(300):
            made.write(random.Random(number).randbytes(1_000_000))
    done = subprocess.run([sys.executable, "-c", script, str(root)], capture_output=True, text=True, check=True)
    ours, largest = map(int, done.stdout.split())
    assert ours * 1024 < 60_000_000
    assert largest * 1024 < 60_000_000
    assert (root / "made").stat().st_size == 300_000_000

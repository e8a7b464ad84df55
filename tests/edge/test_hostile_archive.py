"""What others made of an archive: nothing lands anywhere else, and what stood there is untouched."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from ftaction.edge.archive import pack, unpack
from ftaction.edge.index import BLOCK, LENGTH, MAGIC, MOST_CONTENT, MOST_FREE, closed, write_index
from ftaction.errors import StoreError
from tests.support.archives import Entry, archive, file, folder, framed, hard, index, link, sparse
from tests.support.trees import tree

OUT = (folder(b"out"), file(b"made", 1, b"made" * 100))
RAW = write_index(index(*OUT))
INDEX = closed(RAW)
CONTENT = closed(OUT[1].content)


def _zstd(content: bytes, *, checksum: bool = True, size: bool = True, window: int = 20) -> bytes:
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=window, write_checksum=checksum, write_content_size=size)
    packer = zstandard.ZstdCompressor(compression_params=parameters)
    if size:
        return packer.compress(content)
    stream = packer.compressobj()
    return stream.compress(content) + stream.flush()


def _stating(frame: bytes, size: int) -> bytes:
    """A frame that says another content size, in eight bytes."""
    return frame[:4] + bytes((0xE4,)) + size.to_bytes(8, "little") + frame[5 + (1 if frame[4] >> 6 == 0 else 2) :]


def _tall(*entries: Entry) -> bytes:
    """An index alone, of more than anybody would send."""
    return framed([closed(write_index(index(*entries)))])


HOSTILE: list[tuple[str, Callable[[], bytes]]] = [
    ("nothing", lambda: b""),
    ("what is no archive", lambda: b"\x1f\x8b" + bytes(100)),
    ("the format before", lambda: zstandard.ZstdCompressor().compress(bytes(10240))),
    ("the format after", lambda: MAGIC.replace(b"1", b"2") + framed([INDEX, CONTENT])[len(MAGIC) :]),
    ("only its beginning", lambda: MAGIC),
    ("an index that says it is longer than any", lambda: MAGIC + LENGTH.pack(0xFFFFFFFF)),
    ("an index that is no zstd", lambda: framed([RAW, CONTENT])),
    ("an index without a checksum", lambda: framed([_zstd(RAW, checksum=False), CONTENT])),
    ("an index that does not say how large it is", lambda: framed([_zstd(RAW, size=False), CONTENT])),
    ("an index of 1 GB in 30 KB", lambda: framed([zstandard.ZstdCompressor(write_checksum=True).compress(bytes(1 << 30)), CONTENT])),
    ("an index that says it is small and is not", lambda: framed([_stating(_zstd(bytes(50 << 20)), 100), CONTENT])),
    ("a window of 128 MB for the index", lambda: framed([_zstd(RAW, size=False, window=27), CONTENT])),
    ("a window of 128 MB for content", lambda: framed([INDEX, _zstd(OUT[1].content, size=False, window=27)])),
    ("an index with something behind it", lambda: framed([INDEX + b"x", CONTENT])),
    ("two indexes in one frame", lambda: framed([INDEX + INDEX, CONTENT])),
    ("no content", lambda: framed([INDEX])),
    ("an empty frame", lambda: framed([INDEX, b""])),
    ("less content than the index says", lambda: framed([INDEX, closed(OUT[1].content[1:])])),
    ("more content", lambda: framed([INDEX, closed(OUT[1].content + b"x")])),
    ("content without a checksum", lambda: framed([INDEX, _zstd(OUT[1].content, checksum=False)])),
    ("content with something behind it", lambda: framed([INDEX, CONTENT + b"x"])),
    ("a block more", lambda: framed([INDEX, CONTENT, CONTENT])),
    ("an empty block more", lambda: framed([INDEX, CONTENT, b""])),
    ("bytes behind the last block", lambda: framed([INDEX, CONTENT]) + b"x"),
    ("a block that says it is longer than any", lambda: framed([INDEX]) + LENGTH.pack(1 << 30)),
    ("a bomb: 4 GB in 4,096 small blocks", lambda: framed([_bomb(), *([closed(bytes(BLOCK))] * 4096)])),
    ("more bytes stated than any folder has", lambda: _tall(folder(b"out"), file(b"a", 1, size=MOST_CONTENT + 1))),
    ("many entries", lambda: _tall(*(file(b"x"),) * 300_001)),
    ("a file that climbs", lambda: archive(folder(b"out"), file(b"..", 1))),
    ("a file below a link that leads out", lambda: archive(folder(b"out"), link(b"a", b"OUTSIDE", 1), file(b"escaped", 2))),
    ("an output that is a link, and a file below it", lambda: archive(link(b"out", b"../outside"), file(b"escaped", 1))),
    ("a hard link to nothing of the archive", lambda: archive(folder(b"out"), hard(b"a", 77, 1))),
    ("a hard link to a symbolic link", lambda: archive(folder(b"out"), link(b"a", b"../../outside/treasure", 1), hard(b"b", 2, 1))),
    ("a device", lambda: archive(folder(b"out"), Entry(5, b"a", 1))),
    ("another output", lambda: archive(folder(b"kept"), file(b"a", 1))),
    ("an absolute output", lambda: archive(file(b"/tmp/escaped-from-a-test"))),
    ("names that differ only behind a NUL", lambda: archive(folder(b"out"), file(b"a\0b", 1))),
    ("a file that its folder's owner could not make", lambda: archive(folder(b"out"), file(b"n" * 256, 1))),
]  # fmt: skip


def _bomb() -> bytes:
    return closed(write_index(index(file(b"out", size=4096 * BLOCK))))


@pytest.mark.parametrize("build", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_archive_is_an_error_and_lands_nowhere(tmp_path: Path, build: Callable[[], bytes]) -> None:
    for name in ("outside", "root", "root/out"):
        (tmp_path / name).mkdir()
    for name in ("outside/treasure", "root/kept", "root/out/old"):
        (tmp_path / name).write_bytes(name.encode())
    before = tree(tmp_path)
    with pytest.raises(StoreError):
        unpack([build()], str(tmp_path / "root"), ("out",), None)
    after = tree(tmp_path)
    assert {**after, b"root".hex(): before[b"root".hex()]} == before  # the root's own time may change
    assert not Path("/tmp/escaped-from-a-test").exists()


def test_links_that_lead_out_are_made_and_nothing_goes_through_them(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "root").mkdir()
    unpack([archive(folder(b"out"), link(b"a", b"../../outside", 1), file(b"b", 1))], str(tmp_path / "root"), ("out",), None)
    assert os.readlink(tmp_path / "root/out/a") == "../../outside"
    assert os.listdir(tmp_path / "outside") == []


def test_a_file_is_never_written_to_what_stands_in_its_place(tmp_path: Path) -> None:
    """On a file system that takes two names for one, the second is an error. Here names differ, so only the flags can be seen to work."""
    (tmp_path / "out").mkdir()
    script = """
import os, sys
from tests.support.archives import file, folder, index, link
from ftaction.edge.unpacker import Unpacking
from ftaction.edge.index import closed
os.chdir(sys.argv[1])
os.mkdir("1")
os.symlink("../treasure", "1/made")
Unpacking(index(folder(b"out"), file(b"made", 1, b"new"))).write(0, closed(b"new"))
"""
    (tmp_path / "treasure").write_bytes(b"treasure")
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path / "out")], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert "FileExistsError" in ended.stderr
    assert (tmp_path / "treasure").read_bytes() == b"treasure"


def _small(tmp_path: Path) -> tuple[Path, bytes]:
    root = tmp_path / "root"
    (root / "out").mkdir(parents=True)
    (root / "out/made").write_bytes(b"content of a file")
    (root / "out/link").symlink_to("made")
    packed = b"".join(pack(str(root), ("out",), None))
    (root / "out/made").write_bytes(b"old")
    return root, packed


def test_a_cut_at_every_byte_is_an_error(tmp_path: Path) -> None:
    root, packed = _small(tmp_path)
    before = tree(root)
    for cut in range(len(packed)):
        with pytest.raises(StoreError):
            unpack([packed[:cut]], str(root), ("out",), None)
    assert tree(root) == before
    unpack([packed], str(root), ("out",), None)
    assert (root / "out/made").read_bytes() == b"content of a file"


def test_every_changed_bit_is_an_error_or_changes_nothing(tmp_path: Path) -> None:
    """Every frame has a checksum of what is in it. A few bits of zstd's own headers mean nothing (RFC 8878, "unused bit")."""
    root, packed = _small(tmp_path)
    (root / "out/made").write_bytes(b"content of a file")
    unpack([packed], str(root), ("out",), None)
    before, accepted = tree(root / "out"), 0
    for place in range(8 * len(packed)):
        spoilt = bytearray(packed)
        spoilt[place // 8] ^= 1 << place % 8
        try:
            unpack([bytes(spoilt)], str(root), ("out",), None)
            accepted += 1
        except StoreError:
            pass
        assert tree(root / "out") == before
    assert accepted < 2 * len(packed) / 8


def test_a_bomb_breaks_off_early_and_costs_no_memory(tmp_path: Path) -> None:
    """What it made is gone again. The peak is that of a process which did nothing else."""
    script = """
import os, re, sys
from ftaction.edge.archive import unpack
from ftaction.errors import StoreError
from ftaction.edge.index import BLOCK, LENGTH, MAGIC, closed, write_index
from tests.support.archives import file, framed, index
block = closed(bytes(BLOCK))
taken = 0
def pieces():
    global taken
    yield framed([closed(write_index(index(file(b"out", size=30 << 30))))])
    while True:
        taken += 1
        yield LENGTH.pack(len(block)) + block
try:
    unpack(pieces(), sys.argv[1], ("out",), None)
except StoreError as error:
    print(taken, re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], error)
"""
    here = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, cwd=here)
    taken, peak, sentence = done.stdout.split(" ", 2)
    assert "the archive makes" in sentence
    assert int(taken) * BLOCK < MOST_FREE * 1.2
    assert int(peak) * 1024 < 60_000_000
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("many", "most"), [(1, 110_000_000), (4, 150_000_000)], ids=["alone", "four at once: one is let go of while the next is read"])
def test_the_largest_index_there_may_be_fits_in_memory(tmp_path: Path, many: int, most: int) -> None:
    script = """
import re, sys
from threading import Thread
from ftaction.edge.archive import unpack
from ftaction.errors import StoreError
said = []
def one():
    try:
        with open(sys.argv[1], "rb") as file:
            unpack(iter(lambda: file.read(1 << 20), b""), sys.argv[2], ("out",), None)
    except StoreError as error:
        said.append(str(error))
threads = [Thread(target=one) for _ in range(int(sys.argv[3]))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], *set(said))
"""
    entries = (folder(b"out"), *(file(b"%06d" % number + os.urandom(16).replace(b"\0", b"1").replace(b"/", b"2") + b"x" * 20, 1) for number in range(299_998)))
    (tmp_path / "archive").write_bytes(_tall(*entries))
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "archive"), str(tmp_path), str(many)], capture_output=True, text=True, check=True)
    peak, sentence = done.stdout.split(" ", 1)
    assert sentence == "the archive is cut off\n", "the index itself was fine"
    assert int(peak) * 1024 < most


def test_a_sparse_file_of_a_terabyte_takes_no_room(tmp_path: Path) -> None:
    try:
        unpack([archive(sparse(b"out", 1 << 40, ((0, 1),), b"x"))], str(tmp_path), ("out",), None)
    except StoreError as error:
        assert "too large" in str(error)  # noqa: PT017  # file systems differ in how large a file may be
    else:
        assert (tmp_path / "out").stat().st_blocks < 100

"""What may be in an archive: decided from its index, before anything is unpacked."""

import os
import threading
from array import array
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftaction.edge.allowed import refuse, refuse_bomb, topmost
from ftaction.edge.index import (
    BLOCK,
    BLOCK_ENTRIES,
    FILE,
    MOST_CONTENT,
    MOST_DEPTH,
    MOST_ENTRIES,
    MOST_EXTENTS,
    MOST_FREE,
    MOST_LOGICAL,
    MOST_RATIO,
    Index,
    blocks,
    closed,
    opened,
    read_index,
    segments,
    write_index,
)
from ftaction.errors import StoreError
from tests.support.archives import Entry, file, folder, hard, index, link, sparse

GOOD: list[tuple[str, Index, tuple[str, ...]]] = [
    ("one file", index(file(b"out")), ("out",)),
    ("two outputs, in their order", index(file(b"a"), file(b"b/c")), ("b/c", "a")),
    ("an output inside another one is in it already", index(folder(b"out"), file(b"in", 1)), ("out/in", "out")),
    ("a link to anywhere: a virtual environment points to its interpreter", index(folder(b"out"), link(b"python", b"/usr/bin/python3", 1)), ("out",)),
    ("a link upwards", index(link(b"out", b"../../..")), ("out",)),
    ("a hard link to a file before it", index(folder(b"out"), file(b"a", 1), hard(b"b", 2, 1)), ("out",)),
    ("a hole at the end", index(sparse(b"out", 100, ((0, 10),), b"x" * 10)), ("out",)),
    ("nothing but a hole", index(sparse(b"out", 100, ())), ("out",)),
    ("names with any byte", index(folder(b"out"), *(file(bytes((n,)), 1) for n in range(1, 256) if n not in b"./")), ("out",)),
    ("an output whose name is no text", index(file(b"\xff")), ("\udcff",)),
    ("the deepest there may be", index(folder(b"out"), *(folder(b"d", n) for n in range(1, MOST_DEPTH + 1))), ("out",)),
    ("a time before 1970", index(file(b"out", time=-1)), ("out",)),
]  # fmt: skip

BAD: list[tuple[str, Index]] = [
    ("no output", index()),
    ("another output", index(file(b"other"))),
    ("an output and another", index(file(b"other"), file(b"out"))),
    ("an output and one that comes later", index(file(b"out"), file(b"other"))),
    ("an output twice", index(file(b"out"), file(b"out"))),
    ("an absolute path as an output", index(file(b"/out"))),
    ("a path that climbs as an output", index(file(b"../out"))),
    ("the outputs below an entry that is no folder of theirs", index(folder(b"x"), file(b"out", 1))),
    ("a path that climbs", index(folder(b"out"), file(b"..", 1))),
    ("a folder that climbs", index(folder(b"out"), folder(b"..", 1), file(b"x", 2))),
    ("a component that is a point", index(folder(b"out"), folder(b".", 1))),
    ("a path as a name", index(folder(b"out"), file(b"a/b", 1))),
    ("an absolute path as a name", index(folder(b"out"), file(b"/etc/passwd", 1))),
    ("no name", index(folder(b"out"), file(b"", 1))),
    ("a file below a link", index(link(b"out", b"/etc"), file(b"passwd", 1))),
    ("a file below a link inside", index(folder(b"out"), link(b"etc", b"/etc", 1), file(b"passwd", 2))),
    ("a file below a file", index(file(b"out"), file(b"a", 1))),
    ("a file below a hard link", index(folder(b"out"), file(b"a", 1), hard(b"b", 2, 1), file(b"c", 3))),
    ("a folder that comes later", index(folder(b"out"), file(b"a", 3), folder(b"b", 1))),
    ("a folder that is itself", index(folder(b"out"), folder(b"a", 2))),
    ("a folder that is not there", index(folder(b"out"), file(b"a", 9))),
    ("a name twice", index(folder(b"out"), file(b"a", 1), file(b"a", 1))),
    ("a file in the place of a folder", index(folder(b"out"), folder(b"a", 1), file(b"a", 1))),
    ("a name twice, out of order", index(folder(b"out"), file(b"a", 1), file(b"b", 1), file(b"a", 1))),
    ("a folder's names in two places, where a name twice is not seen", index(folder(b"out"), folder(b"a", 1), file(b"x", 2), file(b"b", 1))),
    ("a device", index(folder(b"out"), Entry(5, b"a", 1))),
    ("a kind that nobody knows", index(Entry(255, b"out"))),
    ("a set-uid file", index(file(b"out", mode=0o4755))),
    ("a set-gid file", index(file(b"out", mode=0o2755))),
    ("a set-gid folder", index(folder(b"out", mode=0o2755))),
    ("a sticky folder", index(folder(b"out", mode=0o1777))),
    ("a file's type in a mode", index(file(b"out", mode=0o60644))),
    ("a hard link to one outside", index(folder(b"out"), hard(b"a", 99, 1))),
    ("a hard link to itself", index(folder(b"out"), hard(b"a", 2, 1))),
    ("a hard link to one after it", index(folder(b"out"), hard(b"a", 3, 1), file(b"b", 1))),
    ("a hard link to a folder", index(folder(b"out"), hard(b"a", 1, 1))),
    ("a hard link to a symbolic link, and so to where that leads", index(folder(b"out"), link(b"a", b"/etc/passwd", 1), hard(b"b", 2, 1))),
    ("a hard link to a hard link", index(folder(b"out"), file(b"a", 1), hard(b"b", 2, 1), hard(b"c", 3, 1))),
    ("a hard link to the folder above all", index(hard(b"out", 0))),
    ("a hard link to a number below all", index(hard(b"out", -1))),
    ("a size below 0", index(file(b"out", size=-1))),
    ("a folder with a size", index(Entry(1, b"out", size=1, mode=0o755))),
    ("a link with a size", index(Entry(2, b"out", size=1, target=b"x"))),
    ("a link to nothing", index(link(b"out", b""))),
    ("a link to a path that is too long", index(link(b"out", b"x" * 4096))),
    ("a name that is too long", index(folder(b"out"), file(b"x" * 256, 1))),
    ("a path that is too long", index(folder(b"out"), *(folder(b"d" * 255, n) for n in range(1, 18)))),
    ("too deep", index(folder(b"out"), *(folder(b"d", n) for n in range(1, MOST_DEPTH + 2)))),
    ("more bytes than any folder has", index(folder(b"out"), file(b"a", 1, size=MOST_CONTENT), file(b"b", 1, size=1))),
    ("more holes than any folder has", index(sparse(b"out", MOST_LOGICAL + 1, ()))),
    ("sizes that overflow when they are added", index(folder(b"out"), *(file(b"%d" % n, 1, size=(1 << 63) - 1) for n in range(4)))),
    ("bytes before a file", index(sparse(b"out", 10, ((-1, 5),)))),
    ("bytes behind a file", index(sparse(b"out", 10, ((8, 3),)))),
    ("bytes behind all files", index(sparse(b"out", 10, (((1 << 63) - 1, 3),)))),
    ("bytes twice", index(sparse(b"out", 10, ((0, 5), (4, 2))))),
    ("bytes out of order", index(sparse(b"out", 10, ((5, 2), (0, 2))))),
    ("fewer than no bytes", index(sparse(b"out", 10, ((5, -2),)))),
    ("no bytes, any number of times", index(sparse(b"out", 10, ((5, 0),)))),
    ("a root that is no folder", index(file(b"out"))._replace(kinds=bytes((FILE, FILE)))),
    ("a root with a name", index(file(b"out"))._replace(names=[b"x", b"out"])),
    ("a root in another folder", index(file(b"out"))._replace(parents=array("I", (1, 0)))),
]  # fmt: skip


@pytest.mark.parametrize(("good", "outputs"), [row[1:] for row in GOOD], ids=[row[0] for row in GOOD])
def test_what_may_be_unpacked(good: Index, outputs: tuple[str, ...]) -> None:
    read = read_index(write_index(good))
    assert read == good
    refuse(read, outputs)


@pytest.mark.parametrize("bad", [row[1] for row in BAD], ids=[row[0] for row in BAD])
def test_what_may_not(bad: Index) -> None:
    with pytest.raises(StoreError):
        refuse(read_index(write_index(bad)), ("out",))


LENGTHS: list[tuple[str, Callable[[Index], Index]]] = [
    ("fewer parents than entries", lambda good: good._replace(parents=good.parents[:-1])),
    ("more modes", lambda good: good._replace(modes=good.modes + good.modes)),
    ("no times", lambda good: good._replace(times=array("q"))),
    ("sizes of another width", lambda good: good._replace(sizes=array("i", good.sizes))),
    ("fewer names", lambda good: good._replace(names=good.names[:-1])),
    ("a name with a NUL", lambda good: good._replace(names=[*good.names[:-1], b"a\0b"])),
    ("a target more", lambda good: good._replace(targets={**good.targets, 1: b"x"})),
    ("an extent more", lambda good: good._replace(extents={**good.extents, 1: ()})),
    ("half an extent", lambda good: good._replace(extents={3: ((1,),)})),  # type: ignore[dict-item]  # that is what is wrong with it
    ("no extents", lambda good: good._replace(extents={})),
    ("no entries", lambda good: Index(b"", array("I"), array("H"), array("q"), array("q"), [], {}, {})),
    ("too many holes", lambda good: good._replace(extents={3: ((0, 0),) * (MOST_EXTENTS + 1)})),
]  # fmt: skip


@pytest.mark.parametrize("spoilt", [row[1] for row in LENGTHS], ids=[row[0] for row in LENGTHS])
def test_columns_that_do_not_fit_are_an_error(spoilt: Callable[[Index], Index]) -> None:
    good = index(folder(b"out"), link(b"l", b"x", 1), sparse(b"s", 10, ((0, 10),), b"x" * 10, 1))
    assert read_index(write_index(good)) == good
    with pytest.raises(StoreError):
        read_index(write_index(spoilt(good)))


def test_too_many_entries_are_an_error() -> None:
    with pytest.raises(StoreError, match=f"{MOST_ENTRIES + 1} entries"):
        read_index(write_index(index(*(file(b"x"),) * MOST_ENTRIES)))


@pytest.mark.parametrize("cut", [0, 1, 3, 4, 20, -1])
def test_a_cut_index_is_an_error(cut: int) -> None:
    with pytest.raises(StoreError):
        read_index(write_index(index(file(b"out")))[:cut])


@given(st.binary(max_size=400))
def test_any_bytes_are_an_index_or_an_error(raw: bytes) -> None:
    try:
        refuse(read_index(raw), ("out",))
    except StoreError:
        pass


@given(st.data())
def test_a_mutated_index_is_refused_or_stays_inside(data: st.DataObject) -> None:
    """Whatever is accepted: every path begins with the output, has plain names, and lies in folders only."""
    good = write_index(index(folder(b"out"), folder(b"a", 1), link(b"l", b"/etc", 1), file(b"x", 2), hard(b"y", 4, 2)))
    raw = bytearray(good)
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(raw) - 1), st.integers(0, 255)), min_size=1, max_size=6)):
        raw[place] = value
    try:
        read = read_index(bytes(raw))
        refuse(read, ("out",))
    except StoreError:
        return
    paths = [read.path(number) for number in range(1, len(read.names))]
    assert len(set(paths)) == len(paths)
    for path in paths:
        parts = path.split("/")
        assert parts[0] == "out"
        assert not {"", ".", ".."} & set(parts)
    assert all(read.kinds[parent] == 1 for parent in read.parents)


SIZES = st.one_of(st.just(0), st.integers(1, 2000), st.integers(BLOCK - 2, BLOCK + 2), st.integers(1, 4 * BLOCK))


@given(st.lists(st.tuples(SIZES, st.booleans()), max_size=30))
def test_blocks_hold_every_byte_once_and_in_order(sizes: list[tuple[int, bool]]) -> None:
    def extents(size: int) -> tuple[tuple[int, int], ...]:
        half = size // 2
        return tuple(extent for extent in ((7, half), (2 * half + 100, size - half)) if extent[1])

    entries = [sparse(b"", 1 << 40, extents(size)) if holes else file(b"", size=size) for size, holes in sizes]
    given_index = index(*entries)
    found: dict[int, list[tuple[int, int]]] = {}
    seen: list[int] = []
    for block in blocks(given_index):
        assert block.size <= BLOCK
        assert block.stop - block.first <= BLOCK_ENTRIES
        numbers = range(block.first, block.stop)
        if not block.part or block.offset == 0:
            seen += numbers
        amount = 0
        for number in numbers:
            taken = list(segments(given_index, number, block.offset, block.size if block.part else given_index.content(number)))
            found.setdefault(number, []).extend(taken)
            amount += sum(length for _, length in taken)
        assert amount == block.size
    assert seen == list(range(1, len(entries) + 1))
    for number in seen:
        whole = given_index.extents.get(number, ((0, given_index.sizes[number]),))
        assert _joined(found[number]) == _joined([extent for extent in whole if extent[1]])


def _joined(extents: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for offset, length in extents:
        if joined and sum(joined[-1]) == offset:
            joined[-1] = (joined[-1][0], joined[-1][1] + length)
        else:
            joined.append((offset, length))
    return joined


def test_many_small_things_are_shared_out() -> None:
    assert len(blocks(index(*(link(b"", b"x"),) * (3 * BLOCK_ENTRIES)))) == 3


OUTPUTS = [
    (("b", "a"), ("a", "b"), "in order"),
    (("a", "a/b", "a/b/c"), ("a",), "what is inside another one is left out"),
    (("a/b", "a"), ("a",), "in whatever order"),
    (("a-b", "a", "a/b"), ("a", "a-b"), "a name that only begins the same is another one"),
    (("a", "a"), ("a",), "once"),
]


@pytest.mark.parametrize(("given_outputs", "kept"), [row[:2] for row in OUTPUTS], ids=[row[2] for row in OUTPUTS])
def test_topmost(given_outputs: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert topmost(given_outputs) == kept


def test_a_bomb_is_refused_and_what_compresses_well_is_not() -> None:
    refuse_bomb(MOST_FREE, 0)
    refuse_bomb(10 * MOST_FREE, 10 * MOST_FREE // MOST_RATIO)
    with pytest.raises(StoreError, match="bytes of"):
        refuse_bomb(MOST_FREE + MOST_RATIO * 10 + 1, 10)


def test_a_frame_is_opened_only_as_it_says() -> None:
    frame = closed(b"x" * 1000)
    assert opened(frame, 1000, 1000) == b"x" * 1000
    assert opened(closed(b""), 0, 0) == b""
    for least, most in ((999, 999), (1001, 2000), (0, 0)):
        with pytest.raises(StoreError):
            opened(frame, least, most)
    with pytest.raises(StoreError):
        opened(b"", 1, 10)


def test_frames_are_opened_side_by_side() -> None:
    """Several archives are unpacked at once, a thread each."""
    contents = [os.urandom(1 << 19) * 4 for _ in range(4)]
    frames = list(map(closed, contents))
    wrong: list[int] = []

    def open_often(number: int) -> None:
        for _ in range(40):
            try:
                assert opened(frames[number], 1, 1 << 24) == contents[number]
            except (StoreError, AssertionError):
                wrong.append(number)

    threads = [threading.Thread(target=open_often, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []

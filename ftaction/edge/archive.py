"""Outputs as one archive and back. The format: `index.py`; what may be in it: `allowed.py`.

Worker processes of the files' owner do the reading, compressing and writing; what is decided is decided here, from the index alone, before
anything touches the disk. Unpacking happens in a fresh folder; only when all of it is there are the outputs moved into place by rename,
so nothing else can land anywhere and half an output is never seen.
"""

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from threading import Lock

from ftaction.edge import packer, unpacker
from ftaction.edge.allowed import refuse, refuse_bomb, topmost
from ftaction.edge.crew import Crew
from ftaction.edge.fresh import fresh_folder
from ftaction.edge.index import BLOCK, BLOCK_ENTRIES, LENGTH, MAGIC, MOST_FRAME, MOST_INDEX, MOST_RAW, Index, blocks, opened, read_index, says
from ftaction.edge.machine import Identity, cpus
from ftaction.edge.place import put_in_place, refuse_links
from ftaction.errors import StoreError

Frame = list[memoryview]  # its bytes, as they came

_MOST_WORKERS = 4
_BLOCKS_EACH = 4  # fewer are done before another worker has started
_LARGE = 2 << 20  # bytes of an index, which takes three times as much of memory: 40,000 files or so,
_LARGE_FRAME = 1 << 20  # and of its frame
_one_at_a_time = Lock()  # archives with a larger one


def pack(root: str, outputs: tuple[str, ...], identity: Identity | None) -> Iterator[bytes]:
    """The archive in pieces. Raises `StoreError` where an output is not there, can't be read, changes meanwhile, or holds what can't be kept."""
    outputs = topmost(outputs)
    refuse_links(root, outputs)
    with Crew(packer.__name__, root, identity, MOST_INDEX) as crew:
        crew.tell(crew.start(), packer.SURVEY, b"\0".join(map(os.fsencode, outputs)))
        if cpus() > 1 and any(os.path.isdir(f"{root}/{output}") for output in outputs):
            crew.start()  # will most likely be needed, and begins while the first one looks
        frame = crew.answer(0)
        index = _judged(frame, outputs, crew)
        plan = blocks(index)
        yield MAGIC + LENGTH.pack(len(frame)) + frame
        for who in range(len(crew)):
            crew.tell(who, packer.READ, packer.SHARE.pack(who, len(crew)) + frame)
        content = compressed = 0
        for number, block in enumerate(plan):
            frame = crew.answer(number % len(crew))
            content, compressed = content + block.size, compressed + len(frame)
            refuse_bomb(content, compressed)  # as unpacking will
            yield LENGTH.pack(len(frame)) + frame


def unpack(pieces: Iterable[bytes], root: str, outputs: tuple[str, ...], identity: Identity | None) -> None:
    """Put the outputs in place of what stands there. Raises `StoreError`; what stood there is then untouched."""
    outputs = topmost(outputs)
    refuse_links(root, outputs)
    try:
        with fresh_folder(root, identity) as (fresh, folder):
            with ExitStack() as alone, Crew(unpacker.__name__, fresh, identity, 0) as crew, closing(_frames(pieces, alone)) as frames:
                crew.start()  # begins while the first bytes come
                _write(crew, frames, outputs, alone)
            put_in_place(folder, root, outputs, identity)
    except OSError as error:
        raise StoreError(f"the archive can't be unpacked: {error.strerror}") from error


def _judged(frame: bytes | bytearray, outputs: tuple[str, ...], crew: Crew) -> Index:
    """The index, where it may be unpacked. The other workers begin meanwhile; they are told nothing of it before."""
    index = read_index(opened(frame, 1, MOST_RAW))
    for _ in range(_workers(index) - len(crew)):
        crew.start()
    refuse(index, outputs)
    return index


def _workers(index: Index) -> int:
    """By about as many blocks as there will be, whatever nonsense the index holds."""
    about = sum(index.sizes) // BLOCK + len(index.kinds) // BLOCK_ENTRIES
    return max(1, min(_MOST_WORKERS, cpus(), about // _BLOCKS_EACH + 1))


def _write(crew: Crew, frames: Iterator[Frame], outputs: tuple[str, ...], alone: ExitStack) -> None:
    frame = b"".join(next(frames))
    if len(frame) <= _LARGE_FRAME and says(frame) > _LARGE:
        alone.enter_context(_one_at_a_time)
    plan = blocks(_judged(frame, outputs, crew))
    for who in range(len(crew)):
        crew.tell(who, unpacker.INDEX, frame)
    content = compressed = 0
    for number, block in enumerate(plan):
        if (block_frame := next(frames, None)) is None:
            raise StoreError("the archive is cut off")
        content, compressed = content + block.size, compressed + sum(map(len, block_frame))
        refuse_bomb(content, compressed)
        crew.tell(crew.idlest(), number, *block_frame)
    if next(frames, None) is not None:
        raise StoreError("the archive is longer than it says")
    for who in range(len(crew)):
        crew.tell(who, unpacker.FLUSH)
    for who in range(len(crew)):
        crew.answer(who)
    crew.tell(0, unpacker.FINISH)
    crew.answer(0)


def _frames(pieces: Iterable[bytes], alone: ExitStack) -> Generator[Frame]:
    """The index and the blocks, however the pieces are cut. Raises `StoreError` where the stream ends in one. A large index waits until it is alone."""
    source = filter(None, pieces)
    rest = memoryview(b"")

    def take(size: int) -> Frame:
        nonlocal rest
        taken: Frame = []
        while size:
            if not rest and not (rest := memoryview(next(source, b""))):
                raise StoreError("the archive is cut off")
            taken.append(rest[:size])
            rest = rest[size:]
            size -= len(taken[-1])
        return taken

    if b"".join(take(len(MAGIC))) != MAGIC:
        raise StoreError("the archive is of another format")
    most = MOST_INDEX
    while True:
        (length,) = LENGTH.unpack(b"".join(take(LENGTH.size)))
        if length > most:
            raise StoreError("the archive is damaged")
        if length > _LARGE_FRAME and most == MOST_INDEX:
            alone.enter_context(_one_at_a_time)
        yield take(length)
        most = MOST_FRAME
        if not rest and not (rest := memoryview(next(source, b""))):
            return

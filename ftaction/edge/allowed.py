"""What may be unpacked, and so what may be packed. Pure."""

from collections.abc import Iterable

from ftaction.edge.index import (
    FILE,
    FOLDER,
    HARD,
    LINK,
    MOST_CONTENT,
    MOST_DEPTH,
    MOST_FREE,
    MOST_LOGICAL,
    MOST_NAME,
    MOST_PATH,
    MOST_RATIO,
    SPARSE,
    Index,
)
from ftaction.errors import StoreError

_KINDS = bytes((FILE, FOLDER, LINK, HARD, SPARSE))
_BITS = 0o777  # no set-uid, set-gid or sticky bit comes out of an archive


def topmost(outputs: Iterable[str]) -> tuple[str, ...]:
    """The outputs in order, without those that lie inside another one."""
    kept: list[str] = []
    for output in sorted(outputs, key=lambda one: one.split("/")):
        if not kept or not f"{output}/".startswith(f"{kept[-1]}/"):
            kept.append(output)
    return tuple(sorted(kept))


def refuse(index: Index, outputs: tuple[str, ...]) -> None:
    """Raises `StoreError` unless all of it may be unpacked as exactly these outputs."""
    top = [output.encode("utf-8", "surrogateescape") for output in topmost(outputs)]
    below = len(top) + 1
    if index.kinds[0] != FOLDER or index.parents[0] or index.names[0] or index.names[1:below] != top or any(index.parents[1:below]):
        raise StoreError(f"{', '.join(outputs)} is not what the archive holds")
    if index.kinds.translate(None, _KINDS):
        raise StoreError("the archive holds what is no file, folder or link")
    if max(index.modes) > _BITS:
        raise StoreError("the archive holds a file with more than permissions in its mode")
    _refuse_paths(index, below)
    _refuse_sizes(index)
    for number, target in index.targets.items():
        if not 0 < len(target) <= MOST_PATH:
            raise StoreError(f"{index.path(number)} is a link to no path")


def _refuse_paths(index: Index, below: int) -> None:
    """Names of a folder stand together and in order, so one look at the one before tells a duplicate."""
    known: dict[int, tuple[int, int]] = {}  # folders whose names came: how deep, and how long their path is
    folder, base, last = 0, 0, b""
    for number in range(below, len(index.kinds)):
        name, parent = index.names[number], index.parents[number]
        if parent != folder:
            if not 0 < parent < number or index.kinds[parent] != FOLDER or parent in known:
                raise StoreError(f"{index.names[number]!r} in the archive lies in what is no folder")
            depth, length = known.get(index.parents[parent], (0, 0))
            base = length + len(index.names[parent]) + 1
            known[parent] = (depth + 1, base)
            if depth >= MOST_DEPTH:
                raise StoreError(f"{name!r} in the archive lies too deep")
            folder, last = parent, b""
        if parent == 0 or name <= last or name in (b".", b"..") or b"/" in name:
            raise StoreError(f"{name!r} in the archive is no name, or comes twice")
        if len(name) > MOST_NAME or base + len(name) > MOST_PATH:
            raise StoreError("a path in the archive is too long")
        last = name


def _refuse_sizes(index: Index) -> None:
    logical = content = 0
    for number, (kind, size) in enumerate(zip(index.kinds, index.sizes, strict=True)):
        if size < 0 or (size and kind in (FOLDER, LINK)):
            raise StoreError(f"{index.path(number)} can't have its size")
        if kind == HARD and not (size < number and index.kinds[size] in (FILE, SPARSE)):
            raise StoreError(f"{index.path(number)} is a link to no file before it")
        if kind == SPARSE:
            content += _refuse_holes(index, number)
        if kind in (FILE, SPARSE):
            logical += size
            content += size if kind == FILE else 0
    if logical > MOST_LOGICAL or content > MOST_CONTENT:
        raise StoreError(f"the archive holds {content:,} bytes, {logical:,} with holes: too many")


def _refuse_holes(index: Index, number: int) -> int:
    """The bytes that are no hole."""
    end = total = 0
    for offset, length in index.extents[number]:
        if offset < end or length <= 0 or offset + length > index.sizes[number]:
            raise StoreError(f"{index.path(number)} has holes outside of it")
        end, total = offset + length, total + length
    return total


def refuse_bomb(content: int, compressed: int) -> None:
    """Raises `StoreError` where more would come of the compressed bytes so far than of any that were not made for it."""
    if content > MOST_FREE + MOST_RATIO * compressed:
        raise StoreError(f"the archive makes {content:,} bytes of {compressed:,}")

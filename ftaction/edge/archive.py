"""Files and folders as one zstd-compressed tar, made and unpacked by tar itself, as the files' owner.

Unpacking happens in a new empty folder that tar does not leave (GNU and BSD tar refuse `..` and delay links without `-P`). Only then
are the named outputs moved into place by rename, so nothing else can land anywhere and half an output is never seen.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
from typing import IO, cast

from ftaction.edge.git import own_folder
from ftaction.edge.machine import Identity, lives, to_be_made

_PIECE = 1 << 20
_LARGEST_WINDOW = 1 << 27  # bytes of memory that a frame may ask for
_LEVEL = 3


class ArchiveError(Exception):
    """What can't be packed or unpacked, and why."""


def pack(root: str, outputs: tuple[str, ...], identity: Identity | None) -> Iterator[bytes]:
    """The archive in pieces. Raises `ArchiveError` where an output is not there or can't be read."""
    import zstandard

    compressor = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
    command = ["tar", "--create", "--file=-", "--format=posix", f"--directory={root}", "--", *sorted(outputs)]
    with _tar(command, identity, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as tar:
        assert tar.stdout is not None
        while piece := tar.stdout.read(_PIECE):
            yield compressor.compress(piece)
    if tar.returncode:
        raise ArchiveError(f"tar ended with status {tar.returncode}")
    yield compressor.flush()


def unpack(pieces: Iterable[bytes], root: str, outputs: tuple[str, ...], identity: Identity | None) -> None:
    """Put the outputs in place of what stands there. Raises `ArchiveError`; what stood there is then untouched."""
    import shutil

    import zstandard

    fresh = _new_folder(root)
    try:
        os.mkdir(fresh, 0o700)
        if identity:
            os.lchown(fresh, identity.user, identity.group)  # he may have put a link in its place meanwhile
        _extract(pieces, fresh, identity)
        for output in outputs:
            _check(fresh, root, output)
        for number, output in enumerate(outputs):
            _make_parents(f"{root}/{output}", identity)
            _move(f"{fresh}/{output}", f"{root}/{output}", f"{fresh}/.replaced.{number}")
    except (OSError, zstandard.ZstdError) as error:
        raise ArchiveError(f"the archive can't be unpacked: {error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _new_folder(root: str) -> str:
    """A name beside git's own files, or below the root where those stand on another file system; what killed runs left there goes."""
    import shutil
    from glob import glob

    folder = own_folder(root)
    parent, dot = (folder, "") if os.path.isdir(folder) and os.stat(folder).st_dev == os.stat(root).st_dev else (root, ".")
    for left in glob(f"{parent}/{dot}ftaction.*.*.tmp"):
        if not lives(left.split(".")[-3]):
            shutil.rmtree(left, ignore_errors=True)
    return f"{parent}/{dot}ftaction.{os.getpid()}.{os.urandom(8).hex()}.tmp"


def _extract(pieces: Iterable[bytes], folder: str, identity: Identity | None) -> None:
    import zstandard

    command = ["tar", "--extract", "--file=-", "--no-same-owner", "--preserve-permissions", f"--directory={folder}"]
    source = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(cast("IO[bytes]", _Source(pieces)), read_size=_PIECE)
    with _tar(command, identity, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as tar:
        assert tar.stdin is not None
        while piece := source.read(_PIECE):  # bounded, however much one byte of the frame means
            tar.stdin.write(piece)
        tar.stdin.close()
    if tar.returncode:
        raise ArchiveError("the archive is damaged")


class _Source:
    """Pieces as a file; `read` is all that is asked of it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def read(self, size: int) -> bytes:
        self._rest = self._rest or next(filter(None, self._pieces), b"")
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def _check(fresh: str, root: str, output: str) -> None:
    """Nothing may lie between a folder and its output that leads elsewhere, neither in the archive nor in the repository."""
    for base in (fresh, root):
        parent = os.path.dirname(f"{base}/{output}")
        if os.path.realpath(parent) != os.path.join(os.path.realpath(base), os.path.dirname(output)).rstrip("/"):
            raise ArchiveError(f"{output} stands behind a symbolic link")
    if not os.path.lexists(f"{fresh}/{output}"):
        raise ArchiveError(f"{output} is not in the archive")


def _make_parents(path: str, identity: Identity | None) -> None:
    """The folders above, owned as what is put there."""
    *missing, _ = to_be_made(path)[::-1]
    for folder in missing:
        os.mkdir(folder)
        if identity:
            os.lchown(folder, identity.user, identity.group)


def _move(source: str, target: str, aside: str) -> None:
    if os.path.lexists(target) and any(os.path.isdir(path) and not os.path.islink(path) for path in (source, target)):
        os.rename(target, aside)  # removed with the rest of the folder
    os.rename(source, target)


def _tar(command: list[str], identity: Identity | None, stdin: int, stdout: int) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath)},  # a check may read the environment of what runs as its user: no token is in it
            user=identity.user if identity else None, group=identity.group if identity else None, extra_groups=[] if identity else None,
        )  # fmt: skip
    except OSError as error:
        raise ArchiveError(f"tar can't be started: {error.strerror}") from error

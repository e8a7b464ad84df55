"""Files and folders as one zstd-compressed tar, made and unpacked by tar itself, as the files' owner.

Unpacking happens in a new empty folder that tar does not leave (GNU and BSD tar refuse `..` and delay links without `-P`). Only then
are the named outputs moved into place by rename, so nothing else can land anywhere and half an output is never seen.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator

from ftaction.edge.machine import Identity

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

    fresh = f"{root}/.git/ftaction.{os.getpid()}.tmp" if os.path.isdir(f"{root}/.git") else f"{root}/.ftaction.{os.getpid()}.tmp"
    os.mkdir(fresh, 0o700)
    try:
        if identity:
            os.chown(fresh, identity.user, identity.group)
        decompressor = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj()
        with _tar(["tar", "--extract", "--file=-", f"--directory={fresh}"], identity, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as tar:
            assert tar.stdin is not None
            for piece in pieces:
                tar.stdin.write(decompressor.decompress(piece))
            tar.stdin.close()
        if tar.returncode or not decompressor.eof:
            raise ArchiveError("the archive is damaged")
        for output in outputs:
            _move(fresh, root, output)
    except (OSError, zstandard.ZstdError) as error:
        raise ArchiveError(f"the archive can't be unpacked: {error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _move(fresh: str, root: str, output: str) -> None:
    import shutil

    parent = os.path.dirname(f"{root}/{output}")
    if os.path.realpath(parent) != os.path.join(os.path.realpath(root), os.path.dirname(output)).rstrip("/"):
        raise ArchiveError(f"{output} stands behind a symbolic link")
    if not os.path.lexists(f"{fresh}/{output}"):
        raise ArchiveError(f"{output} is not in the archive")
    os.makedirs(parent, exist_ok=True)
    target = f"{root}/{output}"
    if os.path.isdir(target) and not os.path.islink(target):
        aside = f"{fresh}/.replaced"
        os.rename(target, aside)
        shutil.rmtree(aside, ignore_errors=True)
    os.rename(f"{fresh}/{output}", target)


def _tar(command: list[str], identity: Identity | None, stdin: int, stdout: int) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL,
            user=identity.user if identity else None, group=identity.group if identity else None, extra_groups=[] if identity else None,
        )  # fmt: skip
    except OSError as error:
        raise ArchiveError(f"tar can't be started: {error.strerror}") from error

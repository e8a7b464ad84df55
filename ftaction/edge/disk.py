"""The store on a local disk, laid out as Bazel's disk cache: `ac/<2>/<fingerprint>` and `cas/<2>/<digest>`, and `history/<key>`.

Every write goes to a temporary name and is renamed, so a process killed at any moment leaves whole files only. Every read is
verified: a record begins with the SHA-256 of the rest, a blob's name is its own. What does not fit is dropped and counted.
Layout: https://bazel.build/remote/caching#disk-cache
"""

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from time import time

from ftaction.errors import StoreError
from ftaction.model.doors import MOST_BLOB, MOST_RECORD, Entry
from ftaction.model.run import Transfer

_DIGEST = 64  # hexadecimal digits of a SHA-256
_HEX = frozenset("0123456789abcdef")
_PIECE = 1 << 20
_MOST_HISTORY = 64 * 1024  # bytes read from the end of a history: some hundred lines


class DiskStore:
    """Safe for any number of processes at once on one machine."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._doubts: list[str] = []

    @property
    def doubts(self) -> tuple[str, ...]:
        """What went wrong, in a sentence each."""
        return tuple(self._doubts)

    def record(self, fingerprint: str) -> bytes | None:
        """The record of this fingerprint, marked as used."""
        if not _is_digest(fingerprint):
            return None
        path = self._path("ac", fingerprint)
        content = self._read(path, MOST_RECORD)
        if content is None:
            return None
        digest, _, body = content.partition(b"\n")
        if sha256(body).hexdigest().encode() != digest:
            self._drop(path, f"the record {fingerprint[:12]} was damaged and is dropped")
            return None
        self._touch(path)
        return body

    def near(self, fingerprint: str) -> bytes | None:
        """The same."""
        return self.record(fingerprint)

    def put_record(self, fingerprint: str, content: bytes) -> bool:
        """Keep it; an older one of the same fingerprint is replaced."""
        if len(content) > MOST_RECORD:
            return False
        return self._write(self._path("ac", fingerprint), sha256(content).hexdigest().encode() + b"\n" + content)

    def blob(self, digest: str) -> bytes | None:
        """The bytes with this digest, marked as used."""
        if not _is_digest(digest):
            return None
        path = self._path("cas", digest)
        content = self._read(path, MOST_BLOB)
        if content is None:
            return None
        if sha256(content).hexdigest() != digest:
            self._drop(path, f"the blob {digest[:12]} was damaged and is dropped")
            return None
        self._touch(path)
        return content

    def near_blob(self, digest: str) -> bytes | None:
        """The same."""
        return self.blob(digest)

    def put_blob(self, content: bytes) -> str:
        """Keep the bytes under their own digest."""
        if len(content) > MOST_BLOB:
            self._doubt(f"{len(content):,} bytes are more than is kept as a whole")
            return ""
        digest = sha256(content).hexdigest()
        path = self._path("cas", digest)
        if _size(path) == len(content):  # a torn one of another size is written anew
            self._touch(path)
            return digest
        return digest if self._write(path, content) else ""

    def due(self, seconds: float) -> bool:
        """Whether this long passed since the last time it was; asked by several at once, one of them is told so."""
        mark = f"{self.folder}/digests/pruned"
        try:
            if time() - os.stat(mark).st_mtime < seconds:
                return False
        except OSError:
            pass  # never before
        return self._write(mark, b"")

    def has(self, digest: str) -> bool:
        """Whether the file is there, which then counts as used."""
        if not _is_digest(digest) or not os.path.exists(self._path("cas", digest)):
            return False
        self._touch(self._path("cas", digest))
        return True

    def put_stream(self, pieces: Iterable[bytes]) -> str:
        """Written once, to a temporary name, while its digest is taken."""
        temporary = _temporary(f"{self.folder}/cas/stream")
        digest = sha256()
        try:
            os.makedirs(f"{self.folder}/cas", mode=0o700, exist_ok=True)
            with open(temporary, "wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
            path = self._path("cas", digest.hexdigest())
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            os.rename(temporary, path)
            return digest.hexdigest()
        except OSError as error:
            self._doubt(f"the store can't be written: {error.strerror}")
            return ""
        finally:
            _remove(temporary)  # still there only where something went wrong, whoever's fault it was

    def stream(self, digest: str) -> Iterator[bytes] | None:
        """Verified while it is read."""
        return self._verified(digest) if self.has(digest) else None

    def _verified(self, digest: str) -> Iterator[bytes]:
        path = self._path("cas", digest)
        found = sha256()
        try:
            with open(path, "rb") as file:
                while piece := file.read(_PIECE):
                    found.update(piece)
                    yield piece
        except OSError as error:
            raise StoreError(f"the store can't be read: {error.strerror}") from error
        if found.hexdigest() != digest:
            doubt = f"the blob {digest[:12]} was damaged and is dropped"
            self._drop(path, doubt)
            raise StoreError(doubt)

    def file(self, digest: str) -> str:
        """The path of a blob that is there."""
        return self._path("cas", digest)

    def save(self) -> None:
        """What a disk takes is saved at once."""

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Nothing goes over a network."""
        return ()

    def expect(self, fingerprints: Collection[str]) -> None:
        """A disk answers at once."""

    def history(self, key: str) -> list[bytes]:
        """The last lines under this key."""
        try:
            with open(f"{self.folder}/history/{key}", "rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - _MOST_HISTORY))
                return file.read().split(b"\n")
        except OSError:
            return []

    def append(self, key: str, line: bytes) -> None:
        """One write of a short line to a file opened for appending is atomic on a local file system."""
        path = f"{self.folder}/history/{key}"
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            self._shorten(path)
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, b"\n" + line)  # begins the line, so that a torn last line harms only itself
            finally:
                os.close(descriptor)
        except OSError as error:
            self._doubt(f"the store can't be written: {error.strerror}")

    def _shorten(self, path: str) -> None:
        """Keep the end of a history that has grown long. A line added meanwhile may be lost: history is advice."""
        if os.path.exists(path) and os.path.getsize(path) > _MOST_HISTORY * 4:
            with open(path, "rb") as file:
                file.seek(-_MOST_HISTORY, os.SEEK_END)
                self._write(path, file.read())

    def entries(self) -> Iterator[Entry]:
        """Records, blobs, histories, and what a killed process left behind."""
        for part in ("ac", "cas", "history"):
            for folder, _, names in os.walk(f"{self.folder}/{part}"):
                for name in names:
                    path = f"{folder}/{name}"
                    try:
                        stat = os.lstat(path)
                    except OSError:
                        continue  # another process was quicker
                    yield Entry(name=os.path.relpath(path, self.folder), size=stat.st_size, used=stat.st_mtime)

    def remove(self, name: str) -> None:
        """Drop one entry of `entries`; one that is gone already is no matter."""
        with suppress(FileNotFoundError):
            os.unlink(f"{self.folder}/{name}")

    def _path(self, part: str, digest: str) -> str:
        if not _is_digest(digest):
            raise ValueError(f"not a digest: {digest!r}")
        return f"{self.folder}/{part}/{digest[:2]}/{digest}"

    def _read(self, path: str, most: int) -> bytes | None:
        """None where it is longer than anything that was put there so."""
        try:
            with open(path, "rb") as file:
                content = file.read(most + _DIGEST + 2)
                return content if len(content) <= most + _DIGEST + 1 else None
        except FileNotFoundError:
            return None
        except OSError as error:
            self._doubt(f"the store can't be read: {error.strerror}")
            return None

    def _write(self, path: str, content: bytes) -> bool:
        temporary = _temporary(path)
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(content)
            os.rename(temporary, path)
            return True
        except OSError as error:
            self._doubt(f"the store can't be written: {error.strerror}")
            _remove(temporary)
            return False

    def _touch(self, path: str) -> None:
        with suppress(OSError):  # a store that may only be read still answers
            os.utime(path)

    def _drop(self, path: str, doubt: str) -> None:
        self._doubt(doubt)
        _remove(path)

    def _doubt(self, sentence: str) -> None:
        if sentence not in self._doubts:
            self._doubts.append(sentence)


def _is_digest(text: str) -> bool:
    """Names come from records and histories too, which anybody may have written."""
    return len(text) == _DIGEST and _HEX.issuperset(text)


def _temporary(path: str) -> str:
    """A name that nobody else writes to: two containers may share a store, and in each of them we may be process 1."""
    return f"{path}.{os.urandom(8).hex()}.tmp"


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return -1


def _remove(path: str) -> None:
    with suppress(OSError):  # in a store that may only be read the next reader finds the same
        os.unlink(path)

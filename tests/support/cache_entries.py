"""What the cache server keeps: entries by scope, as GitHub's service finds them, and their bytes in a folder.

Per scope, in the order of the token: the key itself, then the newest entry that begins with it; then each further key in the same way.
An entry never changes, and a reservation keeps its key taken.
https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching#cache-key-matching
"""

import base64
import json
import os
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from threading import Lock
from typing import NamedTuple

READ, WRITE = 1, 2
MAIN = "refs/heads/main"


class Scope(NamedTuple):
    """One of a token's: a ref, and what it permits there."""

    name: str
    permission: int


class Entry(NamedTuple):
    """`number` counts up, so a newer one has a larger one. `size` is -1 until it is complete."""

    number: int
    scope: str
    key: str
    version: str
    size: int = -1


def token(*scopes: tuple[str, int], repository: str = "1") -> str:
    """A token with these scopes, in the form of the runner's; nobody checks its signature here."""
    claims = {"ac": json.dumps([{"Scope": name, "Permission": permission} for name, permission in scopes]), "repository_id": repository}
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in ('{"alg":"none"}', json.dumps(claims), "signature"))


def scopes_of(text: str) -> tuple[Scope, ...] | None:
    """None for what is no token. Repositories are kept apart by their number."""
    try:
        body = text.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return tuple(Scope(f"{claims['repository_id']} {one['Scope']}", one["Permission"]) for one in json.loads(claims["ac"]))
    except (IndexError, KeyError, TypeError, ValueError):
        return None


class Entries:
    """Safe for the threads of one server. What is complete is found again by another server over the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._entries = {entry.number: entry for entry in self._kept()}
        self._numbers = count(max(self._entries, default=0) + 1)

    def find(self, scopes: Sequence[Scope], keys: Sequence[str], version: str) -> Entry | None:
        with self._lock:
            complete = sorted((one for one in self._entries.values() if one.size >= 0 and one.version == version), reverse=True)
        for scope in scopes:
            mine = [one for one in complete if one.scope == scope.name]
            for key in keys:
                for found in ([one for one in mine if one.key == key], [one for one in mine if one.key.startswith(key)]):
                    if found:
                        return found[0]
        return None

    def reserve(self, scope: str, key: str, version: str) -> Entry | None:
        """None where it is taken."""
        with self._lock:
            if any((one.scope, one.key, one.version) == (scope, key, version) for one in self._entries.values()):
                return None
            entry = Entry(next(self._numbers), scope, key, version)
            self._entries[entry.number] = entry
            return entry

    def reserved(self, scope: str, key: str, version: str) -> Entry | None:
        with self._lock:
            return next((one for one in self._entries.values() if one[1:] == (scope, key, version, -1)), None)

    def entry(self, number: int) -> Entry | None:
        with self._lock:
            return self._entries.get(number)

    def complete(self, entry: Entry, size: int) -> bool:
        """False where its bytes are not as many as were said."""
        path = self.path(entry.number)
        if not path.is_file() or path.stat().st_size != size:
            return False
        for block in self._folder.glob(f"{entry.number}.block.*"):
            block.unlink()
        entry = entry._replace(size=size)
        (self._folder / f"{entry.number}.json").write_text(json.dumps(entry))
        with self._lock:
            self._entries[entry.number] = entry
        return True

    def all(self) -> list[Entry]:
        with self._lock:
            return sorted(self._entries.values())

    def path(self, number: int) -> Path:
        return self._folder / f"{number}.blob"

    def put(self, number: int, pieces: Iterable[bytes]) -> None:
        _write(self.path(number), pieces)

    def put_block(self, number: int, name: str, pieces: Iterable[bytes]) -> None:
        _write(self._block(number, name), pieces)

    def put_at(self, number: int, offset: int, pieces: Iterable[bytes]) -> int:
        """The offset behind the last byte."""
        file = os.open(self.path(number), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            for piece in pieces:
                offset += os.pwrite(file, piece, offset)
        finally:
            os.close(file)
        return offset

    def put_list(self, number: int, names: Sequence[str]) -> bool:
        """False where a block was never sent. Those that are listed may be listed again, as with Azure, until the entry is complete."""
        blocks = [self._block(number, name) for name in names]
        if not all(block.is_file() for block in blocks):
            return False
        with self.path(number).open("wb") as whole:
            for block in blocks:
                with block.open("rb") as part:
                    left = os.fstat(part.fileno()).st_size
                    while left:
                        left -= os.sendfile(whole.fileno(), part.fileno(), None, left)
        return True

    def _block(self, number: int, name: str) -> Path:
        return self._folder / f"{number}.block.{base64.b64decode(name, validate=True).hex()}"

    def _kept(self) -> Iterable[Entry]:
        return (Entry(*json.loads(path.read_text())) for path in self._folder.glob("*.json"))


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)

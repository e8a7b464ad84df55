"""A cache service in memory, with GitHub's scopes and immutability: what `ftaction.edge.cache_service` offers, without a network."""

from collections.abc import Iterator
from pathlib import Path

from ftaction.errors import StoreError
from ftaction.model.doors import Hit


class Entries:
    """What the server keeps: (ref, key) and bytes, oldest first."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}
        self.calls: list[tuple[str, str]] = []

    def of(self, ref: str, *readable: str) -> "Service":
        """As a job of this ref sees it; `readable`: the refs it may read beside its own, in their order."""
        return Service(self, (ref, *readable))

    def keys(self, prefix: str = "") -> list[str]:
        return [key for _, key in self.kept if key.startswith(prefix)]


class Service:
    """`broken`: the sentence with which everything fails from now on."""

    def __init__(self, entries: Entries, refs: tuple[str, ...]) -> None:
        self.entries = entries
        self.refs = refs
        self.broken = ""
        self.readable = True
        self.writable = True

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        self._call("find", key)
        for ref in self.refs:
            mine = [kept for of, kept in self.entries.kept if of == ref]
            for wanted in (key, *prefixes):
                found = [kept for kept in mine if kept == wanted] or [kept for kept in reversed(mine) if kept.startswith(wanted)]
                if found:
                    return Hit(found[0], f"{ref}\0{found[0]}")
        return None

    def download(self, hit: Hit) -> Iterator[bytes]:
        self._call("download", hit.key)
        ref, _, key = hit.place.partition("\0")
        content = self.entries.kept[ref, key]
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    def save(self, key: str, path: str) -> bool:
        self._call("save", key)
        if (self.refs[0], key) in self.entries.kept:
            return False
        self.entries.kept[self.refs[0], key] = Path(path).read_bytes()
        return True

    def _call(self, what: str, key: str) -> None:
        self.entries.calls.append((what, key))
        if self.broken:
            raise StoreError(self.broken)

"""What a run that was killed had proved by then, from the store that it left behind."""

from collections.abc import Callable

from ftaction.edge.bundle import Item
from ftaction.edge.disk import DiskStore
from ftaction.run.bundle import SMALL, Added


def added(store: DiskStore, upload: Callable[[str, str], None]) -> Added:
    """All of it. `upload` takes the large blobs, by digest and path."""
    items: list[Item] = []
    histories: dict[str, tuple[bytes, ...]] = {}
    for entry in store.entries():
        part, _, rest = entry.name.partition("/")
        if entry.name.endswith(".tmp"):
            continue
        if part == "history":
            histories[rest] = tuple(filter(None, store.history(rest)))
            continue
        digest = rest.rpartition("/")[2]
        if part == "cas" and entry.size > SMALL:
            upload(digest, store.file(digest))
            continue
        content = store.record(digest) if part == "ac" else store.blob(digest)
        if content is not None:
            items.append(Item(f"{part}/{digest}", len(content), 0, lambda part=part, digest=digest: (store.record if part == "ac" else store.blob)(digest)))  # type: ignore[misc]  # each its own
    return Added(tuple(items), histories, touched=frozenset(item.name for item in items))

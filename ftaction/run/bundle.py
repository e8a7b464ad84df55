"""What goes into a bundle: what was in the bundles before it and what this run adds, as much as the budget holds."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ftaction.edge.bundle import MOST_ENTRIES, Bundle, Head, Item
from ftaction.model.record import Record
from ftaction.run.records import load

SMALL = 1 << 20  # bytes; a larger blob is an entry of its own
_OLDEST = 30 * 86_400  # seconds without use
_MOST_LINES = 20  # of one check's history
_MOST_MERGED = 64


class Added(NamedTuple):
    """What a run adds: records and blobs by name, lines of histories by key, blobs that are entries of their own with their sizes."""

    items: tuple[Item, ...] = ()
    histories: Mapping[str, tuple[bytes, ...]] = {}
    large: Mapping[str, int] = {}
    touched: frozenset[str] = frozenset()  # names of records that were of use, whoever made them


class Old(NamedTuple):
    """A bundle with the key that it was found under."""

    key: str
    bundle: Bundle


def merge(old: Sequence[Old], added: Added, now: int, budget: int) -> tuple[Head, list[Item]]:
    """The new bundle: the newest record of each fingerprint with its blobs, the most recently used first, up to `budget` bytes."""
    items = {item.name: item for one in old for item in one.bundle.items()} | {item.name: item for item in added.items}
    large = {digest: size for one in old for digest, size in one.bundle.head.large.items()} | dict(added.large)
    records = sorted(_records(old, added), key=lambda pair: -_used(pair[0], added.touched, now))
    histories = list(_histories(old, added, now))
    left = budget - sum(item.size for item in histories)
    kept: dict[str, Item] = {}
    kept_large: dict[str, int] = {}
    for item, record in records:
        used = _used(item, added.touched, now)
        parts = [item, *(items[name] for name in _blobs(record) if name in items and name not in kept)]
        left -= sum(part.size for part in parts)
        if left < 0 or now - used > _OLDEST or len(kept) + len(parts) + len(histories) > MOST_ENTRIES:
            break  # the rest was used even longer ago
        kept |= {part.name: part._replace(used=used) for part in parts}
        kept_large |= {digest: size for digest, size in large.items() if digest == record.outputs}
    merged = dict.fromkeys(key for one in reversed(old) for key in (one.key, *one.bundle.head.merged))
    return Head(tuple(merged)[:_MOST_MERGED], kept_large), [*kept.values(), *histories]


def _used(item: Item, touched: frozenset[str], now: int) -> int:
    return now if item.name in touched else min(item.used, now)


def _blobs(record: Record) -> list[str]:
    return [f"cas/{digest}" for digest in dict.fromkeys((record.head, record.inputs, record.log, record.outputs, record.patch)) if digest]


def _records(old: Sequence[Old], added: Added) -> Iterator[tuple[Item, Record]]:
    """Of several records of one fingerprint the one that ended last, and this run's own before all."""
    best: dict[str, tuple[Item, Record]] = {}
    for one in old:
        for item, record in _readable(one.bundle.items()):
            if item.name not in best or best[item.name][1].ended <= record.ended:
                best[item.name] = (item, record)
    return iter((best | {item.name: (item, record) for item, record in _readable(added.items)}).values())


def _readable(items: Iterable[Item]) -> Iterator[tuple[Item, Record]]:
    for item in items:
        if item.name.startswith("ac/") and (content := item.read()) is not None and (record := load(content)) is not None:
            yield item, record


def _histories(old: Sequence[Old], added: Added, now: int) -> Iterator[Item]:
    lines: dict[str, dict[bytes, None]] = {}
    for one in old:
        for item in one.bundle.items():
            if item.name.startswith("history/"):
                lines.setdefault(item.name, {}).update(dict.fromkeys((item.read() or b"").split(b"\n")))
    for key, own in added.histories.items():
        lines.setdefault(f"history/{key}", {}).update(dict.fromkeys(own))
    for name, found in lines.items():
        content = b"\n".join(sorted(filter(None, found), key=_ended)[-_MOST_LINES:])
        yield Item(name, len(content), now, _constant(content))


def _ended(line: bytes) -> float:
    try:
        return float(json.loads(line)["ended"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0.0


def _constant(content: bytes) -> Callable[[], bytes | None]:
    return lambda: content

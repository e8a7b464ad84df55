"""What goes into a bundle: what was in the bundles before it and what this run adds, as much as the budget holds."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from ftaction.edge.bundle import MOST_ENTRIES, Bundle, Head, Item, largest
from ftaction.model.record import Tally, Trouble
from ftaction.run.lines import RECENT
from ftaction.run.records import dump, load, together

SMALL = 1 << 20  # bytes; a larger blob is an entry of its own
_OLDEST = 30 * 86_400  # seconds without use
_LONGEST_LINE = 1_000  # bytes; honest ones have 200
_HISTORIES = 4  # of the budget, their share at most: one part in so many
_KEY = re.compile(r"[a-z0-9._-]+")
_MOST_MERGED = 64
_MAPS = 4  # of one check: what was seen of its tests is of use only for the newest runs


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


class _Known(NamedTuple):
    """What is held of each record while bundles are merged: there may be many, and of any size."""

    item: Item
    ended: float
    blobs: tuple[str, ...]  # names
    apart: tuple[str, ...]  # digests of what may be too large for a bundle
    tally: Tally
    check: str
    tests: str  # digest of what was seen of its tests
    troubles: tuple[Trouble, ...]


def merge(old: Sequence[Old], added: Added, now: int, budget: int) -> tuple[Head, list[Item]]:
    """The new bundle: the newest record of each fingerprint with its blobs, the most recently used first, up to `budget` bytes."""
    items = {item.name: item for one in old for item in one.bundle.items()} | {item.name: item for item in added.items}
    large = {digest: size for one in old for digest, size in one.bundle.head.large.items()} | dict(added.large)
    records = sorted(_records(old, added), key=lambda known: -_used(known.item, added.touched, now))
    histories = list(_histories(old, added, now, budget // _HISTORIES))
    left = budget - sum(item.size for item in histories)
    kept: dict[str, Item] = {}
    seen: dict[str, int] = {}  # records of a check with what was seen of its tests
    kept_large: dict[str, int] = {}
    for known in records:
        used = _used(known.item, added.touched, now)
        seen[known.check] = seen.get(known.check, 0) + bool(known.tests)
        unwanted = known.tests if seen[known.check] > _MAPS else ""
        blobs = [items[name] for name in known.blobs if name in items and name not in kept and name != f"cas/{unwanted}"]
        parts = [known.item, *(item for item in blobs if item.size <= largest(item.name))]
        size = sum(part.size for part in parts)
        if size > left or now - used > _OLDEST or len(kept) + len(parts) + len(histories) > MOST_ENTRIES:
            continue  # one that is too large by itself keeps nothing else out
        left -= size
        kept |= {part.name: part._replace(used=used) for part in parts}
        kept_large |= {digest: large[digest] for digest in known.apart if digest in large and digest != unwanted}
    merged = dict.fromkeys(key for one in reversed(old) for key in (one.key, *one.bundle.head.merged) if _KEY.fullmatch(key))
    return Head(tuple(merged)[:_MOST_MERGED], kept_large), [*kept.values(), *histories]


def _used(item: Item, touched: frozenset[str], now: int) -> int:
    return now if item.name in touched else min(item.used, now)


def _records(old: Sequence[Old], added: Added) -> Iterable[_Known]:
    """Of several records of one fingerprint the one that ended last, and this run's own before all; it counts what the others count."""
    best: dict[str, _Known] = {}
    for one in old:
        for known in _readable(one.bundle.items()):
            there = best.get(known.item.name)
            newest, other = (known, there) if there is None or there.ended <= known.ended else (there, known)
            best[known.item.name] = _counting(newest, other)
    return (best | {known.item.name: _counting(known, best.get(known.item.name)) for known in _readable(added.items)}).values()


def _counting(known: _Known, other: _Known | None) -> _Known:
    if other is None or (known.tally, known.troubles) == (other.tally, other.troubles):
        return known
    record, more = (load(one.item.read() or b"") for one in (known, other))
    counting = together(record, more) if record and more else record
    if record is None or counting is None or counting == record:
        return known
    content = dump(counting)
    return known._replace(item=known.item._replace(size=len(content), read=lambda: content), tally=counting.tally, troubles=counting.troubles)


def _readable(items: Iterable[Item]) -> Iterator[_Known]:
    for item in items:
        if not item.name.startswith("ac/") or item.size > largest(item.name):
            continue
        record = load(item.read() or b"")
        if record is not None:
            digests = dict.fromkeys((record.head, record.inputs, record.log, record.findings, record.answer, record.outputs, record.patch, record.tests))
            blobs = tuple(f"cas/{digest}" for digest in digests if digest)
            yield _Known(item, record.ended, blobs, (record.outputs, record.tests), record.tally, record.check, record.tests, record.troubles)


def _histories(old: Sequence[Old], added: Added, now: int, budget: int) -> Iterator[Item]:
    """Each check's last lines, those of this run's checks first."""
    names = dict.fromkeys(f"history/{key}" for key in added.histories)
    names |= dict.fromkeys(item.name for one in old for item in one.bundle.items() if item.name.startswith("history/"))
    for name in names:
        own = added.histories.get(name.removeprefix("history/"), ())
        read = partial(_lines, [one.bundle for one in old], own, name)
        size = len(read())
        budget -= size
        if budget < 0:
            return
        yield Item(name, size, now, read)


def _lines(bundles: list[Bundle], own: Sequence[bytes], name: str) -> bytes:
    """Made when it is asked for, so that they are never all held at once."""
    found = [line for bundle in bundles for line in (bundle.read(name) or b"").split(b"\n")[-RECENT:]]
    lines = [line for line in dict.fromkeys((*found, *own)) if 0 < len(line) <= _LONGEST_LINE]
    return b"\n".join(sorted(lines, key=_ended)[-RECENT:])


def _ended(line: bytes) -> float:
    try:
        return float(json.loads(line)["ended"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0.0

"""Looking after a store: what it holds, making it smaller, proving it whole, emptying it."""

from hashlib import sha256
from time import time

from ftaction.errors import StoreError
from ftaction.model.asking import Spending
from ftaction.model.doors import Browsable, Entry
from ftaction.report.spending import spending_document
from ftaction.run.spending import newest

_SURELY_LEFT = 3600.0  # seconds after which nobody is still writing a temporary file
_HEX = frozenset("0123456789abcdef")


def care(action: str, store: Browsable, budget: int) -> tuple[dict[str, object], bool]:
    """What was found or done, by name, and whether all was well."""
    entries = sorted(store.entries(), key=lambda entry: entry.used)
    match action:
        case "stats":
            return _stats(entries) | spending_document(_spendings(store, entries)), True
        case "ls":
            return {entry.name: entry.size for entry in entries}, True
        case "prune":
            return _remove(store, prunable(entries, budget, time())), True
        case "verify":
            return _verify(store, entries)
        case _:
            return _remove(store, entries), True


def prunable(entries: list[Entry], budget: int, now: float) -> list[Entry]:
    """The least recently used entries beyond the budget (bytes), and what killed processes left. `entries`: oldest first."""
    left_over = [entry for entry in entries if entry.name.endswith(".tmp") and now - entry.used > _SURELY_LEFT]
    kept = [entry for entry in entries if not entry.name.endswith(".tmp")]
    excess = sum(entry.size for entry in kept) - budget
    for entry in kept:
        if excess <= 0:
            break
        left_over.append(entry)
        excess -= entry.size
    return left_over


def _stats(entries: list[Entry]) -> dict[str, object]:
    parts = {part: [entry for entry in entries if entry.name.startswith(f"{part}/")] for part in ("ac", "cas", "history")}
    named = {"ac": "records", "cas": "blobs", "history": "histories"}
    counts: dict[str, object] = {named[part]: len(found) for part, found in parts.items()}
    return counts | {"bytes": sum(entry.size for entry in entries)}


def _spendings(store: Browsable, entries: list[Entry]) -> list[Spending]:
    """What asking came to over runs, a check each. One name may stand for checks of several repositories."""
    histories = sorted(entry.name.removeprefix("history/") for entry in entries if entry.name.startswith("history/"))
    found = [newest(store.history(key)) for key in histories]
    return sorted((one for one in found if one), key=lambda one: one.check)


def _remove(store: Browsable, entries: list[Entry]) -> dict[str, object]:
    for entry in entries:
        store.remove(entry.name)
    return {"removed": len(entries), "bytes": sum(entry.size for entry in entries)}


def _verify(store: Browsable, entries: list[Entry]) -> tuple[dict[str, object], bool]:
    """Read every record and blob; reading drops what is damaged."""
    damaged = 0
    for entry in entries:
        part, _, name = entry.name.partition("/")
        digest = name.rpartition("/")[2]
        if part in ("ac", "cas") and len(digest) == sha256().digest_size * 2 and set(digest) <= _HEX:
            damaged += store.record(digest) is None if part == "ac" else not _sound(store, digest)
    return {"checked": len(entries), "damaged": damaged}, damaged == 0


def _sound(store: Browsable, digest: str) -> bool:
    """Whether a blob, however large, is what its name says."""
    try:
        pieces = store.stream(digest)
        return pieces is not None and sum(map(len, pieces)) >= 0
    except StoreError:
        return False

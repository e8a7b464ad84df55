"""Looking after what workflows saved, over GitHub's API."""

from ftaction.edge.github_caches import CacheEntry, GitHubCaches
from ftaction.errors import Stop

_FREE = 10 << 30  # bytes of caches that GitHub keeps for a repository at no cost


def care_at_github(action: str, caches: GitHubCaches, budget: int) -> dict[str, object]:
    """What was found or done, by name. Raises `StoreError`."""
    entries = sorted(caches.ours(), key=lambda entry: entry.used)
    match action:
        case "stats":
            return _stats_at_github(entries, caches.usage())
        case "ls":
            return {f"{entry.ref} {entry.key}": entry.size for entry in entries}
        case "verify":
            raise Stop("what workflows saved can't be read from here", "Runs verify what they restore; `cache clear --github` drops all of it.")
        case _:
            gone = superseded(entries, budget) if action == "prune" else entries
            for entry in gone:
                caches.remove(entry)
            return {"removed": len(gone), "bytes": sum(entry.size for entry in gone)}


def superseded(entries: list[CacheEntry], budget: int) -> list[CacheEntry]:
    """Bundles that a newer one of the same scope holds too, and what is least recently used beyond the budget (bytes). Oldest first."""
    newest: dict[tuple[str, str], CacheEntry] = {}
    for entry in entries:
        if _is_bundle(entry):
            scope = (entry.ref, entry.key[: -len("-0123456789ab-01234567")])
            newest[scope] = max(entry, newest.get(scope, entry), key=lambda one: one.number)
    kept = sorted([*newest.values(), *(entry for entry in entries if not _is_bundle(entry))], key=lambda entry: -entry.used)
    left, staying = budget, set()
    for entry in kept:
        left -= entry.size
        if left >= 0:
            staying.add(entry.number)
    return [entry for entry in entries if entry.number not in staying]


def _is_bundle(entry: CacheEntry) -> bool:
    return not entry.key.startswith("ft-cas-")


def _stats_at_github(entries: list[CacheEntry], usage: int) -> dict[str, object]:
    ours = sum(entry.size for entry in entries)
    bundles = [entry for entry in entries if _is_bundle(entry)]
    return {
        "bundles": len(bundles), "bundle bytes": sum(entry.size for entry in bundles), "outputs": len(entries) - len(bundles),
        "bytes": ours, "bytes of all caches": usage, "share of the free 10 GB": f"{100 * ours / _FREE:.1f} %",
    }  # fmt: skip

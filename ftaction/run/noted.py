"""What was found out once and can be found out again: kept for this machine alone, under a key of what it was found from."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ftaction.edge.disk import DiskStore


def key(text: str) -> str:
    """For what this text says it was found from."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def load(kept: DiskStore | None, key: str) -> dict[str, Any] | None:
    """None where nothing that can be used is kept."""
    place = kept.record(key) if kept else None
    content = kept.blob(place.decode("ascii", "replace")) if kept and place else None
    try:
        found = json.loads(content) if content else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def save(kept: DiskStore | None, key: str, data: Mapping[str, object]) -> None:
    """Keep it in place of what stood there."""
    if kept:
        digest = kept.put_blob(json.dumps(data, separators=(",", ":")).encode())
        kept.put_record(key, digest.encode())

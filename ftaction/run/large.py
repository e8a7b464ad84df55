"""Blobs that are entries of their own in the cache service, under their digest."""

from collections.abc import Iterator
from hashlib import sha256

from ftaction.errors import StoreError
from ftaction.model.doors import CacheService


def stream(service: CacheService, digest: str) -> Iterator[bytes]:
    """Its pieces, verified only at their end. Raises `StoreError`."""
    found = sha256()
    hit = service.find(_key(digest))
    if hit is None:
        raise StoreError("the cache service no longer has it")
    for piece in service.download(hit):
        found.update(piece)
        yield piece
    if found.hexdigest() != digest:
        raise StoreError("what the cache service sent is not what was saved")


def put(service: CacheService, digest: str, path: str) -> tuple[bool, bool]:
    """Whether the file's content is there now, and whether it came from here: a key may be taken by an upload that never ends. Raises `StoreError`."""
    there = service.find(_key(digest)) is not None
    saved = not there and service.save(_key(digest), path)
    return there or saved, saved


def _key(digest: str) -> str:
    return f"ft-cas-{digest}"

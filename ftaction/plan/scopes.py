"""Whose bundles a run reads and which one it adds to: by the event, and in line with what GitHub's cache lets each event see.

GitHub keeps caches apart by ref: a run sees those of its own ref, of its pull request's base and of the default branch, and writes those
of its own ref only (https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching). A scope is one such ref.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from ftaction.model.record import Origin, OriginKind
from ftaction.plan.context import is_branch

Event = Mapping[str, object]


class NoWrite(StrEnum):
    """Why a run adds to no bundle."""

    FORK = "fork"  # nobody would believe it
    EVENT = "event"  # nobody could see it, or its token may only read
    BASE_ONLY = "base_only"  # the trust setting lets only protected branches prove anything


class Scope(NamedTuple):
    """One ref's bundles. A record in them counts only where its origin is of this kind and ref: a bundle can't speak for others."""

    name: str  # as it stands in keys
    ref: str
    kind: OriginKind


class Scopes(NamedTuple):
    """What a run reads, the most trusted first, and what it writes."""

    read: tuple[Scope, ...]
    write: Scope | None
    why_not: NoWrite | None = None


def scopes(variables: Mapping[str, str], event: Event, origin: Origin, trust: str) -> Scopes:
    """For one run in a workflow."""
    name, ref = variables.get("GITHUB_EVENT_NAME", ""), origin.ref
    default = f"refs/heads/{_text(event, 'repository', 'default_branch') or 'main'}"
    if name == "pull_request":
        base = _branch(variables.get("GITHUB_BASE_REF", "")) or default
        return _pull_request(ref, dict.fromkeys((base, default)), origin.kind, trust)
    if name == "merge_group":
        base = _branch(_text(event, "merge_group", "base_ref")) or default
        return Scopes(_branches(dict.fromkeys((base, default))), None, NoWrite.EVENT)
    if name not in ("push", "schedule", "workflow_dispatch") or not is_branch(ref):
        return Scopes(_branches([default]), None, NoWrite.EVENT)
    own = Scope(_name(ref), ref, origin.kind)
    others = tuple(scope for scope in _branches([default]) if scope.ref != ref)
    if origin.kind is not OriginKind.PROTECTED and trust == "base-only":
        return Scopes(others, None, NoWrite.BASE_ONLY)
    return Scopes((*others, own), own)


def _pull_request(ref: str, bases: Mapping[str, None], kind: OriginKind, trust: str) -> Scopes:
    """Its own proofs are read and written only where somebody would believe them."""
    own = Scope(_name(ref), ref, kind)
    if not ref.startswith("refs/pull/"):  # of one that was merged it is the branch it went into, and its files are that branch's
        return Scopes(_branches(bases), None, NoWrite.EVENT)
    if trust == "base-only":
        return Scopes(_branches(bases), None, NoWrite.BASE_ONLY)
    if trust == "auto" and kind is OriginKind.FORK:
        return Scopes(_branches(bases), None, NoWrite.FORK)
    return Scopes((*_branches(bases), own), own)


def vouches(scope: Scope, made: Origin, here: Origin) -> bool:
    """Whether a record of this origin may stand in a bundle of this scope."""
    return (made.kind, made.ref, made.repository) == (scope.kind, scope.ref, here.repository)


def _branches(refs: Mapping[str, None] | list[str]) -> tuple[Scope, ...]:
    return tuple(Scope(_name(ref), ref, OriginKind.PROTECTED) for ref in refs)


def _branch(name: str) -> str:
    return name if not name or name.startswith("refs/") else f"refs/heads/{name}"


def _name(ref: str) -> str:
    """Lower-case ASCII, readable, and no two refs alike: none is the beginning of another, for all end in as many digits."""
    plain = re.sub(r"[^a-z0-9]+", "-", ref.removeprefix("refs/").removeprefix("heads/").lower())[:40].strip("-")
    return f"{plain}.{sha256(ref.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def _text(value: object, *path: str) -> str:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""

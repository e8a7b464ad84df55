"""Every kind of fault, and choosing among what could be made: the same seed makes the same faults."""

import hashlib
import json
import random
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..patch import Patch, patch_from
from .anywhere import RANDOM
from .files import FILES
from .shapes import SHAPES
from .sources import Candidate, Sources
from .testing import TESTING, variable
from .values import VALUES

Maker = Callable[[Sources], Iterator[Candidate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One patch on the state of one commit. `aimed`: not at random code, but at what a selection may not see."""

    id: str
    base: str
    kind: str
    aimed: bool
    title: str
    patch: Patch


def aimed(declared: tuple[str, ...]) -> dict[str, Maker]:
    """`declared`: the environment variables that the repository's check names."""
    makers = {maker.__name__: maker for maker in (*VALUES, *SHAPES, *FILES, *TESTING)}
    return {**makers, "variable": lambda _: variable(declared)}


def anywhere() -> dict[str, Maker]:
    return {maker.__name__: maker for maker in RANDOM}


def make(sources: Sources, base: str, count: int, declared: tuple[str, ...] = (), seed: int = 1) -> list[Fault]:
    """Half of each sort. The kinds take turns, so that none is drowned by one that has thousands of places."""
    half = count // 2
    first = _choose(sources, base, aimed(declared), count - half, seed, is_aimed=True)
    return [*first.values(), *(_choose(sources, base, anywhere(), half, seed, is_aimed=False, but=first.keys())).values()]


def _choose(sources: Sources, base: str, makers: dict[str, Maker], count: int, seed: int, *, is_aimed: bool, but: Collection[str] = ()) -> dict[str, Fault]:
    """By their ids. Two kinds may come to the same patch; `but` are those that are there already."""
    waiting: dict[str, list[Candidate]] = {}
    for kind, maker in makers.items():
        unique = {candidate.title: candidate for candidate in maker(sources)}
        waiting[kind] = list(unique.values())
        random.Random(f"{seed} {base} {kind}").shuffle(waiting[kind])
    order = sorted(waiting)
    random.Random(f"{seed} {base}").shuffle(order)
    chosen: dict[str, Fault] = {}
    while len(chosen) < count and any(waiting.values()):
        for kind in order:
            candidate = _next(sources, waiting[kind])
            if candidate and len(chosen) < count:
                fault = _fault(candidate, base, kind, is_aimed=is_aimed)
                chosen |= {} if fault.id in but else {fault.id: fault}
    return chosen


def _next(sources: Sources, waiting: list[Candidate]) -> Candidate | None:
    """The first of them that leaves Python what Python can read, where it was."""
    while waiting:
        candidate = waiting.pop()
        if all(_readable(sources, candidate, edit.path) for edit in candidate.patch.edits):
            return candidate
    return None


def _readable(sources: Sources, candidate: Candidate, path: str) -> bool:
    if not path.endswith(".py") or sources.tree(path) is None:
        return True
    (edit,) = (one for one in candidate.patch.edits if one.path == path)
    content = sources.read(path)
    new = content[: edit.at] + edit.new.encode("latin-1") + content[edit.at + len(edit.old) :]
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(new, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return new != content


def _fault(candidate: Candidate, base: str, kind: str, *, is_aimed: bool) -> Fault:
    key = json.dumps([base, asdict(candidate.patch)], sort_keys=True)
    return Fault(id=hashlib.sha256(key.encode()).hexdigest()[:12], base=base, kind=kind, aimed=is_aimed, title=candidate.title, patch=candidate.patch)


def write(path: Path, faults: list[Fault]) -> None:
    path.write_text("".join(json.dumps(asdict(fault)) + "\n" for fault in faults))


def read(path: Path) -> list[Fault]:
    return [_read(json.loads(line)) for line in path.read_text().splitlines()]


def _read(data: dict[str, Any]) -> Fault:
    return Fault(**{**data, "patch": patch_from(data["patch"])})

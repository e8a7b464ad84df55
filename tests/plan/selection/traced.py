"""A trace in a few words, for tests of what is made of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha1
from typing import NamedTuple

from ftaction.model.trace import Outcome, Test, Trace, Unit, Window
from ftaction.plan.selection.select import Now, Then


class Did(NamedTuple):
    """What one window holds: code as `path:name`, paths, programs, and names of other windows."""

    ran: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    spawned: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    passed: bool = True
    seconds: float = 1.0


def trace(
    windows: Mapping[str, Did],
    imports: Mapping[str, Did] | None = None,
    around: Did | None = None,
    modules: Iterable[str] = (),
    roots: tuple[str, ...] = (".",),
    doubt: str = "",
) -> Trace:
    """A window whose name holds `::` is a test; one that ends with `.py` is the collection of that file; others are used by these."""
    imported = {f"import {path}": did for path, did in (imports or {}).items()}
    everything = {**windows, **imported, "around": around or Did()}
    places = {name: number for number, name in enumerate(everything)}
    units = sorted({one for did in everything.values() for one in did.ran})
    paths = sorted({one for did in everything.values() for one in (*did.opened, *did.listed)})

    def window(did: Did) -> Window:
        numbers = [tuple(sorted(known.index(one) for one in part)) for known, part in ((units, did.ran), (paths, did.opened), (paths, did.listed))]
        return Window(numbers[0], numbers[1], numbers[2], did.spawned, tuple(sorted(places[one] for one in did.uses)))

    tests = [(name, did) for name, did in windows.items() if "::" in name]
    collected = {name.partition("::")[0] for name, _ in tests} | {name for name in windows if name.endswith(".py")}
    made = [window(did) for did in everything.values()]
    empty = len(made)
    return Trace(
        python="3.12",
        units=tuple(Unit(*one.split(":", 1)) for one in units),
        paths=tuple(paths),
        windows=(*made, Window()),
        tests=tuple(Test(name, name.partition("::")[0], places[name], Outcome(did.passed, did.seconds)) for name, did in tests),
        imports={path: places[f"import {path}"] for path in imports or {}},
        collected={path: places.get(path, empty) for path in sorted(collected)},
        around=made[places["around"]],
        modules=frozenset(modules),
        roots=roots,
        whole=not doubt,
        doubt=doubt,
    )


def then(files: Mapping[str, str], of: Trace) -> Then:
    """Files with their texts as they were."""
    return Then(of, contents(files), {path: text.encode() for path, text in files.items()}.get)


def now(files: Mapping[str, str]) -> Now:
    """Files with their texts as they are."""
    return Now(contents(files), {path: text.encode() for path, text in files.items()}.get)


def contents(files: Mapping[str, str]) -> dict[str, str]:
    return {path: f"100644 {sha1(text.encode()).hexdigest()}" for path, text in files.items()}

"""What of a repository a change set affects: its packages, by the dependencies of today and of before, and its checks."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ftaction.edge.git import Repository
from ftaction.errors import Stop
from ftaction.model.asking import Ask
from ftaction.model.change import ChangeSet, Kind
from ftaction.model.check import Check
from ftaction.model.package import Packages, Reach, Touch
from ftaction.plan import globs
from ftaction.plan.packages import Ground as PackageGround
from ftaction.plan.packages import affected
from ftaction.run.facts import Known
from ftaction.run.ground import Ground, View
from ftaction.run.packages import Imports, once
from ftaction.run.unaffected import touches


def reach(ground: Ground, view: View) -> Reach:
    """Everything, where the change set is not complete."""
    changes, packages = ground.changes(), view.gatherer.packages
    if not changes.complete:
        return _reach(ground, packages, {name: Touch("", (name,)) for name in packages}, dict.fromkeys(ground.recognised, ()))
    now = PackageGround(packages)
    found = affected(now, changes.paths)
    before = _before(ground, view, changes)
    if before is not None:
        found = _also_before(now, PackageGround(before), found, changes.paths)
    changed = globs.Paths(changes.paths)
    checks = {name: why for name, known in ground.recognised.items() if (why := _why(view, known, changed, found)) is not None}
    return _reach(ground, packages, {name: found[name] for name in packages if name in found}, checks)


def _reach(ground: Ground, packages: Packages, found: Mapping[str, Touch], checks: Mapping[str, tuple[str, ...]]) -> Reach:
    return Reach(dict(found), dict(checks), _without(packages, found), _without(ground.recognised, checks))


def _without(names: Collection[str], found: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in found)


def _why(view: View, known: Known, changed: globs.Paths, found: Mapping[str, Touch]) -> tuple[str, ...] | None:
    """The package by which a check is affected, else the touched files; None where it is not."""
    if known.check.package is not None and known.check.package in found:
        return (known.check.package,)
    if known.check.ask is not None:
        return tuple(_asked(known.check, known.check.ask, changed)) or None
    return tuple(touches(view.gatherer, view.snapshot, known, changed)) or None


def _asked(check: Check, ask: Ask, changed: globs.Paths) -> list[str]:
    """Touched files that it asks about, or with."""
    about = changed.select(ask.items if isinstance(ask.items, tuple) else check.inputs) if ask.items else []
    return sorted({*about, *changed.select([path for path in (ask.prompt, ask.schema) if path])})


def _also_before(now: PackageGround, before: PackageGround, found: Mapping[str, Touch], paths: Sequence[str]) -> dict[str, Touch]:
    """A package that was taken away, or is no longer needed, affects those that needed it before."""
    also = {**affected(before, paths), **found}
    for name in now.packages:
        if name not in also and (name not in before.packages or now.folders(name) != before.folders(name)):
            also[name] = Touch(paths[0], (name,))  # a file of no package decides what it needs
    return also


def _before(ground: Ground, view: View, changes: ChangeSet) -> Packages | None:
    """The packages as they were at the base; None where nothing that says so was touched."""
    from ftaction.tools.packages import counted, is_code
    from ftaction.tools.packages.imports import imported

    deciding = set(counted(changes.paths))
    touched = [one for one in changes.touched if one.path in deciding]
    if not touched:
        return None
    repository = ground.world.repository
    stood = _stood(repository, changes.base, [one.path for one in touched if one.kind is not Kind.ADDED])

    def same(path: str) -> bool:
        return imported(path, stood[path].text or "") == imported(path, repository.read(path) or "")

    if all(one.kind is Kind.MODIFIED and is_code(one.path) and same(one.path) for one in touched):
        return None
    added = {one.path for one in touched if one.kind is Kind.ADDED}
    today = {path: view.snapshot.files[path] for path in counted(view.snapshot.files) if path not in added}
    then = today | {path: f"100644 {one.digest}" for path, one in stood.items()}  # with another mode it is found anew
    files = {path: then[path] for path in sorted(then)}
    kept = ground.world.kept if all(one.digest for one in stood.values()) else None
    try:
        return once(kept, ground.config.packages, files, lambda: _found(ground, view, files, stood))
    except Stop:
        return None  # what the configuration declares fits only what there is today


def _found(ground: Ground, view: View, files: Mapping[str, str], stood: Mapping[str, "_Stood"]) -> Packages:
    from ftaction.tools.packages import find
    from ftaction.tools.packages.imports import imported

    repository = ground.world.repository
    today = Imports(repository.read, ground.world.kept, view.snapshot.files, repository.root)

    def read(path: str) -> str | None:
        return stood[path].text if path in stood else repository.read(path)

    return find(list(files), read, lambda path: imported(path, stood[path].text or "") if path in stood else today.of(path), ground.config.packages)


class _Stood(NamedTuple):
    """What stood in a file; no digest and no text where that can't be had."""

    digest: str = ""
    text: str | None = None


def _stood(repository: Repository, base: str, paths: Sequence[str]) -> dict[str, _Stood]:
    """What stood in these files at the base, in one question to git."""
    names = [path for path in paths if "\n" not in path]
    asked = "".join(f"{base}:{path}\n" for path in names).encode("utf-8", "surrogateescape")
    said = repository.run("cat-file", "--batch", given=asked) if names else b""
    found: dict[str, _Stood] = dict.fromkeys(paths, _Stood())
    for path in names:
        line, _, said = said.partition(b"\n")
        words = line.rsplit(b" ", 2)
        if len(words) == 3 and words[1] == b"blob" and words[2].isdigit():
            size = int(words[2])
            found[path] = _Stood(words[0].decode(), said[:size].decode("utf-8", "surrogateescape"))
            said = said[size + 1 :]
    return found

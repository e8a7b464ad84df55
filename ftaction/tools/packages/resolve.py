"""From what manifests say to packages with names of their own: which of them count, what each is called, whom each need means."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ftaction.model.package import Declared, Package, Packages
from ftaction.tools.packages import python, rust
from ftaction.tools.packages.manifests import Found, Need

_NORMALIZED = {"python": python.normalized, "rust": rust.normalized}


def accepted(found: Sequence[Found], declared: Mapping[str, Declared]) -> list[Found]:
    """Without the manifests that are only material: those of fixtures and examples, and those inside another package.

    What stands inside a package is read by its tests, so it is a package of its own only where somebody says so: a workspace that lists it,
    a manifest that leads to it, the configuration. Below the root every package is one.
    """
    kept: list[Found] = []
    while True:
        named = {need.place for one in kept for need in one.needs if need.place is not None} | {one.folder for one in declared.values()}
        again = _accepted(found, named)
        if len(again) == len(kept):
            return sorted(kept, key=lambda one: (one.folder, one.ecosystem))
        kept = again


def _accepted(found: Sequence[Found], named: Collection[str | None]) -> list[Found]:
    from ftaction.tools.detect.repository import ASIDE

    kept: list[Found] = []
    folders: set[str] = set()
    for one in sorted(found, key=lambda one: one.folder.count("/")):
        above = one.folder.rpartition("/")[0]
        while above and above not in folders:
            above = above.rpartition("/")[0]
        alone = not above and not ASIDE.search(f"{one.folder}/")
        if not one.folder or one.listed or one.folder in named or one.folder in folders or alone:
            kept.append(one)
            folders.add(one.folder)
    return kept


def resolved(found: Sequence[Found]) -> Packages:
    """Each with a name of its own and the names of those it needs."""
    names = _names(found)
    index = _Index.of(found, names)
    broken = {ecosystem: [names[number] for number, one in enumerate(found) if one.doubt and one.ecosystem == ecosystem] for ecosystem in _ecosystems(found)}
    places = {need.place for one in found for need in one.needs if need.place is not None and not need.place.startswith("..")}
    lost = {place for place in places if index.within(place) is None}
    packages: Packages = {}
    for number, one in enumerate(found):
        because: dict[str, str] = {}
        for need in one.needs:
            because |= {name: need.because for name in index.meant(one, need) if name not in because}
        because |= {name: "in the same folder" for name in index.folders[one.folder] if index.ecosystems[name] != one.ecosystem and name not in because}
        because |= {name: "its manifest can't be read, so it may be any package" for name in broken[one.ecosystem] if name not in because}
        because.pop(names[number], None)
        also = {_outermost(need.place, lost) for need in one.needs if need.place in lost}
        packages[names[number]] = Package(names[number], one.folder, one.ecosystem, tuple(sorted(because)), because, tuple(sorted(also)), one.doubt)
    return dict(sorted(packages.items()))


def _outermost(place: str | None, places: Collection[str]) -> str:
    """The place itself, or the highest of `places` above it."""
    found = above = place or ""
    while above:
        above = above.rpartition("/")[0]
        found = above if above in places else found
    return found


class _Index(NamedTuple):
    """Names of packages: by what a package of an ecosystem calls itself, and by folder."""

    called: dict[tuple[str, str], list[str]]
    folders: dict[str, list[str]]
    ecosystems: dict[str, str]

    @classmethod
    def of(cls, found: Sequence[Found], names: Sequence[str]) -> "_Index":
        called: dict[tuple[str, str], list[str]] = {}
        folders: dict[str, list[str]] = {}
        for one, name in zip(found, names, strict=True):
            called.setdefault((one.ecosystem, _plain(one.ecosystem, one.name)), []).append(name)
            folders.setdefault(one.folder, []).append(name)
        return cls(called, folders, {name: one.ecosystem for one, name in zip(found, names, strict=True)})

    def meant(self, one: Found, need: Need) -> Sequence[str]:
        """The packages of a need; none where it is outside of the repository, or in no package."""
        if need.place is None:
            return self.called.get((one.ecosystem, _plain(one.ecosystem, need.name)), ())
        folder = self.within(need.place) if not need.place.startswith("..") else None
        here = self.folders.get(folder, []) if folder is not None else []
        own = [name for name in here if self.ecosystems[name] == one.ecosystem]
        return own if own and folder == need.place else here

    def within(self, place: str) -> str | None:
        """The innermost package's folder that holds a path; None where there is none."""
        folder = place
        while folder not in self.folders and folder:
            folder = folder.rpartition("/")[0]
        return folder if folder in self.folders else None


def _names(found: Sequence[Found]) -> list[str]:
    """The manifest's own name; where several have it with the ecosystem in front, and where that is not enough with the folder behind."""
    plain = _counted([one.name for one in found])
    full = _counted([f"{one.ecosystem}:{one.name}" for one in found])
    names = []
    for one in found:
        name = one.name
        if plain[name] > 1:
            name = f"{one.ecosystem}:{name}"
            name = name if full[name] == 1 else f"{name}@{one.folder or '.'}"
        names.append(name)
    return names


def _counted(names: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _ecosystems(found: Sequence[Found]) -> set[str]:
    return {one.ecosystem for one in found}


def _plain(ecosystem: str, name: str) -> str:
    return _NORMALIZED[ecosystem](name) if ecosystem in _NORMALIZED else name

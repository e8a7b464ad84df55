"""Which files belong to a package, what it depends on, and what a change reaches. Pure questions to the packages that were found."""

from collections import deque
from collections.abc import Iterable, Mapping

from ftaction.model.package import Package, Packages, Touch
from ftaction.plan.globs import Paths

ROOT = ""


class Ground:
    """The folders of all packages. A file belongs to the innermost one; several packages may share a folder."""

    def __init__(self, packages: Packages) -> None:
        self.packages = packages
        self._in: dict[str, list[str]] = {}
        for name, package in packages.items():
            for folder in dict.fromkeys((package.folder, *package.also)):
                self._in.setdefault(folder, []).append(name)
        self._inner = _inner(self._in)
        self._closures: dict[str, tuple[str, ...]] = {}
        self._folders: dict[str, tuple[str, ...]] = {}
        self._doubtful = any(package.doubt for package in packages.values())

    def owners(self, path: str) -> tuple[str, ...]:
        """The packages that a path belongs to, or that name it; none where no folder above it is one."""
        folder = path
        while folder not in self._in:
            if not folder:
                return ()
            folder = folder.rpartition("/")[0]
        return tuple(self._in[folder])

    def files(self, paths: Paths, folder: str) -> list[str]:
        """The paths that belong to the package, or packages, of this folder, sorted."""
        return [*paths.exactly(folder), *paths.below(folder, self._inner.get(folder, ()))]

    def closure(self, name: str) -> tuple[str, ...]:
        """The package and all that it depends on, directly or not, itself first."""
        if name not in self._closures:
            found = {name: None}
            waiting = [name]
            while waiting:
                for need in self.packages[waiting.pop()].needs:
                    if need not in found:
                        found[need] = None
                        waiting.append(need)
            self._closures[name] = tuple(found)
        return self._closures[name]

    def folders(self, name: str) -> tuple[str, ...]:
        """The folders of its closure, and what these need that is in no package, sorted."""
        if name not in self._folders:
            needed = [self.packages[one] for one in self.closure(name)]
            self._folders[name] = tuple(sorted({folder for one in needed for folder in (one.folder, *one.also)}))
        return self._folders[name]

    def doubts(self, name: str) -> tuple[str, ...]:
        """Why it counts as depending on every file; empty where it does not."""
        return tuple(doubt for one in self.closure(name) if (doubt := self.packages[one].doubt)) if self._doubtful else ()


def affected(ground: Ground, touched: Iterable[str]) -> dict[str, Touch]:
    """Every package that one of these paths belongs to, or that depends on such a one, with the shortest way there."""
    touched = sorted(touched)
    found: dict[str, Touch] = {}
    for path in touched:
        for name in ground.owners(path):
            found.setdefault(name, Touch(path, (name,)))
    for name, package in ground.packages.items():
        if package.doubt and touched:
            found.setdefault(name, Touch(touched[0], (name,)))
    needed_by = dependents(ground.packages)
    waiting = deque(found)
    while waiting:
        name = waiting.popleft()
        for other in needed_by.get(name, ()):
            if other not in found:
                found[other] = Touch(found[name].path, (other, *found[name].chain))
                waiting.append(other)
    return {name: found[name] for name in ground.packages if name in found}


def dependents(packages: Packages) -> Mapping[str, list[str]]:
    """Who needs each package directly."""
    found: dict[str, list[str]] = {}
    for name, package in packages.items():
        for need in package.needs:
            found.setdefault(need, []).append(name)
    return found


def find(packages: Packages, name: str) -> Package | None:
    """The package that a configuration means: by its name, or with its ecosystem in front also where that is not needed."""
    if name in packages:
        return packages[name]
    ecosystem, _, plain = name.partition(":")
    package = packages.get(plain)
    return package if package is not None and package.ecosystem == ecosystem else None


def _inner(folders: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each folder the outermost of those below it, sorted."""
    found: dict[str, list[str]] = {}
    known = set(folders)
    for folder in sorted(known - {ROOT}):
        above = folder.rpartition("/")[0]
        while above not in known and above:
            above = above.rpartition("/")[0]
        if above in known:
            found.setdefault(above, []).append(folder)
    return {folder: tuple(sorted(inner, key=lambda one: f"{one}/")) for folder, inner in found.items()}

"""The packages of a view of the files, found once for the same manifests: what was found is kept on this machine under their digest."""

from collections.abc import Callable, Mapping, Sequence
from posixpath import dirname, normpath
from typing import Any

from ftaction import __version__
from ftaction.edge.disk import DiskStore
from ftaction.edge.git import Repository
from ftaction.errors import Stop
from ftaction.model.check import Check
from ftaction.model.package import Declared, Package, Packages
from ftaction.model.run import Snapshot
from ftaction.plan.packages import find as named
from ftaction.run import noted

_MOST_LINKS = 40  # as Linux follows (path_resolution(7))


def packages_of(repository: Repository, kept: DiskStore | None, declared: Mapping[str, Declared], snapshot: Snapshot) -> Packages:
    """Raises `Stop` where what the configuration declares fits nothing."""
    from ftaction.tools.packages import counted

    paths = counted(snapshot.files)
    real = {path: _behind(path, snapshot) for path in paths} if snapshot.links else dict(zip(paths, paths, strict=True))
    files = {path: snapshot.files.get(there, "") for path, there in real.items()}
    return once(kept, declared, files, lambda: _found(repository, kept, declared, files, real))


def once(kept: DiskStore | None, declared: Mapping[str, Declared], files: Mapping[str, str], find: Callable[[], Packages]) -> Packages:
    """What `find` finds in these files, which are sorted, each with its mode and digest."""
    text = "".join(f"{content}\t{path}\n" for path, content in files.items())
    key = noted.key(f"packages {__version__} {sorted(declared.items())!r}\n{text}")
    known = noted.load(kept, key)
    if known is not None:
        return {name: _package(name, values) for name, values in known.items()}
    found = find()
    noted.save(kept, key, {name: package[1:] for name, package in found.items()})
    return found


def _behind(path: str, snapshot: Snapshot) -> str:
    """Where a link leads inside the repository; the path itself where it is none, and nothing where it leads elsewhere or in a circle."""
    for _ in range(_MOST_LINKS):
        if path not in snapshot.links:
            return path
        path = normpath(f"{dirname(path)}/{snapshot.links[path]}".lstrip("/"))
    return ""


def _found(repository: Repository, kept: DiskStore | None, declared: Mapping[str, Declared], files: Mapping[str, str], real: Mapping[str, str]) -> Packages:
    from ftaction.tools.packages import find

    def read(path: str) -> str | None:
        return repository.read(real[path])

    imports = Imports(read, kept, files, repository.root)
    found = find(list(files), read, imports.of, declared)
    imports.save()
    return found


class Imports:
    """What source files import, each content read once on this machine."""

    def __init__(self, read: Callable[[str], str | None], kept: DiskStore | None, files: Mapping[str, str], root: str) -> None:
        self._read = read
        self._kept = kept
        self._files = files
        self._place = noted.key(f"imports {__version__} {root}")
        self._old = noted.load(kept, self._place) or {}
        self._new: dict[str, Sequence[str]] = {}

    def of(self, path: str) -> Sequence[str]:
        """By the content that the snapshot has for it."""
        from ftaction.tools.packages.imports import imported

        content = f"{'go' if path.endswith('.go') else 'python'} {self._files[path].rpartition(' ')[2]}"
        if content not in self._new:
            known = self._old.get(content)
            self._new[content] = known if known is not None else imported(path, self._read(path) or "")
        return self._new[content]

    def save(self) -> None:
        """Keep what was asked, where there is something new in it."""
        if self._new.keys() - self._old.keys():
            noted.save(self._kept, self._place, self._new)


def settled(check: Check, packages: Packages) -> Check:
    """A check with its package's own name and the folder it runs in; as it is where it is bound to none. Raises `Stop` for an unknown one."""
    if check.package is None:
        return check
    package = named(packages, check.package)
    if package is None:
        raise Stop(f"checks.{check.name}.package: there is no package `{check.package}`", _nearest(check.package, packages))
    return check._replace(package=package.name, working_directory=check.working_directory or package.folder or ".")


def _package(name: str, kept: Sequence[Any]) -> Package:
    folder, ecosystem, needs, because, also, doubt = kept
    return Package(name, folder, ecosystem, tuple(needs), because, tuple(also), doubt)


def _nearest(name: str, packages: Packages) -> str:
    from difflib import get_close_matches

    plain = {one.rpartition("/")[2].rpartition(":")[2]: one for one in packages} | {one: one for one in packages}
    if broken := [package.doubt for package in packages.values() if package.doubt]:
        return f"It may be one whose manifest can't be read: {broken[0]}"
    near = get_close_matches(name, list(plain), n=1)
    listed = f"`ftaction affected` lists the {len(packages)} packages." if packages else "No package was found: declare it under `packages`."
    return f"Did you mean `{plain[near[0]]}`? {listed}" if near else listed

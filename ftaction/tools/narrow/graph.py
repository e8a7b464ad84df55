"""Who could see a file: the graph of imports, and of every other text that names a file of the repository.

Wherever a name could mean several files, it means all of them. So this graph holds what a runner's own graph holds, and more.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from posixpath import basename, dirname, normpath

from ftaction.model.narrow import Scan

_Named = dict[str, set[str]]
_OWN = (".test.", ".spec.", ".stories.", ".bench.", ".test-d.")
_RENAMED = ("@", "~", "#", "/")
_ROOT_MARK = "<rootDir>/"


class Graph:
    """`scans`: what is in each source. `root`: where bare paths may start.

    `packages`: name of a package of the repository -> its folder; either may mean any file in it.
    `configs`: sources that name folders only to say where others are to look.
    """

    def __init__(self, scans: Mapping[str, Scan], packages: Mapping[str, str], root: str, configs: Collection[str] = ()) -> None:
        self._packages = packages
        self._root = root
        self._exact: _Named = {}  # whole name -> who says it
        self._tails: _Named = {}  # the last parts of a name -> who says them
        self._folders: tuple[_Named, _Named] = ({}, {})  # the same of those who may mean all that is in a folder
        self._imported: _Named = {}  # what of whole names is imported
        self._from: _Named = {}  # package -> who imports from it
        self._seers: dict[str, set[str]] = {}
        for source, scan in scans.items():
            imports = frozenset(scan.imports)
            for text in {*scan.texts, *imports}:
                self._note(source, plain(text), text in imports, folders=source not in configs)

    def reach(self, paths: Iterable[str]) -> set[str]:
        """These files and every source that could see one of them, directly or through others."""
        found = set(paths)
        waiting = list(found)
        while waiting:
            new = self.seers(waiting.pop()) - found
            found |= new
            waiting += new
        return found

    def seers(self, path: str) -> set[str]:
        """The sources that name this file, a folder above it, or its package."""
        if path not in self._seers:
            self._seers[path] = self._find(path)
        return self._seers[path]

    def imports(self, path: str) -> bool:
        """Whether a source imports this very file by a relative path, or anything of a package that it is in."""
        above = _above(path)
        exact = any(name in self._imported for name in names_of(path))
        return exact or any(folder in above and package in self._from for package, folder in self._packages.items())

    def _find(self, path: str) -> set[str]:
        found = set[str]().union(*(_who(name, self._exact, self._tails) for name in names_of(path)))
        above = _above(path)
        if self._inside(path):
            found.update(*(_who(folder, *self._folders) for folder in above if self._inside(folder)))
        for package, folder in self._packages.items():
            if folder in above:
                found |= self._from.get(package, set()) | self._imported.get(folder, set())
        return found - {path}

    def _note(self, source: str, text: str, imported: bool, folders: bool) -> None:
        parts = [part for part in text.split("/") if part not in ("", ".", "..")]
        wide = folders and not imported and "/" in text
        if text.startswith("."):
            for name in {normpath(f"{base or '.'}/{stem}") for base in (dirname(source), self._root) for stem in stems_of(text)}:
                self._exact.setdefault(name, set()).add(source)
                if imported:
                    self._imported.setdefault(name, set()).add(source)
                if wide:
                    self._folders[0].setdefault(name, set()).add(source)
        if package_of(text) in self._packages:
            self._from.setdefault(package_of(text), set()).add(source)
        if text.startswith(".") if imported else len(parts) == 1 and "." not in parts[0]:
            return
        last = len(parts) if imported else 2 if text.startswith(_RENAMED) else 1  # only what is imported may go by another name
        for tail in {stem for at in range(last) for stem in stems_of("/".join(parts[at:]))} - {""}:
            self._tails.setdefault(tail, set()).add(source)
            if wide:
                self._folders[1].setdefault(tail, set()).add(source)

    def _inside(self, path: str) -> bool:
        return not self._root or path.startswith(self._root + "/")


def _who(name: str, exact: _Named, tails: _Named) -> set[str]:
    parts = name.split("/")
    return exact.get(name, set()).union(*(tails.get("/".join(parts[at:]), ()) for at in range(len(parts))))


def names_of(path: str) -> set[str]:
    """What a file answers to: its path, that without each of its endings, and its folder where it is the folder's index.

    `a.web.js` may be meant by `a`, a test of it not.
    """
    folder, name = dirname(path), basename(path)
    start = f"{folder}/" if folder else ""
    first = min((at for part in _OWN if (at := name.find(part)) > 0), default=0) + 1
    found = {path, *(start + name[:at] for at, char in enumerate(name) if char == "." and at >= first)}
    return found | ({folder or "."} if f"{start}index" in found else set())


def stems_of(path: str) -> set[str]:
    """The path, and that without its last ending: `./a.js` may mean `./a.ts`."""
    stem, dot, _ = path.rpartition(".")
    return {path, stem} if dot and basename(stem) not in ("", ".", "..") and "/" not in path[len(stem) :] else {path}


def package_of(text: str) -> str:
    """The package that a bare import names: two parts where it has a scope."""
    parts = text.split("/")
    return "/".join(parts[:2]) if text.startswith("@") else parts[0]


def plain(text: str) -> str:
    """Without what loaders and bundlers add to a path."""
    plain = text.rpartition("!")[2].partition("?")[0].removeprefix("file://").removeprefix(_ROOT_MARK)
    plain = plain.partition("#")[0] if not plain.startswith("#") else plain
    return plain.rstrip("/") if plain.strip("/") else plain


def _above(path: str) -> Sequence[str]:
    found = []
    while path := dirname(path):
        found.append(path)
    return found

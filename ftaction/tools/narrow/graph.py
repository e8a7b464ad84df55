"""Who could see a file: the graph of imports, and of every other text that names a file of the repository.

Wherever a name could mean several files, it means all of them. So this graph holds what a runner's own graph holds, and more.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from posixpath import basename, dirname, normpath

from ftaction.model.narrow import Scan

_OWN = (".test.", ".spec.", ".stories.", ".bench.", ".test-d.")
_ROOT_MARK = "<rootDir>/"


class Graph:
    """`scans`: what is in each source. `packages`: name of a package of the repository -> its folder. `root`: where bare paths may start.

    `configs`: sources that name folders only to say where others are to look.
    """

    def __init__(self, scans: Mapping[str, Scan], packages: Mapping[str, str], root: str, configs: Collection[str] = ()) -> None:
        self._scans = scans
        self._packages = packages
        self._root = root
        self._configs = frozenset(configs)
        self._named: dict[str, list[tuple[str, str, bool]]] = {}
        for source, scan in scans.items():
            imports = frozenset(scan.imports)
            for text in {*scan.texts, *scan.imports}:
                for key in self._keys(text):
                    self._named.setdefault(key, []).append((source, text, text in imports))

    def reach(self, paths: Iterable[str]) -> set[str]:
        """These files and every source that could see one of them, directly or through others."""
        found = set(paths)
        waiting = list(found)
        while waiting:
            for source in self.seers(waiting.pop()):
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return found

    def seers(self, path: str) -> set[str]:
        """The sources that name this file, a folder above it, or its package."""
        names = names_of(path)
        keys = {*(basename(name) for name in names), *("." for name in names if name in (dirname(path), "."))}
        found = {source for key in keys for source, text, imported in self._named.get(key, ()) if self._means(source, text, imported, names)}
        folders = _above(path)
        for folder in folders:
            for source, text, imported in self._named.get(basename(folder), ()):
                if not imported and "/" in text and source not in self._configs and self._means(source, text, False, {folder}):
                    found.add(source)
        for package, folder in self._packages.items():
            if folder in folders:
                found |= {source for source, text, _ in self._named.get(package, ()) if text == package or text.startswith(package + "/")}
        return found - {path}

    def _keys(self, text: str) -> set[str]:
        """What a literal is found by: its last part with and without its ending, the folder that it stands for, its package."""
        bare = plain(text)
        last = basename(bare)
        keys = {last, last.rpartition(".")[0]} if last not in (".", "..") else set()
        return {key for key in keys if key} | {package_of(bare)} | ({"."} if not keys else set())

    def _means(self, source: str, text: str, imported: bool, names: set[str]) -> bool:
        bare = plain(text)
        relative = bare.startswith(".")
        if relative and any(normpath(f"{folder or '.'}/{stem}") in names for folder in (dirname(source), self._root) for stem in stems_of(bare)):
            return True
        if relative and imported:
            return False
        parts = [part for part in bare.split("/") if part not in ("", ".", "..")]
        if len(parts) == 1 and not imported and "." not in parts[0]:
            return False
        tails = {stem for at in range(len(parts)) for stem in stems_of("/".join(parts[at:]))}
        return any(name == tail or name.endswith("/" + tail) for name in names for tail in tails)


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

"""Which file a module's name means, and which files import which: read from their text, and so rather too much than too little."""

import re
from collections.abc import Iterable, Iterator, Mapping

_GAP = rb"(?:[ \t]|\\\n)"
_IMPORT = re.compile(
    rb"(?:^|[;:])%b*(?:from%b*([.\w]+)%b*import%b*(\((?:[^)#]|#[^\n]*+)*+\)|(?:[^\n#;\\]|\\\n)*)|import%b+((?:[^\n#;\\]|\\\n)+))" % ((_GAP,) * 5), re.MULTILINE
)
_TEXT = re.compile(rb"""["'](\.*[^\W\d]\w*(?:\.\w+)*)[:"']""")
_BY_TEXT = re.compile(rb"\b(?:import_module|__import__|run_module|pytest_plugins)\b")  # what imports a module whose name has no dot
_BY_PATH = re.compile(rb"\b(?:spec_from_file_location|SourceFileLoader|run_path)\b")
_NAME = re.compile(rb"[\w.]+")
_INIT = "__init__.py"


class Modules:
    """The Python files of a repository by the names they may be imported under. `roots`: folders that modules are looked for in."""

    def __init__(self, paths: Iterable[str], roots: Iterable[str]) -> None:
        self._roots = tuple(dict.fromkeys(("", *(root.strip("/") for root in roots if root != "."))))
        self.named: dict[str, set[str]] = {}
        for path in paths:
            for name in self.names(path):
                self.named.setdefault(name, set()).add(path)
        self.own = frozenset(name.partition(".")[0] for name in self.named)
        self.last = frozenset(name.rpartition(".")[2] for name in self.named)

    def names(self, path: str) -> tuple[str, ...]:
        """Every dotted name that this file may be imported under, from whichever root; none for what is no module."""
        if not path.endswith((".py", ".pyi")):
            return ()
        found = []
        for root in self._roots:
            if not root or path.startswith(f"{root}/"):
                inner = path[len(root) + 1 :] if root else path
                parts = inner.rpartition(".")[0].split("/")
                parts = parts[:-1] if parts[-1] == "__init__" else parts
                if parts and all(part.isidentifier() for part in parts):
                    found.append(".".join(parts))
        return tuple(found)

    def files(self, dotted: str) -> Iterator[str]:
        """The files that importing this name runs: its own, and those of the packages around it."""
        parts = dotted.split(".")
        for count in range(len(parts), 0, -1):
            yield from self.named.get(".".join(parts[:count]), ())

    def places(self, path: str) -> Iterator[tuple[str, str]]:
        """The packages that have this file's module as an attribute, each by its file, and the attribute's name."""
        for name in self.names(path):
            package, _, own = name.rpartition(".")
            yield from ((file, own) for file in self.named.get(package, ()))

    def imported(self, path: str, content: bytes) -> set[str]:
        """The files that a file may import, wherever in it and also by names that are texts; and the packages it stands in."""
        found = {file for name in self.names(path) for file in self.files(name)}
        by_text = _BY_TEXT.search(content) is not None
        texts = {text.decode("utf-8", "replace") for text in _TEXT.findall(content) if by_text or b"." in text}
        found.update(file for text in texts for module in self.absolute(path, text) for file in self.files(module))
        for module, names, plain in _IMPORT.findall(content):
            if plain:
                wanted = [part.split()[0].decode() for part in plain.split(b",") if part.split() and _NAME.fullmatch(part.split()[0])]
                bases = {""}
            else:
                wanted = [name.decode() for name in re.findall(rb"[\w]+", names)] or [""]
                bases = set(self.absolute(path, module.decode()))
            for base in bases:
                for name in wanted:
                    found.update(self.files(f"{base}.{name}".strip(".")))
                    found.update(self.files(base) if base else ())
        return found - {path}

    def absolute(self, path: str, module: str) -> Iterator[str]:
        """What a module's name, which may begin with dots, means in this file."""
        level = len(module) - len(module.lstrip("."))
        if not level:
            yield module
            return
        for name in self.names(path):
            parts = name.split(".")
            package = parts if path.endswith(_INIT) else parts[:-1]
            kept = package[: len(package) - (level - 1)]
            yield ".".join((*kept, *([module[level:]] if module[level:] else [])))


def holds_tests(path: str) -> bool:
    """Whether a file's name says that it is a test runner's."""
    name = path.rpartition("/")[2]
    return name == "conftest.py" or (name.startswith("test_") and name.endswith(".py")) or name.endswith("_test.py")


def by_path(contents: Mapping[str, bytes]) -> list[str]:
    """Files with code that loads modules by the paths of their files."""
    return [path for path, content in contents.items() if _BY_PATH.search(content)]


def orphans(edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Modules that nobody imports."""
    imported = {file for files in edges.values() for file in files}
    return {path for path in edges if path not in imported and not holds_tests(path)}


class Graph:
    """Who imports whom, by files."""

    def __init__(self, edges: Mapping[str, Iterable[str]]) -> None:
        self._importers: dict[str, set[str]] = {}
        for importer, imported in edges.items():
            for path in imported:
                self._importers.setdefault(path, set()).add(importer)

    def reaching(self, path: str) -> set[str]:
        """Every file that imports this one, directly or not, and itself."""
        found = {path}
        waiting = [path]
        while waiting:
            for importer in self._importers.get(waiting.pop(), ()):
                if importer not in found:
                    found.add(importer)
                    waiting.append(importer)
        return found

"""Manifests as data, what they say of packages, and how a manifest that can't be read is told."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from posixpath import normpath
from typing import NamedTuple

from ftaction.tools.values import Table, table

Imports = Callable[[str], Sequence[str]]
"""The dotted names, or import paths, that a source file imports."""


class BrokenError(Exception):
    """A manifest that can't be read: file, line where there is one, and what is wrong with it."""


class Need(NamedTuple):
    """One thing that a package needs: what a package of its ecosystem calls itself, or whatever stands at `place`, a path from the root."""

    because: str
    name: str = ""
    place: str | None = None


class Found(NamedTuple):
    """A package before it is known what its needs mean. `listed`: a workspace, or the configuration, says that it is one."""

    ecosystem: str
    name: str
    folder: str
    needs: tuple[Need, ...] = ()
    listed: bool = False
    doubt: str = ""


class Sources:
    """All paths of a repository, sorted, with a way to read one and to learn what a source file imports."""

    def __init__(self, paths: Sequence[str], read: Callable[[str], str | None], imports: Imports) -> None:
        self.paths = paths
        self.imports = imports
        self._read = read
        self._toml: dict[str, Table | BrokenError] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.paths)

    @cached_property
    def _places(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.paths:
            folder, _, name = path.rpartition("/")
            if name in MANIFESTS:
                found.setdefault(name, []).append(folder)
            elif is_requirements(name):
                found.setdefault(f"requirements {folder}", []).append(path)
        return found

    def requirements(self, folder: str) -> list[str]:
        """The files of a folder that list what pip is to install."""
        return self._places.get(f"requirements {folder}", [])

    def places(self, name: str) -> list[str]:
        """The folders with a manifest of this name, sorted."""
        return sorted(self._places.get(name, []))

    def text(self, path: str) -> str:
        """Raises `BrokenError` for a file that can't be read."""
        text = self._read(path)
        if text is None:
            raise BrokenError(f"{path} can't be read")
        return text

    def toml(self, path: str) -> Table:
        """Raises `BrokenError`. Each file is parsed once."""
        if path not in self._toml:
            self._toml[path] = self._parsed(path)
        known = self._toml[path]
        if isinstance(known, BrokenError):
            raise known
        return known

    def _parsed(self, path: str) -> "Table | BrokenError":
        import tomllib

        try:
            return tomllib.loads(self.text(path))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            return BrokenError(f"{path} is not TOML: {error}")
        except BrokenError as broken:
            return broken

    def json(self, path: str, commented: bool = False) -> Table:
        """Raises `BrokenError`. `commented`: with comments and commas at the end, as TypeScript reads it."""
        import json

        text = self.text(path)
        try:
            found = json.loads(without_comments(text) if commented else text.removeprefix("\ufeff"))
        except RecursionError:
            raise BrokenError(f"{path} is nested too deep") from None
        except ValueError as error:
            raise BrokenError(f"{path} is not JSON: {error}") from None
        if not isinstance(found, dict):
            raise BrokenError(f"{path} holds no table")
        return found

    def yaml(self, path: str) -> Table:
        """Raises `BrokenError`."""
        import yaml

        try:
            found = yaml.load(self.text(path), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise BrokenError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
        if found is not None and not isinstance(found, dict):
            raise BrokenError(f"{path} holds no table")
        return found or {}


MANIFESTS = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "package.json", "pnpm-workspace.yaml", "go.mod", "go.work", "Cargo.toml"})
"""Files that say what a package is. `tsconfig.json` is read beside a `package.json`."""


def join(folder: str, path: str) -> str:
    """A path, written from a folder, from the root; it begins with `..` where it leads out of the repository."""
    joined = normpath(f"{folder}/{path}" if folder else path or ".") if not path.startswith("/") else ".."
    return "" if joined == "." else joined


def is_requirements(name: str) -> bool:
    """Whether a file of this name is one that pip reads, by custom."""
    return name.startswith("requirements") and name.endswith((".txt", ".in"))


def lists(root: str, patterns: Sequence[str], folder: str) -> bool:
    """Whether the workspace at `root` has a member in this folder. One that is only material, a fixture for example, has none."""
    from ftaction.tools.detect.node_packages import belongs
    from ftaction.tools.detect.repository import ASIDE

    if ASIDE.search(f"{root}/") or not (not root or folder.startswith(f"{root}/")):
        return False
    return belongs(folder[len(root) + 1 :] if root else folder, tuple(patterns))


def tables(data: object) -> Iterator[tuple[str, Table]]:
    """The tables of a table, by name."""
    return ((name, value) for name, value in table(data).items() if isinstance(value, dict))


def without_comments(commented: str) -> str:
    """JSON with comments and trailing commas as JSON. What stands in strings stays."""
    import re

    comment = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"  # which can be read in one way only: a text can't make this slow
    parts = re.compile(rf'"(?:\\.|[^"\\])*"|{comment}|,(?=(?:\s|{comment})*[}}\]])', re.DOTALL)
    return parts.sub(lambda match: match[0] if match[0].startswith('"') else "", commented.removeprefix("\ufeff"))

"""A repository's files as detection sees them. A file that can't be read or parsed is an empty one: detection has no errors."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from ftaction.tools.values import Table

ASIDE = re.compile(
    r"(^|/)(node_modules|vendor|third_party|testdata|fixtures?|__fixtures__|templates?|examples?|samples?|docs?|"
    r"benchmarks?|e2e|playground|tests?|__tests__|\.[^/]+)/"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """All paths (posix, from the root) and a way to read one: its text, or None."""

    paths: tuple[str, ...]
    names: frozenset[str]
    read: Callable[[str], str | None]

    parsed: Callable[[str, Callable[[str], Table]], Table]  # of a path, by a parser; each once

    def toml(self, path: str) -> Table:
        return self.parsed(path, _toml)

    def json(self, path: str) -> Table:
        return self.parsed(path, _json)

    def yaml(self, path: str) -> Table:
        return self.parsed(path, _yaml)

    def ini(self, path: str) -> dict[str, dict[str, str]]:
        return sections(self.text(path))

    def text(self, path: str) -> str:
        return (self.read(path) or "") if path in self.names else ""

    def places(self, name: str) -> tuple[str, ...]:
        """Folders that hold a file of that name ("" is the root), but not those that only show, test or vendor something."""
        folders = (path[: -len(name)].rstrip("/") for path in self.paths if path == name or path.endswith("/" + name))
        return tuple(sorted(folder for folder in folders if not ASIDE.search(folder + "/")))

    def inside(self, place: str) -> Iterable[str]:
        """Paths below a folder, from that folder."""
        start = place + "/" if place else ""
        return (path[len(start) :] for path in self.paths if path.startswith(start))


def repository_of(paths: Sequence[str], read: Callable[[str], str | None]) -> Repository:
    names = frozenset(paths)
    read_once = cache(read)

    @cache
    def parsed(path: str, parse: Callable[[str], Table]) -> Table:
        return parse(read_once(path) or "") if path in names else {}

    return Repository(paths=tuple(paths), names=names, read=read_once, parsed=parsed)


def sections(text: str) -> dict[str, dict[str, str]]:
    """An ini file's sections and their keys."""
    if not text:
        return {}
    from configparser import Error, RawConfigParser

    parser = RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except (Error, AttributeError):  # the latter for a line that continues a name without a value
        return {}
    return {section: {key: value or "" for key, value in parser.items(section)} for section in parser.sections()}


def _toml(text: str) -> Table:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _json(text: str) -> Table:
    import json

    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _yaml(text: str) -> Table:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def join(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def tables(data: object) -> tuple[Table, ...]:
    """The tables of a list, or the values of a table that are tables."""
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return tuple(item for item in items if isinstance(item, dict))

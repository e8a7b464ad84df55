"""The one matcher: which files a list of globs means. Selection and fingerprint both ask here, so they can't disagree.

`*` and `?` stay inside a folder, `**` crosses folders, `[ab]` and `{a,b}` choose, a folder means everything below it.
Positive patterns add up first, then every `!` pattern subtracts; a list with no positive one starts from every file.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

_WILD = frozenset("*?[{")


class Paths:
    """The sorted paths of a repository, ready to be asked many times: each pattern is matched once, names are looked up."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.all = paths
        self._known: dict[str, Sequence[str]] = {"": paths}
        self._files: dict[str, list[str]] = {}
        self._folders: dict[str, list[str]] = {}

    def select(self, patterns: Iterable[str]) -> list[str]:
        """The paths that the patterns mean, sorted."""
        patterns = [_plain(pattern) for pattern in patterns]
        positive = [pattern for pattern in patterns if not pattern.startswith("!")] or [""]
        negative = [compiled(pattern[1:]) for pattern in patterns if pattern.startswith("!")]
        parts = [self._matching(pattern) for pattern in positive]
        chosen = list(parts[0]) if len(parts) == 1 else sorted({path for part in parts for path in part})
        return [path for path in chosen if not any(regex.fullmatch(path) for regex in negative)] if negative else chosen

    def unmatched(self, patterns: Iterable[str]) -> list[str]:
        """The positive patterns that mean no file: most likely a misspelt path."""
        return [pattern for pattern in patterns if not pattern.startswith("!") and not self._matching(_plain(pattern))]

    def holds(self, path: str) -> bool:
        """Whether this is a file, or a folder with files."""
        return bool(self._file_or_below(path))

    def below(self, folder: str, without: Iterable[str] = ()) -> list[str]:
        """What is below a folder, taken literally, but not below `without`: folders below it, none below another, in the order of their files."""
        start, end = self._bounds(folder)
        found: list[str] = []
        for inner in without:
            first, last = self._bounds(inner)
            named = bisect_left(self.all, inner)  # a file of that name: a submodule, or what stood there before
            found += self.all[start:named]
            found += [path for path in self.all[named:first] if path != inner]
            start = last
        return [*found, *self.all[start:end]]

    def exactly(self, path: str) -> list[str]:
        """The file of this name, if there is one."""
        start = bisect_left(self.all, path)
        return [path] if start < len(self.all) and self.all[start] == path else []

    def _matching(self, pattern: str) -> Sequence[str]:
        if pattern not in self._known:
            self._known[pattern] = self._match(pattern)
        return self._known[pattern]

    def _match(self, pattern: str) -> Sequence[str]:
        prefix = literal_prefix(pattern)
        if prefix == pattern:
            return self._file_or_below(pattern)
        if pattern.startswith("**/") and "/" not in pattern[3:] and "**" not in pattern[3:]:
            return self._named(pattern[3:])
        below = self._below(prefix) if prefix else self.all
        if pattern == f"{prefix}/**":
            return below
        fullmatch = compiled(pattern).fullmatch
        return [path for path in below if fullmatch(path)]

    def _file_or_below(self, path: str) -> Sequence[str]:
        return self.exactly(path) + list(self._below(path))

    def _below(self, folder: str) -> Sequence[str]:
        start, end = self._bounds(folder)
        return self.all[start:end]

    def _bounds(self, folder: str) -> tuple[int, int]:
        if not folder:
            return 0, len(self.all)
        return bisect_left(self.all, folder + "/"), bisect_left(self.all, folder + "0")  # "0" is the character after "/"

    def _named(self, name: str) -> Sequence[str]:
        """Files of this name, or below a folder of this name, anywhere."""
        if not self._files:
            self._index()
        files, folders = (_by_name(named, name) for named in (self._files, self._folders))
        below = [self._below(folder) for found in folders for folder in found]
        return sorted({path for part in (*files, *below) for path in part})

    def _index(self) -> None:
        known: set[str] = set()
        for path in self.all:
            folder, _, name = path.rpartition("/")
            self._files.setdefault(name, []).append(path)
            while folder and folder not in known:
                known.add(folder)
                parent, _, name = folder.rpartition("/")
                self._folders.setdefault(name, []).append(folder)
                folder = parent


def _by_name(named: Mapping[str, list[str]], pattern: str) -> Iterable[list[str]]:
    if literal_prefix(pattern) == pattern:
        return [named.get(pattern, [])]
    fullmatch = compiled(pattern).fullmatch
    return [paths for name, paths in named.items() if fullmatch(name)]


def select(paths: Sequence[str], patterns: Iterable[str]) -> list[str]:
    """The same for paths that are asked once."""
    return Paths(paths).select(patterns)


def unmatched(paths: Sequence[str], patterns: Iterable[str]) -> list[str]:
    """The same for paths that are asked once."""
    return Paths(paths).unmatched(patterns)


def stays(pattern: str) -> bool:
    """Whether a positive glob has wildcards, crosses no folders, and says something of the file's name."""
    name = _plain(pattern).rpartition("/")[2]
    return not pattern.startswith("!") and literal_prefix(pattern) != _plain(pattern) and "**" not in pattern and name.strip("*.?") != ""


def literal_prefix(pattern: str) -> str:
    """The folder, or file, that a positive pattern names before its first wildcard; empty when it starts with one."""
    pattern = _plain(pattern)
    wild = next((index for index, char in enumerate(pattern) if char in _WILD), None)
    return pattern if wild is None else pattern[:wild].rpartition("/")[0]


def _plain(pattern: str) -> str:
    bang, pattern = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    pattern = pattern.removeprefix("./").rstrip("/")
    return bang + ("" if pattern in (".", "**", "**/*") else pattern)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """One pattern without `!` as a regular expression over a whole path."""
    plain = _plain(pattern)
    return re.compile(_translate(plain) + "(?:/.*)?" if plain else ".*", re.DOTALL)


def _translate(pattern: str) -> str:
    """`start`: whether a path's segment may begin here, so that `**/` means any number of folders, none too."""
    paired = _paired(pattern)
    out, index, start, braces = "", 0, True, list[bool]()
    while index < len(pattern):
        char, end = pattern[index], _class_end(pattern, index)
        if pattern.startswith("**/", index) and start:
            out, index = out + ("" if out.endswith("(?:.*/)?") else "(?:.*/)?"), index + 3
            continue
        if pattern.startswith("**", index) and start and pattern[index + 2 : index + 3] in ("", ",", "}"):
            out, index, start = out + ".*", index + 2, False  # beside other characters two stars are one: gitignore(5)
            continue
        if end:
            out, index, start = out + _class(pattern[index + 1 : end]), end + 1, False
            continue
        if char == "{" and index in paired:
            braces.append(start)
            out += "(?:"
        elif char == "}" and index in paired:
            braces.pop()
            out, start = out + ")", False
        elif char == "," and braces:
            out, start = out + "|", braces[-1]
        else:
            out, start = out + {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char)), char == "/"
        index += 1
    return out


def _paired(pattern: str) -> set[int]:
    """Where the braces stand that have a partner; others are plain characters."""
    found: set[int] = set()
    waiting: list[int] = []
    index = 0
    while index < len(pattern):
        if pattern[index] == "{":
            waiting.append(index)
        elif pattern[index] == "}" and waiting:
            found |= {waiting.pop(), index}
        index = (_class_end(pattern, index) or index) + 1
    return found


def _class_end(pattern: str, index: int) -> int:
    """Where the `[…]` ends that begins here, or 0. A `]` that stands first is one of its characters."""
    if pattern[index] != "[":
        return 0
    first = index + 2 if pattern[index + 1 : index + 2] in ("!", "^") else index + 1
    return max(0, pattern.find("]", first + 1))


def _class(body: str) -> str:
    negated = body[0] in "!^"
    rest = body[negated:]
    parts: list[str] = []
    while rest:
        if len(rest) > 2 and rest[1] == "-":
            parts += [f"{re.escape(rest[0])}-{re.escape(rest[2])}"] if rest[0] <= rest[2] else []  # a range backwards holds nothing
            rest = rest[3:]
        else:
            parts.append(re.escape(rest[0]))
            rest = rest[1:]
    if not parts:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{''.join(parts)}]"

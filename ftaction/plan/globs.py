"""The one matcher: which files a list of globs means. Selection and fingerprint both ask here, so they can't disagree.

`*` and `?` stay inside a folder, `**` crosses folders, `[ab]` and `{a,b}` choose, a folder means everything below it.
Positive patterns add up first, then every `!` pattern subtracts; a list with no positive one starts from every file.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache

_WILD = re.compile(r"[*?\[{]")


def select(paths: Sequence[str], patterns: Iterable[str]) -> list[str]:
    """The paths that the patterns mean. `paths` are sorted; so is the answer."""
    patterns = [_plain(pattern) for pattern in patterns]
    positive = [pattern for pattern in patterns if not pattern.startswith("!")] or [""]
    negative = [compiled(pattern[1:]) for pattern in patterns if pattern.startswith("!")]
    parts = [_matching(paths, pattern) for pattern in positive]
    chosen = list(parts[0]) if len(parts) == 1 else sorted({path for part in parts for path in part})
    return [path for path in chosen if not any(regex.fullmatch(path) for regex in negative)] if negative else chosen


def unmatched(paths: Sequence[str], patterns: Iterable[str]) -> list[str]:
    """The positive patterns that mean no file: most likely a misspelt path."""
    return [pattern for pattern in patterns if not pattern.startswith("!") and not _matching(paths, _plain(pattern))]


def literal_prefix(pattern: str) -> str:
    """The folder, or file, that a positive pattern names before its first wildcard; empty when it starts with one."""
    pattern = _plain(pattern)
    wild = _WILD.search(pattern)
    return pattern if wild is None else pattern[: wild.start()].rpartition("/")[0]


def _plain(pattern: str) -> str:
    bang, pattern = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    pattern = pattern.removeprefix("./").rstrip("/")
    return bang + ("" if pattern in (".", "**", "**/*") else pattern)


def _matching(paths: Sequence[str], pattern: str) -> Sequence[str]:
    if not pattern:
        return paths
    prefix = literal_prefix(pattern)
    if prefix == pattern:
        start = bisect_left(paths, pattern)
        exact = list(paths[start : start + 1]) if start < len(paths) and paths[start] == pattern else []
        return exact + list(_below(paths, pattern))
    below = _below(paths, prefix) if prefix else paths
    if pattern == f"{prefix}/**":
        return below
    fullmatch = compiled(pattern).fullmatch
    return [path for path in below if fullmatch(path)]


def _below(paths: Sequence[str], folder: str) -> Sequence[str]:
    return paths[bisect_left(paths, folder + "/") : bisect_left(paths, folder + "0")]  # "0" is the character after "/"


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """One pattern without `!` as a regular expression over a whole path."""
    return re.compile(_translate(_plain(pattern)) + "(?:/.*)?" if pattern else ".*", re.DOTALL)


def _translate(pattern: str) -> str:
    out, index, braces = "", 0, 0
    while index < len(pattern):
        char = pattern[index]
        if pattern.startswith("**/", index) and (index == 0 or pattern[index - 1] == "/"):
            out, index = out + "(?:.*/)?", index + 3
            continue
        if pattern.startswith("**", index):
            out, index = out + ".*", index + 2
            continue
        if char == "[" and (end := pattern.find("]", index + 2)) > 0:
            body = pattern[index + 1 : end].replace("\\", "\\\\")
            body = "^" + body[1:] if body[0] in "!^" else body
            out, index = out + f"(?!/)[{body}]", end + 1
            continue
        closing = char == "}" and braces > 0
        opening = char == "{" and "}" in pattern[index:]
        braces += opening - closing
        simple = {"*": "[^/]*", "?": "[^/]", "{": "(?:" if opening else r"\{", "}": ")" if closing else r"\}", ",": "|" if braces else ","}
        out, index = out + simple.get(char, re.escape(char)), index + 1
    return out

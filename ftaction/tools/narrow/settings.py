"""What a runner's settings say, read as text: they are programs, so what is not understood in them counts."""

import json
import re
from collections.abc import Sequence
from posixpath import dirname
from typing import NamedTuple

from ftaction.model.narrow import Blind, Rule, Scan, Whole
from ftaction.tools.narrow import names
from ftaction.tools.narrow.asked import Asked, Read, table
from ftaction.tools.narrow.scan import scan

COMMAND = "the command"  # what its words name counts as what settings name
_OPAQUE = frozenset({Blind.STARTS, Blind.LOADS})
_PATTERNS = re.compile(r"""\b(?:testMatch|testRegex|include|includeSource)["']?\s*:""")
_REPORTERS = re.compile(r"""\breporters?["']?\s*:""")
_BESIDE = re.compile(r"""["']?\b(?:build|coverage|server|preview|optimizeDeps)["']?\s*:\s*\{""")


class Settings(NamedTuple):
    """`scans`: what is named in each file that the runner may take settings from. `texts`: those files, as they are.

    `patterned`: whether they say themselves which files hold tests.
    """

    texts: dict[str, str]
    scans: dict[str, Scan]
    patterned: bool = False


def settings(asked: Asked, root: str, files: Sequence[str], read: Read) -> Settings:
    """From every configuration in the runner's folder, in those above it, and the one that the command names."""
    above = {root, ""}
    while root := dirname(root):
        above.add(root)
    paths = [path for path in files if path == asked.config or (names.is_config(path) and (dirname(path) in above))]
    texts = {path: text for path in paths if (text := read(path)) is not None}
    for path in (f"{folder}/package.json".lstrip("/") for folder in above):
        found = {key: value for key, value in table(read(path)).items() if key in ("jest", "vitest")}
        if found:
            texts[path] = json.dumps(found)
    texts[COMMAND] = json.dumps([part for word in asked.words[1:] for part in word.split("=")])
    relevant = {path: _relevant(text) for path, text in texts.items()}
    return Settings(texts, {path: scan(text) for path, text in relevant.items()}, any(_PATTERNS.search(text) for text in relevant.values()))


def refuse(asked: Asked, found: Settings) -> Whole | None:
    """The rule by which such settings allow no part of the suite."""
    runner = asked.runner
    if asked.config and asked.config not in found.texts:
        return Whole(Rule.CONFIGURATION, (asked.config,))
    if several := [path for path, text in found.texts.items() if runner.several.search(text)]:
        return Whole(Rule.SEVERAL_PROJECTS, tuple(several))
    limited = [path for path, text in found.texts.items() if runner.limits.search(text) or "coverageThreshold" in text or ".thresholds" in text]
    covered = asked.covers if asked.covers is not None else any(runner.covers.search(text) for text in found.texts.values())
    if limited and covered:
        return Whole(Rule.COVERAGE, tuple(limited))
    if silent := _silent(asked, found):
        return Whole(Rule.SILENT, silent)
    if opaque := [path for path, one in found.scans.items() if _OPAQUE & set(one.blind)]:
        return Whole(Rule.CONFIGURATION, tuple(opaque))
    return None


def _silent(asked: Asked, found: Settings) -> tuple[str, ...]:
    """The reporters, or who names them, where none of them would tell that no test was found."""
    if not asked.runner.telling:
        return ()
    pairs = [(word.partition("="), after) for word, after in zip(asked.words, (*asked.words[1:], ""), strict=True)]
    named = tuple(value if given else after for (option, given, value), after in pairs if option == "--reporter")
    if named:
        return () if asked.runner.telling & set(named) else named
    return tuple(path for path, text in found.texts.items() if _REPORTERS.search(text) and not asked.runner.telling & set(found.scans[path].texts))


def checks_types(asked: Asked, found: Settings) -> bool:
    """Whether the outcome depends on types, which imports at run time don't show."""
    return any(asked.runner.checks.search(text) for text in found.texts.values())


def _relevant(text: str) -> str:
    """Without what is for building and measuring: an entry of a bundle is not loaded around the tests."""
    at = 0
    while found := _BESIDE.search(text, at):
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        at = found.start()
        text = text[:at] + text[end:]
    return text

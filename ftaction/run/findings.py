"""What a check's tool said of files: read from its log and from the files that it wrote for this, kept with its record, told again when it is replayed."""

import json
import os
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from ftaction.model.ending import Passed, green
from ftaction.model.finding import Finding, Level, Source
from ftaction.model.plan import Run, earlier
from ftaction.model.run import Result
from ftaction.plan.environment import secrets
from ftaction.report import words
from ftaction.run.ground import Ground
from ftaction.run.logs import masked, read_log

if TYPE_CHECKING:
    from ftaction.tools.findings.places import Places  # imported where used: what is replayed has its places

MOST = 1000  # findings kept of one check
_LOG = 9 << 18  # bytes read of a log, a quarter of them at its beginning
_FILE = 16 << 20  # bytes read of one file of findings
_MANY = 200  # such files
_MESSAGE, _DETAIL = 2000, 8000  # characters
_RULE = 300
_MOST_KEPT = 32 << 20  # bytes
_LEVELS = {level: number for number, level in enumerate(Level)}
_WORKSPACE = "/github/workspace"  # where containers of a workflow see the repository


def told(ground: Ground, files: Collection[str], result: Result) -> Result:
    """The result with its findings, errors first. `files`: all of the repository."""
    return _read(ground, files, result) if isinstance(result.decision, Run) else _again(ground, files, result)


def _read(ground: Ground, files: Collection[str], result: Result) -> Result:
    """Of a check that passed nothing is an error."""
    if not result.log:
        return result
    from ftaction.tools.findings.places import Places

    check = ground.recognised[result.check].check
    places = Places(files, (ground.world.context.root, _WORKSPACE), os.path.normpath(check.working_directory or "."))
    passed = isinstance(result.ending, Passed)
    found: dict[Finding, None] = {}
    try:
        found.update(dict.fromkeys(_placed(one, places, passed) for one in _said(ground, result, passed)))
    except Exception as error:  # noqa: BLE001  # whatever a reader stumbles over is no reason not to judge
        found[Finding("", 0, Level.WARNING, f"its findings could not be read, a fault of ours ({type(error).__name__}: {error})")] = None
    ranked = sorted(found, key=lambda one: _LEVELS[one.level])
    return result._replace(findings=tuple(ranked[:MOST]), unread=max(0, len(ranked) - MOST))


def settled(result: Result, found: Iterable[Finding]) -> Result:
    """The result with these, errors first. Of a check that passed nothing is an error."""
    passed = green(result.ending)
    mine = dict.fromkeys(_cut(one._replace(level=Level.WARNING) if passed and one.level is Level.ERROR else one) for one in found)
    ranked = sorted(mine, key=lambda one: _LEVELS[one.level])
    return result._replace(findings=tuple(ranked[:MOST]), unread=max(0, len(ranked) - MOST))


def suggested(result: Result, patch: bytes, files: Collection[str]) -> Result:
    """Of a check that is red for what it changed: each file, where it first changes, and the diff."""
    from ftaction.tools.findings.diffs import diffs

    text = patch.decode("utf-8", "replace")
    found = [Finding(path, one.line, Level.ERROR, f"{result.check} changes this", detail=one.text) for one in diffs(text) if (path := one.label[2:]) in files]
    return result._replace(findings=(*map(_cut, found[:MOST]), *result.findings)[:MOST], unread=result.unread + max(0, len(found) - MOST))


def dumped(result: Result) -> bytes:
    """As it is kept beside the record; empty where there is nothing."""
    return json.dumps({"unread": result.unread, "findings": result.findings}, separators=(",", ":")).encode() if result.findings else b""


def _again(ground: Ground, files: Collection[str], result: Result) -> Result:
    """What was kept, where this result stands for an earlier one. It comes from a store: whatever is no finding is left out."""
    record = earlier(result.decision)
    if record is None or not record.findings or ground.memory is None:
        return result
    content = ground.memory.whole(record.findings, _MOST_KEPT)
    try:
        data = json.loads(content or b"{}")
        found = tuple(one for row in data["findings"][:MOST] for one in _finding(row, files))
        return result._replace(findings=found, unread=max(0, int(data["unread"])))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return result


def _finding(row: list[object], files: Collection[str]) -> Iterator[Finding]:
    path, line, level, message, column, end_line, end_column, rule, detail = row
    where = str(path) if path in files else ""
    first, second, third, fourth = (int(str(one)) for one in (line, column, end_line, end_column))
    if min(first, second, third, fourth) >= 0:
        yield _cut(Finding(where, first, Level(str(level)), str(message), second, third, fourth, str(rule), str(detail)))


def _said(ground: Ground, result: Result, passed: bool) -> Iterator[Finding]:
    """Everything, paths as they were printed."""
    known = ground.recognised[result.check]
    hidden = secrets(ground.world.environment)
    text = _log(result, hidden)
    sources = known.check.findings
    if sources is None:
        yield from _usual(known.tool.name.split() if known.tool else [], text, passed)
    for source in sources or ():
        yield from _from(ground, source, text, hidden, result)


def _usual(tools: Iterable[str], text: str, passed: bool) -> Iterator[Finding]:
    """By the readers of the tools that the command names; where they find nothing in what failed, by whoever's sign the text bears."""
    from ftaction.tools import findings

    named = [reader for name in tools if (reader := findings.find(name))]
    found = [one for reader in named for one in reader.read(text)]
    if not found and not passed:
        found = [one for name in findings.signed(text) if (reader := findings.find(name)) for one in reader.read(text)]
    yield from found


def _from(ground: Ground, source: Source, text: str, hidden: tuple[str, ...], result: Result) -> Iterator[Finding]:
    """By one source that the configuration names."""
    from ftaction.tools import findings

    if source.kind == "reader":
        reader = findings.find(source.name)
        yield from reader.read(text) if reader else ()
        return
    for path, content in _files(ground, source.name, hidden, since=0.0 if source.kind == "matcher" else result.started):
        try:
            yield from findings.read_file(source.kind, content, text)
        except ValueError as error:
            yield Finding(path, 0, Level.WARNING, f"can't be read as {source.kind}: {error}")


def _files(ground: Ground, pattern: str, hidden: tuple[str, ...], since: float) -> Iterator[tuple[str, str]]:
    """The files that a glob means, written since a moment on the run's clock. A link is no file: it may lead anywhere."""
    from glob import escape, glob

    root, world = ground.world.context.root, ground.world
    wall = world.now() - (world.clock() - since) - 2.0 if since else 0.0  # file systems keep times in steps of up to two seconds
    for path in sorted(glob(pattern, root_dir=root, recursive=True) or glob(escape(pattern), root_dir=root))[:_MANY]:
        try:
            descriptor = os.open(f"{root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                stat = os.fstat(descriptor)
                if os.path.realpath(f"{root}/{path}") == f"{os.path.realpath(root)}/{path}" and stat.st_mtime >= wall and stat.st_size <= _FILE:
                    yield path, masked(file.read(_FILE), hidden).decode("utf-8", "replace")
        except OSError:
            continue


def _log(result: Result, hidden: tuple[str, ...]) -> str:
    try:
        return words.log(read_log(result.log, hidden, _LOG).decode("utf-8", "replace"))
    except OSError:
        return ""


def _placed(one: Finding, places: "Places", passed: bool) -> Finding:
    path = places.find(one.path)
    message = one.message if path or not one.path else f"{one.path}:{one.line}: {one.message}" if one.line else f"{one.path}: {one.message}"
    level = Level.WARNING if passed and one.level is Level.ERROR else one.level
    return _cut(one._replace(path=path, line=one.line if path else 0, level=level, message=message))


def _cut(one: Finding) -> Finding:
    return one._replace(message=_short(one.message, _MESSAGE), detail=_short(one.detail, _DETAIL), rule=_short(one.rule, _RULE))


def _short(text: str, most: int) -> str:
    """Also without what would move a cursor or hide text: a file of findings may hold anything."""
    text = words.log(text[: most + 1])
    return text if len(text) <= most else f"{text[:most]}…"

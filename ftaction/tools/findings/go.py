"""go build, vet and test, their `-json` too.

go test names files without their folder, and the package they are of below the tests. Such a path is given as the package's import path without
what is likely the module's name: `cart/cart_test.go` for `github.com/acme/shop/cart`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ftaction.model.finding import Finding, Level
from ftaction.tools.findings import Reader
from ftaction.tools.findings.blocks import bounded, headed
from ftaction.tools.findings.documents import documents, items, word
from ftaction.tools.findings.lines import number

_BUILD = re.compile(r"^(?:vet: )?(?P<path>[^\s:][^:\n]*\.(?:go|c|h|s|mod|work)):(?P<line>\d+):(?P<column>\d+): (?P<message>\S.*)$")
_FAIL = re.compile(r"^ *--- (?P<ended>FAIL|PASS|SKIP): (?P<name>\S+) \([\d.]+s\)$")
_NOW = re.compile(r"^=== (?P<what>RUN|CONT|NAME) +(?P<name>\S+)$")
_LOG = re.compile(r"^(?P<indent> +)(?P<file>[^\s:][^:\n]*\.go):(?P<line>\d+): ?(?P<message>.*)$")
_PANIC = re.compile(r"^(?:panic|fatal error): (?P<message>.*)$")
_FRAME = re.compile(r"^\t(?P<path>/[^\n]*\.go):(?P<line>\d+)(?: \+0x[0-9a-f]+)?$")
_RUNNING = re.compile(r"^\t\t(?P<name>\S+) \([\d.ms]+\)$")
_PACKAGE = re.compile(r"^FAIL\t(?P<package>\S+)(?P<built>.*)$")
_POSITION = re.compile(r"^(?P<path>.+):(?P<line>\d+):(?P<column>\d+)$")
_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "golang.org")  # whose modules are named by three parts


class _Log(NamedTuple):
    """What a test logged at one place."""

    file: str
    line: int
    indent: str
    lines: list[str]


def read(text: str) -> Iterator[Finding]:
    """A failed test is told once, where it last logged something, or where in a test's file it panicked."""
    if '"posn":' in text and (vetted := list(_vet(text))):
        yield from vetted
        return
    tests = _Tests()
    last: Finding | None = None  # a message of the compiler, which may go on in the next lines
    more: list[str] = []
    for line in _plain(text):
        if last is None and not line:
            continue
        if last is not None and line.startswith("\t"):
            more.append(line)
            continue
        if last is not None:
            yield last._replace(detail=bounded(more))
        built, last, more = _BUILD.match(line) if ":" in line else None, None, []
        package = _PACKAGE.match(line) if line.startswith("FAIL\t") else None
        if built:
            last = Finding(built["path"], number(built["line"]), Level.ERROR, built["message"], number(built["column"]))
        elif package:
            yield from tests.ended(package["package"], not package["built"].startswith(" ["))
            tests = _Tests()
        elif line.startswith("ok  \t"):
            tests = _Tests()
        else:
            tests.line(line)
    if last is not None:
        yield last._replace(detail=bounded(more))
    yield from tests.ended("", False)


class _Tests:
    """What the tests of one package said so far."""

    def __init__(self) -> None:
        self._failed: dict[str, None] = {}
        self._logs: dict[str, list[_Log]] = {}
        self._now = ""
        self._panic: list[str] = []
        self._status = ""

    def line(self, line: str) -> None:
        if self._panic:
            self._panic.append(line)
            return
        start, logs = line[:1], self._logs.get(self._now)
        if start == " " and self._now and (log := _LOG.match(line)):
            self._logs.setdefault(self._now, []).append(_Log(log["file"], number(log["line"]), log["indent"], [log["message"]]))
        elif logs and line.startswith(logs[-1].indent + "    "):
            logs[-1].lines.append(line)
        elif start in ("-", " ") and (ended := _FAIL.match(line)):
            self._now = ended["name"]
            if ended["ended"] == "FAIL":
                self._failed[self._now] = None
        elif start == "=" and (now := _NOW.match(line)):
            self._now = now["name"]
        elif start in ("p", "f") and _PANIC.match(line):
            self._panic.append(line)
        elif line.startswith("exit status "):
            self._status = line

    def ended(self, package: str, tested: bool) -> Iterator[Finding]:
        """The findings, once it is known which package that was. `tested`: it could be built."""
        panic = _panicked(self._panic)
        if panic is not None:
            panic = panic._replace(rule=panic.rule or next(reversed(self._failed), self._now))
        parents = {name.rpartition("/")[0] for name in self._failed}
        for name in self._failed:
            logs = self._logs.get(name, [])
            if panic is not None and panic.rule == name:
                yield panic
            elif logs:
                yield _of_logs(name, logs, package)
            elif name not in parents:
                yield Finding("", 0, Level.ERROR, "failed", rule=name)
        if panic is not None and panic.rule not in self._failed:
            yield panic
        elif tested and not self._failed and panic is None:
            yield Finding("", 0, Level.ERROR, f"{package}: {self._status or 'failed'}")


def _of_logs(name: str, logs: list[_Log], package: str) -> Finding:
    last = logs[-1]
    message, detail = headed(last.lines)
    if len(logs) > 1:
        detail = bounded(f"{log.file}:{log.line}: " + "\n".join(log.lines) for log in logs)
    if message.startswith("Error Trace:"):  # testify's; what is wrong stands below it
        message = next((line.split("Error:", 1)[1].strip() for line in last.lines if line.lstrip().startswith("Error:")), message)
    folder = _folder(package)
    path = last.file if last.file.startswith("/") or not folder else f"{folder}/{last.file}"
    return Finding(path, last.line, Level.ERROR, message or "failed", rule=name, detail=detail)


def _folder(package: str) -> str:
    """Of `github.com/acme/shop/cart` it is `cart`: less than the whole path is found in a repository, more is not."""
    parts = package.split("/")
    parts = parts[3 if parts[0] in _HOSTS else 2 if "." in parts[0] else 1 :]
    if parts and re.fullmatch(r"v\d+", parts[0]):
        del parts[0]
    return "/".join(parts)


def _panicked(lines: list[str]) -> Finding | None:
    if not lines:
        return None
    message = lines[0].removesuffix(" [recovered]").removesuffix(" [recovered, repanicked]")
    running = next((found["name"] for found in map(_RUNNING.match, lines[:10]) if found), "")
    places = [
        (found["path"], number(found["line"]))
        for function, found in zip(lines, map(_FRAME.match, lines[1:]), strict=False)
        if found and not _standard(function, found["path"])
    ]
    path, line = next((place for place in places if place[0].endswith("_test.go")), places[0] if places else ("", 0))
    return Finding(path, line, Level.ERROR, message, rule=running, detail=bounded(f"{place[0]}:{place[1]}" for place in places))


def _standard(function: str, path: str) -> bool:
    """Whether a file is of Go itself or of a module that was fetched. Go's own lie in folders that are named as their package is."""
    folder, slash, rest = function.removeprefix("created by ").rpartition("/")
    package = folder + slash + rest.partition(".")[0].partition("(")[0]
    return function.startswith("panic(") or f"/src/{package}/" in path or "/pkg/mod/" in path


def _plain(text: str) -> Iterable[str]:
    """What `-json` tells of one package stands together, in the order in which packages are named first."""
    if '"Action":' not in text:
        return text.split("\n")
    lines: dict[str, list[str]] = {}
    for event in documents(text):
        if word(event, "Action") in ("output", "build-output"):
            lines.setdefault(word(event, "Package") or word(event, "ImportPath"), []).append(word(event, "Output"))
    others = (line for line in text.split("\n") if not lines or _BUILD.match(line))
    return [*others, *"".join("".join(of) for of in lines.values()).split("\n")]


def _vet(text: str) -> Iterator[Finding]:
    for document in documents(text):
        for analyses in document.values() if isinstance(document, dict) else ():
            for analysis in analyses if isinstance(analyses, dict) else ():
                for one in items(analyses, analysis):
                    found, end = _POSITION.match(word(one, "posn")), _POSITION.match(word(one, "end"))
                    if found:
                        yield Finding(
                            found["path"], number(found["line"]), Level.ERROR, word(one, "message"), number(found["column"]),
                            number(end["line"]) if end else 0, number(end["column"]) if end else 0, analysis,
                        )  # fmt: skip


READER = Reader(
    re.compile(
        r"^# [^\n]+\n(?:# \[[^\n]+\]\n)?(?:vet: )?[^\s:][^:\n]*\.\w+:\d+:\d+: |^ *--- FAIL: \S+ \([\d.]+s\)$|^FAIL\t\S+(?:\t| \[)"
        r"|^\t+\"posn\": \"|^\{\"Time\":\"[^\"\n]*\",\"Action\":\"(?:fail|build-fail)\"",
        re.MULTILINE,
    ),
    read,
)

"""The files of one state of a repository, as the makers of faults look at them."""

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from ..patch import Edit, Patch

_ASIDE = {
    "docs",
    "doc",
    "examples",
    "benchmarks",
    "scripts",
    "tools",
    "profiling",
    "bench",
    "action",
    "release",
    "tasks",
    "autoload",
    ".github",
    "typing_tests",
    "typing-examples",
}
_LONGEST = 400_000  # bytes of a file that is looked at

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A fault that could be made; `title` says in a line what it is and where."""

    title: str
    patch: Patch


class Sources:
    """`touched`: what the commit changed. Nothing that is not tracked by git is looked at."""

    def __init__(self, folder: Path, touched: Iterable[str]) -> None:
        self.folder = folder
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=folder, check=True, capture_output=True).stdout
        listed_paths = (path for path in listed.decode("utf-8", "surrogateescape").split("\0") if path)
        self.paths = sorted(path for path in listed_paths if (folder / path).is_file() and PurePosixPath(path).parts[0] not in _ASIDE)
        self.touched = frozenset(touched)
        self._trees: dict[str, ast.Module | None] = {}
        self._contents: dict[str, bytes] = {}
        self._lines: dict[str, list[int]] = {}

    def read(self, path: str) -> bytes:
        if path not in self._contents:
            self._contents[path] = (self.folder / path).read_bytes()
        return self._contents[path]

    def tree(self, path: str) -> ast.Module | None:
        """None where it is not Python of this version, or very long."""
        if path not in self._trees:
            content = self.read(path)
            try:
                self._trees[path] = ast.parse(content) if len(content) < _LONGEST else None
            except (SyntaxError, ValueError):
                self._trees[path] = None
        return self._trees[path]

    @cached_property
    def code(self) -> tuple[str, ...]:
        """Python files that are neither tests nor aside of the package."""
        return tuple(path for path in self.paths if path.endswith(".py") and not is_test(path) and "/" in path)

    @cached_property
    def tests(self) -> tuple[str, ...]:
        return tuple(path for path in self.paths if path.endswith(".py") and is_test(path))

    @cached_property
    def near(self) -> tuple[str, ...]:
        """What the commit touched, and what that imports, two steps far; of tests the imports alone."""
        modules = {name: path for path in self.code for name in dotted(path)}
        reached = {path for path in self.touched if path in self.code or path in self.tests}
        for _ in range(2):
            reached |= {modules[name] for path in reached for name in self._imports(path) if name in modules}
        return tuple(sorted(reached & set(self.code)))

    def _imports(self, path: str) -> Iterator[str]:
        tree = self.tree(path)
        package = PurePosixPath(path).parent.parts
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else ()
                module = ".".join([*above, *([node.module] if node.module else [])]).removeprefix("src.")
                yield module
                yield from (f"{module}.{alias.name}" for alias in node.names)

    def edit(self, path: str, start: int, end: int, new: bytes) -> Patch:
        old = self.read(path)[start:end]
        return Patch(edits=(Edit(path=path, at=start, old=old.decode("latin-1"), new=new.decode("latin-1")),))

    def span(self, path: str, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias) -> tuple[int, int]:
        """Where a node stands, in bytes."""
        starts = self._starts(path)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    def replaced(self, path: str, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias, new: str) -> Candidate:
        start, end = self.span(path, node)
        old = self.read(path)[start:end].decode("utf-8", "replace")
        return Candidate(title=f"{path}:{node.lineno}: {_short(old)} becomes {_short(new) or 'nothing'}", patch=self.edit(path, start, end, new.encode()))

    def before(self, path: str, statement: ast.stmt, line: str) -> Candidate:
        """A new line before a statement, indented as it is."""
        start, _ = self.span(path, statement)
        if isinstance(statement, Function | ast.ClassDef) and statement.decorator_list:
            start = self._starts(path)[statement.decorator_list[0].lineno - 1] + statement.col_offset
        indented = line.replace("\n", "\n" + " " * statement.col_offset) + "\n" + " " * statement.col_offset
        return Candidate(title=f"{path}:{statement.lineno}: new {_short(line)}", patch=self.edit(path, start, start, indented.encode()))

    def appended(self, path: str, text: str) -> Candidate:
        content = self.read(path)
        lead = "" if content.endswith(b"\n") or not content else "\n"
        return Candidate(title=f"{path}: at its end {_short(text)}", patch=self.edit(path, len(content), len(content), (lead + text).encode()))

    def text(self, path: str, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(path, node)
        return self.read(path)[start:end].decode("utf-8", "replace")

    def _starts(self, path: str) -> list[int]:
        """Where every line begins, in bytes."""
        if path not in self._lines:
            starts = self._lines[path] = [0]
            for line in self.read(path).split(b"\n"):
                starts.append(starts[-1] + len(line) + 1)
        return self._lines[path]


def is_test(path: str) -> bool:
    pure = PurePosixPath(path)
    return bool({"tests", "test"} & set(pure.parts[:-1])) or pure.name.startswith("test_") or pure.name == "conftest.py" or pure.stem.endswith("_test")


def dotted(path: str) -> list[str]:
    """The names that a file can be imported by."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return [".".join(parts[1:] if parts and parts[0] == "src" else parts)]


def functions(tree: ast.AST) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def body(function: Function) -> list[ast.stmt]:
    """Without its docstring."""
    return function.body[1:] if is_text(function.body[0]) else function.body


def is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)


def decorators(node: Function | ast.ClassDef) -> set[str]:
    """By their last name: `functools.lru_cache(None)` is `lru_cache`."""
    called = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    return {one.attr if isinstance(one, ast.Attribute) else one.id for one in called if isinstance(one, ast.Attribute | ast.Name)}


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:57] + "..."

"""Aimed at files: data, and modules that come, go, or stand in another one's way."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..patch import Patch
from .sources import Candidate, Sources, dotted, is_test

_DATA = {
    ".json", ".txt", ".ini", ".csv", ".toml", ".cfg", ".html", ".tpl", ".jinja", ".yaml", ".yml", ".xml", ".gml", ".graphml", ".gz", ".sql", ".env",
    ".metadata", ".pyi", ".ipynb", ".diff", ".flaskenv", ".dat", ".md", ".rst", "",
}  # fmt: skip
_STANDARD = ("json", "enum", "csv", "textwrap", "string", "shlex", "secrets", "colorsys", "fractions", "statistics", "html", "calendar", "graphlib", "uuid")
_NOT_DATA = {"LICENSE", "Makefile", "Dockerfile", ".gitignore"}


def _data(sources: Sources) -> Iterator[str]:
    """Files beside code or tests that are not code, and Python files that are none of the suite's modules: cases that tests read."""
    for path in sources.paths:
        pure = PurePosixPath(path)
        beside = is_test(path) or any(path.startswith(folder) for folder in _packages(sources))
        plain = pure.suffix in _DATA and pure.name not in _NOT_DATA
        case = pure.suffix == ".py" and is_test(path) and ("data" in pure.parts or "cases" in pure.parts)
        if beside and "/" in path and (plain or case) and len(sources.read(path)) < 200_000:
            yield path


def _packages(sources: Sources) -> set[str]:
    return {f"{PurePosixPath(path).parent}/" for path in sources.code if PurePosixPath(path).name == "__init__.py"}


def data_file(sources: Sources) -> Iterator[Candidate]:
    for path in _data(sources):
        content = sources.read(path)
        for number, line in enumerate(content.splitlines(keepends=True)):
            if line.strip() and number < 400:
                at = sum(map(len, content.splitlines(keepends=True)[:number]))
                yield Candidate(title=f"{path}:{number + 1}: the line is gone", patch=sources.edit(path, at, at + len(line), b""))
                break
        half = len(content) // 2
        if half:
            yield Candidate(title=f"{path}: its second half is gone", patch=sources.edit(path, half, len(content), b""))
            yield Candidate(title=f"{path}: one more byte at {half}", patch=sources.edit(path, half, half, b"x"))


def deleted_data_file(sources: Sources) -> Iterator[Candidate]:
    for path in _data(sources):
        yield Candidate(title=f"{path} is gone", patch=Patch(deletes=(path,)))


def new_data_file(sources: Sources) -> Iterator[Candidate]:
    """Where files stand that a test finds by listing their folder."""
    for path in _data(sources):
        pure = PurePosixPath(path)
        new = str(pure.with_name(f"another_{pure.name}"))
        content = sources.read(path).decode("latin-1")
        yield Candidate(title=f"{new}: like {pure.name}, but for its end", patch=Patch(writes={new: content[: len(content) // 2] + "\nx = (\n"}))


def deleted_module(sources: Sources) -> Iterator[Candidate]:
    for path in sources.code:
        if PurePosixPath(path).name not in ("__init__.py",):
            yield Candidate(title=f"{path} is gone", patch=Patch(deletes=(path,)))


def renamed_module(sources: Sources) -> Iterator[Candidate]:
    for path in sources.code:
        pure = PurePosixPath(path)
        if pure.name not in ("__init__.py", "__main__.py"):
            new = str(pure.with_name(f"{pure.stem}_renamed.py"))
            patch = Patch(writes={new: sources.read(path).decode("latin-1")}, deletes=(path,))
            yield Candidate(title=f"{path} becomes {pure.stem}_renamed.py", patch=patch)


def shadowing_package(sources: Sources) -> Iterator[Candidate]:
    """A package of the same name beside a module: the import system finds the package first."""
    for path in sources.near or sources.code:
        pure = PurePosixPath(path)
        new = f"{pure.with_suffix('')}/__init__.py"
        if pure.name not in ("__init__.py", "__main__.py") and new not in sources.paths:
            yield Candidate(title=f"{new}: an empty package before {pure.name}", patch=Patch(writes={new: ""}))
            copied = sources.read(path).decode("latin-1") + "\nraise ImportError('shadowed')\n"
            yield Candidate(title=f"{new}: a package before {pure.name} that can't be imported", patch=Patch(writes={new: copied}))


def shadowing_module(sources: Sources) -> Iterator[Candidate]:
    """A module of the standard library's name where imports look first."""
    trees = filter(None, map(sources.tree, (*sources.code, *sources.tests)))
    imported = {alias.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    folders = sorted({str(PurePosixPath(path).parent) for path in sources.tests})
    for folder in [*folders, "", "src"]:
        for name in _STANDARD:
            new = f"{folder}/{name}.py".lstrip("/")
            if name in imported and new not in sources.paths and (folder != "src" or any(path.startswith("src/") for path in sources.paths)):
                yield Candidate(title=f"{new}: before the standard library's", patch=Patch(writes={new: "raise ImportError('shadowed')\n"}))


def new_module_found(sources: Sources) -> Iterator[Candidate]:
    """What an import tried and did without is there now: optional modules."""
    ours = {name.split(".")[0] for path in sources.code for name in dotted(path)}
    for path in sources.code:
        tree = sources.tree(path)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Try) and any("Import" in ast.unparse(one) or "ModuleNotFound" in ast.unparse(one) for one in node.handlers):
                for name in _imported(node):
                    new = f"{'src/' if path.startswith('src/') else ''}{name}.py"
                    if new not in sources.paths and name not in ours:
                        yield Candidate(title=f"{new}: an optional module is there", patch=Patch(writes={new: "raise RuntimeError('another one')\n"}))


def _imported(within: ast.AST) -> Iterator[str]:
    for node in ast.walk(within):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        yield from (name.split(".")[0] for name in names)


FILES = (
    data_file, deleted_data_file, new_data_file, deleted_module, renamed_module, shadowing_package, shadowing_module, new_module_found,
)  # fmt: skip

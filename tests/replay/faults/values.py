"""Aimed at what no function runs: values that are made when a module or a class is."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from .constants import inside, other
from .sources import Candidate, Sources, decorators, functions, is_text

_ENUMS = {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"}
_FIELDS = {"dataclass", "define", "frozen", "s", "attrs", "mutable"}


def _modules(sources: Sources, *, all_of_them: bool = False) -> Iterator[tuple[str, ast.Module]]:
    for path in sources.code if all_of_them else sources.near or sources.code:
        tree = sources.tree(path)
        if tree:
            yield path, tree


def _value(statement: ast.stmt) -> ast.expr | None:
    return statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None


def _name(statement: ast.stmt) -> str:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target] if isinstance(statement, ast.AnnAssign) else []
    return targets[0].id if targets and isinstance(targets[0], ast.Name) else ""


def _others(sources: Sources, path: str, value: ast.expr) -> Iterator[Candidate]:
    for node in inside(value):
        yield sources.replaced(path, node, other(node) or "None")


def module_constant(sources: Sources) -> Iterator[Candidate]:
    for path, tree in _modules(sources):
        for statement in tree.body:
            value = _value(statement)
            if value is not None and not _name(statement).startswith("__"):
                yield from _others(sources, path, value)


def data_module(sources: Sources) -> Iterator[Candidate]:
    """Modules that hold next to nothing but values."""
    for path, tree in _modules(sources, all_of_them=True):
        values = [statement for statement in tree.body if _value(statement) is not None]
        if values and not any(functions(tree)) and not any(isinstance(node, ast.ClassDef) for node in tree.body):
            for statement in values:
                value = _value(statement)
                if value is not None and _name(statement) != "__all__":
                    yield from _others(sources, path, value)


def class_attribute(sources: Sources) -> Iterator[Candidate]:
    for path, owner in _classes(sources):
        for statement in owner.body if not _bases(owner) & _ENUMS else ():
            value = _value(statement)
            if value is not None:
                yield from _others(sources, path, value)


def enum_member(sources: Sources) -> Iterator[Candidate]:
    for path, owner in _classes(sources, all_of_them=True):
        for statement in owner.body if _bases(owner) & _ENUMS else ():
            value = _value(statement)
            if value is not None:
                yield sources.replaced(path, statement, "pass")
                yield from _others(sources, path, value)


def record_field(sources: Sources) -> Iterator[Candidate]:
    """Of dataclasses and what is like them: another default, or none."""
    for path, owner in _classes(sources, all_of_them=True):
        for statement in owner.body if decorators(owner) & _FIELDS or "NamedTuple" in _bases(owner) else ():
            if isinstance(statement, ast.AnnAssign):
                yield sources.replaced(path, statement, "pass")
                if statement.value is not None:
                    yield sources.replaced(path, statement, f"{ast.unparse(statement.target)}: {ast.unparse(statement.annotation)}")


def default_argument(sources: Sources) -> Iterator[Candidate]:
    for path, tree in _modules(sources):
        for function in functions(tree):
            for default in (*function.args.defaults, *(one for one in function.args.kw_defaults if one)):
                if (new := other(default)) is not None:
                    yield sources.replaced(path, default, new)


def runtime_annotation(sources: Sources) -> Iterator[Candidate]:
    """Some libraries read them; so do tests."""
    for path, tree in _modules(sources):
        for function in functions(tree):
            for argument in (*function.args.args, *function.args.kwonlyargs):
                if argument.annotation is not None and argument.arg not in ("self", "cls"):
                    yield sources.replaced(path, argument.annotation, "complex")


def docstring(sources: Sources) -> Iterator[Candidate]:
    """Help texts and doctests are made of them."""
    for path, tree in _modules(sources):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module) and node.body and is_text(node.body[0]):
                text = sources.text(path, node.body[0])
                yield sources.replaced(path, node.body[0], text.replace(">>> ", ">>> 1 + ", 1) if ">>> " in text else repr("Another text."))


def exported_names(sources: Sources) -> Iterator[Candidate]:
    """`__all__` without one of its names."""
    for path, tree in _modules(sources, all_of_them=True):
        for statement in tree.body:
            value = _value(statement)
            if _name(statement) == "__all__" and isinstance(value, ast.List | ast.Tuple):
                for position in range(len(value.elts)):
                    yield sources.replaced(path, value, repr([ast.literal_eval(one) for index, one in enumerate(value.elts) if index != position]))


def re_export(sources: Sources) -> Iterator[Candidate]:
    """An `__init__` that hands on one name fewer, or None in its place."""
    for path, tree in _modules(sources, all_of_them=True):
        for statement in tree.body if PurePosixPath(path).name == "__init__.py" else ():
            if isinstance(statement, ast.ImportFrom) and statement.module != "__future__" and all(alias.name != "*" for alias in statement.names):
                for alias in statement.names:
                    yield sources.appended(path, f"\n{alias.asname or alias.name} = None\n")
            elif isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
                yield sources.replaced(path, statement, "pass")


def pattern(sources: Sources) -> Iterator[Candidate]:
    """A regular expression or another object that is made once from text."""
    for path, tree in _modules(sources, all_of_them=True):
        for statement in tree.body:
            value = _value(statement)
            if isinstance(value, ast.Call):
                for argument in value.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield sources.replaced(path, argument, "r" + repr("x" + argument.value).replace("\\\\", "\\"))


def _classes(sources: Sources, *, all_of_them: bool = False) -> Iterator[tuple[str, ast.ClassDef]]:
    for path, tree in _modules(sources, all_of_them=all_of_them):
        yield from ((path, node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _bases(owner: ast.ClassDef) -> set[str]:
    return {base.attr if isinstance(base, ast.Attribute) else base.id for base in owner.bases if isinstance(base, ast.Attribute | ast.Name)}


VALUES = (
    module_constant, data_module, class_attribute, enum_member, record_field, default_argument,
    runtime_annotation, docstring, exported_names, re_export, pattern,
)  # fmt: skip

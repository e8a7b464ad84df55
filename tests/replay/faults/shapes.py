"""Aimed at how code hangs together: what is registered, inherited, kept, looked up by name or run elsewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from .sources import Candidate, Function, Sources, body, decorators, functions

_KEPT = {"lru_cache", "cache", "cached_property", "memoize"}
_INNOCENT = {"overload", "abstractmethod", "override", "final"}
_DUNDERS = {
    "__eq__": "def __eq__(self, other): return False", "__bool__": "def __bool__(self): return False",
    "__len__": "def __len__(self): return 0", "__hash__": "__hash__ = None", "__iter__": "def __iter__(self): return iter(())",
    "__str__": "def __str__(self): return 'another'", "__repr__": "def __repr__(self): return 'another'",
    "__contains__": "def __contains__(self, one): return True", "__getattribute__": "def __getattribute__(self, name): raise AttributeError(name)",
    "__reduce__": "def __reduce__(self): raise TypeError('not kept')", "__enter__": "def __enter__(self): return None",
    "__init_subclass__": "def __init_subclass__(cls, **more): raise TypeError('no subclass')", "__slots__": "__slots__ = ('another',)",
}  # fmt: skip
_BY_NAME = re.compile(r"(visit|do|get|handle|parse|convert|format|read|write|process|on|test|cmd|render|load|dump)_\w+")


def _modules(sources: Sources, *, everywhere: bool = True) -> Iterator[tuple[str, ast.Module]]:
    for path in sources.code if everywhere else sources.near or sources.code:
        tree = sources.tree(path)
        if tree:
            yield path, tree


def _classes(sources: Sources) -> Iterator[tuple[str, ast.ClassDef]]:
    for path, tree in _modules(sources, everywhere=False):
        yield from ((path, node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _broken(sources: Sources, path: str, function: Function) -> Iterator[Candidate]:
    """The function raises, or answers nothing."""
    statement = body(function)[0] if body(function) else None
    if statement is not None and statement.lineno > function.lineno:
        yield sources.before(path, statement, "return None")
        yield sources.before(path, statement, f"raise RuntimeError({function.name!r})")


def lost_decorator(sources: Sources) -> Iterator[Candidate]:
    """What registers, wraps or parametrises at import does so no more."""
    for path, tree in _modules(sources, everywhere=False):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not decorators(node) & _INNOCENT:
                for decorator in node.decorator_list:
                    yield sources.replaced(path, decorator, "(lambda one: one)")


def registration(sources: Sources) -> Iterator[Candidate]:
    """A call or an assignment to an element that stands at module level."""
    for path, tree in _modules(sources):
        for statement in tree.body:
            called = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            entered = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript | ast.Attribute)
            if called or entered or isinstance(statement, ast.AugAssign | ast.For):
                yield sources.replaced(path, statement, "pass")


def decorator_body(sources: Sources) -> Iterator[Candidate]:
    """Functions of this repository that are used as decorators run when modules are imported."""
    used = {name for _, tree in _modules(sources) for node in ast.walk(tree) if isinstance(node, Function | ast.ClassDef) for name in decorators(node)}
    for path, tree in _modules(sources):
        for function in functions(tree):
            if function.name in used:
                yield from _broken(sources, path, function)


def memoised(sources: Sources) -> Iterator[Candidate]:
    """Behind `lru_cache` and its kind, or with a module's own dictionary or global that keeps results."""
    for path, tree in _modules(sources):
        kept = {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)}
        for function in functions(tree):
            if decorators(function) & _KEPT or any(_keeps(node, kept) for node in ast.walk(function)):
                yield from _broken(sources, path, function)
                for node in ast.walk(function):
                    if isinstance(node, ast.Return) and node.value is not None:
                        yield sources.replaced(path, node, "return None")


def _keeps(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Global):
        return True
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    return isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id in names


def elsewhere(sources: Sources) -> Iterator[Candidate]:
    """What runs in another process, if at all: `__main__`, the guarded end of a module, scripts that tests start."""
    for path in (*sources.code, *(path for path in sources.paths if path.startswith("docs_src/") and path.endswith(".py"))):
        tree = sources.tree(path)
        if tree is None or not tree.body:
            continue
        if PurePosixPath(path).name == "__main__.py" or path.startswith("docs_src/"):
            yield sources.before(path, tree.body[-1], "raise SystemExit(9)")
        for statement in tree.body:
            if isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test):
                yield sources.before(path, statement.body[0], "raise SystemExit(9)")
        for function in functions(tree) if re.search(rb"subprocess|os\.fork|multiprocessing|ProcessPool", sources.read(path)) else ():
            yield from _broken(sources, path, function)


def new_dunder(sources: Sources) -> Iterator[Candidate]:
    for path, owner in _classes(sources):
        there = {node.name for node in owner.body if isinstance(node, Function)}
        for name, line in _DUNDERS.items():
            if name not in there and owner.body[-1].lineno > owner.lineno:
                yield sources.before(path, owner.body[-1], line)


def new_override(sources: Sources) -> Iterator[Candidate]:
    """A subclass gets a method of its own where it had its parent's."""
    classes = {node.name: node for _, tree in _modules(sources) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for path, owner in _classes(sources):
        mine = {node.name for node in owner.body if isinstance(node, Function)}
        for base in (ast.unparse(one).split(".")[-1] for one in owner.bases):
            for method in classes[base].body if base in classes else ():
                if isinstance(method, Function) and method.name not in mine and owner.body[-1].lineno > owner.lineno and not method.decorator_list:
                    yield sources.before(path, owner.body[-1], f"def {method.name}(self, *args, **more): return None")


def exception_base(sources: Sources) -> Iterator[Candidate]:
    for path, tree in _modules(sources):
        for owner in ast.walk(tree):
            if isinstance(owner, ast.ClassDef) and len(owner.bases) == 1 and re.search("Error|Exception|Exit|Abort|Warning", owner.name):
                for new in ("BaseException", "KeyError", "Exception"):
                    if ast.unparse(owner.bases[0]) != new:
                        yield sources.replaced(path, owner.bases[0], new)


def name_looked_up(sources: Sources) -> Iterator[Candidate]:
    """Methods that are often found by a name that is put together: another name."""
    for path, tree in _modules(sources):
        if re.search(rb"getattr\(", sources.read(path)) is None:
            continue
        for owner in ast.walk(tree):
            for method in owner.body if isinstance(owner, ast.ClassDef) else ():
                if isinstance(method, Function) and _BY_NAME.fullmatch(method.name) and not method.decorator_list:
                    start, end = sources.span(path, method)
                    text = sources.read(path)[start:end].decode("utf-8", "replace")
                    new = text.replace(f"def {method.name}", f"def another_{method.name}", 1)
                    yield sources.replaced(path, method, new)


def lazy_import(sources: Sources) -> Iterator[Candidate]:
    """Imports inside of functions, and a module's own `__getattr__`."""
    for path, tree in _modules(sources):
        for function in functions(tree):
            if function in tree.body and function.name in ("__getattr__", "__dir__"):
                yield from _broken(sources, path, function)
            for node in function.body:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.ImportFrom):
                        yield sources.replaced(path, inner, f"{inner.names[0].asname or inner.names[0].name} = None")


def import_guard(sources: Sources) -> Iterator[Candidate]:
    """What is decided once, at import: the branches of `if` and `try` at module level."""
    for path, tree in _modules(sources):
        for statement in tree.body:
            if isinstance(statement, ast.If) and "TYPE_CHECKING" not in ast.unparse(statement.test) and "__name__" not in ast.unparse(statement.test):
                yield sources.replaced(path, statement.test, f"(not ({ast.unparse(statement.test)}))")
            elif isinstance(statement, ast.Try):
                yield sources.before(path, statement.body[0], "raise ImportError")


SHAPES = (
    lost_decorator, registration, decorator_body, memoised, elsewhere, new_dunder, new_override,
    exception_base, name_looked_up, lazy_import, import_guard,
)  # fmt: skip

"""What loading a module may do to others: which of its calls run code of the repository, and which act on the whole process."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ftaction.plan.selection.acting import stated
from ftaction.plan.selection.classes import keeps_lists
from ftaction.plan.selection.code import Code, Place
from ftaction.plan.selection.mentions import below
from ftaction.plan.selection.pieces import Kind, Piece, brought, dotted

_READING = frozenset(
    [
        *("as_posix", "bit_length", "casefold", "capitalize", "copy", "count", "decode", "encode", "endswith", "end", "exists", "expandtabs", "find"),
        *("findall", "finditer", "format", "fullmatch", "get", "group", "groupdict", "groups", "hex", "index", "is_absolute", "is_dir", "is_file"),
        *("isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isdisjoint", "isidentifier", "islower", "isnumeric", "isspace", "issubset"),
        *("issuperset", "istitle", "isupper", "items", "join", "joinpath", "keys", "lower", "lstrip", "match", "most_common", "partition", "relative_to"),
        *("removeprefix", "removesuffix", "replace", "resolve", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "search", "span", "split"),
        *("splitlines", "start", "startswith", "strip", "sub", "swapcase", "title", "total_seconds", "translate", "upper", "values", "with_suffix"),
        *("intersection", "union", "difference", "symmetric_difference", "mro"),
    ]
)
"""Methods of Python's own objects that change nothing."""

_CHANGING = frozenset(["__import__", "delattr", "eval", "exec", "globals", "locals", "next", "setattr", "vars"])
"""Built-in functions that may change what they are handed, or hand out what can be changed."""

_MAKING = ("__init__", "__new__", "__post_init__", "__call__", "__set_name__", "__init_subclass__")

_TELLING = frozenset(
    [
        *("write", "flush", "close", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "sleep", "collect", "echo", "secho"),
        *("exit", "print_exc", "print_exception"),
    ]
)
"""Functions of what is outside that tell something: no other test's outcome rests on them."""

_OF_FILES = frozenset(["os", "shutil", "tempfile", "pathlib", "subprocess", "io", "time", "contextlib", "functools", "itertools", "operator", "struct"])
"""Modules of Python's own that act on files and programs, but for these:"""

_OF_THE_PROCESS = frozenset(
    [
        *("os.environ", "os.putenv", "os.unsetenv", "os.chdir", "os.umask", "time.tzset", "tempfile.tempdir"),
        *("sys.modules", "sys.path", "sys.meta_path", "sys.path_hooks", "warnings.filters"),
    ]
)


def runs_own_code(code: Code, path: str, name: str) -> bool:
    """Whether a call by this dotted name of a file runs code of the repository, which may do anything to anybody; no name: who knows."""
    first, _, rest = name.partition(".")
    origin = code.bound_by_import(path, first)
    if origin is not None and not origin.files:
        return False
    if not first or (origin is None and not code.defines((path,), first)):
        return first in _CHANGING or not hasattr(builtins, first) if first else rest not in _READING
    file, pieces = code.find(path, name)
    if pieces:
        return any(_does_more(code, file, piece) for piece in pieces)
    leaf = name.rpartition(".")[2]
    return not rest or leaf not in _READING or bool(methods(code, leaf))


def may_be_called(code: Code, path: str, name: str) -> bool:
    """Whether what is handed to a call is a function or class of the repository whose call runs anything."""
    file, pieces = code.find(path, name)
    return any(_does_more(code, file, piece) for piece in pieces)


def _does_more(code: Code, path: str, piece: Piece, depth: int = 8) -> bool:
    """Whether calling it runs anything: a class without code of its own only fills an object."""
    if piece.kind is Kind.FUNCTION or not depth or keeps_lists(code, path, piece):
        return True
    of = code.outline(path)
    if of and any(f"{piece.name}.{name}" in of.named for name in _MAKING):
        return True
    bases = [code.find(path, base) for base in piece.bases]
    return any(_does_more(code, file, base, depth - 1) for file, found in bases for base in found if base is not piece)


def methods(code: Code, name: str) -> list[tuple[str, Piece]]:
    """Every method of this name in the repository."""
    outlines = [(path, code.outline(path)) for path in code.mentioning(name)]
    return [(path, piece) for path, of in outlines if of for piece in of.methods.get(name, ())]


def altered(code: Code, path: str, name: str) -> Iterator[Place | None]:
    """All names of modules that an object has which stands behind a dotted name of this file; None for one from elsewhere.

    Modules are not changed by a call.
    """
    first, _, rest = name.partition(".")
    origin = code.bound_by_import(path, first)
    if origin is None:
        if code.defines((path,), first):
            yield path, first
    elif origin.files and not origin.name:
        for file, inner in code.inside(origin, rest) if rest else ():
            yield (file, inner.partition(".")[0])
            yield from altered(code, file, inner)
    elif origin.files:
        yield path, first
        for file in origin.files:
            yield from altered(code, file, origin.name)
    else:
        yield None


def acts_outside(code: Code, path: str, name: str) -> bool:
    """Whether a function, or what it calls by its name, changes something outside of the repository, for the whole process."""
    waiting = [(path, name)]
    known = set[int]()
    while waiting:
        file, pieces = code.find(*waiting.pop())
        for piece in pieces if not known.issuperset(map(id, pieces)) else ():
            known.add(id(piece))
            nodes = [node for part in getattr(piece.node, "body", ()) for node in below(part)]
            local = {bound: f"{module}.{one}".strip(".") for node in nodes for level, module, one, bound in brought(node) if not level}
            if any(of_the_process(code, file, one, local) for node in nodes for one in stated(node)):
                return True
            calls = {dotted(node.func) for node in nodes if isinstance(node, ast.Call)}
            waiting += [(file, f"{piece.scope}.{one.partition('.')[2]}" if one.startswith(("self.", "cls.")) else one) for one in calls]
    return False


def of_the_process(code: Code, path: str, name: str, local: Mapping[str, str] = MappingProxyType({})) -> bool:
    """Whether a dotted name that is asked to do something stands for what is the whole process's. `local`: what imports in a function bring."""
    first, _, rest = name.partition(".")
    origin = code.bound_by_import(path, first)
    elsewhere = f"{origin.module}.{origin.name}" if origin and not origin.files else ""
    whole = local.get(first, elsewhere)
    module, _, inner = ".".join(part for part in (*whole.split("."), rest) if part).partition(".")
    if not whole or module in code.modules.own or name.rpartition(".")[2] in _TELLING:
        return False
    return module not in _OF_FILES or f"{module}.{inner.partition('.')[0]}" in _OF_THE_PROCESS

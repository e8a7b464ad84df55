"""What loading a module may do to others: which of its calls run code of the repository, and which act on the whole process."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ftaction.plan.selection.acting import stated
from ftaction.plan.selection.classes import keeps_lists
from ftaction.plan.selection.code import Code, Place
from ftaction.plan.selection.mentions import below
from ftaction.plan.selection.pieces import Kind, Piece, beginning, brought, dotted

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

_VALUES = frozenset(
    [
        *("Decimal", "Fraction", "NewType", "ParamSpec", "Path", "PurePath", "TypeVar", "bool", "bytes", "compile", "float", "frozenset", "getLogger"),
        *("int", "len", "max", "min", "namedtuple", "object", "range", "sorted", "str", "sum", "timedelta", "tuple"),
    ]
)
"""Calls whose result nothing changes, and that does nothing to others."""

_VERBS = (
    *("add", "append", "basicConfig", "chdir", "clear", "dictConfig", "disable", "enable", "fileConfig", "filter", "insert", "install", "patch", "pop"),
    *("put", "register", "remove", "reset", "seed", "set", "signal", "simplefilter", "tzset", "umask", "un", "update"),
)
"""How the names of functions begin that change something, even where somebody keeps what they give back."""

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
    return not rest or leaf not in _READING or _is_method(code, leaf)


def may_be_called(code: Code, path: str, name: str) -> bool:
    """Whether what is handed to a call is a function or class of the repository whose call runs anything."""
    file, pieces = code.find(path, name)
    return any(_does_more(code, file, piece) for piece in pieces)


def may_act(code: Code, path: str, name: str) -> bool:
    """Whether what is mentioned is an object, which may do something where it is asked for an attribute, an item, or by an operator."""
    return any(map(_is_object, _given(code, path, name.partition(".")[0])))


def _given(code: Code, path: str, name: str, depth: int = 8) -> list[ast.stmt]:
    """The statements that give this name of a file its value, wherever they stand."""
    origin = code.bound_by_import(path, name)
    if origin is not None:
        return [one for file in origin.files if origin.name and depth for one in _given(code, file, origin.name, depth - 1)]
    of = code.outline(path)
    return [piece.node for piece in (of.pieces if of else ()) if piece.kind is Kind.STATEMENT and not piece.scope and name in piece.binds]


def _is_object(statement: ast.stmt) -> bool:
    """Whether a statement gives a name something that was made by a call, but for what nothing can change."""
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    while isinstance(value, ast.Attribute | ast.Subscript):
        value = value.value
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] not in _VALUES


def _does_more(code: Code, path: str, piece: Piece, depth: int = 8) -> bool:
    """Whether calling it runs anything: a class without code of its own only fills an object."""
    if piece.kind is Kind.FUNCTION or not depth or keeps_lists(code, path, piece):
        return True
    of = code.outline(path)
    if of and any(f"{piece.name}.{name}" in of.named for name in _MAKING):
        return True
    bases = [code.find(path, base) for base in piece.bases]
    return any(_does_more(code, file, base, depth - 1) for file, found in bases for base in found if base is not piece)


def _is_method(code: Code, name: str) -> bool:
    """Whether a class of the repository has a method of this name."""
    return any(name in of.methods for path in code.mentioning(name) if (of := code.outline(path)))


def altered(code: Code, path: str, name: str) -> Iterator[Place]:
    """All names of modules that an object of the repository has which stands behind a dotted name of this file. Modules are not changed by a call."""
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


def acts_outside(code: Code, path: str, name: str) -> bool:
    """Whether a function, or what it calls by its name, changes something outside of the repository, for the whole process."""
    waiting = [(path, name)]
    known = set[Place]()
    while waiting:
        file, pieces = code.find(*waiting.pop())
        for piece in pieces if pieces and (file, pieces[0].name) not in known else ():
            nodes = [node for part in getattr(piece.node, "body", ()) for node in below(part)]
            local = {bound: f"{module}.{one}".strip(".") for node in nodes for level, module, one, bound in brought(node) if not level}
            for node in nodes:
                local |= _aliases(code, file, node, local)
            if any(_is_of_the_process(code, file, node, local) for node in nodes):
                return True
            calls = {dotted(node.func) for node in nodes if isinstance(node, ast.Call)}
            waiting += [(file, f"{piece.scope}.{one.partition('.')[2]}" if one.startswith(("self.", "cls.")) else one) for one in calls]
        known.update((file, piece.name) for piece in pieces)
    return False


def _aliases(code: Code, path: str, node: ast.AST, local: Mapping[str, str]) -> dict[str, str]:
    """A name for something from elsewhere, or for what a function of it gave: no class, whose objects are nobody else's."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            given = beginning(value)
            elsewhere = _elsewhere(code, path, given, local)
            own = isinstance(value, ast.Call) and given.rpartition(".")[2][:1].isupper()
            return {name: elsewhere} if elsewhere and not own else {}
        case _:
            return {}


def _is_of_the_process(code: Code, path: str, node: ast.AST, local: Mapping[str, str]) -> bool:
    asked = [(one, isinstance(node, ast.Attribute)) for one in stated(node)]
    asked += [(dotted(node.func), False)] if isinstance(node, ast.Call) and changes(dotted(node.func)) else []
    return any(of_the_process(code, path, name, assigned=assigned, local=local) for name, assigned in asked)


def changes(name: str) -> bool:
    """Whether a call by this name is one that changes something, whoever keeps its result."""
    return name.rpartition(".")[2].startswith(_VERBS)


def of_the_process(code: Code, path: str, name: str, *, assigned: bool = False, local: Mapping[str, str] = MappingProxyType({})) -> bool:
    """Whether a dotted name that is asked to do something, or `assigned`, stands for what is the whole process's. `local`: names of a function."""
    whole = _elsewhere(code, path, name, local)
    module, _, inner = whole.partition(".")
    if not whole or module in code.modules.own or name.rpartition(".")[2] in _TELLING:
        return False
    return assigned or module not in _OF_FILES or f"{module}.{inner.partition('.')[0]}" in _OF_THE_PROCESS


def _elsewhere(code: Code, path: str, name: str, local: Mapping[str, str]) -> str:
    """What a dotted name is called where it comes from; empty where that is the repository."""
    first, _, rest = name.partition(".")
    origin = code.bound_by_import(path, first) if first not in local else None
    whole = local.get(first, f"{origin.module}.{origin.name}" if origin and not origin.files else "")
    if not whole and origin is None and first not in local:
        aliases = {bound: of for node in _given(code, path, first) for bound, of in _aliases(code, path, node, {first: ""}).items()}
        whole = aliases.get(first, "")
    return ".".join(part for part in (*whole.split("."), rest) if part) if whole else ""

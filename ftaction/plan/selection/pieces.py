"""What can change by itself of a Python file: a function, a class, a statement, each with what it binds and mentions."""

import ast
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from ftaction.plan.selection.mentions import Mentions, below, mentions
from ftaction.plan.selection.scopes import binding, own, parameters

Function = ast.FunctionDef | ast.AsyncFunctionDef
_HIDDEN = ast.Lambda | ast.GeneratorExp  # what runs as a unit of its own without a name

_PURE = frozenset(
    [
        *("abstractmethod", "asynccontextmanager", "cache", "cached_property", "classmethod", "contextmanager", "dataclass", "deprecated", "final"),
        *("fixture", "lru_cache", "overload", "override", "property", "runtime_checkable", "setter", "staticmethod", "total_ordering", "wraps"),
    ]
)
"""Decorators that change nothing but what they decorate, unless the repository has one that is called so."""


class Names(NamedTuple):
    """Of a file. `foreign`: those that stand for modules from elsewhere, and for nothing else. `own`: for what this repository defines."""

    foreign: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


class Kind(StrEnum):
    """What a piece is."""

    FUNCTION = "function"
    CLASS = "class"  # its name, bases and decorators; what stands in its body are pieces of their own
    IMPORT = "import"
    DOCUMENTATION = "documentation"  # of a module or class; that of a function is a part of it
    STATEMENT = "statement"


class Piece:
    """One piece. `scope` is the class it stands in, "" in the module; `name` is qualified, "" for what is neither function nor class."""

    def __init__(self, kind: Kind, scope: str, node: ast.stmt, names: Names) -> None:
        self.kind = kind
        self.scope = scope
        self.node = node
        self.own_name = node.name if isinstance(node, Function | ast.ClassDef) else ""
        self.name = f"{scope}.{self.own_name}" if scope and self.own_name else self.own_name
        self._names = names

    @cached_property
    def documentation(self) -> str:
        """What a function says of itself."""
        return (ast.get_docstring(self.node, clean=False) or "") if isinstance(self.node, Function) else ""

    @cached_property
    def head(self) -> str:
        """What is run where it stands, the same text where it means the same."""
        return "\n".join((self.bare_head, *(ast.dump(node) for node in self._annotations)))

    @cached_property
    def bare_head(self) -> str:
        """The same without annotations."""
        return "\n".join((self._kinds, *(ast.dump(node) for node in self._head)))

    @property
    def _kinds(self) -> str:
        """What a function or class is and of what kind its parameters are, which the parts of its head do not show."""
        match self.node:
            case ast.FunctionDef(args=of) | ast.AsyncFunctionDef(args=of):
                counted = (
                    len(of.posonlyargs),
                    len(of.args),
                    of.vararg,
                    len(of.kwonlyargs),
                    of.kwarg,
                    len(of.defaults),
                    [one is None for one in of.kw_defaults],
                )
                return f"{type(self.node).__name__} {[one.arg if isinstance(one, ast.arg) else one for one in counted]}"
            case ast.ClassDef() as node:
                return f"{len(node.decorator_list)} {len(node.bases)}"
            case _:
                return ""

    @property
    def annotation(self) -> str:
        """Its annotations, the same text where they mean the same."""
        return "\n".join(ast.dump(node) for node in self._annotations)

    @property
    def annotates(self) -> Sequence[str]:
        """The name that a statement annotates."""
        return [self.node.target.id] if isinstance(self.node, ast.AnnAssign) and isinstance(self.node.target, ast.Name) else []

    @property
    def only_annotates(self) -> bool:
        """Whether it gives nothing a value."""
        return isinstance(self.node, ast.AnnAssign) and self.node.value is None and bool(self.annotates)

    @cached_property
    def body(self) -> str:
        """What is run when it is called."""
        return "\n".join(ast.dump(node) for node in self._body)

    @cached_property
    def mentioned(self) -> Mentions:
        """By what is run where it stands, but for annotations."""
        return mentions(self._head, self._names.foreign, self._own)

    @cached_property
    def decorating(self) -> Mentions:
        """By its decorators."""
        return mentions(self.decorators, self._names.foreign)

    @cached_property
    def annotated(self) -> Mentions:
        """By its annotations: nobody notices them who does not ask."""
        return mentions(self._annotations, self._names.foreign)

    @cached_property
    def _defaults(self) -> Sequence[ast.expr]:
        return [one for one in (*self.node.args.defaults, *self.node.args.kw_defaults) if one] if isinstance(self.node, Function) else []

    @property
    def defaults(self) -> Sequence[ast.expr]:
        """Defaults that something runs for."""
        return [one for one in self._defaults if not isinstance(one, ast.Constant | ast.Name)]

    @cached_property
    def _own(self) -> frozenset[int]:
        return own([self.node] if isinstance(self.node, Function) else self._head)

    @cached_property
    def mentioned_inside(self) -> Mentions:
        """By its body."""
        return mentions(self._body, self._names.foreign, self._own)

    @cached_property
    def decorators(self) -> Sequence[ast.expr]:
        """Those of a function or class."""
        return self.node.decorator_list if isinstance(self.node, Function | ast.ClassDef) else []

    @cached_property
    def acting(self) -> Sequence[ast.expr]:
        """The decorators that may change more than what they decorate."""
        return [one for one in self.decorators if not self._is_pure(dotted(one.func if isinstance(one, ast.Call) else one))]

    def _is_pure(self, name: str) -> bool:
        own = name.partition(".")[0] in self._names.own and not name.endswith(".setter")
        return (name.rpartition(".")[2] in _PURE and not own) or ".mark." in name

    @cached_property
    def bases(self) -> Sequence[str]:
        """Those of a class, as dotted names; empty for what is none."""
        return [dotted(base) for base in self.node.bases] if isinstance(self.node, ast.ClassDef) else []

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names that it gives a meaning in its scope."""
        return frozenset(bound(self.node))

    @cached_property
    def units(self) -> frozenset[str]:
        """Units of a trace that its code is: of a function itself, of a compound statement all that it holds."""
        if isinstance(self.node, Function):
            return frozenset([self.name])
        return frozenset(name for top in self._head for name in _units(top, self.scope))

    @cached_property
    def _head(self) -> Sequence[ast.AST]:
        match self.node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() as node:
                return [*node.decorator_list, *(ast.arg(one.arg) for one in parameters(node.args)), *self._defaults, *getattr(node, "type_params", ())]
            case ast.ClassDef() as node:
                return [*node.decorator_list, *node.bases, *node.keywords, *getattr(node, "type_params", ())]
            case ast.AnnAssign() as node:
                return [node.target, *([node.value] if node.value else [])]
            case node:
                return [node]

    @cached_property
    def _annotations(self) -> Sequence[ast.AST]:
        match self.node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() as node:
                found = [*(one.annotation for one in parameters(node.args)), node.returns]
                return [_annotation(one) if one else ast.Constant(None) for one in found]
            case ast.AnnAssign() as node:
                return [_annotation(node.annotation)]
            case _:
                return []

    @cached_property
    def _body(self) -> Sequence[ast.stmt]:
        if not isinstance(self.node, Function):
            return []
        return self.node.body[1:] if self.documentation else self.node.body


def _annotation(node: ast.expr) -> ast.expr:
    """As it is, or as the code that its text is."""
    try:
        return ast.parse(node.value, mode="eval").body if isinstance(node, ast.Constant) and isinstance(node.value, str) else node
    except (SyntaxError, ValueError):
        return node


def _units(node: ast.AST, scope: str) -> Iterator[str]:
    if isinstance(node, _HIDDEN):
        yield from (f"{scope}.{name}" if scope else name for name in ("<lambda>", "<genexpr>"))
    inner = scope
    if isinstance(node, Function | ast.ClassDef):
        inner = f"{scope}.{node.name}" if scope else node.name
        yield inner
    if not isinstance(node, Function):
        for child in ast.iter_child_nodes(node):
            yield from _units(child, inner)


def brought(node: ast.AST) -> Iterator[tuple[int, str, str, str]]:
    """Level, module, name and what it is called here, for each name of an import statement."""
    match node:
        case ast.Import(names=aliases):
            yield from ((0, alias.name, "", alias.asname or alias.name.partition(".")[0]) for alias in aliases)
        case ast.ImportFrom(module=module, names=aliases, level=level):
            yield from ((level, module or "", alias.name, alias.asname or alias.name) for alias in aliases)
        case _:
            return


def dotted(node: ast.AST) -> str:
    """`a.b.c` as it is written; empty for what is no name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            inner = dotted(value)
            return f"{inner}.{name}" if inner else ""
        case ast.Subscript(value=value):
            return dotted(value)
        case _:
            return ""


def beginning(node: ast.AST) -> str:
    """The dotted name that an expression begins with: `logging.getLogger` of `logging.getLogger(name).setLevel`."""
    while not (name := dotted(node)) and isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return name


def calls(node: ast.AST) -> bool:
    """Whether anything is called in it."""
    return any(isinstance(one, ast.Call) for one in below(node))


def bound(node: ast.AST) -> Iterator[str]:
    """Names bound by a statement in its own scope: what functions and classes in it bind is theirs."""
    if name := binding(node):
        yield name
    if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from bound(child)

"""A Python file as the pieces that can change by themselves: functions, classes, statements, each with what it binds and mentions."""

import ast
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property

from ftaction.plan.selection.mentions import Mentions, below, mentions

Function = ast.FunctionDef | ast.AsyncFunctionDef
_HIDDEN = ast.Lambda | ast.GeneratorExp  # what runs as a unit of its own without a name


class Kind(StrEnum):
    """What a piece is."""

    FUNCTION = "function"
    CLASS = "class"  # its name, bases and decorators; what stands in its body are pieces of their own
    IMPORT = "import"
    DOCUMENTATION = "documentation"  # of a module or class; that of a function is a part of it
    STATEMENT = "statement"


class Piece:
    """One piece. `scope` is the class it stands in, "" in the module; `name` is qualified, "" for what is neither function nor class."""

    def __init__(self, kind: Kind, scope: str, node: ast.stmt, foreign: frozenset[str]) -> None:
        self.kind = kind
        self.scope = scope
        self.node = node
        self.own_name = node.name if isinstance(node, Function | ast.ClassDef) else ""
        self.name = f"{scope}.{self.own_name}" if scope and self.own_name else self.own_name
        self._foreign = foreign

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
        return mentions(self._head, self._foreign)

    @cached_property
    def decorating(self) -> Mentions:
        """By its decorators."""
        return mentions(self.decorators, self._foreign)

    @cached_property
    def annotated(self) -> Mentions:
        """By its annotations: nobody notices them who does not ask."""
        return mentions(self._annotations, self._foreign)

    @cached_property
    def mentioned_inside(self) -> Mentions:
        """By its body."""
        return mentions(self._body, self._foreign)

    @cached_property
    def decorators(self) -> Sequence[ast.expr]:
        """Those of a function or class."""
        return self.node.decorator_list if isinstance(self.node, Function | ast.ClassDef) else []

    @cached_property
    def bases(self) -> Sequence[str]:
        """Those of a class, as dotted names."""
        return [name for base in self.node.bases if (name := dotted(base))] if isinstance(self.node, ast.ClassDef) else []

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names that it gives a meaning in its scope."""
        return frozenset(_bound(self.node))

    @cached_property
    def units(self) -> frozenset[str]:
        """Units of a trace that its code is: of a function itself, of a compound statement all that it holds."""
        if isinstance(self.node, Function):
            return frozenset([self.name])
        inside = [node for top in self._head for node in below(top)]
        names = {node.name for node in inside if isinstance(node, Function | ast.ClassDef)}
        names |= {"<lambda>", "<genexpr>"} if any(isinstance(node, _HIDDEN) for node in inside) else set()
        return frozenset(f"{self.scope}.{name}" if self.scope else name for name in names)

    @cached_property
    def _head(self) -> Sequence[ast.AST]:
        match self.node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() as node:
                defaults = [one for one in (*node.args.defaults, *node.args.kw_defaults) if one]
                return [*node.decorator_list, *(ast.arg(one.arg) for one in _arguments(node.args)), *defaults]
            case ast.ClassDef() as node:
                return [*node.decorator_list, *node.bases, *node.keywords]
            case ast.AnnAssign() as node:
                return [node.target, *([node.value] if node.value else [])]
            case node:
                return [node]

    @cached_property
    def _annotations(self) -> Sequence[ast.AST]:
        match self.node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() as node:
                found = [*(one.annotation for one in _arguments(node.args)), node.returns]
                return [one or ast.Constant(None) for one in found]
            case ast.AnnAssign() as node:
                return [node.annotation]
            case _:
                return []

    @cached_property
    def _body(self) -> Sequence[ast.stmt]:
        if not isinstance(self.node, Function):
            return []
        return self.node.body[1:] if self.documentation else self.node.body


class Outline:
    """The pieces of one file, in their order."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces

    @cached_property
    def named(self) -> dict[str, list[Piece]]:
        """Functions and classes by qualified name; several where a name is given twice."""
        found: dict[str, list[Piece]] = {}
        for piece in self.pieces:
            if piece.name:
                found.setdefault(piece.name, []).append(piece)
        return found

    def mentioning(self, name: str) -> list[Piece]:
        """The pieces that may mention it, in any way."""
        return [self.pieces[number] for number in sorted({*self._mentioning.get(name, ()), *self._mentioning[""]})]

    @cached_property
    def _mentioning(self) -> dict[str, list[int]]:
        """The numbers of the pieces that mention each name; under no name of those that may mean any."""
        found: dict[str, list[int]] = {"": []}
        for number, piece in enumerate(self.pieces):
            parts = (piece.mentioned, piece.mentioned_inside, piece.annotated)
            for name in {name for part in parts for names in (part.bare, part.attributes, part.imported, part.texts) for name in names}:
                found.setdefault(name, []).append(number)
            if any(part.wild for part in parts):
                found[""].append(number)
        return found

    @cached_property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """The import statements of the module's own body."""
        return [node for piece in self.pieces for node in below(piece.node) if not piece.own_name and isinstance(node, ast.Import | ast.ImportFrom)]


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


def outline(content: bytes, own: frozenset[str]) -> Outline:
    """Of a file's bytes. `own`: the top-level names that the repository's own modules have. Raises `SyntaxError` or `ValueError`."""
    try:
        tree = ast.parse(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return Outline(list(_pieces(tree.body, "", _foreign(tree, own))))


def _arguments(of: ast.arguments) -> list[ast.arg]:
    return [one for one in (*of.posonlyargs, *of.args, of.vararg, *of.kwonlyargs, of.kwarg) if one]


def _pieces(body: Sequence[ast.stmt], scope: str, foreign: frozenset[str]) -> Iterator[Piece]:
    for number, node in enumerate(body):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield Piece(Kind.FUNCTION, scope, node, foreign)
            case ast.ClassDef():
                piece = Piece(Kind.CLASS, scope, node, foreign)
                yield piece
                yield from _pieces(node.body, piece.name, foreign)
            case ast.Import() | ast.ImportFrom():
                yield Piece(Kind.IMPORT, scope, node, foreign)
            case ast.Expr(value=ast.Constant(value=str())) if number == 0:
                yield Piece(Kind.DOCUMENTATION, scope, node, foreign)
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                pass
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), orelse=[]):
                pass  # never run
            case _:
                yield Piece(Kind.STATEMENT, scope, node, foreign)


def _bound(node: ast.AST) -> Iterator[str]:
    """Names bound by a statement in its own scope: what functions and classes in it bind is theirs."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
            return
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
            yield name
        case ast.Lambda():
            return
        case _:
            pass
    for child in ast.iter_child_nodes(node):
        yield from _bound(child)


def _foreign(tree: ast.Module, own: frozenset[str]) -> frozenset[str]:
    """Names that stand for modules from outside of the repository, and for nothing else."""
    names: dict[str, bool] = {}
    for node in below(tree):
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    top = alias.name.partition(".")[0]
                    name = alias.asname or top
                    names[name] = names.get(name, True) and top not in own
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names[name] = False
            case _:
                pass
    return frozenset(name for name, is_foreign in names.items() if is_foreign)

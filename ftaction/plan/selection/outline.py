"""A Python file as its pieces."""

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from ftaction.plan.selection.mentions import below
from ftaction.plan.selection.pieces import Function, Kind, Names, Piece, bound


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

    @cached_property
    def methods(self) -> frozenset[str]:
        """The own names of functions of classes."""
        return frozenset(piece.own_name for piece in self.pieces if piece.scope and piece.kind is Kind.FUNCTION)

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


@lru_cache(maxsize=8192)  # a run is compared with several earlier ones, which share nearly all files
def outline(content: bytes, own: frozenset[str]) -> Outline:
    """Of a file's bytes. `own`: the top-level names that the repository's own modules have. Raises `SyntaxError` or `ValueError`."""
    try:
        tree = ast.parse(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return Outline(list(_pieces(tree.body, "", _names(tree, own))))


def _pieces(body: Sequence[ast.stmt], scope: str, names: Names) -> Iterator[Piece]:
    for number, node in enumerate(body):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield Piece(Kind.FUNCTION, scope, node, names)
            case ast.ClassDef():
                piece = Piece(Kind.CLASS, scope, node, names)
                yield piece
                yield from _pieces(node.body, piece.name, names)
            case ast.Import() | ast.ImportFrom():
                yield Piece(Kind.IMPORT, scope, node, names)
            case ast.Expr(value=ast.Constant(value=str())) if number == 0:
                yield Piece(Kind.DOCUMENTATION, scope, node, names)
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                pass
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), orelse=[]):
                pass  # never run
            case _:
                yield Piece(Kind.STATEMENT, scope, node, names)


def _names(tree: ast.Module, own: frozenset[str]) -> Names:
    foreign: dict[str, bool] = {}
    ours = {name for top in tree.body if isinstance(top, Function | ast.ClassDef | ast.Assign | ast.AnnAssign) for name in bound(top)}
    for node in below(tree):
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    top = alias.name.partition(".")[0]
                    name = alias.asname or top
                    foreign[name] = foreign.get(name, True) and top not in own
                    ours |= {name} if top in own else set()
            case ast.ImportFrom(names=aliases, level=level, module=module) if level or (module or "").partition(".")[0] in own:
                ours |= {alias.asname or alias.name for alias in aliases}
                foreign |= {alias.asname or alias.name: False for alias in aliases}
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                foreign[name] = False
            case _:
                pass
    return Names(frozenset(name for name, is_foreign in foreign.items() if is_foreign), frozenset(ours))

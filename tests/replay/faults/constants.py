"""Another value in the place of one that stands in the code."""

import ast
from collections.abc import Iterator


def other(node: ast.expr) -> str | None:
    """Python text of another value of the same kind; None where none comes to mind."""
    match node:
        case ast.Constant(value=bool() as value):
            return str(not value)
        case ast.Constant(value=int() | float() as value):
            return repr(value + 1)
        case ast.Constant(value=str() as value):
            return repr("x" + value if value else "x")
        case ast.Constant(value=bytes() as value):
            return repr(b"x" + value)
        case ast.Constant(value=None):
            return "0"
        case ast.List(elts=[_, *rest]) | ast.Set(elts=[_, *rest]) | ast.Tuple(elts=[_, *rest]):
            return _without_first(node, rest)
        case _:
            return None


def _without_first(node: ast.List | ast.Set | ast.Tuple, rest: list[ast.expr]) -> str | None:
    texts = ", ".join(ast.unparse(one) for one in rest)
    match node:
        case ast.List():
            return f"[{texts}]"
        case ast.Set():
            return f"{{{texts}}}" if rest else "set()"
        case ast.Tuple():
            return f"({texts},)" if rest else "()"


def inside(value: ast.expr) -> Iterator[ast.expr]:
    """The values in a literal, and itself: keys and elements of any depth, arguments of a call."""
    for node in ast.walk(value):
        if isinstance(node, ast.Lambda | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp | ast.JoinedStr):
            return
        if isinstance(node, ast.expr) and other(node) is not None:
            yield node

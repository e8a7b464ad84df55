"""Random faults: small mutations of any code near a commit."""

import ast
from collections.abc import Iterator

from .constants import other
from .sources import Candidate, Sources, body, functions, is_text

_COMPARED = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
_COUNTED: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "*", ast.BitOr: "&", ast.BitAnd: "|",
}  # fmt: skip


def _nodes(sources: Sources) -> Iterator[tuple[str, ast.AST]]:
    for path in sources.near or sources.code:
        tree = sources.tree(path)
        for function in functions(tree) if tree else ():
            for statement in body(function):
                yield from ((path, node) for node in ast.walk(statement))


def comparison(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            new = f"{ast.unparse(node.left)} {_COMPARED[type(node.ops[0])]} {ast.unparse(node.comparators[0])}"
            yield sources.replaced(path, node, f"({new})")


def arithmetic(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.BinOp) and type(node.op) in _COUNTED:
            yield sources.replaced(path, node, f"({ast.unparse(node.left)} {_COUNTED[type(node.op)]} {ast.unparse(node.right)})")


def logic(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.BoolOp):
            joint = " or " if isinstance(node.op, ast.And) else " and "
            yield sources.replaced(path, node, "(" + joint.join(f"({ast.unparse(one)})" for one in node.values) + ")")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield sources.replaced(path, node, f"({ast.unparse(node.operand)})")


def condition(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.If | ast.While | ast.IfExp) and not (isinstance(node, ast.While) and isinstance(node.test, ast.Constant)):
            yield sources.replaced(path, node.test, f"(not ({ast.unparse(node.test)}))")


def constant(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.Constant) and (new := other(node)) is not None and not isinstance(node.value, str):
            yield sources.replaced(path, node, f"({new})" if isinstance(node.value, int | float) else new)


def text(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.Call | ast.Return | ast.Assign):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.Constant) and isinstance(child.value, str):
                    yield sources.replaced(path, child, other(child) or "''")


def returned(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.Return) and node.value is not None:
            yield sources.replaced(path, node, "return 0" if isinstance(node.value, ast.Constant) and node.value.value is None else "return None")


def deleted_statement(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.Raise | ast.Continue | ast.Break) and not is_text(node):
            yield sources.replaced(path, node, "pass")


def raised(sources: Sources) -> Iterator[Candidate]:
    for path in sources.near or sources.code:
        tree = sources.tree(path)
        for function in functions(tree) if tree else ():
            for statement in body(function)[:1]:
                if statement.lineno > function.lineno:
                    yield sources.before(path, statement, f"raise RuntimeError({function.name!r})")


def swapped_arguments(sources: Sources) -> Iterator[Candidate]:
    for path, node in _nodes(sources):
        if isinstance(node, ast.Call) and len(node.args) >= 2 and not any(isinstance(one, ast.Starred) for one in node.args[:2]):
            first, second, *rest = map(ast.unparse, node.args)
            if first != second:
                words = [second, first, *rest, *(ast.unparse(one) for one in node.keywords)]
                yield sources.replaced(path, node, f"{ast.unparse(node.func)}({', '.join(words)})")


RANDOM = (comparison, arithmetic, logic, condition, constant, text, returned, deleted_statement, raised, swapped_arguments)

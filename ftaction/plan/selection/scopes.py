"""Which names in a piece of code are a function's own, and so stand for nothing outside of it."""

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def own(top: ast.AST) -> frozenset[int]:
    """The nodes below that are such names, by their `id()`. What a function imports is not its own: it stands for what it was imported from."""
    return frozenset(_own(top, frozenset()))


def _own(node: ast.AST, bound: frozenset[str]) -> Iterator[int]:
    """`bound`: what the functions around give a meaning."""
    if isinstance(node, ast.Name | ast.arg) and (node.id if isinstance(node, ast.Name) else node.arg) in bound:
        yield id(node)
    if isinstance(node, Function):
        inner = _bound_by(node, bound)
    elif isinstance(node, _COMPREHENSION):
        inner = bound | {name for generator in node.generators for name in _stored(generator.target)}
        yield from _own(node.generators[0].iter, bound)  # which is run outside of it
    else:
        inner = bound
    first = node.generators[0].iter if isinstance(node, _COMPREHENSION) else None
    for child in _parts(node):
        if child is not first:
            yield from _own(child, inner if _runs_inside(node, child) else bound)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.comprehension):
            yield from ast.iter_child_nodes(child)
        else:
            yield child


def _runs_inside(node: ast.AST, child: ast.AST) -> bool:
    """Defaults, annotations and decorators of a function are run outside of it."""
    return not isinstance(node, Function) or isinstance(child, ast.stmt) or (isinstance(node, ast.Lambda) and child is node.body)


def _bound_by(function: Function, bound: frozenset[str]) -> frozenset[str]:
    arguments = function.args
    names = {one.arg for one in (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg) if one}
    others = set[str]()
    for node in _of_scope(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.ExceptHandler(name=str() as name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name) | ast.MatchMapping(rest=str() as name):
                names.add(name)
            case ast.alias(name=name, asname=other):
                others.add(other or name.partition(".")[0])
            case ast.Global(names=outer):
                others.update(outer)
            case _:
                pass
    return (bound | names) - others


def _of_scope(function: Function) -> Iterator[ast.AST]:
    """What runs in a function itself, not in those that are defined in it."""
    waiting: list[ast.AST] = list(function.body) if isinstance(function.body, list) else [function.body]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef | _COMPREHENSION):
            waiting += ast.iter_child_nodes(node)
        elif isinstance(node, _COMPREHENSION):
            yield from (one.target for one in ast.walk(node) if isinstance(one, ast.NamedExpr))


def _stored(target: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))

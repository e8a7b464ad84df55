"""Which names in a piece of code are a function's own, and so stand for nothing outside of it."""

import ast
from collections.abc import Iterable, Iterator

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def own(tops: Iterable[ast.AST]) -> frozenset[int]:
    """The nodes below these that are such names, by their `id()`. What a function imports is not its own: it stands for what it was imported from."""
    return frozenset(one for top in tops for one in _own(top, frozenset()))


def parameters(of: ast.arguments) -> list[ast.arg]:
    """Of every kind."""
    return [one for one in (*of.posonlyargs, *of.args, of.vararg, *of.kwonlyargs, of.kwarg) if one]


def binding(node: ast.AST) -> str:
    """The name that this node by itself gives a meaning; empty where it gives none."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return name
        case ast.alias(name=name, asname=other):
            return other or name.partition(".")[0]
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
            return name
        case ast.MatchMapping(rest=str() as name):
            return name
        case _:
            return ""


def _own(node: ast.AST, bound: frozenset[str]) -> Iterator[int]:
    """`bound`: what the functions around give a meaning."""
    if isinstance(node, ast.Name | ast.arg) and (node.id if isinstance(node, ast.Name) else node.arg) in bound:
        yield id(node)
    inner, first = bound, None
    if isinstance(node, _FUNCTION):
        inner = _bound_by(node, bound)
    elif isinstance(node, _COMPREHENSION):
        inner = bound | {name for generator in node.generators for name in _stored(generator.target)}
        first = node.generators[0].iter  # which is run outside of it
    for child in _parts(node):
        yield from _own(child, inner if child is not first and _runs_inside(node, child) else bound)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.comprehension):
            yield from ast.iter_child_nodes(child)
        else:
            yield child


def _runs_inside(node: ast.AST, child: ast.AST) -> bool:
    """Defaults, annotations and decorators of a function are run outside of it."""
    return not isinstance(node, _FUNCTION) or isinstance(child, ast.stmt) or (isinstance(node, ast.Lambda) and child is node.body)


def _bound_by(function: _FUNCTION, bound: frozenset[str]) -> frozenset[str]:
    names = {one.arg for one in parameters(function.args)}
    others = set[str]()
    for node in _of_scope(function):
        if isinstance(node, ast.Global):
            others.update(node.names)
        elif name := binding(node):
            (others if isinstance(node, ast.alias) else names).add(name)
    return (bound | names) - others


def _of_scope(function: _FUNCTION) -> Iterator[ast.AST]:
    """What runs in a function itself, not in those that are defined in it."""
    waiting: list[ast.AST] = list(function.body) if isinstance(function.body, list) else [function.body]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _FUNCTION | ast.ClassDef | _COMPREHENSION):
            waiting += ast.iter_child_nodes(node)
        elif isinstance(node, _COMPREHENSION):
            yield from (one.target for one in ast.walk(node) if isinstance(one, ast.NamedExpr))


def _stored(target: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))

"""What is run where it stands: by a statement, a decorator, a default, while the module is loaded."""

import ast
from collections.abc import Iterator

from ftaction.plan.selection.meaning import Found
from ftaction.plan.selection.mentions import arguments
from ftaction.plan.selection.pieces import Function, beginning, dotted

_SETTING = ("setattr", "delattr")
_HARMLESS = frozenset(["pytest.importorskip", "warnings.warn"])
"""Functions from elsewhere that change nothing which outlasts the statement."""


def effects(found: Found, top: ast.AST) -> None:
    """What it calls, and what it does besides giving a name a value. What stands behind `__name__ == "__main__"` no import runs."""
    if _only_as_program(top):
        return
    for node in run_at_once(top):
        match node:
            case ast.Call(func=func):
                found.add("passed", filter(None, map(dotted, arguments(node))))
                found.add("called", [dotted(func) or f"{beginning(func)}.{func.attr if isinstance(func, ast.Attribute) else ''}"])
            case ast.Expr(value=ast.Call() as call):
                found.add("handed", (name for one in arguments(call) if (name := beginning(one))))
                found.add("assigned", map(dotted, call.args[:1] if dotted(call.func) in _SETTING else ()))
            case ast.Attribute(attr=attribute, ctx=ast.Store() | ast.Del()):
                found.add("attributes", [attribute])
                found.add("assigned", [dotted(node)])
            case ast.Attribute() | ast.Name(ctx=ast.Load()):
                found.add("used", filter(None, [dotted(node)]))
            case ast.For() | ast.AsyncFor() | ast.While() | ast.With() | ast.AsyncWith():
                found.add("stated", [""])  # these ask their objects to do something
            case ast.Raise() | ast.Assert() | ast.Await():
                found.whole = found.whole or "statement"
            case ast.ClassDef():
                found.add("bases", map(dotted, node.bases))
            case _:
                pass
        found.add("stated", stated(node))


def stated(node: ast.AST) -> list[str]:
    """What a node asks to do something whose result nobody has, or changes where it stands, by the name that it begins with."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return []
        case ast.Expr(value=ast.Call(func=func)) if dotted(func) in _HARMLESS:
            return []
        case ast.Expr(value=value):
            return [beginning(value.func if isinstance(value, ast.Call) else value)]
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            return [beginning(node)]
        case ast.AugAssign(target=target):
            return [beginning(target)]
        case _:
            return []


def run_at_once(top: ast.AST) -> Iterator[ast.AST]:
    """Everything below that runs where it stands: of functions their decorators and defaults alone."""
    if isinstance(top, Function | ast.Lambda):
        defaults = (*top.args.defaults, *(one for one in top.args.kw_defaults if one))
        inner: list[ast.expr] = [*defaults, *(top.decorator_list if isinstance(top, Function) else ())]
        for node in inner:
            yield from run_at_once(node)
        return
    yield top
    for child in ast.iter_child_nodes(top):
        yield from run_at_once(child)


def _only_as_program(node: ast.AST) -> bool:
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]), orelse=[]):
            return True
        case _:
            return False

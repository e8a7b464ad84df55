"""What code does to objects where it stands: a statement, a decorator, a default."""

import ast
from collections.abc import Iterator

from ftaction.plan.selection.meaning import Found
from ftaction.plan.selection.mentions import arguments, below
from ftaction.plan.selection.pieces import Function, beginning, dotted

_HARMLESS = frozenset(["pytest.importorskip", "warnings.warn"])
"""Functions from elsewhere that change nothing which outlasts the statement."""


def effects(found: Found, top: ast.AST, handed_on: str = "called") -> None:
    """`handed_on`: what a function becomes that is handed to a call: by a statement that is new it may be called now."""
    acts: set[str] = set()
    nodes, program = list(run_at_once(top)), _only_as_program(top)
    statements = {id(node.value) for node in nodes if isinstance(node, ast.Expr) and not program}
    for node in nodes:
        match node:
            case ast.Call():
                acts |= _call(found, node, handed_on, "stated" if id(node) in statements else "altered")
            case ast.Attribute(value=value, attr=attribute, ctx=ast.Store() | ast.Del()):
                acts |= _changed(found, value, "stated")
                found.add("attributes", (attribute,))
                found.add("patched", (dotted(node),))
            case ast.Subscript(value=ast.Call(func=ast.Name(id="globals" | "vars" | "locals")), ctx=ast.Store() | ast.Del()):
                found.whole = found.whole or "any name"
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                acts |= _changed(found, value, "stated")
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add("altered", (name,))
            case ast.Raise() | ast.Await():
                found.whole = found.whole or "statement"
            case _:
                pass
    found.add("acts", acts if not program else ())
    if isinstance(top, ast.expr) and not isinstance(top, ast.Call):  # a decorator without arguments is called all the same
        name = dotted(top)
        found.add("called", (name,) if name else ())
        found.add("altered", (name.rpartition(".")[0],) if "." in name else ())


def _call(found: Found, call: ast.Call, handed_on: str, how: str) -> set[str]:
    """Returns the first part of the name of what is acted on: nothing where the call's result is what counts."""
    name = dotted(call.func)
    found.add("called", (name,) if name else ())
    found.add(handed_on, (each for each in map(dotted, arguments(call)) if each))
    found.add("altered", (each for each in (dotted(one.value if isinstance(one, ast.Starred) else one) for one in arguments(call)) if each))
    if isinstance(call.func, ast.Attribute):
        _changed(found, call.func.value, how)
    acts = {_root(call.func)} if how == "stated" and name not in _HARMLESS else set()
    if name in ("setattr", "delattr") and call.args:
        acts |= _changed(found, call.args[0], "stated")
        match call.args:
            case [target, ast.Constant(value=str() as attribute), *_]:
                found.add("attributes", (attribute,))
                found.add("patched", (f"{dotted(target)}.{attribute}",))
    return acts


def _changed(found: Found, value: ast.expr, how: str) -> set[str]:
    """The object that this stands for may be changed; returns the first part of its name."""
    name, root = dotted(value), _root(value)
    if name:
        found.add(how, (name,))
    else:  # what a call gave
        found.add("chained", (called for node in below(value) if isinstance(node, ast.Call) and (called := dotted(node.func))))
        found.add(how, (root,) if root else ())
    return {root}


def _root(node: ast.AST) -> str:
    """The first name of an expression that asks something of something."""
    return beginning(node).partition(".")[0]


def _only_as_program(node: ast.AST) -> bool:
    """Whether it is what stands behind `if __name__ == "__main__"`."""
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]), orelse=[]):
            return True
        case _:
            return False


def run_at_once(top: ast.AST) -> Iterator[ast.AST]:
    """Everything below that runs where it stands: not what is inside of functions."""
    yield top
    for child in ast.iter_child_nodes(top):
        if not isinstance(child, Function | ast.Lambda):
            yield from run_at_once(child)

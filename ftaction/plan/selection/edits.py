"""What differs between two outlines of one file, as what it means: code that runs otherwise, names that mean something else."""

import ast
from collections.abc import Iterator
from difflib import SequenceMatcher

from ftaction.plan.selection.acting import effects, run_at_once
from ftaction.plan.selection.meaning import Edits, Found
from ftaction.plan.selection.mentions import arguments, below
from ftaction.plan.selection.outline import Outline
from ftaction.plan.selection.pieces import Kind, Piece, brought, calls, dotted

_SET_UP = ("setup", "teardown", "setUp", "tearDown", "asyncSetUp", "asyncTearDown", "pytest", "load_tests", "collect_ignore")
"""How names begin that a test runner looks for by itself."""


def compare(old: Outline, new: Outline) -> Edits:
    """What became of the old one."""
    found = Found()
    passing = {name for name in old.named.keys() ^ new.named.keys() if any(piece.kind is Kind.CLASS for one in (old, new) for piece in one.named.get(name, []))}
    for name in dict.fromkeys([*old.named, *new.named]):
        pieces = old.named.get(name, []), new.named.get(name, [])
        if _within(name, passing):
            found.add("units", (name,))  # nobody has one of such a class without naming the class
            for piece in (*pieces[0], *pieces[1]):
                _made(found, piece)
        elif _alike(*pieces):
            if any(was.head != now.head for was, now in zip(*pieces, strict=True)):
                found.add("annotated", (name,))
            _compare_bodies(found, *pieces)
        else:
            _redefined(found, [*pieces[0], *pieces[1]], _owner(name.rpartition(".")[0], old, new))
    every = [piece for piece in (*old.pieces, *new.pieces) if not piece.scope]
    for scope in dict.fromkeys(piece.scope for piece in (*old.pieces, *new.pieces)):
        statements = [[piece for piece in one.pieces if piece.scope == scope and not piece.name] for one in (old, new)]
        if scope not in passing and not _within(scope, passing):
            _compare_statements(found, _owner(scope, old, new), scope, statements, every)
        else:
            for piece in (*statements[0], *statements[1]):
                effects(found, piece.node)
    _compare_order(found, old, new)
    found.body = [(piece.name, piece.head) for piece in old.pieces] != [(piece.name, piece.head) for piece in new.pieces]
    return found.edits()


def everything(of: Outline) -> Edits:
    """What it means that all of a file comes or goes."""
    return compare(of, Outline([]))


def redefined(piece: Piece) -> Edits:
    """What it means that something which the head of this piece mentions is not what it was."""
    found = Found()
    found.differ(piece.scope, [piece.own_name] if piece.name else piece.binds)
    found.add("units", piece.units)
    _made(found, piece)
    for node in () if piece.name else (piece.node,):
        effects(found, node)
    if piece.kind is Kind.STATEMENT:
        _import_or_not(found, piece)
    return found.edits()


def _made(found: Found, piece: Piece) -> None:
    """What making a function or class runs: decorators and what they are handed, defaults, and of a class its bases and its metaclass."""
    found.add("bases", piece.bases)
    keywords = piece.node.keywords if isinstance(piece.node, ast.ClassDef) else []
    found.add("called", (dotted(keyword.value) for keyword in keywords if keyword.arg == "metaclass"))
    known = [argument for node in piece.decorators if isinstance(node, ast.Call) and node not in piece.acting for argument in arguments(node)]
    for node in (*piece.acting, *piece.defaults, *filter(calls, known)):
        effects(found, node)
    found.add("called", (dotted(node) for node in piece.acting if not isinstance(node, ast.Call)))  # called all the same


def _within(name: str, classes: set[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:count]) in classes for count in range(1, len(parts)))


def _owner(scope: str, *outlines: Outline) -> Piece | None:
    """The class of this qualified name."""
    return next((one.named[scope][-1] for one in reversed(outlines) if scope in one.named), None)


def _alike(old: list[Piece], new: list[Piece]) -> bool:
    """Whether they differ in bodies and annotations at most."""
    return len(old) == len(new) and all(was.kind is now.kind and was.bare_head == now.bare_head for was, now in zip(old, new, strict=True))


def _compare_bodies(found: Found, old: list[Piece], new: list[Piece]) -> None:
    for was, now in zip(old, new, strict=True):
        if was.body != now.body:
            found.add("units", (now.name,))
            inside = ({each[:3] for node in below(one.node) for each in brought(node)} for one in (was, now))
            found.add("imports", next(inside) ^ next(inside))
            if now.acting:
                found.add("opaque", (now.name,))
        elif was.documentation != now.documentation:
            found.add("documents", (now.name,))


def _redefined(found: Found, pieces: list[Piece], owner: Piece | None) -> None:
    """It comes, goes, or what is run where it stands differs."""
    piece = pieces[0]
    found.add("units", (one.name for one in pieces if one.kind is Kind.FUNCTION))
    special = (piece.own_name.startswith("__") and piece.own_name.endswith("__")) or _set_up(piece)
    if special and not piece.scope:
        found.whole = found.whole or "set-up"
    found.differ(piece.scope, [piece.own_name])
    for one in (*pieces, *([owner] if owner else ())):
        _made(found, one)


def _set_up(piece: Piece) -> bool:
    """Whether a test runner asks for it without anybody naming it."""
    return piece.own_name.startswith(_SET_UP) or any("fixture" in dotted(one.func if isinstance(one, ast.Call) else one) for one in piece.decorators)


def _compare_statements(found: Found, owner: Piece | None, scope: str, statements: list[list[Piece]], every: list[Piece]) -> None:
    """Statements in their order; import statements as the names that they bring."""
    old, new = statements
    orders = [[name for piece in pieces if piece.kind is Kind.IMPORT for name in brought(piece.node)] for pieces in (old, new)]
    for level, module, name, bound in set(orders[0]) ^ set(orders[1]):
        found.differ(scope, [bound])
        found.add("imports", ((level, module, name),))
        if name == "*" or module == "__future__":
            found.whole = found.whole or "import"
    annotated = [[(name, piece.annotation) for piece in pieces for name in piece.annotates] for pieces in (old, new)]
    if annotated[0] != annotated[1]:
        differing = set(annotated[0]) ^ set(annotated[1]) or {*annotated[0]}
        found.add("annotated", (f"{scope}.{name}" if scope else name for name, _ in differing))
    plain = [[piece for piece in pieces if piece.kind is Kind.STATEMENT and not piece.only_annotates] for pieces in (old, new)]
    matcher = SequenceMatcher(None, [piece.bare_head for piece in plain[0]], [piece.bare_head for piece in plain[1]], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        for piece in (*plain[0][first:last], *plain[1][start:end]) if tag != "equal" else ():
            found.add("units", piece.units)
            found.differ(scope, piece.binds)
            effects(found, piece.node)
            _import_or_not(found, piece)
            if owner:
                _made(found, owner)
            if "__all__" in piece.mentioned.bare and not scope:
                found.add("names", (*_texts(piece.node), *(name for one in every for name in one.binds)))
            if not scope and any(name.startswith(_SET_UP) for name in piece.binds):
                found.whole = found.whole or "set-up"
    documents = [[piece.head for piece in pieces if piece.kind is Kind.DOCUMENTATION] for pieces in (old, new)]
    if documents[0] != documents[1]:
        found.add("documents", (scope,))


def _import_or_not(found: Found, piece: Piece) -> None:
    """What a compound statement imports may come at another time, or not at all."""
    found.add("moved", (one[:3] for node in run_at_once(piece.node) for one in brought(node)))


def _texts(node: ast.AST) -> Iterator[str]:
    return (one.value for one in below(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _compare_order(found: Found, old: Outline, new: Outline) -> None:
    """What stands at another place: it may act earlier or later, take a name from another, or be found in another order."""
    places = [[(f"{piece.scope} {part or piece.name or piece.bare_head}", piece, part) for piece in one.pieces for part in _parts(piece)] for one in (old, new)]
    keys = [[key for key, _, _ in one] for one in places]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    differing = [part for part in matcher.get_opcodes() if part[0] != "equal"]
    gone = {key for _, first, last, _, _ in differing for key in keys[0][first:last]}
    for key, piece, brings in (one for _, _, _, start, end in differing for one in places[1][start:end]):
        if key in gone and brings:
            found.add("moved", [brings[:3]])
        elif key in gone:
            found.take(redefined(piece))


def _parts(piece: Piece) -> list[tuple[int, str, str, str] | None]:
    """Each name that an import brings has a place of its own; documentation has none."""
    if piece.kind is Kind.DOCUMENTATION:
        return []
    return list(brought(piece.node)) or [None]

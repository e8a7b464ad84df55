"""What those may ask a class for who make it, or classes of it: its metaclass, its decorators, its bases."""

import ast

from ftaction.plan.selection.code import Code
from ftaction.plan.selection.pieces import Piece, dotted

_PLAIN_BASES = frozenset(["object", "Generic", "ABC", "Exception", "ValueError", "TypeError", "RuntimeError", "dict", "list", "str", "int"])


def keeps_lists(code: Code, path: str, piece: Piece) -> bool:
    """Whether a class hears of the classes that are made of it."""
    of = code.outline(path)
    keywords = piece.node.keywords if isinstance(piece.node, ast.ClassDef) else []
    makers = [code.bound_by_import(path, dotted(keyword.value).partition(".")[0]) for keyword in keywords if keyword.arg == "metaclass"]
    return (of is not None and f"{piece.name}.__init_subclass__" in of.named) or any(origin is None or not origin.standard for origin in makers)


def asks_for_annotations(code: Code, path: str, name: str) -> bool:
    """Whether a class has decorators, keywords or bases that may ask for the annotations of its body."""
    nodes = [piece.node for piece in code.find(path, name)[1]]
    return not nodes or any(
        not isinstance(node, ast.ClassDef)
        or node.decorator_list
        or node.keywords
        or any(dotted(base).rpartition(".")[2] not in _PLAIN_BASES for base in node.bases)
        for node in nodes
    )


def reads_documentation(code: Code, path: str, name: str) -> bool:
    """Whether a class has bases from elsewhere that may read what its methods say of themselves. Of Python's own, only command lines do."""
    origins = [code.bound_by_import(path, base.partition(".")[0]) for piece in code.find(path, name)[1] for base in piece.bases]
    return any(origin is not None and not origin.files and (origin.module == "cmd" or not origin.standard) for origin in origins)

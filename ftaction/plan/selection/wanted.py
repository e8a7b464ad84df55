"""A name that means something else, and who mentions it."""

import ast
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from ftaction.plan.selection.code import Code, Place
from ftaction.plan.selection.mentions import Mentions, made_of
from ftaction.plan.selection.pieces import Kind, Piece, dotted

_MAKE_TYPES = frozenset(["TypeVar", "ParamSpec", "NewType", "cast"])
ASKING_ANNOTATIONS = ("__annotations__", "get_type_hints", "get_annotations")
ASKING = ("__doc__", "getdoc", *ASKING_ANNOTATIONS)


class How(StrEnum):
    """Which mentions of a name matter."""

    ANY = "any"
    HANDED_ON = "handed_on"  # only its documentation or annotations differ: only who hands it on, or asks for them, may notice


class Wanted(NamedTuple):
    """A name of this file's module; without a file an attribute of any class."""

    name: str
    path: str = ""
    how: How = How.ANY


def of_class(path: str, name: str, how: How) -> list[Wanted]:
    """A class of this file by its qualified name."""
    top, *inner = name.split(".")
    return [Wanted(top, path, how), *(Wanted(one, "", how) for one in inner)]


def candidates(code: Code, wanted: Wanted) -> list[str]:
    """Files that may mention it. A module that nobody imports is seen by itself alone, and by fixtures that are handed it."""
    stars = code.star_importers.get(wanted.path, []) if wanted.path else []
    found = dict.fromkeys([*code.mentioning(wanted.name), *stars])
    if wanted.path and code.alone(wanted.path):
        return [path for path in dict.fromkeys([wanted.path, *found]) if path == wanted.path or path.endswith("conftest.py")]
    return [path for path in found if path in code.contents]


def found_otherwise(code: Code, path: str, name: str) -> bool:
    """Whether a function may be got at without its name: what nobody imports a runner of tests may look into. `name` is qualified."""
    own = name.rpartition(".")[2]
    if code.reaching(path) == {path}:
        return True
    for file in code.mentioning(own):
        of = code.outline(file)
        for found in (one for piece in (of.mentioning(own) if of else ()) for one in (piece.mentioned, piece.mentioned_inside)):
            others = found.reflective or (found.fetches and _made(code, own, found))
            method = own != name and (found.reflective or (found.fetches and made_of([own], found.made)))  # an object has it, wherever its class is
            told = own in found.texts and not found.texts.isdisjoint(code.own_names(path))  # `module.name`, `module:name`
            if told or (found.own and file == path) or method or (others and code.may_hold(file, found, path)):
                return True
    return False


def handed_on(name: str, found: Mentions) -> bool:
    """Whether it is handed on, or asked for what it says of itself."""
    return name in found.values or (name in found.bare | found.attributes and not found.attributes.isdisjoint(ASKING))


def mentions(code: Code, wanted: Wanted, path: str, piece: Piece, found: Mentions) -> bool:
    """Whether what is found in this piece of this file may be that name."""
    name = wanted.name
    if wanted.how is How.HANDED_ON:
        return name in found.attributes | found.bare | found.texts if name in ASKING and not wanted.path else handed_on(name, found)
    if name in found.texts:
        return True
    forwards = found.fetches and piece.own_name in ("__getattr__", "__getattribute__")  # whoever asks for the name does not say it in a text
    made = found.reflective or forwards or _made(code, name, found)
    if not wanted.path:
        return made or name in found.attributes or (bool(piece.scope) and name in found.bare)
    if found.executes and code.said.anywhere(name):
        return True
    if path == wanted.path:
        return found.own or name in found.bare or (made and code.may_hold(path, found, path))
    if "*" in found.imported and path in code.star_importers.get(wanted.path, ()):
        return True
    if made and code.may_hold(path, found, wanted.path):
        return True
    if piece.kind is Kind.IMPORT:
        return not found.imported.isdisjoint((name, "*")) and code.brings(path, piece, wanted.path, name)
    if name in found.attributes or made_of([name], found.made):
        return True  # of whatever it was handed
    return name in found.imported and (path in code.reaching(wanted.path) or code.may_hold(path, found, wanted.path))


def _made(code: Code, name: str, found: Mentions) -> bool:
    made = found.made | found.loads if name in code.modules.last else found.made
    return made_of([name], made) or (("", "") in made and not name.startswith("__"))  # nobody makes up a special name


def only_names_it(node: ast.stmt) -> bool:
    """Whether a statement gives another name, or a type made of it, and nobody the thing itself."""
    match node:
        case ast.Assign(value=ast.Name() | ast.Attribute() | ast.Subscript()) | ast.AnnAssign(value=ast.Name() | ast.Attribute() | ast.Subscript()):
            return not any(isinstance(one, ast.Attribute) and one.attr in ASKING for one in ast.walk(node))
        case ast.Assign(value=ast.Call(func=func)):
            return dotted(func).rpartition(".")[2] in _MAKE_TYPES
        case _:
            return False


class Touched(NamedTuple):
    """`units`: code that may run otherwise; `<module>` for a file that runs as a program. `names`: what else may mean something else, in each file.

    `loading`: files whose loading may be another. `whole`: files of which everything counts, and why. `otherwise`: more than bodies of
    functions differs.
    """

    units: frozenset[Place]
    names: frozenset[Place]
    loading: frozenset[str]
    whole: Mapping[str, str]
    otherwise: bool


class TooWideError(Exception):
    """So many names are reached that everything is as well as reached."""

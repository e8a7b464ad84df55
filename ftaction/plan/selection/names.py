"""From names that mean something else to the code that may notice: round after round, until nothing new is found."""

import ast
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from ftaction.plan.selection import edits
from ftaction.plan.selection.code import Code, Place, mutated
from ftaction.plan.selection.edits import Edits
from ftaction.plan.selection.mentions import Mentions
from ftaction.plan.selection.outline import Kind, Piece

_MOST = 400  # names


class Touched(NamedTuple):
    """`units`: code that may run otherwise. `names`: what else may mean something else, in each file. `whole`: files of which everything counts, and why."""

    units: frozenset[Place]
    names: frozenset[Place]
    whole: Mapping[str, str]


class TooWideError(Exception):
    """So many names are reached that everything is as well as reached."""


class _How(StrEnum):
    """Which mentions of a name matter."""

    ANY = "any"
    AT_IMPORT = "at_import"  # a function that ran at import does something else: only what ran with it notices by its name
    HANDED_ON = "handed_on"  # only its documentation differs: only who hands it on, or asks for it, may notice


class _Wanted(NamedTuple):
    """A name of this file's module; without a file an attribute of any class."""

    name: str
    path: str = ""
    how: _How = _How.ANY


def spread(code: Code, changed: Mapping[str, Edits]) -> Touched:
    """All that the edits of these files may reach by name. Raises `TooWideError`."""
    spreading = _Spreading(code)
    for path, edit in changed.items():
        spreading.take(path, edit)
    while spreading.waiting:
        spreading.look(spreading.waiting.pop())
    names = frozenset((wanted.path, wanted.name) for wanted in spreading.wanted if wanted.how is _How.ANY and wanted.path)
    return Touched(frozenset(spreading.units), names, spreading.whole)


class _Spreading:
    def __init__(self, code: Code) -> None:
        self.code = code
        self.units: set[Place] = set()
        self.wanted: dict[_Wanted, frozenset[str]] = {}  # AT_IMPORT: the files in whose import that function ran
        self.waiting: list[_Wanted] = []
        self.whole: dict[str, str] = {}
        self._taken: set[int] = set()
        self._carried: dict[int, frozenset[str]] = {}
        self._reloaded: set[str] = set()

    def take(self, path: str, edit: Edits) -> None:
        """What an edit, or a piece that means something else, touches by itself."""
        for name in edit.names:
            self._want(_Wanted(name, path))
        for name in edit.attributes:
            self._want(_Wanted(name))
        for name in edit.units:
            self._unit(path, name, name in edit.opaque)
        for name in edit.documents:
            self._document(path, name)
        for name in edit.stated:
            self._altered(path, name, stated=True)
        self._outside(path, edit)
        for brought in edit.imports:
            self._loaded(path, *brought)
        runs = path in self.code.ran.known or path in self._reloaded
        if runs and any(origin and not origin.files for origin in (self.code.bound_by_import(path, name) for name in edit.acts)):
            raise TooWideError  # something from outside of the repository is changed for the whole process: nobody can say who notices
        if edit.whole:
            self.whole.setdefault(path, edit.whole)

    def _outside(self, path: str, edit: Edits, how: _How = _How.ANY, where: frozenset[str] = frozenset()) -> None:
        """What an edit does to objects that its own names do not stand for."""
        for name in edit.altered:
            self._altered(path, name, how, where)
        for name in edit.called:
            for place in mutated(self.code, path, name):
                self._altered(*place, how, where)
        for name in edit.bases:
            self._base(path, name, how, where)
        for target in edit.patched:
            self._patched(path, target, how, where)

    def look(self, wanted: _Wanted) -> None:
        """Find who mentions it."""
        for path in self._candidates(wanted):
            of = self.code.outline(path)
            for piece in of.pieces if of else ():
                if wanted.how is not _How.HANDED_ON and self._mentions(wanted, path, piece, piece.mentioned):
                    self._brought(wanted, path, piece)
                if wanted.how is _How.ANY and self._mentions(wanted, path, piece, piece.annotated):
                    self._annotated(path, piece)
                if piece.kind is Kind.FUNCTION and self._mentions(wanted, path, piece, piece.mentioned_inside):
                    self._inside(wanted, path, piece)

    def _brought(self, wanted: _Wanted, path: str, piece: Piece) -> None:
        """Of an import only what the name is called here; of anything else all that its head gives a meaning."""
        node = piece.node
        names = node.names if isinstance(node, ast.ImportFrom) and not piece.scope and wanted.path else []
        where = self.wanted[wanted]
        if any(alias.name == "*" for alias in names):
            self._want(wanted._replace(path=path), where)
        elif bound := [alias.asname or alias.name for alias in names if alias.name == wanted.name]:
            for name in bound:
                self._want(_Wanted(name, path, wanted.how), where)
        elif wanted.how is _How.AT_IMPORT and path not in where:
            self._carry(path, piece, where)
        else:
            self._head(path, piece)

    def _candidates(self, wanted: _Wanted) -> list[str]:
        """A module that nobody imports is seen by itself alone."""
        alone = wanted.path and self.code.reaching(wanted.path) == {wanted.path}
        stars = self.code.star_importers.get(wanted.path, []) if wanted.path else []
        found = [wanted.path] if alone else dict.fromkeys([*self.code.mentioning(wanted.name), *stars])
        return [path for path in found if path in self.code.contents]

    def _want(self, wanted: _Wanted, where: frozenset[str] = frozenset()) -> None:
        if len(self.wanted) > _MOST:
            raise TooWideError
        known = self.wanted.get(wanted)
        if wanted.name and (known is None or not where <= known):
            self.wanted[wanted] = where | (known or frozenset())
            self.waiting.append(wanted)

    def _head(self, path: str, piece: Piece) -> None:
        if id(piece) not in self._taken:
            self._taken.add(id(piece))
            self.take(path, edits.redefined(piece))

    def _carry(self, path: str, piece: Piece, where: frozenset[str]) -> None:
        """A head that ran as ever, for its file is none of those: but what it binds or changes may lead there, as a list of functions does."""
        known = self._carried.get(id(piece), frozenset())
        if id(piece) in self._taken or (known and where <= known):
            return
        self._carried[id(piece)] = where | known
        edit = edits.redefined(piece)
        for name in edit.names:
            self._want(_Wanted(name, path, _How.AT_IMPORT), where)
        for name in edit.attributes:
            self._want(_Wanted(name, "", _How.AT_IMPORT), where)
        for name in edit.stated:
            self._altered(path, name, _How.AT_IMPORT, where)
        self._outside(path, edit, _How.AT_IMPORT, where)

    def _annotated(self, path: str, piece: Piece) -> None:
        """Decorators, classes of other packages, and whoever is handed a function may ask for annotations."""
        if piece.kind is Kind.FUNCTION:
            self.units.add((path, piece.name))
            if not all(map(edits.pure, piece.decorators)):
                self._head(path, piece)
            self._want(_Wanted(piece.own_name, "" if piece.scope else path, _How.HANDED_ON))
        elif piece.scope and self.code.asks_for_annotations(path, piece.scope):
            self._head(path, piece)

    def _inside(self, wanted: _Wanted, path: str, piece: Piece) -> None:
        if wanted.how is not _How.AT_IMPORT:
            self.units.add((path, piece.name))
        if wanted.how is not _How.HANDED_ON:
            ran = self.code.ran.at_import((path, piece.name))
            self._ran_at_import(path, piece.name, ran & self.wanted[wanted] if wanted.how is _How.AT_IMPORT else ran)

    def _unit(self, path: str, name: str, opaque: bool) -> None:
        self.units.add((path, name))
        scope, _, own = name.rpartition(".")
        if opaque:  # what its decorators made of it may not even run as this unit
            self._want(_Wanted(own, "" if scope else path))
        else:
            self._ran_at_import(path, name, self.code.ran.at_import((path, name)))

    def _ran_at_import(self, path: str, name: str, where: frozenset[str]) -> None:
        """`where`: the files in whose import it did, or none."""
        scope, _, own = name.rpartition(".")
        if not where:
            return
        if scope and own.startswith("__") and own.endswith("__"):
            self._want(_Wanted(scope.rpartition(".")[2], path, _How.AT_IMPORT), where)  # nobody calls it by its name
        else:
            self._want(_Wanted(own, "" if scope else path, _How.AT_IMPORT), where)

    def _document(self, path: str, name: str) -> None:
        own = name.rpartition(".")[2]
        if not all(edits.pure(decorator) for piece in self.code.find(path, name)[1] for decorator in piece.decorators):
            self._want(_Wanted(own, path if own == name else ""))
        self._want(_Wanted(own, path if own == name else "", _How.HANDED_ON) if name else _Wanted("__doc__", path))
        for asking in ("__doc__", "getdoc"):
            self._want(_Wanted(asking, "", _How.HANDED_ON))

    def _altered(self, path: str, name: str, how: _How = _How.ANY, where: frozenset[str] = frozenset(), *, stated: bool = False) -> None:
        """An object behind a name of this file was changed where it stands; modules are not changed by what is called of them."""
        origin = self.code.bound_by_import(path, name)
        if origin is None:
            if self.code.defines((path,), name):
                self._want(_Wanted(name, path, how), where)
        elif origin.files and origin.name:
            self._want(_Wanted(name, path, how), where)
            for file in origin.files:
                self._altered(file, origin.name, how, where, stated=stated)
        elif stated and not origin.files:
            self.whole.setdefault(path, "statement")  # something outside of the repository: nobody can say who notices

    def _patched(self, path: str, target: str, how: _How, where: frozenset[str]) -> None:
        """An attribute of a module is set from outside: who imports the name from there gets another thing."""
        owner, _, attribute = target.rpartition(".")
        first, _, rest = owner.partition(".")
        origin = self.code.bound_by_import(path, first)
        if origin is None or origin.name:
            return
        inner = {file for of in origin.files for name in self.code.modules.names(of) for file in self.code.modules.named.get(f"{name}.{rest}", ())}
        for file in inner if rest else origin.files:
            self._want(_Wanted(attribute, file, how), where)

    def _loaded(self, path: str, level: int, module: str, name: str) -> None:
        """An import comes or goes: where with it a file is loaded that was not, or no longer, all that its loading does counts."""
        files, top = self.code.brought(path, level, module, name)
        if not files and top not in self.code.ran.asked and top not in sys.stdlib_module_names:
            self.whole.setdefault(path, "import")  # of a package that nothing has loaded yet
        for file in sorted(files):
            if file in self._reloaded or self.code.still_loaded(file):
                continue
            self._reloaded.add(file)
            for package, own in self.code.modules.places(file):
                self._want(_Wanted(own, package))
            of = self.code.outline(file)
            if of is None:
                self.whole.setdefault(path, "import")
            else:  # its own names reach nobody but through the names of imports
                self.take(file, edits.everything(of)._replace(names=frozenset(), units=frozenset()))

    def _base(self, path: str, name: str, how: _How, where: frozenset[str]) -> None:
        """A class comes or goes: its bases may keep lists of their classes."""
        file, pieces = self.code.find(path, name)
        for piece in pieces:
            if self.code.keeps_lists(file, piece):
                self._want(_Wanted(piece.own_name, file, how), where)
            for base in piece.bases:
                self._base(file, base, how, where)
        origin = self.code.bound_by_import(path, name.partition(".")[0])
        if how is _How.ANY and not pieces and origin and not origin.files and not origin.standard:
            self.whole.setdefault(path, "class")

    def _mentions(self, wanted: _Wanted, path: str, piece: Piece, found: Mentions) -> bool:
        name = wanted.name
        if wanted.how is _How.HANDED_ON:
            return name in found.values if wanted.path or not name.startswith(("__doc__", "getdoc")) else name in found.attributes | found.bare
        if name in found.texts:
            return True
        made = found.reflective or self._made(name, found)
        if not wanted.path:
            return made or name in found.attributes or (bool(piece.scope) and name in found.bare)
        if path == wanted.path:
            return found.own or name in found.bare
        if made and self.code.may_hold(path, found, wanted.path):
            return True
        if piece.kind is Kind.IMPORT:
            return not found.imported.isdisjoint((name, "*")) and self.code.brings(path, piece, wanted.path, name)
        return path in self.code.reaching(wanted.path) and (name in found.attributes or name in found.imported)

    def _made(self, name: str, found: Mentions) -> bool:
        special = name.startswith("__")  # which nobody makes up
        fits = ((first, last) for first, last in found.made if name.startswith(first) and name.endswith(last))
        return any(first or last or (not special and self.code.says(name)) for first, last in fits)

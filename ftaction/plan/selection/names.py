"""From names that mean something else to the code that may notice: round after round, until nothing new is found."""

import ast
import sys
from collections.abc import Iterable, Mapping

from ftaction.plan.selection import edits
from ftaction.plan.selection.code import Code, Place
from ftaction.plan.selection.effects import Effecting, altered, patched
from ftaction.plan.selection.meaning import Edits
from ftaction.plan.selection.pieces import Kind, Piece, brought
from ftaction.plan.selection.wanted import (
    ASKING,
    ASKING_ANNOTATIONS,
    How,
    TooWideError,
    Touched,
    Wanted,
    candidates,
    found_otherwise,
    handed_on,
    mentions,
    of_class,
    only_names_it,
)

_MOST = 400  # names


def spread(code: Code, changed: Mapping[str, Edits]) -> Touched:
    """All that the edits of these files may reach by name. Raises `TooWideError`."""
    spreading = _Spreading(code)
    for path, edit in changed.items():
        spreading.take(path, edit)
    while spreading.waiting:
        spreading.look(spreading.waiting.pop())
    names = frozenset((wanted.path, wanted.name) for wanted in spreading.wanted if wanted.how is How.ANY and wanted.path)
    return Touched(frozenset(spreading.units), names, frozenset(spreading.loading), spreading.whole)


class _Spreading:
    def __init__(self, code: Code) -> None:
        self.code = code
        self.units: set[Place] = set()
        self.wanted: dict[Wanted, frozenset[str]] = {}  # AT_IMPORT: the files in whose import that function ran
        self.waiting: list[Wanted] = []
        self.whole: dict[str, str] = {}
        self._taken: set[int] = set()
        self._carried: dict[int, frozenset[str]] = {}
        self._reloaded: set[str] = set()
        self._moved_behind: set[str] = set()
        self.loading: set[str] = set()
        now = Effecting(code)
        self._effecting = now, now.before()

    def take(self, path: str, edit: Edits) -> None:
        """What an edit, or a piece that means something else, touches by itself."""
        self._means(path, edit)
        for name in edit.units:
            self._unit(path, name, name in edit.opaque)
        for name in edit.documents:
            self._document(path, name)
        for name in edit.annotated:
            self._annotation(path, name)
        for one in edit.imports:
            self._loaded(path, *one)
        for one in edit.moved:
            self._moved(path, *one)
        origins = (self.code.bound_by_import(path, name.partition(".")[0]) for name in edit.acts)
        if self._runs(path) and any(origin and not origin.files for origin in origins):
            raise TooWideError  # something from outside of the repository is changed for the whole process: nobody can say who notices
        if edit.whole:
            self.whole.setdefault(path, edit.whole)

    def _means(self, path: str, edit: Edits, how: How = How.ANY, where: frozenset[str] = frozenset()) -> None:
        """What an edit gives another meaning, and what it does to objects that its own names do not stand for."""
        self._want_all((Wanted(name, path, how) for name in edit.names), where)
        self._want_all((Wanted(name, "", how) for name in edit.attributes), where)
        for name in edit.stated:
            self._altered(path, name, how, where, stated=how is How.ANY)
        for name in edit.altered:
            self._altered(path, name, how, where)
        for name in edit.called:
            self._effects(path, name, how, where)
        for place in {place for name in edit.chained for effecting in self._effecting for place in effecting.of(path, name).returned}:
            self._altered(*place, how, where)
        for name in edit.handed:
            if self._effecting[0].ran(path, name):
                self._effects(path, name, how, where)
        for name in edit.bases:
            self._base(path, name, how, where)
        for target in edit.patched:
            self._want_all((Wanted(name, file, how) for file, name in patched(self.code, path, target)), where)

    def _effects(self, path: str, name: str, how: How = How.ANY, where: frozenset[str] = frozenset()) -> None:
        """What a call of this function changes, as it is and as it was."""
        for effecting in self._effecting:
            effects = effecting.of(path, name)
            for place in effects.objects:
                self._altered(*place, how, where)
            for file, target in effects.patched:
                self._want_all((Wanted(name, of, how) for of, name in patched(self.code, file, target)), where)
            if effects.outside and how is How.ANY and self._runs(path):
                raise TooWideError  # for the same reason

    def _runs(self, path: str) -> bool:
        return path in self.code.ran.known or path in self._reloaded

    def look(self, wanted: Wanted) -> None:
        """Find who mentions it."""
        for path in candidates(self.code, wanted):
            of = self.code.outline(path)
            for piece in of.mentioning(wanted.name) if of else ():
                if wanted.how is How.HANDED_ON:
                    self._handed_on(wanted, path, piece)
                elif mentions(self.code, wanted, path, piece, piece.mentioned):
                    self._brought(wanted, path, piece)
                if wanted.how is How.ANY and mentions(self.code, wanted, path, piece, piece.annotated):
                    self._annotated(path, piece)
                if piece.kind is Kind.FUNCTION and mentions(self.code, wanted, path, piece, piece.mentioned_inside):
                    self._inside(wanted, path, piece)

    def _brought(self, wanted: Wanted, path: str, piece: Piece) -> None:
        """Of an import only what the name is called here; of anything else all that its head gives a meaning."""
        node = piece.node
        self.loading.add(path)
        names = node.names if isinstance(node, ast.ImportFrom) and not piece.scope and wanted.path else []
        where = self.wanted[wanted]
        if any(alias.name == "*" for alias in names):
            self._want(wanted._replace(path=path), where)
        elif bound := [alias.asname or alias.name for alias in names if alias.name == wanted.name]:
            self._want_all((Wanted(name, path, wanted.how) for name in bound), where)
        elif wanted.how is How.AT_IMPORT and path not in where:
            self._carry(path, piece, where)
        else:
            self._head(path, piece)

    def _want(self, wanted: Wanted, where: frozenset[str] = frozenset()) -> None:
        if len(self.wanted) > _MOST:
            raise TooWideError
        known = self.wanted.get(wanted)
        if wanted.name and (known is None or not where <= known):
            self.wanted[wanted] = where | (known or frozenset())
            self.waiting.append(wanted)

    def _want_all(self, of: Iterable[Wanted], where: frozenset[str] = frozenset()) -> None:
        for wanted in of:
            self._want(wanted, where)

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
        self._means(path, edits.redefined(piece), How.AT_IMPORT, where)

    def _handed_on(self, wanted: Wanted, path: str, piece: Piece) -> None:
        """What runs at import may hand it on to others, and give it other names."""
        name, found = wanted.name, piece.decorating if piece.kind is Kind.CLASS else piece.mentioned
        if isinstance(piece.node, ast.ImportFrom):
            if wanted.path and self.code.brings(path, piece, wanted.path, name):
                for bound in (alias.asname or name for alias in piece.node.names if alias.name == name):
                    self._want(Wanted(bound, path, How.HANDED_ON))
        elif handed_on(name, found):
            if piece.name or not only_names_it(piece.node):
                self._head(path, piece)
                self._want(wanted._replace(how=How.ANY))  # whoever was handed it may have changed it
            else:
                self._want_all(Wanted(other, "" if piece.scope else path, How.HANDED_ON) for other in piece.binds)

    def _annotated(self, path: str, piece: Piece) -> None:
        """Decorators, classes of other packages, and whoever is handed a function or class may ask for annotations."""
        if piece.kind is Kind.FUNCTION:
            self.units.add((path, piece.name))
            if piece.acting:
                self._head(path, piece)
            self._want(Wanted(piece.own_name, "" if piece.scope else path, How.HANDED_ON))
        elif piece.scope and self.code.asks_for_annotations(path, piece.scope):
            self._head(path, piece)
        elif piece.scope:
            self._want_all(of_class(path, piece.scope, How.HANDED_ON))

    def _annotation(self, path: str, name: str) -> None:
        """An annotation differs, of a function or of a name."""
        scope, _, own = name.rpartition(".")
        pieces = self.code.find(path, name)[1]
        for piece in pieces:
            self._annotated(path, piece)
        if pieces and found_otherwise(self.code, path, name):
            self._want(Wanted(own, "" if scope else path))
        if scope and self.code.asks_for_annotations(path, scope):
            self._want(Wanted(own))
            self._want_all(of_class(path, scope, How.ANY))
        elif scope:
            self._want_all(of_class(path, scope, How.HANDED_ON))
        else:
            self._want(Wanted("__annotations__", path))
            self._want_all(Wanted(asking, "", How.HANDED_ON) for asking in ASKING_ANNOTATIONS)

    def _inside(self, wanted: Wanted, path: str, piece: Piece) -> None:
        if wanted.how is not How.AT_IMPORT:
            self.units.add((path, piece.name))
        if wanted.how is not How.HANDED_ON or wanted.path or wanted.name in ASKING:
            ran = self.code.ran.at_import((path, piece.name))
            self._ran_at_import(path, piece.name, self.wanted[wanted] if ran and wanted.how is How.AT_IMPORT else ran)

    def _unit(self, path: str, name: str, opaque: bool) -> None:
        self.units.add((path, name))
        scope, _, own = name.rpartition(".")
        if opaque:  # what its decorators made of it may not even run as this unit
            self._want(Wanted(own, "" if scope else path))
            for piece in self.code.find(path, name)[1]:
                self._head(path, piece)
        where = self.code.ran.at_import((path, name))
        self.loading |= where
        if where:
            self._effects(path, name)
        if name == "__getattr__" and where:
            self.whole.setdefault(path, "any name")
        self._ran_at_import(path, name, where)

    def _ran_at_import(self, path: str, name: str, where: frozenset[str]) -> None:
        """`where`: the files in whose import it did, or none."""
        scope, _, own = name.rpartition(".")
        if not where:
            return
        if scope:  # its bases may call it by another name than its class's
            outer, _, inner = scope.rpartition(".")
            self._want(Wanted(inner, "" if outer else path, How.AT_IMPORT), where)
        if not (scope and own.startswith("__") and own.endswith("__")):  # which nobody calls by its name
            self._want(Wanted(own, "" if scope else path, How.AT_IMPORT), where)

    def _document(self, path: str, name: str) -> None:
        own = name.rpartition(".")[2]
        pieces = self.code.find(path, name)[1]
        for piece in pieces:
            if piece.acting:
                self._head(path, piece)
        if own != name and self.code.reads_documentation(path, name.rpartition(".")[0]):
            self._want_all(of_class(path, name.rpartition(".")[0], How.ANY))
        self._want(Wanted(own, path if own == name else "", How.HANDED_ON) if name else Wanted("__doc__", path))
        if any(piece.kind is not Kind.FUNCTION for piece in pieces) or not pieces or found_otherwise(self.code, path, name):
            self._want_all(Wanted(asking, "", How.HANDED_ON) for asking in ASKING)  # an object knows its class

    def _altered(self, path: str, name: str, how: How = How.ANY, where: frozenset[str] = frozenset(), *, stated: bool = False) -> None:
        """An object behind a name of this file was changed where it stands."""
        for place in altered(self.code, path, name):
            if place is not None:
                self._want(Wanted(place[1], place[0], how), where)
            elif stated:
                self.whole.setdefault(path, "statement")  # something outside of the repository: nobody can say who notices

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
                self._want(Wanted(own, package))
            of = self.code.outline(file)
            if of is None:
                self.whole.setdefault(path, "import")
            else:  # its own names reach nobody but through the names of imports
                self.take(file, edits.everything(of)._replace(names=frozenset(), units=frozenset()))

    def _moved(self, path: str, level: int, module: str, name: str) -> None:
        """An import stands at another place: what loading the file does to others comes earlier or later."""
        waiting = list(self.code.brought(path, level, module, name)[0])
        while waiting:
            file = waiting.pop()
            of = self.code.outline(file) if file not in self._moved_behind else None
            self._moved_behind.add(file)
            if of is not None:
                self._means(file, edits.everything(of)._replace(names=frozenset(), attributes=frozenset()))
                waiting += (one for node in of.imports for each in brought(node) for one in self.code.brought(file, *each[:3])[0])

    def _base(self, path: str, name: str, how: How, where: frozenset[str]) -> None:
        """A class comes or goes: its bases may keep lists of their classes."""
        file, pieces = self.code.find(path, name)
        for piece in pieces:
            if self.code.keeps_lists(file, piece) or self.code.mentioning("__subclasses__"):
                self._want(Wanted(piece.own_name, file, how), where)
            self._effects(file, f"{piece.name}.__init_subclass__", how, where)
            for maker in edits.redefined(piece).called:
                self._effects(file, maker, how, where)
            for base in piece.bases:
                self._base(file, base, how, where)
        origin = self.code.bound_by_import(path, name.partition(".")[0])
        if how is How.ANY and not pieces and origin and not origin.files and not origin.standard:
            self.whole.setdefault(path, "class")

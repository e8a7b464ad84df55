"""From names that mean something else to the code that may notice: round after round, until nothing new is found."""

import ast
import builtins
import sys
from collections.abc import Iterable, Mapping

from ftaction.plan.selection import edits
from ftaction.plan.selection.classes import asks_for_annotations, keeps_lists, reads_documentation
from ftaction.plan.selection.code import Code, Place
from ftaction.plan.selection.loading import acts_outside, altered, changes, may_act, may_be_called, of_the_process, runs_own_code
from ftaction.plan.selection.meaning import Edits
from ftaction.plan.selection.outline import Outline
from ftaction.plan.selection.pieces import Kind, Piece
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
    return Touched(frozenset(spreading.units), names, frozenset(spreading.loading), spreading.whole, bool(spreading.wanted or spreading.whole))


class _Spreading:
    def __init__(self, code: Code) -> None:
        self.code = code
        self._versions = code, code.before()
        self.units: set[Place] = set()
        self.wanted: set[Wanted] = set()
        self.waiting: list[Wanted] = []
        self.whole: dict[str, str] = {}
        self._taken: set[tuple[str, int]] = set()
        self._reloaded: set[str] = set()
        self._all: dict[str, Edits] = {}
        self.loading: set[str] = set()

    def take(self, path: str, edit: Edits) -> None:
        """What an edit, or a piece that means something else, touches by itself."""
        self._want_all(Wanted(name, path) for name in edit.names)
        self._want_all(Wanted(name) for name in edit.attributes)
        for name in edit.units:
            self._unit(path, name, name in edit.opaque)
        for name in edit.documents:
            self._document(path, name)
        for name in edit.annotated:
            self._annotation(path, name)
        for one in edit.imports:
            self._loaded(path, *one)
        for name in edit.bases:
            self._base(path, name)
        if edit.body:
            self.units.add((path, "<module>"))
        if edit.whole:
            self.whole.setdefault(path, edit.whole)
        self._acts(path, edit)

    def _acts(self, path: str, edit: Edits) -> None:
        """What is done where the module is loaded may reach anything that whoever loads it asks for; nobody follows it any further."""
        asked = [(name, False) for name in edit.stated | set(filter(changes, edit.called))] + [(name, True) for name in edit.assigned]
        if self._runs(path) and any(of_the_process(code, path, name, assigned=assigned) for name, assigned in asked for code in self._versions):
            raise TooWideError  # nobody can say who notices
        for name in edit.stated | edit.handed:  # whoever else has the object, without loading this
            self._want_all(Wanted(place[1], place[0]) for place in altered(self.code, path, name))
        if self._does(path, edit):
            self._all_of(path, "statement")

    def _does(self, path: str, edit: Edits) -> bool:
        """Whether any of it does more than to give names a value."""
        moved = any(self.code.brought(path, *one)[0] for one in edit.moved)
        asking = ((runs_own_code, edit.called), (may_be_called, edit.passed), (may_act, edit.used))
        return bool(edit.stated) or moved or any(acts(self.code, path, name) for acts, names in asking for name in names)

    def _enlists(self, file: str) -> bool:
        """Whether loading a file, or what it imports, does anything to others."""
        waiting, known = [file], set[str]()
        while waiting:
            of = self.code.outline(one) if (one := waiting.pop()) not in known else None
            known.add(one)
            if of is not None:
                edit = self._everything(one, of)
                if edit.whole or self._does(one, edit):
                    return True
                waiting += (inner for each in edit.imports for inner in self.code.brought(one, *each)[0])
        return False

    def _all_of(self, path: str, why: str) -> None:
        """All that loads a file counts. What was never loaded is nobody's."""
        if self._runs(path):
            self.whole.setdefault(path, why)

    def _ran_at_import(self, path: str, name: str) -> None:
        for file in self.code.ran.at_import((path, name)):
            self._all_of(file, "ran at import")

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
        self.units.add((path, "<module>"))
        names = node.names if isinstance(node, ast.ImportFrom) and not piece.scope and wanted.path else []
        bound = [alias.asname or alias.name for alias in names if alias.name == wanted.name]
        if "*" in piece.mentioned.imported:
            self._want(wanted._replace(path=path))
        if bound:
            self._want_all(Wanted(name, path) for name in bound)
        elif not names or "*" not in piece.mentioned.imported:
            self._head(path, piece)
        if bound and not self.code.has(wanted.path, wanted.name):
            self._all_of(path, "import")  # it fails, which whoever imports this may hide

    def _want(self, wanted: Wanted) -> None:
        if len(self.wanted) > _MOST:
            raise TooWideError
        if wanted.name and wanted not in self.wanted:
            self.wanted.add(wanted)
            self.waiting.append(wanted)

    def _want_all(self, of: Iterable[Wanted]) -> None:
        for wanted in of:
            self._want(wanted)

    def _head(self, path: str, piece: Piece) -> None:
        if (path, id(piece)) not in self._taken:  # files of the same text share their pieces
            self._taken.add((path, id(piece)))
            self.take(path, edits.redefined(piece))

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
        elif piece.scope and asks_for_annotations(self.code, path, piece.scope):
            self._head(path, piece)
        elif piece.scope:
            self._asked(path, piece.scope)

    def _asked(self, path: str, scope: str) -> None:
        """Of a class's annotations only those hear who ask for them: an object knows its class, and a class its bases."""
        self._want_all(of_class(path, scope, How.HANDED_ON))
        self._want_all(Wanted(asking, "", How.HANDED_ON) for asking in ASKING_ANNOTATIONS)

    def _annotation(self, path: str, name: str) -> None:
        """An annotation differs, of a function or of a name."""
        scope, _, own = name.rpartition(".")
        pieces = self.code.find(path, name)[1]
        for piece in pieces:
            self._annotated(path, piece)
        if pieces and found_otherwise(self.code, path, name):
            self._want(Wanted(own, "" if scope else path))
        if scope and asks_for_annotations(self.code, path, scope):
            self._want(Wanted(own))
            self._want_all(of_class(path, scope, How.ANY))
        elif scope:
            self._asked(path, scope)
        else:
            self._want(Wanted("__annotations__", path))
            self._want_all(Wanted(asking, "", How.HANDED_ON) for asking in ASKING_ANNOTATIONS)

    def _inside(self, wanted: Wanted, path: str, piece: Piece) -> None:
        self.units.add((path, piece.name))
        if wanted.how is not How.HANDED_ON or wanted.path or wanted.name in ASKING:
            self._ran_at_import(path, piece.name)

    def _unit(self, path: str, name: str, opaque: bool) -> None:
        self.units.add((path, name))
        scope, _, own = name.rpartition(".")
        if opaque:  # what its decorators made of it may not even run as this unit
            self._want(Wanted(own, "" if scope else path))
            if (path, name) not in self.code.ran.units:
                for piece in self.code.find(path, name)[1]:
                    self._head(path, piece)
        where = self.code.ran.at_import((path, name))
        self.loading |= where
        self._ran_at_import(path, name)
        if where and any(acts_outside(code, path, name) for code in self._versions):
            raise TooWideError

    def _document(self, path: str, name: str) -> None:
        own = name.rpartition(".")[2]
        pieces = self.code.find(path, name)[1]
        for piece in pieces:
            if piece.acting:
                self._head(path, piece)
        if own != name and reads_documentation(self.code, path, name.rpartition(".")[0]):
            self._want_all(of_class(path, name.rpartition(".")[0], How.ANY))
        self._want(Wanted(own, path if own == name else "", How.HANDED_ON) if name else Wanted("__doc__", path))
        if any(piece.kind is not Kind.FUNCTION for piece in pieces) or not pieces or found_otherwise(self.code, path, name):
            self._want_all(Wanted(asking, "", How.HANDED_ON) for asking in ASKING)  # an object knows its class

    def _loaded(self, path: str, level: int, module: str, name: str) -> None:
        """An import comes or goes: where with it a file is loaded that was not, or no longer, all that its loading does counts."""
        files, top = self.code.brought(path, level, module, name)
        if not files and top not in self.code.ran.asked and top not in sys.stdlib_module_names:
            self.whole.setdefault(path, "import")  # of a package that nothing has loaded yet
        for file in sorted(files):
            comes_or_goes = len({code.imports(path, file) for code in self._versions}) > 1
            if comes_or_goes and (file in self.code.reaching(path) or self._enlists(file)):
                self._all_of(path, "order")  # which of them is loaded first is another question now
            if file in self._reloaded or self.code.still_loaded(file):
                continue
            self._reloaded.add(file)
            for package, own in self.code.modules.places(file):
                self._want(Wanted(own, package))
            of = self.code.outline(file)
            if of is None:
                self.whole.setdefault(path, "import")
            else:  # its own names reach nobody but through the names of imports
                self.take(file, self._everything(file, of)._replace(names=frozenset(), units=frozenset()))

    def _everything(self, path: str, of: Outline) -> Edits:
        """What loading all of a file means, read once however many imports lead to it."""
        if path not in self._all:
            self._all[path] = edits.everything(of)
        return self._all[path]

    def _base(self, path: str, name: str) -> None:
        """A class comes, goes or is made otherwise: its bases, and theirs, may keep lists of their classes."""
        self._want(Wanted("__subclasses__"))
        waiting = [(path, name)]
        known = set[Place]()
        while waiting:
            at, base = waiting.pop()
            file, pieces = self.code.find(at, base)
            origin = next((one for code in self._versions if (one := code.bound_by_import(at, base.partition(".")[0]))), None)
            if not pieces and not (origin.standard if origin and not origin.files else hasattr(builtins, base)):
                self._all_of(path, "class")
            for piece in pieces if pieces and (file, pieces[0].name) not in known else ():
                waiting += [(file, one) for one in piece.bases]
                if keeps_lists(self.code, file, piece):
                    self._want(Wanted(piece.own_name, file))
                    self._all_of(path, "class")
            known.update((file, piece.name) for piece in pieces)

"""The Python files of a repository as they are now, and what a name in one of them stands for."""

import ast
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ftaction.plan.selection.imports import Graph, Modules, by_path, orphans
from ftaction.plan.selection.mentions import LOADING, WILD, Mentions, made_of
from ftaction.plan.selection.outline import Outline, outline
from ftaction.plan.selection.pieces import Kind, Piece, brought
from ftaction.plan.selection.said import Said

_MODULE_TABLES = frozenset(["modules", "import_module", "__import__", "getmodule", "f_globals"])
Place = tuple[str, str]  # a file and a name in it: of a unit, a function, or anything else


class Ran(NamedTuple):
    """What a trace says.

    `at_import`: the files in whose import or collection this code ran. `loaded`: files that are imported before any test begins; `known`: also
    those that a test loads, and new ones with tests. `asked`: top-level names of modules that were asked for. `units`: all code that ran. `opened`:
    all files that were read.
    """

    at_import: Callable[[Place], frozenset[str]]
    loaded: Collection[str]
    known: Collection[str]
    asked: Collection[str]
    units: Collection[Place]
    opened: Collection[str] = ()


class Code:
    """The Python files of the repository as they are now, read and taken apart when they are asked for.

    `contents`: of all that matter; `read` has others, which nothing loaded yet.
    """

    def __init__(self, contents: Mapping[str, bytes], earlier: Mapping[str, bytes], modules: Modules, ran: Ran, read: Callable[[str], bytes | None]) -> None:
        self.contents = contents
        self.modules = modules
        self.ran = ran
        self._read = read
        self._earlier = earlier
        self._known_modules: dict[str, frozenset[tuple[str, str]]] = {}
        self._reaching: dict[str, set[str]] = {}
        self._outlines: dict[str, Outline | None] = {}
        self._origins: dict[Place, Origin | None] = {}
        self._now: Code | None = None

    def before(self) -> "Code":
        """The same files as they were. Those that are as ever are read once for both."""
        code = Code({**self.contents, **self._earlier}, {}, self.modules, self.ran, self._read)
        code._now = self
        return code

    def outline(self, path: str) -> Outline | None:
        """None for what can't be read as Python."""
        if self._now and path not in self._now._earlier:
            return self._now.outline(path)
        if path not in self._outlines:
            content = self.contents[path] if path in self.contents else self._read(path)
            try:
                self._outlines[path] = outline(content, self.modules.own) if content is not None else None
            except (SyntaxError, ValueError):
                self._outlines[path] = None
        return self._outlines[path]

    def mentioning(self, name: str) -> list[str]:
        """Files that may mention this name: in their text, as a name that they make up, or as any name at all."""
        word = name.encode()
        return [path for path, content in self.contents.items() if word in content or path in self._anything]

    @cached_property
    def said(self) -> Said:
        """What stands in the texts of programs that run, and of files of data that were read."""
        data = ((path, self._read(path)) for path in self.ran.opened if not path.endswith(".py"))
        return Said((content for path, content in self.contents.items() if path in self.ran.known), {path: content for path, content in data if content})

    def mentioning_any(self, attributes: frozenset[str]) -> Iterator[Place]:
        """Functions that ask something for one of these, and "" for what a module does itself."""
        for path in dict.fromkeys(path for name in sorted(attributes) for path in self.mentioning(name)):
            of = self.outline(path)
            for piece in of.pieces if of else ():
                if not piece.mentioned.attributes.isdisjoint(attributes):
                    yield path, ""
                if piece.kind is Kind.FUNCTION and not piece.mentioned_inside.attributes.isdisjoint(attributes):
                    yield path, piece.name

    @cached_property
    def graph(self) -> Graph:
        """Who imports whom: as it is, and as it was where a file is gone or another one."""
        edges = {path: self.modules.imported(path, content) for path, content in self.contents.items()}
        for path, content in self._earlier.items():
            edges.setdefault(path, set()).update(self.modules.imported(path, content))
        for path, made in self._loads.items():
            # of a module that a program names in a text, that text says so
            edges[path].update(file for file in self.contents if self._made_up(self.own_names(file), made, self.said.in_data))
        for path in by_path(self.contents):
            edges[path].update(orphans(edges))
        return Graph(edges)

    def reaching(self, path: str) -> set[str]:
        """Every file that imports this one, directly or not, and itself."""
        if path not in self._reaching:
            self._reaching[path] = self.graph.reaching(path)
        return self._reaching[path]

    def brought(self, path: str, level: int, module: str, name: str) -> tuple[frozenset[str], str]:
        """The files that an import statement of this file loads, and the top-level name of the module that it asks for."""
        bases = [base for base in self.modules.absolute(path, "." * level + module) if base]
        found = {file for base in bases for file in (*self.modules.files(base), *(self.modules.files(f"{base}.{name}") if name else ()))}
        return frozenset(found - {path}), bases[0].partition(".")[0] if bases else ""

    def still_loaded(self, file: str) -> bool:
        """Whether a file that was imported before any test began still is."""
        name = file.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
        if file not in self.ran.loaded:
            return False
        return any(self.imports(path, file) for path in self.mentioning(name) if path in self.ran.loaded and path != file)

    def imports(self, path: str, file: str) -> bool:
        """Whether the body of a file imports another one."""
        of = self.outline(path)
        return any(file in self.brought(path, *one[:3])[0] for node in (of.imports if of else ()) for one in brought(node))

    def brings(self, path: str, piece: Piece, file: str, name: str) -> bool:
        """Whether this import statement brings that name of that file."""
        node = piece.node
        if not isinstance(node, ast.ImportFrom):
            return False
        files = {found for base in self.modules.absolute(path, "." * node.level + (node.module or "")) for found in self.modules.named.get(base, ())}
        return file in files and any(alias.name in (name, "*") for alias in node.names)

    def may_hold(self, path: str, found: Mentions, module: str) -> bool:
        """Whether this code of a file may get at another file's module as an object: by its name here, by its name as a text, or from somebody else."""
        own = self.own_names(module)
        if not found.texts.isdisjoint(own) or self._made_up(own, found.loads, self.said.anywhere):
            return True
        if found.attributes & _MODULE_TABLES or found.bare & _MODULE_TABLES or module in self._handed_on or self._loaded_by_name(module):
            return True
        return any(name in found.bare for name, of in self._modules_in(path) if of == module) or not found.imported.isdisjoint(own)

    def alone(self, path: str) -> bool:
        """Whether nobody but itself can get at a module."""
        return self.reaching(path) == {path} and not self._loaded_by_name(path)

    def _loaded_by_name(self, module: str) -> bool:
        """Whether a name that any file makes up may be this module's, and so whoever loads it may hand it on."""
        known = self._any_load if self.reaching(module) == {module} else self._any_load - {("", "")}
        return self._made_up(self.own_names(module), known, self.said.anywhere)

    @staticmethod
    def _made_up(names: Collection[str], made: frozenset[tuple[str, str]], said: Callable[[str], bool]) -> bool:
        """Whether one of these names may be put together like that. What nothing is known of was said somewhere."""
        return made_of(names, made) or (("", "") in made and any(map(said, names)))

    def own_names(self, module: str) -> list[str]:
        """The last parts of the names that a module may have."""
        return [name.rpartition(".")[2] for name in self.modules.names(module)]

    @cached_property
    def _loads(self) -> dict[str, frozenset[tuple[str, str]]]:
        """Beginnings and ends of the names by which files load modules."""
        pieces = {path: of.pieces for path, content in self.contents.items() if LOADING.search(content) and (of := self.outline(path))}
        found = {path: {one for piece in some for part in (piece.mentioned, piece.mentioned_inside) for one in part.loads} for path, some in pieces.items()}
        return {path: frozenset(made) for path, made in found.items() if made}

    @cached_property
    def _any_load(self) -> frozenset[tuple[str, str]]:
        return frozenset(one for made in self._loads.values() for one in made)

    def _modules_in(self, path: str) -> frozenset[tuple[str, str]]:
        """The repository's modules that this file knows as objects: what it calls each."""
        if path not in self._known_modules:
            of = self.outline(path)
            names = {alias.asname or alias.name.partition(".")[0] for node in (of.imports if of else ()) for alias in node.names}
            origins = {name: origin for name in names if (origin := self.bound_by_import(path, name)) and not origin.name}
            self._known_modules[path] = frozenset((name, file) for name, origin in origins.items() for file in origin.files)
        return self._known_modules[path]

    def _parts_in(self, path: str) -> frozenset[tuple[str, str]]:
        """The same of modules that it knows as parts of packages: `import package.module`."""
        of = self.outline(path)
        names = {alias.name for node in (of.imports if of else ()) if isinstance(node, ast.Import) for alias in node.names if "." in alias.name}
        return frozenset((name.rpartition(".")[2], file) for name in names for file in self.modules.named.get(name, ()))

    @cached_property
    def _handed_on(self) -> frozenset[str]:
        """Modules that any file hands on as objects."""
        found = set[str]()
        for path in self.contents:
            modules = self._modules_in(path) | self._parts_in(path)
            of = self.outline(path) if modules else None
            values = {name for piece in of.pieces for part in (piece.mentioned, piece.mentioned_inside) for name in part.values} if of else set()
            found |= {file for name, file in modules if name in values}
        return frozenset(found)

    @cached_property
    def _anything(self) -> set[str]:
        """Files with code that may mean any name."""
        return {path for path, content in self.contents.items() if WILD.search(content)}

    def bound_by_import(self, path: str, name: str) -> "Origin | None":
        """Where this name of a module comes from; None where no import of the module's own body brings it."""
        if (path, name) not in self._origins:
            self._origins[path, name] = self._origin(path, name)
        return self._origins[path, name]

    def _origin(self, path: str, name: str) -> "Origin | None":
        """The repository's own where a name is brought by more than one import, as behind `try`."""
        found = [*self._brought_as(path, name)]
        found += [Origin(frozenset([file]), name, "") for file in self._all_from(path) if self.defines([file], name)]
        return next((origin for origin in found if origin.files), found[0] if found else None)

    def _brought_as(self, path: str, name: str) -> "Iterator[Origin]":
        of = self.outline(path)
        for node in of.imports if of else ():
            for _, module, part, bound in brought(node):
                if bound != name:
                    continue
                if isinstance(node, ast.ImportFrom):
                    yield self._from(path, node, part)
                else:
                    known = module if any(alias.asname == name for alias in node.names) else name
                    yield Origin(frozenset(self.modules.named.get(known, ())), "", known)

    def _all_from(self, path: str) -> list[str]:
        """Files of which this one imports all names."""
        of = self.outline(path)
        stars = [node for node in (of.imports if of else ()) if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]
        return [file for node in stars for file in self._from(path, node, "*").files]

    @cached_property
    def star_importers(self) -> Mapping[str, list[str]]:
        """Who imports all names of a file."""
        found: dict[str, list[str]] = {}
        for path, content in self.contents.items():
            for file in self._all_from(path) if b"import *" in content else ():
                found.setdefault(file, []).append(path)
        return found

    def _from(self, path: str, node: ast.ImportFrom, name: str) -> "Origin":
        base = "." * node.level + (node.module or "")
        bases = tuple(self.modules.absolute(path, base))
        inner = {file for one in bases for file in self.modules.named.get(f"{one}.{name}".strip("."), ())}
        outer = {file for one in bases for file in self.modules.named.get(one, ())}
        return Origin(frozenset(inner), "", base) if inner and not self.defines(outer, name) else Origin(frozenset(outer), name, base)

    def inside(self, origin: "Origin", name: str) -> Iterator[Place]:
        """What a dotted name inside of a module stands for: a file, and the rest of the name in there."""
        first, _, rest = name.partition(".")
        for file in origin.files:
            if self.defines((file,), first) or not rest:
                yield file, name
            else:
                yield from ((inner, rest) for module in self.modules.names(file) for inner in self.modules.named.get(f"{module}.{first}", ()))

    def defines(self, paths: Collection[str], name: str) -> bool:
        return any(name in piece.binds for path in paths if (of := self.outline(path)) for piece in of.pieces if not piece.scope)

    def has(self, path: str, name: str) -> bool:
        """Whether a module has this name, as its own, by an import, or as a module in it."""
        inner = (file for module in self.modules.names(path) for file in self.modules.named.get(f"{module}.{name}", ()) if file in self.contents)
        return self.defines((path,), name) or self.bound_by_import(path, name) is not None or any(inner) or self.defines((path,), "__getattr__")

    def find(self, path: str, name: str, depth: int = 8) -> tuple[str, list[Piece]]:
        """The functions or classes that a dotted name of this file stands for, and the file they stand in; none where nobody can say."""
        of = self.outline(path)
        if of is None or not depth:
            return path, []
        if name in of.named:
            return path, of.named[name]
        first, _, rest = name.partition(".")
        origin = self.bound_by_import(path, first)
        wanted = ".".join(part for part in (origin.name, rest) if part) if origin else ""
        for file in sorted(origin.files) if origin and wanted else ():
            if (found := self.find(file, wanted, depth - 1))[1]:
                return found
        return path, []


class Origin(NamedTuple):
    """What an import brings: `name` of these files; with no name the module itself. No files: it comes from elsewhere, as `module` says."""

    files: frozenset[str]
    name: str
    module: str

    @property
    def standard(self) -> bool:
        """Whether it is Python's own."""
        return self.module.partition(".")[0] in sys.stdlib_module_names

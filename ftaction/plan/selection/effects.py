"""What a call may change besides what it gives back, followed through whatever it calls in the repository."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ftaction.plan.selection.code import Code, Place
from ftaction.plan.selection.doing import FRESH, READING, Doing, doing
from ftaction.plan.selection.edits import redefined
from ftaction.plan.selection.pieces import Kind, Piece, dotted

_TELLING = frozenset(
    [
        *("write", "flush", "close", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "sleep", "collect", "echo", "secho"),
        *("exit", "print_exc", "print_exception"),
        *("__init__", "__new__", "__init_subclass__"),
    ]
)
"""Functions of what is outside that tell something, or fill an object: no other test's outcome rests on them."""

_OF_FILES = frozenset(["os", "shutil", "tempfile", "pathlib", "subprocess", "io", "time", "contextlib", "functools", "itertools", "operator", "struct"])
"""Modules of Python's own that act on files and programs, but for these:"""

_OF_THE_PROCESS = frozenset(
    [
        *("os.environ", "os.putenv", "os.unsetenv", "os.chdir", "os.umask", "time.tzset", "tempfile.tempdir"),
        *("sys.modules", "sys.path", "sys.meta_path", "sys.path_hooks", "warnings.filters"),
    ]
)

_CHANGING = frozenset(
    [
        *("delattr", "exec", "heapify", "heappop", "heappush", "heappushpop", "heapreplace", "insort", "insort_left", "insort_right", "next"),
        *("partial", "partialmethod", "register", "setattr", "shuffle", "update_wrapper"),
    ]
)
"""Of Python's own functions, those that change what they are handed."""

_LITERAL = ast.Constant | ast.JoinedStr | ast.UnaryOp | ast.Compare | ast.Lambda
_MAKING = ("__init__", "__new__", "__post_init__", "__call__", "__set_name__", "__enter__", "__exit__", "__iter__", "__next__")
_CONSTANT_CALLS = frozenset(["compile", "object", "TypeVar", "ParamSpec", "NewType", "namedtuple", "frozenset", "getLogger"])


class Effects(NamedTuple):
    """`objects`: names of modules whose objects may be in another state; `returned`: those that it may give back.

    `patched`: attributes that are set, dotted, with the file that says so. `outside`: something outside of the repository may be changed, for
    the whole process.
    """

    objects: frozenset[Place]
    returned: frozenset[Place]
    patched: frozenset[Place]
    outside: bool


class Effecting:
    """Knows what functions do, each read once."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self._doing: dict[int, Doing] = {}
        self._known: dict[Place, Effects] = {}
        self._named: dict[str, list[tuple[str, Piece]]] = {}

    def before(self) -> "Effecting":
        """What they did. Functions that are as ever are read once for both."""
        earlier = Effecting(self.code.before())
        earlier._doing = self._doing
        return earlier

    def of(self, path: str, name: str) -> Effects:
        """Of a call of this function or class, by its dotted name in this file."""
        if (path, name) not in self._known:
            self._known[path, name] = Effects(frozenset(), frozenset(), frozenset(), outside=False)  # of itself, nothing more
            self._known[path, name] = self._of(path, name)
        return self._known[path, name]

    def ran(self, path: str, name: str) -> bool:
        """Whether a function or class of this name may have run while modules were loaded."""
        return any(self._may_run((file, one.name)) for file, piece in self._called(path, name) for one in self._functions(file, piece))

    def _of(self, path: str, name: str) -> Effects:
        objects, patched, held, returned, acted = (set[Place]() for _ in range(5))
        results = False
        if not self.code.find(path, name)[1]:
            objects |= self._of_variable(path, name)
        for file, piece, near in self._reached(path, name):
            does = self._does(piece)
            objects |= {place for one in does.changed for place in self._places(file, one)}
            objects |= {(file, piece.scope.partition(".")[0]) for one in does.of_class if self._bound_to_changing(file, one, piece.scope)}
            held |= {(file, one) for one in does.asked} | {(file, one) for call, one in does.handed if self._may_change(file, call)}
            returned |= {(file, one) for one in does.returned}
            patched |= {(file, one) for one in does.patched}
            results = results or does.results
            if near or self.code.ran.at_import((file, piece.name)):
                acted |= {(file, one) for one in (*does.acted, *(_OF_THE_PROCESS & does.asked))}
        given = self._holding(returned)
        objects |= self._holding(held) | (given if results else set())
        return Effects(frozenset(objects), frozenset(given), frozenset(patched), outside=any(self._outside(*one) for one in acted))

    def _holding(self, names: set[Place]) -> set[Place]:
        """Of these dotted names what stands for something that can be changed where it stands."""
        return {place for one in names for place in self._places(*one) if self._bound_to_changing(*place)}

    def _of_variable(self, path: str, name: str) -> set[Place]:
        """What is called may be a variable: then whatever stands in its making may be changed."""
        found = set[Place]()
        for file, piece in self.code.bound_by_statement(path, name.partition(".")[0]):
            making = redefined(piece)
            found |= {place for mentioned in piece.mentioned.bare for place in altered(self.code, file, mentioned) if place}
            found |= {place for called in making.called | making.handed if called != name for place in self.of(file, called).objects}
        return found

    def _may_change(self, path: str, call: str) -> bool:
        """Whether a function may change what it is handed, or whoever it hands that to: of Python's own only few do."""
        waiting = [(path, call)]
        known = set[Place]()
        while waiting:
            place = waiting.pop()
            if place in known:
                continue
            known.add(place)
            file, name = place
            origin, own = self.code.bound_by_import(file, name.partition(".")[0]), name.rpartition(".")[2]
            if own in _CHANGING or (origin is not None and not origin.files and not origin.standard):
                return True
            for inner, piece in self._called(file, name) if own not in READING | FRESH else ():
                does = [self._does(one) for one in self._functions(inner, piece) if self._may_run((inner, one.name)) or "." not in name]
                if any(one.arguments for one in does):
                    return True
                waiting += [(inner, passed) for one in does for passed in one.passed]
        return False

    def _reached(self, path: str, name: str) -> Iterator[tuple[str, Piece, bool]]:
        """The functions that it runs or may run, and whether it is itself or what it calls by its name.

        Of others those that ran while modules were loaded, or were never seen running.
        """
        waiting = [(path, name, 0)]
        seen = set[int]()
        while waiting:
            at, called, depth = waiting.pop(0)
            for file, piece in self._called(at, called):
                if id(piece) in seen or not (depth == 0 or (at and depth == 1) or piece.kind is Kind.CLASS or self._may_run((file, piece.name))):
                    continue
                seen.add(id(piece))
                if piece.kind is Kind.CLASS:
                    waiting += [(file, one, depth) for one in (*piece.bases, *(made.name for made in self._functions(file, piece)))]
                else:
                    yield file, piece, bool(at) and depth < 2
                    does = self._does(piece)
                    waiting += [(file, one, depth + 1) for one in does.called] + [("", one, depth + 1) for one in does.methods]
                    waiting += [(file, one, depth + 2) for _, one in does.handed]  # whoever has it may call it

    def _may_run(self, place: Place) -> bool:
        """Whether code ran while modules were loaded, or was never seen running: then it may do so now."""
        return bool(self.code.ran.at_import(place)) or place not in self.code.ran.units

    def _functions(self, path: str, piece: Piece) -> list[Piece]:
        """What calling it runs: itself, or what makes an object of a class."""
        if piece.kind is Kind.FUNCTION:
            return [piece]
        of = self.code.outline(path)
        return [one for name in _MAKING for one in (of.named.get(f"{piece.name}.{name}", ()) if of else ())]

    def _called(self, path: str, name: str) -> list[tuple[str, Piece]]:
        """By a dotted name of this file; without a file the methods of that name."""
        file, pieces = self.code.find(path, name) if path else ("", [])
        return [(file, piece) for piece in pieces] if pieces or (path and "." not in name) else self._methods(name.rpartition(".")[2])

    def _methods(self, name: str) -> list[tuple[str, Piece]]:
        if name not in self._named:
            outlines = [(path, self.code.outline(path)) for path in self.code.mentioning(name)]
            self._named[name] = [(path, piece) for path, of in outlines if of for piece in of.methods.get(name, ())]
        return self._named[name]

    def _does(self, piece: Piece) -> Doing:
        if id(piece) not in self._doing:
            self._doing[id(piece)] = doing(piece.node)
        return self._doing[id(piece)]

    def _places(self, path: str, name: str) -> Iterator[Place]:
        """The names of modules that a dotted name stands for, or begins with."""
        first, _, rest = name.partition(".")
        origin = self.code.bound_by_import(path, first)
        if origin is None:
            if self.code.defines((path,), first):
                yield path, first
        elif origin.name:
            yield from ((file, origin.name) for file in origin.files)
        elif rest:
            for file, inner in self.code.inside(origin, rest):
                yield from self._places(file, inner)

    def _outside(self, path: str, name: str) -> bool:
        origin = self.code.bound_by_import(path, name.partition(".")[0])
        if origin is None or origin.files or name.rpartition(".")[2] in _TELLING:
            return False
        return origin.module not in _OF_FILES or ".".join((origin.module, *name.split(".")[1:2])) in _OF_THE_PROCESS

    def _bound_to_changing(self, path: str, name: str, scope: str = "") -> bool:
        """Whether a statement of the module, or of a class in it, gives this name something that can be changed where it stands."""
        of = self.code.outline(path)
        binding = [piece for piece in (of.pieces if of else ()) if piece.kind is Kind.STATEMENT and piece.scope == scope and name in piece.binds]
        return not all(_constant(piece.node) for piece in binding)


def altered(code: Code, path: str, name: str) -> Iterator[Place | None]:
    """All names of modules that an object has which stands behind a dotted name of this file; None for one from elsewhere.

    Modules are not changed by a call.
    """
    first, _, rest = name.partition(".")
    origin = code.bound_by_import(path, first)
    if origin is None:
        if code.defines((path,), first):
            yield path, first
    elif origin.files and not origin.name:
        for file, inner in code.inside(origin, rest) if rest else ():
            yield from altered(code, file, inner)
    elif origin.files:
        yield path, first
        for file in origin.files:
            yield from altered(code, file, origin.name)
    else:
        yield None


def patched(code: Code, path: str, target: str) -> Iterator[Place]:
    """An attribute of a module is set from outside: who imports the name from there gets another thing."""
    owner, _, attribute = target.rpartition(".")
    first, _, rest = owner.partition(".")
    origin = code.bound_by_import(path, first)
    if origin is None or origin.name:
        return
    inner = {file for of in origin.files for name in code.modules.names(of) for file in code.modules.named.get(f"{name}.{rest}", ())}
    yield from ((file, attribute) for file in (inner if rest else origin.files))


def _constant(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else node
    return value is None or _unchanging(value)


def _unchanging(value: ast.AST) -> bool:
    match value:
        case ast.Tuple(elts=parts):
            return all(map(_unchanging, parts))
        case ast.BinOp(left=left, right=right):
            return _unchanging(left) and _unchanging(right)
        case ast.Attribute(attr=name):
            return name.isupper()  # of an enumeration
        case ast.Call(func=func):
            return dotted(func).rpartition(".")[2] in _CONSTANT_CALLS
        case _:
            return isinstance(value, _LITERAL)

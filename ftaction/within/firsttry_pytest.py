"""Watches a run of pytest from inside: what each test ran, opened and started; leaves out and orders what it is told to.

One file for Python 3.8 to 3.14 without dependencies, handed to processes that are not ours; docs/within.md says how, and what is not seen.
Below Python 3.12 it selects, orders and times only. Nothing in here may ever break the run: a fault ends the watching, and is told as doubt.
PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
import sys
import threading
from _contextvars import ContextVar
from _thread import _local as local
from _thread import get_ident
from _weakref import ref
from os import fsdecode, getcwd, readlink, sep
from os.path import basename, dirname, isabs, isdir, islink, normpath, realpath, split
from os.path import join as joined
from sys import _getframe
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType

# What we call while tests run is bound to names of ours above: a test may set anything on `os` and `sys`.
TYPE_CHECKING = False  # `typing` costs a child process a millisecond or more
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from types import FrameType
    from typing import Any

FORMAT = 1
HERE = dirname(os.path.abspath(__file__))
CHILD = "FTACTION_CHILD"
ROOM, DEPTH = 150, 2  # so many values make a picture of one place, so deep it goes
CALLS, TOTAL, LOOKS = 3, 500, 50  # so often a function that keeps results has a window of its own within one window, and in all
QUIET = 10  # a function that left nothing behind in so many windows has none of its own until it does; then all around it counts as its doing
PASSING = 20  # in so many windows a method met no object that lasts: from then on its first call in a window is enough to look at
LARGE = 64 << 20  # bytes of a library that is not read through
SIBLINGS, QUICK = 5, 0.003  # after so many tests of one function that took so many seconds on average, the rest share their units

monitoring: Any = getattr(sys, "monitoring", None)
identity = object.__hash__  # of a live object its own; unlike id() it raises no audit event, each of which calls us


def mark(**options: bool) -> Callable[[Any], Any]:
    """What pytest.hookimpl does, where pytest is there: a child process imports this file too."""
    if "pluggy" not in sys.modules:
        return lambda function: function
    from pluggy import HookimplMarker

    marker: Any = HookimplMarker("pytest")
    decorator: Callable[[Any], Any] = marker(**options)
    return decorator


NONE: frozenset[Any] = frozenset()


class Window:
    """What happened between two moments. `sink` takes what is not code: a group of tests shares its units, each has its own files.

    `shared`: by tests that follow each other; it ends with the last of them. `quick`: functions that left nothing behind for long have no
    window of their own in it. `late`: one of them left something here.
    """

    __slots__ = (
        *("children", "code", "depth", "frame", "late", "listed", "opened", "quick", "shared", "sink", "spawned", "stay", "test", "thread", "units"),
        *("uses", "visit"),
    )

    def __init__(self) -> None:
        # Sets of numbers of units, of paths, of paths; of names; of tokens with names; of windows. Frozen and shared once a test has ended.
        # Most stay empty, and what the garbage collector has to look at costs the user's suite time: a set of its own comes with what is in it.
        self.units: Any = set()
        self.opened: Any = NONE
        self.listed: Any = NONE
        self.spawned: Any = NONE
        self.children: Any = NONE
        self.uses: Any = set()
        self.sink = self
        self.code: CodeType | None = None
        self.frame: FrameType | None = None
        self.thread = 0
        self.depth = 0
        self.stay: Stay | None = None
        self.visit: Visit | None = None
        self.shared = self.test = self.quick = self.late = False


def more(held: Any, found: Iterable[Any]) -> Any:
    """A set of a window with what was found."""
    if held is NONE:
        return set(found)
    held.update(found)
    return held


class Body:
    """The body of a module: each time it runs is an import, with a window of its own."""

    __slots__ = ("path", "unit")

    def __init__(self, unit: int, path: int) -> None:
        self.unit, self.path = unit, path


class Unseen:
    """A function that has not run: only then is it looked at whether it keeps results, for most of what is loaded never runs in a small run."""

    __slots__ = ("unit",)

    def __init__(self, unit: int) -> None:
        self.unit = unit


class Visit:
    """What a function that keeps results did within one test, wide fixture or import. `places`: where it may leave something, or None: anywhere.

    `apart`: in a window of its own, else in the one that is around it. `cells`: each closure as it was found, and the window of what was done.
    """

    __slots__ = ("apart", "calls", "cells", "looked_at", "places", "window")

    def __init__(self, apart: bool) -> None:
        self.apart = apart
        self.looked_at = False
        self.calls = 0
        self.cells: dict[Closure, tuple[list[Any] | None, Window]] = {}
        self.places: list[tuple[int, str]] | None = []
        self.window = Window()
        self.window.visit = self


class Stay:
    """The functions that keep results which ran since a window began, and where they might leave something: owner, name, what was there."""

    __slots__ = ("places", "visits")

    def __init__(self) -> None:
        self.visits: dict[Keeper, Visit] = {}
        self.places: dict[tuple[int, str], tuple[Any, list[Any] | None]] = {}


class Closure:
    """The containers, or else the functions, that one closure holds, by identity: a reference would make them live longer.

    `last`: what was in it when it was last left, None while that is not known. `left`: uses the windows that left something in it. `met`: a
    call that is looked at has begun. `new`: it may have been made in the window in which it was met last; `own`: it was first met in a test
    that had made such ones itself. `changes`: in so many windows in a row something was left; from QUIET on that is taken for granted.
    """

    __slots__ = ("changes", "last", "left", "met", "new", "own")

    def __init__(self) -> None:
        self.last: list[Any] | None = None
        self.left = Window()
        self.met = self.new = self.own = False
        self.changes = 0


class Keeper:
    """A function whose results may outlive its call. What ran in a call that left something belongs to whoever runs the function.

    `names`: what it goes by where a hit runs no Python of it (functools.lru_cache). `fills`: it keeps only what it sets on its first argument,
    where that is an object that lasts. `window`: uses those of the calls that left something.
    """

    __slots__ = (
        "assigns",
        "at",
        "attributes",
        "cells",
        "fills",
        "first",
        "frees",
        "heard",
        "limit",
        "looks",
        "maker",
        "names",
        "of_globals",
        "quiet",
        "sets",
        "total",
        "unit",
        "window",
    )

    def __init__(self, unit: int) -> None:
        self.unit = unit
        self.window = Window()
        self.names: set[str] = set()
        self.cells: dict[int, Closure] = {}
        self.at: Window | None = None
        self.fills = self.assigns = self.sets = self.frees = False  # globals; attributes of globals or of its class; names of an enclosing function
        self.heard = False  # when it returns
        self.first = ""  # its first argument
        self.attributes: list[str] = []  # that its code names
        self.of_globals: dict[tuple[str, str], bool] = {}  # a global and such a name; whether it is set
        self.maker: int | None = None  # the unit of the enclosing function
        self.total = self.looks = self.quiet = 0
        self.limit = LOOKS


class Watch:
    """A function of the standard library whose every call is looked at, with its frame."""

    __slots__ = ("look",)

    def __init__(self, look: Callable[[FrameType], None]) -> None:
        self.look = look


# --- what a code object gives away without running -------------------------------------------------------------------------------------

MUTATORS = frozenset(
    (
        *("append", "appendleft", "add", "update", "setdefault", "pop", "popitem", "popleft", "insert", "extend", "extendleft", "clear", "remove"),
        *("discard", "sort", "reverse", "move_to_end", "__setitem__", "__delitem__", "register", "subscribe", "push", "put"),
    )
)
GENERATOR = 0x20 | 0x80 | 0x200  # generators, coroutines, asynchronous generators


def opcodes() -> dict[str, int]:
    from opcode import opmap

    return dict(opmap)


def stores_free(code: CodeType, ops: bytes, op: int) -> bool:
    """Whether it assigns a name of an enclosing function."""
    if not code.co_freevars or op not in ops:
        return False
    first = len(code.co_varnames) + len(set(code.co_cellvars) - set(code.co_varnames))
    arguments = code.co_code[1::2]
    return any(number >= first for place, number in enumerate(arguments) if ops[place] == op)


def stores_attribute(code: CodeType, ops: bytes, map_: dict[str, int]) -> bool:
    """Whether it sets an attribute of something that is no local name: of a global, or of its class."""
    store, fast, attr = map_["STORE_ATTR"], map_["LOAD_FAST"], map_["LOAD_ATTR"]
    locals_ = {fast, map_.get("LOAD_FAST_CHECK", fast), map_.get("LOAD_FAST_BORROW", fast)}
    pairs = {map_.get(name, -1) for name in ("LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "STORE_FAST_LOAD_FAST")}
    by_class = code.co_varnames[:1] in (("cls",), ("mcs",), ("klass",), ("owner",))
    place = ops.find(store)
    while place != -1:
        before, chain = place - 1, 0
        while before >= 0 and (ops[before] in (0, attr)):  # 0 is what instructions keep for themselves
            chain += ops[before] == attr
            before -= 1
        if before > 0 and ops[before] == map_["SWAP"]:  # x.y += 1: the object was copied before
            before = max(ops.rfind(map_["COPY"], 0, before) - 1, 0)
        argument = code.co_code[2 * before + 1] if before >= 0 else 0
        if ops[before] in locals_ or ops[before] in pairs:
            local = argument if ops[before] in locals_ else argument & 15
            if (local == 0 and by_class) or (chain and "__class__" in code.co_names):
                return True
        elif before >= 0 and ops[before] == map_["LOAD_GLOBAL"]:
            name = code.co_names[argument >> 1 : (argument >> 1) + 1]
            wide = ops[before - 1] == map_["EXTENDED_ARG"]
            if wide or name[0] not in sys.stdlib_module_names:  # sys.stdout and the like are set back by whoever set them
                return True
        place = ops.find(store, place + 1)
    return False


def argument(code: bytes, place: int, extended: int) -> int:
    """Of the instruction at that place, with what stands before it where it does not fit into one byte."""
    number, shift = code[2 * place + 1], 8
    while place and code[2 * place - 2] == extended:
        place, number, shift = place - 1, number | code[2 * place - 1] << shift, shift + 8
    return number


def attributes(code: CodeType, map_: dict[str, int]) -> tuple[list[str], dict[tuple[str, str], bool]]:
    """The names of the attributes that it asks for or sets; and which of what global, each with whether it is set."""
    shifts = {"STORE_ATTR": 0, "DELETE_ATTR": 0, "LOAD_ATTR": 1, "LOAD_SUPER_ATTR": 2}  # what else the argument says
    shift = {map_[name]: count for name, count in shifts.items() if name in map_}
    names: set[str] = set()
    of_globals: dict[tuple[str, str], bool] = {}
    every, extended, load = code.co_code, map_["EXTENDED_ARG"], map_["LOAD_GLOBAL"]
    between = (0, map_["COPY"], extended)  # 0 is what instructions keep for themselves
    ops = every[::2]
    for place in [place for place, op in enumerate(ops) if op in shift]:
        op, before = ops[place], place - 1
        name = code.co_names[argument(every, place, extended) >> shift[op]]
        names.add(name)
        while before > 0 and ops[before] in between:
            before -= 1
        if before >= 0 and ops[before] == load:
            owner = code.co_names[argument(every, before, extended) >> 1]
            of_globals[owner, name] = of_globals.get((owner, name), False) or not shift[op]
    return sorted(names), of_globals


def fills(code: CodeType, ops: bytes, map_: dict[str, int]) -> bool:
    """Whether it reads and sets the same attribute, or changes a container: what a method does that fills its object as it goes."""
    if not code.co_argcount or code.co_name in ("__init__", "__new__", "__post_init__", "__setstate__", "__init_subclass__", "__set_name__"):
        return False
    if map_["LOAD_ATTR"] in ops and (map_["STORE_SUBSCR"] in ops or not MUTATORS.isdisjoint(code.co_names)):
        return True
    if map_["STORE_ATTR"] not in ops:
        return False
    if map_["EXTENDED_ARG"] in ops or not {"__dict__", "hasattr", "getattr", "setattr"}.isdisjoint(code.co_names):
        return True
    arguments = code.co_code[1::2]
    stored = {number for place, number in enumerate(arguments) if ops[place] == map_["STORE_ATTR"]}
    return any(number >> 1 in stored for place, number in enumerate(arguments) if ops[place] == map_["LOAD_ATTR"])


def suspicion(code: CodeType, map_: dict[str, int]) -> str:
    """`keeps`: it surely keeps something beyond its call; `maybe`: if its names mean containers or the like; `fills`: if its object lasts."""
    if not code.co_flags & 1:  # the body of a class: runs where it stands
        return ""
    ops = code.co_code[::2]
    if map_["STORE_GLOBAL"] in ops or map_["DELETE_GLOBAL"] in ops or stores_free(code, ops, map_["STORE_DEREF"]):
        return "keeps"
    if map_["STORE_ATTR"] in ops and stores_attribute(code, ops, map_):
        return "keeps"
    outer = code.co_freevars or map_["LOAD_GLOBAL"] in ops
    if outer and (map_["STORE_SUBSCR"] in ops or map_["DELETE_SUBSCR"] in ops or not MUTATORS.isdisjoint(code.co_names)):
        return "maybe"
    return "fills" if fills(code, ops, map_) else ""


def is_container(value: object) -> bool:
    kind = type(value)
    return identity(kind) not in SCALARS and shape_of(kind).changes


def modules() -> list[dict[str, Any]]:
    """The names of each module that is loaded. What stands in their table may be anything: a reference to one that is gone, one that loads when asked."""
    return [object.__getattribute__(one, "__dict__") for one in list(sys.modules.values()) if issubclass(type(one), ModuleType)]


def can_change(kind: type) -> bool:
    if kind in (str, int, float, bytes, tuple, frozenset, bool, type(None)) or issubclass(kind, (type, ModuleType, FunctionType)):
        return False
    return issubclass(kind, local) or any(hasattr(kind, name) for name in ("__setitem__", "add", "append", "put"))


# --- what a function that keeps results left behind ------------------------------------------------------------------------------------

SCALARS = frozenset(map(identity, (str, int, float, bool, bytes, complex, type(None))))  # a metaclass has a say in what equals its classes
ABSENT = type("Absent", (), {})
SOME, OWN = 0, -1  # instead of an identity: a closure that holds nothing to tell it by, and the same made in the window that goes on
WIDE = frozenset(("__dict__", "setattr", "vars"))


def is_plain(value: object) -> bool:
    """Whether there is nothing in it that a function could change which has no name for it."""
    return identity(type(value)) in SCALARS or issubclass(type(value), FunctionType) or value is ABSENT


def reference(value: object) -> object:
    """What tells a value from another at the same address later, without keeping it alive: the weak reference, of which each has but one."""
    return ref(value) if shape_of(type(value)).weak else identity(value)


def class_names(kind: type) -> Iterator[Any]:
    """The name spaces of a class and those it inherits from."""
    for one in type.__getattribute__(kind, "__mro__"):
        yield type.__getattribute__(one, "__dict__")


def global_value(space: dict[str, Any], owner: str, name: str) -> Any:
    """What a global has under a name; ABSENT also where it is a module of the standard library: what is set there is set back."""
    if owner not in space or owner in sys.stdlib_module_names:
        return ABSENT
    return value_of(space[owner], name)


class Shape:
    """How the objects of one class are looked into.

    `base`: the class whose iterator and length it has; `own`: gives an object's `__dict__`; `changes`: they are containers that may change;
    `weak`: weak references to them can be made; `named`: classes, modules, functions, which are not looked into; `opens`: there is a way into them.
    """

    __slots__ = ("base", "changes", "kind", "named", "opens", "own", "slots", "weak")

    def __init__(self, kind: type) -> None:
        from collections import deque

        self.kind = ref(kind)
        self.changes = can_change(kind)
        self.weak = bool(type.__getattribute__(kind, "__weakrefoffset__"))
        self.base: Any = next((one for one in (dict, list, tuple, set, frozenset, deque, bytearray) if issubclass(kind, one)), None)
        self.own: Any = None
        self.slots: list[Any] = []
        self.named = issubclass(kind, (type, ModuleType, FunctionType))
        spaces = list(class_names(kind))
        if issubclass(kind, (ModuleType, local)):
            made_in_c = ModuleType if issubclass(kind, ModuleType) else local
            self.own = lambda value: made_in_c.__getattribute__(value, "__dict__")
        else:
            found = next((names["__dict__"] for names in spaces if "__dict__" in names), None)
            self.own = found.__get__ if type(found) is GetSetDescriptorType else None
        if kind.__flags__ & 1 << 9:  # made in Python
            members = [one for names in spaces for one in list(names.values()) if type(one) is MemberDescriptorType]
            self.slots = [one for one in members if one.__objclass__.__flags__ & 1 << 9]
        self.opens = self.base is not None or self.own is not None or bool(self.slots)


SHAPES: dict[int, Shape] = {}
"""By the identity of the class, which it does not keep alive."""


def shape_of(kind: type) -> Shape:
    found = SHAPES.get(identity(kind))
    if found is None or found.kind() is not kind:
        found = SHAPES[identity(kind)] = Shape(kind)
    return found


def own_names(value: Any) -> Any:
    """The `__dict__` of an object, without running anything of its class's; None where it has none."""
    return own_of(value, shape_of(type(value)))


def own_of(value: Any, shape: Shape) -> Any:
    if shape.own is None:
        return None
    found = shape.own(value)
    return found if type(found) is dict else None


def slot(member: Any, value: object) -> Any:
    try:
        return member.__get__(value)
    except AttributeError:
        return ABSENT


def value_of(owner: Any, name: str) -> Any:
    """What an owner (the globals of a module, a module, a class, an object) has under a name, without running anything of its class's."""
    if type(owner) is dict:
        return owner.get(name, ABSENT)
    if not issubclass(type(owner), type):
        own = own_names(owner)
        if own is not None and name in own:
            return own[name]
    for names in class_names(owner if issubclass(type(owner), type) else type(owner)):
        if name in names:
            found = names[name]
            return slot(found, owner) if type(found) is MemberDescriptorType and not issubclass(type(owner), type) else found
    return ABSENT


def inside(value: Any, shape: Shape, own: dict[str, Any] | None) -> list[Any]:
    """What is in an object, `own` being its names. Nothing of its class's is run."""
    base = shape.base
    found: list[Any] = []
    if base is dict:
        for pair in dict.items(value):
            found += pair
    elif base is not None:
        found += base.__iter__(value)
    if own:
        for pair in dict.items(own):
            found += pair
    for one in shape.slots:
        found.append(slot(one, value))
    return found


def picture(values: Iterable[Any]) -> list[Any] | None:
    """Tells these values, and what is in them, from what will be there later; None where that can't be told."""
    made: list[Any] = []
    for value in values:
        if not add_picture(value, DEPTH, made, True):
            return None
    return made


class Look:
    """Values of which a picture may be wanted more than once at one moment."""

    __slots__ = ("made", "values")

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self.made: tuple[list[Any] | None] | None = None

    def picture(self) -> list[Any] | None:
        if self.made is None:
            self.made = (picture(self.values),)
        return self.made[0]


def add_picture(value: Any, depth: int, made: list[Any], must: bool) -> bool:
    """`must`: where it is a container, one has to be able to look into it. False: more than there is room for, or nothing to look into."""
    kind = type(value)
    if identity(kind) in SCALARS:
        made.append(value)
        return True
    shape = shape_of(kind)
    made.append(ref(value) if shape.weak else identity(value))
    if shape.named:
        return True
    if kind is ContextVar:
        return add_picture(value.get(ABSENT), depth, made, False)
    own = own_of(value, shape)
    many = (len(own) if own else 0) + len(shape.slots)
    if shape.base is not None:
        many += shape.base.__len__(value)
    made.append(many)
    if not depth or not many:
        return shape.opens or not must or not shape.changes
    if len(made) + many > ROOM:
        return False
    for one in inside(value, shape, own):
        if identity(type(one)) in SCALARS:
            made.append(one)
        elif not add_picture(one, depth - 1, made, False):
            return False
    return True


def alike(before: list[Any] | None, after: list[Any] | None) -> bool:
    if before is None or after is None or len(before) != len(after):
        return False
    for one, other in zip(before, after):
        if one is not other and (type(one) is not type(other) or identity(type(one)) not in SCALARS or one != other):
            return False
    return True


def closed_over(code: CodeType, frame: FrameType) -> list[Any]:
    """The values of the names of enclosing functions."""
    values = frame.f_locals
    return [values.get(name) for name in code.co_freevars]


def held_by(values: list[Any], keeper: Keeper) -> list[int]:
    """The containers that a closure holds; where it assigns names of the enclosing function, else the functions, or SOME for whatever it is."""
    found = [identity(value) for value in values if is_container(value)]
    if keeper.frees:
        found = found or [identity(value) for value in values if isinstance(value, FunctionType)] or [SOME]
    return found


def leave(code: CodeType, frame: FrameType, keeper: Keeper) -> bool:
    """What a closure holds when a call of it returns. Whether it was a call that is looked at."""
    values = closed_over(code, frame)
    numbers = held_by(values, keeper)
    numbers += [OWN] if SOME in numbers else []
    closures = [closure for number in numbers if (closure := keeper.cells.get(number)) and closure.met]
    now = picture(values) if any(closure.changes < QUIET for closure in closures) else None
    for closure in closures:
        closure.last, closure.met = now, False
    return bool(closures)


# --- paths -----------------------------------------------------------------------------------------------------------------------------


def standing() -> str:
    """The folder that this process is in; where that is gone, one in which nothing can be."""
    try:
        return getcwd()
    except OSError:
        return "/dev/null"


class Places:
    """Which paths lie in the repository and belong to it: not its virtual environment, not what caches leave there."""

    LEFT = frozenset([".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache", "__pycache__", "site-packages"])

    def __init__(self, root: str) -> None:
        self.root = realpath(root) + sep
        self.folders: dict[str, str] = {}
        self.names: dict[str, str | None] = {}
        own = {sys.prefix, sys.exec_prefix, sys.base_prefix, HERE}
        self.foreign = tuple(realpath(one) + sep for one in own if not self.root.startswith(realpath(one) + sep))

    def relative(self, real: str) -> str | None:
        """From the root, posix; the root itself is `.`."""
        if not real.startswith(self.root):
            return "." if real + sep == self.root else None
        if real.startswith(self.foreign):
            return None
        name = real[len(self.root) :]
        if not self.LEFT.isdisjoint(name.split(sep)):
            return None
        return name

    def folder(self, path: str) -> str:
        real = self.folders.get(path)
        if real is None:
            real = self.folders[path] = realpath(path)
            if len(self.folders) > 100_000:
                self.folders.clear()
        return real

    def of(self, path: Any) -> list[str]:
        """The names in the repository under which a path is read: where links led there, each of them."""
        text = fsdecode(path)
        if not text.startswith(sep):
            text = joined(standing(), text)
        text = normpath(text)
        head, tail = split(text)
        real = joined(self.folder(head), tail)
        found = [text, real, realpath(real)] if islink(real) else [text, real]
        names = [self.relative(one) for one in dict.fromkeys(found)]
        return [name for name in names if name is not None]

    def source(self, filename: str) -> str | None:
        """The file of a code object."""
        if filename not in self.names:
            if filename.startswith("<"):
                return None
            head, tail = split(filename if isabs(filename) else joined(standing(), filename))
            path = joined(self.folder(head), tail)
            self.names[filename] = self.relative(realpath(path) if islink(path) else path)
        return self.names[filename]


HELPER, USER, MACHINERY = 0, 1, 2


class Callers:
    """Who asked for a file: a test and what it calls, or the machinery around it, whose reading says nothing about the test."""

    MACHINES = frozenset(["_pytest", "pytest", "pluggy", "coverage", "pytest_cov", "xdist", "execnet", "hypothesis", "_hypothesis_pytestplugin.py"])
    FOR_TESTS = frozenset(["doctest.py", "pytester.py", "raises.py", "python_api.py", "recwarn.py", "monkeypatch.py", "legacypath.py", "unittest.py"])

    def __init__(self, places: Places) -> None:
        self.places = places
        self.known: dict[str, int] = {}
        self.standard = dirname(realpath(os.__file__)) + sep

    def kind(self, filename: str) -> int:
        if filename.startswith("<frozen"):
            return HELPER
        if filename.startswith("<"):
            return USER
        real = realpath(filename)
        parts = real.split(sep)
        if self.places.source(filename) is not None:
            return USER
        if real.startswith(HERE) or parts[-1] == "linecache.py":  # the watch on linecache.getlines stands for what is read there
            return MACHINERY
        if real.startswith(self.standard) and "site-packages" not in parts:
            return HELPER
        inner = parts[len(parts) - parts[::-1].index("site-packages") :] if "site-packages" in parts else parts
        machine = not self.MACHINES.isdisjoint(inner[:1]) and not (inner[0] == "_pytest" and inner[-1] in self.FOR_TESTS)
        return MACHINERY if machine else USER

    def asked(self, frame: FrameType | None) -> bool:
        if frame is None:  # the interpreter itself, reading its program
            return False
        while frame is not None:
            code = frame.f_code
            kind = self.known.get(code.co_filename)
            if kind is None:
                kind = self.known[code.co_filename] = self.kind(code.co_filename)
            if kind == HELPER:
                # Importing: units, modules and roots stand for it. get_data() by others is a reader of data.
                if code.co_filename.startswith("<frozen importlib") and code.co_name in ("get_code", "_fill_cache"):
                    return False
                if code.co_name == "children" and "metadata" in code.co_filename:  # looking for installed distributions
                    return False
            else:
                return kind == USER
            frame = frame.f_back
        return True


# --- the recorder ----------------------------------------------------------------------------------------------------------------------


class Recorder:
    """What this process did, window by window. `flat`: one window for the whole process, as in a child process of a test's."""

    def __init__(self, job: dict[str, Any], token: str, flat: bool) -> None:
        self.job, self.token, self.flat = job, token, flat
        self.places = Places(job["root"])
        self.callers = Callers(self.places)
        self.paths: dict[str, int] = {}
        self.units: dict[tuple[int, str], int] = {}
        self.known: dict[int, Any] = {}
        self.codes: list[CodeType] = []  # kept, so that no other object gets the identity of one
        self.around = Window()
        self.stack = [self.around]
        self.imports: dict[int, list[Window]] = {}
        self.modules = {name for name in list(sys.modules) if "." not in name}  # asked for before us, unseen
        self.roots: set[str] = set()
        self.last_path: list[str] = []
        self.keepers: list[Keeper] = []
        self.alive: list[tuple[int, str, str]] = []
        self.doubts: list[str] = []
        self.tool: int | None = None
        self.on = False
        self.dirty = False
        self.by_hand = False  # code was made by hand
        self.everywhere = False
        self.loaded = False  # a library since they were last looked through
        self.symbols = False
        self.harmless: set[str] = set()
        self.written = ""
        self.lasting: set[int] = set()  # what the globals of modules hold
        self.given: set[int] = set()  # what fixtures of several tests gave
        self.lasting_at = 0
        self.opmap: dict[str, int] = {}
        self.children = 0

    def doubt(self, text: str) -> None:
        if text not in self.doubts:
            self.doubts.append(text)

    def fault(self, where: str) -> None:
        """An exception of ours: nothing more is watched, and nobody else hears of it."""
        error, trace = sys.exc_info()[1:]
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        self.doubt(f"watching stopped in {where}, line {trace.tb_lineno if trace else 0}: {type(error).__name__}: {error}"[:1000])
        self.stop()

    # windows

    def open(self, window: Window) -> None:
        """From here on, what happens belongs to `window`, also what has happened before."""
        try:
            if self.on:
                self.stack.append(window)
                monitoring.restart_events()
        except Exception:
            self.fault("a window")

    def close(self, window: Window) -> None:
        """Also closes what was opened inside of it and not closed, as by an exception."""
        try:
            if self.on:
                self.end(window)
        except Exception:
            self.fault("a window")

    def end(self, window: Window) -> None:
        for _, token, name in self.alive:
            self.adopt(window, token, name)
        if self.alive:
            self.alive = [one for one in self.alive if running(one[0])]
        if window in self.stack[1:]:
            place = self.stack.index(window, 1)
            ended = self.stack[place:]
            for one in ended:
                one.frame = None
            del self.stack[place:]
            for one in ended:
                if not one.shared:
                    self.judge(one)
        if self.dirty and len(self.stack) > 1:  # outside of everything, the next window begins so anyway
            self.dirty = False
            monitoring.restart_events()

    def push(self, window: Window, code: CodeType, frame: FrameType) -> None:
        """A window of its own for one run of this code, which the window around it uses."""
        self.stack[-1].uses.add(window)
        window.code, window.frame, window.thread, window.depth = code, frame, get_ident(), 0
        self.stack.append(window)
        monitoring.restart_events()

    def pop(self, place: int) -> None:
        window = self.stack[place]
        window.frame = None
        del self.stack[place]
        self.judge(window)
        if self.dirty:
            self.dirty = False
            monitoring.restart_events()

    def settle(self, frame: FrameType) -> None:
        """Closes what an exception has left: there is no event for that on one code object alone."""
        while (held := self.stack[-1].frame) is not None and self.stack[-1].thread == get_ident():
            one: FrameType | None = frame
            while one is not None and one is not held:
                one = one.f_back
            if one is held:
                return
            self.pop(-1)

    def put(self, unit: int) -> None:
        """`settle` was before it."""
        top = self.stack[-1]
        if top.frame is not None:
            me = get_ident()
            for one in self.stack:
                if one.thread != me and one.frame is not None:  # of several threads none knows whose work it does
                    for each in self.stack[1:]:
                        each.units.add(unit)
                    break
        top.units.add(unit)

    # code

    def path(self, name: str) -> int:
        return self.paths.setdefault(name, len(self.paths))

    def unit(self, path: int, name: str) -> int:
        return self.units.setdefault((path, name), len(self.units))

    def register(self, code: CodeType) -> None:
        """Watches a code object of the repository and all that are nested in it."""
        name = self.places.source(code.co_filename)
        if name is None:
            return
        path, todo = self.path(name), [code]
        while todo:
            one = todo.pop()
            if identity(one) not in self.known:
                todo += [const for const in one.co_consts if isinstance(const, CodeType)]
                self.watch(one, path)

    def watch(self, code: CodeType, path: int) -> None:
        unit = self.unit(path, code.co_qualname)  # type: ignore[attr-defined, unused-ignore]  # since 3.11
        events = monitoring.events
        wanted = events.PY_START | (events.PY_RESUME if code.co_flags & GENERATOR else 0)
        entry: Any = unit
        if not self.flat:
            if code.co_name == "<module>":
                entry = Body(unit, path)
                wanted |= events.PY_RETURN
            else:
                entry = Unseen(unit)
        self.codes.append(code)
        self.known[identity(code)] = entry
        monitoring.set_local_events(self.tool, code, wanted)

    def keeper(self, code: CodeType, unit: int) -> Keeper:
        made, ops = Keeper(unit), code.co_code[::2]
        made.first = code.co_varnames[0] if code.co_argcount else ""
        made.attributes, made.of_globals = attributes(code, self.opmap)
        made.assigns = self.opmap["STORE_GLOBAL"] in ops or self.opmap["DELETE_GLOBAL"] in ops
        made.sets = self.opmap["STORE_ATTR"] in ops and stores_attribute(code, ops, self.opmap)
        made.frees = stores_free(code, ops, self.opmap["STORE_DEREF"])
        outer = code.co_qualname.rpartition(".<locals>.")[0]  # type: ignore[attr-defined, unused-ignore]  # since 3.11
        if outer and code.co_freevars:
            made.maker = self.unit(self.path(self.places.source(code.co_filename) or ""), outer)
        self.keepers.append(made)
        return made

    def hear_return(self, code: CodeType, keeper: Keeper) -> None:
        """Only of those that are looked at more closely: most methods that fill their object never are, and each return costs an event."""
        if not keeper.heard:
            keeper.heard = True
            monitoring.set_local_events(self.tool, code, monitoring.get_local_events(self.tool, code) | monitoring.events.PY_RETURN)

    def look_at(self, code: CodeType, frame: FrameType, unit: int) -> Any:
        """What a function turns out to be when it first runs: one that keeps results, or its unit."""
        doubtful = suspicion(code, self.opmap)
        if doubtful == "maybe":
            values = frame.f_globals
            held = [values.get(name) for name in code.co_names] + closed_over(code, frame)
            held += [global_value(values, *names) for names in attributes(code, self.opmap)[1]]
            if "globals" not in code.co_names and not any(map(is_container, held)):
                doubtful = "fills" if fills(code, code.co_code[::2], self.opmap) else ""
        entry: Any = unit
        if doubtful:
            entry = self.keeper(code, unit)
            if doubtful == "fills":
                entry.fills, entry.limit = True, CALLS
        self.known[identity(code)] = entry
        return entry

    def started(self, code: CodeType, frame: FrameType, entry: Any) -> Any:
        """What starts is not an ordinary function, or starts inside of one that is not. Gives what the interpreter wants to hear."""
        if isinstance(entry, Watch):
            entry.look(frame)
            return None
        if self.flat:
            self.put(entry if isinstance(entry, int) else entry.unit)
            return monitoring.DISABLE
        self.settle(frame)
        if isinstance(entry, Unseen):
            entry = self.look_at(code, frame, entry.unit)
        if isinstance(entry, Body):
            window = Window()
            self.push(window, code, frame)
            self.imports.setdefault(entry.path, []).append(window)
            self.put(entry.unit)
            return None
        if isinstance(entry, Keeper):
            return self.kept(code, frame, entry)
        self.put(entry)
        return monitoring.DISABLE

    def kept(self, code: CodeType, frame: FrameType, keeper: Keeper) -> Any:
        top, base = self.stack[-1], self.around_visits()
        stay = base.stay = base.stay or Stay()
        visit = stay.visits.get(keeper)
        if visit is not None and visit.window in self.stack:  # by recursion
            visit.window.depth += 1
            return None
        self.put(keeper.unit)
        if keeper.at is not top:
            keeper.at, keeper.looks = top, 0
        if keeper.fills and not self.lasts(frame.f_locals.get(keeper.first)):
            keeper.looks += 1
            if keeper.looks < keeper.limit:
                return None
            if keeper.limit < LOOKS:  # never yet seen with an object that lasts
                return monitoring.DISABLE
        keeper.limit = LOOKS
        if visit is None:
            visit = stay.visits[keeper] = Visit(apart=not code.co_flags & GENERATOR and (keeper.quiet < QUIET or not base.quick))
            if keeper.total < TOTAL:
                visit.places = self.places_of(code, frame, keeper, stay)
        visit.calls += 1
        apart = visit.apart and visit.calls <= CALLS and keeper.total < TOTAL
        doer = visit.window if apart else None if visit.apart else base
        visit.looked_at = visit.looked_at or doer is not None
        fresh = bool(code.co_freevars) and self.touch(code, frame, keeper, visit, doer)
        if not apart:
            keeper.looks += 1
            if fresh and keeper.looks < LOOKS:  # further closures may come, each with a life of its own
                return None
            self.dirty = True
            return monitoring.DISABLE
        keeper.total += 1
        self.hear_return(code, keeper)
        self.push(visit.window, code, frame)
        self.put(keeper.unit)
        return None

    def around_visits(self) -> Window:
        """The test, wide fixture or import that goes on: the innermost window that is no visit of a function that keeps results."""
        for one in reversed(self.stack):
            if one.visit is None:
                return one
        return self.around

    def places_of(self, code: CodeType, frame: FrameType, keeper: Keeper, stay: Stay) -> list[tuple[int, str]] | None:
        """Where it may leave something: globals that it names, attributes that it names of those and of its first argument."""
        if keeper.names or "globals" in code.co_names:
            return None
        space: dict[str, Any] = frame.f_globals
        found = [self.place(space, name, stay) for name in code.co_names if keeper.assigns or is_container(space.get(name))]
        for (owner, name), is_set in keeper.of_globals.items():
            value = global_value(space, owner, name)
            if value is ABSENT or is_container(space[owner]):  # of which the whole is looked at
                continue
            if is_set or is_container(value) or (keeper.sets and not is_plain(value)):
                found.append(self.place(space[owner], name, stay))
        first = frame.f_locals.get(keeper.first) if keeper.first else None
        if issubclass(type(first), type) or self.lasts(first):
            if is_container(first) or not WIDE.isdisjoint(code.co_names):
                found.append(self.place(first, "", stay))
        elif code.co_argcount and "__class__" in code.co_names:
            first = type(first)
        else:
            return found
        return found + [self.place(first, name, stay) for name in keeper.attributes]

    def place(self, owner: Any, name: str, stay: Stay) -> tuple[int, str]:
        key = identity(owner), name
        if key not in stay.places:
            seen = picture([value_of(owner, name) if name else owner])
            stay.places[key] = owner if type(owner) is dict else reference(owner), seen
        return key

    def touch(self, code: CodeType, frame: FrameType, keeper: Keeper, visit: Visit, doer: Window | None) -> bool:
        """What a closure holds: whoever comes to it relies on those that left something there. Whether it is one that was not seen before.

        `doer`: the window of what is done, None where it is not looked at.
        """
        values = closed_over(code, frame)
        numbers = held_by(values, keeper)
        if not numbers:
            return False
        own = self.around_visits().test and any(keeper.maker in one.units for one in self.stack[1:])
        fresh, looked = False, Look(values)
        for number in numbers:
            number = OWN if own and number == SOME else number
            closure = keeper.cells.get(number)
            if closure is None or (closure not in visit.cells and self.another(closure, number, looked, keeper, own)):
                closure = keeper.cells[number] = Closure()
                closure.own = own
                fresh = True
                if doer is None:
                    closure.left.uses.add(self.stack[-1])
            if closure.left.uses:
                self.stack[-1].uses.add(closure.left)
            if doer is None:
                continue
            if closure not in visit.cells:
                closure.new = self.made_here(keeper)
                visit.cells[closure] = closure.last or (looked.picture() if closure.changes < QUIET else None), doer
            closure.last, closure.met = None, True
            self.hear_return(code, keeper)
        return fresh

    def another(self, closure: Closure, number: int, looked: Look, keeper: Keeper, own: bool) -> bool:
        """Whether this is not the closure that was seen with that address before, but a new one where it has been."""
        if closure.own and own:
            return True
        if number == SOME or closure.last is None or not self.made_here(keeper):
            return False
        now = looked.picture()
        return now is not None and not alike(closure.last, now)

    def made_here(self, keeper: Keeper) -> bool:
        """Whether the enclosing function ran in this window or what it uses, so that the closure may be a new one."""
        known, todo = set(), self.stack[1:]
        while todo:
            one = todo.pop()
            if one not in known:
                known.add(one)
                if keeper.maker in one.units:
                    return True
                todo += one.uses
        return False

    def judge(self, window: Window) -> None:
        """At the end of a window: what functions that keep results did in it is others' business only where they left something."""
        stay, window.stay = window.stay, None
        if stay is None:
            return
        changed = {key for key, (owner, before) in stay.places.items() if not self.unchanged(owner, key[1], before)}
        for keeper, visit in stay.visits.items():
            left = visit.places is None or window is self.around or not changed.isdisjoint(visit.places)
            doer = visit.window if visit.apart else window
            if left and doer.units and doer is not self.around and (visit.apart or visit.places is not None):
                keeper.window.uses.add(doer)
            for closure, (before, did) in visit.cells.items():
                if alike(before, closure.last):
                    closure.changes = 0
                else:
                    closure.changes += 1
                    closure.left.uses.add(did)
                left = left or not closure.new  # one that goes on living is always looked at closely
            window.late = window.late or (left and keeper.quiet >= QUIET)
            if left or visit.looked_at:
                keeper.quiet = 0 if left else keeper.quiet + 1

    def unchanged(self, owner: Any, name: str, before: list[Any] | None) -> bool:
        if isinstance(owner, ref):
            owner = owner()
            if owner is None:  # gone, with all that was left on it
                return True
        elif type(owner) is not dict:
            return False
        return alike(before, picture([value_of(owner, name) if name else owner]))

    def passes(self, keeper: Keeper, frame: FrameType) -> bool:
        """Whether a method is on an object that does not last, in a call that `kept` would not look at closely either: no visit goes on."""
        if keeper.limit > CALLS and (len(self.stack) != 2 or keeper.at is not self.stack[-1] or keeper.looks + 1 >= keeper.limit):
            return False
        return not self.lasts(frame.f_locals.get(keeper.first))

    def passing(self, keeper: Keeper, top: Window) -> Any:
        """A method that fills its object, which does not last: looked at some times in each window, once where it never was another."""
        top.units.add(keeper.unit)
        if keeper.at is not top:
            keeper.at, keeper.looks = top, 0
            keeper.total += 1
            if keeper.total == PASSING:
                keeper.limit, keeper.total = 1, 0
        keeper.looks += 1
        return monitoring.DISABLE if keeper.looks >= keeper.limit else None

    def modules_of_repository(self) -> list[dict[str, Any]]:
        """The names of each."""
        found, known = [], self.places.names
        for names in modules():
            file: Any = names.get("__file__") or "<>"
            if file.__class__ is not str:
                file = str(file)
            if (known[file] if file in known else self.places.source(file)) is not None:
                found.append(names)
        return found

    def lasts(self, value: object) -> bool:
        """Whether an object is a global of a module of the repository, or what a fixture of several tests gave."""
        if self.lasting_at != len(sys.modules):
            self.lasting_at = len(sys.modules)
            for names in self.modules_of_repository():
                self.lasting.update(map(identity, list(names.values())))
        number = identity(value)
        return number in self.given or (number in self.lasting and type(value) not in (str, int, float, tuple, type(None)))

    def returned(self, code: CodeType) -> Any:
        me = get_ident()
        for place in range(len(self.stack) - 1, 0, -1):
            window = self.stack[place]
            if window.code is code and window.frame is not None and window.thread == me:
                if window.depth:
                    window.depth -= 1
                else:
                    if code.co_freevars and window.visit is not None:
                        leave(code, window.frame, self.known[identity(code)])
                    self.pop(place)
                return None
        entry = self.known.get(identity(code))
        if not code.co_freevars or not isinstance(entry, Keeper) or not entry.cells:
            return monitoring.DISABLE
        looked_at = leave(code, _getframe(2), entry)  # this is asked by a callback of the interpreter's
        return None if looked_at else monitoring.DISABLE

    # what the standard library is asked for

    def watch_library(self) -> None:
        import functools
        import importlib
        import linecache

        self.opmap = opcodes()
        machinery: Any = importlib  # every search for a module goes through _find_spec, also those that fail
        watched: list[tuple[Any, Callable[[FrameType], None]]] = [(machinery._bootstrap._find_spec, self.searched), (linecache.getlines, self.lines_read)]
        if not self.flat:
            watched += [(functools.update_wrapper, self.wrapped), (functools.cached_property.__init__, self.cached)]
        for function, look in watched:
            code = function.__code__
            self.codes.append(code)
            self.known[identity(code)] = Watch(look)
            monitoring.set_local_events(self.tool, code, monitoring.events.PY_START)

    def searched(self, frame: FrameType) -> None:
        self.modules.add(frame.f_locals["name"])
        if sys.path != self.last_path:
            self.last_path = [entry for entry in sys.path if isinstance(entry, str)]
            for entry in self.last_path:
                self.roots.update(self.places.of(entry or "."))

    def lines_read(self, frame: FrameType) -> None:
        """Tracebacks read the source of what ran anyway; who asks for source on purpose depends on it."""
        back = frame.f_back
        while back is not None and back.f_code.co_filename.endswith((f"{sep}linecache.py", f"{sep}inspect.py", f"{sep}traceback.py")):
            if back.f_code.co_filename.endswith("traceback.py"):
                return
            back = back.f_back
        name = frame.f_locals["filename"]
        if self.places.source(name) is not None and self.callers.asked(back):
            self.opened(name)

    def wrapped(self, frame: FrameType) -> None:
        """A decorator of somebody else's: functools.lru_cache, or one that closes over a container, may answer without its function."""
        wrapper, function = frame.f_locals["wrapper"], frame.f_locals["wrapped"]
        kind = type(wrapper)
        if isinstance(wrapper, FunctionType):
            if self.places.source(wrapper.__code__.co_filename) is not None:
                return  # of the repository: seen when it runs
            if not any(is_container(cell_of(cell)) for cell in wrapper.__closure__ or ()):
                return
        elif kind.__name__ != "_lru_cache_wrapper" and kind.__module__.split(".")[0] in ("functools", "contextlib", "_pytest"):
            return
        self.answers_alone(function)

    def cached(self, frame: FrameType) -> None:
        self.answers_alone(frame.f_locals["func"])

    def answers_alone(self, function: Any) -> None:
        code = getattr(function, "__code__", None)
        entry: Any = self.known.get(identity(code))
        if code is None or entry is None or isinstance(entry, Watch):
            return
        if not isinstance(entry, Keeper):
            unit = entry if isinstance(entry, int) else entry.unit
            entry = self.known[identity(code)] = self.keeper(code, unit)
        entry.fills, entry.limit = False, LOOKS
        entry.names.update((code.co_name, getattr(function, "__name__", code.co_name)))

    # files and programs

    def opened(self, path: Any) -> None:
        sink = self.stack[-1].sink
        sink.opened = more(sink.opened, map(self.path, self.places.of(path)))

    def on_open(self, args: tuple[Any, ...]) -> None:
        path, flags = args[0], args[2] or 0
        if isinstance(path, int) or path is None:
            return
        if flags & os.O_ACCMODE == os.O_WRONLY and flags & os.O_TRUNC and not flags & os.O_EXCL:
            return  # nothing of what was there is looked at
        self.asked_for(path)

    def asked_for(self, path: Any) -> None:
        names = self.places.of(path)
        if names and self.callers.asked(caller(4)):
            sink = self.stack[-1].sink
            sink.opened = more(sink.opened, map(self.path, names))

    def on_path(self, args: tuple[Any, ...]) -> None:
        if isinstance(args[0], (str, bytes)):
            self.asked_for(args[0])

    def on_list(self, args: tuple[Any, ...]) -> None:
        path = "." if args[0] is None else args[0]
        if isinstance(path, int):
            path = readlink(f"/proc/self/fd/{path}")
        names = self.places.of(path)
        if names and self.callers.asked(caller(3)):
            sink = self.stack[-1].sink
            sink.listed = more(sink.listed, map(self.path, names))

    def on_exec(self, args: tuple[Any, ...]) -> None:
        code = args[0]
        if isinstance(code, CodeType) and code.co_filename[:1] != "<" and identity(code) not in self.known:
            self.register(code)
        if self.loaded and self.by_hand:
            self.look_for_runners()

    def on_import(self, args: tuple[Any, ...]) -> None:
        if self.loaded and self.by_hand:
            self.look_for_runners()
        if args[1]:  # an extension module's file, loaded after this
            self.loaded = True
            self.opened(args[1])

    def on_system(self, args: tuple[Any, ...]) -> None:
        words = fsdecode(args[0]).split() or ["sh"]
        self.ran(self.stack[-1], basename(words[0]))

    def on_exec_program(self, args: tuple[Any, ...]) -> None:
        self.ran(self.stack[-1], basename(fsdecode(args[0])))

    def ran(self, window: Window, name: str) -> None:
        window.sink.spawned = more(window.sink.spawned, [name])

    def on_code(self, args: tuple[Any, ...]) -> None:
        """Code made by hand. Python runs it by `exec` or as a function's, and both are heard of; a library in C may do so unheard."""
        if not self.by_hand and (len(args) < 2 or self.places.source(str(args[1])) is not None):
            self.by_hand = True
            self.look_for_runners()

    def look_for_runners(self) -> None:
        """Where a library may run what was made by hand, every function that starts is looked at from now on, once for each window."""
        self.loaded = False
        if not self.everywhere and (self.symbols or runners(self.harmless)):
            self.everywhere = True
            monitoring.set_events(self.tool, monitoring.events.PY_START)

    def on_function(self, args: tuple[Any, ...]) -> None:
        self.on_exec(args)

    def on_attribute(self, args: tuple[Any, ...]) -> None:
        if args[1] == "__code__":
            self.on_exec(args[2:])

    def on_symbol(self, args: tuple[Any, ...]) -> None:
        """Ctypes may call what runs code."""
        if str(args[1]).lstrip("_").startswith("Py"):
            self.symbols = True
            if self.by_hand:
                self.look_for_runners()

    def on_marshal(self, args: tuple[Any, ...]) -> None:
        frame = caller(3)
        if frame is not None and not frame.f_code.co_filename.startswith("<frozen") and self.callers.kind(frame.f_code.co_filename) != MACHINERY:
            self.on_code(())

    def adopt(self, window: Window, token: str, name: str) -> None:
        if token:
            window.sink.children = more(window.sink.children, [(token, name)])
        else:
            self.ran(window, name)

    def born(self, pid: int, token: str, name: str) -> None:
        self.adopt(self.stack[-1], token, name)
        self.alive.append((pid, token, name))

    def next_token(self) -> str:
        self.children += 1
        return f"{self.token}.{self.children}"

    # begin and end

    def start(self) -> bool:
        """Whether this process can be watched."""
        if monitoring is None:
            self.doubt(f"Python {sys.version_info[0]}.{sys.version_info[1]} can't be watched: that takes 3.12")
            return False
        free = [number for number in (4, 3, 5) if monitoring.get_tool(number) is None]
        if not free:
            self.doubt("no number of sys.monitoring is free: other tools watch")
            return False
        self.tool = free[0]
        monitoring.use_tool_id(self.tool, "firsttry")
        self.on = True
        self.symbols = "_ctypes" in sys.modules  # what it was asked for before us is not known
        self.connect()
        self.watch_library()
        sys.addaudithook(audit_hook(self))
        return True

    def connect(self) -> None:
        known, stack, disable, frame_of = self.known, self.stack, monitoring.DISABLE, _getframe

        def started(code: CodeType, offset: int) -> Any:
            entry = known.get(identity(code))
            if entry.__class__ is int:
                top = stack[-1]
                if top.frame is None:
                    top.units.add(entry)
                    return disable
            elif entry is None:
                self.register(code)
                entry = known.get(identity(code))
                if entry is None:
                    return disable
            if not self.on:
                return disable
            try:
                frame = frame_of(1)
                if entry.__class__ is Keeper and entry.fills and stack[-1].frame is None and self.passes(entry, frame):
                    return self.passing(entry, stack[-1])
                return self.started(code, frame, entry)
            except Exception:
                self.fault("code")
                return disable

        def returned(code: CodeType, offset: int, value: object) -> Any:
            try:
                return self.returned(code) if self.on else disable
            except Exception:
                self.fault("code")
                return disable

        for event in (monitoring.events.PY_START, monitoring.events.PY_RESUME):
            monitoring.register_callback(self.tool, event, started)
        monitoring.register_callback(self.tool, monitoring.events.PY_RETURN, returned)

    def forget(self) -> None:
        """Once all is written."""
        self.around = Window()
        self.stack[:] = [self.around]
        for held in (self.units, self.paths, self.known, self.codes, self.imports, self.keepers, self.lasting, self.given, SHAPES):
            held.clear()

    def stop(self) -> None:
        if not self.on:
            return
        self.on = False
        try:
            for event in (monitoring.events.PY_START, monitoring.events.PY_RESUME, monitoring.events.PY_RETURN):
                monitoring.register_callback(self.tool, event, None)
            monitoring.set_events(self.tool, 0)
            monitoring.free_tool_id(self.tool)
        except Exception:
            self.doubt("watching could not be ended")


def caller(depth: int) -> FrameType | None:
    """The frame so far above this function; None where the interpreter itself acts."""
    try:
        return _getframe(depth)
    except ValueError:
        return None


def cell_of(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


RUNS = (b"PyEval_Eval", b"EvalFrame", b"PyFunction_New", b"PyImport_ExecCode")
"""What a library in C calls to run a code object, or to make a function of one, without an audit event."""


def runners(harmless: set[str], maps: str = "/proc/self/maps") -> bool:
    """Whether a library is loaded, other than Python's own, that may run code objects itself. `harmless`: those that can't; takes more of them."""
    own = realpath(sys.base_prefix) + sep
    try:
        with open(maps, "rb") as file:
            mapped = {fsdecode(line.split(None, 5)[5].rstrip()) for line in file if b".so" in line}
        for path in mapped - harmless:
            name = basename(path)
            if not name.startswith("libpython") and not (path.startswith(own) and "lib-dynload" in path):
                with open(path, "rb") as file:
                    content = file.read(LARGE)
                if len(content) == LARGE or any(mention in content for mention in RUNS):
                    return True
            harmless.add(path)
    except (OSError, IndexError):  # another system, or a file that is gone
        return True
    return False


def running(pid: int) -> bool:
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except OSError:
        return False


def audit_hook(recorder: Recorder) -> Callable[[str, tuple[Any, ...]], None]:
    handlers: dict[str, Callable[[tuple[Any, ...]], None]] = {
        "exec": recorder.on_exec,
        "open": recorder.on_open,
        "os.listdir": recorder.on_list,
        "os.scandir": recorder.on_list,
        "sqlite3.connect": recorder.on_path,
        "ctypes.dlopen": recorder.on_path,
        "import": recorder.on_import,
        "os.system": recorder.on_system,
        "os.exec": recorder.on_exec_program,
        "code.__new__": recorder.on_code,
        "ctypes.dlsym": recorder.on_symbol,
        "ctypes.dlsym/handle": recorder.on_symbol,
        "function.__new__": recorder.on_function,
        "object.__setattr__": recorder.on_attribute,
        "marshal.loads": recorder.on_marshal,
        "marshal.load": recorder.on_marshal,
    }
    me = threading.local()

    def audit(event: str, args: tuple[Any, ...]) -> None:
        handler = handlers.get(event)
        if handler is None or not recorder.on or getattr(me, "busy", False):
            return
        me.busy = True
        try:
            handler(args)
        except Exception:
            recorder.fault(event)
        finally:
            me.busy = False

    return audit


# --- programs it starts ----------------------------------------------------------------------------------------------------------------


def is_python(program: str) -> bool:
    """Whether a program is a Python, or a script that names one in its first line."""
    name = basename(program)
    if name.startswith(("python", "pypy")):
        return True
    try:
        with open(program, "rb") as file:
            first = file.readline(300)
    except OSError:
        return False
    return first.startswith(b"#!") and b"python" in first


READERS = frozenset(
    (
        *("basename", "cat", "cut", "date", "dirname", "echo", "expr", "false", "head", "hostname", "id", "less", "more", "printf", "pwd", "rev", "seq"),
        *("sleep", "sort", "tac", "tail", "test", "tr", "true", "tty", "uname", "uniq", "wc", "whoami", "yes"),
    )
)
"""Programs that read no more than their input and the files that their words name, and start nothing; less does where these are set."""
PAGING = (b"LESSOPEN", b"LESSCLOSE", b"LESSKEY", b"LESSKEYIN", b"LESSEDIT")


class Programs:
    """Follows the programs that a process starts.

    Its own environment stays as it is: only what a Python is started with gets two names more, which are gone there before code of the user's runs.
    """

    def __init__(self, recorder: Recorder, folder: str) -> None:
        self.recorder, self.folder = recorder, folder
        self.restore: list[tuple[Any, str, Any]] = []

    def install(self) -> None:
        import _posixsubprocess
        import subprocess

        for module, name in ((subprocess, "_fork_exec"), (_posixsubprocess, "fork_exec")):
            if hasattr(module, name):
                self.replace(module, name, self.forking_exec(getattr(module, name)))
        for name in ("posix_spawn", "posix_spawnp"):
            if hasattr(os, name):
                self.replace(os, name, self.spawning(getattr(os, name)))
        self.replace(os, "fork", self.forking(os.fork, lambda result: result))
        self.replace(os, "forkpty", self.forking(os.forkpty, lambda result: result[0]))

    def replace(self, module: Any, name: str, made: Any) -> None:
        self.restore.append((module, name, getattr(module, name)))
        setattr(module, name, made)

    def remove(self) -> None:
        for module, name, real in self.restore:
            setattr(module, name, real)
        self.restore.clear()

    def additions(self, environment: dict[bytes, bytes], token: str) -> dict[bytes, bytes]:
        before = environment.get(b"PYTHONPATH")
        here = os.fsencode(self.folder)
        path = here if not before else here + os.fsencode(os.pathsep) + before
        return {**environment, b"PYTHONPATH": path, os.fsencode(CHILD): os.fsencode(token)}

    def program(self, candidates: Iterable[Any], cwd: Any) -> str:
        """The first of the candidates that is there."""
        found = ""
        for one in candidates:
            found = joined(fsdecode(cwd) if cwd else "", fsdecode(one))
            if os.access(found, os.X_OK):
                break
        return found

    def only_reads(self, words: list[str], program: str, environment: dict[bytes, bytes], cwd: Any) -> bool:
        """Whether it is a program of which all is known by its words: the files that it reads are then taken down."""
        if basename(program) not in READERS or any(name in environment for name in PAGING):
            return False
        if any(word.startswith(("--files0", "--compress")) for word in words):  # files named in a file; another program
            return False
        real, here = realpath(program), joined(standing(), fsdecode(cwd) if cwd else "")
        if self.recorder.places.of(program) or basename(real) == "busybox" or is_python(real):
            return False
        paths = [joined(here, path) for word in words[1:] for path in (word, word.rpartition("=")[2], word[2:])]
        if any(isdir(path) and path.rstrip(sep) != here.rstrip(sep) and self.recorder.places.of(path) for path in paths):
            return False
        for path in paths:
            self.recorder.opened(path)
        return True

    def hand_over(self, argv: Iterable[Any], program: str, environment: dict[bytes, bytes], cwd: Any) -> tuple[str, str, dict[bytes, bytes] | None]:
        """Token (empty where it can't be followed), name, environment. An empty name: it runs nothing of anybody's."""
        words = [fsdecode(word) for word in argv]
        inert = any("multiprocessing.resource_tracker" in word or "exec(eval(sys.stdin.readline()))" in word for word in words[1:4])
        if inert:
            return "", "", None
        if self.only_reads(words, program, environment, cwd):
            return "", "", None
        if not is_python(program):
            return "", basename(program), None
        token = self.recorder.next_token()
        return token, basename(program), self.additions(environment, token)

    def guarded(self, prepare: Callable[[], tuple[str, str, Any]]) -> tuple[str, str, Any]:
        if not self.recorder.on:
            return "", "", None
        try:
            return prepare()
        except Exception:
            self.recorder.fault("a program's start")
            return "", "", None

    def started(self, pid: int, token: str, name: str) -> None:
        if name and self.recorder.on:
            self.recorder.born(pid, token, name)

    def forking_exec(self, real: Any) -> Any:
        def fork_exec(*args: Any) -> Any:
            def prepare() -> tuple[str, str, Any]:
                given = dict(os.environb) if args[5] is None else dict(line.split(b"=", 1) for line in args[5] if b"=" in line)
                return self.hand_over(args[0], self.program(args[1], args[4]), given, args[4])

            token, name, environment = self.guarded(prepare)
            if environment is not None:
                args = (*args[:5], [key + b"=" + value for key, value in environment.items()], *args[6:])
            pid = real(*args)
            self.started(pid, token, name)
            return pid

        return fork_exec

    def spawning(self, real: Any) -> Any:
        def posix_spawn(path: Any, argv: Any, env: Any, *args: Any, **options: Any) -> Any:
            def prepare() -> tuple[str, str, Any]:
                import shutil

                given = {os.fsencode(key): os.fsencode(value) for key, value in (os.environ if env is None else env).items()}
                return self.hand_over(argv, shutil.which(fsdecode(path)) or fsdecode(path), given, None)

            token, name, environment = self.guarded(prepare)
            pid = real(path, argv, env if environment is None else environment, *args, **options)
            self.started(pid, token, name)
            return pid

        return posix_spawn

    def forking(self, real: Any, pid_of: Callable[[Any], int]) -> Any:
        def fork() -> Any:
            token = self.recorder.next_token() if self.recorder.on else ""
            result = real()
            if token and pid_of(result) == 0:
                become(self.recorder, token)
            elif token:
                self.started(pid_of(result), token, "fork")
            return result

        return fork


def become(recorder: Recorder, token: str) -> None:
    """In a forked child: from here on it is a process of its own, in one window."""
    recorder.token, recorder.flat, recorder.children = token, True, 0
    recorder.around = Window()
    recorder.stack[:] = [recorder.around]
    recorder.alive.clear()
    recorder.imports.clear()
    recorder.keepers.clear()
    if recorder.on:
        monitoring.restart_events()
    write_at_end(recorder)


def write_at_end(recorder: Recorder) -> None:
    """Also where it ends without ceremony, as what multiprocessing forks does."""
    import atexit

    real = os._exit

    def leave(status: int) -> None:
        write(recorder, Session())
        real(status)

    os._exit = leave  # type: ignore[assignment]  # it does not return either
    atexit.register(write, recorder, Session())


# --- what is written -------------------------------------------------------------------------------------------------------------------


class Session:
    """What is known of a run of pytest, beside what ran. Empty in a child process."""

    def __init__(self) -> None:
        self.tests: list[tuple[str, str, Window, list[Any]]] = []
        self.collected: dict[str, Window] = {}
        self.expected: list[str] = []
        self.late: list[str] = []
        self.emptied = False
        self.exit: int | None = None


class Writer:
    """Numbers instead of windows and sets; each set once, for tests share most of them."""

    def __init__(self) -> None:
        self.sets: dict[frozenset[int], int] = {frozenset(): 0}
        self.numbers: dict[Window, int] = {}
        self.rows: list[Window] = []

    def set_of(self, numbers: Iterable[int]) -> int:
        return self.sets.setdefault(frozenset(numbers), len(self.sets))

    def window(self, window: Window) -> int:
        """Its number; with it, those of all it uses get theirs."""
        if window not in self.numbers:
            todo = [window]
            while todo:
                one = todo.pop()
                if one not in self.numbers:
                    self.numbers[one] = len(self.rows)
                    self.rows.append(one)
                    todo += one.uses
        return self.numbers[window]

    def row(self, window: Window) -> list[Any]:
        uses = self.set_of(self.numbers[one] for one in window.uses)
        parts = [self.set_of(one) for one in (window.units, window.opened, window.listed)]
        return [*parts, sorted(window.spawned), sorted(window.children), uses]


def relying(recorder: Recorder) -> dict[Keeper, set[int]]:
    """Which units rely on what a function kept: it itself, and who mentions it where a hit runs nothing of it."""
    names: dict[str, list[Keeper]] = {}
    found = {keeper: {keeper.unit} for keeper in recorder.keepers}
    for keeper in recorder.keepers:
        for name in keeper.names:
            names.setdefault(name, []).append(keeper)
    if not names:
        return found
    for name, keepers in aliases(recorder, {id(k): k for k in recorder.keepers if k.names}).items():
        names.setdefault(name, []).extend(keepers)
    every = [keeper for name, keepers in names.items() if name.startswith("__") for keeper in keepers]
    wanted = names.keys()
    for code in recorder.codes:
        entry = recorder.known[identity(code)]
        unit = entry if isinstance(entry, int) else getattr(entry, "unit", None)
        if unit is None:
            continue
        mentioned = wanted & {*code.co_names, *code.co_freevars, *code.co_varnames, *code.co_cellvars}
        if mentioned and not code.co_flags & 1:  # the body of a module or class names what it only defines or imports
            mentioned &= loaded(code)
        for name in mentioned:
            for keeper in names[name]:
                found[keeper].add(unit)
        for keeper in every:  # an operator is called by no name
            found[keeper].add(unit)
    return found


def loaded(code: CodeType) -> set[str]:
    """The names that a piece of code reads."""
    from dis import get_instructions

    return {one.argval for one in get_instructions(code) if one.opname.startswith("LOAD_") and isinstance(one.argval, str)}


def aliases(recorder: Recorder, keepers: dict[int, Keeper]) -> dict[str, list[Keeper]]:
    """Other names that modules and classes of the repository know such a function by."""
    found: dict[str, list[Keeper]] = {}
    for names in recorder.modules_of_repository():
        spaces = [names, *(vars(one) for one in list(names.values()) if issubclass(type(one), type))]
        for name, value in [pair for space in spaces for pair in list(space.items())]:
            code = getattr(vars_of(value).get("__wrapped__"), "__code__", None)
            entry = None if code is None else recorder.known.get(identity(code))
            if isinstance(entry, Keeper) and id(entry) in keepers and name not in entry.names:
                found.setdefault(name, []).append(entry)
    return found


def vars_of(value: Any) -> dict[str, Any]:
    try:
        return dict(vars(value))
    except Exception:  # a proxy of what is not there now raises what it likes: flask's `request` a RuntimeError
        return {}


def document(recorder: Recorder, session: Session) -> dict[str, Any]:
    writer = Writer()
    around = writer.window(recorder.around)
    tests = []
    for name, path, window, outcome in session.tests:
        tests.append([name, recorder.path(path), writer.window(window), *outcome])
    imports = [[path, writer.window(window)] for path, windows in recorder.imports.items() for window in windows]
    collected = [[recorder.path(path), writer.window(window)] for path, window in session.collected.items()]
    kept = []
    recorder.judge(recorder.around)
    if not recorder.flat and recorder.tool is not None:
        for keeper, units in relying(recorder).items():
            if keeper.window.uses:
                kept.append([writer.window(keeper.window), sorted(units)])
    rows = [writer.row(window) for window in writer.rows]
    return {
        "format": FORMAT,
        "kind": "child" if recorder.flat else "tests",
        "python": ".".join(map(str, sys.version_info[:3])),
        "paths": list(recorder.paths),
        "units": [list(unit) for unit in recorder.units],
        "sets": [sorted(one) for one in writer.sets],
        "windows": rows,
        "around": around,
        "tests": tests,
        "imports": imports,
        "collected": collected,
        "kept": kept,
        "modules": sorted(recorder.modules),
        "roots": sorted(recorder.roots),
        "expected": session.expected,
        "late": session.late,
        "emptied": session.emptied,
        "exit": session.exit,
        "doubt": "; ".join(recorder.doubts),
        "whole": True,
    }


def plain_json(value: Any) -> str:
    """Of lists, dicts, strings and numbers: the json module costs a child process some milliseconds."""
    from _json import encode_basestring_ascii as quoted

    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(key)}:{plain_json(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(plain_json, value)) + "]"
    return repr(value)


def write(recorder: Recorder, session: Session) -> None:
    """In one go, under its name only once it is whole."""
    if recorder.written == recorder.token:
        return
    recorder.written = recorder.token
    import gc

    collects = gc.isenabled()
    try:
        recorder.stop()
        gc.disable()  # many small objects are made, and none of them is garbage
        made = document(recorder, session)
        if recorder.flat:
            text = plain_json(made)
        else:
            import json

            text = json.dumps(made, separators=(",", ":"))
        del made
        path = joined(recorder.job["out"], recorder.token)
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(text)
        os.replace(path + ".new", path + ".json")
    except Exception:
        return  # without its file, the process counts as one that could not be followed
    finally:
        if collects:
            gc.enable()


# --- ways in ---------------------------------------------------------------------------------------------------------------------------


def leave_no_trace(folder: str) -> None:
    """Takes our folder out of what this process and those it starts look modules up in."""
    sys.path[:] = [entry for entry in sys.path if entry != folder]
    sys.path_importer_cache.pop(folder, None)
    rest = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry != folder]
    if any(rest):
        os.environ["PYTHONPATH"] = os.pathsep.join(rest)
    else:
        os.environ.pop("PYTHONPATH", None)


def read_job() -> dict[str, Any]:
    import json

    with open(joined(dirname(HERE), "job.json"), encoding="utf-8") as file:
        job: dict[str, Any] = json.load(file)
    return job


def follow() -> None:
    """A Python that a test started: called by a sitecustomize before anything of the user's, in whose place it then loads the user's own."""
    token = os.environ.pop(CHILD, None)
    folder = joined(dirname(HERE), "python")
    leave_no_trace(folder)
    try:
        if token:
            with open(joined(dirname(HERE), "root"), encoding="utf-8") as file:
                job = {"root": file.read(), "out": joined(dirname(HERE), "out")}
            recorder = Recorder(job, token, flat=True)
            if recorder.start():
                Programs(recorder, folder).install()
                write_at_end(recorder)
    finally:
        chain()


def chain() -> None:
    """The user's own sitecustomize, which ours stood before."""
    from importlib import machinery

    spec = machinery.PathFinder.find_spec("sitecustomize")
    if spec is not None and spec.loader is not None:
        from importlib import util

        module = util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


# --- the plugin ------------------------------------------------------------------------------------------------------------------------


class Group:
    """Tests of one function that differ in their parameters.

    Once they prove quick they share one window for the code they run: finding out anew what runs costs some microseconds for each function.
    Each keeps its own window for files and programs.
    """

    def __init__(self) -> None:
        self.function: object = None
        self.count, self.seconds = 0, 0.0
        self.units: Window | None = None
        self.names: list[str] = []

    def joins(self, function: object) -> bool:
        """Whether the test that comes is to share the units of the one before."""
        if function is None or function is not self.function:
            self.function, self.count, self.seconds = function, 0, 0.0
        self.count += 1
        return self.count > SIBLINGS and self.seconds < QUICK * (self.count - 1)


class Plugin:
    """PYTEST_DONT_REWRITE: what pytest calls. Every method of it that pytest does not know the name of is ours."""

    def __init__(self, recorder: Recorder, programs: Programs) -> None:
        self.recorder, self.programs = recorder, programs
        self.session = Session()
        self.group = Group()
        self.fixtures: dict[int, Window] = {}  # by identity: not everything that stands for a fixture can be hashed
        self.outcomes: dict[str, list[Any]] = {}
        self.interned: dict[frozenset[Any], frozenset[Any]] = {}
        self.windows: dict[Any, Window] = {}
        self.files: dict[str, str] = {}
        job = recorder.job
        self.skip, self.skip_files = frozenset(job["skip"]), frozenset(job["skip_files"])
        self.first = {name: place for place, name in enumerate(job["first"])}
        self.closely = frozenset(job["closely"])
        self.left_out = False
        self.process = os.getpid()
        self.restore: Callable[[], None] = lambda: None

    # selecting

    def ignore(self, path: str) -> bool | None:
        if self.skip_files and not self.skip_files.isdisjoint(self.recorder.places.of(path)):
            self.left_out = True
            return True
        return None

    @mark(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> Iterator[None]:
        yield
        try:
            self.choose(config, items)
        except Exception:
            self.recorder.fault("choosing")

    def choose(self, config: Any, items: list[Any]) -> None:
        if self.skip:
            out = [item for item in items if item.nodeid in self.skip]
            if out:
                self.left_out = True
                items[:] = [item for item in items if item.nodeid not in self.skip]
                config.hook.pytest_deselected(items=out)
        places = {item: [self.first[name] for name in (item.nodeid, self.file_of(item)) if name in self.first] for item in items if self.first}
        if any(places.values()):
            items[:] = arranged(items, {item: min(those) for item, those in places.items() if those})

    # windows

    @mark(hookwrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector: Any) -> Generator[None, Any, None]:
        window = self.window_of(collector)
        if window is None:
            yield
            return
        self.recorder.open(window)
        made = yield
        self.recorder.close(window)
        try:
            if made.get_result().failed:  # a file that can't be loaded: what failed goes by its name
                self.session.tests.append((collector.nodeid, self.file_of(collector), window, [False, 0.0, False, 0]))
        except Exception:
            self.recorder.fault("collection")

    def window_of(self, collector: Any) -> Window | None:
        """A file's, which the classes in it share. Folders belong to nobody."""
        try:
            if not self.recorder.on:
                return None
            path = path_of(collector)
            if path is None or isdir(path):
                return None
            names = self.recorder.places.of(path)
            return self.session.collected.setdefault(names[-1], Window()) if names else None
        except Exception:
            self.recorder.fault("collection")
            return None

    @mark(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        window = Window()
        code = self.begun(item, window)
        code.test, code.quick = True, item.nodeid not in self.closely
        yield
        try:
            self.recorder.close(code)
            if code.late:
                self.session.late.append(item.nodeid)
            self.ended(item, window)
        except Exception:
            self.recorder.fault("a test")

    def begun(self, item: Any, window: Window) -> Window:
        """The window that takes what code runs in a test."""
        try:
            function = getattr(item, "function", None) if hasattr(item, "callspec") else None
            if function is not self.group.function:
                self.group_ends()
            shared = self.group.joins(function)
            if not shared or not self.recorder.on:
                self.recorder.open(window)
                return window
            old, self.group.units = self.group.units, self.group.units or Window()
            self.group.names.append(item.nodeid)
            self.group.units.shared = True
            self.group.units.sink = window
            window.uses.add(self.group.units)
            if old is None:
                self.recorder.open(self.group.units)
            else:
                self.recorder.stack.append(old)
            return self.group.units
        except Exception:
            self.recorder.fault("a test")
            return window

    def group_ends(self) -> None:
        """What was left is only told now: events are not begun anew for each of its tests."""
        window, names = self.group.units, self.group.names
        if window is not None:
            self.recorder.judge(window)
            self.session.late += names if window.late else ()
        self.group.units, self.group.names = None, []

    def ended(self, item: Any, window: Window) -> None:
        window = self.same(window)
        outcome = self.outcomes.pop(item.nodeid, None)
        if outcome is None:
            return
        self.group.seconds += outcome[1]
        again = outcome[3] if outcome[0] else 0  # passing then is no clean pass
        self.session.tests.append((item.nodeid, self.file_of(item), window, [outcome[0] and not again, round(outcome[1], 5), outcome[2], again]))

    def file_of(self, node: Any) -> str:
        path = path_of(node) or ""
        if path not in self.files:
            self.files[path] = ["", *self.recorder.places.of(path or sep)][-1]
        return self.files[path]

    def same(self, window: Window) -> Window:
        """A closed window, or one before it that holds the same: a suite of tens of thousands has few that differ."""
        every = (window.units, window.opened, window.listed, window.spawned, window.children, window.uses)
        parts = tuple(self.interned.setdefault(frozen, frozen) for frozen in map(frozenset, every))
        window.units, window.opened, window.listed, window.spawned, window.children, window.uses = parts
        return self.windows.setdefault(parts, window)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if hasattr(report, "node"):  # a worker's, which tells itself
            return
        outcome = self.outcomes.setdefault(report.nodeid, [True, 0.0, False, 0])
        outcome[1] += report.duration
        if report.outcome == "skipped":
            outcome[2] = outcome[2] or not hasattr(report, "wasxfail")
        elif report.outcome == "rerun":  # pytest-rerunfailures: it failed, and is tried again
            outcome[3] += 1
        elif report.outcome != "passed":
            outcome[0] = False

    @mark(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
        recorder = self.recorder
        if fixturedef.scope == "function" or not recorder.on:
            yield
            return
        window = self.fixtures[identity(fixturedef)] = Window()
        recorder.stack[-1].sink.uses.add(window)
        recorder.open(window)
        yield
        recorder.close(window)
        recorder.given.add(identity((getattr(fixturedef, "cached_result", None) or (None,))[0]))
        fixturedef.addfinalizer(lambda: recorder.open(window))  # the last one added is the first one called: its own tear-down comes after

    def pytest_fixture_post_finalizer(self, fixturedef: Any) -> None:
        window = self.fixtures.get(identity(fixturedef))
        if window is not None and window in self.recorder.stack:
            self.recorder.close(window)

    def watch_requests(self) -> None:
        """Each time a fixture's value is asked for, also one that is there already, who asks relies on how it was made."""
        from _pytest import fixtures

        real: Any = getattr(fixtures.FixtureRequest, "_get_active_fixturedef", None)
        if real is None:
            self.recorder.doubt("this pytest hides which fixtures a test asks for")
            return
        made, recorder = self.fixtures, self.recorder

        def _get_active_fixturedef(request: Any, argname: str) -> Any:
            found = real(request, argname)
            window = made.get(identity(found))
            if window is not None and recorder.on:
                recorder.stack[-1].sink.uses.add(window)
            return found

        requests: Any = fixtures.FixtureRequest  # its one method that all requests pass
        requests._get_active_fixturedef = _get_active_fixturedef

        def restore() -> None:
            requests._get_active_fixturedef = real

        self.restore = restore

    # beginning and end

    @mark(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """A worker of pytest-xdist: a fresh process that starts with neither our folder nor our plugin."""
        token = self.recorder.next_token()
        self.session.expected.append(token)
        if node.gateway.spec.popen:  # else of another machine, perhaps
            try:
                self.enlist(node, token)
            except Exception:
                self.recorder.fault("a worker's beginning")

    def enlist(self, node: Any, token: str) -> None:
        channel = node.gateway.remote_exec(
            f"import importlib.util as util, sys, pytest\n"
            f"spec = util.spec_from_file_location('firsttry_pytest', {os.path.abspath(__file__)!r})\n"
            f"module = sys.modules['firsttry_pytest'] = util.module_from_spec(spec)\n"
            f"spec.loader.exec_module(module)\n"
            f"module.join({token!r})\n"
        )
        channel.waitclose(60)

    @mark(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: Any, exitstatus: int) -> Iterator[None]:
        yield
        try:
            if os.getpid() != self.process:
                return
            self.session.exit = int(session.exitstatus)
            if self.left_out and session.exitstatus == 5:  # nothing was left to run, and that was the aim
                session.exitstatus, self.session.emptied = 0, True
            self.end()
        except Exception:
            self.recorder.fault("the end")

    def end(self) -> None:
        self.restore()
        self.programs.remove()
        self.group_ends()
        write(self.recorder, self.session)
        self.forget()

    def forget(self) -> None:
        """After this pytest collects garbage several times over: the less we hold, the less there is to go through."""
        self.session, self.group = Session(), Group()
        for held in (self.fixtures, self.outcomes, self.interned, self.windows):
            held.clear()
        self.recorder.forget()


def path_of(node: Any) -> str | None:
    path = getattr(node, "path", None) or getattr(node, "fspath", None)
    return None if path is None else str(path)


def wide(item: Any) -> bool:
    """Whether it takes part in a fixture that several tests share, other than one of the whole session without parameters."""
    for definitions in getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}).values():
        for one in definitions:
            if one.scope != "function" and (one.scope != "session" or one.params):
                return True
    return False


def arranged(items: list[Any], first: dict[Any, int]) -> list[Any]:
    """Those that are to come first, in their order; a file whose tests share a set-up moves as one, so that nothing is set up twice."""
    files: dict[str, list[Any]] = {}
    for item in items:
        files.setdefault(path_of(item) or "", []).append(item)
    whole = {path for path, those in files.items() if any(wide(item) for item in those)}
    taken: dict[Any, None] = {}
    for item in sorted(first, key=lambda item: first[item]):
        path = path_of(item) or ""
        taken.update(dict.fromkeys(files[path] if path in whole else [item]))
    return [*taken, *(item for item in items if item not in taken)]


def make(token: str, job: dict[str, Any]) -> Plugin:
    recorder = Recorder(job, token, flat=False)
    programs = Programs(recorder, joined(dirname(HERE), "python"))
    plugin = Plugin(recorder, programs)
    import pytest

    if int(pytest.__version__.split(".")[0]) >= 7:

        def pytest_ignore_collect(collection_path: Any) -> bool | None:
            return plugin.ignore(str(collection_path))
    else:

        def pytest_ignore_collect(path: Any) -> bool | None:  # type: ignore[misc]  # its name then
            return plugin.ignore(str(path))

    plugin.pytest_ignore_collect = pytest_ignore_collect  # type: ignore[attr-defined]  # pytest looks its hooks up by name
    try:
        if recorder.start():
            preloaded(recorder)
            plugin.watch_requests()
            programs.install()
    except Exception:
        recorder.fault("the start")
    return plugin


def preloaded(recorder: Recorder) -> None:
    """Modules of the repository that were imported before us: what their imports ran is not known, so it is all that is in any of them."""
    early = {str(names["__file__"]) for names in recorder.modules_of_repository()}
    if not early:
        return
    import gc

    objects = gc.get_objects()
    for one in objects:
        if isinstance(one, FunctionType) and recorder.places.source(one.__code__.co_filename) is not None:
            recorder.register(one.__code__)
    for one in objects:
        if type(one).__name__ in ("_lru_cache_wrapper", "cached_property"):
            recorder.answers_alone(getattr(one, "__wrapped__", None) or getattr(one, "func", None))
    for name in early:
        path = recorder.path(recorder.places.source(name) or "")
        window = Window()
        recorder.unit(path, "<module>")
        window.opened = {path}
        recorder.imports[path] = [window]
    every = set(recorder.units.values())
    for windows in recorder.imports.values():
        windows[0].units = every


def begin() -> object:
    """As a plugin of pytest's main process: called by the entry point."""
    leave_no_trace(HERE)
    try:
        job = read_job()
        token = f"main-{os.getpid()}-{int.from_bytes(os.urandom(4), 'big')}"
        with open(joined(job["out"], token + ".started"), "w", encoding="ascii"):
            pass
        if sys.dont_write_bytecode and not os.path.exists(globals().get("__cached__") or ""):  # each Python that a test starts would compile this file
            import py_compile

            py_compile.compile(__file__)
        return make(token, job)
    except Exception:
        return object()


def join(token: str) -> None:
    """In a worker of pytest-xdist, before its pytest is there: pytest finds the plugin by a name in its environment, which goes at once."""
    before = os.environ.get("PYTEST_PLUGINS")
    plugin = make(token, read_job())

    def pytest_load_initial_conftests() -> None:
        if before is None:
            os.environ.pop("PYTEST_PLUGINS", None)
        else:
            os.environ["PYTEST_PLUGINS"] = before
        sys.modules.pop("firsttry_worker", None)

    plugin.pytest_load_initial_conftests = pytest_load_initial_conftests  # type: ignore[attr-defined]  # pytest looks its hooks up by name
    os.environ["PYTEST_PLUGINS"] = "firsttry_worker" if not before else "firsttry_worker," + before
    sys.modules["firsttry_worker"] = plugin  # type: ignore[assignment]  # pytest asks no more of it than to be there

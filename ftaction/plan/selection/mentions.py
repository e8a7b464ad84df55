"""Which names a piece of code mentions, and how: as its own, of something else, in a text, or made up while it runs."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d]\w*")
_FIELD = re.compile(r"(?<=[\w\]]\.)[^\W\d]\w*(?=[\w.\[\]]*[!:}])")  # what a format asks of its arguments
_NAMING = re.compile(r"[\w.:/-]+")  # a text that may name something: prose never does
_PICKLED = re.compile(r"[^\x09-\x7e]|\A[\w.]+\n[\w.]+\n|c[\w.]+\n\w+\n")  # what a program wrote, and names a class somewhere
_LOADING = frozenset(["import_module", "__import__"])
_BY_NAME = _LOADING | {"getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller", "patch", "object"}
_OF_OBJECTS = frozenset(["getattr", "setattr", "hasattr", "delattr", "reload", "object"])
_FETCHING = frozenset(["getattr", "attrgetter", "methodcaller"])
_REFLECTIVE = frozenset(["dir", "vars", "globals", "locals", "eval", "exec", "getmembers", "getmembers_static", "iter_modules", "multiple", "walk_packages"])
ASKING_FILES = frozenset(
    ["access", "exists", "getmtime", "getsize", "glob", "iglob", "is_dir", "is_file", "is_symlink", "isdir", "isfile", "islink", "lexists", "lstat", "stat"]
)
"""Functions and methods that ask whether a file is there: Python tells nobody of it (PEP 578 has no event for these)."""
_FOREIGN = ASKING_FILES | {"getdoc", "modules"}  # attributes that count, also of modules from elsewhere
_CODE = frozenset(["eval", "exec"])
_OWN = frozenset(["dir", "vars", "globals", "locals"])
_TABLES = frozenset(["__dict__", "__all__", "__subclasses__", "__annotations__", "__members__"])
_FRAMES = frozenset(["f_globals", "f_locals"])
_LOOKING = frozenset(["items", "keys", "values", "update", "copy", "eval", "exec", "dict", "list", "sorted", "iter"])  # at more than one name
LOADING = re.compile(rf"\b(?:{'|'.join(_LOADING)})\(".encode())  # text with code that loads modules by names that it may make up
_WILD_NAMES = "|".join((_BY_NAME | _REFLECTIVE) - {"object"})
WILD = re.compile(rf"{'|'.join(_TABLES - {'__all__'} | _FRAMES)}|\b(?:{_WILD_NAMES})\b|\bobject\(".encode())  # text with code that may mean any name


class Mentions(NamedTuple):
    """`bare`: names alone. `attributes`: what is asked of something, keywords too. `imported`: names after `import`. `texts`: words of texts.

    `values`: those that are handed on: neither only called nor only asked for something. `made`: beginnings and ends of names that are put
    together while it runs, `("visit_", "")`, and `fetches`: it gets objects by them; `loads`: the same of modules that are imported, of the last
    part of their names. `own`: it may look at every name of its own module; `reflective`: at those of anything else. `executes`: it runs texts
    that nobody knows.
    """

    bare: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    made: frozenset[tuple[str, str]] = frozenset()
    loads: frozenset[tuple[str, str]] = frozenset()
    fetches: bool = False
    own: bool = False
    reflective: bool = False
    executes: bool = False

    @property
    def wild(self) -> bool:
        """Whether it may mean names that do not stand there."""
        return self.own or self.reflective or bool(self.made or self.loads) or "*" in self.imported


def below(top: ast.AST) -> Iterator[ast.AST]:
    """It and everything below it, each before its parts: `ast.walk` in half of its time, without the nodes that only say load or store."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                waiting += [one for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST) and field != "ctx":
                waiting.append(value)


def arguments(call: ast.Call) -> list[ast.expr]:
    """What a call hands over, by place or by name."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def mentions(nodes: Iterable[ast.AST], foreign: frozenset[str] = frozenset(), own: frozenset[int] = frozenset()) -> Mentions:
    """Of everything below these nodes, but for a function's `own` names.

    `foreign`: names of modules from elsewhere, whose attributes are none of the repository's.
    """
    reader = _Reader(foreign, own)
    for node in nodes:
        reader.read(node)
    everywhere = not _FRAMES.isdisjoint(reader.attributes) and not _LOOKING.isdisjoint(reader.attributes | reader.bare)
    return Mentions(
        bare=frozenset(reader.bare),
        attributes=frozenset(reader.attributes),
        imported=frozenset(reader.imported),
        texts=frozenset(reader.texts),
        values=frozenset(reader.values),
        made=frozenset(reader.made),
        loads=frozenset(reader.loads),
        fetches=reader.fetches,
        own=reader.own,
        reflective=reader.reflective or everywhere,
        executes=reader.executes,
    )


class _Reader:
    def __init__(self, foreign: frozenset[str], own: frozenset[int]) -> None:
        self.foreign = foreign
        self.hidden = own
        self.bare: set[str] = set()
        self.attributes: set[str] = set()
        self.imported: set[str] = set()
        self.texts: set[str] = set()
        self.values: set[str] = set()
        self.made: set[tuple[str, str]] = set()
        self.loads: set[tuple[str, str]] = set()
        self.called = set[int]()  # and what is asked for something
        self.asked = set[int]()  # tables that are asked for one name alone
        self.fetches = False
        self.own = False
        self.reflective = False
        self.executes = False

    def read(self, top: ast.AST) -> None:
        for node in below(top):
            match node:
                case ast.Call(func=func):
                    self.called.add(id(func))
                    self._call(node)
                case ast.Subscript(value=ast.Attribute() as table, slice=ast.Constant()):
                    self.asked.add(id(table))
                case ast.Name() | ast.arg() if id(node) in self.hidden:
                    pass
                case ast.Name(id=name):
                    self.bare.add(name)
                    if id(node) not in self.called:
                        self.values.add(name)
                        self._passed_on(name)
                case ast.Attribute(value=value, attr=name):
                    self.called.add(id(value))
                    self.reflective = self.reflective or (name in _TABLES and not _is_self(value) and id(node) not in self.asked)
                    if not (isinstance(value, ast.Name) and value.id in self.foreign) or name in _FOREIGN:
                        self.attributes.add(name)
                        if id(node) not in self.called:
                            self.values.add(name)
                case ast.arg(arg=name):
                    self.bare.add(name)
                case ast.keyword(arg=str() as name):
                    self.attributes.add(name)
                case ast.alias(name=name):
                    self.imported.update(name.split("."))
                case ast.Constant(value=str() | bytes() as text):
                    self._text(text if isinstance(text, str) else text.decode("latin-1"))
                case ast.MatchClass(kwd_attrs=names):
                    self.attributes.update(names)
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    self.bare.update(names)
                case _:
                    pass

    def _text(self, text: str) -> None:
        if _NAMING.fullmatch(text) or _PICKLED.search(text):
            self.texts.update(_WORD.findall(text))
        if "{" in text:
            self.attributes.update(_FIELD.findall(text))

    def _passed_on(self, name: str) -> None:
        """Who is handed such a function may call it with any name."""
        self.reflective = self.reflective or name in _REFLECTIVE
        if name in _BY_NAME - {"object"}:
            self.made.add(("", ""))
            self.fetches = True

    def _call(self, call: ast.Call) -> None:
        match call.func:
            case ast.Attribute(value=ast.Constant(value=str() as text), attr="split"):
                self.texts.update(_WORD.findall(text))
            case ast.Attribute(value=ast.Attribute() as table, attr="get" | "setdefault" | "pop") if call.args and isinstance(call.args[0], ast.Constant):
                self.asked.add(id(table))
            case _:
                pass
        name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in _OWN and not call.args:
            self.own = True
        elif name in _REFLECTIVE and not (name == "vars" and _is_self(call.args[0])):
            self._executed(call) if name in _CODE else None
            self.reflective = True
        if name in _OF_OBJECTS and call.args:
            self.called.add(id(call.args[0]))  # looked at, not handed on
        if name in _BY_NAME:
            asked = call.args[1:2] if name in _OF_OBJECTS else call.args
            asked = [*asked, *(one for one in call.args[:1] if name in _OF_OBJECTS and isinstance(one, ast.JoinedStr | ast.BinOp))]
            found = [_made(argument) for argument in asked if not isinstance(argument, ast.Constant)]
            if name in _LOADING:
                self.loads.update((first.rpartition(".")[2], last.rpartition(".")[2]) for first, last in found)
            else:
                self.made.update(("", "") if "." in first + last else (first, last) for first, last in found)
                self.fetches = self.fetches or (bool(found) and name in _FETCHING)

    def _executed(self, call: ast.Call) -> None:
        self.own = True
        for one in call.args[:1]:
            self.executes = self.executes or not isinstance(one, ast.Constant)
            self.texts.update(_WORD.findall(one.value) if isinstance(one, ast.Constant) and isinstance(one.value, str) else ())


def _is_self(node: ast.expr) -> bool:
    """An object's own attributes are none of its class's."""
    return isinstance(node, ast.Name) and node.id == "self"


def _made(node: ast.expr) -> tuple[str, str]:
    """What is known of a name's beginning and end; nothing where it is put together by anything but an f-string or `+`."""
    return _end(node, 0), _end(node, -1)


def _end(node: ast.expr, which: int) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=[_, *_] as parts):
            return _end(parts[which], which)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _end((left, right)[which], which)
        case _:
            return ""


def made_of(names: Iterable[str], made: frozenset[tuple[str, str]]) -> bool:
    """Whether one of these names begins and ends like one of those of which anything is known."""
    return any((first or last) and name.startswith(first) and name.endswith(last) for name in names for first, last in made)

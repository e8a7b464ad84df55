"""What a function does to what is not its own: read from its text alone, and so rather too much than too little."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from ftaction.plan.selection.mentions import arguments, below
from ftaction.plan.selection.pieces import Function, beginning, dotted

READING = frozenset(
    [
        *("as_posix", "bit_length", "casefold", "capitalize", "copy", "count", "decode", "encode", "endswith", "end", "exists", "expandtabs", "find"),
        *("findall", "finditer", "format", "fullmatch", "get", "group", "groupdict", "groups", "hex", "index", "is_absolute", "is_dir", "is_file"),
        *("isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isdisjoint", "isidentifier", "islower", "isnumeric", "isspace", "issubset"),
        *("issuperset", "istitle", "isupper", "items", "join", "joinpath", "keys", "lower", "lstrip", "match", "most_common", "partition", "relative_to"),
        *("removeprefix", "removesuffix", "replace", "resolve", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "search", "span", "split"),
        *("splitlines", "start", "startswith", "strip", "sub", "swapcase", "title", "total_seconds", "translate", "upper", "values", "with_suffix"),
        *("intersection", "union", "difference", "symmetric_difference", "mro"),
    ]
)
"""Methods of Python's own objects that change nothing. Those that the repository gives such a name are followed all the same."""

_HANDING_OUT = frozenset(["get", "values", "items"])
"""Of these, those that give objects which somebody else has too."""

FRESH = frozenset(
    [
        *("abs", "all", "any", "bool", "bytearray", "bytes", "callable", "chr", "dict", "enumerate", "float", "format", "frozenset", "hasattr", "hash"),
        *("hex", "id", "int", "isinstance", "issubclass", "len", "list", "object", "ord", "range", "repr", "reversed", "round", "set", "slice", "sorted"),
        *("str", "sum", "super", "tuple", "type", "zip", "OrderedDict", "defaultdict", "Counter", "deque"),
    ]
)
"""Built-in calls whose result is a new object, and that change nothing."""

_SETTING = frozenset(["setattr", "delattr"])
_NEW = ast.Constant | ast.JoinedStr | ast.UnaryOp | ast.BinOp | ast.Compare | ast.Lambda


class Doing(NamedTuple):
    """What a function does to what is not its own; names are dotted, as they stand there.

    `changed`: objects behind names; `asked`: those that it asks to do something, or may have by another name; `handed`: those that it hands to a
    call, with the call's name; `passed`: the names of calls that it hands on to what it was handed itself. `patched`: attributes that are set.
    `acted`: what a statement does nothing else with. `called`, and `methods`: calls by a name, and of anything that has that name. `returned`:
    what it may give back. `of_class`: attributes of its class that it changes. `results`: it changes what a call gave it; `arguments`: what it
    was handed.
    """

    changed: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    handed: frozenset[tuple[str, str]] = frozenset()
    passed: frozenset[str] = frozenset()
    patched: frozenset[str] = frozenset()
    acted: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()
    of_class: frozenset[str] = frozenset()
    results: bool = False
    arguments: bool = False


def doing(function: ast.stmt) -> Doing:
    """Of one function, with what is defined in it."""
    return _Reader(function).doing()


class _Reader:
    def __init__(self, function: ast.stmt) -> None:
        self.nodes = list(below(function))
        self.own = _locals(function, self.nodes)
        self.selves = {"self", "cls"} & self.own
        self.parameters = {node.arg for node in self.nodes if isinstance(node, ast.arg)} - self.selves
        self.found: defaultdict[str, set[Any]] = defaultdict(set)
        self.results = self.arguments = False

    def doing(self) -> Doing:
        for node in self.nodes:
            match node:
                case ast.Global(names=names):
                    self.found["changed"].update(names)
                case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                    self._changes(value, "changed")
                case ast.Attribute(value=value, ctx=ast.Store() | ast.Del()):
                    self._sets(node, value)
                case ast.AugAssign(target=ast.Name() as target):
                    self._changes(target, "changed")
                case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value) | ast.YieldFrom(value=value):
                    self.found["returned"].update(name for name, _ in self._origins(value) if name not in self.parameters)
                case ast.Expr(value=ast.Call() as call):
                    self.found["acted"].update(self._outer(call.func))
                case ast.Call():
                    self._calls(node)
                case _:
                    pass
        found = {name: frozenset(names) for name, names in self.found.items()}
        return Doing(**found, results=self.results, arguments=self.arguments)

    def _calls(self, call: ast.Call) -> None:
        name = called = dotted(call.func)
        if isinstance(call.func, ast.Attribute):
            called = name or call.func.attr
            self.found["methods"].add(call.func.attr)
            if call.func.attr not in READING:
                self._changes(call.func.value, "asked")
        if name and name.partition(".")[0] not in self.own:
            self.found["called"].add(name)
        if name in _SETTING and call.args:
            self._changes(call.args[0], "changed")
        for handed in arguments(call):
            for one, _ in self._origins(handed):
                if one in self.parameters:
                    self.found["passed"].add(called)
                else:
                    self.found["handed"].add((called, one))

    def _sets(self, node: ast.Attribute, value: ast.expr) -> None:
        if isinstance(value, ast.Name) and value.id in self.selves:
            return  # of the object itself, which whoever calls this has
        self.found["patched"].update(self._outer(node))
        self._changes(value, "changed")

    def _changes(self, value: ast.expr, how: str) -> None:
        """The object that this stands for is changed: `changed` for sure, or only `asked` to do something."""
        name = dotted(value)
        if name and name.partition(".")[0] not in self.own:
            self.found[how].add(name)
            self.found["acted"].update([name] if how == "changed" else [])
        for origin, is_result in self._origins(value):
            root, _, rest = origin.partition(".")
            self.results = self.results or is_result
            if root in self.parameters:
                self.arguments = True
            elif root in self.selves:
                self.found["of_class"].update([rest.partition(".")[0]] if rest else [])
            else:
                self.found["asked"].add(origin)

    def _outer(self, node: ast.AST) -> Iterable[str]:
        """What it begins with, where that is not the function's own: `logging.getLogger(name).setLevel` begins with what is outside."""
        name = beginning(node)
        return [name] if name and name.partition(".")[0] not in self.own else []

    def _origins(self, value: ast.expr) -> Iterator[tuple[str, bool]]:
        """Names from outside that it may have this object from, and whether by a call; its own names stand for what they were given."""
        waiting: list[tuple[ast.AST, bool]] = [(value, False)]
        known = set[str]()
        while waiting:
            node, called = waiting.pop()
            name = dotted(node)
            root = name.partition(".")[0]
            if root in self.parameters:
                yield root, called
            elif root and (root not in self.own or root in self.selves):
                yield name, called
            elif root and root not in known:
                known.add(root)
                waiting += [(given, called) for given in self._given.get(root, ())]
            elif not root and not isinstance(node, _NEW) and not _makes_new(node):
                waiting += [(part, called or isinstance(node, ast.Call)) for part in ast.iter_child_nodes(node)]

    @cached_property
    def _given(self) -> dict[str, list[ast.AST]]:
        """Its own names, and what each is given."""
        found: dict[str, list[ast.AST]] = {}
        for node in self.nodes:
            match node:
                case ast.Assign(targets=targets, value=value):
                    pass
                case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                    targets = [target]
                case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                    targets = [target]
                case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                    targets = [target]
                case _:
                    continue
            for name in {one.id for target in targets for one in below(target) if isinstance(one, ast.Name)}:
                found.setdefault(name, []).append(value)
        return found


def _makes_new(value: ast.AST) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = value.func.attr if isinstance(value.func, ast.Attribute) else dotted(value.func)
    a_class = name.lstrip("_")[:1].isupper() and not name.isupper()
    return a_class or name in FRESH or (isinstance(value.func, ast.Attribute) and name in READING - _HANDING_OUT)


def _locals(function: ast.stmt, nodes: list[ast.AST]) -> frozenset[str]:
    outer = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.name for node in nodes if isinstance(node, Function | ast.ClassDef) and node is not function}
    return frozenset(own - outer)

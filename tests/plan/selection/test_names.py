"""What an edit reaches by name: a table of small repositories, each with one edit and the functions that may notice it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ftaction.plan.selection import names
from ftaction.plan.selection.code import Code, Ran
from ftaction.plan.selection.edits import compare
from ftaction.plan.selection.imports import Modules
from ftaction.plan.selection.outline import outline
from ftaction.plan.selection.wanted import TooWideError


class Row(NamedTuple):
    """`edit`: what replaces the file `a.py`. `reached`: functions beside those of `a.py` itself that may run otherwise. `imported`: ran at import.

    `late`: files that nothing loads before the tests run. `where`: the files in whose import those ran; else any.
    """

    why: str
    files: dict[str, str]
    edit: str
    reached: set[str]
    imported: set[tuple[str, str]] = set()
    whole: set[str] = set()
    late: set[str] = set()
    where: set[str] = set()

    def at_import(self, place: tuple[str, str]) -> frozenset[str]:
        return frozenset(self.where or self.files) if place in self.imported else frozenset()


def reached(row: Row) -> tuple[set[str], set[str]]:
    modules = Modules(row.files, ())
    contents = {path: text.encode() for path, text in row.files.items()} | {"a.py": row.edit.encode()}
    edits = compare(outline(row.files["a.py"].encode(), modules.own), outline(row.edit.encode(), modules.own))
    loaded = {*row.files} - row.late
    earlier = {"a.py": row.files["a.py"].encode()}
    code = Code(contents, earlier, modules, Ran(row.at_import, loaded, loaded, (), ()), contents.get)
    found = names.spread(code, {"a.py": edits})
    own = {("a.py", name) for name in edits.units}
    return {f"{path.removesuffix('.py')}.{name}" for path, name in found.units - own if name != "<module>"}, set(found.whole)


CONSTANT = "X = 1\n"
MADE = {"a.py": "def f(): return 1\n", "b.py": "from a import f\nV = f()\ndef g(): return V\n", "c.py": "from a import f\nW = f()\ndef h(): return W\n"}
LISTED = "HOOKS = []\ndef hook(f): HOOKS.append(f)\ndef every(): return [f() for f in HOOKS]\n"
HOOKED = {
    "a.py": "def f(): return 1\n", "d.py": LISTED, "b.py": "from a import f\nfrom d import hook\nhook(f)\ndef g(): pass\n",
    "c.py": "from d import every\nW = every()\ndef h(): return W\n",
}  # fmt: skip
CLASS = {
    "a.py": "class C:\n  def __init__(self): self.x = 1\n", "b.py": "from a import C\nclass D(C): pass\ndef g(): pass\n",
    "c.py": "from b import D\nW = D()\ndef h(): return W\n",
}  # fmt: skip
RUNS_AT_IMPORT = [
    Row("what a module made with it, where its import ran it", MADE, "def f(): return 2\n", set(), whole={"b.py"}, imported={("a.py", "f")}, where={"b.py"}),
    Row("in both", MADE, "def f(): return 2\n", set(), whole={"b.py", "c.py"}, imported={("a.py", "f")}, where={"b.py", "c.py"}),
    Row(
        "handed to a list in one module, run by the import of another",
        HOOKED,
        "def f(): return 2\n",
        set(),
        whole={"c.py"},
        imported={("a.py", "f"), ("d.py", "every"), ("d.py", "hook")},
        where={"c.py"},
    ),
    Row(
        "of a class that another one extends",
        CLASS,
        "class C:\n  def __init__(self): self.x = 2\n",
        set(),
        whole={"c.py"},
        imported={("a.py", "C.__init__")},
        where={"c.py"},
    ),
    Row(
        "through a function that ran in another import only",
        {**MADE, "b.py": "from a import f\ndef e(): return f()\n", "c.py": "from b import e\nW = e()\ndef h(): return W\n"},
        "def f(): return 2\n",
        set(),
        whole={"c.py"},
        imported={("a.py", "f"), ("b.py", "e")},
        where={"c.py"},
    ),
]
DOCUMENTED = "def f():\n  'one'\n"
ADDED = "from a import f\nfrom c import app\napp.add(f)\ndef g(): pass\n"
APP = "class App:\n  def add(self, f): self.f = f\n  def help(self): return self.f.__doc__\napp = App()\ndef show(): return app.help()\n"
DOCUMENTATION_ROWS = [
    Row("not by who asks some class for its own", {"a.py": DOCUMENTED, "b.py": "import a\ndef g(c): return c.__doc__\n"}, "def f():\n  'two'\n", set()),
    Row(
        "by who asks all there is in the module",
        {"a.py": DOCUMENTED, "b.py": "import a\ndef g(): return [f.__doc__ for f in vars(a)] + [a.f()]\n"},
        "def f():\n  'two'\n",
        {"b.g"},
    ),
    Row(
        "of a class: every object knows it",
        {"a.py": "class C:\n  'one'\n", "b.py": "import a\ndef g(c): return type(c).__doc__\n"},
        "class C:\n  'two'\n",
        {"b.g"},
    ),
    Row("of a test: its runner knows it", {"a.py": DOCUMENTED, "b.py": "def g(c): return c.__doc__\n"}, "def f():\n  'two'\n", {"b.g"}),
    Row(
        "documentation, by what its decorator belongs to",
        {"a.py": "from c import app\n@app.add\ndef f():\n  'one'\n", "c.py": APP},
        "from c import app\n@app.add\ndef f():\n  'two'\n",
        {"a.f", "c.App.help"},
        whole={"a.py"},
    ),
    Row(
        "documentation, by what is handed the function at import",
        {"a.py": DOCUMENTED, "b.py": ADDED, "c.py": APP},
        "def f():\n  'two'\n",
        {"c.App.add", "c.App.help", "c.show"},
        whole={"b.py"},
    ),
    Row(
        "under another name",
        {"a.py": DOCUMENTED, "b.py": ADDED.replace("import f", "import f as e").replace("(f)", "(e)"), "c.py": APP},
        "def f():\n  'two'\n",
        {"c.App.add", "c.App.help", "c.show"},
        whole={"b.py"},
    ),
    Row("by what a module asks for", {"a.py": DOCUMENTED, "b.py": "from a import f\nTEXT = f.__doc__\ndef g(): return TEXT\n"}, "def f():\n  'two'\n", {"b.g"}),
    Row(
        "by what is made of it",
        {"a.py": DOCUMENTED, "b.py": "from a import f\nfrom x import command\nC = command(f)\ndef g(): return C\n"},
        "def f():\n  'two'\n",
        {"b.g"},
        whole={"b.py"},
    ),
    Row(
        "not by a type made of it",
        {
            "a.py": "class C:\n  'one'\n",
            "b.py": "import typing\nfrom a import C\nT = typing.TypeVar('T', bound=C)\nclass D(C): pass\n"
            "def g(): return typing.Optional[T]\ndef h(): return D()\n",
        },
        "class C:\n  'two'\n",
        {"b.g"},
    ),
    Row(
        "not by another one's own documentation",
        {"a.py": DOCUMENTED, "b.py": "'text'\nimport a\nP = parser(__doc__)\ndef g(): return P\n"},
        "def f():\n  'two'\n",
        set(),
    ),
]
BARE = {"a.py": "class C:\n  def __init__(self): self.x = 1\n", "b.py": "from a import C\ndef f(): return C().x\n"}
ANNOTATION_ROWS = [
    Row(
        "an annotation: whoever runs it, no more",
        {"a.py": "def e(x): return x\n", "b.py": "from a import e\ndef g(): return e(1)\n"},
        "def e(x: int) -> int: return x\n",
        {"a.e"},
    ),
    Row(
        "who hands it on",
        {"a.py": "def e(x): return x\n", "b.py": "from a import e\nfrom x import run\ndef g(): return run(e)\n"},
        "def e(x: int): return x\n",
        {"a.e", "b.g"},
    ),
    Row(
        "where it is handed on at import",
        {"a.py": "def f(x): return x\n", "b.py": ADDED, "c.py": APP},
        "def f(x: int): return x\n",
        {"a.f", "c.App.add", "c.App.help", "c.show"},
        whole={"b.py"},
    ),
    Row(
        "who decorates it",
        {"a.py": "from c import app\n@app.add\ndef f(x): return x\n", "c.py": APP},
        "from c import app\n@app.add\ndef f(x: int): return x\n",
        {"a.f"},
        whole={"a.py"},
    ),
    Row("of an attribute without a value: nobody", BARE, "class C:\n  x: int\n  def __init__(self): self.x = 1\n", set()),
    Row(
        "who may ask for it",
        {**BARE, "b.py": BARE["b.py"] + "from x import hints\ndef g(): return hints(C)\n"},
        "class C:\n  x: int\n  def __init__(self): self.x = 1\n",
        {"b.g"},
    ),
    Row(
        "a field of a class that is made of its annotations",
        {"a.py": "from x import made\n@made\nclass C:\n  x: int\n", "b.py": "from a import C\ndef f(): return C()\n"},
        "from x import made\n@made\nclass C:\n  x: int\n  y: int\n",
        {"b.f"},
    ),
    Row(
        "the order of its fields",
        {"a.py": "from x import made\n@made\nclass C:\n  x: int\n  y: int\n", "b.py": "from a import C\ndef f(): return C()\n"},
        "from x import made\n@made\nclass C:\n  y: int\n  x: int\n",
        {"b.f"},
    ),
    Row("a value beside it", {"a.py": "class C:\n  x: int = 1\n", "b.py": "from a import C\ndef f(): return C.x\n"}, "class C:\n  x: int = 2\n", {"b.f"}),
    Row("of a value: nobody", {"a.py": "class C:\n  x: int = 1\n", "b.py": "from a import C\ndef f(): return C.x\n"}, "class C:\n  x: str = 1\n", set()),
]
TABLE = "def f():\n  'one'\nT = {'x': f}\n"
BASE = "class Base:\n  def explain(self, name): return getattr(self, 'do_' + name).__doc__\n"
OTHER_WAYS = [
    Row(
        "what a function that another import ran put in a table",
        {
            "a.py": "def f(): return 1\ndef build(): return {'x': f}\nT = build()\n",
            "b.py": "from a import T\nX = T['x']()\ndef g(): return X\n",
        },
        "def f(): return 2\ndef build(): return {'x': f}\nT = build()\n",
        set(),
        whole={"b.py"},
        imported={("a.py", "f"), ("a.py", "build")},
        where={"b.py"},
    ),
    Row(
        "what is registered by a decorator and run by an import",
        {
            "a.py": "from c import on\n@on\ndef f(): return 1\n",
            "c.py": "ALL = []\ndef on(f): ALL.append(f); return f\ndef fire(): return [f() for f in ALL]\n",
            "b.py": "import a\nfrom c import fire\nX = fire()\ndef g(): return X\n",
        },
        "from c import on\n@on\ndef f(): return 2\n",
        set(),
        whole={"a.py", "b.py"},
        imported={("a.py", "f"), ("c.py", "fire"), ("c.py", "on")},
        where={"b.py"},
    ),
    Row(
        "a method that a base from elsewhere calls by its name",
        {
            "a.py": "import json\nclass E(json.JSONEncoder):\n  def default(self, o): return 1\n",
            "b.py": "import json\nfrom a import E\nX = json.dumps({}, cls=E)\ndef g(): return X\n",
        },
        "import json\nclass E(json.JSONEncoder):\n  def default(self, o): return 2\n",
        set(),
        whole={"b.py"},
        imported={("a.py", "E.default")},
        where={"b.py"},
    ),
    Row(
        "of a class in a class",
        {"a.py": "class A:\n  class B:\n    def __init__(self): self.n = 1\nX = A.B().n\n", "b.py": "import a\ndef g(): return a.X\n"},
        "class A:\n  class B:\n    def __init__(self): self.n = 2\nX = A.B().n\n",
        set(),
        whole={"a.py"},
        imported={("a.py", "A.B.__init__")},
        where={"a.py"},
    ),
    Row(
        "a class that hears of its classes",
        {
            "a.py": "class P:\n  L = {}\n  def __init_subclass__(cls): P.L[cls.__name__] = cls\n",
            "b.py": "from a import P\nclass F(P): pass\n",
            "c.py": "import b\nfrom a import P\ndef g(): return P.L\n",
        },
        "class P:\n  L = {}\n  def __init_subclass__(cls): P.L[cls.__name__.upper()] = cls\n",
        set(),
        whole={"b.py"},
        imported={("a.py", "P.__init_subclass__")},
        where={"b.py"},
    ),
    Row(
        "documentation that is asked for at once", {"a.py": DOCUMENTED, "b.py": "from a import f\ndef g(): return f.__doc__\n"}, "def f():\n  'two'\n", {"b.g"}
    ),
    Row("through its module", {"a.py": DOCUMENTED, "b.py": "import a\ndef g(): return a.f.__doc__\n"}, "def f():\n  'two'\n", {"b.g"}),
    Row(
        "of what stands in a table",
        {"a.py": TABLE, "b.py": "from a import T\ndef g(): return [f.__doc__ for f in T.values()]\n"},
        TABLE.replace("one", "two"),
        {"b.g"},
    ),
    Row(
        "by a name that a base makes up",
        {"c.py": BASE, "a.py": "from c import Base\nclass K(Base):\n  def do_it(self):\n    'one'\n", "b.py": "from a import K\n"},
        "from c import Base\nclass K(Base):\n  def do_it(self):\n    'two'\n",
        {"c.Base.explain"},
    ),
    Row(
        "by what a function handed on at import",
        {"a.py": DOCUMENTED + "def main(): return use(f)\n", "b.py": "from a import main\nX = main()\ndef g(): return X\n"},
        "def f():\n  'two'\ndef main(): return use(f)\n",
        {"a.main"},
        whole={"b.py"},
        imported={("a.py", "main")},
        where={"b.py"},
    ),
    Row(
        "annotations that a base asks for",
        {
            "c.py": "class Base:\n  def fields(self): return hints(type(self))\n",
            "a.py": "from c import Base\nclass K(Base):\n  x: int\n",
            "b.py": "from a import K\ndef g(): return K().fields()\n",
        },
        "from c import Base\nclass K(Base):\n  x: str\n",
        {"b.g"},
    ),
    Row(
        "annotations that are kept",
        {"a.py": "def f(x: int): pass\nH = f.__annotations__\n", "b.py": "from a import H\ndef g(): return H\n"},
        "def f(x: str): pass\nH = f.__annotations__\n",
        {"a.f", "b.g"},
    ),
]
OTHER_WAYS += [
    Row(
        "a class that its metaclass takes down",
        {
            "a.py": "L = []\nclass M(type):\n  def __init__(cls, *a): L.append(1)\n",
            "b.py": "from a import M\nclass F(metaclass=M): pass\n",
            "c.py": "import b\nfrom a import L\ndef g(): return L\n",
        },
        "L = []\nclass M(type):\n  def __init__(cls, *a): L.append(2)\n",
        set(),
        whole={"b.py"},
        imported={("a.py", "M.__init__")},
        where={"b.py"},
    ),
    Row(
        "documentation of any object's class, by the standard library",
        {
            "a.py": "class K:\n  'one'\n",
            "b.py": "import inspect\nimport a\ndef g(c): return inspect.getdoc(type(c))\n",
        },
        "class K:\n  'two'\n",
        {"b.g"},
    ),
]
IMPORTED = [
    Row(f"an import written {how}", {"a.py": CONSTANT, "b.py": text + "def f(): return a.X\n"}, "X = 2\n", {"b.f"})
    for how, text in {
        "behind a colon": "if True: import a\n", "behind a semicolon": "import os; import a\n", "over two lines": "import \\\n  a\n",
        "with a comment that has a bracket": "from . import (  # (old)\n  a,\n)\n",
    }.items()
]  # fmt: skip
ROWS = [
    *OTHER_WAYS,
    *IMPORTED,
    *RUNS_AT_IMPORT,
    *DOCUMENTATION_ROWS,
    *ANNOTATION_ROWS,
    Row("who imports a name and uses it", {"a.py": CONSTANT, "b.py": "from a import X\ndef f(): return X\ndef g(): return 1\n"}, "X = 2\n", {"b.f"}),
    Row("under another name", {"a.py": CONSTANT, "b.py": "from a import X as Y\ndef f(): return Y\n"}, "X = 2\n", {"b.f"}),
    Row("through another module", {"a.py": CONSTANT, "b.py": "from a import X\n", "c.py": "from b import X\ndef f(): return X\n"}, "X = 2\n", {"c.f"}),
    Row("all of a module's names", {"a.py": CONSTANT, "b.py": "from a import *\ndef f(): return X\n"}, "X = 2\n", {"b.f"}),
    Row("one of several names that an import brings",
        {"a.py": CONSTANT + "Z = 1\n", "b.py": "from a import X, Z\ndef f(): return X\ndef g(): return Z\n"}, "X = 2\nZ = 1\n", {"b.f"}),
    Row("of the module", {"a.py": CONSTANT, "b.py": "import a\ndef f(): return a.X\n"}, "X = 2\n", {"b.f"}),
    Row("in a function", {"a.py": CONSTANT, "b.py": "def f():\n  from a import X\n  return X\n"}, "X = 2\n", {"b.f"}),
    Row("by a text, as mock.patch takes", {"a.py": CONSTANT, "b.py": "import a\ndef f(): patch('a.X')\n"}, "X = 2\n", {"b.f"}),
    Row("by getattr", {"a.py": CONSTANT, "b.py": "import a\ndef f(): return getattr(a, 'X')\n"}, "X = 2\n", {"b.f"}),
    Row("by a name that is made up", {"a.py": "go_x = 1\n", "b.py": "import a\ndef f(n): return getattr(a, f'go_{n}')\n"}, "go_x = 2\n", {"b.f"}),
    Row("not by one that begins otherwise", {"a.py": "go_x = 1\n", "b.py": "import a\ndef f(n): return getattr(a, f'do_{n}')\n"}, "go_x = 2\n", set()),
    Row("by looking at all there is", {"a.py": CONSTANT, "b.py": "import a\ndef f(): return vars(a)\n"}, "X = 2\n", {"b.f"}),
    Row(
        "by one who is handed the module", {"a.py": CONSTANT, "b.py": "import a\nimport c\ndef f(): c.g(a)\n", "c.py": "def g(m): return dir(m)\n"}, "X = 2\n",
        {"c.g"},
    ),
    Row("not by one who is handed something else", {"a.py": CONSTANT, "b.py": "import a\n", "c.py": "def g(m): return dir(m)\n"}, "X = 2\n", set()),
    Row("another file's own name of that kind", {"a.py": CONSTANT, "b.py": "X = 1\ndef f(): return X\n"}, "X = 2\n", set()),
    Row("a new function that nobody can reach", {"a.py": "", "b.py": "import a\ndef f(): return a.y\n"}, "def new(): pass\n", set()),
    Row("a new function that somebody may try", {"a.py": "", "b.py": "import a\ndef f(): return a.new()\n"}, "def new(): pass\n", {"b.f"}),
    Row("a value made of it", {"a.py": CONSTANT, "b.py": "from a import X\nY = X + 1\ndef f(): return Y\n"}, "X = 2\n", {"b.f"}),
    Row("a default made of it", {"a.py": CONSTANT, "b.py": "from a import X\ndef f(y=X): return y\ndef g(): return f()\n"}, "X = 2\n", {"b.f", "b.g"}),
    Row(
        "an annotation: whoever runs it, no more", {"a.py": "class C:\n  x = 1\n", "b.py": "from a import C\ndef f(c: C): pass\ndef g(): f(1)\n"},
        "class C:\n  x = 2\n", {"b.f"},
    ),
    Row(
        "a decorator may ask for annotations", {"a.py": "class C:\n  x = 1\n", "b.py": "from a import C\n@app.command()\ndef f(c: C): pass\ndef g(): f(1)\n"},
        "class C:\n  x = 2\n", {"b.f", "b.g"}, whole={"b.py"},
    ),
    Row("a class of it", {"a.py": "class C:\n  x = 1\n", "b.py": "from a import C\nclass D(C): pass\ndef f(): D()\n"}, "class C:\n  x = 2\n", {"b.f"}),
    Row("an attribute of whatever object", {"a.py": "class C:\n  x = 1\n", "b.py": "def f(c): return c.x\n"}, "class C:\n  x = 2\n", {"b.f"}),
    Row(
        "a table filled by a decorator", {"a.py": "from r import put\n", "r.py": "T = {}\ndef put(f):\n  T[f.__name__] = f\n  return f\ndef get(): return T\n"},
        "from r import put\n@put\ndef one(): pass\n", set(), whole={"a.py"},
    ),
    Row(
        "a table filled by a call", {"a.py": "from r import T\n", "r.py": "T = []\ndef get(): return T\n"}, "from r import T\nT.append(1)\n",
        {"r.get"}, whole={"a.py"},
    ),
    Row(
        "something that is not the repository's, where it runs as a program", {"a.py": "import sys\n"},
        "import sys\nif __name__ == '__main__':\n  sys.path.append('x')\n", set(),
    ),
    Row(
        "an import of what nobody loaded counts for all that this does to others",
        {"a.py": "", "n.py": "from r import T\nT.append(1)\n", "r.py": "T = []\ndef get(): return T\n"}, "import n\n",
        {"r.get"}, whole={"a.py", "n.py"}, late={"n.py"},
    ),
    Row(
        "also by way of another one",
        {"a.py": "", "m.py": "import n\n", "n.py": "from r import T\nT.append(1)\n", "r.py": "T = []\ndef get(): return T\n"},
        "import m\n", {"r.get"}, whole={"a.py", "n.py"}, late={"m.py", "n.py"},
    ),
    Row(
        "and of what somebody loaded for nothing", {"a.py": "", "n.py": "from r import T\nT.append(1)\n", "r.py": "T = []\ndef get(): return T\n"},
        "import n\n", set(), whole={"a.py"},
    ),
    Row(
        "an import that goes, of what nobody else loads",
        {"a.py": "import n\n", "n.py": "from r import T\nT.append(1)\n", "r.py": "T = []\ndef get(): return T\n"},
        "", {"r.get"}, whole={"a.py", "n.py"},
    ),
    Row(
        "and of what others load",
        {"a.py": "import n\n", "b.py": "import n\n", "n.py": "from r import T\nT.append(1)\n", "r.py": "T = []\ndef get(): return T\n"},
        "", set(), whole={"a.py"},
    ),
    Row(
        "two files of the same text are two",
        {
            "a.py": CONSTANT, "b.py": "from a import X\nY = X\n", "c.py": "from a import X\nY = X\n", "d.py": "from b import Y\ndef f(): return Y\n",
            "e.py": "from c import Y\ndef g(): return Y\n",
        },
        "X = 2\n", {"d.f", "e.g"},
    ),
    Row("a package that nothing loaded", {"a.py": ""}, "import strange\n", set(), whole={"a.py"}),
    Row(
        "an attribute of a module set from outside", {"a.py": "import b\n", "b.py": "def g(): pass\n", "c.py": "from b import g\ndef f(): g()\n"},
        "import b\nb.g = 1\n", {"c.f"}, whole={"a.py"},
    ),
    Row("an import that nobody uses", {"a.py": "", "b.py": "import a, os\ndef f(): return os.sep\n"}, "import os\n", set()),
    Row(
        "a function that ran at import makes other values", {"a.py": "def make(): return 1\n", "b.py": "from a import make\nY = make()\ndef f(): return Y\n"},
        "def make(): return 2\n", set(), whole={"a.py", "b.py"}, imported={("a.py", "make")},
    ),
    Row(
        "one that did not makes none", {"a.py": "def make(): return 1\n", "b.py": "from a import make\nY = make\ndef f(): return Y\n"},
        "def make(): return 2\n", set(),
    ),
    Row(
        "documentation that is asked for", {"a.py": "def d():\n  'x'\n", "b.py": "def f(g): return g.__doc__\ndef h(): return 1\n"},
        "def d():\n  'y'\n", {"b.f"},
    ),
    Row(
        "documentation of what is handed on", {"a.py": "def d():\n  'x'\n", "b.py": "from a import d\ndef f(): run(d)\ndef g(): d()\n"},
        "def d():\n  'y'\n", {"b.f"},
    ),
    Row(
        "bases that keep lists", {"a.py": "from b import B\n", "b.py": "class B:\n  def __init_subclass__(cls): pass\ndef f(): return B\n"},
        "from b import B\nclass C(B): pass\n", {"b.f"}, whole={"a.py"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.why for row in ROWS])
def test_an_edit_reaches(row: Row) -> None:
    assert reached(row) == (row.reached, row.whole)


@pytest.mark.parametrize(
    "row",
    [
        Row("a thousand names", {"a.py": CONSTANT, "b.py": "from a import X\n" + "".join(f"Y{number} = X\n" for number in range(1000))}, "X = 2\n", set()),
        Row("something of the whole process", {"a.py": "import logging\n"}, "import logging\nlogging.disable()\n", set()),
        Row("by its own name", {"a.py": "from logging import disable\n"}, "from logging import disable\ndisable()\n", set()),
        Row("an item of it", {"a.py": "import os\n"}, "import os\nos.environ['A'] = '1'\n", set()),
    ],
    ids=lambda row: row.why,
)
def test_what_reaches_everything_is_given_up(row: Row) -> None:
    with pytest.raises(TooWideError):
        reached(row)

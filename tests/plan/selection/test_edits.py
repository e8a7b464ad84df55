"""What an edit of a Python file means: code that runs otherwise, names that mean something else, or everything."""

from __future__ import annotations

import pytest

from ftaction.plan.selection.edits import compare
from ftaction.plan.selection.meaning import Edits
from ftaction.plan.selection.outline import outline

OWN = frozenset(["app"])


def edits(old: str, new: str) -> dict[str, object]:
    """Only what is not empty, without whether the body differs and what is mentioned: these have tests of their own."""
    found = compare(outline(old.encode(), OWN), outline(new.encode(), OWN))._asdict()
    del found["body"], found["used"]
    return {name: set(value) if isinstance(value, frozenset) else value for name, value in found.items() if value}


ROWS: list[tuple[str, str, str, dict[str, object]]] = [
    ("a comment is nothing", "x = 1\n", "# one\nx = 1\n", {}),
    ("nor is where a line breaks", "f(1, 2)\n", "f(\n  1,\n  2,\n)\n", {}),
    ("a function's body is a unit", "def f():\n  return 1\n", "def f():\n  return 2\n", {"units": {"f"}}),
    ("so is a method's", "class C:\n  def m(self):\n    return 1\n", "class C:\n  def m(self):\n    return 2\n", {"units": {"C.m"}}),
    ("what is defined in a function is its body", "def f():\n  def g(): return 1\n", "def f():\n  def g(): return 2\n", {"units": {"f"}}),
    (
        "a decorator that nobody knows may hide whether it ran", "@jit\ndef f():\n  return 1\n", "@jit\ndef f():\n  return 2\n",
        {"units": {"f"}, "opaque": {"f"}},
    ),
    (
        "a property is what it decorates", "class C:\n  @property\n  def p(self): return 1\n", "class C:\n  @property\n  def p(self): return 2\n",
        {"units": {"C.p"}},
    ),
    ("the kinds of its parameters are its head", "def f(a, b): pass\n", "def f(a, *, b): pass\n", {"units": {"f"}, "names": {"f"}}),
    ("so are its stars", "def f(*a): pass\n", "def f(**a): pass\n", {"units": {"f"}, "names": {"f"}}),
    ("and whose default it is", "def f(*, a=1, b): pass\n", "def f(*, a, b=1): pass\n", {"units": {"f"}, "names": {"f"}}),
    ("a coroutine is another thing", "def f(): pass\n", "async def f(): pass\n", {"units": {"f"}, "names": {"f"}}),
    ("a base is no decorator", "class C(B): pass\n", "@B\nclass C: pass\n", {"names": {"C"}, "bases": {"B"}, "called": {"B"}}),
    ("a new test: classes elsewhere may inherit it", "class C: pass\n", "class C:\n  def test_m(self): pass\n",
        {"units": {"C.test_m"}, "attributes": {"test_m"}, "names": {"C"}}),
    ("what a module says it exports", "__all__ = ['f', 'g']\n", "__all__ = ['f']\n", {"names": {"__all__", "f", "g"}}),
    ("a function that is handed on may run", "", "T = list(map(add, A))\n", {"names": {"T"}, "called": {"list", "map"}, "passed": {"add", "A"}}),
    (
        "decorated functions that change places", "@on\ndef f(): pass\n@on\ndef g(): pass\n", "@on\ndef g(): pass\n@on\ndef f(): pass\n",
        {"units": {"g"}, "names": {"g"}, "called": {"on"}},
    ),
    ("a class behind what its body reads", "class C:\n  x = M\nM = 2\n", "M = 2\nclass C:\n  x = M\n", {"names": {"M"}}),
    ("a function behind an import of its name", "from a import f\ndef f(): pass\n", "def f(): pass\nfrom a import f\n", {"units": {"f"}, "names": {"f"}}),
    (
        "functions that change places: who looks at all of a module meets them in another order", "def f(): pass\ndef g(): pass\n",
        "def g(): pass\ndef f(): pass\n", {"units": {"g"}, "names": {"g"}},
    ),
    (
        "what the body of a new class does", "", "class C:\n  x = put(1)\n  @on\n  def f(self): pass\n",
        {"units": {"C.f"}, "names": {"C"}, "called": {"put", "on"}},
    ),
    ("a default is seen by whoever asks for the name", "def f(a=1): pass\n", "def f(a=2): pass\n", {"units": {"f"}, "names": {"f"}}),
    ("an annotation alone: typer and pydantic ask", "def f(a: int): pass\n", "def f(a: str): pass\n", {"annotated": {"f"}}),
    ("of a field", "class C:\n  x: int = 1\n", "class C:\n  x: str = 1\n", {"annotated": {"C.x"}}),
    ("one without a value gives no meaning", "", "x: int\n", {"annotated": {"x"}}),
    (
        "a decorator without arguments may change what it belongs to", "", "@app.add\ndef f(): pass\n",
        {"units": {"f"}, "names": {"f"}, "called": {"app.add"}},
    ),
    ("a new function is a new name", "", "def f(): pass\n", {"units": {"f"}, "names": {"f"}}),
    ("a function that is gone takes its name along", "def f(): pass\n", "", {"units": {"f"}, "names": {"f"}}),
    ("two of one name are one unit", "def f(): return 1\ndef f(): return 2\n", "def f(): return 3\ndef f(): return 2\n", {"units": {"f"}}),
    ("a constant is its name", "X = 1\n", "X = 2\n", {"names": {"X"}}),
    (
        "a new method: whoever is handed one of the class may look for it", "class C: pass\n", "class C:\n  def m(self): pass\n",
        {"units": {"C.m"}, "attributes": {"m"}, "names": {"C"}},
    ),
    (
        "its bases make the class, and may count its methods", "class C(B): pass\n", "class C(B):\n  def m(self): pass\n",
        {"units": {"C.m"}, "attributes": {"m"}, "names": {"C"}, "bases": {"B"}},
    ),
    (
        "nobody asks for `__eq__` by its name", "class C: pass\n", "class C:\n  def __eq__(self, o): pass\n",
        {"units": {"C.__eq__"}, "attributes": {"__eq__"}, "names": {"C"}},
    ),
    ("a class may look at its own attributes", "class C:\n  x = 1\n", "class C:\n  x = 2\n", {"attributes": {"x"}, "names": {"C"}}),
    ("a new class: nobody has one without naming it", "", "class C:\n  x = 1\n  def get(self): pass\n", {"units": {"C.get"}, "names": {"C"}}),
    ("its bases may hear of it", "", "class C(B): pass\n", {"names": {"C"}, "bases": {"B"}}),
    ("documentation is no code", "def f():\n  'one'\n", "def f():\n  'two'\n", {"documents": {"f"}}),
    ("nor is a module's", "'one'\n", "'two'\n", {"documents": {""}}),
    (
        "a call at import may change what it is asked of", "", "registry.add(C)\n",
        {"stated": {"registry.add"}, "called": {"registry.add"}, "passed": {"C"}, "handed": {"C"}},
    ),
    ("so may a decorator", "", "@app.route('/')\ndef f(): pass\n", {"units": {"f"}, "names": {"f"}, "called": {"app.route"}}),
    ("an item of a table", "T = {}\n", "T = {}\nT['a'] = 1\n", {"stated": {"T"}}),
    (
        "an attribute of something", "", "thing.level = 3\n",
        {"stated": {"thing.level"}, "assigned": {"thing.level"}, "attributes": {"level"}},
    ),
    ("a loop asks its objects to do something", "", "for x in y:\n  pass\n", {"names": {"x"}, "stated": {""}}),
    (
        "the same by a function", "", "setattr(a.b, 'level', 3)\n",
        {"stated": {"setattr"}, "assigned": {"a.b"}, "called": {"setattr"}, "passed": {"a.b"}, "handed": {"a.b"}},
    ),
    ("what a call gave is asked to do something", "", "table().add(1)\n",
        {"called": {"table", "table.add"}, "stated": {"table"}}),
    ("what is left of a mapping", "match M:\n  case {'a': 1, **rest}: pass\n", "match M:\n  case {'a': 2, **rest}: pass\n", {"names": {"rest"}}),
    ("what else is handed on where a name differs", "x = 1\nput(f, x)\n", "x = 2\nput(f, x)\n", {"names": {"x"}}),
    ("what is known to leave nothing behind", "", "pytest.importorskip('x')\n", {"called": {"pytest.importorskip"}}),
    ("an import in a function", "def f(): pass\n", "def f():\n  from a import b\n", {"units": {"f"}, "imports": {(0, "a", "b")}}),
    ("an import brings a name", "", "import os\n", {"names": {"os"}, "imports": {(0, "os", "")}}),
    ("in another order", "import a\nimport b\n", "import b\nimport a\n", {"moved": {(0, "b", "")}}),
    ("another name of it", "from a import b\n", "from a import b as c\n", {"names": {"b", "c"}, "imports": {(0, "a", "b")}}),
    ("all of something", "", "from a import *\n", {"names": {"*"}, "imports": {(0, "a", "*")}, "whole": "import"}),
    ("what only a type checker runs", "", "if TYPE_CHECKING:\n  import b\n", {}),
    ("statements have an order", "X = 1\nY = 2\n", "Y = 2\nX = 1\n", {"names": {"Y"}}),
    ("a lambda runs under no name of its own", "X = lambda: 1\n", "X = lambda: 2\n", {"names": {"X"}, "units": {"<lambda>", "<genexpr>"}}),
    ("a compound statement is all that it holds", "if A:\n  def f(): return 1\n", "if A:\n  def f(): return 2\n", {"names": {"f"}, "units": {"f"}}),
    ("raising stops the module", "", "raise E\n", {"whole": "statement"}),
    ("a fixture is asked for by nobody", "", "@pytest.fixture(autouse=True)\ndef f(): pass\n", {"units": {"f"}, "names": {"f"}, "whole": "set-up"}),
    ("nor is `setup_module`", "", "def setup_module(): pass\n", {"units": {"setup_module"}, "names": {"setup_module"}, "whole": "set-up"}),
    (
        "`setup_method` is its class's", "class TestC: pass\n", "class TestC:\n  def setup_method(self): pass\n",
        {"units": {"TestC.setup_method"}, "attributes": {"setup_method"}, "names": {"TestC"}},
    ),
    ("marks of everything", "", "pytestmark = 1\n", {"names": {"pytestmark"}, "whole": "set-up"}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_an_edit_means(old: str, new: str, expected: dict[str, object]) -> None:
    assert edits(old, new) == expected


MENTIONED = [
    ("an item, an operator and an attribute may do something", "X = T['a'] | other.name\n", {"T", "other", "other.name"}),
    ("so may a decorator", "@on\ndef f(x=Y): return Z\n", {"on"}),
    ("what a program alone does is nobody's", "if __name__ == '__main__':\n  Y\n", set()),
]


@pytest.mark.parametrize(("text", "used"), [row[1:] for row in MENTIONED], ids=[row[0] for row in MENTIONED])
def test_what_is_mentioned_where_it_runs(text: str, used: set[str]) -> None:
    assert compare(outline(b"", OWN), outline(text.encode(), OWN)).used == used


BODIES = [
    ("what only a program does", "", "if __name__ == '__main__':\n  sys.exit(main())\n", True),
    ("a program may print its documentation", "'one'\n", "'two'\n", True),
    ("an import is run", "", "import os\n", True),
    ("a class is made", "class C: pass\n", "class C(B): pass\n", True),
    ("a function's body is not run by that", "def f():\n  return 1\n", "def f():\n  return 2\n", False),
    ("nor is a comment", "x = 1\n", "# one\nx = 1\n", False),
]


@pytest.mark.parametrize(("old", "new", "differs"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_the_body_differs(old: str, new: str, differs: bool) -> None:
    """It is all that a program runs, and of what only a program does it is all that counts."""
    assert compare(outline(old.encode(), OWN), outline(new.encode(), OWN)).body is differs
    assert edits(*BODIES[0][1:3]) == {}


@pytest.mark.parametrize("text", ["def f(:\n", "x = \0\n"])
def test_what_is_no_python_is_said_so(text: str) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        outline(text.encode(), OWN)


def test_every_row_is_of_a_set_that_exists() -> None:
    assert {name for row in ROWS for name in row[3]} == set(Edits._fields) - {"body", "used"}

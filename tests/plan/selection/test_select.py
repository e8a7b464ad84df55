"""Which tests run after a change, and which rule makes all of them run: each rule fires here, and prints its name."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ftaction.model.selection import Right, Rule, Selected, Whole
from ftaction.model.trace import Trace
from ftaction.plan.selection.kept import from_data, to_data
from ftaction.plan.selection.select import combine, select
from ftaction.report import tests as words
from tests.plan.selection.traced import Did, now, then, trace

A, B = "tests/test_a.py", "tests/test_b.py"
ONE, TWO, THREE = f"{A}::test_one", f"{A}::test_two", f"{B}::test_three"
FILES = {
    "app/__init__.py": "",
    "app/a.py": "X = 1\ndef one(): return 1\ndef two(): return X\n",
    "app/b.py": "import app.a\ndef three(): return 3\n",
    A: "from app.a import one, two\ndef test_one(): one()\ndef test_two(): two()\n",
    B: "import app.b\ndef test_three(): app.b.three()\n",
    "data/x.json": "{}\n",
    "docs/guide.md": "words\n",
    "conftest.py": "import pytest\n",
    "pyproject.toml": "[project]\nname = 'app'\n[tool.ruff]\nline-length = 1\n[tool.pytest.ini_options]\naddopts = ''\n",
    "setup.cfg": "[flake8]\nmax-line-length = 1\n[tool:pytest]\naddopts =\n",
    "tox.ini": "[tox]\n",
    "uv.lock": "1\n",
    "src.c": "int x;\n",
    "compose.yml": "a: 1\n",
    "helper.py": "V = 1\n",
    "scripts/unknown.py": "print(1)\n",
}
IMPORTS = {path: Did((f"{path}:<module>",)) for path in ("app/__init__.py", "app/a.py", "app/b.py", A, B, "conftest.py")}
WINDOWS = {
    ONE: Did(("app/a.py:one", f"{A}:test_one"), seconds=3.0),
    TWO: Did(("app/a.py:two", f"{A}:test_two"), opened=("data/x.json",), seconds=2.0),
    THREE: Did(("app/b.py:three", f"{B}:test_three"), listed=("data",), seconds=1.0),
}
MODULES = ("app", "app.a", "app.b", "test_a", "test_b", "helper", "json")


def seen(**others: Did) -> Trace:
    return trace({**WINDOWS, **others}, IMPORTS, modules=MODULES, roots=(".", "tests"))


PLAIN = seen()


class Row(NamedTuple):
    """`edit`: path -> text, None for gone. `chosen`: tests that run, each for the first right that was found; or the rule that makes all run.

    `without`: a file that is there neither before nor after.
    """

    why: str
    edit: dict[str, str | None]
    chosen: dict[str, Right] | Rule
    trace: Trace = PLAIN
    installs: bool = True
    without: str = ""


def edited(edit: dict[str, str | None], without: str = "") -> dict[str, str]:
    return {path: text for path, text in {**FILES, **edit}.items() if text is not None and path != without}


def body(path: str, old: str, new: str) -> dict[str, str | None]:
    assert old in FILES[path]
    return {path: FILES[path].replace(old, new)}


RAN, MODULE = Right.RAN, Right.MODULE
EVERYTHING = {ONE: MODULE, TWO: MODULE, THREE: MODULE}
SHARED = seen(fixture=Did(("app/b.py:three",)), **{ONE: Did((f"{A}:test_one",), uses=("fixture",)), TWO: Did((f"{A}:test_two",), uses=("fixture",))})
ROWS = [
    Row("nothing changed", {}, {}),
    Row("a function's body: who ran it", body("app/a.py", "return 1", "return 2"), {ONE: RAN}),
    Row("a constant: who ran what reads it", body("app/a.py", "X = 1", "X = 2"), {TWO: RAN}),
    Row("a test's own body", body(A, "one()\n", "one() or 1\n"), {ONE: RAN}),
    Row("a fixture's code: everybody who relies on it", body("app/b.py", "return 3", "return 4"), {ONE: RAN, TWO: RAN, THREE: RAN}, SHARED),
    Row("a new function that nobody reaches: only a witness that it loads",
        body("app/b.py", "def three", "def four(): pass\ndef three"), {THREE: Right.WITNESS}),
    Row("a comment: a witness too", body("app/b.py", "def three", "# more\ndef three"), {THREE: Right.WITNESS}),
    Row("the cheapest witness", body("app/a.py", "X = 1", "# more\nX = 1"), {THREE: Right.WITNESS}),
    Row("a file that was read", {"data/x.json": "[]\n"}, {TWO: Right.OPENED}),
    Row("a file that is gone: who read it, who listed its folder", {"data/x.json": None}, {TWO: Right.OPENED, THREE: Right.LISTED}),
    Row("a new file in a folder that was listed", {"data/y.json": "{}\n"}, {THREE: Right.LISTED}),
    Row("a new file that was looked for",
        {"data/z": "\n"}, {ONE: Right.OPENED, THREE: Right.LISTED}, seen(**{ONE: Did(("app/a.py:one",), opened=("data/z",))})),
    Row("words that no test read", {"docs/guide.md": "other words\n"}, {}),
    Row("a program that nothing loads", {"scripts/unknown.py": "print(2)\n"}, {}),
    Row("a module that does not parse: all that load it", {"app/b.py": "def three(:\n"}, {THREE: MODULE}),
    Row("a module that is gone: who ran it", {"app/b.py": None}, {THREE: RAN}),
    Row("a module that is renamed", {"app/b.py": None, "app/c.py": FILES["app/b.py"]}, {THREE: RAN}),
    Row("a test file that is gone takes its tests along", {B: None}, {}),
    Row("what a module read while it was imported", {"data/x.json": "[]\n"}, {TWO: Right.OPENED, THREE: MODULE},
        trace(WINDOWS, IMPORTS | {"app/b.py": Did(("app/b.py:<module>",), opened=("data/x.json",))}, modules=MODULES)),
    Row("what the collection of a file read", {"data/x.json": "[]\n"}, {TWO: Right.OPENED, THREE: Right.OPENED}, seen(**{B: Did(opened=("data/x.json",))})),
    Row("a test that failed runs again", {}, {TWO: Right.FAILED}, seen(**{TWO: WINDOWS[TWO]._replace(passed=False)})),
    Row("who starts programs runs on any change", {"docs/guide.md": "\n"}, {ONE: Right.NOT_FOLLOWED}, seen(**{ONE: WINDOWS[ONE]._replace(spawned=("git",))})),
    Row("but not on none", {}, {}, seen(**{ONE: WINDOWS[ONE]._replace(spawned=("git",))})),
    Row("sections of other tools", body("pyproject.toml", "line-length = 1", "line-length = 2"), {}),
    Row("and of an installation", body("pyproject.toml", "name = 'app'", "name = 'app'\nversion = '2'"), {}, installs=False),
    Row("which the command does before it tests", body("pyproject.toml", "name = 'app'", "name = 'app'\nversion = '2'"), Rule.CONFIGURATION),
    Row("sections that nobody is known to read", {"pyproject.toml": FILES["pyproject.toml"] + "[tool.sponsors]\na = 1\n"}, {}, installs=False),
    Row("but where somebody was seen reading the file", {"pyproject.toml": FILES["pyproject.toml"] + "[tool.sponsors]\na = 1\n"},
        {ONE: Right.OPENED}, seen(**{ONE: Did(("app/a.py:one",), opened=("pyproject.toml",))}), installs=False),
    Row("environments of tox", {"tox.ini": "[tox]\n[testenv]\ncommands = other\n"}, {}, installs=False),
    Row("pytest's section in tox's file", {"tox.ini": "[tox]\n[pytest]\naddopts = -x\n"}, Rule.CONFIGURATION, installs=False),
    Row("and in setup.cfg", body("setup.cfg", "max-line-length = 1", "max-line-length = 2"), {}),
    Row("a new file with tests of which the loading changes the whole process", {"tests/test_c.py": "import os\nos.environ['A'] = '1'\n"}, Rule.WIDE),
    Row("or beside others under a name of one's own", {"tests/check_c.py": "import os\nos.environ['A'] = '1'\n"}, Rule.WIDE),
    Row("a new file that nothing loads", {"scripts/other.py": "import os\nos.environ['A'] = '1'\n"}, {}),
    Row("a new file with tests that loads what nothing loaded",
        {"tests/test_c.py": "import scripts.register\n", "scripts/register.py": "import app.a\napp.a.one = 1\n"}, {ONE: Right.MENTIONS}),
    Row("a new conftest: the tests below it", {"tests/conftest.py": "\n"}, EVERYTHING),
    Row("a fixture in a conftest that nobody names", {"conftest.py": "import pytest\n@pytest.fixture(autouse=True)\ndef f(): pass\n"}, EVERYTHING),
    Row("pytest's own section", body("pyproject.toml", "addopts = ''", "addopts = '-x'"), Rule.CONFIGURATION),
    Row("pytest's own section of setup.cfg", body("setup.cfg", "addopts =", "addopts = -x"), Rule.CONFIGURATION),
    Row("a configuration that can't be read", {"pyproject.toml": "["}, Rule.CONFIGURATION),
    Row("a new one", {"pytest.ini": "[pytest]\n"}, Rule.CONFIGURATION),
    Row("one in a folder that holds tests", {"tests/pytest.ini": "[pytest]\n"}, Rule.CONFIGURATION),
    Row("one in a folder that holds none", {"examples/pytest.ini": "[pytest]\n"}, {}),
    Row("of another project", {"examples/pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-x'\n"}, {}),
    Row("a lock file, from which the command installs", {"uv.lock": "2\n"}, Rule.LOCK_FILE),
    Row("a lock file from which somebody else installs: then the environment is another one", {"uv.lock": "2\n"}, {}, installs=False),
    Row("an image that nothing here starts", {"Dockerfile": "FROM other\n"}, {}, without="compose.yml"),
    Row("an image that services are built of", {"Dockerfile": "FROM other\n"}, Rule.SERVICES),
    Row("what is compiled", {"src.c": "int y;\n"}, Rule.COMPILED),
    Row("what runs beside the tests", {"compose.yml": "a: 2\n"}, Rule.SERVICES),
    Row("a package in the place of a module", {"helper/__init__.py": "V = 2\n"}, Rule.SHADOWING),
    Row("a module that an import looked for elsewhere", {"tests/json.py": "\n"}, Rule.SHADOWING),
    Row("what runs around the tests", body("app/b.py", "return 3", "return 4"), Rule.AROUND, trace(WINDOWS, IMPORTS, Did(("app/b.py:three",)))),
    Row("what is read around the tests", {"data/x.json": "[]\n"}, Rule.AROUND, trace(WINDOWS, IMPORTS, Did(opened=("data/x.json",)))),
    Row("what no test imports", {"helper.py": "V = 2\n"}, Rule.LOADED, trace(WINDOWS, IMPORTS | {"helper.py": Did(("helper.py:<module>",))})),
    Row("a run that was not seen to its end", {}, Rule.UNSEEN, trace(WINDOWS, doubt="a worker was killed")),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.why for row in ROWS])
def test_a_change_selects(row: Row) -> None:
    found = select(then(edited({}, row.without), row.trace), now(edited(row.edit, row.without))._replace(installs=row.installs))
    if isinstance(found, Whole):
        assert found.rule is row.chosen
        assert words.selection(found).startswith(f"all tests: {found.rule.value}: ")
    else:
        assert {name: cause.right for name, cause in found.tests.items()} == row.chosen
        gone = {test for test in WINDOWS if row.edit.get(test.partition("::")[0], "") is None}
        assert found.left_out == WINDOWS.keys() - found.tests.keys() - gone


def test_a_file_is_collected_only_where_one_of_its_tests_runs_or_it_changed() -> None:
    found = select(then(FILES, PLAIN), now(edited(body("app/b.py", "return 3", "return 4"))))
    assert isinstance(found, Selected)
    assert found.skipped == {A}
    assert (found.seconds, found.of_seconds) == (1.0, 6.0)


def test_what_any_of_several_runs_proves_need_not_run() -> None:
    middle = edited(body("app/a.py", "return 1", "return 2"))
    last = now({**middle, "data/x.json": "[]\n"})
    base, narrowed = select(then(FILES, PLAIN), last), select(then(middle, trace({ONE: WINDOWS[ONE]}, IMPORTS)), last)
    assert isinstance(base, Selected)
    assert isinstance(narrowed, Selected)
    assert base.tests.keys() == {ONE, TWO}
    both = combine([base, narrowed], [PLAIN, trace({ONE: WINDOWS[ONE]}, IMPORTS)])
    assert both.tests.keys() == {TWO}
    assert both.left_out == {ONE, THREE}


def test_a_trace_comes_back_as_it_was() -> None:
    assert from_data(to_data(SHARED)) == SHARED


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("another format", {"format": 1}),
        ("a part is missing", {"tests": None}),
        ("a window of no number", {"imports": {"a": 99}}),
        ("a set that is not there", {"windows": [[99, 0, 0, [], 0]]}),
        ("a unit that is not there", {"sets": [[99]], "windows": [[0, 0, 0, [], 0]]}),
        ("a negative number", {"sets": [[-1]]}),
        ("a time that is none", {"tests": [["a", "a", 0, True, float("nan"), False]]}),
        ("a name that is none", {"roots": [1]}),
    ],
)
def test_what_is_no_trace_is_refused(why: str, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_data({**to_data(PLAIN), **change})
    assert why


ELSEWHERE = "from app.a import X\nTABLE = [X]\ndef three(): return TABLE\n"


def test_what_changed_is_told_of_its_file_alone() -> None:
    """A test reached through other files by name comes after those that ran what changed, and no file is named for an edit that it has not."""
    files = {**FILES, "app/b.py": ELSEWHERE, "app/a.py": "X = 1\ndef one(): return X\ndef two(): return 2\n"}
    edited = {**files, "app/a.py": "X = 2\ndef one(): return X\ndef two(): return 2\n"}
    found = select(then(files, PLAIN), now(edited))
    assert isinstance(found, Selected)
    assert {name: (cause.right, cause.path) for name, cause in found.tests.items()} == {
        ONE: (Right.RAN, "app/a.py"),
        THREE: (Right.MENTIONS, "app/b.py"),
    }
    assert words.causes(found) == "1 ran what changed in app/a.py, 1 ran what uses changed names in app/b.py"

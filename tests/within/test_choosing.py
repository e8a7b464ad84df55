"""What is left out, and what comes first: on the oldest Python too, where nothing can be watched."""

from pathlib import Path

import pytest

from ftaction.run.tests_job import Selection
from tests.within.pythons import ALL, NEWEST, python
from tests.within.suites import run, write

A = "import pytest\n\n@pytest.mark.parametrize('n', [1, 2])\ndef test_a(n): pass\ndef test_b(): pass\n\nclass TestC:\n    def test_c(self): pass\n"
FIXTURE = (
    "import pytest\n\n@pytest.fixture(scope='module')\ndef made(): print('SET UP')\n\ndef test_f1(made): pass\ndef test_f2(made): pass\ndef test_f3(): pass\n"
)
FILES = {"tests/test_a.py": A, "tests/test_b.py": "def test_x(): pass\ndef test_y(): pass\n", "tests/test_f.py": FIXTURE, "tests/test_g.py": "1 / 0\n"}
ALL_IDS = ["test_a[1]", "test_a[2]", "test_b", "test_c", "test_x", "test_y", "test_f1", "test_f2", "test_f3"]


def of(*names: str) -> tuple[str, ...]:
    files = {
        "a": "tests/test_a.py",
        "b": "tests/test_a.py",
        "c": "tests/test_a.py::TestC",
        "x": "tests/test_b.py",
        "y": "tests/test_b.py",
        "f": "tests/test_f.py",
    }
    return tuple(f"{files[name[5]]}::{name}" for name in names)


def skipping(*names: str, files: tuple[str, ...] = ("tests/test_g.py",), first: tuple[str, ...] = ()) -> Selection:
    return Selection(skip=frozenset(of(*names)), skip_files=frozenset(files), first=of(*first))


CASES: list[tuple[str, Selection, tuple[str, ...], list[str]]] = [
    ("nothing but a file that could not even be imported", skipping(), (), ALL_IDS),
    ("by id, parameters told apart", skipping("test_a[1]", "test_c"), (), [name for name in ALL_IDS if name not in ("test_a[1]", "test_c")]),
    ("a whole file", skipping(files=("tests/test_g.py", "tests/test_a.py")), (), ALL_IDS[4:]),
    ("what pytest is told itself holds too", skipping("test_x"), ("-k", "test_x or test_y"), ["test_y"]),
    ("an id that is not there", skipping("test_xyz"), ("tests/test_b.py",), ["test_x", "test_y"]),
    ("by an argument with an id", skipping("test_a[1]"), ("tests/test_a.py::test_a",), ["test_a[2]"]),
    ("first, across files", skipping(first=("test_y", "test_b")), (), ["test_y", "test_b", *(n for n in ALL_IDS if n not in ("test_y", "test_b"))]),
    ("a shared set-up keeps its file together", skipping(first=("test_f2", "test_y")), (), [*ALL_IDS[6:], "test_y", *ALL_IDS[:5]]),
    ("first and left out", skipping("test_y", first=("test_y", "test_x")), ("tests/test_b.py",), ["test_x"]),
]


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(("why", "selection", "arguments", "order"), CASES, ids=[case[0] for case in CASES])
def test_chosen(tmp_path: Path, version: str, why: str, selection: Selection, arguments: tuple[str, ...], order: list[str]) -> None:
    root = tmp_path / "project"
    write(root, FILES)
    seen = run(python(version), root, "-s", *arguments, selection=selection)
    assert seen.order() == order, why
    assert seen.code == 0
    assert seen.output.count("SET UP") == order.count("test_f1")


FIRST = [
    (("tests/test_b.py",), ["test_x", "test_y", *ALL_IDS[:4], *ALL_IDS[6:]], "all of a file, whoever is in it"),
    (("tests/test_b.py::test_y", "tests/test_b.py"), ["test_y", "test_x", *ALL_IDS[:4], *ALL_IDS[6:]], "one of its tests before the others"),
    (("tests/test_f.py", "tests/test_b.py::test_y"), [*ALL_IDS[6:], "test_y", *ALL_IDS[:5]], "and a test of another one"),
    (("tests/test_none.py", "tests/test_b.py::test_none"), ALL_IDS, "nothing that is there"),
]


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(("first", "order", "why"), FIRST, ids=[row[-1] for row in FIRST])
def test_files_come_first_with_what_is_new_in_them(tmp_path: Path, version: str, first: tuple[str, ...], order: list[str], why: str) -> None:
    write(tmp_path / "project", FILES)
    selection = Selection(skip_files=frozenset(["tests/test_g.py"]), first=first)
    assert run(python(version), tmp_path / "project", selection=selection).order() == order, why


@pytest.mark.parametrize("version", ALL)
def test_deselected_are_counted(tmp_path: Path, version: str) -> None:
    write(tmp_path / "project", FILES)
    seen = run(python(version), tmp_path / "project", selection=skipping("test_x", "test_y", "test_c"))
    assert "6 passed, 3 deselected" in seen.output


@pytest.mark.parametrize(("selection", "code"), [(skipping("test_x", "test_y"), 0), (skipping(files=("tests/test_b.py",)), 5), (Selection(), 5)])
def test_nothing_left_is_no_failure_only_where_we_left_it_out(tmp_path: Path, selection: Selection, code: int) -> None:
    write(tmp_path / "project", {"tests/test_b.py": FILES["tests/test_b.py"], "other/readme.txt": ""})
    where = "tests/test_b.py" if selection.skip else "other"
    assert run(python(NEWEST), tmp_path / "project", where, selection=selection).code == code


def test_workers_choose_alike(tmp_path: Path) -> None:
    write(tmp_path / "project", FILES)
    seen = run(python(NEWEST), tmp_path / "project", "-n", "2", selection=skipping("test_a[1]", "test_x", first=("test_y",)))
    assert sorted(seen.order()) == sorted(name for name in ALL_IDS if name not in ("test_a[1]", "test_x"))
    assert (seen.trace.whole, seen.trace.doubt) == (True, "")


def test_below_312_nothing_is_watched_and_that_is_said(tmp_path: Path) -> None:
    write(tmp_path / "project", FILES)
    seen = run(python("3.8"), tmp_path / "project", selection=skipping())
    assert not seen.trace.whole
    assert seen.trace.doubt == "Python 3.8 can't be watched: that takes 3.12"
    assert not seen.trace.units
    assert set(seen.outcomes().values()) == {"passed"}

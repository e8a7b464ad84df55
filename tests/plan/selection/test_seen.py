"""Who ran code while files were imported, and on whose behalf: windows in a few words, and what is asked of them."""

from __future__ import annotations

from ftaction.plan.selection.seen import Seen
from tests.plan.selection.traced import Did, trace

A, B = "tests/test_a.py", "tests/test_b.py"
ONE, TWO = f"{A}::test_one", f"{B}::test_two"
MAKE = ("app/m.py", "make")


def seen(windows: dict[str, Did], imports: dict[str, Did]) -> Seen:
    return Seen(trace(windows, imports))


def test_an_import_ran_what_it_relied_on() -> None:
    """`keep` has a window of its own, for it leaves something behind; `make` ran in there."""
    found = seen({ONE: Did(), A: Did(uses=("import app/x.py",)), "keep": Did(("app/m.py:make",))}, {"app/x.py": Did(uses=("keep",)), "app/y.py": Did()})
    assert found.at_import(MAKE) == {"app/x.py", A}, "a file is collected, and imports another one first"
    assert found.at_import(("app/m.py", "other")) == frozenset()


def test_what_tests_left_behind_is_nothing_that_an_import_before_them_ran() -> None:
    windows = {ONE: Did(uses=("visit",)), A: Did(uses=("import app/x.py",)), "visit": Did(("app/m.py:make",)), "left": Did(uses=("visit",))}
    found = seen(windows, {"app/x.py": Did(("app/m.py:keep",), uses=("left",))})
    assert found.at_import(MAKE) == frozenset()


def test_but_of_an_import_in_a_test_it_may_be() -> None:
    windows = {
        ONE: Did(uses=("visit",)), A: Did(), "visit": Did(("app/m.py:make",)), "left": Did(uses=("visit",)),
        TWO: Did(uses=("import app/x.py",)), B: Did(),
    }  # fmt: skip
    found = seen(windows, {"app/x.py": Did(("app/m.py:keep",), uses=("left",))})
    assert found.at_import(MAKE) == {"app/x.py"}


def test_who_imports_a_module_first_did_not_run_what_its_import_ran() -> None:
    """Which of two files comes first is chance; what the module's names mean to each of them is found out by name."""
    windows = {ONE: Did(), A: Did(uses=("import tests/test_a.py",)), TWO: Did(), B: Did(uses=("import tests/test_b.py",))}
    imports = {A: Did(uses=("import app/x.py",)), B: Did(("app/m.py:make",)), "app/x.py": Did(("app/m.py:make",))}
    assert seen(windows, imports).ran([MAKE]).collected == [B]

"""Whatever way an edit takes to a test: where the test fails with it, the test is chosen. By what a real pytest was seen doing before the edit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ftaction.model.selection import Selected
from ftaction.plan.selection.select import select
from tests.plan.selection.traced import now, then
from tests.selection.reached import Reached, every
from tests.within.pythons import NEWEST, python
from tests.within.suites import run, write

EVERY = every()

WIDE = {
    "around": "what runs around the tests relies on it",
    "dynpkg": "loaded by a name that no test names",
    "envset": "the process's environment is everybody's",
    "fixtureover": "a fixture of a plug-in may be anybody's",
    "pluginauto": "a fixture that nobody asks for is everybody's",
    "pluginhook": "so is a hook",
    "logset": "loggers are everybody's",
    "subproc": "a program was started that could not be followed",
}
"""Where all tests run, and nobody could do with fewer."""

ALONE = {"cycle": "what it breaks ends the whole run"}


def alone(case: Reached) -> bool:
    """Whether it has something that is of the whole run."""
    return case.name in ALONE or not {"conftest.py", "pytest.ini"}.isdisjoint(case.after)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The tests that fail with the edits, and pass without: of nearly all projects at once, for none knows of another."""
    groups = [[one for one in EVERY if not alone(one)], *([one] for one in EVERY if alone(one))]
    return {name for group in groups for name in failing(group, tmp_path_factory.mktemp("together") / "project")}


def failing(group: list[Reached], root: Path) -> set[str]:
    for one in group:
        write(root, one.before)
    before = run(python(NEWEST), root)
    assert before.code == 0, before.output
    for one in group:
        write(root, one.after)
        for path in one.before.keys() - one.after.keys():
            (root / path).unlink()
    for compiled in [*root.rglob("__pycache__")]:  # Python holds a source of the same second and size for the same
        shutil.rmtree(compiled)
    return {name for name, outcome in run(python(NEWEST), root).outcomes().items() if outcome == "failed"}


@pytest.mark.parametrize("case", EVERY, ids=[one.name for one in EVERY])
def test_what_it_breaks_is_chosen(case: Reached, broken: set[str], tmp_path: Path) -> None:
    fails = {name for name in broken if name.partition("::")[0] in case.after}
    assert fails, case.why
    root = tmp_path / "project"
    write(root, case.before)
    seen = run(python(NEWEST), root)
    assert seen.code == 0, seen.output
    # The quickest test stands for all that only load a module: it is never one of those that fail.
    tests = tuple(test._replace(outcome=test.outcome._replace(seconds=float(test.id in fails))) for test in seen.trace.tests)
    selection = select(then(case.before, seen.trace._replace(tests=tests)), now(case.after))
    if isinstance(selection, Selected) and selection.left_out:
        new = fails - {test.id for test in tests}
        assert (fails - new <= selection.tests.keys(), {name.partition("::")[0] for name in new} & selection.skipped) == (True, set()), case.why
        assert "tests/test_zz_control.py::test_control" in selection.left_out
    assert (isinstance(selection, Selected) and bool(selection.left_out)) is (case.name not in WIDE), selection

"""One way each in which an outcome can change; `docs/fingerprint.md` says the same in words. Each row: how to prepare, what to edit, what runs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ftaction.model.check import Check
from tests.properties.workshop import Workshop

Act = Callable[[Workshop], object]


@dataclass(frozen=True, slots=True)
class Row:
    """`runs`: whether the check, which passed before, runs again after the edit."""

    why: str
    check: Check
    prepare: Act
    edit: Act
    runs: bool


def _check(run: str, *inputs: str, **more: object) -> Check:
    return Check(name="check", run=run, inputs=inputs, **more)  # type: ignore[arg-type]  # a table's row names what it needs


def _tools(*names: str) -> Act:
    return lambda shop: [shop.program(name, "#!/bin/sh\nexit 0\n") for name in names]


def _writes(path: str, text: str) -> Act:
    return lambda shop: shop.write(path, text)


def _all(*acts: Act) -> Act:
    return lambda shop: [act(shop) for act in acts]


ROWS = [
    Row("two tools in one line: the configuration of each counts", _check("ruff check . && ruff format --check .", "**/*.py"),
        _all(_tools("ruff"), _writes("pyproject.toml", "")), _writes("pyproject.toml", "[tool.ruff]\n"), runs=True),
    Row("a tool after `cd`: its configuration counts", _check("cd sub && ruff check .", "sub/**/*.py"),
        _all(_tools("ruff"), _writes("sub/ruff.toml", "")), _writes("sub/ruff.toml", "line-length = 9\n"), runs=True),
    Row("`cd` and `echo` make no stranger of a known tool", _check("cd sub && ruff check . && echo fine", "sub/**/*.py"),
        _all(_tools("ruff"), _writes("package.json", "{}")), _writes("package.json", '{"a": 1}'), runs=False),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.why for row in ROWS])
def test_an_edit_runs_again_what_it_may_change(tmp_path: Path, row: Row) -> None:
    shop = Workshop(tmp_path)
    shop.write("sub/module.py", "1\n")
    row.prepare(shop)
    checks = {"check": row.check}
    first = shop.run(checks)
    assert first.green, first.why()
    second = shop.run(checks)
    assert not second.ran, f"without any edit: {second.why()}"
    row.edit(shop)
    third = shop.run(checks)
    assert third.ran == ({"check"} if row.runs else set()), third.why()

"""Where a Go test's file is, of which only the name is printed."""

from __future__ import annotations

import pytest

from ftaction.tools import findings

FOLDERS = [
    ("github.com/acme/shop/cart", "cart/a_test.go", "three parts name a module of a host that we know"),
    ("github.com/acme/shop", "a_test.go", "the module's root"),
    ("github.com/acme/shop/v2/cart", "cart/a_test.go", "the version is no folder"),
    ("example.com/shop/cart/inner", "cart/inner/a_test.go", "two parts of another host"),
    ("shop/cart", "cart/a_test.go", "a module without a host"),
    ("shop", "a_test.go", "its root"),
]


@pytest.mark.parametrize(("package", "path"), [row[:2] for row in FOLDERS], ids=[row[2] for row in FOLDERS])
def test_the_path_of_a_test(package: str, path: str) -> None:
    reader = findings.find("go")
    assert reader is not None
    found = list(reader.read(f"--- FAIL: TestA (0.00s)\n    a_test.go:7: wrong\nFAIL\nFAIL\t{package}\t0.01s\n"))
    assert [(one.path, one.line, one.message, one.rule) for one in found] == [(path, 7, "wrong", "TestA")]

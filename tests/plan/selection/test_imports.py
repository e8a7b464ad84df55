"""Imports are read from text that a pull request may have written: whatever it is, reading takes no time."""

from __future__ import annotations

import subprocess
import sys

import pytest

HOSTILE = [
    ("from a import (\\n" + "# abcdefgh\\n" * 2_000, "brackets that never close, with comments"),
    ("from a import (\\n" + "#" * 20_000, "one comment of brackets alone"),
    ("from " + "a" * 20_000, "a name that never ends"),
    ("import \\\\\\n" * 2_000, "lines that go on and on"),
    (";" + " " * 20_000 + "x", "a gap before nothing"),
]


@pytest.mark.parametrize(("text", "why"), HOSTILE, ids=[row[1] for row in HOSTILE])
def test_a_hostile_text_takes_no_time(text: str, why: str) -> None:
    """In a process of its own, for nothing else ends a pattern that is lost in what it may try."""
    program = f"from ftaction.plan.selection.imports import Modules; Modules(['b.py'], ()).imported('b.py', b'{text}')"
    assert subprocess.run([sys.executable, "-c", program], timeout=20, check=False).returncode == 0, why

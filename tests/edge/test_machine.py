"""How much of the machine may be used, from a tree of cgroup files."""

import os
from pathlib import Path

import pytest

from ftaction.edge.machine import cpus

HERE = len(os.sched_getaffinity(0))
TREES: list[tuple[str, dict[str, str], float]] = [
    ("nothing", {}, HERE),
    ("no limit", {"cpu.max": "max 100000\n"}, HERE),
    ("one CPU", {"cpu.max": "100000 100000\n"}, 1),
    ("half a CPU is one", {"cpu.max": "50000 100000\n"}, 1),
    ("one and a half are two", {"cpu.max": "150000 100000\n"}, 2),
    ("more than there are", {"cpu.max": "99900000 100000\n"}, HERE),
    ("version 1", {"cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
    ("version 1 without a limit", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, HERE),
    ("both: the newer counts", {"cpu.max": "100000 100000\n", "cpu/cpu.cfs_quota_us": "900000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
    ("empty", {"cpu.max": ""}, HERE),
    ("noise", {"cpu.max": "many much\n"}, HERE),
    ("a period of nothing", {"cpu.max": "100000 0\n"}, HERE),
    ("half a tree", {"cpu/cpu.cfs_quota_us": "100000\n"}, HERE),
]


@pytest.mark.parametrize(("files", "expected"), [row[1:] for row in TREES], ids=[row[0] for row in TREES])
def test_the_cpus_that_may_be_used(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert cpus(str(tmp_path)) == min(expected, HERE)

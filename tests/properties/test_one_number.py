"""Two containers that share a store count their processes from one: another with our number may be half-way through the same record."""

import os
from pathlib import Path

from ftaction.edge.disk import DiskStore

KEY = "a" * 64


def test_what_another_process_of_our_number_is_writing_stays_its_own(tmp_path: Path) -> None:
    store = DiskStore(str(tmp_path))
    assert store.put_record(KEY, b"before")
    path = next(tmp_path.glob("ac/*/*"))
    others = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    others.write_bytes(b"half of a rec")
    assert store.put_record(KEY, b"ours")
    assert others.read_bytes() == b"half of a rec"
    assert store.record(KEY) == b"ours"

"""What a run killed while it unpacked leaves behind goes with the next unpacking, and never stands among the user's files."""

import fcntl
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ftaction.edge.archive import pack, unpack
from ftaction.edge.git import own_folder
from tests.properties.workshop import Workshop


def test_a_killed_run_leaves_nothing_for_long(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("out", "1\n")
    pieces = list(pack(str(shop.root), ("out",), None))
    left, living = (shop.root / f".git/ftaction.1.{name}.tmp" for name in ("left", "living"))  # in a container every run is process 1
    (left / "in").mkdir(parents=True)
    (left / "in/file").write_text("half")
    living.mkdir()
    held = os.open(living, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    unpack(pieces, str(shop.root), ("out",), None)
    assert not left.exists()
    assert living.exists(), "another run is at work there"
    os.close(held)
    unpack(pieces, str(shop.root), ("out",), None)
    assert not living.exists(), "it ended"


def test_in_a_worktree_nothing_is_unpacked_among_its_files(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("out", "1\n")
    shop.commit()
    tree = tmp_path / "tree"
    shop.git("worktree", "add", "-q", "--detach", str(tree))
    seen: list[list[str]] = []

    def pieces() -> Iterator[bytes]:
        for piece in pack(str(shop.root), ("out",), None):
            seen.append([path.name for folder in (tree, Path(own_folder(str(tree)))) for path in folder.glob("*")])
            yield piece

    unpack(pieces(), str(tree), ("out",), None)
    assert len(seen) > 1
    assert all(not name.startswith(".ftaction") for names in seen for name in names), seen
    assert all(any(name.startswith("ftaction.") for name in names) for names in seen), seen


def test_many_at_once_do_not_take_each_other_s_for_left_over(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    for number in range(8):
        shop.write(f"out{number}", f"{number}\n")
    packed = [list(pack(str(shop.root), (f"out{number}",), None)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            for ended in [pool.submit(unpack, pieces, str(shop.root), (f"out{number}",), None) for number, pieces in enumerate(packed)]:
                ended.result()
    assert not list((shop.root / ".git").glob("ftaction.*"))

"""Lines that were touched since the base, fetched where the clone has not what the base held."""

from __future__ import annotations

from pathlib import Path

from ftaction.edge.changed_lines import ALL, changed_lines
from ftaction.edge.changes_fetch import Limits
from ftaction.edge.digests import Digests
from ftaction.edge.git import Repository
from tests.changes.scene import Host
from tests.support.repository import TestRepository

LIMITS = Limits(seconds=30.0)


def look(clone: TestRepository, base: str, *paths: str) -> dict[str, tuple[tuple[int, int], ...]]:
    repository = Repository(str(clone.root), Digests(str(clone.root.parent / "digests.json")), clone.environment)
    return changed_lines(repository, base, paths, clone.environment, limits=LIMITS)


def test_each_piece_of_a_file(tmp_path: Path) -> None:
    repository = TestRepository(tmp_path / "r")
    repository.write_all({"a.txt": "1\n2\n3\n4\n5\n6\n", "gone.txt": "1\n2\n", "like.txt": "x\n", "with blank é.txt": "1\n", 'quote".txt': "1\n"})
    base = repository.commit()
    repository.write_all({"a.txt": "new\n1\n2\n4\n5\nother\nmore\n", "gone.txt": "1\n", "like.txt": "x\n++ a.txt\n@@ -1 +1 @@\n", "with blank é.txt": "2\n"})
    repository.write('quote".txt', "2\n")
    found = look(repository, base, "a.txt", "gone.txt", "like.txt", "with blank é.txt", 'quote".txt', "untracked.txt")
    assert found == {
        "a.txt": ((1, 1), (6, 7)),  # what was taken out is no line
        "gone.txt": (),
        "like.txt": ((2, 3),),  # a line of a file that looks like one of git's
        "with blank é.txt": ((1, 1),),
        'quote".txt': ALL,
        "untracked.txt": ALL,
    }


def test_of_a_shallow_clone_what_the_base_held_is_fetched_and_nothing_of_it_stays(tmp_path: Path, host: Host) -> None:
    clone = host.checked_out(host.merge)
    before = sorted(str(path) for path in (clone.root / ".git").rglob("*"))
    assert look(clone, host.main[5], "src/x.py") == {"src/x.py": ((1, 1),)}
    assert sorted(str(path) for path in (clone.root / ".git").rglob("*")) == before


def test_where_it_can_not_be_had_the_whole_file_counts(tmp_path: Path, host: Host) -> None:
    clone = host.checked_out(host.merge)
    clone.git("remote", "set-url", "origin", str(tmp_path / "nowhere"))
    assert look(clone, host.main[5], "src/x.py") == {"src/x.py": ALL}
    assert look(clone, "0" * 40, "src/x.py") == {"src/x.py": ALL}
    assert look(clone, "", "src/x.py") == {"src/x.py": ALL}

"""The page is made of the results, and nothing else on it changes."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.golden import Golden

from . import table
from .repositories import known, named
from .results import Results

COMMIT: dict[str, Any] = {
    "what": "commit", "new_failing": 0, "missed": [], "hidden": False, "ran": 0, "share": 0.0, "seconds": 1.0, "suite": 30.0,
    "said": "selected: by name", "commit": "c" * 40, "detail": "pyproject.toml\nmodified",
}  # fmt: skip
FAULT: dict[str, Any] = {"what": "fault", "selector": "ftaction", "base": "b" * 40, "seconds": 2.0, "title": "a.py:1: 1 becomes 2"}


def _filled(folder: Path) -> Results:
    results = Results(folder)
    for share, said in ((0.0, "selected: by name"), (1.0, "full: a lock file changed"), (0.2, "selected: by name"), (1.0, "full: conftest|changed")):
        results.add(**{**COMMIT, "selector": "ftaction", "share": share, "said": said, "ran": int(share * 10), "suite": 30.0 + len(said)})
    results.add(**{**COMMIT, "selector": "testmon", "new_failing": 1, "missed": ["t::a"]})
    results.add(what="commit", selector="testmon", broke="INTERNALERROR")
    for number, (kind, outcome) in enumerate([("comparison", "caught"), ("data_file", "missed"), ("data_file", "survived"), ("variable", "caught")]):
        results.add(**{**FAULT, "fault": f"f{number}", "kind": kind, "aimed": kind != "comparison", "outcome": outcome})
        results.add(**{**FAULT, "selector": "testmon", "fault": f"f{number}", "kind": kind, "aimed": kind != "comparison", "outcome": "missed"})
    for way, cpu in (("bare", 10.0), ("bare", 12.0), ("ftaction", 11.5), ("testmon", 30.0)):
        results.add(what="cost", selector=way, cpu=cpu)
    return results


def test_the_tables_of_a_repository(tmp_path: Path, golden: Golden) -> None:
    golden("tables.md", table.render("small", _filled(tmp_path / "results")) + "\n")


def test_only_what_stands_between_the_markers_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n\nWords.\n")
    table.page(page, "one", "first")
    table.page(page, "two", "second")
    table.page(page, "one", "third")
    assert page.read_text() == ("# Title\n\nWords.\n\n<!-- replay: one -->\nthird\n<!-- end of one -->\n\n<!-- replay: two -->\nsecond\n<!-- end of two -->\n")


@pytest.mark.parametrize(
    ("word", "source", "name", "cloned"),
    [
        pytest.param("click", "", "click", "https://github.com/pallets/click", id="a known one, from GitHub"),
        pytest.param("click", "/some/clone", "click", "/some/clone", id="a known one, from a clone"),
        pytest.param("/mirrors/pallets+click/repo", "", "click", "/mirrors/pallets+click/repo", id="a path that says which known one it is"),
        pytest.param("https://example.invalid/me/mine.git", "", "mine", "https://example.invalid/me/mine.git", id="any other"),
    ],
)
def test_a_repository_is_named_by_name_path_or_address(word: str, source: str, name: str, cloned: str) -> None:
    repository = named(word, source)
    assert (repository.name, repository.source) == (name, cloned)
    assert repository.install == (known()[name].install if name in known() else ("-e", ".", "pytest"))


def test_a_field_that_nobody_reads_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "repositories.toml").write_text("[one]\nplace = 'a/b'\ninstal = ['x']\n")
    with pytest.raises(ValueError, match="instal is not a field"):
        known(tmp_path / "repositories.toml")

"""Whatever the runner's own graph knows, ours does."""

from pathlib import Path

import pytest

from tests.narrow.superset import missing
from tests.narrow.toy import Toy
from tests.narrow.toys import TOYS


@pytest.mark.parametrize("runner", ["jest", "vitest"])
def test_our_graph_holds_theirs(tmp_path: Path, modules: Path, runner: str) -> None:
    toy = Toy(tmp_path / "toy", runner, modules, TOYS[runner])
    pairs, missed = missing(toy.root, sorted(toy.files), runner, modules)
    assert pairs > 10
    assert missed == []

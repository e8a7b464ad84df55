"""Each hazard, through the real command line: learnt on the base, and the run after the edit is red, whatever was left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.selection.hazards import EVERY, FILES, HAZARDS, Hazard
from tests.selection.suites import Suite, copied, watched

NAMES = [hazard.name for hazard in HAZARDS]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return watched(tmp_path_factory.mktemp("base"), FILES)


@pytest.fixture
def suite(base: Suite, tmp_path: Path) -> Suite:
    return copied(base, tmp_path)


@pytest.mark.parametrize("hazard", HAZARDS, ids=NAMES)
def test_it_is_red(suite: Suite, hazard: Hazard) -> None:
    suite.edit(hazard.edit)
    ran = suite.ran(hazard.environment)
    assert ran.status == 1, ran.told
    if isinstance(hazard.expected, str):
        assert (ran.rule, ran.selected, ran.left_out) == (hazard.expected, None, 0), ran.told
    else:
        assert (ran.rule, ran.selected, ran.left_out) == ("", hazard.expected, len(EVERY - hazard.expected)), ran.told


@pytest.mark.parametrize("hazard", HAZARDS, ids=NAMES)
def test_the_same_elsewhere_leaves_its_tests_out(suite: Suite, hazard: Hazard) -> None:
    """Else a run of everything would be red as well, and say nothing of what is chosen."""
    suite.edit(hazard.control)
    ran = suite.ran(hazard.control_environment)
    assert ran.status == 0, ran.told
    if hazard.control_environment:
        assert ran.check["source"] == "replayed", ran.told
    else:
        assert (ran.rule, ran.selected, ran.left_out) == ("", hazard.runs, len(EVERY - hazard.runs)), ran.told


def test_a_file_named_like_a_module_of_pythons_own_is_red(suite: Suite) -> None:
    """Whoever watches has loaded that module before anybody could find the file, so nobody watches."""
    suite.edit({".firsttry.yml": FILES[".firsttry.yml"].replace("run: pytest", "run: python -m pytest"), "json.py": "raise ImportError('not that one')\n"})
    ran = suite.ran()
    assert (ran.status, ran.rule) == (1, "standard module"), ran.told
    assert "not that one" in ran.told

"""The real command line over small real projects of jest and vitest: which test files run, which do not, and what is remembered of it."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ftaction.model.narrow import Rule
from tests.narrow.project import Project, log
from tests.narrow.test_hazards import HAZARDS, small
from tests.narrow.test_known_holes import HOLES
from tests.narrow.toy import LINES
from tests.narrow.toys import TOYS

RUNNERS = ["jest", "vitest"]
CHANGED = {"jest": "exports.a = 1 // as before\n", "vitest": "export const a = 1 // as before\n"}
BROKEN = {"jest": "exports.a = 2\n", "vitest": "export const a = 2\n"}


def two(runner: str) -> dict[str, str]:
    """A test of a module behind two others, one of imported data, one of nothing."""
    return small(runner, "module") | small(runner, "json")


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_touched_module_runs_its_tests_only(tmp_path: Path, modules: Path, runner: str) -> None:
    project = Project(tmp_path, runner, modules, two(runner)).passed()
    project.change({"src/a.js": CHANGED[runner]})
    found = project.prove()
    assert found["ending"] == "passed", log(found)
    assert (found["selection"]["selected"], found["selection"]["not_selected"]) == (["test/module.test.js"], ["test/json.test.js", "test/other.test.js"])
    assert found["selection"]["causes"] == [{"right": "sees", "path": "src/a.js", "tests": 1}]
    assert found["why"] == "src/a.js modified; 1 of 3 test files: 1 see src/a.js"
    assert ("module.test.js" in log(found), "json.test.js" in log(found)) == (True, False)
    again = project.prove()
    assert again["source"] == "replayed", "the same part of the same files"
    assert again["why"].endswith(", 2 parts of it by earlier runs")
    project.change({"src/a.js": BROKEN[runner]})
    assert project.prove()["ending"] == "failed"


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_narrowed_pass_never_stands_for_the_whole(tmp_path: Path, modules: Path, runner: str) -> None:
    project = Project(tmp_path, runner, modules, two(runner)).passed()
    project.change({"src/a.js": CHANGED[runner]})
    assert project.prove()["selection"]["left_out"] == 2
    project.change({"src/data.json": '{"b": 2 }\n'})
    found = project.prove()
    assert found["selection"]["selected"] == ["test/json.test.js", "test/module.test.js"], "compared with what was proved whole"
    assert "other.test.js" in log(project.prove("--all"))
    assert project.planned()["source"] == "replayed"
    assert "of it by earlier runs" not in project.planned()["why"]


@pytest.mark.parametrize("runner", RUNNERS)
def test_documentation_runs_nothing(tmp_path: Path, modules: Path, runner: str) -> None:
    project = Project(tmp_path, runner, modules, two(runner)).passed()
    project.change({"README.md": "# Toy\n"})
    found = project.prove()
    assert (found["source"], found["ending"], found["selection"]["left_out"]) == ("unaffected", "passed", 3)
    assert found["selection"]["not_selected"] == ["test/json.test.js", "test/module.test.js", "test/other.test.js"]
    assert found["why"].startswith("none of 3 test files can notice what changed since it was proved here")
    project.change({"docs/more.md": "x"})
    assert "\n  left out: test/json.test.js\n" in project.run("explain", "unit")[1]


@pytest.mark.parametrize(("runner", "hole", "test", "changes", "rule"), HOLES, ids=[f"{row[0]}{row[1]}" for row in HOLES])
def test_a_known_hole_is_red(tmp_path: Path, modules: Path, runner: str, hole: str, test: str, changes: Mapping[str, str | None], rule: Rule) -> None:
    project = Project(tmp_path, runner, modules, small(runner, test)).passed()
    project.change(changes)
    found = project.prove()
    assert found["ending"] == "failed", hole
    assert f"; all tests: {rule.value} ({', '.join(changes)})" in found["why"]
    assert found["selection"] == {"rule": rule.value, "details": list(changes), "selected": None, "left_out": 0}


PARTS = [row for row in HAZARDS if row[4] == "a part" and row[1] in ("worker", "mock of a module", "snapshot", "imported as a text", "source read as a text")]


@pytest.mark.parametrize(("runner", "hazard", "test", "changes"), [row[:4] for row in PARTS], ids=[f"{row[0]}: {row[1]}" for row in PARTS])
def test_a_fault_in_a_part_is_red(tmp_path: Path, modules: Path, runner: str, hazard: str, test: str, changes: Mapping[str, str | None]) -> None:
    project = Project(tmp_path, runner, modules, small(runner, test)).passed()
    project.change(changes)
    found = project.prove()
    assert (found["ending"], found["selection"]["not_selected"]) == ("failed", ["test/other.test.js"]), hazard


GHOST = {
    "jest": ("jest.config.js", 'module.exports = {testMatch: ["**/real/*.js"]}\n', 'test("real", () => {})\n'),
    "vitest": ("vitest.config.js", 'export default {test: {include: ["real/*.js"]}}\n', 'import { test } from "vitest"\ntest("real", () => {})\n'),
}


@pytest.mark.parametrize("also", ["", " --passWithNoTests"])
@pytest.mark.parametrize("runner", RUNNERS)
def test_a_part_without_a_test_is_followed_by_the_whole(tmp_path: Path, modules: Path, runner: str, also: str) -> None:
    """A file that looks like a test, and is none for the runner."""
    config, settings, real = GHOST[runner]
    files = small(runner, "module") | {config: settings, "real/one.js": real}
    project = Project(tmp_path, runner, modules, files, run=LINES[runner] + also).passed()
    project.change({"src/a.js": BROKEN[runner]})
    found = project.prove()
    assert found["ending"] == "passed", log(found)
    assert (found["selection"]["rule"], found["selection"]["details"][-1]) == (Rule.EMPTY, "test/module.test.js")
    assert "; all tests: the runner found no test (" in found["why"]
    assert log(found).count("real/one.js") >= 1
    assert project.prove()["why"].startswith("proved here"), "that was a pass of the whole"
    assert "of it by earlier runs" not in project.planned()["why"]


@pytest.mark.parametrize("runner", RUNNERS)
def test_through_npm(tmp_path: Path, modules: Path, runner: str) -> None:
    manifest = {"name": "toy", "type": "module" if runner == "vitest" else "commonjs", "scripts": {"test": LINES[runner]}}
    project = Project(tmp_path, runner, modules, two(runner) | {"package.json": json.dumps(manifest)}, run="npm test").passed()
    project.change({"src/a.js": BROKEN[runner]})
    found = project.prove()
    assert (found["ending"], found["selection"]["selected"]) == ("failed", ["test/module.test.js"])
    assert "json.test.js" not in log(found)


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_list_of_arguments(tmp_path: Path, modules: Path, runner: str) -> None:
    project = Project(tmp_path, runner, modules, two(runner), run=LINES[runner].split()).passed()
    project.change({"src/a.js": BROKEN[runner]})
    found = project.prove()
    assert (found["ending"], found["selection"]["selected"]) == ("failed", ["test/module.test.js"])
    assert found["selection"]["run"][: len(LINES[runner].split())] == LINES[runner].split()


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_new_version_number_runs_those_who_read_it(tmp_path: Path, modules: Path, runner: str) -> None:
    project = Project(tmp_path, runner, modules, small(runner, "version")).passed()
    project.change({"package.json": TOYS[runner]["package.json"].replace("1.0.0", "2.0.0")})
    found = project.prove()
    assert (found["ending"], found["selection"]["selected"], found["selection"]["left_out"]) == ("failed", ["test/version.test.js"], 1)
    project.change({"package.json": TOYS[runner]["package.json"].replace('"toy"', '"toys"')})
    assert project.planned()["selection"]["rule"] == Rule.MANIFEST

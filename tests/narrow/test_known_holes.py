"""Holes that the runners' own issue trackers know, with the runners' own comparison to a commit; and that ours are none.

jest#12052 and #15309: a deleted module selects no test. jest#15945: neither does a changed configuration or lock file.
vitest#10421: a change of the configuration alone selects no test, and that passes.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from ftaction.model.narrow import Related, Rule, Whole
from ftaction.tools.narrow import is_empty
from tests.narrow.test_hazards import retold, small
from tests.narrow.toy import LINES, Toy

SINCE = {"jest": "jest --ci --changedSince=HEAD", "vitest": "vitest run --changed HEAD --passWithNoTests"}
HOLES: list[tuple[str, str, str, dict[str, str | None], Rule]] = [
    ("jest", "#12052 and #15309: a deleted module", "module", {"src/a.js": None}, Rule.DELETED),
    ("jest", "#15945: configuration", "config", {"jest.config.js": retold("jest.config.js", "told: 1", "told: 2")}, Rule.CONFIGURATION),
    ("jest", "#15945: lock file", "lock", {"package-lock.json": '{"lockfileVersion": 2}'}, Rule.LOCK),
    ("vitest", "#10421: configuration", "config", {"vitest.config.js": retold("vitest.config.js", 'told: "1"', 'told: "2"')}, Rule.CONFIGURATION),
]


def commit(folder: Path) -> None:
    for command in (["init", "-q"], ["add", "-A", "--", ":!node_modules"], ["-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "m"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


@pytest.mark.parametrize(("runner", "hole", "test", "changes", "rule"), HOLES, ids=[f"{row[0]}{row[1]}" for row in HOLES])
def test_a_known_hole(tmp_path: Path, modules: Path, runner: str, hole: str, test: str, changes: Mapping[str, str | None], rule: Rule) -> None:
    toy = Toy(tmp_path / "toy", runner, modules, small(runner, test))
    commit(toy.root)
    found = toy.change(changes)
    own = toy.run(line=SINCE[runner])
    assert own.returncode == 0, f"{hole}: the runner has closed it\n{own.stdout}{own.stderr}"
    assert "1 passed" not in own.stdout + own.stderr
    assert found == Whole(rule, tuple(changes))
    assert not toy.passes(found)


def test_a_module_outside_of_the_roots_of_jest(tmp_path: Path, modules: Path) -> None:
    """jest looks for what is related only below its `roots`: dayjs has its tests there, and its sources elsewhere."""
    settings = retold("jest.config.js", "{setupFiles", '{roots: ["<rootDir>/test"], setupFiles')
    toy = Toy(tmp_path / "toy", "jest", modules, small("jest", "module") | {"jest.config.js": settings})
    found = toy.change({"src/a.js": "exports.a = 2\n"})
    assert toy.run("--passWithNoTests", "--findRelatedTests", "src/a.js").returncode == 0, "jest has closed it"
    assert isinstance(found, Related)
    assert not toy.passes(found)


@pytest.mark.parametrize("runner", ["jest", "vitest"])
def test_a_runner_says_that_it_found_no_test(tmp_path: Path, modules: Path, runner: str) -> None:
    toy = Toy(tmp_path / "toy", runner, modules, small(runner, "json"))
    asked = ["--findRelatedTests"] if runner == "jest" else []
    done = toy.run(*asked, "src/nothing.js")
    assert done.returncode == 1
    assert is_empty(LINES[runner], ".", toy.files.get, done.stdout + done.stderr)
    failed = toy.run(*asked, "test/json.test.js")
    assert not is_empty(LINES[runner], ".", toy.files.get, failed.stdout + failed.stderr)
    assert not is_empty("pytest", ".", toy.files.get, done.stdout + done.stderr)


@pytest.mark.parametrize("runner", ["jest", "vitest"])
def test_through_npm(tmp_path: Path, modules: Path, runner: str) -> None:
    """What is appended reaches the runner through a script."""
    manifest = {"name": "toy", "type": "module" if runner == "vitest" else "commonjs", "scripts": {"test": LINES[runner]}}
    toy = Toy(tmp_path / "toy", runner, modules, small(runner, "json") | {"package.json": json.dumps(manifest)})
    toy.line = "npm test"
    found = toy.change({"src/data.json": '{"b": 3}\n'})
    assert tuple(getattr(found, "tests", ())) == ("test/json.test.js",)
    done = toy.run(*getattr(found, "options", ()))
    assert done.returncode != 0
    assert "other.test" not in done.stdout + done.stderr

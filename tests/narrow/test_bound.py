"""What is asked for no part of its tests, `node --test` and plain scripts of npm, runs by the package that its check is bound to. Node itself runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.repository import TestRepository

FILES = {
    "package.json": json.dumps({"private": True, "workspaces": ["packages/*"]}),
    "packages/web/package.json": json.dumps({"name": "web", "dependencies": {"lib": "*"}, "scripts": {"test": "node --test", "build": "node build.js"}}),
    "packages/web/add.js": 'exports.add = (a, b) => a + b + require("../lib").none\n',
    "packages/web/build.js": 'require("./add").add(1, 2) === 3 || process.exit(1)\n',
    "packages/web/add.test.js": 'require("node:test")("add", () => require("assert").equal(require("./add").add(1, 2), 3))\n',
    "packages/lib/package.json": json.dumps({"name": "lib"}),
    "packages/lib/index.js": "exports.none = 0\n",
    "packages/api/package.json": json.dumps({"name": "api"}),
    "packages/api/index.js": "1\n",
    "docs/guide.md": "x\n",
}
LINES = ["node --test", "npm test", "npm run build"]


@pytest.fixture(params=LINES)
def line(request: pytest.FixtureRequest, tmp_path: Path) -> CommandLine:
    """The check is proved."""
    line = CommandLine(TestRepository(tmp_path / "repository").write_all(FILES), tmp_path / "store")
    run: str = request.param
    line.configure({"checks": {"web": {"run": run, "package": "web"}}})
    assert line.run("run")[0] == 0
    return line


def planned(line: CommandLine) -> dict[str, Any]:
    (step,) = line.plan()["steps"]
    (check,) = step["checks"]
    found: dict[str, Any] = check
    return found


@pytest.mark.parametrize("path", ["packages/api/index.js", "packages/api/package.json", "docs/guide.md"])
def test_what_the_package_does_not_need_runs_nothing(line: CommandLine, path: str) -> None:
    line.repository.write(path, FILES[path] + " ")
    assert planned(line)["source"] == "replayed"


FAULTS = [
    ("in the package", {"packages/web/add.js": "exports.add = () => 4\n"}, "packages/web/add.js modified"),
    ("in what it needs", {"packages/lib/index.js": "exports.none = 1\n"}, "packages/lib/index.js modified"),
]


@pytest.mark.parametrize(("where", "fault", "why"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_is_red(line: CommandLine, where: str, fault: dict[str, str], why: str) -> None:
    line.repository.write_all(fault)
    assert planned(line)["why"] == why
    assert line.run("run")[0] == 1, where

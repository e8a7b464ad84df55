"""What of package.json and of npm's lock files counts, and who runs where only the rest of them changed."""

import json

import pytest

from ftaction.model.narrow import Nothing, Related, Rule, Whole
from ftaction.tools.narrow import essence
from tests.narrow.test_rules import RUNNERS, TESTS, project
from tests.narrow.toy import LINES, Files, decided

MANIFEST = {
    "name": "toy", "version": "1.0.0", "description": "a", "keywords": ["a"], "license": "MIT", "main": "a.js", "scripts": {"test": "jest"},
    "exports": {"import": "./a.mjs", "default": "./a.js"}, "dependencies": {"left-pad": "1"}, "jest": {"bail": 1},
}  # fmt: skip
SAME = [
    ("a new version", {"version": "2.0.0"}),
    ("a version for the first time", {"version": None}),
    ("what people read", {"description": "b", "keywords": [], "license": "Apache-2.0", "author": "x", "homepage": "https://x", "repository": "x"}),
]
OTHER = [
    ("its name, by which it may import itself", {"name": "toys"}),
    ("its entry", {"main": "b.js"}),
    ("a script", {"scripts": {"test": "jest --ci"}}),
    ("the order of conditions, of which the first counts", {"exports": {"default": "./a.js", "import": "./a.mjs"}}),
    ("a dependency", {"dependencies": {"left-pad": "2"}}),
    ("settings of a runner", {"jest": {"bail": 2}}),
    ("what nobody knows", {"x": 1}),
]


def manifest(changes: dict[str, object]) -> str:
    return json.dumps({key: value for key, value in {**MANIFEST, **changes}.items() if value is not None})


@pytest.mark.parametrize(("reason", "changes", "same"), [*((*row, True) for row in SAME), *((*row, False) for row in OTHER)], ids=str)
def test_what_counts_in_a_manifest(reason: str, changes: dict[str, object], same: bool) -> None:
    assert (essence("web/package.json", manifest(changes)) == essence("package.json", manifest({}))) is same, reason


def lock(version: str = "1", own: str = "1", installed: str = "1", needs: str = "1") -> str:
    packages = {
        "": {"name": "toy", "version": own, "dependencies": {"left-pad": needs}},
        "web": {"version": own},
        "node_modules/left-pad": {"version": installed},
    }
    return json.dumps({"name": "toy", "version": version, "lockfileVersion": 3, "packages": packages})


LOCKS = [
    ("the version of the package itself", lock(version="2", own="2"), True),
    ("what is installed", lock(installed="2"), False),
    ("what is asked for", lock(needs="2"), False),
    ("other data", "[]", False),
    ("no data", "{", False),
]


@pytest.mark.parametrize(("reason", "text", "same"), LOCKS, ids=[row[0] for row in LOCKS])
def test_what_counts_in_a_lock_file(reason: str, text: str, same: bool) -> None:
    assert (essence("package-lock.json", text) == essence("package-lock.json", lock())) is same, reason


@pytest.mark.parametrize("path", ["yarn.lock", "src/data.json", "package.json5"])
def test_other_files_have_none(path: str) -> None:
    assert essence(path, "{}") == ""


def toy(runner: str, also: Files | None = None) -> dict[str, str]:
    own = {key: value for key, value in MANIFEST.items() if key != "jest"} | {"devDependencies": {runner: "1"}}
    return project(runner) | {"package.json": json.dumps(own), "package-lock.json": lock()} | dict(also or {})


def raised(files: Files) -> dict[str, str | None]:
    return {"package.json": files["package.json"].replace("1.0.0", "2.0.0"), "package-lock.json": lock(version="2", own="2")}


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_new_version_that_nobody_reads_runs_nothing(runner: str) -> None:
    files = toy(runner)
    found = decided(LINES[runner], files, raised(files))
    assert found == Nothing(("package-lock.json", "package.json"), tuple(sorted(TESTS)))


READERS = [
    ("one that imports it", {"test/a.test.js": 'import { version } from "../package.json"\ntest("a", () => version)\n'}, "test/a.test.js"),
    ("one that imports it through another", {"src/a.js": 'export { version as a } from "../package.json"\n'}, "test/a.test.js"),
    ("one that reads it", {"test/b.test.js": 'import fs from "fs"\ntest("b", () => fs.readFileSync("package.json"))\n'}, "test/b.test.js"),
    ("one that reads it by a computed name", {"test/b.test.js": 'import fs from "fs"\ntest("b", () => fs.readFileSync(process.env.X))\n'}, "test/b.test.js"),
    ("one that reads what npm tells of it", {"src/a.js": "export const a = process.env.npm_package_version\n"}, "test/a.test.js"),
]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("reason", "also", "test"), READERS, ids=[row[0] for row in READERS])
def test_a_new_version_runs_its_readers(runner: str, reason: str, also: Files, test: str) -> None:
    files = toy(runner, also)
    found = decided(LINES[runner], files, raised(files))
    assert isinstance(found, Related), found
    assert tuple(found.tests) == (test,), reason


AROUND = [
    ("a set-up file imports it", {"around/deep.js": 'import { version } from "../package.json"\n'}, Rule.SETUP),
    ("a set-up file reads something", {"around/deep.js": 'import fs from "fs"\nfs.readFileSync(process.env.X)\n'}, Rule.MANIFEST),
    ("a set-up file reads what npm tells of it", {"around/deep.js": "globalThis.v = process.env.npm_package_version\n"}, Rule.MANIFEST),
    ("settings import it", {"{config}": 'import { version } from "./package.json"\nexport default {}\n'}, Rule.SETUP),
    ("settings read something", {"{config}": 'import fs from "fs"\nexport default {define: fs.readFileSync(process.env.X)}\n'}, Rule.MANIFEST),
    ("settings read what npm tells of it", {"{config}": "export default {define: {v: process.env.npm_package_version}}\n"}, Rule.MANIFEST),
]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("reason", "also", "rule"), AROUND, ids=[row[0] for row in AROUND])
def test_a_new_version_that_is_read_around_the_tests_runs_everything(runner: str, reason: str, also: Files, rule: Rule) -> None:
    config = {"jest": "jest.config.js", "vitest": "vitest.config.js"}[runner]
    files = toy(runner, {path.format(config=config): text for path, text in also.items()})
    found = decided(LINES[runner], files, raised(files))
    assert isinstance(found, Whole), reason
    assert found.rule == rule


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_dependency_runs_everything(runner: str) -> None:
    files = toy(runner)
    assert decided(LINES[runner], files, {"package-lock.json": lock(installed="2")}) == Whole(Rule.LOCK, ("package-lock.json",))

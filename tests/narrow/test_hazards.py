"""Whatever makes the full suite fail makes the part fail too: changes that no graph of imports shows, with the real runners."""

from pathlib import Path

import pytest

from ftaction.model.narrow import Related, Rule, Whole
from tests.narrow.toy import Toy
from tests.narrow.toys import TOYS


def retold(path: str, old: str, new: str) -> str:
    return next(toy[path] for toy in TOYS.values() if path in toy).replace(old, new)


DECIDES = "a part"  # the change itself selects a part of the suite; any other word is the rule that fires

Row = tuple[str, str, str, dict[str, str | None], str, bool]
"""Runner, hazard, the test that fails, the change, what is decided, whether the runner\'s own selection misses it."""

HAZARDS: list[Row] = [
    ("jest", "imported module, through two others", "module", {"src/a.js": "exports.a = 2\n"}, DECIDES, False),
    ("jest", "module under a mapped name", "mapped", {"src/mapped.js": "exports.mapped = 2\n"}, DECIDES, False),
    ("jest", "imported JSON", "json", {"src/data.json": '{"b": 3}\n'}, DECIDES, False),
    ("jest", "mock of a module", "mock", {"src/__mocks__/mocked.js": "exports.real = 8\n"}, DECIDES, False),
    ("jest", "mock of a package", "package", {"__mocks__/os.js": 'exports.arch = () => "other"\n'}, Rule.MOCK, True),
    ("jest", "file read with fs", "fs", {"fixtures/page.html": "<b>\n"}, Rule.UNKNOWN_FILE, True),
    ("jest", "folder listed with fs", "folder", {"fixtures/list/b.txt": "b\n"}, Rule.UNKNOWN_FILE, True),
    ("jest", "source read as a text", "source", {"src/a.js": "exports.a = 1 // TODO\n"}, DECIDES, True),
    ("jest", "module by a computed name", "dynamic", {"plugins/one.js": "module.exports = 2\n"}, Rule.NOT_REACHED, True),
    ("jest", "what a started program loads", "cli", {"lib/answer.js": 'module.exports = "43"\n'}, DECIDES, True),
    ("jest", "started program", "cli", {"bin/cli.cjs": "process.exit(1)\n"}, DECIDES, True),
    ("jest", "worker", "worker", {"src/worker.js": 'require("worker_threads").parentPort.postMessage("43")\n'}, DECIDES, True),
    ("jest", "set-up file", "setup", {"around/first.js": ""}, Rule.SETUP, True),
    ("jest", "what a set-up file loads", "setup", {"around/deep.js": ""}, Rule.SETUP, True),
    ("jest", "runner configuration", "config", {"jest.config.js": retold("jest.config.js", "told: 1", "told: 2")}, Rule.CONFIGURATION, True),
    ("jest", "package.json", "version", {"package.json": '{"name": "toy", "version": "2.0.0"}'}, DECIDES, False),
    ("jest", "lock file", "lock", {"package-lock.json": '{"lockfileVersion": 2}'}, Rule.LOCK, True),
    ("jest", "environment file", "environment", {".env": "TOLD=2\n"}, Rule.ENVIRONMENT, True),
    ("jest", "compiler configuration", "shadowed", {".babelrc": '{"presets": ["./none.js"]}'}, Rule.TRANSFORM, True),
    ("jest", "snapshot", "snapshot", {"test/__snapshots__/snapshot.test.js.snap": "exports[`snapshot 1`] = `2`;\n"}, DECIDES, False),
    ("jest", "deleted snapshot", "snapshot", {"test/__snapshots__/snapshot.test.js.snap": None}, DECIDES, True),
    ("jest", "deleted module", "module", {"src/a.js": None}, Rule.DELETED, True),
    ("jest", "renamed module", "module", {"src/a.js": None, "src/z.js": "exports.a = 1\n"}, Rule.DELETED, True),
    ("jest", "renamed in case only", "module", {"src/a.js": None, "src/A.js": "exports.a = 1\n"}, Rule.CASE, True),
    ("jest", "new module that shadows", "shadowed", {"src/shadowed.js": "exports.x = 2\n"}, Rule.SHADOWS, False),
    ("jest", "new index that shadows nothing but is looked for", "optional", {"src/perhaps/index.js": "module.exports = 1\n"}, Rule.SHADOWS, False),
    ("vitest", "imported module, through two others", "module", {"src/a.js": "export const a = 2\n"}, DECIDES, False),
    ("vitest", "module under a mapped name", "mapped", {"src/mapped.js": "export const mapped = 2\n"}, DECIDES, False),
    ("vitest", "module that is only asked for past its mock", "actual", {"src/actual.js": "export const actual = 2\n"}, DECIDES, True),
    ("vitest", "imported JSON", "json", {"src/data.json": '{"b": 3}\n'}, DECIDES, False),
    ("vitest", "imported as a text", "raw", {"src/raw.html": "<i>\n"}, DECIDES, True),
    ("vitest", "mock of a module", "mock", {"src/__mocks__/mocked.js": "export const real = 8\n"}, DECIDES, True),
    ("vitest", "mock of a package", "package", {"__mocks__/tinyrainbow.js": 'export default "other"\n'}, Rule.MOCK, True),
    ("vitest", "file read with fs", "fs", {"fixtures/page.html": "<b>\n"}, Rule.UNKNOWN_FILE, True),
    ("vitest", "folder listed with fs", "folder", {"fixtures/list/b.txt": "b\n"}, Rule.UNKNOWN_FILE, True),
    ("vitest", "new file that a pattern names", "glob", {"plugins/two.js": "export default 2\n"}, Rule.NOT_REACHED, False),
    ("vitest", "source read as a text", "source", {"src/a.js": "export const a = 1 // TODO\n"}, DECIDES, True),
    ("vitest", "module by a computed name", "dynamic", {"plugins/one.js": "export default 2\n"}, DECIDES, True),
    ("vitest", "what a started program loads", "cli", {"lib/answer.cjs": 'module.exports = "43"\n'}, DECIDES, True),
    ("vitest", "started program", "cli", {"bin/cli.cjs": "process.exit(1)\n"}, DECIDES, True),
    ("vitest", "worker", "worker", {"src/worker.cjs": 'require("worker_threads").parentPort.postMessage("43")\n'}, DECIDES, True),
    ("vitest", "set-up file", "setup", {"around/first.js": ""}, Rule.SETUP, False),
    ("vitest", "what a set-up file loads", "setup", {"around/deep.js": ""}, Rule.SETUP, True),
    ("vitest", "runner configuration", "config", {"vitest.config.js": retold("vitest.config.js", 'told: "1"', 'told: "2"')}, Rule.CONFIGURATION, True),
    ("vitest", "package.json", "version", {"package.json": '{"name": "toy", "version": "2.0.0", "type": "module"}'}, Rule.MANIFEST, False),
    ("vitest", "lock file", "lock", {"package-lock.json": '{"lockfileVersion": 2}'}, Rule.LOCK, True),
    ("vitest", "environment file", "environment", {".env": "VITE_TOLD=2\n"}, Rule.ENVIRONMENT, True),
    ("vitest", "compiler configuration", "shadowed", {"tsconfig.json": '{"extends": "./none.json"}'}, Rule.TRANSFORM, False),
    ("vitest", "snapshot", "snapshot", {"test/__snapshots__/snapshot.test.js.snap": "exports[`snapshot 1`] = `2`;\n"}, DECIDES, True),
    ("vitest", "deleted snapshot", "snapshot", {"test/__snapshots__/snapshot.test.js.snap": None}, DECIDES, True),
    ("vitest", "deleted module", "module", {"src/a.js": None}, Rule.DELETED, True),
    ("vitest", "renamed module", "module", {"src/a.js": None, "src/z.js": "export const a = 1\n"}, Rule.DELETED, True),
    ("vitest", "renamed in case only", "module", {"src/a.js": None, "src/A.js": "export const a = 1\n"}, Rule.CASE, True),
    ("vitest", "new module that shadows", "shadowed", {"src/shadowed.js": "export const x = 2\n"}, Rule.SHADOWS, False),
    ("vitest", "new module that is looked for by a computed name", "optional", {"src/perhaps.js": "export default 1\n"}, Rule.SHADOWS, True),
]  # fmt: skip


def small(runner: str, test: str) -> dict[str, str]:
    """The toy with this test and another that depends on nothing."""
    kept = (f"test/{test}.test.js", f"test/__snapshots__/{test}.test.js.snap", "test/other.test.js")
    return {path: text for path, text in TOYS[runner].items() if not path.startswith("test/") or path in kept}


@pytest.fixture(params=["jest", "vitest"], scope="module")
def untouched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, modules: Path) -> Toy:
    runner: str = request.param
    return Toy(tmp_path_factory.mktemp(runner) / "toy", runner, modules, TOYS[runner])


def test_without_a_change_everything_passes(untouched: Toy) -> None:
    done = untouched.run()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("runner", "hazard", "test", "changes", "decides", "missed"), HAZARDS, ids=[f"{row[0]}: {row[1]}" for row in HAZARDS])
def test_a_part_fails_where_the_whole_does(
    tmp_path: Path, modules: Path, runner: str, hazard: str, test: str, changes: dict[str, str | None], decides: str, missed: bool
) -> None:
    toy = Toy(tmp_path / "toy", runner, modules, small(runner, test))
    found = toy.change(changes)
    assert (found.rule if isinstance(found, Whole) else DECIDES) == decides, found
    full = toy.run()
    assert full.returncode != 0, f"{hazard}: the hazard is none\n{full.stdout}"
    if isinstance(found, Related):
        part = toy.run(*found.options)
        assert part.returncode != 0, f"{hazard}: missed\n{part.stdout}{part.stderr}"
        assert (tuple(found.tests), found.left_out) == ((f"test/{test}.test.js",), ("test/other.test.js",))
    own = toy.run(*changes, line={"jest": "jest --ci --passWithNoTests --findRelatedTests", "vitest": "vitest related --run"}[runner])
    assert (own.returncode == 0) is missed, f"the runner's own selection\n{own.stdout}{own.stderr}"

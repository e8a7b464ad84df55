"""Every rule fires, for jest and for vitest, and says its name and what made it fire. Nothing is run."""

import json

import pytest

from ftaction.model.narrow import Nothing, Related, Rule, Whole
from tests.narrow.toy import LINES, Files, decided

RUNNERS = ["jest", "vitest"]


def project(runner: str) -> dict[str, str]:
    """Two modules, each with its test; a snapshot, a mock, a set-up file, documentation."""
    settings = '{setupFiles: ["./around/first.js"], testEnvironment: "node"}'
    configs = {
        "jest": ("jest.config.js", f"module.exports = {settings}"),
        "vitest": ("vitest.config.js", f"export default {{test: {settings}}}"),
    }
    name, text = configs[runner]
    return {
        "package.json": json.dumps({"name": "toy", "devDependencies": {runner: "1"}, "dependencies": {"left-pad": "1"}}),
        name: text,
        "around/first.js": 'import "./deep.js"\n',
        "around/deep.js": "globalThis.deep = 1\n",
        "src/a.js": "export const a = 1\n",
        "src/b.js": 'import data from "./data.json"\nexport const b = data.b\n',
        "src/data.json": '{"b": 2}\n',
        "src/lonely.js": "export const lonely = 1\n",
        "src/lib.js": "export const lib = 1\n",
        "src/types.d.ts": "export type T = number\n",
        "src/__mocks__/a.js": "export const a = 9\n",
        "__mocks__/left-pad.js": "export default () => 0\n",
        "test/a.test.js": 'import { a } from "../src/a"\ntest("a", () => expect(a).toBe(1))\n',
        "test/b.test.js": 'import { b } from "../src/b.js"\ntest("b", () => expect(b).toBe(2))\n',
        "test/lib.test.js": 'import { lib } from "../src/lib"\nimport pad from "left-pad"\ntest("lib", () => expect(lib).toMatchSnapshot())\n',
        "test/__snapshots__/lib.test.js.snap": "exports[`lib 1`] = `1`;\n",
        "test/page.html": "<p>\n",
        "README.md": "# Toy\n",
        "docs/guide.md": "# Guide\n",
    }


ANY = [
    ("a deleted module", {"src/a.js": None}, Rule.DELETED, "src/a.js"),
    ("a renamed module", {"src/a.js": None, "src/z.js": "export const a = 1\n"}, Rule.DELETED, "src/a.js"),
    ("a deleted test", {"test/a.test.js": None}, Rule.DELETED, "test/a.test.js"),
    ("a name that changes its case only", {"src/a.js": None, "src/A.js": "export const a = 1\n"}, Rule.CASE, "src/A.js src/a.js"),
    ("a new file that some systems take for another", {"src/A.js": ""}, Rule.CASE, "src/A.js"),
    ("package.json", {"package.json": '{"name": "toy", "type": "module"}'}, Rule.MANIFEST, "package.json"),
    ("a package.json that is new in a folder", {"src/package.json": '{"type": "module"}'}, Rule.MANIFEST, "src/package.json"),
    *((name, {name: ""}, Rule.LOCK, name) for name in ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb")),
    ("settings of the package manager", {".npmrc": "a=b"}, Rule.LOCK, ".npmrc"),
    ("a package that git keeps", {"node_modules/left-pad/index.js": ""}, Rule.LOCK, "node_modules/left-pad/index.js"),
    *((name, {name: ""}, Rule.TRANSFORM, name) for name in ("tsconfig.json", "tsconfig.build.json", "jsconfig.json", "babel.config.js", ".babelrc", ".swcrc")),
    *((name, {name: "A=1"}, Rule.ENVIRONMENT, name) for name in (".env", ".env.test", "web/.env.local", ".nvmrc")),
    ("a set-up file", {"around/first.js": "1"}, Rule.SETUP, "around/first.js"),
    ("what a set-up file imports", {"around/deep.js": "1"}, Rule.SETUP, "around/deep.js"),
    ("a set-up file by its name, which a preset may name", {"tests/setup.js": "1"}, Rule.SETUP, "tests/setup.js"),
    ("a snapshot of no test", {"test/__snapshots__/gone.test.js.snap": ""}, Rule.SNAPSHOT, "test/__snapshots__/gone.test.js.snap"),
    ("a mock of a package", {"__mocks__/left-pad.js": "export default () => 1\n"}, Rule.MOCK, "__mocks__/left-pad.js"),
    ("a new mock of a package", {"__mocks__/other.js": ""}, Rule.MOCK, "__mocks__/other.js"),
    ("a file read with fs", {"test/page.html": "<b>\n"}, Rule.UNKNOWN_FILE, "test/page.html"),
    ("a new data file", {"src/more.json": "{}"}, Rule.UNKNOWN_FILE, "src/more.json"),
    ("documentation among the tests", {"test/cases.md": "x"}, Rule.UNKNOWN_FILE, "test/cases.md"),
    ("documentation that a source names", {"src/b.js": 'export const b = "README.md"\n', "README.md": "x"}, Rule.UNKNOWN_FILE, "README.md"),
    ("documentation of a folder that a source names", {"src/b.js": 'export const b = "./docs"\n', "docs/guide.md": "x"}, Rule.UNKNOWN_FILE, "docs/guide.md"),
    ("a module that no test reaches", {"src/lonely.js": "2"}, Rule.NOT_REACHED, "src/lonely.js"),
    ("a new module beside one of another ending", {"src/a.ts": "export const a = 2\n"}, Rule.SHADOWS, "src/a.ts"),
    ("a new folder's index beside a module of its name", {"src/lib/index.js": "export const lib = 2\n"}, Rule.SHADOWS, "src/lib/index.js"),
    ("a new module with the name of a package", {"src/left-pad.js": "1"}, Rule.SHADOWS, "src/left-pad.js"),
    (
        "the first of several rules, with all its paths",
        {"src/a.js": None, "src/b.js": None, "test/page.html": "x"},
        Rule.DELETED,
        "src/a.js src/b.js",
    ),
]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("reason", "changes", "rule", "paths"), ANY, ids=[row[0] for row in ANY])
def test_a_change_that_makes_everything_run(runner: str, reason: str, changes: dict[str, str | None], rule: Rule, paths: str) -> None:
    assert decided(LINES[runner], project(runner), changes) == Whole(rule, tuple(paths.split())), reason


CONFIGS = [
    ("jest", "its configuration", {"jest.config.js": "module.exports = {}"}, "jest.config.js"),
    ("jest", "another one of its configurations", {"jest.e2e.config.mjs": ""}, "jest.e2e.config.mjs"),
    ("jest", "a preset", {"jest-preset.js": ""}, "jest-preset.js"),
    ("vitest", "its configuration", {"vitest.config.js": "export default {}"}, "vitest.config.js"),
    ("vitest", "the configuration that it falls back to", {"vite.config.ts": ""}, "vite.config.ts"),
    ("vitest", "a configuration of the folder above", {"vitest.workspace.ts": ""}, "vitest.workspace.ts"),
]


@pytest.mark.parametrize(("runner", "reason", "changes", "path"), CONFIGS, ids=[row[1] for row in CONFIGS])
def test_configuration(runner: str, reason: str, changes: dict[str, str | None], path: str) -> None:
    assert decided(LINES[runner], project(runner), changes) == Whole(Rule.CONFIGURATION, (path,)), reason


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_configuration_that_the_command_names(runner: str) -> None:
    files = {**project(runner), "ci/settings.mjs": "export default {}\n"}
    found = decided(f"{LINES[runner]} --config ci/settings.mjs", files, {"ci/settings.mjs": "export default {a: 1}\n"})
    assert found == Whole(Rule.CONFIGURATION, ("ci/settings.mjs",))


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_configuration_that_is_not_there(runner: str) -> None:
    assert decided(f"{LINES[runner]} --config made/settings.js", project(runner), {"src/a.js": "2"}) == Whole(Rule.CONFIGURATION, ("made/settings.js",))


@pytest.mark.parametrize(
    ("runner", "words"), [("jest", "--setupFiles=./src/a.js"), ("jest", "--globalSetup ./src/a.js"), ("vitest", "--reporter default --reporter ./src/a.js")]
)
def test_what_the_command_names_is_set_up(runner: str, words: str) -> None:
    assert decided(f"{LINES[runner]} {words}", project(runner), {"src/a.js": "2"}) == Whole(Rule.SETUP, ("src/a.js",))


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_folder_with_a_package_of_its_own_may_mean_any_of_its_files(runner: str) -> None:
    own = {"src/own/package.json": '{"main": "deep/main.js"}', "src/own/deep/main.js": "1", "src/own/index.js": "2"}
    files = {**project(runner), **own, "test/own.test.js": 'import "../src/own"\ntest("own", () => 1)\n'}
    found = decided(LINES[runner], files, {"src/own/deep/main.js": "3"})
    assert isinstance(found, Related)
    assert tuple(found.tests) == ("test/own.test.js",)


COMMANDS = [
    ("compound", "eslint . && {}", Rule.SEVERAL_COMMANDS),
    ("two runs of it", "TZ=UTC {0} && TZ=Asia/Tokyo {0}", Rule.SEVERAL_COMMANDS),
    ("a pipe", "{} | tee log", Rule.SEVERAL_COMMANDS),
    ("a variable", "{} $ARGS", Rule.SEVERAL_COMMANDS),
    ("a file", "{} test/a.test.js", Rule.OWN_SELECTION),
    ("a name pattern", "{} -t a", Rule.OWN_SELECTION),
    ("a shard", "{} --shard=1/2", Rule.OWN_SELECTION),
    ("snapshots are written", "{} -u", Rule.OWN_SELECTION),
    ("words of an option that is not known", "{} --whatever 7", Rule.OWN_SELECTION),
    ("watch", "{} --watch", Rule.WATCHES),
]
ONE = [
    ("jest", "jest --onlyChanged", Rule.OWN_SELECTION),
    ("jest", "jest --changedSince main", Rule.OWN_SELECTION),
    ("jest", "jest --findRelatedTests src/a.js", Rule.OWN_SELECTION),
    ("jest", "jest --projects a b", Rule.OWN_SELECTION),
    ("jest", "jest --watchAll", Rule.WATCHES),
    ("vitest", "vitest run --changed", Rule.OWN_SELECTION),
    ("vitest", "vitest related src/a.js --run", Rule.OWN_SELECTION),
    ("vitest", "vitest watch", Rule.OWN_SELECTION),
    ("vitest", "vitest --watch", Rule.WATCHES),
    ("vitest", "vitest run --coverage.thresholds.lines=90", Rule.COVERAGE),
    ("vitest", "vitest run --reporter=json", Rule.SILENT),
    ("vitest", "vitest run --reporter junit --outputFile=a.xml", Rule.SILENT),
]


@pytest.mark.parametrize(("runner", "line", "rule"), [*((one, line, rule) for one in RUNNERS for _, line, rule in COMMANDS), *ONE])
def test_a_command_that_stays_as_it_is(runner: str, line: str, rule: Rule) -> None:
    found = decided(line.format(LINES[runner]), project(runner), {"src/a.js": "export const a = 2\n"})
    assert isinstance(found, Whole)
    assert found.rule == rule
    assert found.because


def test_a_list_of_arguments_keeps_what_a_shell_would_read() -> None:
    assert isinstance(decided(("jest", "--reporters=default", "--outputFile", "a b"), project("jest"), {"src/a.js": "2"}), Related)
    found = decided(("jest", "--coverage", '--coverageThreshold={"global": {"lines": 90}}'), project("jest"), {"src/a.js": "2"})
    assert found == Whole(Rule.COVERAGE, ("the command",))


def vitest(text: str) -> dict[str, str]:
    return {"vitest.config.ts": text}


SETTINGS = [
    ("jest", "projects", {"jest.config.js": 'module.exports = {projects: ["<rootDir>/web"]}'}, "", Rule.SEVERAL_PROJECTS, "jest.config.js"),
    ("jest", "projects in package.json", {"package.json": '{"jest": {"projects": ["web"]}}'}, "", Rule.SEVERAL_PROJECTS, "package.json"),
    ("vitest", "projects", vitest('export default {test: {projects: ["web/*"]}}'), "", Rule.SEVERAL_PROJECTS, "vitest.config.ts"),
    ("vitest", "a workspace", {"vitest.workspace.ts": "export default defineWorkspace([])"}, "", Rule.SEVERAL_PROJECTS, "vitest.workspace.ts"),
    (
        "jest", "thresholds", {"jest.config.js": "module.exports = {collectCoverage: true, coverageThreshold: {global: {lines: 9}}}"}, "", Rule.COVERAGE,
        "jest.config.js",
    ),
    (
        "vitest", "thresholds that the command switches on", vitest("export default {test: {coverage: {thresholds: {lines: 9}}}}"), "--coverage", Rule.COVERAGE,
        "vitest.config.ts",
    ),
    (
        "vitest", "thresholds that are on", vitest("export default {test: {coverage: {enabled: true, thresholds: {lines: 9}}}}"), "", Rule.COVERAGE,
        "vitest.config.ts",
    ),
    (
        "jest", "settings that start programs", {"jest.config.js": 'require("child_process").execSync("x")\nmodule.exports = {}'}, "", Rule.CONFIGURATION,
        "jest.config.js",
    ),
    ("vitest", "reporters that tell nothing", vitest('export default {test: {reporters: ["json", "github-actions"]}}'), "", Rule.SILENT, "vitest.config.ts"),
    ("vitest", "settings that load by a computed name", vitest("export default await import(process.env.X)"), "", Rule.CONFIGURATION, "vitest.config.ts"),
]  # fmt: skip


@pytest.mark.parametrize(("runner", "reason", "files", "words", "rule", "path"), SETTINGS, ids=[row[1] for row in SETTINGS])
def test_settings_that_allow_no_part(runner: str, reason: str, files: Files, words: str, rule: Rule, path: str) -> None:
    before = {"package.json": "{}", "src/a.js": "export const a = 1\n", "test/a.test.js": 'import "../src/a.js"\ntest("a", () => 1)\n', **files}
    assert decided(f"{LINES[runner]} {words}", before, {"src/a.js": "2"}) == Whole(rule, (path,)), reason


@pytest.mark.parametrize("runner", RUNNERS)
def test_thresholds_of_what_is_not_measured_are_no_matter(runner: str) -> None:
    files = project(runner) | {
        "jest.config.js": "module.exports = {coverageThreshold: {}}",
        "vitest.config.js": "export default {test: {coverage: {thresholds: {}}}}",
    }
    assert isinstance(decided(LINES[runner], files, {"src/a.js": "2"}), Related)


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_source_that_can_not_be_read(runner: str) -> None:
    from ftaction.model.change import Kind, Touched
    from ftaction.tools.narrow import Ground, narrow

    files = project(runner)
    touched = [Touched("src/a.js", Kind.MODIFIED)]
    ground = Ground(run=LINES[runner], folder=".", files=sorted(files), touched=touched, read=files.get, scan=lambda _path: None)
    found = narrow(ground)
    assert isinstance(found, Whole)
    assert found.rule == Rule.UNREADABLE


@pytest.mark.parametrize(
    ("runner", "files", "path"),
    [
        ("jest", {"jest.config.js": 'module.exports = {preset: "ts-jest"}'}, "src/types.d.ts"),
        ("vitest", {"vitest.config.js": "export default {test: {typecheck: {enabled: true}}}"}, "src/types.d.ts"),
        ("jest", {"jest.config.js": 'module.exports = {preset: "ts-jest"}', "src/a.ts": "declare global { var x: number }\n"}, "src/a.ts"),
    ],
)
def test_types_count_where_they_are_checked(runner: str, files: Files, path: str) -> None:
    assert decided(LINES[runner], {**project(runner), **files}, {path: "declare global { var x: string }\n"}) == Whole(Rule.TYPES, (path,))


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_package_among_others(runner: str) -> None:
    inside = {f"web/{path}": text for path, text in project(runner).items()}
    files = {**inside, "package.json": '{"workspaces": ["web", "other"]}', "other/package.json": '{"name": "other"}', "other/a.js": "", "README.md": "x"}
    assert decided(LINES[runner], files, {"other/a.js": "2"}, folder="web") == Whole(Rule.OUTSIDE, ("other/a.js",))
    assert decided(LINES[runner], files, {"package-lock.json": "2"}, folder="web") == Whole(Rule.LOCK, ("package-lock.json",))
    found = decided(LINES[runner], files, {"web/src/a.js": "2", "README.md": "y"}, folder="web")
    assert isinstance(found, Related)
    assert tuple(found.tests) == ("web/test/a.test.js",)
    assert found.options[-2:] == ("src/a.js", "test/a.test.js"), "the command runs in its own folder"
    assert found.inert == ("README.md",)


PARTS = [
    ("a module", {"src/a.js": "2"}, "test/a.test.js"),
    ("a test", {"test/a.test.js": "test('a', () => 2)"}, "test/a.test.js"),
    ("a new test", {"test/c.test.js": 'import "../src/a.js"\ntest("c", () => 1)\n'}, "test/c.test.js"),
    ("a new module with its test", {"src/c.js": "1", "test/c.test.js": 'import "../src/c.js"\ntest("c", () => 1)\n'}, "test/c.test.js"),
    ("data that is imported", {"src/data.json": '{"b": 3}'}, "test/b.test.js"),
    ("a snapshot", {"test/__snapshots__/lib.test.js.snap": "2"}, "test/lib.test.js"),
    ("a deleted snapshot", {"test/__snapshots__/lib.test.js.snap": None}, "test/lib.test.js"),
    ("a mock of a module", {"src/__mocks__/a.js": "2"}, "test/a.test.js"),
    ("a module and documentation", {"src/a.js": "2", "README.md": "2"}, "test/a.test.js"),
    ("a module and types, which nobody checks", {"src/a.js": "2", "src/types.d.ts": "2"}, "test/a.test.js"),
    ("two", {"src/a.js": "2", "src/lib.js": "2"}, "test/a.test.js test/lib.test.js"),
]
TESTS = {"test/a.test.js", "test/b.test.js", "test/lib.test.js"}


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("reason", "changes", "tests"), PARTS, ids=[row[0] for row in PARTS])
def test_a_part_is_enough(runner: str, reason: str, changes: dict[str, str | None], tests: str) -> None:
    found = decided(LINES[runner], project(runner), changes)
    assert isinstance(found, Related), found
    assert tuple(found.tests) == tuple(tests.split()), reason
    assert set(found.left_out) == TESTS - set(found.tests)
    assert set(found.tests) <= set(found.options)


@pytest.mark.parametrize("runner", RUNNERS)
def test_documentation_alone_affects_nothing(runner: str) -> None:
    assert decided(LINES[runner], project(runner), {"README.md": "x", "docs/guide.md": None}) == Nothing(("README.md", "docs/guide.md"), tuple(sorted(TESTS)))


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_reads_files_runs_even_for_documentation(runner: str) -> None:
    files = project(runner) | {"test/lib.test.js": 'import fs from "node:fs"\ntest("lib", () => fs.readdirSync(process.env.X))\n'}
    found = decided(LINES[runner], files, {"README.md": "x"})
    assert isinstance(found, Related)
    assert tuple(found.tests) == ("test/lib.test.js",)
    assert [path for path, _ in found.always] == ["test/lib.test.js"]


PATTERNS = [
    ("jest", {"jest.config.js": 'module.exports = {testMatch: ["**/checks/*.js"]}'}),
    ("jest", {"package.json": '{"jest": {"testRegex": "checks"}}', "jest.config.js": "module.exports = {}"}),
    ("vitest", {"vitest.config.js": 'export default {test: {include: ["checks/*.js"]}}'}),
]


@pytest.mark.parametrize(("runner", "settings"), PATTERNS)
def test_settings_with_patterns_of_their_own_may_mean_files_that_look_like_no_tests(runner: str, settings: Files) -> None:
    """Such a file says nothing of tests; another one does so for it. Without patterns nobody would run it."""
    own = {"checks/reads.js": 'import { check } from "../src/harness"\nimport fs from "fs"\ncheck(() => fs.readFileSync(process.env.X))\n'}
    files = project(runner) | own | {"src/harness.js": 'export const check = (body) => globalThis.test("it", body)\n'}
    assert isinstance(decided(LINES[runner], files, {"README.md": "x"}), Nothing)
    found = decided(LINES[runner], {**files, **settings}, {"README.md": "x"})
    assert isinstance(found, Related)
    assert "checks/reads.js" in found.tests


TELLING = ["--reporter=json --reporter=default", "--reporter dot", "--reporter=verbose"]


@pytest.mark.parametrize("words", TELLING)
def test_reporters_that_tell_of_no_test(words: str) -> None:
    assert isinstance(decided(f"vitest run {words}", project("vitest"), {"src/a.js": "2"}), Related)


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("name", ["-a.test.js", "test/a:1.test.js"])
def test_a_name_that_would_be_read_as_something_else(runner: str, name: str) -> None:
    files = project(runner) | {name: 'import "/src/b"\ntest("b", () => 1)\n'}
    assert decided(LINES[runner], files, {name: 'test("b", () => 2)\n'}) == Whole(Rule.NOT_SAYABLE, (name,))


def test_more_files_than_a_command_line_holds() -> None:
    tests = {f"test/{'long' * 40}{number}.test.js": 'import "../src/a"\ntest("a", () => 1)\n' for number in range(600)}
    found = decided("jest", project("jest") | tests, {"src/a.js": "2"})
    assert isinstance(found, Whole)
    assert (found.rule, len(found.because)) == (Rule.NOT_SAYABLE, 601)


SCRIPTS = [
    ("npm test", {"test": "{}"}, ("--",)),
    ("npm run unit", {"unit": "{}"}, ("--",)),
    ("npm t", {"test": "cross-env TZ=UTC {}"}, ("--",)),
    ("yarn test", {"test": "{}"}, ()),
    ("pnpm run test", {"test": "{}"}, ()),
    ("npm test -- --silent", {"test": "{}"}, ()),
]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("line", "scripts", "before"), SCRIPTS, ids=[row[0] for row in SCRIPTS])
def test_scripts(runner: str, line: str, scripts: dict[str, str], before: tuple[str, ...]) -> None:
    manifest = json.dumps({"dependencies": {"left-pad": "1"}, "scripts": {name: text.format(LINES[runner]) for name, text in scripts.items()}})
    found = decided(line, project(runner) | {"package.json": manifest}, {"src/a.js": "2"})
    assert isinstance(found, Related), found
    asked = ("--findRelatedTests",) if runner == "jest" else ()
    assert found.options == (*before, *asked, "src/a.js", "test/a.test.js")


DIRECTLY = [
    ("npx {}", ()),
    ("npx --yes {}", ()),
    ("npm exec {}", ("--",)),
    ("npm exec -- {}", ()),
    ("npm x {}", ("--",)),
    ("yarn {}", ()),
    ("pnpm exec {}", ()),
    ("bunx {}", ()),
]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("line", "before"), DIRECTLY, ids=[row[0] for row in DIRECTLY])
def test_a_runner_behind_a_package_manager(runner: str, line: str, before: tuple[str, ...]) -> None:
    found = decided(line.format(LINES[runner]), project(runner), {"src/a.js": "2"})
    assert isinstance(found, Related), found
    assert found.options[: len(before) + 1] == (*before, "--findRelatedTests" if runner == "jest" else "src/a.js")


@pytest.mark.parametrize("line", ["yarn {}", "pnpm {}", "bun run {}"])
@pytest.mark.parametrize("runner", RUNNERS)
def test_a_script_of_the_runner_s_name_is_another_command(runner: str, line: str) -> None:
    files = project(runner) | {"package.json": json.dumps({"scripts": {runner: f"lint && {runner}"}})}
    found = decided(line.format(LINES[runner]), files, {"src/a.js": "2"})
    assert found == Whole(Rule.SEVERAL_COMMANDS, (line.format(LINES[runner]),))


WHOLE_SCRIPTS = [
    ("npm test", "tsc && {}", Rule.SEVERAL_COMMANDS),
    ("npm test -- -t x", "{}", Rule.OWN_SELECTION),
    ("npm test && npm run lint", "{}", Rule.SEVERAL_COMMANDS),
]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("line", "script", "rule"), WHOLE_SCRIPTS, ids=[row[1] + row[0] for row in WHOLE_SCRIPTS])
def test_scripts_that_stay_as_they_are(runner: str, line: str, script: str, rule: Rule) -> None:
    manifest = json.dumps({"scripts": {"test": script.format(LINES[runner]), "lint": "eslint ."}})
    found = decided(line, project(runner) | {"package.json": manifest}, {"src/a.js": "2"})
    assert isinstance(found, Whole)
    assert found.rule == rule


@pytest.mark.parametrize("line", ["mocha", "npm run lint", "node --test", "pytest", "npm run deeper"])
def test_other_commands_are_not_narrowed_here(line: str) -> None:
    files = project("jest") | {"package.json": json.dumps({"scripts": {"lint": "eslint .", "deeper": "npm run lint"}})}
    assert decided(line, files, {"src/a.js": "2"}) is None

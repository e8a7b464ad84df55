"""Every rule, as the command line tells it; and when no part is asked for, or another one. A stand-in runs for the runner: it only passes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ftaction.model.narrow import Rule
from ftaction.model.selection import Rule as Distrust
from ftaction.report.tests import RULES as RULES_IN_WORDS
from ftaction.run.bound import MOST_LISTED
from tests.narrow.project import Project, log
from tests.narrow.test_rules import project as files_of
from tests.narrow.toy import LINES

MODULE: dict[str, str | None] = {"src/a.js": "export const a = 1 // as before\n"}
PART = "src/a.js modified; 1 of 3 test files: 1 see src/a.js"


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("modules")
    (folder / ".bin").mkdir()
    for name in ("jest", "vitest", "lint", "go"):
        (folder / ".bin" / name).write_text('#!/bin/sh\necho $0 "$@"\n')
        (folder / ".bin" / name).chmod(0o755)
    return folder


RULES: list[tuple[Rule, str, dict[str, str], dict[str, str | None], str]] = [
    (Rule.SEVERAL_COMMANDS, "jest && lint", {}, MODULE, "jest && lint"),
    (Rule.OWN_SELECTION, "jest -t a", {}, MODULE, "-t"),
    (Rule.WATCHES, "jest --watch", {}, MODULE, "--watch"),
    (Rule.SEVERAL_PROJECTS, "jest", {"jest.config.js": 'module.exports = {projects: ["<rootDir>/web"]}'}, MODULE, "jest.config.js"),
    (Rule.COVERAGE, "jest --coverage", {"jest.config.js": "module.exports = {coverageThreshold: {}}"}, MODULE, "jest.config.js"),
    (Rule.SILENT, "vitest run --reporter=json", {}, MODULE, "json"),
    (Rule.CASE, "jest", {}, {"src/A.js": ""}, "src/A.js"),
    (Rule.DELETED, "jest", {}, {"src/a.js": None}, "src/a.js"),
    (Rule.CONFIGURATION, "jest", {}, {"jest.config.js": "module.exports = {}"}, "jest.config.js"),
    (Rule.MANIFEST, "jest", {}, {"package.json": '{"type": "module"}'}, "package.json"),
    (Rule.LOCK, "jest", {}, {"yarn.lock": ""}, "yarn.lock"),
    (Rule.TRANSFORM, "jest", {}, {"tsconfig.json": ""}, "tsconfig.json"),
    (Rule.ENVIRONMENT, "jest", {}, {".env": "A=1"}, ".env"),
    (Rule.WORKFLOW, "jest", {}, {".github/workflows/test.yml": ""}, ".github/workflows/test.yml"),
    (Rule.SETUP, "jest", {}, {"around/deep.js": ""}, "around/deep.js"),
    (Rule.SHADOWS, "jest", {}, {"src/a.ts": ""}, "src/a.ts"),
    (Rule.SNAPSHOT, "jest", {}, {"test/__snapshots__/gone.test.js.snap": ""}, "test/__snapshots__/gone.test.js.snap"),
    (Rule.MOCK, "jest", {}, {"__mocks__/left-pad.js": ""}, "__mocks__/left-pad.js"),
    (Rule.TYPES, "jest", {"jest.config.js": 'module.exports = {preset: "ts-jest"}'}, {"src/types.d.ts": ""}, "src/types.d.ts"),
    (Rule.UNKNOWN_FILE, "jest", {}, {"test/page.html": ""}, "test/page.html"),
    (Rule.NOT_REACHED, "jest", {}, {"src/lonely.js": ""}, "src/lonely.js"),
    (Rule.NOT_SAYABLE, "jest", {}, {"test/a:b.test.js": 'import "../src/a"\ntest("a", () => 1)\n'}, "test/a:b.test.js"),
]
OTHERWISE = {Rule.UNREADABLE, Rule.NO_INPUT, Rule.OUTSIDE, Rule.FOREIGN, Rule.EMPTY}


@pytest.mark.parametrize(("rule", "run", "files", "changes", "because"), RULES, ids=[row[0].value for row in RULES])
def test_a_rule_is_told(tmp_path: Path, stand_in: Path, rule: Rule, run: str, files: Mapping[str, str], changes: dict[str, str | None], because: str) -> None:
    project = Project(tmp_path, "jest", stand_in, {**files_of(run.split(maxsplit=1)[0]), **files}, run=run)
    project.prove()
    project.change(changes)
    expect(project, f"all tests: {rule.value} ({because})")


def expect(project: Project, words: str) -> dict[str, Any]:
    """What a plan, an explanation and a run say of the check."""
    planned = project.planned()
    assert planned["why"].endswith(f"; {words}"), planned["why"]
    assert words in project.run("explain", "unit")[1]
    found = project.prove()
    assert (found["why"], found["selection"]) == (planned["why"], planned["selection"])
    return found


def test_every_rule_is_told_somewhere() -> None:
    """Those that need more than a changed file have tests of their own, one of them with the real runners."""
    assert {row[0] for row in RULES} | OTHERWISE == set(Rule)


def test_a_source_that_can_not_be_read(tmp_path: Path, stand_in: Path) -> None:
    project = Project(tmp_path, "jest", stand_in, files_of("jest"))
    (project.repository.root / "src/link.js").symlink_to("a.js")
    project.prove()
    project.change(MODULE)
    expect(project, f"all tests: {Rule.UNREADABLE.value} (src/link.js)")


def test_a_source_of_another_language(tmp_path: Path, stand_in: Path) -> None:
    project = Project(tmp_path, "jest", stand_in, {"go.mod": "module m\n", "a/a.go": "package a\n", "a/a_test.go": "package a\n"}, run="go test ./...")
    project.prove()
    project.change({"a/a.c": ""})
    expect(project, f"all tests: {Rule.FOREIGN.value} (a/a.c)")


INPUTS = [
    ("a module that a test imports", ["test", "src/b.js", "src/lib.js", "src/data.json", "around"], {"test/b.test.js": "1"}, "src/a.js"),
    ("data that a module imports", ["test", "src/*.js", "around"], MODULE, "src/data.json"),
    ("a set-up file", ["test", "src", "around/deep.js"], MODULE, "around/first.js"),
    ("what a set-up file imports", ["test", "src", "around/first.js"], MODULE, "around/deep.js"),
    ("a test", ["src", "around", "test/a.test.js"], MODULE, "test/b.test.js, test/lib.test.js"),
]


@pytest.mark.parametrize(("reason", "inputs", "changes", "because"), INPUTS, ids=[row[0] for row in INPUTS])
def test_inputs_that_leave_out_what_counts(
    tmp_path: Path, stand_in: Path, reason: str, inputs: list[str], changes: dict[str, str | None], because: str
) -> None:
    project = Project(tmp_path, "jest", stand_in, files_of("jest"), inputs=[*inputs, "__mocks__", "!**/*.md"])
    project.prove()
    project.change(changes)
    expect(project, f"all tests: {Rule.NO_INPUT.value} ({because})")


def test_inputs_that_hold_what_counts(tmp_path: Path, stand_in: Path) -> None:
    files = files_of("jest") | {"other/tool.js": "1", "other/README.md": "x"}
    project = Project(tmp_path, "jest", stand_in, files, inputs=["src", "test", "around", "__mocks__"])
    project.prove()
    project.change({**MODULE, "other/tool.js": "2"})
    expect(project, PART.partition("; ")[2])


def packages(run: str) -> dict[str, str]:
    """A package among others: `web` uses `lib`."""
    inside = {f"web/{path}": text for path, text in files_of(run).items()}
    uses = {"web/src/a.js": 'export { a } from "lib"\n', "web/package.json": '{"name": "web", "dependencies": {"lib": "*", "left-pad": "1"}}'}
    lib = {"lib/package.json": '{"name": "lib"}', "lib/index.js": "export const a = 1\n", "other/package.json": '{"name": "other"}', "other/a.js": ""}
    return {**inside, **uses, **lib, "package.json": '{"workspaces": ["web", "lib", "other"]}'}


def test_a_package_beside(tmp_path: Path, stand_in: Path) -> None:
    project = Project(tmp_path, "jest", stand_in, packages("jest"), working_directory="web")
    project.prove()
    project.change({"other/a.js": "2"})
    expect(project, f"all tests: {Rule.OUTSIDE.value} (other/a.js)")


def test_a_check_of_a_package(tmp_path: Path, stand_in: Path) -> None:
    """What the package doesn't depend on is no input, so it neither runs anything nor stands in the way of a part."""
    project = Project(tmp_path, "jest", stand_in, packages("jest"), package="web")
    project.prove()
    project.change({"other/a.js": "2"})
    assert project.planned()["source"] == "replayed"
    project.change({"web/src/b.js": 'import data from "./data.json"\nexport const b = 2\n'})
    found = expect(project, "1 of 3 test files: 1 see web/src/b.js")
    assert found["selection"]["run"] == "jest --ci --findRelatedTests src/b.js test/b.test.js"
    project.change({"lib/index.js": "export const a = 2\n"})
    expect(project, f"all tests: {Rule.OUTSIDE.value} (lib/index.js)")


def test_a_check_of_a_package_that_needs_many_files(tmp_path: Path, stand_in: Path) -> None:
    """Where its list of inputs has a folder in place of so many files."""
    many = {f"lib/many/{number}.js": "1\n" for number in range(MOST_LISTED)}
    project = Project(tmp_path, "jest", stand_in, packages("jest") | many, package="web")
    project.prove()
    project.change({"web/src/b.js": "2"})
    expect(project, "1 of 3 test files: 1 see web/src/b.js")
    project.change({"lib/many/1.js": "2"})
    expect(project, f"all tests: {Rule.OUTSIDE.value} (lib/)")


def test_inputs_without_a_package_that_is_imported(tmp_path: Path, stand_in: Path) -> None:
    project = Project(tmp_path, "jest", stand_in, packages("jest"), working_directory="web", inputs=["web"])
    project.prove()
    project.change({"web/src/b.js": "2"})
    expect(project, f"all tests: {Rule.NO_INPUT.value} (lib/index.js)")


@pytest.mark.parametrize("runner", ["jest", "vitest"])
def test_what_leaves_most_out_decides(tmp_path: Path, stand_in: Path, runner: str) -> None:
    """Several whole passes are remembered: here one of before a change of configuration, and one of after it, which was undone."""
    config = {"jest": "jest.config.js", "vitest": "vitest.config.js"}[runner]
    project = Project(tmp_path, runner, stand_in, files_of(runner))
    settings = (project.repository.root / config).read_text()
    project.prove()
    project.change({config: settings + "// 2\n"})
    assert project.prove()["selection"]["rule"] == Rule.CONFIGURATION
    project.change({config: settings, **MODULE})
    assert expect(project, "1 of 3 test files: 1 see src/a.js")["selection"]["left_out"] == 2


def test_where_nothing_can_be_left_out_the_command_is_the_check_s_own(tmp_path: Path, stand_in: Path) -> None:
    """A pass of it is one of the whole, also of tests that only the runner knows."""
    project = Project(tmp_path, "jest", stand_in, files_of("jest"))
    project.prove()
    project.change({"src/a.js": "2", "src/b.js": "2", "src/lib.js": "2"})
    found = expect(project, "3 of 3 test files: 1 see src/a.js, 1 see src/b.js, 1 see src/lib.js")
    assert ("run" in found["selection"], log(found).split()[1:]) == (False, ["--ci"])
    project.change({"src/a.js": "3"})
    assert expect(project, "1 of 3 test files: 1 see src/a.js")["selection"]["left_out"] == 2


def other_environment(project: Project) -> None:
    project.variables["JEST_X"] = "1"


def other_command(project: Project) -> None:
    project.configure({"checks": {"unit": project.check | {"run": "jest --silent"}}})


def other_program(project: Project) -> None:
    """In a folder before the stand-in's."""
    folder = project.repository.root.parent / "bin"
    folder.mkdir()
    (folder / "jest").write_text("#!/bin/sh\necho other\n")
    (folder / "jest").chmod(0o755)
    project.variables["PATH"] = f"{folder}:{project.variables['PATH']}"


@pytest.mark.parametrize("other", [other_environment, other_command, other_program])
def test_another_environment(tmp_path: Path, stand_in: Path, other: Any) -> None:
    project = Project(tmp_path, "jest", stand_in, files_of("jest"))
    project.prove()
    project.change(MODULE)
    assert project.planned()["why"] == PART
    other(project)
    assert project.planned()["why"].endswith("; all tests: environment: the environment is another one")


def test_where_everything_is_proved(tmp_path: Path, stand_in: Path) -> None:
    project = Project(tmp_path, "jest", stand_in, files_of("jest"))
    project.prove()
    project.change(MODULE)
    project.prove()
    assert project.planned()["source"] == "replayed"
    runner = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "schedule", "GITHUB_REPOSITORY": "us/it", "GITHUB_REF": "refs/heads/main"}
    runner |= {"RUNNER_TEMP": str(tmp_path), "GITHUB_WORKSPACE": str(project.repository.root)}
    project.variables |= runner
    planned = project.planned("--store", project.variables["FTACTION_STORE"])
    assert planned["why"].endswith("; all tests: final checkpoint: a final checkpoint")


def test_switched_off(tmp_path: Path, stand_in: Path) -> None:
    """Also what was left out before it was switched off no longer counts."""
    project = Project(tmp_path, "jest", stand_in, files_of("jest"))
    project.prove()
    project.change(MODULE)
    project.prove()
    project.configure({"checks": {"unit": project.check | {"tests": "all"}}})
    assert project.planned()["why"].endswith("; all tests: switched off: `tests: all` says so")


@pytest.mark.parametrize("words", [["--mode", "observe"], ["--all"]])
def test_what_runs_whole_without_a_word(tmp_path: Path, stand_in: Path, words: list[str]) -> None:
    project = Project(tmp_path, "jest", stand_in, files_of("jest"))
    project.prove()
    project.change(MODULE)
    found = project.prove(*words)
    assert (found["source"], "selection" in found) == ("ran", False)
    assert project.planned()["source"] == "replayed", "a whole pass is one"


def test_no_part_where_it_makes_outputs(tmp_path: Path, stand_in: Path) -> None:
    project = Project(tmp_path, "jest", stand_in, files_of("jest"), run="jest && mkdir -p made", outputs=["made"])
    project.prove()
    project.change(MODULE)
    assert project.planned()["why"].endswith("; all tests: command: its command can't be narrowed (it makes outputs)")


def test_a_script_that_starts_no_runner_has_no_tests_to_tell_of(tmp_path: Path, stand_in: Path) -> None:
    manifest = '{"scripts": {"build": "lint ."}}'
    project = Project(tmp_path, "jest", stand_in, files_of("jest") | {"package.json": manifest}, run="npm run build")
    project.prove()
    project.change(MODULE)
    assert project.planned()["why"] == "src/a.js modified"


@pytest.mark.parametrize("line", ["node --test", "mocha"])
def test_runners_that_are_asked_for_no_part(tmp_path: Path, stand_in: Path, line: str) -> None:
    project = Project(tmp_path, "jest", stand_in, files_of("jest"), run=line)
    project.prove()
    project.change(MODULE)
    assert "test files" not in project.planned()["why"]


def test_what_the_line_is(stand_in: Path) -> None:
    """The stand-in is called as the runner would be."""
    assert all((stand_in / ".bin" / line.split()[0]).exists() for line in LINES.values())


@pytest.fixture
def hidden(tmp_path: Path) -> tuple[Path, Path]:
    """A stand-in that fails where a file is there that nobody said it reads, and that file."""
    folder, file = tmp_path / "modules", tmp_path / "hidden"
    (folder / ".bin").mkdir(parents=True)
    (folder / ".bin" / "jest").write_text(f"#!/bin/sh\n! test -e {file}\n")
    (folder / ".bin" / "jest").chmod(0o755)
    return folder, file


def test_a_distrusted_suite_leaves_nothing_out(tmp_path: Path, hidden: tuple[Path, Path]) -> None:
    modules, file = hidden
    project = Project(tmp_path, "jest", modules, files_of("jest"))
    project.prove()
    file.write_text("")
    assert project.prove("--mode", "observe")["agreed"] is False
    file.unlink()
    project.change(MODULE)
    assert project.planned()["why"].endswith(f"; all tests: distrust: {RULES_IN_WORDS[Distrust.DISTRUST]}")


def test_what_no_test_can_notice_is_audited_as_every_skip(tmp_path: Path, hidden: tuple[Path, Path]) -> None:
    modules, file = hidden
    project = Project(tmp_path, "jest", modules, files_of("jest"))
    project.configure({"verification": {"audit": "100%"}, "checks": {"unit": project.check}})
    project.prove()
    project.change({"README.md": "x"})
    found = project.prove()
    assert (found["source"], found["agreed"], found["instead"]["source"]) == ("ran", True, "unaffected")
    file.write_text("")
    project.change({"README.md": "y"})
    found = project.prove()
    assert (found["ending"], found["agreed"]) == ("failed", False)


def test_after_a_whole_run_that_did_not_pass_the_whole_runs(tmp_path: Path, hidden: tuple[Path, Path]) -> None:
    """Which test failed nobody knows, and it may be one that would be left out."""
    modules, file = hidden
    project = Project(tmp_path, "jest", modules, files_of("jest"))
    project.prove()
    project.change(MODULE)
    file.write_text("")
    assert project.prove("--all")["ending"] == "failed"
    file.unlink()
    failed = "all tests: failed last: its last whole run did not pass"
    assert project.planned()["why"] == f"it failed when this was last run; {failed}"
    project.change({"src/lib.js": "2"})
    found = expect(project, failed)
    assert (found["ending"], "not_selected" in found["selection"]) == ("passed", False)
    project.change({"src/lib.js": "3"})
    expect(project, "1 of 3 test files: 1 see src/lib.js")


def test_after_a_part_that_did_not_pass_a_part_is_enough(tmp_path: Path, hidden: tuple[Path, Path]) -> None:
    """What failed is among what differs from the last whole pass."""
    modules, file = hidden
    project = Project(tmp_path, "jest", modules, files_of("jest"))
    project.prove()
    project.change(MODULE)
    file.write_text("")
    assert project.prove()["ending"] == "failed"
    file.unlink()
    assert project.planned()["why"] == f"it failed when this was last run; {PART.partition('; ')[2]}"

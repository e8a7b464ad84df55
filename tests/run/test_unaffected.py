"""A check is left out where nothing it depends on was touched and only its tools moved on since it passed; everything else runs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ftaction.model.change import ChangeSet
from ftaction.model.check import Check, Stage
from ftaction.model.ending import Passed
from ftaction.model.manifest import Section
from ftaction.model.plan import Unaffected
from ftaction.model.record import Origin, OriginKind
from ftaction.model.run import Report
from ftaction.run.world import World
from tests.support.repository import committed
from tests.support.rig import Rig, check, config, decisions, log, result

TOOL = '#!/bin/sh\necho {version}\n[ -z "$2" ] || echo {version} > $2\nexit ${{1:-0}}\n'
USE = check("use", "mytool 0", inputs=["src"])


class Moved(Rig):
    """A repository on a branch, and a program outside of it that may become another."""

    def __init__(self, root: Path) -> None:
        repository = committed(root, {"src/a.txt": "a\n", "README.md": "r\n", ".gitignore": "out\n"})
        repository.git("switch", "--quiet", "--create", "change")
        super().__init__(repository)
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.variables["PATH"] = f"{self.bin}:{self.variables['PATH']}"
        self.asked = 0
        self.changes: Callable[[], ChangeSet] | None = None
        self.final = False
        self.in_workflow = True
        self.tool("one")

    def tool(self, version: str) -> None:
        path = self.bin / "mytool"
        path.write_text(TOOL.format(version=version))
        path.chmod(0o755)

    def world(self) -> World:
        world = super().world()
        ask = self.changes or world.changes

        def counted() -> ChangeSet:
            self.asked += 1
            return ask()

        return world._replace(changes=counted, context=world.context._replace(final=self.final, in_workflow=self.in_workflow))


@pytest.fixture
def rig(tmp_path: Path) -> Moved:
    return Moved(tmp_path / "repository")


def began(rig: Moved, *checks: Check) -> None:
    """All passed with the first tool; then a file changed that is no input, and the tool moved on."""
    assert all(isinstance(one.ending, Passed) for one in rig.run(config(*checks)).results)
    rig.repository.write("README.md", "more\n")
    rig.tool("two")


def only(report: Report) -> str:
    (decision,) = decisions(report).values()
    return decision


def test_only_the_tool_moved(rig: Moved) -> None:
    began(rig, USE)
    report = rig.run(config(USE))
    decision = result(report, "use").decision
    assert isinstance(decision, Unaffected)
    assert [(one.section, one.name) for one in decision.moved] == [(Section.TOOLCHAIN, "program mytool")]
    assert isinstance(result(report, "use").ending, Passed)
    assert rig.surface.of("started") == []
    assert rig.asked == 2  # once by each run: the first one told what was touched


def test_what_is_remembered_exactly_asks_for_no_change_set(rig: Moved) -> None:
    began(rig, USE)
    rig.tool("one")
    assert only(rig.run(config(USE))) == "Replay"
    assert rig.asked == 1  # by the run before
    assert only(rig.run(config(USE), run_all=True)) == "Run"


RUNS: list[tuple[str, Callable[[Moved], object]]] = [
    ("an input was touched", lambda rig: rig.repository.write("src/a.txt", "b\n")),
    ("an input was added", lambda rig: rig.repository.write("src/b.txt", "b\n")),
    ("an input is gone", lambda rig: (rig.repository.root / "src/a.txt").unlink()),
    ("a workflow was touched", lambda rig: rig.repository.write(".github/workflows/ci.yml", "on: push\n")),
    ("what is installed was touched", lambda rig: rig.repository.write("tools/requirements-dev.txt", "x\n")),
    ("the image was touched", lambda rig: rig.repository.write("deploy/Dockerfile.test", "FROM x\n")),
    ("the version of a tool was touched", lambda rig: rig.repository.write("sub/.python-version", "3.13\n")),
    ("a script was touched", lambda rig: rig.repository.write("install.sh", "true\n")),
    ("the configuration was touched", lambda rig: rig.repository.write(".firsttry.yml", "version: 1\n")),
    ("a variable is another", lambda rig: rig.variables.update(LANG="de_DE")),
    ("the change set is not complete", lambda rig: setattr(rig, "changes", lambda: ChangeSet("", (), complete=False, doubt="x"))),
    ("a laptop, whose user chose the tools", lambda rig: setattr(rig, "in_workflow", False)),
    ("a final checkpoint", lambda rig: setattr(rig, "final", True)),
    ("proved where it is not believed", lambda rig: setattr(rig, "origin", Origin(OriginKind.PULL_REQUEST, "rig", "refs/pull/2/merge", "c"))),
]


@pytest.mark.parametrize(("change"), [one for _, one in RUNS], ids=[name for name, _ in RUNS])
def test_what_runs_all_the_same(rig: Moved, change: Callable[[Moved], object]) -> None:
    began(rig, USE)
    change(rig)
    assert only(rig.run(config(USE))) == "Run"


def test_another_command_runs(rig: Moved) -> None:
    began(rig, USE)
    assert only(rig.run(config(USE._replace(run="mytool 0 ''")))) == "Run"


def test_asked_for_runs(rig: Moved) -> None:
    began(rig, USE)
    assert only(rig.run(config(USE), run_all=True)) == "Run"
    rig.tool("three")
    assert only(rig.run(config(USE), use_memory=False)) == "Run"


def test_a_failure_with_other_tools_speaks_against_it(rig: Moved) -> None:
    """Passed with the first, failed with the second: with a third nobody knows."""
    began(rig, USE)
    (rig.bin / "mytool").write_text("#!/bin/sh\nexit 1\n")
    rig.changes = lambda: ChangeSet("", (), complete=False, doubt="so that it runs")
    assert not isinstance(rig.run(config(USE)).results[0].ending, Passed)
    rig.changes = None
    rig.tool("three")
    assert only(rig.run(config(USE))) == "Run"


def test_what_patched_files_runs(rig: Moved) -> None:
    mutating = check("format", "mytool 0; echo formatted > src/a.txt", inputs=["src"], stage=Stage.MUTATING)
    rig.run(config(mutating))
    rig.repository.write("src/a.txt", "a\n")
    rig.tool("two")
    assert only(rig.run(config(mutating))) == "Run"


DEPS = check("deps", "mytool 0 out", inputs=["src"], outputs=["out"])
TEST = check("test", "cat out; mytool 0", inputs=["src"], needs=["deps"])
DOCS = check("docs", "cat out", inputs=["README.md"], needs=["deps"], stage=Stage.SLOW)


def test_what_an_unaffected_check_made_is_not_wanted(rig: Moved) -> None:
    began(rig, DEPS, TEST)
    assert decisions(rig.run(config(DEPS, TEST))) == {"deps": "Unaffected", "test": "Unaffected"}


@pytest.mark.parametrize("there", [True, False], ids=["its output stands there", "its output is gone"])
def test_what_runs_gets_what_it_needs_from_the_tools_of_today(rig: Moved, there: bool) -> None:
    """Else its pass would be remembered for tools that it never met."""
    began(rig, DEPS, TEST, DOCS)
    if not there:
        (rig.repository.root / "out").unlink()
    report = rig.run(config(DEPS, TEST, DOCS))
    assert decisions(report) == {"deps": "Run", "test": "Unaffected", "docs": "Run"}
    assert log(report, "docs") == "two\n"
    assert [one.problem for one in report.restored] == ["other tools made it"]
    assert decisions(rig.run(config(DEPS, TEST, DOCS))) == {"deps": "Replay", "test": "Unaffected", "docs": "Replay"}


def test_a_need_that_fails_with_the_tools_of_today_blocks(rig: Moved) -> None:
    began(rig, DEPS, TEST, DOCS)
    (rig.bin / "mytool").write_text("#!/bin/sh\nexit 1\n")
    report = rig.run(config(DEPS, TEST, DOCS, fail_fast="never"))
    assert {one.check: one.ending.kind for one in report.results} == {"deps": "failed", "test": "passed", "docs": "blocked"}


def test_what_it_made_must_still_be_kept(rig: Moved) -> None:
    began(rig, DEPS)
    for blob in (rig.store_folder / "cas").rglob("*"):
        if blob.is_file() and blob.read_bytes().startswith(b"ftarch1\n"):
            blob.unlink()
    assert only(rig.run(config(DEPS))) == "Run"


def test_the_plan_says_the_same(rig: Moved) -> None:
    began(rig, USE)
    assert isinstance(rig.plan(config(USE))["use"], Unaffected)

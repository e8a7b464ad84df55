"""What runs after a change to a repository of four languages: a table, and what `ftaction affected` says of the same."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from ftaction import app
from ftaction.edge.git import Repository
from ftaction.errors import Stop
from ftaction.model.change import ChangeSet
from ftaction.model.package import Touch
from ftaction.model.plan import Run
from ftaction.model.run import Report
from ftaction.report.affected import affected_lines
from tests.packages.monorepo import CONFIG, configuration, monorepo
from tests.support.repository import TestRepository
from tests.support.rig import Rig, log

PYTHON = {"core", "api", "worker"}
NODE = {"web", "proto"}
GO = {"kit", "net", "gateway"}
RUST = {"base", "engine"}
EVERYTHING = PYTHON | NODE | GO | RUST | {"docs", "all"}
UNKNOWN = {"docs"}  # its tool is not known, so that every lock file counts, as does each `package.json`
CORE = PYTHON | {"web"}  # core, and what depends on it
Changes = Mapping[str, str | None]  # new text, or None where the file goes

CHANGES = [
    pytest.param({"apps/web/src/index.js": "1\n"}, {"web"}, id="a leaf: nobody depends on it"),
    pytest.param({"services/gateway/main.go": "package main\n"}, {"gateway"}, id="a leaf in Go"),
    pytest.param({"libs/proto/index.js": "1\n"}, NODE, id="a library of one ecosystem"),
    pytest.param({"libs/core/src/core/util.py": "A = 2\n"}, CORE, id="a shared library: by its manifest, by an import alone, and through api to web"),
    pytest.param({"crates/engine/src/lib.rs": "//\n"}, CORE | {"engine"}, id="a crate that a Python package is built from"),
    pytest.param({"crates/base/src/lib.rs": "//\n"}, CORE | RUST, id="the lowest of all, through two ecosystems to web"),
    pytest.param({"services/api/api.py": "import core, os\n"}, {"api", "web"}, id="needed only by what the configuration declares"),
    pytest.param({"kit/log/log.go": "package log // 1\n"}, GO, id="a Go package that two others import"),
    pytest.param({"kit/net/net.go": "package net\n"}, {"kit", "net"}, id="a Go package of the same module that gateway does not import"),
    pytest.param({"kit/net/assets/a.txt": "a\n"}, {"kit", "net"}, id="a file beside Go files is of their package"),
    pytest.param({"kit/README.md": "kit\n"}, {"kit"}, id="a file of the module that is in none of its packages"),
    pytest.param({"docs/guide.md": "more\n"}, {"docs"}, id="documentation"),
    pytest.param({"README.md": "more\n"}, {"docs"}, id="documentation at the root, which is a package of Node's that nobody needs"),
    pytest.param({".github/workflows/ci.yml": "on: pull_request\n"}, set(), id="CI configuration is no input of a check that is bound"),
    pytest.param({"package-lock.json": "{ }\n"}, NODE | UNKNOWN, id="Node's lock file"),
    pytest.param({"uv.lock": "version = 2\n"}, PYTHON | UNKNOWN, id="Python's lock file"),
    pytest.param({"Cargo.lock": "version = 5\n"}, RUST | UNKNOWN, id="Rust's lock file"),
    pytest.param({"Cargo.toml": '[workspace]\nmembers = ["crates/base", "crates/engine"]\n[workspace.dependencies]\nbase = { path = "crates/base" }\n'}, RUST,
                 id="the workspace's manifest, which is above its crates"),
    pytest.param({"go.work": "go 1.25\nuse (\n\t./kit\n\t./services/gateway\n)\n"}, GO | UNKNOWN, id="Go's workspace"),
    pytest.param({"pyproject.toml": "[tool.ruff]\n"}, PYTHON, id="configuration that is new above the packages"),
    pytest.param({"libs/proto/package.json": '{"name": "@mono/proto", "version": "1.0.1"}\n'}, NODE | UNKNOWN, id="a manifest that others depend on"),
    pytest.param({"apps/web/package.json": '{"name": "web"}\n'}, {"web"} | UNKNOWN, id="a manifest that drops a dependency"),
    pytest.param({"services/worker/worker.py": "\n"}, {"worker"}, id="the last import goes"),
    pytest.param({"services/new/pyproject.toml": '[project]\nname = "new"\ndependencies = ["core"]\n'}, set(), id="a new package that nobody needs"),
    pytest.param({"libs/core/extra/pyproject.toml": '[project]\nname = "extra"\n'}, CORE, id="a manifest inside another package is that one's file"),
    pytest.param({"libs/core/tests/fixtures/sample/pyproject.toml": "[project]\n"}, CORE, id="a fixture belongs to who tests with it"),
    pytest.param({"libs/core/src/core/util.py": None, "services/api/util.py": "A = 1\n"}, CORE, id="a file moved from one package to another"),
    pytest.param({"kit/log/log.go": None, "kit/log2/log.go": "package log\n"}, GO, id="a Go package moved: who imports it meets only its module"),
    pytest.param({"apps/web/package.json": '{"name": "web", "dependencies": {\n'}, NODE | UNKNOWN, id="a manifest that can't be read could name anything"),
    pytest.param({"notes/todo.txt": "x\n"}, set(), id="a file of the root's own package"),
]  # fmt: skip


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with a store in which `main` has passed everything."""
    folder = tmp_path_factory.mktemp("monorepo")
    rig = Rig(monorepo(folder / "repository"))
    assert ran(rig.run(configuration())) == EVERYTHING
    assert ran(rig.run(configuration())) == set()
    return folder


@pytest.fixture
def rig(proved: Path, tmp_path: Path) -> Rig:
    shutil.copytree(proved, tmp_path / "copy", symlinks=True)
    return Rig(TestRepository(tmp_path / "copy" / "repository", there=True))


def ran(report: Report) -> set[str]:
    assert all(result.ending.kind == "passed" for result in report.results), report.results
    return {result.check for result in report.results if isinstance(result.decision, Run)}


def change(rig: Rig, changes: Changes) -> None:
    for path, text in changes.items():
        if text is None:
            rig.repository.git("rm", "--quiet", path)
        else:
            rig.repository.write(path, text)
    rig.repository.commit()


@pytest.mark.parametrize(("changes", "expected"), CHANGES)
def test_a_change_runs_what_depends_on_it(rig: Rig, changes: Changes, expected: set[str]) -> None:
    change(rig, changes)
    found = app.affected(rig.world(), configuration())
    assert ran(rig.run(configuration())) == expected | {"all"}
    assert found.changes.complete
    assert set(found.reach.checks) == expected | {"all"}


def test_a_deleted_package_runs_who_still_names_it(rig: Rig) -> None:
    change(rig, {"libs/proto/package.json": None, "libs/proto/index.js": None})
    with pytest.raises(Stop, match=r"checks\.proto\.package: there is no package `@mono/proto`"):
        rig.run(configuration())
    without = configuration("".join(line for line in CONFIG.splitlines(keepends=True) if "proto" not in line))
    found = app.affected(rig.world(), without)
    assert ran(rig.run(without)) == {"web", "all"} | UNKNOWN == set(found.reach.checks)
    assert found.reach.packages["web"] == Touch("libs/proto/index.js", ("web", "@mono/proto"))


def test_the_reason_is_the_shortest_way_to_a_touched_file(rig: Rig) -> None:
    change(rig, {"crates/base/src/lib.rs": "//\n", "apps/web/package.json": '{"name": "web", "x": 1}\n'})
    found = app.affected(rig.world(), configuration()).reach.packages
    assert found["base"] == Touch("crates/base/src/lib.rs", ("base",))
    assert found["api"] == Touch("crates/base/src/lib.rs", ("api", "core", "engine", "base"))
    assert found["web"] == Touch("apps/web/package.json", ("web",))


def test_where_the_change_set_is_not_known_everything_is_affected(rig: Rig) -> None:
    found = app.affected(rig.world()._replace(changes=lambda: ChangeSet("", (), complete=False, doubt="the history is not here")), configuration())
    assert set(found.reach.checks) == EVERYTHING
    assert set(found.reach.packages) == set(found.packages)
    assert found.reach.unaffected_checks == found.reach.unaffected_packages == ()
    assert "Everything counts as changed: the history is not here." in affected_lines(found)


def test_a_check_runs_in_its_package(rig: Rig) -> None:
    config = configuration(CONFIG.replace('core: {run: "true"', "core: {run: pwd").replace('api: {run: "true"', 'api: {working_directory: ".", run: pwd'))
    report = rig.run(config, checks=("core", "api"))
    assert log(report, "core").strip() == str(rig.repository.root / "libs/core")
    assert log(report, "api").strip() == str(rig.repository.root)


def test_own_globs_add_and_take_away(rig: Rig) -> None:
    config = configuration(CONFIG.replace("package: core}", 'package: core, inputs: [docs, "!**/*.md"]}'))
    rig.run(config)
    rig.repository.write_all({"libs/core/NOTES.md": "x", "crates/base/NOTES.md": "x", "docs/more.md": "x"})
    assert "core" not in ran(rig.run(config))
    rig.repository.write("docs/more.txt", "x")
    assert "core" in ran(rig.run(config))


def test_without_a_bound_check_no_package_is_looked_for(rig: Rig) -> None:
    """Not even where what is declared fits nothing."""
    config = configuration("version: 1\npackages: {ghost: {needs: [nobody]}}\nchecks: {docs: {run: 'echo docs'}}\n")
    assert ran(rig.run(config)) == {"docs"}
    with pytest.raises(Stop, match="no package `ghost` was found"):
        app.affected(rig.world(), config)


def test_what_was_found_is_kept_for_the_same_manifests(rig: Rig) -> None:
    world = rig.world()._replace(kept=rig.store())
    first = app.affected(world, configuration())
    unread = Unread(world.repository)
    again = app.affected(world._replace(repository=unread), configuration())
    assert (again.packages, unread.read_paths) == (first.packages, [])
    rig.repository.write("services/worker/worker.py", "import api\n")
    after = app.affected(world._replace(repository=unread), configuration())
    assert after.packages["worker"].needs == ("api",)
    assert {path for path in unread.read_paths if path.endswith((".py", ".go"))} == {"services/worker/worker.py"}


def test_the_packages_of_the_base_are_kept_too(rig: Rig) -> None:
    """Whoever was there has found them; else they are found once for a change that is looked at again and again."""
    world = rig.world()._replace(kept=rig.store())
    rig.repository.write("services/worker/worker.py", "import api\n")
    first = app.affected(world, configuration())
    unread = Unread(world.repository)
    again = app.affected(world._replace(repository=unread), configuration())
    assert (again.reach, unread.read_paths) == (first.reach, ["services/worker/worker.py"])


class Unread(Repository):
    """Remembers which files were read."""

    def __init__(self, other: Repository) -> None:
        self.__dict__ |= other.__dict__
        self.read_paths: list[str] = []

    def read(self, path: str) -> str | None:
        self.read_paths.append(path)
        return super().read(path)


def test_a_manifest_behind_a_link_is_read_where_it_leads(rig: Rig) -> None:
    rig.repository.write("shared/reqs", "core\n")
    (rig.repository.root / "services/worker/requirements.txt").symlink_to("../../shared/reqs")
    (rig.repository.root / "services/worker/requirements-dev.txt").symlink_to("requirements-dev.txt")  # in a circle
    world = rig.world()._replace(kept=rig.store())
    assert app.affected(world, configuration()).packages["worker"].doubt == "services/worker/requirements-dev.txt can't be read"
    (rig.repository.root / "services/worker/requirements-dev.txt").unlink()
    rig.repository.write("services/worker/worker.py", "")
    assert app.affected(world, configuration()).packages["worker"].needs == ("core",)
    rig.repository.write("shared/reqs", "api\n")
    assert app.affected(world, configuration()).packages["worker"].needs == ("api",)

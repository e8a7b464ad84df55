"""`go test ./...`: which packages run, decided as values; and real runs where a go command is there."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ftaction.model.check import Command
from ftaction.model.narrow import Narrowed, Nothing, Related, Rule, Whole
from ftaction.run.go_tests import Ground, narrow
from ftaction.tools.narrow import go
from ftaction.tools.packages import find
from ftaction.tools.packages.imports import imported
from tests.narrow.project import Project, log
from tests.narrow.toy import Files, differences

TEST = 'package {0}\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {{\n\tif Get() != {1} {{\n\t\tt.Fatal(Get())\n\t}}\n}}\n'
FILES = {
    "go.mod": "module example.com/m\n\ngo 1.19\n",
    "README.md": "# m\n",
    "base/base.go": "package base\n\nfunc Get() int { return 1 }\n",
    "base/base_test.go": TEST.format("base", 1),
    "uses/uses.go": 'package uses\n\nimport "example.com/m/base"\n\nfunc Get() int { return base.Get() + 1 }\n',
    "uses/uses_test.go": TEST.format("uses", 2),
    "other/other.go": "package other\n\nfunc Get() int { return 7 }\n",
    "other/other_test.go": TEST.format("other", 7),
    "cmd/main.go": 'package main\n\nimport "example.com/m/uses"\n\nfunc main() { println(uses.Get()) }\n',
    "tools/tools.go": '//go:build tools\n\npackage tools\n\nimport _ "example.com/m/base"\n',
}
LINE = "go test ./..."


def decided(changes: Mapping[str, str | None], files: Files = FILES, run: Command = LINE, folder: str = ".", inputs: list[str] | None = None) -> Narrowed:
    after = {path: text for path, text in {**files, **changes}.items() if text is not None}
    paths = sorted(after)
    packages = find(paths, after.get, lambda path: imported(path, after[path]), {})
    touched = differences(files, after)
    return narrow(Ground(run, folder, paths, touched, after.get, lambda path: go.scan(after[path]), packages, inputs))


def part(found: Narrowed) -> tuple[str, ...]:
    assert isinstance(found, Related), found
    return found.options


NEW = "package {}\n\nfunc Get() int {{ return 3 }}\n"
PARTS: list[tuple[str, dict[str, str | None], str]] = [
    ("a package, those that import it, also with other build tags", {"base/base.go": NEW.format("base")}, "./base ./cmd ./tools/... ./uses"),
    ("a test", {"base/base_test.go": TEST.format("base", 3)}, "./base ./cmd ./tools/... ./uses"),
    ("a package that nobody imports", {"other/other.go": NEW.format("other")}, "./other"),
    ("one that a program imports", {"uses/uses.go": NEW.format("uses")}, "./cmd ./uses"),
    ("a new file", {"other/more.go": "package other\n"}, "./other"),
    ("a new package with its test", {"new/new.go": NEW.format("new"), "new/new_test.go": TEST.format("new", 3)}, "./new"),
    ("documentation beside it", {"other/other.go": NEW.format("other"), "README.md": "x"}, "./other"),
    ("what is only built elsewhere", {"other/a_windows.go": "package other\n"}, "./other"),
]


@pytest.mark.parametrize(("reason", "changes", "expected"), PARTS, ids=[row[0] for row in PARTS])
def test_a_part_is_enough(reason: str, changes: dict[str, str | None], expected: str) -> None:
    assert part(decided(changes)) == tuple(expected.split()), reason


BLIND = [
    ("starts programs", 'package other\n\nimport "os/exec"\n\nvar x = exec.Command\n'),
    ("reads sources", 'package other\n\nimport "os"\n\nvar x, _ = os.ReadFile("../base/base.go")\n'),
    ("parses sources", 'package other\n\nimport "go/parser"\n\nvar x = parser.ParseFile\n'),
    ("serves folders", 'package other\n\nimport "net/http"\n\nvar x = http.FileServer(http.Dir(".."))\n'),
    ("lists folders", 'package other\n\nimport "path/filepath"\n\nfunc init() { filepath.Walk("..", nil) }\n'),
]


@pytest.mark.parametrize(("what", "text"), BLIND, ids=[row[0] for row in BLIND])
def test_who_may_see_a_file_by_no_import_runs(what: str, text: str) -> None:
    far = {"far/far.go": 'package far\n\nimport "example.com/m/other"\n\nvar _ = other.Get\n', "far/far_test.go": "package far\n"}
    found = decided({"uses/uses.go": NEW.format("uses")}, {**FILES, **far, "other/x.go": text})
    assert part(found) == ("./cmd", "./far", "./other", "./uses"), what
    assert isinstance(found, Related)
    assert [path for path, _ in found.always] == ["other/x.go", "other/x.go"]
    in_test = {**FILES, **far, "other/other_test.go": text}
    assert part(decided({"README.md": "x"}, in_test)) == ("./other",), "what only its tests do is nothing to those that import it"


def test_a_walk_that_is_of_no_files_is_none() -> None:
    tree = 'package other\n\nimport "net/http"\n\nfunc Walk(f http.Handler) {}\n\nfunc init() { Walk(nil) }\n'
    assert part(decided({"uses/uses.go": NEW.format("uses")}, {**FILES, "other/x.go": tree})) == ("./cmd", "./uses")


def test_documentation_runs_nothing() -> None:
    assert decided({"README.md": "x"}) == Nothing(("README.md",), ("./base", "./cmd", "./other", "./tools/...", "./uses"))


WHOLE: list[tuple[Rule, str, dict[str, str | None], str]] = [
    (Rule.LOCK, "the module", {"go.mod": "module example.com/m\n\ngo 1.20\n"}, "go.mod"),
    (Rule.LOCK, "checksums", {"go.sum": ""}, "go.sum"),
    (Rule.LOCK, "a vendored package", {"vendor/example.com/x/x.go": "package x\n"}, "vendor/example.com/x/x.go"),
    (Rule.SEVERAL_PROJECTS, "a workspace", {"go.work": "use .\n"}, "go.work"),
    (Rule.WORKFLOW, "continuous integration", {".github/workflows/go.yml": ""}, ".github/workflows/go.yml"),
    (Rule.ENVIRONMENT, "versions of tools", {".tool-versions": ""}, ".tool-versions"),
    (Rule.FOREIGN, "C", {"base/x.c": ""}, "base/x.c"),
    (Rule.FOREIGN, "a header", {"include/x.h": ""}, "include/x.h"),
    (Rule.FOREIGN, "assembly", {"base/x_amd64.s": ""}, "base/x_amd64.s"),
    (Rule.DELETED, "a deleted file", {"other/other_test.go": None}, "other/other_test.go"),
    (Rule.UNKNOWN_FILE, "test data", {"base/testdata/a.json": ""}, "base/testdata/a.json"),
    (Rule.UNKNOWN_FILE, "sources that are test data", {"base/testdata/a.go": "package a\n"}, "base/testdata/a.go"),
    (Rule.UNKNOWN_FILE, "what may be embedded", {"base/static/page.html": ""}, "base/static/page.html"),
    (Rule.NOT_REACHED, "a program without tests", {"cmd/main.go": "package main\n\nfunc main() {}\n"}, "cmd/main.go"),
    (Rule.NOT_SAYABLE, "a name that the go command reads as a version", {"a@b/a.go": "package a\n", "a@b/a_test.go": TEST.format("a", 3)}, "./a@b"),
]


@pytest.mark.parametrize(("rule", "reason", "changes", "path"), WHOLE, ids=[row[1] for row in WHOLE])
def test_everything_runs(rule: Rule, reason: str, changes: dict[str, str | None], path: str) -> None:
    assert decided(changes) == Whole(rule, (path,)), reason


EMBEDDED = [
    ("documentation that is embedded", "//go:embed *.md\nvar s string\n", {"base/a.md": "x"}, True),
    ("documentation in a folder that is", "//go:embed docs\nvar s string\n", {"base/docs/deep/a.md": "x"}, True),
    ("sources that are", "//go:embed all:gen\nvar s string\n", {"base/gen/a.go": "package gen\n"}, True),
    ("several patterns, one quoted", '//go:embed x.txt "docs/*.md"\nvar s string\n', {"base/docs/a.md": "x"}, True),
    ("other documentation", "//go:embed docs\nvar s string\n", {"base/README.md": "x"}, False),
    ("documentation that a literal names", 'var s = "guide/a.md"\n', {"guide/a.md": "x"}, True),
    ("documentation whose ending a literal names", 'var s = ".md"\n', {"guide/a.md": "x"}, True),
]


@pytest.mark.parametrize(("reason", "text", "changes", "counts"), EMBEDDED, ids=[row[0] for row in EMBEDDED])
def test_what_is_embedded_or_named(reason: str, text: str, changes: dict[str, str | None], counts: bool) -> None:
    found = decided(changes, {**FILES, "base/e.go": f"package base\n\n{text}"})
    assert isinstance(found, Whole if counts else Nothing), (reason, found)


COMMANDS: list[tuple[Command, str | Rule | None]] = [
    ("go test ./...", "go test ./other"),
    ("go test -race -count=1 ./... -timeout 5m", "go test -race -count=1 ./other -timeout 5m"),
    ("go test -tags 'a b' ./...", "go test -tags 'a b' ./other"),
    (("go", "test", "-v", "./...", "-args", "x"), "go test -v ./other -args x"),
    ("CGO_ENABLED=0 go test ./...", "CGO_ENABLED=0 go test ./other"),
    ("go test", Rule.OWN_SELECTION),
    ("go test ./other/...", Rule.OWN_SELECTION),
    ("go test ./... ./other", Rule.OWN_SELECTION),
    ("go test -c ./...", Rule.OWN_SELECTION),
    ("go test -fuzz=X ./...", Rule.OWN_SELECTION),
    ("go test '-run=X' -list . ./...", Rule.OWN_SELECTION),
    ("go vet ./... && go test ./...", Rule.SEVERAL_COMMANDS),
    ("go test ./... | tee log", Rule.SEVERAL_COMMANDS),
    ("go test $PACKAGES ./...", Rule.SEVERAL_COMMANDS),
    ("go vet ./...", None),
    ("gotestsum ./...", None),
]


@pytest.mark.parametrize(("run", "expected"), COMMANDS, ids=[str(row[0]) for row in COMMANDS])
def test_commands(run: Command, expected: str | Rule | None) -> None:
    found = go.asked(run)
    if expected is None or isinstance(expected, Rule):
        assert (found.rule if isinstance(found, Whole) else found) == expected
    else:
        said = go.say(run, ("./other",))
        assert (said if isinstance(said, str) else " ".join(said or ())) == expected
        assert isinstance(found, tuple)


def test_a_module_below_the_root() -> None:
    files = {f"svc/{path}": text for path, text in FILES.items()} | {"web/index.js": "1"}
    files |= {"lib/go.mod": "module example.com/lib\n", "lib/lib.go": "package lib\n"}
    assert part(decided({"svc/base/base.go": NEW.format("base")}, files, folder="svc")) == ("./base", "./cmd", "./tools/...", "./uses")
    assert part(decided({"svc/base/base.go": NEW.format("base")}, files, folder="svc/uses")) == (".",)
    assert decided({"web/index.js": "2"}, files, folder="svc") == Whole(Rule.OUTSIDE, ("web/index.js",))
    assert isinstance(decided({"lib/lib.go": "package lib // 2\n"}, files, folder="svc"), Whole)


def test_inputs_that_leave_out_a_package() -> None:
    found = decided({"uses/uses.go": NEW.format("uses")}, inputs=[path for path in FILES if not path.startswith("base/base.go")])
    assert found == Whole(Rule.NO_INPUT, ("base/base.go",))
    inputs = [path for path in FILES if path != "README.md"]
    assert part(decided({"uses/uses.go": NEW.format("uses")}, inputs=inputs)) == ("./cmd", "./uses")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A whole pass is remembered."""
    if shutil.which("go") is None:
        pytest.skip("there is no go command")
    project = Project(tmp_path, "jest", tmp_path / "none", FILES, run=LINE)
    project.variables |= {"GOCACHE": str(tmp_path / "cache"), "GOFLAGS": "-mod=mod"}
    return project.passed()


def test_real_runs(project: Project) -> None:
    project.change({"uses/uses.go": FILES["uses/uses.go"] + "// as before\n"})
    found = project.prove()
    assert found["ending"] == "passed", log(found)
    assert found["why"] == "uses/uses.go modified; 2 of 5 packages: 2 see uses/uses.go"
    assert found["selection"]["run"] == "go test ./cmd ./uses"
    assert "example.com/m/other" not in log(found)
    assert project.prove()["why"].endswith(", 3 parts of it by earlier runs")
    project.change({"base/base.go": NEW.format("base")})
    found = project.prove()
    assert found["ending"] == "failed"
    assert found["selection"]["not_selected"] == ["./other"], "what is compiled elsewhere only is named so that the go command passes over it"
    project.change({"base/base.go": FILES["base/base.go"], "cmd/main.go": "package main\n\nfunc main() { nothing() }\n"})
    found = project.prove()
    assert (found["ending"], found["selection"]["selected"]) == ("failed", ["./cmd", "./uses"]), "what no longer compiles"
    project.change({"cmd/main.go": FILES["cmd/main.go"], "uses/uses.go": FILES["uses/uses.go"], "README.md": "x"})
    assert project.prove()["source"] == "unaffected"
    project.change({"go.mod": FILES["go.mod"] + "\n"})
    told: dict[str, Any] = project.prove()
    assert told["why"].endswith("; all tests: lock file (go.mod)")

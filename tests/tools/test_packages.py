"""What each kind of manifest says of packages: a table, each row with the needs that must come of it."""

import pytest

from ftaction.errors import Stop
from ftaction.model.package import Declared, Packages
from ftaction.tools.packages import counted, find
from ftaction.tools.packages.imports import imported

Files = dict[str, str]
CORE = '[project]\nname = "core"\n'


def packages(files: Files, **declared: Declared) -> Packages:
    return find(sorted(files), files.get, lambda path: imported(path, files[path]), declared)


def needs(files: Files) -> dict[str, tuple[str, ...]]:
    return {name: package.needs for name, package in packages(files).items()}


def project(text: str) -> Files:
    """A package `app` beside a package `core`."""
    return {"core/pyproject.toml": CORE, "app/pyproject.toml": text}


APP = '[project]\nname = "app"\n'
PYTHON = [
    (APP + "dependencies = [\"core>=1 ; python_version > '3'\"]\n", True, "by its name, whatever the version"),
    (APP + 'dependencies = ["Co_Re"]\n', False, "another name"),
    (APP + 'dependencies = ["CORE[extra]"]\n', True, "names are compared as indexes do"),
    (APP + 'dependencies = ["x @ file:../core"]\n', True, "a direct reference"),
    (APP + "[project.optional-dependencies]\ntest = ['core']\n", True, "optional"),
    (APP + "[dependency-groups]\ndev = ['core', {include-group = 'x'}]\n", True, "a group"),
    (APP + '[build-system]\nrequires = ["core"]\n', True, "to build it"),
    (APP + '[tool.uv.sources]\nx = { path = "../core", editable = true }\n', True, "uv, by path"),
    (APP + '[tool.uv.sources]\nx = [{ path = "../core", marker = "x" }]\n', True, "uv, one of several sources"),
    (APP + 'dependencies = ["core"]\n[tool.uv.sources]\ncore = { workspace = true }\n', True, "uv, from the workspace"),
    (APP + "[tool.uv]\ndev-dependencies = ['core']\n", True, "uv, as it was written before groups"),
    ('[tool.poetry]\nname = "app"\n[tool.poetry.dependencies]\npython = "^3"\nx = { path = "../core", develop = true }\n', True, "poetry, by path"),
    ('[tool.poetry]\nname = "app"\n[tool.poetry.group.dev.dependencies]\ncore = "*"\n', True, "poetry, a group"),
    (APP + '[tool.poetry.group.dev.dependencies]\nx = { path = "../core" }\n', True, "poetry beside [project]"),
    (APP + '[tool.pdm.dev-dependencies]\ndev = ["-e file:///${PROJECT_ROOT}/../core"]\n', True, "pdm"),
    (APP + '[tool.hatch.envs.test]\ndependencies = ["x @ {root:uri}/../core"]\n', True, "hatch"),
    (APP + 'dependencies = ["x @ https://host.example/../core"]\n', False, "an address leads elsewhere"),
    (APP + 'dependencies = ["x @ file:///opt/core"]\n', False, "outside of the repository"),
    (APP, False, "nothing"),
]


@pytest.mark.parametrize(("text", "need", "why"), PYTHON, ids=[row[2] for row in PYTHON])
def test_pyproject(text: str, need: bool, why: str) -> None:
    found = needs(project(text))
    assert found == {"app": ("core",) if need else (), "core": ()}, why


OTHERS = [
    ({"app/setup.cfg": "[metadata]\nname = app\n[options]\ninstall_requires =\n    core>=1\n"}, "setup.cfg"),
    ({"app/setup.py": "setup(name='app')", "app/requirements-dev.txt": "# ours\n-e ../core  # there\n"}, "requirements of a package"),
    ({"app/setup.py": "setup(name=NAME)", "app/app.py": "import core.part\n", "core/src/core/part.py": ""}, "an import, and a name that can't be read"),
    ({"app/pyproject.toml": APP, "app/app/__init__.py": "from core import part\n", "core/core/part.py": ""}, "an import from a package without src"),
    ({"app/pyproject.toml": APP, "app/tests/test.py": "if 1:\n    import os, core as c\n", "core/core.py": ""}, "an import inside, behind another"),
]


@pytest.mark.parametrize(("files", "why"), OTHERS, ids=[row[1] for row in OTHERS])
def test_other_python(files: Files, why: str) -> None:
    assert needs({"core/pyproject.toml": CORE, **files}) == {"app": ("core",), "core": ()}, why


def test_what_conftest_above_imports_is_needed_too() -> None:
    files = {
        "app/pyproject.toml": APP, "app/tests/test_a.py": "import pytest\n", "core/pyproject.toml": CORE, "core/core.py": "from shared.deep import x\n",
        "conftest.py": "import core, os\nfrom helpers import made\n", "helpers.py": "", "shared/deep/x.py": "", "shared/y.py": "",
    }  # fmt: skip
    found = packages(files)
    assert (found["app"].needs, found["app"].also) == (("core",), ("helpers.py",))
    assert (found["core"].needs, found["core"].also) == ((), ("helpers.py", "shared"))


def test_imports_of_a_namespace_mean_the_package_that_has_the_module() -> None:
    files = {
        "a/pyproject.toml": '[project]\nname = "a"\n', "a/src/org/a/x.py": "from org.b import y\nimport org.a.z\n", "a/src/org/a/z.py": "",
        "b/pyproject.toml": '[project]\nname = "b"\n', "b/src/org/b/y.py": "from . import w\nimport os\n",
        "c/pyproject.toml": '[project]\nname = "c"\n', "c/src/org/c/y.py": "import org\n", "c/tests/y.py": "import tests.y\n", "b/tests/y.py": "",
    }  # fmt: skip
    assert needs(files) == {"a": ("b",), "b": (), "c": ()}


def node(app: str, root: str = '{"name": "root", "workspaces": ["packages/*"]}') -> Files:
    return {
        "package.json": root, "packages/app/package.json": app, "packages/core/package.json": '{"name": "@o/core"}',
    }  # fmt: skip


NODE: list[tuple[Files, bool, str]] = [
    (node('{"name": "app", "dependencies": {"@o/core": "workspace:*"}}'), True, "workspace:"),
    (node('{"name": "app", "devDependencies": {"@o/core": "^1.0.0"}}'), True, "a plain range, for development"),
    (node('{"name": "app", "peerDependencies": {"@o/core": "*"}}'), True, "a peer"),
    (node('{"name": "app", "optionalDependencies": {"@o/core": "*"}}'), True, "optional"),
    (node('{"name": "app", "dependencies": {"x": "file:../core"}}'), True, "file:"),
    (node('{"name": "app", "dependencies": {"x": "link:../core"}}'), True, "link:"),
    (node('{"name": "app", "dependencies": {"x": "portal:../core"}}'), True, "portal:"),
    (node('{"name": "app", "dependencies": {"x": "../core"}}'), True, "a bare path"),
    (node('{"name": "app", "dependencies": {"x": "npm:@o/core@^1"}}'), True, "another name for it"),
    (node('{"name": "app", "dependencies": {"x": "workspace:@o/core@*"}}'), True, "another name for one of the workspace"),
    (node('{"name": "app", "dependencies": {"core": "1"}}'), False, "another scope"),
    (node('{"name": "app", "dependencies": {"x": "1"}}', root='{"workspaces": {"packages": ["packages/*"]}, "overrides": {"x": "file:packages/core"}}'), True,
     "an override at the root"),
    (node('{"name": "app", "dependencies": {"x": "1"}}', root='{"workspaces": ["packages/*"], "resolutions": {"**/x": "link:./packages/core"}}'), True,
     "yarn's resolutions"),
    ({**node('{"name": "app"}'), "packages/app/tsconfig.json": '{ // ours\n "references": [{"path": "../core"},],\n}'}, True, "a reference of TypeScript's"),
    ({**node('{"name": "app"}'), "packages/app/tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@x/*": ["../core/src/*"]}}}'}, True,
     "its paths"),
    ({**node('{"name": "app"}'), "packages/app/tsconfig.json": '{"extends": "../core/tsconfig.json"}'}, True, "what it extends"),
    ({**node('{"name": "app"}'), "packages/app/tsconfig.json": '{"extends": "../../tsconfig.base.json"}'}, False, "configuration above counts anyway"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "need", "why"), NODE, ids=[row[2] for row in NODE])
def test_package_json(files: Files, need: bool, why: str) -> None:
    found = needs(files)
    assert (found["app"], found["@o/core"]) == (("@o/core",) if need else (), ()), why


WORKSPACES = [
    ({"package.json": '{"workspaces": ["libs/{a,b}", "!libs/b"]}'}, {"a"}, "braces, and one taken out"),
    ({"package.json": '{"name": "r"}', "pnpm-workspace.yaml": "packages:\n  - 'libs/**'\n  - '!**/b'\n"}, {"a", "in", "c"}, "pnpm"),
    ({"package.json": '{"workspaces": {"packages": ["./libs/a/"]}}'}, {"a"}, "as yarn classic writes it"),
]


@pytest.mark.parametrize(("files", "members", "why"), WORKSPACES, ids=[row[2] for row in WORKSPACES])
def test_members_of_a_workspace(files: Files, members: set[str], why: str) -> None:
    """Without names of their own, they are packages only where they are listed."""
    unnamed = {f"libs/{name}/package.json": "{}" for name in ("a", "b", "c", "a/in")}
    assert set(packages({**files, **unnamed})) - {"r", "root"} == members, why


RUST = [
    ('[dependencies]\ncore = { path = "../core" }\n', True, "by path"),
    ('[dev-dependencies]\nx = { path = "../core", package = "core" }\n', True, "for tests, under another name"),
    ('[build-dependencies]\ncore = "1"\n', True, "by its name alone: a patch may lead here"),
    ('[target."cfg(unix)".dependencies]\ncore.path = "../core"\n', True, "on some machines"),
    ("[dependencies]\nshared = { workspace = true }\n", True, "from the workspace, under another name"),
    ('[dependencies]\npatched = "1"\n', True, "what the workspace patches"),
    ('[dependencies]\nserde = "1"\n', False, "a stranger"),
]


@pytest.mark.parametrize(("text", "need", "why"), RUST, ids=[row[2] for row in RUST])
def test_cargo(text: str, need: bool, why: str) -> None:
    root = '[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\nshared = { path = "crates/core", package = "core" }\n'
    root += '[patch.crates-io]\npatched = { path = "crates/core" }\n'
    files = {"Cargo.toml": root, "crates/app/Cargo.toml": f'[package]\nname = "app"\n{text}', "crates/core/Cargo.toml": '[package]\nname = "core"\n'}
    assert needs(files) == {"app": ("core",) if need else (), "core": ()}, why


def test_go() -> None:
    files = {
        "go.work": "go 1.24\n\nuse (\n\t./app // the program\n\t./lib\n)\n",
        "app/go.mod": "module o/app // ours\n\nrequire (\n\to/lib v0.0.0\n\to/other v1.0.0\n)\n",
        "app/main.go": 'package main\nimport _ "o/lib/deep"\nimport "o/lib/made"\n',
        "lib/go.mod": "module o/lib\n", "lib/lib.go": "package lib\n", "lib/deep/d.go": 'package deep\nimport (\n\tx "o/lib"\n\t"os"\n)\n',
        "lib/deep/testdata/t.go": 'package t\nimport "o/app"\n', "lib/vendor/modules.txt": "", "lib/vendor/z/z.go": 'package z\nimport "o/app"\n',
    }  # fmt: skip
    own = ("o/lib/go.mod", "o/lib/vendor")
    assert needs(files) == {
        "o/app": ("o/app/go.mod", "o/lib", "o/lib/deep", "o/lib/go.mod"),  # `made` is not there: generated, or gone
        "o/app/go.mod": (),
        "o/lib": ("o/lib/.", "o/lib/deep", "o/lib/go.mod"),
        "o/lib/.": own,
        "o/lib/deep": ("o/lib/.", *own),
        "o/lib/go.mod": (),
        "o/lib/vendor": (),
    }


def test_names_that_clash_are_told_apart() -> None:
    files = {
        "web/pyproject.toml": '[project]\nname = "web"\n', "front/package.json": '{"name": "web"}', "one/Cargo.toml": '[package]\nname = "same"\n',
        "two/Cargo.toml": '[package]\nname = "same"\n', "app/package.json": '{"name": "app", "dependencies": {"web": "1"}}',
    }  # fmt: skip
    found = packages(files)
    assert {name: package.folder for name, package in found.items()} == {
        "app": "app", "node:web": "front", "python:web": "web", "rust:same@one": "one", "rust:same@two": "two",
    }  # fmt: skip
    assert found["app"].needs == ("node:web",)


def test_packages_in_one_folder_need_each_other() -> None:
    assert needs({"x/pyproject.toml": '[project]\nname = "p"\n', "x/package.json": '{"name": "n"}'}) == {"n": ("p",), "p": ("n",)}


NOT_PACKAGES = [
    ({"tests/fixtures/a/package.json": '{"name": "a"}'}, "a fixture"),
    ({"examples/a/Cargo.toml": '[package]\nname = "a"\n'}, "an example that nobody lists"),
    ({"app/template/package.json": '{"name": "a"}', "app/package.json": '{"name": "app"}'}, "material inside a package"),
    ({"e2e/mono/package.json": '{"workspaces": ["*"]}', "e2e/mono/a/package.json": '{"name": "a"}'}, "a fixture that is a workspace"),
    ({"a/package.json": '{"type": "module"}'}, "no name, and nobody lists it"),
    ({"pyproject.toml": "[tool.ruff]\n"}, "configuration alone"),
]


@pytest.mark.parametrize(("files", "why"), NOT_PACKAGES, ids=[row[1] for row in NOT_PACKAGES])
def test_what_is_none(files: Files, why: str) -> None:
    assert "a" not in packages(files), why


def test_inside_a_package_one_that_somebody_names_is_a_package() -> None:
    files = {"app/package.json": '{"name": "app", "dependencies": {"a": "file:./tests/a"}}', "app/tests/a/package.json": '{"name": "a"}'}
    assert needs(files) == {"a": (), "app": ("a",)}


BROKEN = [
    ("web/package.json", '{"name": "web",\n "x": ]', "web/package.json is not JSON: Expecting value: line 2 column 7 (char 22)"),
    ("web/package.json", "[]", "web/package.json holds no table"),
    ("web/Cargo.toml", "[package\n", "web/Cargo.toml is not TOML: Expected ']' at the end of a table declaration (at line 1, column 9)"),
    ("web/go.mod", "go 1.24\n", "web/go.mod names no module"),
]


@pytest.mark.parametrize(("path", "text", "doubt"), BROKEN, ids=[row[2] for row in BROKEN])
def test_a_manifest_that_cannot_be_read_is_said_with_its_place(path: str, text: str, doubt: str) -> None:
    assert packages({path: text})["web"].doubt == doubt


def test_it_may_be_any_package_of_its_ecosystem() -> None:
    files = {"web/package.json": "{", "app/package.json": '{"name": "app"}', "api/pyproject.toml": '[project]\nname = "api"\n'}
    assert needs(files) == {"api": (), "app": ("web",), "web": ()}


def test_what_is_in_no_package_still_counts() -> None:
    files = {
        "app/package.json": '{"name": "app"}', "app/tsconfig.json": '{"references": [{"path": "../shared/ts"}, {"path": "../shared"}]}', "shared/ts/a.ts": "",
        "two/pyproject.toml": '[project]\nname = "two"\ndependencies = ["x @ file:../shared/ts"]\n',
    }  # fmt: skip
    assert {name: package.also for name, package in packages(files).items()} == {"app": ("shared",), "two": ("shared",)}


def test_what_is_declared_extends_what_was_found() -> None:
    files = {"web/package.json": '{"name": "@o/web"}', "api/pyproject.toml": '[project]\nname = "api"\n'}
    found = packages(files, api=Declared(needs=("data",)), web=Declared("web", ("api",)), data=Declared("data"))
    assert {name: (package.folder, package.needs) for name, package in found.items()} == {
        "@o/web": ("web", ("api",)),  # the folder's relations are those of every package in it
        "api": ("api", ("data",)),
        "data": ("data", ()),
        "web": ("web", ("@o/web", "api")),
    }


MISTAKES = [
    ({"wbe": Declared(needs=("api",))}, "packages.wbe: no package `wbe` was found", "Did you mean `web`?"),
    ({"web": Declared(needs=("apy",))}, "packages.web.needs: there is no package `apy`", "Did you mean `api`?"),
    ({"web": Declared("elsewhere")}, "packages.web: the package `web` was found in web", "Name another, or leave `folder` out."),
]


@pytest.mark.parametrize(("declared", "message", "hint"), MISTAKES, ids=[row[1] for row in MISTAKES])
def test_what_is_declared_must_fit(declared: dict[str, Declared], message: str, hint: str) -> None:
    with pytest.raises(Stop) as stop:
        packages({"web/package.json": '{"name": "web"}', "api/package.json": '{"name": "api"}'}, **declared)
    assert stop.value.message.startswith(message)
    assert stop.value.hint == hint


def test_circles_are_no_mistake() -> None:
    files = {f"{one}/package.json": f'{{"name": "{one}", "devDependencies": {{"{other}": "*"}}}}' for one, other in (("a", "b"), ("b", "a"))}
    assert needs(files) == {"a": ("b",), "b": ("a",)}


@pytest.mark.parametrize("path", ["a/pyproject.toml", "a/x.py", "x.go", "requirements/requirements.txt", "a/tsconfig.json", "v/vendor/modules.txt", "setup.py"])
def test_every_file_that_may_decide_counts(path: str) -> None:
    assert counted([path, f"{path}.md"]) == [path]

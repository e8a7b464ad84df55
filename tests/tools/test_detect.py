"""Checks proposed for repositories without configuration. Each row is a small repository and the commands it should get."""

import random
from collections.abc import Callable

import pytest
import yaml

from ftaction.model.check import Check, Stage
from ftaction.plan.config import read_config
from ftaction.plan.document import parse
from ftaction.tools.detect import Detected, detect, init_text

Files = dict[str, str]
CI = ".github/workflows/ci.yml"


def reader(files: Files) -> Callable[[str], str | None]:
    return files.get


def found(files: Files) -> Detected:
    return detect(tuple(files), reader(files))


def commands(files: Files) -> dict[str, str]:
    """Each check as `folder: command`, the folder only where it is not the root."""
    return {check.name: str(check.run) if check.working_directory == "." else f"{check.working_directory}: {check.run}" for check in found(files).checks}


def workflow(*lines: str, on: str = "[pull_request]") -> str:
    return yaml.safe_dump({"jobs": {"a": {"steps": [{"run": line} for line in lines]}}}) + f"on: {on}\n"


def package(**fields: object) -> str:
    return str(yaml.safe_dump(fields, default_flow_style=True, width=10_000, default_style='"')).replace("!!bool ", "")


TEST = {"tests/test_a.py": ""}
PYTHON: list[tuple[str, Files, dict[str, str]]] = [
    ("nothing at all", {}, {}),
    ("no tests, no tools", {"pyproject.toml": "", "a.py": ""}, {}),
    ("tests without pytest", {"setup.py": "", "tests/__init__.py": "", **TEST}, {"test": "python -m unittest discover"}),
    ("tests in a folder that is no package", {"setup.py": "", **TEST}, {"test": "python -m unittest discover -s tests"}),
    ("pytest in pyproject.toml", {"pyproject.toml": "[tool.pytest.ini_options]\naddopts='-q'", **TEST}, {"test": "pytest"}),
    ("pytest in setup.cfg", {"setup.cfg": "[tool:pytest]\naddopts=-q", **TEST}, {"test": "pytest"}),
    ("pytest in tox.ini", {"tox.ini": "[pytest]\n", **TEST}, {"test": "pytest"}),
    ("an empty pytest.ini", {"pytest.ini": "", **TEST}, {"test": "pytest"}),
    ("pytest among requirements", {"requirements-dev.txt": "# x\nPyTest>=7\n", "setup.py": "", **TEST}, {"test": "pytest"}),
    ("pytest in setup.py", {"setup.py": "extras_require={'test': ['pytest>=7']}", **TEST}, {"test": "pytest"}),
    ("pytest with names of its own", {"pytest.ini": "[pytest]\npython_files=check_*.py", "t/check_a.py": ""}, {"test": "pytest"}),
    ("pytest, but nothing to run", {"pyproject.toml": "[tool.pytest.ini_options]\naddopts='-q'", "a.py": ""}, {}),
    ("ruff's linter only", {"pyproject.toml": "[tool.ruff]\nline-length=1", "a.py": ""}, {"lint": "ruff check"}),
    ("ruff would fix by itself", {"pyproject.toml": "[tool.ruff]\nfix=true", "a.py": ""}, {"lint": "ruff check --no-fix"}),
    (
        "ruff's formatter too",
        {"ruff.toml": "", "pyproject.toml": "[tool.ruff.format]\nquote-style='single'", "a.py": ""},
        {"lint": "ruff check", "format": "ruff format --check"},
    ),
    ("black", {"pyproject.toml": "[tool.black]\nline-length=1", "a.py": ""}, {"format": "black --check ."}),
    ("left over beside ruff", {"ruff.toml": "", ".flake8": "", ".isort.cfg": "", "setup.py": "", "a.py": ""}, {"lint": "ruff check"}),
    (
        "two linters",
        {".flake8": "", "pylintrc": "", "setup.py": "", "pkg/__init__.py": ""},
        {"lint:flake8": "flake8 pkg", "lint:pylint": "pylint pkg"},
    ),
    ("mypy says its files", {"mypy.ini": "[mypy]\nfiles=a", "setup.py": "", "src/a.py": ""}, {"typecheck": "mypy"}),
    ("mypy does not", {"pyproject.toml": "[tool.mypy]\nstrict=true", "src/a/b.py": ""}, {"typecheck": "mypy src"}),
    (
        "mypy in scripts",
        {"pyproject.toml": "[tool.mypy]\nstrict=true", "scripts/c": "#!/bin/sh\nP=\nS='a t'\n${P}mypy $S", "a/a.py": "", "t/b.py": ""},
        {"typecheck": "mypy a t"},
    ),
    ("pyright", {"pyrightconfig.json": "{}", "setup.py": "", "a.py": ""}, {"typecheck": "pyright"}),
    ("basedpyright", {"pyproject.toml": "[dependency-groups]\ndev=['basedpyright']", "a.py": ""}, {"typecheck": "basedpyright"}),
    ("uv", {"uv.lock": "", "pyproject.toml": "[dependency-groups]\ndev=['pytest']", **TEST}, {"test": "uv run --frozen pytest"}),
    (
        "uv, in a group that is not there by itself",
        {"uv.lock": "", "pyproject.toml": "[dependency-groups]\ntests=['pytest']", **TEST},
        {"test": "uv run --frozen --group tests pytest"},
    ),
    (
        "uv, in a group inside another",
        {"uv.lock": "", "pyproject.toml": "[dependency-groups]\ndev=[{include-group='t'}]\nt=['pytest']", **TEST},
        {"test": "uv run --frozen pytest"},
    ),
    (
        "uv, in an extra",
        {"uv.lock": "", "pyproject.toml": "[project.optional-dependencies]\ntests=['pytest']", **TEST},
        {"test": "uv run --frozen --extra tests pytest"},
    ),
    ("poetry", {"pyproject.toml": "[tool.poetry.group.dev.dependencies]\npytest='*'", **TEST}, {"test": "poetry run pytest"}),
    ("pdm", {"pdm.lock": "", "pyproject.toml": "[tool.pdm.dev-dependencies]\nt=['pytest']", **TEST}, {"test": "pdm run pytest"}),
    ("pipenv", {"Pipfile": "[dev-packages]\npytest='*'", **TEST}, {"test": "pipenv run pytest"}),
    ("hatch", {"pyproject.toml": "[tool.hatch.envs.default]\ndependencies=['pytest']", **TEST}, {"test": "hatch run pytest"}),
    (
        "hatch, another environment",
        {"pyproject.toml": "[tool.hatch.envs.t]\ndependencies=['pytest']", **TEST},
        {"test": "hatch run t:pytest"},
    ),
    (
        "hatch in workflows",
        {"pyproject.toml": "[tool.hatch.envs.t]\n", CI: workflow("hatch fmt --check", "hatch run types:check", "hatch test"), **TEST},
        {"lint": "hatch fmt --check", "typecheck": "hatch run types:check", "test": "hatch test"},
    ),
    ("a broken pyproject.toml", {"pyproject.toml": "[tool.ruff", "a.py": ""}, {}),
    (
        "projects below",
        {"a/pyproject.toml": "[tool.ruff]\nfix=false", "a/x.py": "", "b/pyproject.toml": "[tool.ruff]\nfix=false", "b/x.py": ""},
        {"lint:a": "a: ruff check", "lint:b": "b: ruff check"},
    ),
    ("projects that are examples", {"examples/a/pyproject.toml": "[tool.ruff]\nfix=false", "examples/a/x.py": ""}, {}),
]
WORKFLOWS: list[tuple[str, Files, dict[str, str]]] = [
    (
        "a dependency that no workflow runs",
        {"pyproject.toml": "[dependency-groups]\ndev=['ruff','pytest']", CI: workflow("pytest"), **TEST},
        {"test": "pytest"},
    ),
    ("a tool that only workflows name", {"setup.py": "", CI: workflow("ruff check src"), "src/a.py": ""}, {"lint": "ruff check src"}),
    (
        "a workflow would write, the check only looks",
        {"setup.py": "", CI: workflow("black src"), "src/a.py": ""},
        {"format": "black --check src"},
    ),
    ("through tox", {"tox.ini": "[testenv:lint]\ncommands = flake8 src", CI: workflow("tox"), "src/a.py": ""}, {"lint": "flake8 src"}),
    (
        "through tox in a table",
        {"pyproject.toml": "[tool.tox.env.t]\ncommands=[['mypy','src']]", CI: workflow("tox run"), "src/a.py": ""},
        {"typecheck": "mypy src"},
    ),
    (
        "through nox",
        {"noxfile.py": "session.run('mypy', 'src', *session.posargs)", CI: workflow("nox"), "src/a.py": ""},
        {"typecheck": "mypy src"},
    ),
    (
        "a path that is not there",
        {"mypy.ini": "[mypy]\nstrict=1", "setup.py": "", CI: workflow("mypy gone"), "src/a.py": ""},
        {"typecheck": "mypy src"},
    ),
    ("a value of the workflow's run", {"setup.py": "", CI: workflow("mypy ${{ matrix.path }}"), "src/a.py": ""}, {"typecheck": "mypy src"}),
    ("a workflow for releases does not judge", {"setup.py": "", CI: workflow("ruff check", on="{push: {tags: ['v*']}}"), "a.py": ""}, {}),
    ("a workflow that is no YAML", {"setup.py": "", CI: "a: [", "a.py": ""}, {}),
]
NODE: list[tuple[str, Files, dict[str, str]]] = [
    ("no scripts", {"package.json": "{}"}, {}),
    ("npm's default", {"package.json": package(scripts={"test": 'echo "Error: no test specified" && exit 1'})}, {}),
    ("no JSON", {"package.json": "{"}, {}),
    (
        "what proves, not what serves",
        {
            "package.json": package(
                scripts={
                    "lint": "eslint .",
                    "test": "vitest run",
                    "type-check": "tsc --noEmit",
                    "format:check": "prettier --check .",
                    "dev": "vite",
                    "start": "node .",
                    "test:watch": "vitest",
                    "publish-all": "npm publish",
                    "deploy": "x",
                    "format": "prettier --write .",
                }
            )
        },
        {"lint": "npm run lint", "test": "npm run test", "typecheck": "npm run type-check", "format": "npm run format:check"},
    ),
    ("a script that watches", {"package.json": package(scripts={"test": "jest --watch"})}, {}),
    (
        "parts of a suite",
        {"package.json": package(scripts={"test:unit": "jest", "test:integration": "jest -c i.js", "test:e2e": "x"})},
        {"test:unit": "npm run test:unit", "test:integration": "npm run test:integration"},
    ),
    (
        "one that only runs the others",
        {"package.json": package(scripts={"test": "npm run lint && npm run test:unit", "lint": "eslint .", "test:unit": "jest"})},
        {"lint": "npm run lint", "test:unit": "npm run test:unit"},
    ),
    (
        "one that runs another and more",
        {"package.json": package(scripts={"test": "npm run lint && jest", "lint": "eslint ."})},
        {"test": "npm run test"},
    ),
    ("pnpm", {"package.json": package(scripts={"lint": "eslint ."}), "pnpm-lock.yaml": ""}, {"lint": "pnpm run lint"}),
    ("yarn", {"package.json": package(scripts={"lint": "eslint ."}), "yarn.lock": ""}, {"lint": "yarn run lint"}),
    ("bun", {"package.json": package(scripts={"lint": "eslint ."}), "bun.lock": ""}, {"lint": "bun run lint"}),
    (
        "the manager that is named",
        {"package.json": package(packageManager="pnpm@9.0.0", scripts={"lint": "eslint ."}), "yarn.lock": ""},
        {"lint": "pnpm run lint"},
    ),
    (
        "workspaces",
        {
            "package.json": package(workspaces=["apps/*"]),
            "apps/web/package.json": package(scripts={"test": "jest"}),
            "apps/api/package.json": package(scripts={"test": "jest"}),
            "other/package.json": package(scripts={"test": "jest"}),
        },
        {"test:api": "apps/api: npm run test", "test:web": "apps/web: npm run test"},
    ),
    (
        "one workspace",
        {
            "pnpm-workspace.yaml": "packages: [p/*, '!p/no']",
            "package.json": "{}",
            "pnpm-lock.yaml": "",
            "p/a/package.json": package(scripts={"test": "jest"}),
            "p/no/package.json": package(scripts={"test": "jest"}),
        },
        {"test": "p/a: pnpm run test"},
    ),
    (
        "the root only spreads",
        {
            "package.json": package(workspaces=["p/*"], scripts={"test": "npm test --workspaces"}),
            "p/a/package.json": package(scripts={"test": "jest"}),
        },
        {"test": "p/a: npm run test"},
    ),
    (
        "the root orders",
        {
            "package.json": package(workspaces=["p/*"], scripts={"test": "turbo run test"}),
            "p/a/package.json": package(scripts={"test": "jest"}),
        },
        {"test": "npm run test"},
    ),
    (
        "a build is all that checks the types",
        {"package.json": package(scripts={"build": "tsc && x"}), "tsconfig.json": ""},
        {"typecheck": "npx --no tsc --noEmit"},
    ),
    (
        "only what workflows run",
        {
            "package.json": package(scripts={"lint": "eslint .", "test": "jest", "test-ci": "nyc npm test"}),
            CI: workflow("npm ci", "npm run test-ci"),
        },
        {"test": "npm run test-ci"},
    ),
    (
        "what workflows run past the scripts",
        {
            "package.json": package(scripts={"lint": "a", "test": "npm run lint && vitest"}),
            "pnpm-lock.yaml": "",
            CI: workflow("pnpm lint", "pnpm vitest --coverage"),
        },
        {"lint": "pnpm run lint", "test": "pnpm exec vitest --coverage"},
    ),
]
OTHERS: list[tuple[str, Files, dict[str, str]]] = [
    (
        "Go",
        {"go.mod": "", "a.go": "", "a_test.go": ""},
        {"lint": "go vet ./...", "format": "gofmt -l . | { ! grep . ; }", "test": "go test ./..."},
    ),
    (
        "Go with its linter",
        {"go.mod": "", "a.go": "", ".golangci.yml": "formatters:\n  enable:\n    - gofmt\n"},
        {"lint:vet": "go vet ./...", "lint:golangci-lint": "golangci-lint run"},
    ),
    (
        "Go in a folder",
        {"srv/go.mod": "", "srv/a.go": "", "srv/a_test.go": "", "Makefile": "test:\n\tgo test"},
        {"lint": "srv: go vet ./...", "format": "srv: gofmt -l . | { ! grep . ; }", "test": "srv: go test ./..."},
    ),
    (
        "Rust",
        {"Cargo.toml": "[workspace]\nmembers=['a']", "Cargo.lock": ""},
        {
            "format": "cargo fmt --all --check",
            "lint": "cargo clippy --locked --workspace --all-targets",
            "test": "cargo test --locked --workspace",
        },
    ),
    (
        "Rust, as workflows do",
        {"Cargo.toml": "", CI: workflow("cargo clippy --all-features -- -D warnings", "cargo test --all-features")},
        {"lint": "cargo clippy --all-features -- -D warnings", "test": "cargo test --all-features"},
    ),
    (
        "Rust, with the lints a workflow denies",
        {"Cargo.toml": "", CI: workflow("cargo clippy --tests --benches -- -Dclippy::all -Dclippy::pedantic", "cargo test")},
        {"lint": "cargo clippy --tests --benches -- -Dclippy::all -Dclippy::pedantic", "test": "cargo test"},
    ),
    ("Make", {"Makefile": "CC := cc\n.PHONY: test\nlint test: x\n\trun\ndeploy:\n\tx\n"}, {"lint": "make lint", "test": "make test"}),
    (
        "Make repeats the suite",
        {"Makefile": "test:\n\tpytest\nlint:\n\tx\n", "pytest.ini": "", **TEST},
        {"test": "pytest", "lint": "make lint"},
    ),
    ("check is the suite of an older project", {"Makefile": "check: all\n\t./run\n"}, {"test": "make check"}),
    ("hooks", {".pre-commit-config.yaml": "repos: [{hooks: [{id: x}]}]"}, {"hooks": "pre-commit run --all-files"}),
    (
        "hooks run the linter",
        {
            ".pre-commit-config.yaml": "repos: [{hooks: [{id: ruff}, {id: mypy}]}]",
            "pyproject.toml": "[tool.ruff]\nfix=true\n[tool.mypy]\nstrict=true",
            "a.py": "",
        },
        {"hooks": "pre-commit run --all-files"},
    ),
    (
        "hooks, and the workflow runs the linter too",
        {".pre-commit-config.yaml": "repos: [{hooks: [{id: black}]}]", "setup.py": "", "a.py": "", CI: workflow("black --check .")},
        {"hooks": "pre-commit run --all-files", "format": "black --check ."},
    ),
    (
        "prek",
        {".pre-commit-config.yaml": "repos: [{hooks: [{id: x}]}]", CI: workflow("uvx prek run -a")},
        {"hooks": "prek run --all-files"},
    ),
    (
        "two languages",
        {"package.json": package(scripts={"test": "jest", "lint": "eslint ."}), "ruff.toml": "", "pytest.ini": "", **TEST},
        {"lint:ruff": "ruff check", "lint:npm": "npm run lint", "test:pytest": "pytest", "test:npm": "npm run test"},
    ),
]
ROWS = [*PYTHON, *WORKFLOWS, *NODE, *OTHERS]


@pytest.mark.parametrize(("reason", "files", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_proposals(reason: str, files: Files, expected: dict[str, str]) -> None:
    assert commands(files) == expected, reason


@pytest.mark.parametrize("files", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_init_writes_exactly_what_was_found(files: Files) -> None:
    assert_round_trip(found(files))


def assert_round_trip(detected: Detected) -> None:
    """Read back by the reader of configuration files, without a mistake. A configuration needs a check; what found none is only YAML."""
    if detected.checks:
        config = read_config(parse(init_text(detected), ".firsttry.yml"))
        assert config._replace(source=None) == detected.config()
    else:
        assert yaml.safe_load(init_text(detected))["checks"] == {}


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "a: b",
        "# x",
        "- x",
        "'",
        '"',
        "{a}",
        "[a, b]",
        "yes",
        "1",
        "null",
        "a #b",
        "@x",
        "%x",
        " a ",
        "é",
        "&a",
        "*a",
        "!a",
        "a,b",
    ],
)
def test_init_quotes_what_yaml_would_misread(text: str) -> None:
    name = text if text.isprintable() and text == text.strip() else "x"
    folder = text if text[0] not in "*!" else "x"  # a working directory is no pattern
    check = Check(name=name, run=text if text[0] != "#" else f"true {text}", inputs=(text, "b"), working_directory=folder)
    assert_round_trip(Detected(checks=(check,), parallel_groups=((name,),), because={name: f"{text}\nsecond line\x07"}))


def test_groups() -> None:
    """Readers side by side, then the suites; what writes stands in no group."""
    detected = found(
        {
            "ruff.toml": "",
            "mypy.ini": "[mypy]\nfiles=a",
            "pytest.ini": "",
            **TEST,
            ".pre-commit-config.yaml": "repos: [{hooks: [{id: x}]}]",
            "package.json": package(scripts={"test": "jest", "lint": "eslint --fix ."}),
        }
    )
    assert detected.parallel_groups == (("lint:ruff", "typecheck"), ("test:pytest", "test:npm"))
    assert {check.name for check in detected.checks if check.stage is Stage.MUTATING} == {"hooks", "lint:npm"}


def test_reasons() -> None:
    detected = found({"pyproject.toml": "[tool.ruff]\nfix=false", "pytest.ini": "", **TEST})
    assert detected.because == {"lint": "[tool.ruff] in pyproject.toml", "test": "pytest.ini"}


def test_a_project_with_its_own_environment() -> None:
    files = {"pytest.ini": "", **TEST}
    detected = detect(tuple(files), {**files, ".venv/pyvenv.cfg": "home = /usr"}.get)
    assert [check.run for check in detected.checks] == [".venv/bin/pytest"]


def test_nothing_in_a_file_makes_it_raise() -> None:
    """Any text in any file that detection reads."""
    names = sorted({name for _, files, _ in ROWS for name in files})
    texts = [
        "",
        "{",
        "[",
        "\x00",
        "a: [",
        "[tool]",
        "[tool.ruff]\nx=1",
        "- a",
        "null",
        "[[]]",
        "{'jobs': 1}",
        "jobs: {a: {steps: 3}}",
        "on: 1",
        "[tool.mypy]\nfiles=3",
        "[dependency-groups]\na=3",
        '{"scripts": []}',
        '{"scripts": {"test": 1}}',
        '{"workspaces": {"packages": 1}}',
        "repos: x",
    ]
    dice = random.Random(3)
    for _ in range(400):
        files = {name: dice.choice(texts) for name in dice.sample(names, k=6)}
        assert_round_trip(found(files))

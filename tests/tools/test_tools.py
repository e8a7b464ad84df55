"""What each tool's module says: its stage, its share, its files and names."""

import fnmatch
import subprocess
import sys

import pytest

from ftaction import tools
from ftaction.model.check import Stage
from ftaction.tools import find, recognise
from ftaction.tools.words import split

FAST, MUTATING, SLOW = Stage.FAST, Stage.MUTATING, Stage.SLOW
STAGES = [
    ("ruff check", FAST, "reads"),
    ("ruff check --fix", MUTATING, "told to write"),
    ("ruff check --fix --diff", FAST, "a diff is printed, not applied"),
    ("ruff format", MUTATING, "a formatter writes"),
    ("ruff format --check .", FAST, "told to check"),
    ("ruff format --diff .", FAST, "told to print"),
    ("black .", MUTATING, "a formatter writes"),
    ("black --check .", FAST, "told to check"),
    ("isort .", MUTATING, "a formatter writes"),
    ("isort --check-only .", FAST, "told to check"),
    ("prettier --check .", FAST, "reads"),
    ("prettier --write .", MUTATING, "told to write"),
    ("eslint .", FAST, "reads"),
    ("eslint --fix .", MUTATING, "told to write"),
    ("eslint --fix-dry-run .", FAST, "writes nothing"),
    ("biome ci", FAST, "reads"),
    ("biome check --write", MUTATING, "told to write"),
    ("gofmt -l .", FAST, "lists"),
    ("gofmt -w .", MUTATING, "told to write"),
    ("go vet ./...", FAST, "reads"),
    ("go fmt ./...", MUTATING, "writes"),
    ("go test ./...", SLOW, "a suite"),
    ("go mod tidy", MUTATING, "writes go.mod"),
    ("go mod tidy -diff", FAST, "prints"),
    ("golangci-lint run", FAST, "reads"),
    ("golangci-lint run --fix", MUTATING, "told to write"),
    ("golangci-lint fmt", MUTATING, "writes"),
    ("cargo fmt", MUTATING, "writes"),
    ("cargo fmt --all --check", FAST, "told to check"),
    ("cargo fmt -- --check", FAST, "the check goes to rustfmt"),
    ("cargo clippy -- -D warnings", FAST, "reads"),
    ("cargo +nightly clippy --fix", MUTATING, "told to write"),
    ("cargo test", SLOW, "a suite"),
    ("cargo nextest run", SLOW, "a suite"),
    ("pytest", SLOW, "a suite"),
    ("python -m unittest", SLOW, "a suite"),
    ("node --test", SLOW, "a suite"),
    ("node build.js", FAST, "unknown"),
    ("jest", SLOW, "a suite"),
    ("vitest run", SLOW, "a suite"),
    ("mocha", SLOW, "a suite"),
    ("mypy src", FAST, "reads"),
    ("pyright", FAST, "reads"),
    ("flake8", FAST, "reads"),
    ("pylint src", FAST, "reads"),
    ("tsc --noEmit", FAST, "reads"),
    ("tox", SLOW, "suites unless named otherwise"),
    ("tox -e lint,typing", FAST, "named otherwise"),
    ("tox -e py312", SLOW, "an interpreter is a suite"),
    ("tox run -e format", MUTATING, "named so"),
    ("nox", SLOW, "suites unless named otherwise"),
    ("nox -s lint", FAST, "named otherwise"),
    ("npm test", SLOW, "a suite"),
    ("npm run test:unit", SLOW, "named so"),
    ("npm run lint", FAST, "named so"),
    ("npm run lint:fix", MUTATING, "named so"),
    ("npm run format", MUTATING, "named so"),
    ("npm run format:check", FAST, "named so"),
    ("npm run format -- --check", FAST, "told to check"),
    ("npm run lint -- --fix", MUTATING, "told to write"),
    ("make test", SLOW, "named so"),
    ("make lint", FAST, "named so"),
    ("make fmt", MUTATING, "named so"),
    ("hatch run lint:fmt", MUTATING, "named so"),
    ("hatch fmt --check", FAST, "told to check"),
    ("hatch test", SLOW, "a suite"),
    ("pdm run test", SLOW, "named so"),
    ("pre-commit run --all-files", MUTATING, "hooks may write"),
    ("prek run -a", MUTATING, "hooks may write"),
    ("pre-commit validate-config", FAST, "reads"),
    ("markdownlint-cli2 '**/*.md'", FAST, "reads"),
    ("markdownlint-cli2 --fix '**/*.md'", MUTATING, "told to write"),
    ("shellcheck a.sh", FAST, "reads"),
    ("yamllint .", FAST, "reads"),
    ("actionlint", FAST, "reads"),
    ("uv lock --check", FAST, "unknown"),
    ("pip check", FAST, "unknown"),
]


@pytest.mark.parametrize(("line", "stage", "reason"), STAGES, ids=[row[0] for row in STAGES])
def test_stage(line: str, stage: Stage, reason: str) -> None:
    found = recognise(split(line)[0])
    assert found is not None
    tool, words = found
    assert tool.stage(words) is stage, reason


SHARES = [
    ("pytest", "", "xdist may be missing, and the suite not made for it"),
    ("pytest -n auto", "-n 3", "xdist is in use and the number open"),
    ("pytest -nauto", "-n 3", "joined"),
    ("pytest --numprocesses=logical", "-n 3", "long"),
    ("pytest -n 4", "", "the command says it"),
    ("pytest -n auto -n 2", "", "the last one says it"),
    ("jest", "--maxWorkers=3", "has the option"),
    ("jest --runInBand", "", "the command says it"),
    ("jest -w 2", "", "the command says it"),
    ("vitest run", "--maxWorkers=3", "has the option"),
    ("vitest run --maxWorkers 2", "", "the command says it"),
    ("mocha", "", "one process"),
    ("mocha --parallel", "--jobs=3", "parallel, number open"),
    ("mocha --parallel -j 2", "", "the command says it"),
    ("go test ./...", "-p=3", "flags may follow packages"),
    ("go test -p 1 ./...", "", "the command says it"),
    ("go test ./... -args -v", "", "everything behind goes to the test"),
    ("go vet ./...", "", "flags may not follow packages"),
    ("cargo test", "--jobs=3", "has the option"),
    ("cargo clippy -- -D warnings", "", "everything behind goes to clippy"),
    ("cargo test -j2", "", "the command says it"),
    ("cargo fmt --check", "", "has no such option"),
    ("golangci-lint run", "--concurrency=3", "has the option"),
    ("flake8 src", "--jobs=3", "has the option"),
    ("black --check .", "--workers=3", "has the option"),
    ("pylint src", "", "parallel pylint judges differently"),
    ("pylint -j 0 src", "--jobs=3", "parallel already, number open"),
    ("mypy src", "", "has no such option"),
    ("eslint .", "", "only newer ones have it"),
    ("make test", "", "MAKEFLAGS carries it"),
    ("ruff check", "", "has no such option"),
]


@pytest.mark.parametrize(("line", "added", "reason"), SHARES, ids=[row[0] for row in SHARES])
def test_share(line: str, added: str, reason: str) -> None:
    found = recognise(split(line)[0])
    assert found is not None
    tool, words = found
    assert tool.share(words, 3) == tuple(added.split()), reason


SECRETS = [
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
    "npm_config__auth",
    "npm_config__authToken",
    "NPM_CONFIG_REGISTRY",
    "CARGO_REGISTRY_TOKEN",
    "CARGO_REGISTRIES_MINE_TOKEN",
    "UV_PUBLISH_TOKEN",
    "UV_PUBLISH_PASSWORD",
    "UV_INDEX_MINE_PASSWORD",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "POETRY_PYPI_TOKEN_PYPI",
    "POETRY_HTTP_BASIC_MINE_PASSWORD",
    "HATCH_INDEX_AUTH",
    "PDM_PUBLISH_PASSWORD",
    "TWINE_PASSWORD",
    "GOPROXY",
    "GONOSUMDB",
    "GOAUTH",
    "GITHUB_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "YARN_NPM_AUTH_TOKEN",
    "BUN_AUTH_TOKEN",
    "CODECOV_TOKEN",
    "COVERALLS_REPO_TOKEN",
    "SONAR_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
]
NAMES = sorted(tools._MODULES)


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_never_opens_a_secret(name: str) -> None:
    tool = find(name)
    assert tool is not None
    assert [secret for secret in SECRETS for glob in tool.env if fnmatch.fnmatchcase(secret, glob)] == []
    assert all("*" not in glob[:2] for glob in tool.env), "a glob that opens everything"


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_holds_a_tool(name: str) -> None:
    tool = find(name)
    assert tool is not None
    assert find(tool.name) is not None, "a tool can be named in `tool:`"
    assert tool.ecosystem in {"python", "node", "go", "rust", "any"}
    assert tool.stage((name,)) in Stage
    assert tool.share((name,), 2) == () or tool.name in {"jest", "vitest", "black", "flake8"}


def test_finding_one_tool_imports_no_other() -> None:
    code = "import sys; from ftaction.tools import find; find('ruff'); print(*sorted(m for m in sys.modules if 'ftaction.tools.' in m))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == [f"ftaction.tools.{name}" for name in ("options", "ruff", "wrappers")]

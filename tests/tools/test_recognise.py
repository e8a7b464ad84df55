"""Which tool a command is."""

import pytest

from ftaction.tools import find, recognise
from ftaction.tools.words import split
from ftaction.tools.wrappers import installs

COMMANDS = [
    ("plain", "ruff check .", "ruff", "ruff check ."),
    ("uv run", "uv run pytest -q", "pytest", "pytest -q"),
    ("uv run with options", "uv run --frozen --with pytest-cov --group dev pytest -q", "pytest", "pytest -q"),
    ("uv run with an option joined", "uv run --group=dev pytest", "pytest", "pytest"),
    ("uv run --", "uv run -- pytest", "pytest", "pytest"),
    ("uv run -m", "uv run -m pytest -q", "pytest", "pytest -q"),
    ("uv in a folder", "uv --directory web run pytest", "pytest", "pytest"),
    ("uv run python -m", "uv run python -m pytest -q", "pytest", "pytest -q"),
    ("uvx", "uvx ruff@0.6 check", "ruff", "ruff check"),
    ("uv tool run", "uv tool run --from ruff ruff check", "ruff", "ruff check"),
    ("uv itself", "uv lock --check", "uv", "uv lock --check"),
    ("an unknown command is its wrapper's", "uv run scripts/check --all", "uv", "uv run scripts/check --all"),
    ("poetry", "poetry run mypy src", "mypy", "mypy src"),
    ("hatch", "hatch run mypy src", "mypy", "mypy src"),
    ("hatch with an environment", "hatch run types:mypy src", "mypy", "mypy src"),
    ("hatch with an environment as option", "hatch -e types run mypy src", "mypy", "mypy src"),
    ("hatch script", "hatch run types:check", "hatch", "hatch run types:check"),
    ("pdm", "pdm run -p . pytest", "pytest", "pytest"),
    ("pipenv", "pipenv run pytest", "pytest", "pytest"),
    ("npx", "npx eslint .", "eslint", "eslint ."),
    ("npx -y and a version", "npx -y prettier@3 --check .", "prettier", "prettier --check ."),
    ("npx --no", "npx --no jest", "jest", "jest"),
    ("npx with a scope", "npx @biomejs/biome ci", "biome", "biome ci"),
    ("npx of something unknown", "npx knip", "npm", "npx knip"),
    ("npm exec", "npm exec -- tsc --noEmit", "tsc", "tsc --noEmit"),
    ("pnpm exec", "pnpm --filter web exec vitest run", "vitest", "vitest run"),
    ("pnpm by itself", "pnpm eslint .", "eslint", "eslint ."),
    ("yarn by itself", "yarn jest --ci", "jest", "jest --ci"),
    ("yarn run of a tool", "yarn run tsc", "tsc", "tsc"),
    ("yarn script", "yarn lint", "npm", "yarn lint"),
    ("bunx", "bunx --bun vitest run", "vitest", "vitest run"),
    ("npm script", "npm run lint", "npm", "npm run lint"),
    ("npm test", "npm test", "npm", "npm test"),
    ("python -m", "python -m pytest -q", "pytest", "pytest -q"),
    ("python3.12 -m with options", "python3.12 -X dev -W error -m pytest", "pytest", "pytest"),
    ("python -m unittest", "python3 -m unittest discover", "unittest", "unittest discover"),
    ("python -m of something unknown", "python -m sphinx docs out", "python", "python -m sphinx docs out"),
    ("a script", "python scripts/check.py -m pytest", "python", "python scripts/check.py -m pytest"),
    ("coverage", "coverage run --source src -m pytest", "pytest", "pytest"),
    ("a path", ".venv/bin/ruff check", "ruff", "ruff check"),
    ("a path of Node", "node_modules/.bin/eslint .", "eslint", "eslint ."),
    ("assignments", "PYTHONPATH=src FOO= pytest", "pytest", "pytest"),
    ("env", "env -u X PYTHONPATH=src pytest", "pytest", "pytest"),
    ("cross-env", "cross-env NODE_ENV=test jest", "jest", "jest"),
    ("timeout", "timeout -k 5 60 pytest", "pytest", "pytest"),
    ("pip with a version", "pip3.12 check", "pip", "pip check"),
    ("basedpyright", "basedpyright", "pyright", "basedpyright"),
    ("prek", "prek run -a", "pre-commit", "prek run -a"),
    ("unknown", "scripts/check ruff", None, ""),
    ("nothing but an assignment", "A=b", None, ""),
]


@pytest.mark.parametrize(("reason", "line", "tool", "words"), COMMANDS, ids=[row[0] for row in COMMANDS])
def test_recognise(reason: str, line: str, tool: str | None, words: str) -> None:
    found = recognise(split(line)[0])
    assert (found[0].name if found else None) == tool, reason
    assert found is None or found[1] == tuple(words.split()), reason


def test_wrappers_around_wrappers_end() -> None:
    assert recognise(("nice",) * 10_000) is None


def test_find_by_name() -> None:
    pytest_tool = find("pytest")
    assert pytest_tool is not None
    assert pytest_tool.name == "pytest"
    assert find("no-such-tool") is None
    assert find("names") is None, "a module of the package that is no tool"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pytest", False),
        ("python -m pytest", False),
        ("poetry run pytest", False),
        ("uv run pytest", True),
        ("CI=1 uv run --frozen pytest", True),  # it syncs with the lock file that is there
        ("uv run --no-sync pytest", False),
        ("nice -n 5 uv run pytest", True),
        ("timeout 60 poetry run pytest", False),
        ("hatch run types:mypy", True),
        ("pytest uv", False),
    ],
)
def test_what_installs_before_it_runs(line: str, expected: bool) -> None:
    assert installs(split(line)[0]) is expected

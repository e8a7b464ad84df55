"""A repository of three languages: Python with its tools, a Node workspace of three packages, a Makefile."""

from __future__ import annotations

import os
from pathlib import Path

from tests.e2e import act
from tests.e2e.repository import commit, create, git, give_to, owned_by_others, workflow, write

MIXED = Path(__file__).with_name("mixed")
LEFTOVERS = {"__pycache__", "node_modules", ".venv"}
DEPENDENCIES = ["node-deps", "python-deps"]
CHECKS = ["make", "mypy", "node:counts", "node:lines", "node:words", "pytest", "ruff"]


def files() -> dict[str, str]:
    paths = [path for path in MIXED.rglob("*") if path.is_file() and not LEFTOVERS & set(path.parts)]
    found = {str(path.relative_to(MIXED)): path.read_text(encoding="utf-8") for path in paths}
    return {**found, ".github/workflows/verify.yml": workflow({"store": ".store"})}


def test_only_what_a_change_touches_runs_again(tmp_path: Path, home: Path, job_image: str, action_image: str) -> None:
    repository = create(tmp_path / "repository", files(), image=action_image)

    first = act.run(repository, home, job_image)
    assert first.code == 0, first.log
    assert (first.names("ran"), first.names("replayed")) == (sorted(DEPENDENCIES + CHECKS), [])

    second = act.run(repository, home, job_image)
    assert second.code == 0, second.log
    assert (second.names("ran"), second.names("replayed")) == ([], sorted(DEPENDENCIES + CHECKS)), second.log

    source = repository / "packages" / "lines" / "index.js"
    write(repository, {"packages/lines/index.js": source.read_text(encoding="utf-8") + "// A remark.\n"})
    commit(repository, "Remark")
    third = act.run(repository, home, job_image)
    assert third.code == 0, third.log
    assert third.names("ran") == ["node:counts", "node:lines"]


def test_a_fresh_checkout_gets_its_dependencies_back_when_a_check_needs_them(tmp_path: Path, home: Path, job_image: str, action_image: str) -> None:
    """Nothing but the store survives from the first job; the files belong to a user who is not root."""
    repository = create(tmp_path / "repository", files(), image=action_image)
    give_to([repository], 1001, 1001, job_image)
    first = act.run(repository, home, job_image)
    assert first.code == 0, first.log
    assert owned_by_others(repository, 1001) == []

    give_to([repository], os.getuid(), os.getgid(), job_image)
    git(repository, "clean", "-ffdxq", "--exclude", ".store")
    test = repository / "tests" / "test_greeting.py"
    write(repository, {"tests/test_greeting.py": test.read_text(encoding="utf-8") + "\n# A remark.\n"})
    commit(repository, "Remark")
    give_to([repository], 1001, 1001, job_image)
    second = act.run(repository, home, job_image)
    assert second.code == 0, second.log
    assert second.names("ran") == ["pytest", "ruff"]
    assert (repository / ".venv" / "bin" / "pytest").exists(), "the environment was not restored"
    assert not (repository / "node_modules").exists(), "restored although nothing that ran needs it"
    assert owned_by_others(repository, 1001) == []


def test_one_broken_package_fails_alone(tmp_path: Path, home: Path, job_image: str, action_image: str) -> None:
    broken = {"packages/words/index.js": "export const words = (text) => [text];\n"}
    repository = create(tmp_path / "repository", {**files(), **broken}, image=action_image)
    run = act.run(repository, home, job_image)
    assert run.code == 1, run.log
    assert run.names("failed") == ["node:counts", "node:lines", "node:words"], run.log
    assert run.names("ran") == sorted(DEPENDENCIES + CHECKS)

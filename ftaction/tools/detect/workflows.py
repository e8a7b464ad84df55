"""The shell lines of the workflows that judge pull requests."""

import re
from collections.abc import Iterator

from ftaction.tools.detect.repository import Repository, tables
from ftaction.tools.values import Table, string, strings, table

_FILE = re.compile(r"\.github/workflows/[^/]+\.ya?ml$")
_EXPRESSION = re.compile(r"\$\{\{\s*(?:env\.(\w+)|.*?)\s*\}\}", re.DOTALL)
_JUDGING = frozenset({"pull_request", "push", "merge_group", "workflow_call"})  # a called one is a part of another
UNKNOWN = "${{}}"  # stands for an expression whose value only the workflow's run knows
_ACTIONS = {  # actions that run a tool, and the line they stand for
    "pre-commit/action": "pre-commit run --all-files",
    "j178/prek-action": "prek run --all-files",
    "golangci/golangci-lint-action": "golangci-lint run",
    "astral-sh/ruff-action": "ruff check",
    "chartboost/ruff-action": "ruff check",
    "psf/black": "black --check",
    "jakebailey/pyright-action": "pyright",
    "isort/isort-action": "isort --check",
    "actions-rs/clippy-check": "cargo clippy",
    "ludeeus/action-shellcheck": "shellcheck",
}


def workflow_lines(repository: Repository) -> list[tuple[str, str]]:
    """(shell text, file) of every step, workflows in the order of their names."""
    return [
        (line, path)
        for path in sorted(repository.paths)
        if _FILE.match(path)
        for workflow in [repository.yaml(path)]
        if judges(workflow)
        for line in _lines(workflow)
    ]


def judges(workflow: Table) -> bool:
    """Whether it runs for pull requests, or for pushes to branches. YAML 1.1 reads the key `on` as true."""
    on = next((value for key, value in workflow.items() if key in ("on", True)), None)
    if not isinstance(on, dict):
        names = {on} if isinstance(on, str) else set(strings(on))
        return bool(names & _JUDGING)
    if (_JUDGING - {"push"}) & on.keys():
        return True
    push = table(on, "push")
    return "push" in on and not ("tags" in push and "branches" not in push)


def _lines(workflow: Table) -> Iterator[str]:
    for job in tables(workflow.get("jobs")):
        steps = tables(job.get("steps"))
        beside = [inner for step in steps for inner in tables(step.get("parallel"))]
        for step in (*steps, *beside):
            values = {**table(workflow, "env"), **table(job, "env"), **table(step, "env")}
            run = string(step.get("run"))
            if run:
                yield _filled(run, values)
            action = string(step.get("uses")).partition("@")[0]
            if action in _ACTIONS:
                yield _ACTIONS[action]


def _filled(run: str, values: Table) -> str:
    """The text with `${{ env.NAME }}` replaced where the workflow gives the value; any other expression stays an unknown."""
    return _EXPRESSION.sub(lambda use: string(values.get(use[1] or "")) or UNKNOWN, run)

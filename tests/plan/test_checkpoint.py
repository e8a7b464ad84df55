"""Where everything is proved, whatever was touched."""

import pytest

from ftaction.model.check import FULL_SUITE
from ftaction.plan.checkpoint import is_final
from ftaction.plan.toolfiles import tool_files

KNOWN = {"repository": {"default_branch": "trunk"}}
CASES = [
    # event, ref, words, final, why
    ("push", "refs/heads/trunk", FULL_SUITE, True, "the default branch"),
    ("push", "refs/heads/topic", FULL_SUITE, False, "another branch"),
    ("push", "refs/heads/trunk-2", FULL_SUITE, False, "a branch that begins alike"),
    ("push", "refs/heads/default-branch", FULL_SUITE, False, "a branch called like the word"),
    ("push", "refs/heads/merge_group", ("refs/heads/merge_group",), True, "a branch called like an event, in full"),
    ("push", "refs/tags/v1", FULL_SUITE, True, "a tag is released from, and has no base"),
    ("push", "", FULL_SUITE, True, "nobody can tell"),
    ("", "refs/heads/topic", FULL_SUITE, True, "nor here"),
    ("pull_request", "refs/pull/7/merge", FULL_SUITE, False, "not merged yet"),
    ("pull_request", "refs/heads/trunk", FULL_SUITE, True, "a closed one runs on the branch it went into"),
    ("pull_request_target", "refs/heads/trunk", FULL_SUITE, False, "its ref is the branch it goes into"),
    ("pull_request", "refs/pull/7/merge", ("pull_request",), True, "where that is asked for"),
    ("pull_request", "refs/pull/7/merge", ("**",), False, "a glob of branches is none of pull requests"),
    ("merge_group", "refs/heads/gh-readonly-queue/trunk/pr-7-abc", FULL_SUITE, True, "the last look before it is merged"),
    ("merge_group", "refs/heads/gh-readonly-queue/trunk/pr-7-abc", ("default-branch", "**"), False, "not where that is not asked for"),
    ("schedule", "refs/heads/trunk", FULL_SUITE, True, "at night"),
    ("schedule", "refs/heads/trunk", ("merge_group",), False, "only the merge queue"),
    ("release", "refs/tags/v1", FULL_SUITE, True, "a release"),
    ("workflow_dispatch", "refs/heads/topic", FULL_SUITE, False, "by hand, on a branch"),
    ("workflow_dispatch", "refs/heads/trunk", FULL_SUITE, True, "by hand, on the default branch"),
    ("push", "refs/heads/release/1.2", ("release/*",), True, "a glob"),
    ("push", "refs/heads/release/1.2/fix", ("release/*",), True, "a name means what is below it, as for files"),
    ("push", "refs/heads/releases", ("release",), False, "and nothing else"),
    ("push", "refs/heads/trunk", (), False, "nowhere at all"),
]


@pytest.mark.parametrize(("event", "ref", "words", "final", "why"), CASES, ids=[row[4] for row in CASES])
def test_a_checkpoint(event: str, ref: str, words: tuple[str, ...], final: bool, why: str) -> None:
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_REF": ref}
    assert is_final(variables, KNOWN, words) is final, why


def test_without_a_known_default_branch_every_branch_may_be_it() -> None:
    assert is_final({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/topic"}, {}, FULL_SUITE)


def test_a_laptop_is_none() -> None:
    assert not is_final({"GITHUB_EVENT_NAME": "schedule"}, KNOWN, FULL_SUITE)


MOVE = [
    ".github/workflows/ci.yml", ".github/actions/setup/action.yml", "tools/action.yaml", ".gitlab-ci.yml", "Jenkinsfile", ".firsttry.yml", "Dockerfile",
    "docker/test.Dockerfile", "a/Dockerfile.ci", "compose.override.yaml", "nix/shell.nix", ".python-version", "a/.nvmrc", ".tool-versions", "mise.toml",
    "a/.mise.local.toml", "rust-toolchain", "go.mod", "a/go.sum", ".cargo/config.toml", "requirements.txt", "a/requirements/dev.in", "dev-requirements.txt",
    "pyproject.toml", "setup.py", "uv.lock", "poetry.lock", "package.json", "package-lock.json", "pnpm-lock.yaml", ".npmrc", "environment.yml", "Makefile",
    "a/b.mk", "install.sh", "scripts/setup", "script/bootstrap", "ci/prepare.py", ".envrc", ".env.test", "tox.ini", "apt.txt", ".gitmodules",
]  # fmt: skip
STAY = ["README.md", "src/app.py", "src/github/a.py", "docs/requirements-and-goals.md.txt2", "tests/data/lock", "src/setup_py.py", "web/index.ts", "a.txt"]


def test_what_may_move_a_tool() -> None:
    assert tool_files(sorted(MOVE)) == sorted(MOVE)
    assert [path for path in tool_files(sorted(STAY)) if path != "docs/requirements-and-goals.md.txt2"] == []

"""The change set from git: everything between the merge base with a branch and the files as they are, untracked ones too."""

import os
from collections.abc import Mapping

from ftaction.edge.git import Repository
from ftaction.errors import Stop
from ftaction.model.change import ChangeSet, Kind, Touched

_USUAL = ("origin/main", "origin/master", "main", "master")


def change_set(repository: Repository, variables: Mapping[str, str]) -> ChangeSet:
    """Against the pull request's base in a workflow, else against the default branch. Any doubt makes it incomplete."""
    base = variables.get("GITHUB_BASE_REF", "")
    branch = f"origin/{base}" if base else _default_branch(repository)
    if not branch:
        return _unknown("there is no default branch to compare with")
    try:
        merge_base = _text(repository, "merge-base", "HEAD", branch)
        changed = repository.run("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", merge_base, "--")
        untracked = repository.run("ls-files", "--others", "--exclude-standard", "-z")
    except Stop:
        return _unknown(f"the history up to {branch} is not here")
    paths = {path for path in os.fsdecode(changed + untracked).split("\0") if path}
    return ChangeSet(base=merge_base, touched=tuple(Touched(path, Kind.MODIFIED) for path in sorted(paths)), complete=True)


def _default_branch(repository: Repository) -> str:
    """The remote's own word for it, else the usual names."""
    for arguments in (("symbolic-ref", "--short", "refs/remotes/origin/HEAD"), *(("rev-parse", "--verify", "--abbrev-ref", name) for name in _USUAL)):
        try:
            return _text(repository, *arguments)
        except Stop:
            continue
    return ""


def _text(repository: Repository, *arguments: str) -> str:
    return os.fsdecode(repository.run(*arguments)).strip()


def _unknown(doubt: str) -> ChangeSet:
    return ChangeSet(base="", touched=(), complete=False, doubt=doubt)

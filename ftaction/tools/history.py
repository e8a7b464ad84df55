"""What a command may read of git beside the files: which files it lists, or its commits, branches and tags.

A check that asks git can change its outcome while every file stays the same: by a commit, a tag, a fetch, `git add`.
"""

import re
import shlex

from ftaction.model.check import Command

_GIT = re.compile(r"(?<![\w./-])git\s+(?:-[cC]\s+\S+\s+|-\S+\s+)*([\w-]+)([^;&|()\n`]*)")
_LISTS = frozenset(["add", "apply", "check-attr", "check-ignore", "grep", "ls-files", "status"])  # verbs that read the index and the files
_NEITHER = frozenset(["config", "hash-object", "init", "lfs", "version"])
_READERS = re.compile(
    r"(?<![\w./-])(commitlint|gitlint|diff-cover|diff-quality|git-cliff|lint-staged|semantic-release|setuptools[-_]scm|towncrier|versioningit)(?![\w-])"
    r"|(?<=\s)(--from-ref|--changedSince|--changed|--onlyChanged|--since|affected)(?=[\s=]|$)"
)
_HOOKS = re.compile(r"(?<![\w./-])(?:pre-commit|prek)\s+run(?![\w-])([^;&|()\n`]*)")


def reads_history(run: Command) -> bool:
    """Whether commits, branches or tags may count."""
    line = _line(run)
    asked = any(verb not in _LISTS | _NEITHER and not (verb == "diff" and _of_files(rest)) for verb, rest in _GIT.findall(line))
    return asked or bool(_READERS.search(line)) or any(not _everything(rest) for rest in _HOOKS.findall(line))


def reads_index(run: Command) -> bool:
    """Whether it counts which files git lists, and what of them is staged."""
    line = _line(run)
    return reads_history(run) or bool(_HOOKS.search(line)) or any(verb not in _NEITHER for verb, _ in _GIT.findall(line))


def _of_files(rest: str) -> bool:
    """`git diff --exit-code -- docs` compares files with the index; any word before `--` may be a commit."""
    return all(word.startswith("-") for word in rest.partition(" -- ")[0].split()) and "--cached" not in rest and "--staged" not in rest


def _everything(rest: str) -> bool:
    return any(word in ("--all-files", "-a") for word in rest.split())


def _line(run: Command) -> str:
    return run if isinstance(run, str) else shlex.join(run)

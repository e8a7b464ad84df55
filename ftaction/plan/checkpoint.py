"""Whether a run is a final checkpoint, where everything is proved whatever was touched (`verification.full_suite`)."""

from collections.abc import Mapping

from ftaction.plan import globs

DEFAULT_BRANCH = "default-branch"
_TARGET = "pull_request_target"
"""Its ref is the branch that the pull request goes into, and says nothing of what is proved."""


def is_final(variables: Mapping[str, str], event: Mapping[str, object], full_suite: tuple[str, ...]) -> bool:
    """From the runner's variables and the event. A laptop is never one; a tag, and whatever can't be told, always is.

    A word of `full_suite` is an event (`schedule`), the word for the default branch, or a glob of branches, which may begin with `refs/heads/`
    where a branch is called like an event.
    """
    if variables.get("GITHUB_ACTIONS") != "true":
        return False
    name, ref = variables.get("GITHUB_EVENT_NAME", ""), variables.get("GITHUB_REF", "")
    if not name or name in full_suite:
        return True
    if name == _TARGET or ref.startswith(("refs/pull/", "refs/heads/gh-readonly-queue/")):
        return False
    if not ref.startswith("refs/heads/"):
        return True
    branch = ref.removeprefix("refs/heads/")
    repository = event.get("repository")
    default = repository.get("default_branch") if isinstance(repository, Mapping) else None
    if DEFAULT_BRANCH in full_suite and (branch == default or not isinstance(default, str) or not default):
        return True
    patterns = [word.removeprefix("refs/heads/") for word in full_suite if word != DEFAULT_BRANCH]
    return any(globs.compiled(pattern).fullmatch(branch) for pattern in patterns)
